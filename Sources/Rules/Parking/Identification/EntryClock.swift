public import Vocabulary

/// Whether the moment at which a stay began can be priced from.
///
/// Within one run of the machine the boot clock counts, whatever the wall clock said at the entry. After a restart only
/// the wall clock is left, and nobody is charged by one that was wrong.
public enum EntryClock {
    /// Why a stay's beginning is not known.
    public enum Fault: String, Hashable, Sendable, CaseIterable {
        /// The clock was not synchronised when the car came in.
        case notSynchronised
        /// Before any box of this kind existed.
        case beforeAllBoxes
        /// Yet to come.
        case inTheFuture
        /// Longer ago than any stay lasts.
        case tooLongAgo
    }

    /// 2025-01-01T00:00:00Z: no box is older.
    public static let earliest = WallTime(milliseconds: 1_735_689_600_000)
    /// A clock that stands this much before the entry is a clock that was set; the stay counts as begun just now.
    public static let slack = Uptime.Span.seconds(600)

    /// Whether the boot clock has counted on between two moments. A run without a name has no boot clock to count by:
    /// it is another box's, or a rehearsal.
    static func isOneRun(_ one: String, _ other: String) -> Bool { one == other && !one.isEmpty }

    /// - Returns: nil where the stay's length is known.
    public static func fault(
        in stay: Stay, at now: ClockReading, boot: String, _ settings: IdentificationSettings
    ) -> Fault? {
        if isOneRun(stay.boot, boot) { return nil }
        if !stay.isSynchronised, !settings.trustsUnsynchronisedEntry { return .notSynchronised }
        return fault(in: stay.entered, at: now, longestDays: settings.longestStayDays)
    }

    /// - Returns: nil for a moment at which a car can have come in.
    public static func fault(in entered: WallTime, at now: ClockReading, longestDays: Int64) -> Fault? {
        if entered < earliest { return .beforeAllBoxes }
        let (age, overflow) = now.wall.milliseconds.subtractingReportingOverflow(entered.milliseconds)
        if overflow { return entered > now.wall ? .inTheFuture : .tooLongAgo }
        if age < -slack.milliseconds { return .inTheFuture }
        return age > longestDays * 86_400_000 ? .tooLongAgo : nil
    }

    /// The moment from which the stay is priced.
    ///
    /// Where the wall clock was not known to be right at the entry and has been set since, it is counted back from now
    /// by the boot clock: windows of the day are then the right ones.
    public static func beginning(of stay: Stay, at now: ClockReading, boot: String) -> WallTime {
        guard isOneRun(stay.boot, boot), !stay.isSynchronised, now.isSynchronised, stay.paidThrough == nil else {
            return stay.entered
        }
        let inside = (now.uptime - stay.enteredUptime).milliseconds
        let (began, overflow) = now.wall.milliseconds.subtractingReportingOverflow(inside)
        let counted = WallTime(milliseconds: overflow ? stay.entered.milliseconds : began)
        let (difference, far) = counted.milliseconds.subtractingReportingOverflow(stay.entered.milliseconds)
        return far || difference.magnitude > UInt64(slack.milliseconds) ? counted : stay.entered
    }
}
