internal import HTTPTypes
internal import Hummingbird
internal import JSONText
public import Logging
internal import NIOCore
internal import PlateCamera
public import ServiceLifecycle
public import Vocabulary

/// What the local server offers beside the cameras' doors.
public struct KioskHooks: Sendable {
    /// The box's state as JSON.
    public var status: @Sendable () -> [UInt8]
    /// Opens a lane for a person; false if there is no such lane or the box is too far behind.
    public var open: @Sendable (_ lane: String, _ who: String, _ reason: String) -> Bool
    /// Takes a payment at a lane; false if there is no such lane or the box is too far behind.
    public var pay: @Sendable (_ lane: String, DeskPayment) -> Bool
    /// The code that a lane's sign shows, as an SVG picture; nil while it shows none.
    public var code: @Sendable (_ lane: String) -> [UInt8]?
    /// Begins a refund and gives its id; nil if the box is too far behind.
    public var refund: @Sendable (DeskRefund) -> PaymentID?
    /// Hands on what an attendant decides about a held car; false if there is no such lane or the box is too far
    /// behind.
    public var order: @Sendable (_ lane: String, DeskOrder) -> Bool = { _, _ in false }
    /// Hands on what a person says about who a car is; false if there is no such lane or the box is too far behind.
    public var identify: @Sendable (_ lane: String, IdentityOrder) -> Bool = { _, _ in false }
    /// The secret that a person's request must bear.
    public var token: String

