internal import HTTPTypes
internal import Host
internal import Hummingbird
internal import JSONText
internal import Logging
internal import Shifts
internal import Synchronization
internal import Vocabulary

/// Who sends a request: people who sign in at the box's pages with name and PIN, and the box's own commands.
///
/// | request | does |
/// |---|---|
/// | `POST /session` | signs in: `{"name": …, "pin": …}`; sets a cookie |
/// | `GET /session`, `DELETE /session` | who is signed in; signs out |
///
/// A request that changes something must bear the header `X-Turnpike`, which another site's page cannot send; or, as
/// the box's own commands do, `Authorization: Bearer` and the token of its state folder.
final class StaffDoor: Sendable {
    private struct People {
        var sessions = Sessions()
        var guardian = SignInGuard()
        var isChecking = false
    }

    private let hooks: StaffHooks
    /// What a role may do at this box, in words for its page.
    private let rights: @Sendable (DeskRole) -> [String]
    private let logger: Logger
    private let people = Mutex(People())

    init(hooks: StaffHooks, logger: Logger, rights: @escaping @Sendable (DeskRole) -> [String]) {
        self.hooks = hooks
        self.logger = logger
        self.rights = rights
    }

    func add(to router: Router<BasicRequestContext>) {
        router.post("/session") { request, _ in await self.signIn(request) }
        router.get("/session") { request, _ in self.signedIn(request) }
        router.delete("/session") { request, _ in self.signOut(request) }
    }

    private func signIn(_ request: Request) async -> Response {
        guard isOwn(request) else { return Reply.notOwn }
        guard let node = await Reply.json(request), let name = node["name"]?.string, let pin = node["pin"]?.string,
            name.utf8.count <= 64, pin.utf8.count <= 64, !pin.utf8.contains(0)
        else { return Reply.say(.badRequest, "send {\"name\": …, \"pin\": …}") }
        let staff: [StaffMember]
        do { staff = try hooks.staff() } catch {
            logger.error("the list of attendants cannot be used:\n\(error)")
            return Reply.say(.serviceUnavailable, "人员名单无法读取 The list of attendants cannot be read")
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
        if let wait { return Reply.wait(wait) }
        // A name that nobody has takes as long as a wrong PIN.
        let hash = member?.pinHash ?? StaffDoor.nobodysHash
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
            return Reply.say(.unauthorized, "姓名或密码不正确 The name or the PIN is not right")
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
    enum Principal {
        /// A command of the box's own.
        case command
        /// Somebody who is signed in, and on the list in the same role.
        case person(Sessions.Session)

        var session: Sessions.Session? { if case .person(let session) = self { session } else { nil } }
    }

    /// Asked first, whatever the request is about.
    /// - Parameter renews: false for what a page asks for by itself: it keeps no session alive.
    /// - Returns: nil for nobody, for whoever was taken off the list, and for who has another role there by now.
    func principal(of request: Request, renews: Bool = true) -> Principal? {
        if isCommand(request) { return .command }
        guard let token = Reply.token(request) else { return nil }
        let now = hooks.uptime()
        guard let session = people.withLock({ $0.sessions.use(token, renews: renews, at: now) }) else { return nil }
        let isStillHere =
            (try? hooks.staff())?.contains { $0.name == session.name && $0.role == session.role } == true
        return isStillHere ? .person(session) : nil
    }

    /// A command of the box's own bears the token that stands in its state folder.
    func isCommand(_ request: Request) -> Bool {
        let given = Array((request.headers[.authorization] ?? "").utf8), right = Array("Bearer \(hooks.bearer)".utf8)
        guard given.count == right.count else { return false }
        return zip(given, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    func isOwn(_ request: Request) -> Bool { request.headers[Reply.ownHeader] == "1" }

    private func signedIn(_ request: Request) -> Response {
        guard let session = principal(of: request)?.session else { return Reply.signIn }
        return who(session.name, session.role)
    }

    private func signOut(_ request: Request) -> Response {
        guard isOwn(request) else { return Reply.notOwn }
        if let token = Reply.token(request) { people.withLock { $0.sessions.end(token) } }
        var reply = Reply.json(JSONWriter.object { $0.field("signedOut", true) })
        reply.headers[.setCookie] = "turnpike=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
        return reply
    }

    private func who(_ name: String, _ role: DeskRole) -> Response {
        Reply.json(
            JSONWriter.object { writer in
                writer.field("name", name)
                writer.field("role", role.rawValue)
                writer.field("rights", array: rights(role)) { $0.string($1) }
            })
    }

    /// Who gives an order; an answer for whoever may not give any.
    func orderer(of request: Request) -> (principal: Principal?, refusal: Response) {
        let principal = principal(of: request)
        if !isCommand(request), request.headers[.authorization] != nil {
            logger.warning("an order without the right token: refused")
            return (nil, Reply.say(.unauthorized, "口令不正确 The token is not right"))
        }
        guard isCommand(request) || isOwn(request) else { return (nil, Reply.notOwn) }
        return (principal, Reply.signIn)
    }
}
