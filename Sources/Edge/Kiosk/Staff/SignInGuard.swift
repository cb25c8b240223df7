public import Vocabulary

/// Slows down who tries PINs. Pure.
///
/// Five wrong PINs for one name: a minute's wait, then twice as long for each further one, up to a quarter of an hour.
/// Names that nobody has share one count, so the table is no longer than the list of people.
public struct SignInGuard: Sendable {
    static let freeAttempts = 5
    static let firstWait = Uptime.Span.seconds(60)
    static let longestWait = Uptime.Span.seconds(900)

    private struct Standing {
        var failures = 0
        var until = Uptime(nanoseconds: 0)
    }

    private var standings: [String: Standing] = [:]

    public init() {}

    /// How long this name has to wait; nil: it may try now.
    /// - Parameter name: nil for a name that nobody has.
    public func wait(_ name: String?, at now: Uptime) -> Uptime.Span? {
        guard let standing = standings[name ?? ""], standing.until > now else { return nil }
        return standing.until - now
    }

    public mutating func failed(_ name: String?, at now: Uptime) {
        var standing = standings[name ?? ""] ?? Standing()
        standing.failures += 1
        if standing.failures >= SignInGuard.freeAttempts {
            let doublings = min(standing.failures - SignInGuard.freeAttempts, 8)
            let wait = Uptime.Span(nanoseconds: SignInGuard.firstWait.nanoseconds << Int64(doublings))
            standing.until = now + min(wait, SignInGuard.longestWait)
        }
        standings[name ?? ""] = standing
    }

    public mutating func succeeded(_ name: String) { standings[name] = nil }

    /// Forgets names that are no longer on the list.
    public mutating func keep(only names: Set<String>) {
        standings = standings.filter { $0.key.isEmpty || names.contains($0.key) }
    }
}
