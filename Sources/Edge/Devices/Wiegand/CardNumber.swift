/// The number of a card, as its field writes it.
public struct CardNumber: Hashable, Sendable {
    /// The site's part; nil for cards without one.
    public let facility: UInt64?
    public let number: UInt64
    /// Bits of the number, 1 to 64; with a facility the two are at most 64 together.
    let numberBits: Int

    init(facility: UInt64?, number: UInt64, numberBits: Int) {
        self.facility = facility
        self.number = number
        self.numberBits = numberBits
    }

    /// All data bits as one number.
    public var whole: UInt64 { facility.map { $0 << UInt64(numberBits) | number } ?? number }

    /// All data bits in decimal, with zeros to at least ten digits: the long number printed on most cards, and what
    /// keyboard and serial readers send.
    public var tenDigits: String {
        let digits = String(whole)
        return String(repeating: "0", count: max(0, 10 - digits.utf8.count)) + digits
    }

    /// `123,45678`: facility in at least three digits and number in at least five, the short number printed on cards.
    public var printed: String {
        func padded(_ value: UInt64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        return facility.map { padded($0, 3) + "," + padded(number, 5) } ?? tenDigits
    }
}

/// Reads the line of a serial reader or keyboard-wedge reader that sends a card's number as text.
public enum CardText {
    /// How the reader is set to write numbers. The digits alone do not say it: 10 digits can be both.
    public enum Style: Hashable, Sendable {
        /// Decimal digits, with or without leading zeros.
        case decimal
        /// Hexadecimal digits, the most significant byte first.
        case hexadecimal
        /// Hexadecimal digits, the least significant byte first.
        case hexadecimalReversed
        /// `123,45678`: facility below 256 and number below 65,536.
        case printed
    }

    /// - Parameter line: without its end; spaces around it are dropped. At most 20 characters.
    /// - Throws: ``CardTextError``; the error never has the number in it.
    public static func read(_ line: [UInt8], _ style: Style) throws(CardTextError) -> CardNumber {
        let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") }
        let text = Array(line.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
        guard !text.isEmpty else { throw .empty }
        guard text.count <= 20 else { throw .tooLong(text.count) }
        let whole: UInt64
        switch style {
        case .decimal: whole = try number(text, radix: 10)
        case .hexadecimal: whole = try number(text, radix: 16)
        case .hexadecimalReversed:
            guard text.count.isMultiple(of: 2) else { throw .halfAByte }
            let pairs = stride(from: 0, to: text.count, by: 2).reversed().flatMap { text[$0..<$0 + 2] }
            whole = try number(pairs, radix: 16)
        case .printed:
            let parts = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { throw .notPrinted }
            let facility = try number(Array(parts[0]), radix: 10), number = try number(Array(parts[1]), radix: 10)
            guard facility < 256, number < 65_536 else { throw .notPrinted }
            return CardNumber(facility: facility, number: number, numberBits: 16)
        }
        return CardNumber(facility: nil, number: whole, numberBits: 64)
    }

    static func number(_ digits: [UInt8], radix: UInt64) throws(CardTextError) -> UInt64 {
        var value: UInt64 = 0
        for (index, digit) in digits.enumerated() {
            guard let next = digitValue(digit), next < radix else { throw .badCharacter(index + 1) }
            let (product, overflows) = value.multipliedReportingOverflow(by: radix)
            let (sum, carries) = product.addingReportingOverflow(next)
            guard !overflows, !carries else { throw .tooLarge }
            value = sum
        }
        return value
    }

    private static func digitValue(_ digit: UInt8) -> UInt64? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(digit - UInt8(ascii: "A")) + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a")) + 10
        default: nil
        }
    }
}

/// Why a reader's line is no card number.
public enum CardTextError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    case tooLong(Int)
    /// The place of the character, from 1.
    case badCharacter(Int)
    case tooLarge
    case halfAByte
    case notPrinted
    case badChecksum

    public var description: String {
        let what =
            switch self {
            case .empty: "the line is empty"
            case .tooLong(let count): "\(count) characters; a number has at most 20"
            case .badCharacter(let place): "character \(place) is no digit of the way in which the reader should write"
            case .tooLarge: "the number has more than 64 bits"
            case .halfAByte: "an odd count of hexadecimal digits"
            case .notPrinted: "not a facility below 256, a comma, and a number below 65536"
            case .badChecksum: "the check digits are wrong"
            }
        return "reading a card's number as text: \(what); present the card again, "
            + "and if it stays so compare the reader's settings with the site's"
    }
}
