/// Times of day in a file, in minutes after midnight.
public enum TimeOfDay {
    /// Reads `07:30`; `24:00` is the end of the day.
    /// - Throws: ``CalendarTextError/notATimeOfDay(_:)``.
    public static func read(_ text: String) throws(CalendarTextError) -> Int64 {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.map(\.count) == [2, 2], let hour = digits(parts[0]),
            let minute = digits(parts[1]),
            minute < 60, hour < 24 || hour == 24 && minute == 0
        else { throw .notATimeOfDay(text) }
        return hour * 60 + minute
    }

    /// Writes it the same way.
    public static func text(_ minutes: Int64) -> String { "\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))" }
}
