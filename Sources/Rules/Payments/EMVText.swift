/// The texts a merchant-presented QR may carry (EMV QR Code Specification, Merchant-Presented Mode 1.1, formats N, ANS
/// and S). Lengths count characters, not bytes: a Chinese character is one, though it takes three bytes.
public enum EMVText {
    /// Digits only, an exact number of them.
    public static func digits(_ text: String, count: Int) throws(EMVTextError) -> String {
        try check(text, 1...count, "the digits 0 to 9") { ("0"..."9").contains($0) }
        guard text.utf8.count == count else { throw .wrongLength(text.utf8.count, expected: count...count) }
        return text
    }

    /// The common character set: printable ASCII. What every wallet can show.
    public static func common(_ text: String, longest: Int) throws(EMVTextError) -> String {
        try check(text, 1...longest, "printable ASCII") { (" "..."~").contains($0) }
        return text
    }

    /// Any character a person can read, in any script.
    public static func anyScript(_ text: String, longest: Int) throws(EMVTextError) -> String {
        try check(text, 1...longest, "characters that can be read") { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
        return text
    }

    private static func check(
        _ text: String, _ lengths: ClosedRange<Int>, _ allowed: String, _ allows: (Unicode.Scalar) -> Bool
    ) throws(EMVTextError) {
        let count = text.unicodeScalars.count
        guard lengths.contains(count) else { throw .wrongLength(count, expected: lengths) }
        for (index, scalar) in text.unicodeScalars.enumerated() where !allows(scalar) {
            throw .badCharacter(scalar.value, position: index + 1, allowed: allowed)
        }
    }
}

/// A text that its field of a merchant-presented QR cannot carry.
public enum EMVTextError: Error, Equatable, CustomStringConvertible {
    case wrongLength(Int, expected: ClosedRange<Int>)
    /// - Parameter position: counted from 1.
    case badCharacter(UInt32, position: Int, allowed: String)

    public var description: String {
        switch self {
        case .wrongLength(let count, let expected):
            "it has \(count) characters, expected \(expected.lowerBound)"
                + (expected.count == 1 ? "" : " to \(expected.upperBound)")
        case .badCharacter(let value, let position, let allowed):
            "character \(position) is U+\(String(value, radix: 16, uppercase: true)), expected \(allowed)"
        }
    }
}
