/// Bytes as letters and digits that survive capitals, small letters and every scanner (RFC 4648, section 6), without
/// padding.
enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count * 8 + 4) / 5)
        var rest: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            rest = rest << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                result.append(alphabet[Int(rest >> bits & 31)])
            }
            rest &= 1 << bits - 1
        }
        if bits > 0 { result.append(alphabet[Int(rest << (5 - bits) & 31)]) }
        return String(decoding: result, as: UTF8.self)
    }

    /// - Returns: nil for any other character, and for a text that ``text(_:)`` does not make.
    static func bytes(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        var rest: UInt32 = 0
        var bits: UInt32 = 0
        for character in text {
            let value: UInt8
            switch character {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = character - UInt8(ascii: "A")
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = character - UInt8(ascii: "a")
            case UInt8(ascii: "2")...UInt8(ascii: "7"): value = character - UInt8(ascii: "2") + 26
            default: return nil
            }
            rest = rest << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(rest >> bits & 255))
                rest &= 1 << bits - 1
            }
        }
        // Five bits or more, or bits that are not zero, are no rest of whole bytes.
        return bits < 5 && rest == 0 ? result : nil
    }
}
