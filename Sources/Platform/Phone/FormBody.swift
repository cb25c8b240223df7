internal import JSONText

/// What a phone sends: a form, as every browser sends it, or a flat JSON object of texts and whole numbers. Pure.
struct FormBody: Equatable, Sendable {
    /// At most this many bytes in a body or query, and this many members.
    static let mostBytes = 4_096
    static let mostFields = 16

    private var fields: [String: String] = [:]

    init() {}

    /// - Returns: nil for a form with too much in it, a member twice, or bytes that are no UTF-8.
    init?(form text: some StringProtocol) {
        guard text.utf8.count <= FormBody.mostBytes else { return nil }
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = FormBody.decoded(parts[0]), let value = FormBody.decoded(parts.count > 1 ? parts[1] : ""),
                fields.updateValue(value, forKey: key) == nil, fields.count <= FormBody.mostFields
            else { return nil }
        }
    }

    /// - Returns: nil for what is no flat object of texts and whole numbers.
    init?(json bytes: [UInt8]) {
        guard bytes.count <= FormBody.mostBytes, let node = try? JSONNode.parse(bytes, dialect: .json),
            let members = node.members, members.count <= FormBody.mostFields
        else { return nil }
        for member in members {
            guard let value = member.node.string ?? member.node.integer.map({ "\($0)" }) else { return nil }
            fields[member.key] = value
        }
    }

    /// The member, without spaces around it; nil if it is missing or empty.
    subscript(key: String) -> String? {
        guard let value = fields[key] else { return nil }
        let trimmed = value.drop { $0.isWhitespace }
        let end = trimmed.lastIndex { !$0.isWhitespace }
        return end.map { String(trimmed[...$0]) }
    }

    /// The key that came in a header.
    mutating func setKey(_ key: String) { fields["key"] = key }

    /// Undoes `application/x-www-form-urlencoded`.
    private static func decoded(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
