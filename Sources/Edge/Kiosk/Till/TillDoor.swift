internal import HTTPTypes
internal import Hummingbird
internal import JSONText
internal import Logging
internal import NIOCore
internal import PageParts
internal import TillPage
internal import Vocabulary

/// The pages of a till or turnstile: the cashier's, and the customers' screens.
///
/// | request | does |
/// |---|---|
/// | `GET /` | the cashier's page |
/// | `GET /board` | what it shows, once |
/// | `GET /events` | the same, whenever it changes, as server-sent events |
/// | `POST /till/<word>` | carries out an order; who gives it comes from the session, or from a command |
/// | `POST /faces` | enrols the face of a person; for commands only |
/// | `GET /periods/<id>`, `/periods/<id>/text`, `/periods/<id>/csv` | a meal period's report |
/// | `GET /tills/<name>/…` | a customer's screen, see ``ScreenDoor`` |
/// | `GET /playlist/<file>` | a file that idle screens show |
///
/// Who may is ``StaffDoor``'s to say.
final class TillDoor: Sendable {
    /// The right to read reports, as `rights` names it.
    static let reading = "reports"

    private let hooks: TillHooks
    private let staff: StaffDoor
    private let screen: ScreenDoor

    init(hooks: TillHooks, logger: Logger) {
        self.hooks = hooks
        staff = StaffDoor(hooks: hooks.staff, logger: logger, rights: hooks.rights)
        screen = ScreenDoor(
            place: "tills", html: TillPage.customer,
            files: [
                ("customer.css", TillPage.customerStyle, "text/css; charset=utf-8"),
                ("customer.js", TillPage.customerScript, "text/javascript; charset=utf-8"),
            ], unknown: "没有这个收银台 There is no such till", hooks: hooks.screens)
    }

    func add(to router: Router<BasicRequestContext>) {
        let page = PageParts.page(TillPage.html)
        router.get("/") { _, _ in Reply.page(page, "text/html; charset=utf-8") }
        router.get("/till.css") { _, _ in Reply.page(TillPage.style, "text/css; charset=utf-8") }
        for (name, script) in TillPage.scripts {
            router.get("/\(name)") { _, _ in Reply.page(script, "text/javascript; charset=utf-8") }
        }
        staff.add(to: router)
        screen.add(to: router)
        router.get("/board") { request, _ in self.board(request) }
        router.get("/events") { request, _ in self.events(request) }
        router.post("/till/:word") { request, context in await self.act(request, context) }
        router.post("/faces") { request, _ in await self.enrol(request) }
        router.get("/periods/:id") { request, context in self.report(request, context, form: nil) }
        router.get("/periods/:id/:form") { request, context in
            self.report(request, context, form: context.parameters.get("form"))
        }
        router.get("/playlist/:file") { _, context in
            guard let file = self.hooks.playlist(context.parameters.get("file") ?? "") else {
                return Reply.say(.notFound, "no such file in the playlist")
            }
            return Reply.page(file.body, file.type)
        }
    }

    // MARK: - What is shown

    private var state: [UInt8] {
        Array("{\"now\":\(hooks.wall().milliseconds),\"board\":".utf8) + hooks.board.current.json + [UInt8(ascii: "}")]
    }

    private func board(_ request: Request) -> Response {
        // A page without a stream asks every few seconds.
        guard staff.principal(of: request, renews: false) != nil else { return Reply.signIn }
        return Reply.json(state)
    }

    private func events(_ request: Request) -> Response {
        guard staff.principal(of: request, renews: false)?.session != nil else { return Reply.signIn }
        // A session that is over shows nothing more: the browser asks again and is told to sign in.
        return EventStream.response(
            hooks.board, isWelcome: { self.staff.principal(of: request, renews: false) != nil }, state: { self.state })
            ?? Reply.say(.serviceUnavailable, "too many pages listen: ask for /board from time to time")
    }

    private func report(_ request: Request, _ context: BasicRequestContext, form: String?) -> Response {
        guard let principal = staff.principal(of: request) else { return Reply.signIn }
        let mayRead = principal.session.map { hooks.rights($0.role).contains(TillDoor.reading) } ?? true
        guard mayRead, let page = hooks.report(context.parameters.get("id") ?? "") else {
            return Reply.say(.notFound, "没有这份报表 There is no such report, or it is not yours to read")
        }
        return Reply.report(page, form: form, file: "period.csv") {
            ReportHTML.page("餐次报表 Meal period", page.text)
        }
    }

    // MARK: - What is done

    /// Sixteen vectors of 2,732 characters, and the person.
    private static let mostFaces = 65_536

    private func enrol(_ request: Request) async -> Response {
        guard staff.isCommand(request) else { return Reply.say(.forbidden, "only the box's own commands enrol faces") }
        guard let node = await Reply.json(request, most: TillDoor.mostFaces) else {
            return Reply.say(.badRequest, "send JSON of at most \(TillDoor.mostFaces) bytes")
        }
        if let why = hooks.enrol(node) { return Reply.say(.conflict, why) }
        return Reply.json(JSONWriter.object { $0.field("taken", true) }, .accepted)
    }

    private func act(_ request: Request, _ context: BasicRequestContext) async -> Response {
        let (orderer, refusal) = staff.orderer(of: request)
        guard let principal = orderer else { return refusal }
        guard let node = await Reply.json(request) else {
            return Reply.say(.badRequest, "send JSON of at most 4096 bytes")
        }
        let who: TillHooks.Orderer
        switch principal {
        case .command: who = .command
        case .person(let session): who = .person(name: session.name, role: session.role)
        }
        switch hooks.act(context.parameters.get("word") ?? "", node, who) {
        case .taken: return Reply.json(JSONWriter.object { $0.field("taken", true) }, .accepted)
        case .refund(let id):
            return Reply.json(JSONWriter.object { $0.field("refund", id.description) }, .accepted)
        case .unreadable(let why): return Reply.say(.badRequest, why)
        case .refused(let why): return Reply.say(.conflict, why)
        case .notAllowed: return Reply.say(.forbidden, "您的岗位无此权限 Your role may not do this")
        case .noSuchTill: return Reply.say(.notFound, screen.unknown)
        case .busy: return Reply.say(.serviceUnavailable, "设备繁忙 请重试 The box is busy: try again")
        }
    }
}
