internal import HTTPTypes
internal import Host
internal import Hummingbird
internal import JSONText
public import Logging
internal import NIOCore
public import Services
internal import Synchronization
internal import Vocabulary
internal import Wire

/// The pages on which a driver pays for parking and a member renews a pass, and the same as JSON.
///
/// | request | does |
/// |---|---|
/// | `GET /p/<site>` | asks for the plate; with `?ticket=<stay>` shows what is due for it |
/// | `POST /p/<site>` | `plate` or `ticket`: what is due, line by line |
/// | `POST /p/<site>/pay` | `plate` or `ticket`, `amount`, `key`: makes an order, and leads to its page |
/// | `GET /m/<site>`, `POST /m/<site>` | `plate`: which passes can be renewed |
/// | `POST /m/<site>/pay` | `plate`, `plan`, `months`, `amount`, `key`: makes an order |
/// | `GET /o/<order>` | how an order stands; `…/code.svg` its code |
///
/// With `Accept: application/json` the answers are JSON, and so may be the bodies; the header `Idempotency-Key` then
/// stands for `key`.
public struct PhoneServer: Sendable {
    /// What the server needs of the daemon around it.
    public struct Hooks: Sendable {
        /// Asks the platform; it always answers.
        public var ask: @Sendable (PhoneQuestion) async -> PhoneAnswer
        /// The picture of the code that an order is paid by, as SVG; nil if there is none.
        public var code: @Sendable (PhoneOrderView) -> [UInt8]?

        public init(
            ask: @escaping @Sendable (PhoneQuestion) async -> PhoneAnswer,
            code: @escaping @Sendable (PhoneOrderView) -> [UInt8]?
        ) {
            self.ask = ask
            self.code = code
        }
    }

    private let settings: PhoneSettings
    private let hooks: Hooks
    private let logger: Logger
    private let whenListening: @Sendable (Int) -> Void
    private let limits: Limits

    /// Looking something up costs more than looking at an order, whose page asks by itself every five seconds.
    private final class Limits: Sendable {
        let lookUps = Mutex(RateLimit(burst: 20, perMinute: 20))
        let orders = Mutex(RateLimit(burst: 120, perMinute: 120))
    }

    /// - Parameter whenListening: is told the port that was bound.
    public init(
        _ settings: PhoneSettings, hooks: Hooks, logger: Logger,
        whenListening: @escaping @Sendable (_ port: Int) -> Void
    ) {
        self.settings = settings
        self.hooks = hooks
        self.logger = logger
        self.whenListening = whenListening
        limits = Limits()
    }

