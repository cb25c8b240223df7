internal import DeskOrders
internal import DeskPage
internal import HTTPTypes
internal import Host
internal import Hummingbird
internal import JSONText
internal import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import Shifts
internal import Synchronization
internal import Vocabulary

/// The attendant's page and what it asks for.
///
/// | request | does |
/// |---|---|
/// | `GET /` | the page |
/// | `POST /session` | signs in: `{"name": …, "pin": …}`; sets a cookie |
/// | `GET /session`, `DELETE /session` | who is signed in; signs out |
/// | `GET /board` | what the page shows, once |
/// | `GET /events` | the same, whenever it changes, as server-sent events |
/// | `POST /inside` | the cars inside whose plate has `{"plate": …}` in it; a plate is not written into an address |
/// | `POST /desk/<word>` | carries out a ``DeskOrder``; who gives it comes from the session, or from a command |
/// | `GET /shifts/<id>`, `/shifts/<id>/text`, `/shifts/<id>/csv` | a shift's report |
/// | `POST /shifts/<id>/print`, `GET` | prints it on the box's receipt printer; what became of that |
///
/// A request that changes something must bear the header `X-Turnpike`, which another site's page cannot send; or, as
/// the box's own commands do, `Authorization: Bearer` and the token of its state folder.
final class DeskDoor: Sendable {
    private struct People {
        var sessions = Sessions()
        var guardian = SignInGuard()
        var isChecking = false
    }

    private let hooks: DeskHooks
    private let logger: Logger
    private let people = Mutex(People())

    init(hooks: DeskHooks, logger: Logger) {
        self.hooks = hooks
        self.logger = logger
    }

