/// The outer form of EMVCo's consumer-presented QR: base64 of BER-TLV data objects, of which the first is tag 85
/// with "CPV01" and at least one is an application template, tag 61 (EMV QR Code Specification, Consumer-Presented
/// Mode). What the templates hold is the acquirer's business.
enum ConsumerPresentedCode {
    /// The characters that 85 05 "CPV01" fixes. The tenth depends on the tag that follows: it is W before a template,
    /// and Q only when nothing follows, which is no payment.
    static let start = "hQVDUFYwM"

    /// - Throws: what is wrong with a text that begins with ``start``.
    static func check(_ text: ArraySlice<Unicode.Scalar>) throws(ConsumerPresentedCodeError) {
        guard text.count <= PayerCode.longest else { throw .tooLong(characters: text.count) }
        let bytes = try decodeBase64(text)
        var rest = bytes[...]
        var position = 0
        var templates = 0
        while !rest.isEmpty {
            let (tag, value) = try takeObject(&rest, of: bytes.count)
            if position == 0 {
                guard tag == [0x85], value.elementsEqual("CPV01".utf8) else { throw .noFormatIndicator }
            }
            if tag == [0x61] { templates += 1 }
            position += 1
        }
        guard templates > 0 else { throw .noApplicationTemplate }
    }

    /// RFC 4648 section 4, with its padding and with no bit set that says nothing: one payment has one text.
    private static func decodeBase64(
        _ text: ArraySlice<Unicode.Scalar>
    ) throws(ConsumerPresentedCodeError) -> [UInt8] {
        guard text.count.isMultiple(of: 4) else { throw .badBase64Length(text.count) }
        let padding = text.suffix(2).reversed().prefix { $0 == "=" }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var held = 0
        for (index, scalar) in text.dropLast(padding).enumerated() {
            guard let six = sextet(scalar) else { throw .badBase64(position: index + 1) }
            bits = bits << 6 | six
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
                bits &= 1 << UInt32(held) - 1
            }
        }
        guard bits == 0 else { throw .badBase64(position: text.count - padding) }
        return bytes
    }

    private static func sextet(_ scalar: Unicode.Scalar) -> UInt32? {
        switch scalar {
        case "A"..."Z": scalar.value - 0x41
        case "a"..."z": scalar.value - 0x61 + 26
        case "0"..."9": scalar.value - 0x30 + 52
        case "+": 62
        case "/": 63
        default: nil
        }
    }

    /// One BER-TLV object: a tag of one or two bytes, a length of one to three bytes, and as many bytes of value.
    private static func takeObject(
        _ rest: inout ArraySlice<UInt8>, of total: Int
    ) throws(ConsumerPresentedCodeError) -> (tag: [UInt8], value: ArraySlice<UInt8>) {
        let start = total - rest.count
        guard let first = rest.popFirst() else { throw .truncated(atByte: start) }
        var tag = [first]
        if first & 0x1F == 0x1F {
            guard let second = rest.popFirst(), second & 0x80 == 0 else { throw .truncated(atByte: start) }
            tag.append(second)
        }
        guard let short = rest.popFirst() else { throw .truncated(atByte: start) }
        var length = Int(short)
        if short >= 0x80 {
            guard short == 0x81 || short == 0x82 else { throw .truncated(atByte: start) }
            length = 0
            for _ in 0..<Int(short & 0x0F) {
                guard let byte = rest.popFirst() else { throw .truncated(atByte: start) }
                length = length << 8 | Int(byte)
            }
        }
        guard length <= rest.count else { throw .truncated(atByte: start) }
        let value = rest.prefix(length)
        rest = rest.dropFirst(length)
        return (tag, value)
    }
}

/// What is wrong with a text that begins like an EMVCo consumer-presented code.
public enum ConsumerPresentedCodeError: Error, Equatable, CustomStringConvertible {
    case tooLong(characters: Int)
    case badBase64Length(Int)
    /// - Parameter position: counted from 1.
    case badBase64(position: Int)
    case truncated(atByte: Int)
    case noFormatIndicator
    case noApplicationTemplate

    public var description: String {
        switch self {
        case .tooLong(let characters): "has \(characters) characters, at most \(PayerCode.longest) are accepted"
        case .badBase64Length(let count): "has \(count) characters of base64, which is no multiple of 4"
        case .badBase64(let position): "character \(position) is not base64"
        case .truncated(let byte): "the data object at byte \(byte) is cut short"
        case .noFormatIndicator: "its first data object is not tag 85 with \"CPV01\""
        case .noApplicationTemplate: "has no application template (tag 61)"
        }
    }
}
