internal import JSONText
internal import Vocabulary

/// One object of a terminal's JSON; numbers are written as numbers or as texts, by firmware.
struct FaceFields {
    let node: JSONNode

    init(_ node: JSONNode) { self.node = node }

    /// A text or a whole number, shortened to 64 characters; nil when it is absent or empty.
    func text(_ key: String) -> String? {
        guard let text = written(key), !text.isEmpty else { return nil }
        return String(text.prefix(64))
    }

    /// A text, or a whole number as a text.
    private func written(_ key: String) -> String? {
        switch node[key]?.value {
        case .string(let text): text
        case .integer(let number): "\(number)"
        default: nil
        }
    }

    /// An id of a person: never shortened, because two people would become one.
    func id(_ key: String) throws(FaceTerminalError) -> String? {
        guard let text = written(key), !text.isEmpty else { return nil }
        guard text.utf8.count <= FacePerson.longestID else { throw .badValue(key) }
        return text
    }

    /// 0 or more.
    func integer(_ key: String) throws(FaceTerminalError) -> Int64? {
        guard let member = node[key], member.value != .null else { return nil }
        guard let number = member.integer ?? member.string.flatMap({ Int64($0) }), number >= 0 else {
            throw .badValue(key)
        }
        return number
    }

    /// Per cent with any decimals, cut to thousandths of the whole; nil for what is no number from 0 to 100.
    func thousandths(_ key: String) -> Int64? {
        let written: String? =
            switch node[key]?.value {
            case .string(let text), .decimal(let text): text
            case .integer(let number): "\(number)"
            default: nil
            }
        let parts = (written ?? "").utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isDigit: (UInt8) -> Bool = { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }),
            let whole = Int64(String(Substring(parts[0]))), whole <= 100
        else { return nil }
        let tenth = parts.count == 2 ? Int64(parts[1].first! - UInt8(ascii: "0")) : 0
        let value = whole * 10 + tenth
        return value <= 1_000 ? value : nil
    }

    /// A list of objects.
    func list(_ key: String, most: Int) throws(FaceTerminalError) -> [FaceFields]? {
        guard let elements = node[key]?.array else { return nil }
        guard elements.count <= most else { throw .badValue(key) }
        return elements.map(FaceFields.init)
    }
}

/// Reads the terminals' times.
enum FaceTime {
    /// `2026-11-20 12:00:30`, or with a `T`.
    /// - Returns: seconds since 1970 in the terminal's own zone; nil for anything else.
    static func localSeconds(_ text: String?) -> Int64? {
        guard let text else { return nil }
        let bytes = Array(text.utf8)
        guard bytes.count == 19, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: " ") || bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            let second = number(bytes[17..<19]), year >= 1970, hour < 24, minute < 60, second < 60,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        return date.dayNumber * 86_400 + hour * 3_600 + minute * 60 + second
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return value
    }
}
