public import Vocabulary

/// Decides which weight may be charged: stable, in range, above zero. The one rule for all scales.
///
/// A scale that says by itself that nothing moves is believed at once. One that never says it must give
/// ``equalReadings`` equal readings in a row, none further than ``longestGap`` from the one before. Pure: time is an
/// argument.
public struct ScaleSettling: Sendable {
    /// Why a weight may not be charged yet.
    public enum Verdict: Hashable, Sendable {
        case chargeable(Grams)
        /// Nothing lies on the scale.
        case empty
        case moving
        case overRange
        case negative
    }

    /// 2 to 100.
    public let equalReadings: Int
    public let longestGap: Uptime.Span
    private var previous: ScaleReading?
    private var equal = 0
    private var last = Uptime(nanoseconds: 0)

    public init(equalReadings: Int = 5, longestGap: Uptime.Span = .milliseconds(500)) {
        precondition((2...100).contains(equalReadings), "one reading says nothing of rest")
        self.equalReadings = equalReadings
        self.longestGap = longestGap
    }

    /// - Returns: what may be done with the reading.
    public mutating func take(_ reading: ScaleReading, at now: Uptime) -> Verdict {
        equal = previous == reading && now - last <= longestGap ? min(equal + 1, equalReadings) : 1
        previous = reading
        last = now
        if reading.isOverRange { return .overRange }
        if reading.isNegative { return .negative }
        guard reading.isStable ?? (equal >= equalReadings) else { return .moving }
        return reading.net.count > 0 ? .chargeable(reading.net) : .empty
    }

    /// A message that was no reading: what came before it says nothing of rest any more.
    public mutating func interrupt() { previous = nil }
}
