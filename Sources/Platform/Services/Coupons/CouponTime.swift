internal import Vocabulary

/// Times as a person writes them into a configuration (RFC 3339): `2026-03-01T00:00:00+08:00`.
enum CouponTime {
    struct Unreadable: Error, CustomStringConvertible {
        var description: String { "write 2026-03-01T00:00:00+08:00: a date, a time and the offset from UTC, or Z" }
    }

    /// - Throws: ``Unreadable`` for any other form, a day or time that does not exist, or a year before 1970.
    static func read(_ text: String) throws(Unreadable) -> WallTime {
        let bytes = Array(text.utf8)
        guard bytes.count == 25 || bytes.count == 20 && bytes[19] == UInt8(ascii: "Z") else { throw Unreadable() }
        for (place, mark) in zip([4, 7, 10, 13, 16], "--T::".utf8) where bytes[place] != mark { throw Unreadable() }
        let (year, month, day) = (try number(bytes, 0..<4), try number(bytes, 5..<7), try number(bytes, 8..<10))
        let (hour, minute, second) = (
            try number(bytes, 11..<13), try number(bytes, 14..<16), try number(bytes, 17..<19)
        )
        guard year >= 1970, (1...12).contains(month), day >= 1, day <= days(in: month, of: year), hour < 24,
            minute < 60, second < 60
        else { throw Unreadable() }
        let seconds = ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
        return WallTime(milliseconds: (seconds - (try offset(bytes))) * 1000)
    }

    /// Seconds east of UTC.
    private static func offset(_ bytes: [UInt8]) throws(Unreadable) -> Int64 {
        guard bytes.count == 25 else { return 0 }
        let (hours, minutes) = (try number(bytes, 20..<22), try number(bytes, 23..<25))
        guard bytes[22] == UInt8(ascii: ":"), hours < 24, minutes < 60 else { throw Unreadable() }
        switch bytes[19] {
        case UInt8(ascii: "+"): return (hours * 60 + minutes) * 60
        case UInt8(ascii: "-"): return -(hours * 60 + minutes) * 60
        default: throw Unreadable()
        }
    }

    private static func number(_ bytes: [UInt8], _ range: Range<Int>) throws(Unreadable) -> Int64 {
        var number: Int64 = 0
        for byte in bytes[range] {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { throw Unreadable() }
            number = number * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return number
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// By the proleptic Gregorian calendar; the year begins in March, so that the leap day is its last.
    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
