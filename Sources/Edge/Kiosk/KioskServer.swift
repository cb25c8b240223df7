internal import HTTPTypes
internal import Hummingbird
internal import JSONText
public import Logging
internal import NIOCore
internal import PlateCamera
public import ServiceLifecycle
internal import Vocabulary

/// What the local server offers beside the cameras' doors.
public struct KioskHooks: Sendable {
    /// The box's state as JSON.
    public var status: @Sendable () -> [UInt8]
    /// Opens a lane for a person; false if there is no such lane or the box is too far behind.
    public var open: @Sendable (_ lane: String, _ who: String, _ reason: String) -> Bool
    /// The secret that a person's request must bear.
    public var token: String

    public init(
        status: @escaping @Sendable () -> [UInt8], open: @escaping @Sendable (String, String, String) -> Bool,
        token: String
    ) {
        self.status = status
        self.open = open
        self.token = token
    }
}

/// The box's local HTTP server: cameras push here, people look and open here. It works while the broker is away.
///
/// | request | does |
/// |---|---|
/// | `POST /cameras/<id>` | a camera's push, at most 4 MiB |
/// | `GET /status` | the box's state as JSON |
/// | `POST /lanes/<lane>/open` | opens a lane by hand: `{"who": …, "reason": …}`, `Authorization: Bearer <token>` |
public struct KioskServer: Service {
    private let host: String
    private let port: Int
    private let doors: [String: CameraDoor]
    private let hooks: KioskHooks
    private let logger: Logger
    private let whenListening: @Sendable (Int) -> Void

    /// - Parameter whenListening: is told the port that was bound.
    public init(
        host: String, port: Int, doors: [CameraDoor], hooks: KioskHooks, logger: Logger,
        whenListening: @escaping @Sendable (_ port: Int) -> Void
    ) {
        self.host = host
        self.port = port
        self.doors = Dictionary(doors.map { ($0.id.text, $0) }, uniquingKeysWith: { first, _ in first })
        self.hooks = hooks
        self.logger = logger
        self.whenListening = whenListening
    }

    public func run() async throws {
        let router = Router()
        router.post("/cameras/:id") { request, context in await push(request, context) }
        router.get("/status") { _, _ in response(.ok, "application/json", hooks.status()) }
        router.post("/lanes/:lane/open") { request, context in await open(request, context) }
        let application = Application(
            router: router, configuration: .init(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { whenListening(port) }
            }, logger: quiet)
        try await application.run()
    }

    /// The server's own chatter about connections is of no use to an installer.
    private var quiet: Logger {
        var logger = logger
        logger.logLevel = .error
        return logger
    }

    private func push(_ request: Request, _ context: BasicRequestContext) async -> Response {
        let id = context.parameters.get("id") ?? ""
        guard let door = doors[id] else {
            logger.warning("a push for camera \"\(id.prefix(64))\", which the hardware file does not name: refused")
            return response(.notFound, "text/plain", Array("no such camera\n".utf8))
        }
        let limit = PlateRead.largestPush
        let body: ByteBuffer
        do { body = try await request.body.collect(upTo: limit) } catch {
            if error is NIOTooManyBytesError {
                logger.warning("camera \(door.id): a push of over \(limit) bytes: refused")
                return response(.contentTooLarge, "text/plain", Array("at most \(limit) bytes\n".utf8))
            }
            logger.warning("camera \(door.id): a push broke off: \(error)")
            return response(.badRequest, "text/plain", Array("the push broke off\n".utf8))
        }
        let answer = door.answer(Array(body.readableBytesView), contentType: request.headers[.contentType] ?? "")
        if let fault = answer.fault { logger.warning("camera \(door.id): push refused (\(answer.status)): \(fault)") }
        return response(.init(code: answer.status), answer.contentType, answer.body)
    }

    private func open(_ request: Request, _ context: BasicRequestContext) async -> Response {
        guard isSame(request.headers[.authorization] ?? "", "Bearer \(hooks.token)") else {
            logger.warning("a request to open a lane without the right token: refused")
            return response(.unauthorized, "text/plain", Array("the token is missing or wrong\n".utf8))
        }
        guard let body = try? await request.body.collect(upTo: 4_096),
            let node = try? JSONNode.parse(Array(body.readableBytesView), dialect: .json),
            let who = node["who"]?.string, (1...64).contains(who.count), let reason = node["reason"]?.string,
            (1...256).contains(reason.count)
        else {
            return response(
                .badRequest, "text/plain", Array("send {\"who\": …, \"reason\": …}, both not empty\n".utf8))
        }
        guard hooks.open(context.parameters.get("lane") ?? "", who, reason) else {
            return response(.notFound, "text/plain", Array("no such lane, or the box is too far behind\n".utf8))
        }
        return response(.accepted, "text/plain", [])
    }

    /// Compares in a time that does not tell how many characters were right.
    private func isSame(_ left: String, _ right: String) -> Bool {
        let a = Array(left.utf8), b = Array(right.utf8)
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private func response(_ status: HTTPResponse.Status, _ contentType: String, _ body: [UInt8]) -> Response {
        Response(
            status: status, headers: [.contentType: contentType], body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
