/// A date of the Gregorian calendar, wherever that is.
public struct CivilDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01; negative before it.
    public let dayNumber: Int64

    /// - Parameter dayNumber: days since 1970-01-01.
    public init(dayNumber: Int64) { self.dayNumber = dayNumber }

    /// - Returns: nil for a date that no calendar has, such as 29 February 2027.
    public init?(year: Int64, month: Int64, day: Int64) {
        guard (1...9_999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        // Counted from 1 March, so that the leap day comes last and months have a rule.
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(dayNumber: era * 146_097 + dayOfEra - 719_468)
        guard parts == (year, month, day) else { return nil }
    }

    /// Year, month (1 to 12) and day of the month.
    public var parts: (year: Int64, month: Int64, day: Int64) {
        let shifted = dayNumber + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let index = (5 * dayOfYear + 2) / 153
        let month = index < 10 ? index + 3 : index - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * index + 2) / 5 + 1)
    }

    /// 0 Monday to 6 Sunday.
    public var weekday: Int64 { floorRemainder(dayNumber + 3, 7) }

    /// The first day of its month.
    public var startOfMonth: CivilDate { CivilDate(dayNumber: dayNumber - parts.day + 1) }

    /// The last day of its month.
    public var endOfMonth: CivilDate {
        // No month has more than 31 days: the 32nd is one of the next.
        let next = CivilDate(dayNumber: startOfMonth.dayNumber + 31)
        return CivilDate(dayNumber: next.startOfMonth.dayNumber - 1)
    }

    public static func < (left: CivilDate, right: CivilDate) -> Bool { left.dayNumber < right.dayNumber }
}

extension CivilDate: CustomStringConvertible {
    /// ISO 8601: `2026-11-20`.
    public var description: String {
        let (year, month, day) = parts
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// Reads `2026-11-20`.
    /// - Throws: ``CalendarTextError``.
    public init(_ text: String) throws(CalendarTextError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.count) == [4, 2, 2],
            let year = digits(parts[0]), let month = digits(parts[1]), let day = digits(parts[2])
        else { throw .notADate(text) }
        guard let date = CivilDate(year: year, month: month, day: day) else { throw .noSuchDay(text) }
        self = date
    }
}

/// A text of a calendar or clock that cannot be read.
public enum CalendarTextError: Error, Equatable, Sendable, CustomStringConvertible {
    case notADate(String)
    case noSuchDay(String)
    case endsBeforeItBegins(String)
    case notATimeOfDay(String)
    case notAWeekday(String)
    case notATimeZone(String, why: String)

    public var description: String {
        switch self {
        case .notADate(let text): "\"\(text.prefix(40))\" is not a date: write it like 2026-10-01"
        case .noSuchDay(let text): "no calendar has the day \(text)"
        case .endsBeforeItBegins(let text): "\(text.prefix(40)) ends before it begins"
        case .notATimeOfDay(let text): "\"\(text.prefix(40))\" is not a time of day: write it like 07:30, up to 24:00"
        case .notAWeekday(let text): "\"\(text.prefix(40))\" is no day"
        case .notATimeZone(let text, let why):
            "\"\(text.prefix(60))\" is not a POSIX time zone such as CST-8 or CET-1CEST,M3.5.0,M10.5.0/3: \(why)"
        }
    }
}

/// The number that one to nine digits write; nil for anything else.
func digits(_ text: some Collection<UInt8>) -> Int64? {
    guard (1...9).contains(text.count) else { return nil }
    var number: Int64 = 0
    for byte in text {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        number = number * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return number
}

func padded(_ number: Int64, _ width: Int) -> String {
    let text = String(number.magnitude)
    return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - text.count)) + text
}