    public init(
        status: @escaping @Sendable () -> [UInt8], open: @escaping @Sendable (String, String, String) -> Bool,
        pay: @escaping @Sendable (String, DeskPayment) -> Bool, code: @escaping @Sendable (String) -> [UInt8]?,
        refund: @escaping @Sendable (DeskRefund) -> PaymentID?, token: String
    ) {
        self.status = status
        self.open = open
        self.pay = pay
        self.code = code
        self.refund = refund
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
/// | `POST /lanes/<lane>/pay` | pays for the held car: `{"code": …}`, `{"show": true}` or `{"cash": who}`; token |
/// | `POST /lanes/<lane>/order` | decides about the held car: see ``DeskOrder``; token |
/// | `POST /lanes/<lane>/plate`, `/ticket`, `/lost-ticket`, `/stay`, `/entries` | see ``IdentityOrder``; token |
/// | `GET /lanes/<lane>/code.svg` | the code that the lane's sign shows |
/// | `POST /refunds` | `{"payment": …, "amount": fen, "who": …, "why": …}`, token; how it stands is in the status |
public struct KioskServer: Service {
    private let host: String
    private let port: Int
    private let doors: [String: CameraDoor]
    private let hooks: KioskHooks
    private let desk: DeskDoor?
    private let logger: Logger
    private let whenListening: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - desk: what the attendant's page needs; without it there is no page.
    ///   - whenListening: is told the port that was bound.
    public init(
        host: String, port: Int, doors: [CameraDoor], hooks: KioskHooks, desk: DeskHooks? = nil, logger: Logger,
        whenListening: @escaping @Sendable (_ port: Int) -> Void
    ) {
        self.host = host
        self.port = port
        self.doors = Dictionary(doors.map { ($0.id.text, $0) }, uniquingKeysWith: { first, _ in first })
        self.hooks = hooks
        self.desk = desk.map { DeskDoor(hooks: $0, logger: logger) }
        self.logger = logger
        self.whenListening = whenListening
    }

    public func run() async throws {
        let router = Router()
        router.post("/cameras/:id") { request, context in await push(request, context) }
        router.get("/status") { _, _ in response(.ok, "application/json", hooks.status()) }
        router.post("/lanes/:lane/open") { request, context in await open(request, context) }
        router.post("/lanes/:lane/pay") { request, context in await pay(request, context) }
        router.post("/lanes/:lane/order") { request, context in await order(request, context) }
        for door in IdentityOrder.doors {
            router.post("/lanes/:lane/\(door)") { request, context in await identify(door, request, context) }
        }
        router.get("/lanes/:lane/code.svg") { _, context in code(context) }
        router.post("/refunds") { request, _ in await refund(request) }
        desk?.add(to: router)
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

    /// The body of a person's request; nil, with the answer, if the token is not right or it is not JSON.
    private func person(_ request: Request) async -> Result<JSONNode, Refused> {
        guard isSame(request.headers[.authorization] ?? "", "Bearer \(hooks.token)") else {
            logger.warning("a person's request without the right token: refused")
            return .failure(Refused(answer: say(.unauthorized, "the token is missing or wrong")))
        }
        guard let body = try? await request.body.collect(upTo: 4_096),
            let node = try? JSONNode.parse(Array(body.readableBytesView), dialect: .json)
        else { return .failure(Refused(answer: say(.badRequest, "send JSON of at most 4096 bytes"))) }
        return .success(node)
    }

    private struct Refused: Error {
        var answer: Response
    }

    private func say(_ status: HTTPResponse.Status, _ text: String) -> Response {
        response(status, "text/plain", Array("\(text)\n".utf8))
    }

    private func pay(_ request: Request, _ context: BasicRequestContext) async -> Response {
        switch await person(request) {
        case .failure(let refused): return refused.answer
        case .success(let node):
            let payment: DeskPayment
            do throws(DeskError) { payment = try DeskPayment(node) } catch {
                return say(.badRequest, error.description)
            }
            guard hooks.pay(context.parameters.get("lane") ?? "", payment) else {
                return say(.notFound, "no such lane, or the box is too far behind")
            }
            return say(.accepted, "taken; the lane's sign says how it goes on")
        }
    }

    private func order(_ request: Request, _ context: BasicRequestContext) async -> Response {
        switch await person(request) {
        case .failure(let refused): return refused.answer
        case .success(let node):
            let order: DeskOrder
            do throws(DeskError) { order = try DeskOrder(node) } catch { return say(.badRequest, error.description) }
            guard hooks.order(context.parameters.get("lane") ?? "", order) else {
                return say(.notFound, "no such lane, or the box is too far behind")
            }
            return say(.accepted, "taken; the lane's sign and the log say what came of it")
        }
    }

    private func identify(_ door: String, _ request: Request, _ context: BasicRequestContext) async -> Response {
        switch await person(request) {
        case .failure(let refused): return refused.answer
        case .success(let node):
            let order: IdentityOrder
            do throws(DeskError) { order = try IdentityOrder(door: door, node) } catch {
                return say(.badRequest, error.description)
            }
            guard hooks.identify(context.parameters.get("lane") ?? "", order) else {
                return say(.notFound, "no such lane, or the box is too far behind")
            }
            return say(.accepted, "taken; the lane's sign and the log say what came of it")
        }
    }

    private func code(_ context: BasicRequestContext) -> Response {
        guard let svg = hooks.code(context.parameters.get("lane") ?? "") else {
            return say(.notFound, "this lane shows no code now")
        }
        return response(.ok, "image/svg+xml", svg)
    }

    private func refund(_ request: Request) async -> Response {
        switch await person(request) {
        case .failure(let refused): return refused.answer
        case .success(let node):
            let order: DeskRefund
            do throws(DeskError) { order = try DeskRefund(node) } catch { return say(.badRequest, error.description) }
            guard let id = hooks.refund(order) else { return say(.serviceUnavailable, "the box is too far behind") }
            return response(.accepted, "application/json", JSONWriter.object { $0.field("refund", id.description) })
        }
    }

    private func open(_ request: Request, _ context: BasicRequestContext) async -> Response {
        let node: JSONNode
        switch await person(request) {
        case .failure(let refused): return refused.answer
        case .success(let read): node = read
        }
        guard let who = node["who"]?.string, (1...64).contains(who.count), let reason = node["reason"]?.string,
            (1...256).contains(reason.count), names(who), names(reason)
        else {
            return response(
                .badRequest, "text/plain", Array("send {\"who\": …, \"reason\": …}, both not empty\n".utf8))
        }
        guard hooks.open(context.parameters.get("lane") ?? "", who, reason) else {
            return response(.notFound, "text/plain", Array("no such lane, or the box is too far behind\n".utf8))
        }
        return response(.accepted, "text/plain", [])
    }

    /// More than blanks.
    private func names(_ text: String) -> Bool { text.contains { !$0.isWhitespace } }

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