    /// Serves until its task is cancelled.
    public func run() async throws {
        let router = Router(context: PhoneContext.self)
        router.get("/p/:site") { request, context in await answer(request, context, lookUp) }
        router.post("/p/:site") { request, context in await answer(request, context, lookUp) }
        router.post("/p/:site/pay") { request, context in await answer(request, context, pay) }
        router.get("/m/:site") { request, context in await answer(request, context, passes) }
        router.post("/m/:site") { request, context in await answer(request, context, passes) }
        router.post("/m/:site/pay") { request, context in await answer(request, context, payPass) }
        router.get("/o/:order") { request, context in await answer(request, context, order) }
        router.get("/o/:order/code.svg") { request, context in await answer(request, context, picture) }
        router.get("/style.css") { _, _ in
            PhoneServer.response(.ok, "text/css; charset=utf-8", Array(PhonePages.style.utf8))
        }
        router.get("/**") { request, context in
            await answer(request, context) { _ throws(PhoneFault) in throw .noPage }
        }
        var quiet = logger
        quiet.logLevel = .error
        let application = Application(
            router: router,
            configuration: .init(address: .hostname(settings.host, port: settings.port), serverName: nil),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { whenListening(port) }
            }, logger: quiet)
        try await application.run()
    }

    // MARK: - Routes

    /// What a route has to go on.
    private struct Visit {
        var site: String
        var order: String
        var form: FormBody
        /// Nothing was sent: the page is asked for as it is.
        var isPlain: Bool
        var wantsJSON: Bool
    }

    private func lookUp(_ visit: Visit) async throws(PhoneFault) -> Response {
        let site = try slug(visit.site)
        if visit.isPlain {
            guard case .site(let site) = try await ask(.site(site)) else { throw .refused(.busy) }
            return visit.wantsJSON ? json(.site(site)) : html(PhonePages.start(site))
        }
        return show(try await ask(.stay(site: site, try key(visit.form))), visit)
    }

    private func pay(_ visit: Visit) async throws(PhoneFault) -> Response {
        let site = try slug(visit.site)
        let answer = try await ask(
            .payStay(
                site: site, try key(visit.form), amount: try amount(visit.form), key: try once(visit.form)))
        return show(answer, visit)
    }

    private func passes(_ visit: Visit) async throws(PhoneFault) -> Response {
        let site = try slug(visit.site)
        if visit.isPlain {
            guard case .site(let site) = try await ask(.site(site)) else { throw .refused(.busy) }
            return visit.wantsJSON ? json(.site(site)) : html(PhonePages.passStart(site))
        }
        return show(try await ask(.passes(site: site, try plate(visit.form))), visit)
    }

    private func payPass(_ visit: Visit) async throws(PhoneFault) -> Response {
        let site = try slug(visit.site)
        guard let plan = visit.form["plan"].flatMap({ try? Slug($0) }),
            let months = visit.form["months"].flatMap({ Int64($0) }), (1...1_000).contains(months)
        else { throw .badForm }
        let answer = try await ask(
            .payPass(
                site: site, try plate(visit.form), plan: plan, months: months, amount: try amount(visit.form),
                key: try once(visit.form)))
        return show(answer, visit)
    }

    private func order(_ visit: Visit) async throws(PhoneFault) -> Response {
        let answer = try await ask(.order(try payment(visit.order)))
        guard case .order(let order) = answer else { throw .refused(.noSuchOrder) }
        return visit.wantsJSON ? json(answer) : html(PhonePages.order(order))
    }

    private func picture(_ visit: Visit) async throws(PhoneFault) -> Response {
        guard case .order(let order) = try await ask(.order(try payment(visit.order))), order.state == .waiting,
            let picture = hooks.code(order)
        else { throw .refused(.noSuchOrder) }
        return PhoneServer.response(.ok, "image/svg+xml", picture)
    }

    /// The page that an answer leads to.
    private func show(_ answer: PhoneAnswer, _ visit: Visit) -> Response {
        if visit.wantsJSON { return json(answer) }
        switch answer {
        case .site(let site): return html(PhonePages.start(site))
        case .due(let stay):
            return html(
                PhonePages.due(
                    stay, key: PhoneServer.newKey(), plate: visit.form["plate"], ticket: visit.form["ticket"]))
        case .nothingDue(let site): return html(PhonePages.nothingDue(site))
        case .passes(let site, let passes):
            return html(
                PhonePages.passes(site, passes, plate: visit.form["plate"] ?? "", key: PhoneServer.newKey()))
        case .order(let order):
            // Loading the page again must not send the form again.
            var response = html("")
            response.status = .seeOther
            response.headers[.location] = "/o/\(order.payment)"
            return response
        case .refused(let refusal): return fault(.refused(refusal), isJSON: false)
        }
    }

    // MARK: - Reading

    private func answer(
        _ request: Request, _ context: PhoneContext, _ route: (Visit) async throws(PhoneFault) -> Response
    ) async -> Response {
        let wantsJSON = request.headers[.accept]?.contains("application/json") == true
        let address = context.address(request, isBehindProxy: settings.isBehindProxy)
        let now = BootClock.now()
        let isOrder = context.parameters.get("order") != nil
        let mayAsk =
            isOrder
            ? limits.orders.withLock { $0.take(address, at: now) }
            : limits.lookUps.withLock { $0.take(address, at: now) }
        guard mayAsk else { return fault(.tooOften, isJSON: wantsJSON) }
        do throws(PhoneFault) {
            var form = try await read(request)
            if let once = HTTPField.Name("Idempotency-Key").flatMap({ request.headers[$0] }) { form.setKey(once) }
            return try await route(
                Visit(
                    site: context.parameters.get("site") ?? "", order: context.parameters.get("order") ?? "",
                    form: form, isPlain: request.method == .get && form["ticket"] == nil, wantsJSON: wantsJSON))
        } catch { return fault(error, isJSON: wantsJSON) }
    }

    private func read(_ request: Request) async throws(PhoneFault) -> FormBody {
        if request.method == .get {
            guard let form = FormBody(form: request.uri.query ?? "") else { throw .badForm }
            return form
        }
        let bytes: [UInt8]
        do { bytes = Array(try await request.body.collect(upTo: FormBody.mostBytes).readableBytesView) } catch {
            throw error is NIOTooManyBytesError ? .tooMuch : .badForm
        }
        let isJSON = request.headers[.contentType]?.contains("application/json") == true
        let form = isJSON ? FormBody(json: bytes) : FormBody(form: String(decoding: bytes, as: UTF8.self))
        guard let form else { throw .badForm }
        return form
    }

    private func ask(_ question: PhoneQuestion) async throws(PhoneFault) -> PhoneAnswer {
        let answer = await hooks.ask(question)
        if case .refused(let refusal) = answer { throw .refused(refusal) }
        return answer
    }

    private func slug(_ text: String) throws(PhoneFault) -> Slug {
        do throws(IdentifierError) { return try Slug(text) } catch { throw .refused(.noSuchSite) }
    }

    private func payment(_ text: String) throws(PhoneFault) -> PaymentID {
        do throws(IdentifierError) { return try PaymentID(text) } catch { throw .refused(.noSuchOrder) }
    }

    private func plate(_ form: FormBody) throws(PhoneFault) -> Plate {
        // One character is no plate; the shortest have four or five.
        guard let plate = form["plate"].flatMap({ try? Plate($0) }), plate.text.count >= 4 else { throw .badPlate }
        return plate
    }

    private func key(_ form: FormBody) throws(PhoneFault) -> StayKey {
        guard let ticket = form["ticket"] else { return .plate(try plate(form)) }
        guard let stay = try? StayID(ticket.lowercased()) else { throw .badTicket }
        return .stay(stay)
    }

    private func amount(_ form: FormBody) throws(PhoneFault) -> Fen {
        guard let amount = form["amount"].flatMap({ Int64($0) }), amount > 0 else { throw .badForm }
        return Fen(amount)
    }

    private func once(_ form: FormBody) throws(PhoneFault) -> String {
        guard let key = form["key"], (8...128).contains(key.utf8.count) else { throw .badForm }
        return key
    }

    private static func newKey() -> String { Hexadecimal.text(SecureRandom.bytes(16)) }

    // MARK: - Answering

    private func html(_ page: String) -> Response {
        PhoneServer.response(.ok, "text/html; charset=utf-8", Array(page.utf8))
    }

    private func json(_ answer: PhoneAnswer) -> Response {
        PhoneServer.response(.ok, "application/json", PhoneJSON.answer(answer))
    }

    private func fault(_ fault: PhoneFault, isJSON: Bool) -> Response {
        let status = HTTPResponse.Status(code: fault.status)
        if isJSON { return PhoneServer.response(status, "application/json", PhoneJSON.fault(fault)) }
        return PhoneServer.response(status, "text/html; charset=utf-8", Array(PhonePages.fault(fault).utf8))
    }

    private static func response(_ status: HTTPResponse.Status, _ contentType: String, _ body: [UInt8]) -> Response {
        var headers: HTTPFields = [
            .contentType: contentType, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy:
                "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
                + "frame-ancestors 'none'",
        ]
        if let referrer = HTTPField.Name("Referrer-Policy") { headers[referrer] = "no-referrer" }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
