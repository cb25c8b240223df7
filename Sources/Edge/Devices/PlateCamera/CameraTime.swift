internal import Vocabulary

/// Reads the times that cameras write.
enum CameraTime {
    /// The first and last second that is a time: the years 1970 to 9999.
    private static let seconds: ClosedRange<Int64> = 0...253_402_300_799

    /// Seconds since 1970, and microseconds within the second.
    /// - Returns: nil when that is no time of the years 1970 to 9999.
    static func wall(seconds: Int64, microseconds: Int64) -> WallTime? {
        guard self.seconds.contains(seconds), (0..<1_000_000).contains(microseconds) else { return nil }
        return WallTime(milliseconds: seconds * 1000 + microseconds / 1000)
    }

    /// ISO 8601 as Hikvision writes it: `2023-11-02T21:10:32+01:00`, with or without a fraction, or with `Z`.
    /// - Returns: nil when it is anything else, or has no offset: local time of an unknown zone is no instant.
    static func wall(_ text: String) -> WallTime? {
        var rest = Array(text.utf8)[...]
        guard rest.count <= 40, let year = number(&rest, 4), take(&rest, "-"), let month = number(&rest, 2),
            take(&rest, "-"), let day = number(&rest, 2), take(&rest, "T"), let hour = number(&rest, 2),
            take(&rest, ":"), let minute = number(&rest, 2), take(&rest, ":"), let second = number(&rest, 2)
        else { return nil }
        guard (1970...9999).contains(year), (1...12).contains(month), (1...length(of: month, year)).contains(day),
            hour < 24, minute < 60, second < 60, let fraction = milliseconds(&rest), let offset = offset(&rest),
            rest.isEmpty
        else { return nil }
        let local = daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
        return wall(seconds: local - offset, microseconds: fraction * 1000)
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, _ digits: Int) -> Int64? {
        guard rest.count >= digits else { return nil }
        var value: Int64 = 0
        for byte in rest.prefix(digits) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        rest.removeFirst(digits)
        return value
    }

    private static func take(_ rest: inout ArraySlice<UInt8>, _ mark: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: mark) else { return false }
        rest.removeFirst()
        return true
    }

    /// The fraction in whole milliseconds, further digits dropped; 0 without a fraction, nil for a point alone.
    private static func milliseconds(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        guard take(&rest, ".") else { return 0 }
        var value: Int64 = 0
        var unit: Int64 = 100
        var digits = 0
        while let digit = number(&rest, 1) {
            value += digit * unit
            unit /= 10
            digits += 1
        }
        return digits > 0 ? value : nil
    }

    /// Seconds east of Greenwich.
    private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        if take(&rest, "Z") { return 0 }
        let isWest = rest.first == UInt8(ascii: "-")
        guard isWest || rest.first == UInt8(ascii: "+") else { return nil }
        rest.removeFirst()
        guard let hours = number(&rest, 2), hours <= 18, take(&rest, ":"), let minutes = number(&rest, 2), minutes < 60
        else { return nil }
        return (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    private static func length(of month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days of the proleptic Gregorian calendar, counted in years that begin in March so that the leap day is last.
    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted % 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
