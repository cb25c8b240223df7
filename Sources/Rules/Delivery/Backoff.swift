public import Vocabulary

/// How long to wait before trying again: doubling from a first wait to a longest, with jitter, so that a region coming
/// back does not arrive at once.
public struct Backoff: Hashable, Sendable {
    public var first: Uptime.Span
    public var longest: Uptime.Span

    public init(first: Uptime.Span, longest: Uptime.Span) {
        precondition(first.nanoseconds > 0 && first <= longest, "a back-off begins above zero and does not shrink")
        self.first = first
        self.longest = longest
    }

    /// - Parameters:
    ///   - attempt: failures so far, from 1.
    ///   - dice: 64 random bits.
    /// - Returns: between half and the whole of `first` doubled `attempt - 1` times, at most ``longest``.
    public func wait(attempt: Int, dice: UInt64) -> Uptime.Span {
        var whole = first.nanoseconds
        for _ in 1..<max(1, min(attempt, 64)) where whole < longest.nanoseconds {
            whole = whole > longest.nanoseconds / 2 ? longest.nanoseconds : whole * 2
        }
        let half = whole / 2
        return Uptime.Span(nanoseconds: half + Int64(dice % UInt64(whole - half + 1)))
    }
}
