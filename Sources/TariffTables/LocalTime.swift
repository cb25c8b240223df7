public import Vocabulary

/// Times as people write and read them where the car park is.
public enum LocalTime {
    /// Reads `2026-11-20T08:05`, with or without seconds, and with or without `Z` or `+08:00` behind it.
    ///
    /// - Parameter zone: holds where the text does not say.
    /// - Throws: ``LocalTimeError``.
    public static func read(_ text: String, zone: TimeZoneRule) throws(LocalTimeError) -> WallTime {
        let bytes = Array(text.utf8)
        guard bytes.count >= 16, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
            let date = try? CivilDate(String(decoding: bytes[..<10], as: UTF8.self)),
            let (hour, minute) = clock(bytes[11..<16]), hour < 24
        else { throw LocalTimeError(text: text) }
        var rest = bytes[16...]
        var second: Int64 = 0
        if rest.first == UInt8(ascii: ":") {
            guard rest.count >= 3, let number = number(rest.dropFirst().prefix(2)), number < 60 else {
                throw LocalTimeError(text: text)
            }
            second = number
            rest = rest.dropFirst(3)
        }
        let local = hour * 3_600 + minute * 60 + second
        guard let sign = rest.first else {
            return WallTime(milliseconds: zone.instant(date, second: local) * 1_000)
        }
        var offset: Int64 = 0
        if sign != UInt8(ascii: "Z") || rest.count > 1 {
            guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), rest.count == 6,
                let (hours, minutes) = clock(rest.dropFirst())
            else { throw LocalTimeError(text: text) }
            offset = (hours * 3_600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
        }
        return WallTime(milliseconds: (date.dayNumber * 86_400 + local - offset) * 1_000)
    }

    private static func clock(_ text: ArraySlice<UInt8>) -> (Int64, Int64)? {
        guard text.count == 5, text[text.startIndex + 2] == UInt8(ascii: ":"), let hour = number(text.prefix(2)),
            let minute = number(text.suffix(2)), minute < 60
        else { return nil }
        return (hour, minute)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            ? Int64(String(decoding: digits, as: UTF8.self)) : nil
    }

    /// `2026-11-20 08:05:30 +08:00`; without seconds where they are none.
    public static func text(_ time: WallTime, zone: TimeZoneRule) -> String {
        let seconds = time.milliseconds / 1_000
        let (date, second) = zone.local(seconds)
        let offset = zone.offset(at: seconds)
        let clock = "\(two(second / 3_600)):\(two(second / 60 % 60))" + (second % 60 == 0 ? "" : ":\(two(second % 60))")
        let magnitude = abs(offset)
        return "\(date) \(clock) \(offset < 0 ? "-" : "+")\(two(magnitude / 3_600)):\(two(magnitude / 60 % 60))"
    }

    static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// A text that is not a time.
public struct LocalTimeError: Error, Equatable, CustomStringConvertible {
    public let text: String
    public var description: String {
        "\"\(text.prefix(40))\" is not a time: write it like 2026-11-20T08:05 or 2026-11-20T08:05+08:00"
    }
}
