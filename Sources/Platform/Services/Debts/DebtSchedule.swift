public import JSONText
internal import Vocabulary

/// When the platform tries again, by itself, to take what is owed. Pure.
///
/// Counted from the moment the debt arose, so that it ends whatever happens: transit operators try at most six times in
/// fourteen days. After the last try the debt stays owed and on the boxes' list; only whoever meets the owner tries.
public struct DebtSchedule: Equatable, Sendable {
    /// Hours since the debt arose, 1 to 336, growing; at most six.
    public var retryAfterHours: [Int64]

    public static let usual = DebtSchedule(retryAfterHours: [1, 24, 72, 168, 240, 336])
    static let mostTries = 6
    static let hours: ClosedRange<Int64> = 1...336

    /// - Parameter retryAfterHours: growing, each 1 to 336, at most six.
    public init(retryAfterHours: [Int64]) {
        precondition(DebtSchedule.isGood(retryAfterHours), "the reader checks the ranges")
        self.retryAfterHours = retryAfterHours
    }

    /// Reads the platform's `debts`.
    public init?(_ reader: ObjectReader) {
        let most = DebtSchedule.mostTries
        let hours = reader.optionalIntegers(
            "retryAfterHours", count: 0...most, in: DebtSchedule.hours, unit: "hours since the debt arose")
        guard let hours else {
            self = .usual
            return
        }
        guard DebtSchedule.isGood(hours) else {
            reader.refuse(
                "retryAfterHours", found: "hours that do not grow", expected: "each later than the one before")
            return nil
        }
        retryAfterHours = hours
    }

    private static func isGood(_ all: [Int64]) -> Bool {
        all.count <= mostTries && all.allSatisfy(hours.contains) && zip(all, all.dropFirst()).allSatisfy(<)
    }

    /// The next try.
    ///
    /// Tries that fell into a time in which the platform was away are left out, not made up for.
    /// - Parameters:
    ///   - since: when the debt arose.
    ///   - tries: how many have been made.
    /// - Returns: nil if there is none any more.
    func next(since: WallTime, tries: Int64, after now: WallTime) -> WallTime? {
        // A wall clock that is set back again and again must not add tries.
        guard tries < retryAfterHours.count else { return nil }
        for hours in retryAfterHours {
            let (at, overflow) = since.milliseconds.addingReportingOverflow(hours * 3_600_000)
            if !overflow, at > now.milliseconds { return WallTime(milliseconds: at) }
        }
        return nil
    }
}
