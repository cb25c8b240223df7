internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import JSONText
public import Logging
internal import NIOCore
internal import Register
public import ServiceLifecycle
internal import Vocabulary

/// The local HTTP API for cash registers: only on the loopback address, and only for who has the token.
///
/// | request | does |
/// |---|---|
/// | `POST /register/payments` | starts a payment |
/// | `GET /register/payments/<id>` | how it stands |
/// | `POST /register/payments/<id>/cancel` | gives it up, or undoes it |
/// | `POST /register/payments/<id>/refunds` | gives a part of it back |
/// | `GET /register/refunds/<id>` | how a refund stands |
///
/// What changes something bears an `Idempotency-Key`. docs/REGISTER.md has every answer.
public struct RegisterServer: Service {
    /// More connections than this wait until one ends.
    public static let mostConnections = 32
    /// A connection on which nothing is read or written for so long is closed.
    static let idleSeconds: Int64 = 30
    private static let door: Slug = {
        guard let door = try? Slug("http") else { preconditionFailure("it is a name") }
        return door
    }()

    private let port: Int
    private let token: [UInt8]
    private let desk: RegisterDesk
    private let logger: Logger
    private let whenListening: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - port: on 127.0.0.1; 0 for any.
    ///   - token: of ``RegisterToken``.
    ///   - whenListening: is told the port that was bound.
    public init(
        port: Int, token: String, desk: RegisterDesk, logger: Logger,
        whenListening: @escaping @Sendable (_ port: Int) -> Void
    ) {
        self.port = port
        self.token = Array("Bearer \(token)".utf8)
        self.desk = desk
        self.logger = logger
        self.whenListening = whenListening
    }

    public func run() async throws {
        let router = Router()
        router.post("/register/payments") { request, _ in
            await change(request) { body throws(RegisterFault) in try RegisterJSON.start(body) }
        }
        router.get("/register/payments/:id") { request, context in await status(request, context) }
        router.post("/register/payments/:id/cancel") { request, context in
            let id = context.parameters.get("id") ?? ""
            return await change(request) { body throws(RegisterFault) in
                try RegisterJSON.cancel(body, payment: try RegisterServer.id(id))
            }
        }
        router.post("/register/payments/:id/refunds") { request, context in
            let id = context.parameters.get("id") ?? ""
            return await change(request) { body throws(RegisterFault) in
                try RegisterJSON.refund(body, payment: try RegisterServer.id(id))
            }
        }
        router.get("/register/refunds/:id") { request, context in await status(request, context) }
        var quiet = logger
        quiet.logLevel = .error
        let application = Application(
            router: router,
            server: .http1(configuration: .init(idleTimeout: .seconds(RegisterServer.idleSeconds))),
            configuration: .init(
                address: .hostname("127.0.0.1", port: port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(RegisterServer.mostConnections)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { whenListening(port) }
            }, logger: quiet)
        try await application.run()
    }

    // MARK: -

    private func change(
        _ request: Request, _ read: ([UInt8]) throws(RegisterFault) -> RegisterAsk
    ) async -> Response {
        do throws(RegisterFault) {
            try check(request)
            guard let text = RegisterServer.keyHeader.flatMap({ request.headers[$0] }) else {
                throw .badRequest("the header Idempotency-Key must be there: a new key for each new request")
            }
            let key = try RegisterKey(door: RegisterServer.door, text)
            let ask = try read(try await body(of: request))
            let answer = await withCheckedContinuation { (continuation: Waiting) in
                desk.ask(ask, key: key) { continuation.resume(returning: $0) }
            }
            return try response(answer)
        } catch { return refusal(error) }
    }

    private func status(_ request: Request, _ context: BasicRequestContext) async -> Response {
        do throws(RegisterFault) {
            try check(request)
            let id = try RegisterServer.id(context.parameters.get("id") ?? "")
            let answer = await withCheckedContinuation { (continuation: Waiting) in
                desk.status(id, door: RegisterServer.door) { continuation.resume(returning: $0) }
            }
            return try response(answer)
        } catch { return refusal(error) }
    }

    private typealias Waiting = CheckedContinuation<RegisterDesk.Answer, Never>

    private static let keyHeader = HTTPField.Name("Idempotency-Key")

    private static func id(_ text: String) throws(RegisterFault) -> PaymentID {
        do throws(IdentifierError) { return try PaymentID(text) } catch { throw .unknown }
    }

    /// In the time of the whole token, whatever was sent.
    private func check(_ request: Request) throws(RegisterFault) {
        let given = Array((request.headers[.authorization] ?? "").utf8)
        guard given.count == token.count, zip(given, token).reduce(UInt8(0), { $0 | ($1.0 ^ $1.1) }) == 0 else {
            throw .unauthorised
        }
    }

    private func body(of request: Request) async throws(RegisterFault) -> [UInt8] {
        do {
            return Array(try await request.body.collect(upTo: RegisterJSON.largest).readableBytesView)
        } catch is NIOTooManyBytesError { throw .tooLarge } catch { throw .badRequest("the body broke off") }
    }

    private func response(_ answer: RegisterDesk.Answer) throws(RegisterFault) -> Response {
        let (reply, isFresh) = try answer.get()
        return response(isFresh ? .created : .ok, RegisterJSON.bytes(reply))
    }

    private func refusal(_ fault: RegisterFault) -> Response {
        var answer = response(.init(code: fault.status), RegisterJSON.bytes(fault))
        if fault.status == 503 { answer.headers[.retryAfter] = "1" }
        if fault == .unauthorised { answer.headers[.wwwAuthenticate] = "Bearer" }
        return answer
    }

    private func response(_ status: HTTPResponse.Status, _ body: [UInt8]) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
