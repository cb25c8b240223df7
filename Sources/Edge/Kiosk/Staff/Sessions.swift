public import Shifts
public import Vocabulary

/// Who is signed in. Pure.
///
/// A session ends after twelve hours, or after four without an act or a look; at most ``most`` live at a time, and the
/// one that was idle longest gives way.
public struct Sessions: Sendable {
    public static let longest = Uptime.Span.seconds(12 * 3_600)
    public static let idle = Uptime.Span.seconds(4 * 3_600)
    static let most = 64

    public struct Session: Hashable, Sendable {
        public var name: String
        public var role: DeskRole
        var ends: Uptime
        var lastUsed: Uptime
    }

    private var byToken: [String: Session] = [:]

    public init() {}

    public var count: Int { byToken.count }

    /// - Parameter token: 128 random bits or more, told to this browser only.
    public mutating func begin(_ token: String, _ member: StaffMember, at now: Uptime) {
        byToken = byToken.filter { !isOver($0.value, at: now) }
        if byToken.count >= Sessions.most, let oldest = byToken.min(by: { $0.value.lastUsed < $1.value.lastUsed }) {
            byToken[oldest.key] = nil
        }
        byToken[token] = Session(
            name: member.name, role: member.role, ends: now + Sessions.longest, lastUsed: now)
    }

    /// - Parameter renews: whether the person does or looks at something; a stream that goes on is neither.
    /// - Returns: nil if there is no such session, or it is over.
    public mutating func use(_ token: String, renews: Bool = true, at now: Uptime) -> Session? {
        guard var session = byToken[token] else { return nil }
        guard !isOver(session, at: now) else {
            byToken[token] = nil
            return nil
        }
        guard renews else { return session }
        session.lastUsed = now
        byToken[token] = session
        return session
    }

    public mutating func end(_ token: String) { byToken[token] = nil }

    private func isOver(_ session: Session, at now: Uptime) -> Bool {
        now >= session.ends || now >= session.lastUsed + Sessions.idle
    }
}
