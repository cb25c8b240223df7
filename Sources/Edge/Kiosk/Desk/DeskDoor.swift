internal import DeskOrders
internal import DeskPage
internal import HTTPTypes
internal import Hummingbird
internal import JSONText
internal import Logging
internal import NIOCore
internal import PageParts
internal import ServiceLifecycle
internal import Shifts
internal import Vocabulary

/// The attendant's page and what it asks for.
///
/// | request | does |
/// |---|---|
/// | `GET /` | the page |
/// | `GET /board` | what the page shows, once |
/// | `GET /events` | the same, whenever it changes, as server-sent events |
/// | `POST /inside` | the cars inside whose plate has `{"plate": …}` in it; a plate is not written into an address |
/// | `POST /desk/<word>` | carries out a ``DeskOrder``; who gives it comes from the session, or from a command |
/// | `GET /shifts/<id>`, `/shifts/<id>/text`, `/shifts/<id>/csv` | a shift's report |
/// | `POST /shifts/<id>/print`, `GET` | prints it on the box's receipt printer; what became of that |
///
/// Who may is ``StaffDoor``'s to say.
final class DeskDoor: Sendable {
    private let hooks: DeskHooks
    private let logger: Logger
    private let staff: StaffDoor

    init(hooks: DeskHooks, logger: Logger) {
        self.hooks = hooks
        self.logger = logger
        staff = StaffDoor(hooks: hooks.staff, logger: logger) { [rights = hooks.rights] role in
            DeskRight.allCases.filter { rights.allows(role, $0) }.map(\.rawValue)
        }
    }

    func add(to router: Router<BasicRequestContext>) {
        let page = PageParts.page(DeskPage.html)
        router.get("/") { _, _ in Reply.page(page, "text/html; charset=utf-8") }
        router.get("/desk.css") { _, _ in Reply.page(DeskPage.css, "text/css; charset=utf-8") }
        for (name, script) in DeskPage.scripts {
            router.get("/\(name)") { _, _ in Reply.page(script, "text/javascript; charset=utf-8") }
        }
        staff.add(to: router)
        router.get("/board") { request, _ in self.board(request) }
        router.get("/events") { request, _ in self.events(request) }
        router.post("/inside") { request, _ in await self.inside(request) }
        router.post("/desk/:word") { request, context in await self.act(request, context) }
        router.get("/shifts/:id") { request, context in self.report(request, context, form: nil) }
        router.get("/shifts/:id/:form") { request, context in
            self.report(request, context, form: context.parameters.get("form"))
        }
        router.post("/shifts/:id/print") { request, context in self.print(request, context) }
        // The router does not look further than a path that fits to the letter, whatever the method.
        router.get("/shifts/:id/print") { request, context in self.report(request, context, form: "print") }
    }

    // MARK: - What is shown

    private func board(_ request: Request) -> Response {
        // A page without a stream asks every few seconds.
        guard staff.principal(of: request, renews: false) != nil else { return Reply.signIn }
        return Reply.json(state)
    }

    private var state: [UInt8] {
        Array("{\"now\":\(hooks.wall().milliseconds),\"board\":".utf8) + hooks.feed.current.json + [UInt8(ascii: "}")]
    }

    private func events(_ request: Request) -> Response {
        guard staff.principal(of: request, renews: false)?.session != nil else { return Reply.signIn }
        // A session that is over shows nothing more: the browser asks again and is told to sign in.
        return EventStream.response(
            hooks.feed, isWelcome: { self.staff.principal(of: request, renews: false) != nil }, state: { self.state })
            ?? Reply.say(.serviceUnavailable, "too many pages listen: ask for /board from time to time")
    }

    /// Who may end a stay sees whole plates, everybody else half hidden ones.
    private func inside(_ request: Request) async -> Response {
        guard let principal = staff.principal(of: request) else { return Reply.signIn }
        guard principal.session == nil || staff.isOwn(request) else {
            return Reply.notOwn
        }
        guard let text = await Reply.json(request)?["plate"]?.string, text.utf8.count <= 32 else {
            return Reply.say(.badRequest, "send {\"plate\": …}: a part of the plate, at most 32 bytes")
        }
        let showsPlates = principal.session.map { hooks.rights.allows($0.role, .endStay) } ?? true
        guard let list = await hooks.inside(text, showsPlates) else {
            return Reply.say(.serviceUnavailable, "设备繁忙 请重试 The box is busy: try again")
        }
        return Reply.json(list)
    }

    // MARK: - What is done

    private func act(_ request: Request, _ context: BasicRequestContext) async -> Response {
        let (orderer, refusal) = staff.orderer(of: request)
        guard let principal = orderer else { return refusal }
        guard let node = await Reply.json(request) else {
            return Reply.say(.badRequest, "send JSON of at most 4096 bytes")
        }
        let order: DeskOrder
        let commander: String
        do throws(DeskOrderError) {
            order = try DeskOrder(word: context.parameters.get("word") ?? "", node)
            commander = principal.session == nil ? try order.who(node) : ""
        } catch { return Reply.say(.badRequest, error.description) }
        let who: String
        switch principal {
        case .command: who = commander
        case .person(let session) where hooks.rights.allows(session.role, order.word.right): who = session.name
        case .person(let session):
            logger.warning("\(session.name) may not \(order.word.rawValue): refused")
            return Reply.say(.forbidden, "您的岗位无此权限 Your role may not do this")
        }
        switch hooks.act(order, who) {
        case .taken: return Reply.json(JSONWriter.object { $0.field("taken", true) }, .accepted)
        case .refund(let id):
            return Reply.json(JSONWriter.object { $0.field("refund", id.description) }, .accepted)
        case .noSuchLane: return Reply.say(.notFound, "没有这条车道 There is no such lane")
        case .busy: return Reply.say(.serviceUnavailable, "设备繁忙 请重试 The box is busy: try again")
        case .refused(let why): return Reply.say(.conflict, why)
        }
    }

    private func report(_ request: Request, _ context: BasicRequestContext, form: String?) -> Response {
        guard let principal = staff.principal(of: request) else { return Reply.signIn }
        let id = context.parameters.get("id") ?? ""
        guard let (who, page) = hooks.report(id), principal.session.map({ mayRead($0, who) }) ?? true else {
            return Reply.say(.notFound, "没有这份交班报表 There is no such report, or it is not yours")
        }
        if form == "print" { return Reply.slip(hooks.slips?.state(id)) }
        return Reply.report(page, form: form, file: "shift.csv") {
            ShiftReportPage.html(page, hasPrinter: hooks.slips != nil, hooks.slips?.state(id))
        }
    }

    /// Whoever may read a report may print it.
    private func print(_ request: Request, _ context: BasicRequestContext) -> Response {
        guard staff.isCommand(request) || staff.isOwn(request) else {
            return Reply.notOwn
        }
        let reading = report(request, context, form: "print")
        guard reading.status == .ok, let id = context.parameters.get("id") else { return reading }
        guard let slips = hooks.slips else {
            return Reply.say(.conflict, "本设备没有打印机 This box has no printer")
        }
        guard slips.print(id) else {
            return Reply.say(.serviceUnavailable, "打印任务过多 请稍后重试 Too many slips wait: try again later")
        }
        return Reply.slip(slips.state(id), .accepted)
    }

    private func mayRead(_ session: Sessions.Session, _ whose: Set<String>) -> Bool {
        hooks.rights.allows(session.role, .reports)
            || (whose.contains(session.name) && hooks.rights.allows(session.role, .shift))
    }
}
