internal import HTTPTypes
internal import Host
internal import Hummingbird
public import Logging
internal import NIOCore
internal import PageParts
internal import PlateCamera
public import ServiceLifecycle
internal import Vocabulary

/// What the local server offers beside the cameras' doors.
public struct KioskHooks: Sendable {
    /// The box's state as JSON.
    public var status: @Sendable () -> [UInt8]

    public init(status: @escaping @Sendable () -> [UInt8]) { self.status = status }
}

/// The box's local HTTP server: cameras push here, people look and open here. It works while the broker is away.
///
/// | request | does |
/// |---|---|
/// | `POST /cameras/<id>` | a camera's push, at most 4 MiB |
/// | `GET /status` | the box's state as JSON |
///
/// What people see and order is at the same address: see ``DeskDoor`` for attendants, ``TillDoor`` for
/// cashiers, ``ScreenDoor`` for those who pay.
public struct KioskServer: Service {
    private let host: String
    private let port: Int
    private let doors: [String: CameraDoor]
    /// By camera; that of pushes for cameras that are not known has no name.
    private let paces: [String: Monitor<CameraPace>]
    private let hooks: KioskHooks
    private let desk: DeskDoor?
    private let driver: ScreenDoor?
    private let till: TillDoor?
    private let logger: Logger
    private let whenListening: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - desk: what the attendant's page needs; without it there is no page.
    ///   - driver: what the drivers' pages need; without it there are none.
    ///   - till: what the pages of a till need, in place of the two before.
    ///   - whenListening: is told the port that was bound.
    public init(
        host: String, port: Int, doors: [CameraDoor], hooks: KioskHooks, desk: DeskHooks? = nil,
        driver: ScreenHooks? = nil, till: TillHooks? = nil, logger: Logger,
        whenListening: @escaping @Sendable (_ port: Int) -> Void
    ) {
        self.host = host
        self.port = port
        self.doors = Dictionary(doors.map { ($0.id.text, $0) }, uniquingKeysWith: { first, _ in first })
        paces = Dictionary(
            ([""] + doors.map(\.id.text)).map { ($0, Monitor(CameraPace())) }, uniquingKeysWith: { first, _ in first })
        self.hooks = hooks
        self.driver = driver.map { ScreenDoor(driver: $0) }
        self.till = till.map { TillDoor(hooks: $0, logger: logger) }
        self.desk = desk.map { DeskDoor(hooks: $0, logger: logger) }
        self.logger = logger
        self.whenListening = whenListening
    }

    public func run() async throws {
        let router = Router()
        router.post("/cameras/:id") { request, context in await push(request, context) }
        router.get("/status") { _, _ in response(.ok, "application/json", hooks.status()) }
        desk?.add(to: router)
        driver?.add(to: router)
        till?.add(to: router)
        for file in PageParts.files { router.get("/\(file.name)") { _, _ in Reply.page(file.text, file.type) } }
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
            warn("", "a push for camera \"\(id.prefix(64))\", which the hardware file does not name: refused")
            return response(.notFound, "text/plain", Array("no such camera\n".utf8))
        }
        let limit = PlateRead.largestPush
        let body: ByteBuffer
        do { body = try await request.body.collect(upTo: limit) } catch {
            if error is NIOTooManyBytesError {
                warn(id, "camera \(door.id): a push of over \(limit) bytes: refused")
                return response(.contentTooLarge, "text/plain", Array("at most \(limit) bytes\n".utf8))
            }
            warn(id, "camera \(door.id): a push broke off: \(error)")
            return response(.badRequest, "text/plain", Array("the push broke off\n".utf8))
        }
        let answer = door.answer(Array(body.readableBytesView), contentType: request.headers[.contentType] ?? "")
        if let fault = answer.fault { warn(id, "camera \(door.id): push refused (\(answer.status)): \(fault)") }
        return response(.init(code: answer.status), answer.contentType, answer.body)
    }

    /// One line a second and camera: a camera that is set up wrongly pushes all day.
    private func warn(_ camera: String, _ text: String) {
        guard let more = paces[camera]?.withLock({ $0.refused(at: BootClock.now()) }) else { return }
        logger.warning("\(text)\(more)")
    }

    private func response(_ status: HTTPResponse.Status, _ contentType: String, _ body: [UInt8]) -> Response {
        Response(
            status: status, headers: [.contentType: contentType], body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