    func add(to router: Router<BasicRequestContext>) {
        router.get("/") { _, _ in DeskReply.page(DeskPage.html, "text/html; charset=utf-8") }
        router.get("/desk.css") { _, _ in DeskReply.page(DeskPage.css, "text/css; charset=utf-8") }
        for (name, script) in DeskPage.scripts {
            router.get("/\(name)") { _, _ in DeskReply.page(script, "text/javascript; charset=utf-8") }
        }
        router.get("/report.js") { _, _ in DeskReply.page(DeskPage.report, "text/javascript; charset=utf-8") }
        router.post("/session") { request, _ in await self.signIn(request) }
        router.get("/session") { request, _ in self.signedIn(request) }
        router.delete("/session") { request, _ in self.signOut(request) }
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

    // MARK: - Who it is

    private func signIn(_ request: Request) async -> Response {
        guard isOwn(request) else { return DeskReply.say(.forbidden, "请从本页面操作 Use the page of this box") }
        guard let node = await DeskReply.json(request), let name = node["name"]?.string, let pin = node["pin"]?.string,
            name.utf8.count <= 64, pin.utf8.count <= 64, !pin.utf8.contains(0)
        else { return DeskReply.say(.badRequest, "send {\"name\": …, \"pin\": …}") }
        let staff: [StaffMember]
        do { staff = try hooks.staff() } catch {
            logger.error("the list of attendants cannot be used:\n\(error)")
            return DeskReply.say(.serviceUnavailable, "人员名单无法读取 The list of attendants cannot be read")
        }
        let member = staff.first { $0.name == name }
        let now = hooks.uptime()
        let wait = people.withLock { people -> Uptime.Span? in
            people.guardian.keep(only: Set(staff.map(\.name)))
            if let wait = people.guardian.wait(member?.name, at: now) { return wait }
            // One at a time: each takes memory and a processor for a moment.
            if people.isChecking { return .seconds(1) }
            people.isChecking = true
            return nil
        }
        if let wait { return DeskReply.wait(wait) }
        // A name that nobody has takes as long as a wrong PIN.
        let hash = member?.pinHash ?? DeskDoor.nobodysHash
        let isRight = await check(pin, hash) && member != nil
        let token = hooks.newToken()
        people.withLock { people in
            people.isChecking = false
            guard isRight, let member else { return people.guardian.failed(member?.name, at: now) }
            people.guardian.succeeded(member.name)
            people.sessions.begin(token, member, at: now)
        }
        guard isRight, let member else {
            logger.warning("a sign-in failed\(member.map { " for \($0.name)" } ?? "")")
            return DeskReply.say(.unauthorized, "姓名或密码不正确 The name or the PIN is not right")
        }
        logger.info("\(member.name) signed in as \(member.role.rawValue)")
        var reply = who(member.name, member.role)
        reply.headers[.setCookie] =
            "turnpike=\(token); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(Sessions.longest.milliseconds / 1_000)"
        return reply
    }

    /// The hash of no PIN.
    private static let nobodysHash = "$y$j9T$OOOOOOOOOOOOOOOOOOOOO.$iVqYoN5FJ8yfTr6sUmx1VfAwGRY6o3d4CMvPQuqzRa1"

    private func check(_ pin: String, _ hash: String) async -> Bool {
        let isPIN = hooks.isPIN
        return await withCheckedContinuation { continuation in
            do {
                _ = try HostThread(name: "pin") { continuation.resume(returning: isPIN(pin, hash)) }
            } catch { continuation.resume(returning: isPIN(pin, hash)) }
        }
    }

    /// Who sends a request.
    private enum Principal {
        /// A command of the box's own.
        case command
        /// Somebody who is signed in, and on the list in the same role.
        case person(Sessions.Session)

        var session: Sessions.Session? { if case .person(let session) = self { session } else { nil } }
    }

    /// Asked first, whatever the request is about.
    /// - Parameter renews: false for what a page asks for by itself: it keeps no session alive.
    /// - Returns: nil for nobody, for whoever was taken off the list, and for who has another role there by now.
    private func principal(of request: Request, renews: Bool = true) -> Principal? {
        if isCommand(request) { return .command }
        guard let token = DeskReply.token(request) else { return nil }
        let now = hooks.uptime()
        guard let session = people.withLock({ $0.sessions.use(token, renews: renews, at: now) }) else { return nil }
        let isStillHere =
            (try? hooks.staff())?.contains { $0.name == session.name && $0.role == session.role } == true
        return isStillHere ? .person(session) : nil
    }

    /// A command of the box's own bears the token that stands in its state folder.
    private func isCommand(_ request: Request) -> Bool {
        let given = Array((request.headers[.authorization] ?? "").utf8), right = Array("Bearer \(hooks.bearer)".utf8)
        guard given.count == right.count else { return false }
        return zip(given, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private func isOwn(_ request: Request) -> Bool { request.headers[DeskReply.ownHeader] == "1" }

    private func signedIn(_ request: Request) -> Response {
        guard let session = principal(of: request)?.session else { return DeskReply.signIn }
        return who(session.name, session.role)
    }

    private func signOut(_ request: Request) -> Response {
        guard isOwn(request) else { return DeskReply.say(.forbidden, "请从本页面操作 Use the page of this box") }
        if let token = DeskReply.token(request) { people.withLock { $0.sessions.end(token) } }
        var reply = DeskReply.json(JSONWriter.object { $0.field("signedOut", true) })
        reply.headers[.setCookie] = "turnpike=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
        return reply
    }

    private func who(_ name: String, _ role: DeskRole) -> Response {
        DeskReply.json(
            JSONWriter.object { writer in
                writer.field("name", name)
                writer.field("role", role.rawValue)
                let rights = DeskRight.allCases.filter { hooks.rights.allows(role, $0) }
                writer.field("rights", array: rights) { $0.string($1.rawValue) }
            })
    }

    // MARK: - What is shown

    private func board(_ request: Request) -> Response {
        // A page without a stream asks every few seconds.
        guard principal(of: request, renews: false) != nil else { return DeskReply.signIn }
        return DeskReply.json(state)
    }

    private var state: [UInt8] {
        Array("{\"now\":\(hooks.wall().milliseconds),\"board\":".utf8) + hooks.feed.current.json + [UInt8(ascii: "}")]
    }

    private func events(_ request: Request) -> Response {
        guard principal(of: request, renews: false)?.session != nil else { return DeskReply.signIn }
        // A session that is over shows nothing more: the browser asks again and is told to sign in.
        return EventStream.response(
            hooks.feed, isWelcome: { self.principal(of: request, renews: false) != nil }, state: { self.state })
            ?? DeskReply.say(.serviceUnavailable, "too many pages listen: ask for /board from time to time")
    }

    /// Who may end a stay sees whole plates, everybody else half hidden ones.
    private func inside(_ request: Request) async -> Response {
        guard let principal = principal(of: request) else { return DeskReply.signIn }
        guard principal.session == nil || isOwn(request) else {
            return DeskReply.say(.forbidden, "请从本页面操作 Use the page of this box")
        }
        guard let text = await DeskReply.json(request)?["plate"]?.string, text.utf8.count <= 32 else {
            return DeskReply.say(.badRequest, "send {\"plate\": …}: a part of the plate, at most 32 bytes")
        }
        let showsPlates = principal.session.map { hooks.rights.allows($0.role, .endStay) } ?? true
        guard let list = await hooks.inside(text, showsPlates) else {
            return DeskReply.say(.serviceUnavailable, "设备繁忙 请重试 The box is busy: try again")
        }
        return DeskReply.json(list)
    }

    // MARK: - What is done

    private func act(_ request: Request, _ context: BasicRequestContext) async -> Response {
        let principal = principal(of: request)
        let isCommand = isCommand(request)
        if !isCommand, request.headers[.authorization] != nil {
            logger.warning("an order without the right token: refused")
            return DeskReply.say(.unauthorized, "口令不正确 The token is not right")
        }
        guard isCommand || isOwn(request) else {
            return DeskReply.say(.forbidden, "请从本页面操作 Use the page of this box")
        }
        guard let principal else { return DeskReply.signIn }
        guard let node = await DeskReply.json(request) else {
            return DeskReply.say(.badRequest, "send JSON of at most 4096 bytes")
        }
        let order: DeskOrder
        let commander: String
        do throws(DeskOrderError) {
            order = try DeskOrder(word: context.parameters.get("word") ?? "", node)
            commander = isCommand ? try order.who(node) : ""
        } catch { return DeskReply.say(.badRequest, error.description) }
        let who: String
        switch principal {
        case .command: who = commander
        case .person(let session) where hooks.rights.allows(session.role, order.word.right): who = session.name
        case .person(let session):
            logger.warning("\(session.name) may not \(order.word.rawValue): refused")
            return DeskReply.say(.forbidden, "您的岗位无此权限 Your role may not do this")
        }
        switch hooks.act(order, who) {
        case .taken: return DeskReply.json(JSONWriter.object { $0.field("taken", true) }, .accepted)
        case .refund(let id):
            return DeskReply.json(JSONWriter.object { $0.field("refund", id.description) }, .accepted)
        case .noSuchLane: return DeskReply.say(.notFound, "没有这条车道 There is no such lane")
        case .busy: return DeskReply.say(.serviceUnavailable, "设备繁忙 请重试 The box is busy: try again")
        case .refused(let why): return DeskReply.say(.conflict, why)
        }
    }

    private func report(_ request: Request, _ context: BasicRequestContext, form: String?) -> Response {
        guard let principal = principal(of: request) else { return DeskReply.signIn }
        let id = context.parameters.get("id") ?? ""
        guard let (who, page) = hooks.report(id), principal.session.map({ mayRead($0, who) }) ?? true else {
            return DeskReply.say(.notFound, "没有这份交班报表 There is no such report, or it is not yours")
        }
        switch form {
        case nil:
            return DeskReply.page(
                ShiftReportPage.html(page, hasPrinter: hooks.slips != nil, hooks.slips?.state(id)),
                "text/html; charset=utf-8")
        case "text": return DeskReply.page(Array(page.text.utf8), "text/plain; charset=utf-8")
        case "csv":
            var reply = DeskReply.page([0xEF, 0xBB, 0xBF] + Array(page.csv.utf8), "text/csv; charset=utf-8")
            reply.headers[.contentDisposition] = "attachment; filename=\"shift.csv\""
            return reply
        case "print": return DeskReply.slip(hooks.slips?.state(id))
        default: return DeskReply.say(.notFound, "text, csv or print")
        }
    }

    /// Whoever may read a report may print it.
    private func print(_ request: Request, _ context: BasicRequestContext) -> Response {
        guard isCommand(request) || isOwn(request) else {
            return DeskReply.say(.forbidden, "请从本页面操作 Use the page of this box")
        }
        let reading = report(request, context, form: "print")
        guard reading.status == .ok, let id = context.parameters.get("id") else { return reading }
        guard let slips = hooks.slips else {
            return DeskReply.say(.conflict, "本设备没有打印机 This box has no printer")
        }
        guard slips.print(id) else {
            return DeskReply.say(.serviceUnavailable, "打印任务过多 请稍后重试 Too many slips wait: try again later")
        }
        return DeskReply.slip(slips.state(id), .accepted)
    }

    private func mayRead(_ session: Sessions.Session, _ whose: Set<String>) -> Bool {
        hooks.rights.allows(session.role, .reports)
            || (whose.contains(session.name) && hooks.rights.allows(session.role, .shift))
    }
}
