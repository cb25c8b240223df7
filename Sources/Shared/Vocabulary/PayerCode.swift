/// A payment code that the payer's phone shows and the box scans: recognised by its form, good for one payment.
public struct PayerCode: Hashable, Sendable {
    /// Whose code it is, which decides where the charge is routed.
    public enum Scheme: String, CaseIterable, Sendable {
        /// 18 digits, the first two 10 to 15.
        case weChat
        /// 16 to 24 digits, the first two 25 to 30.
        case alipay
        /// 19 digits, the first two 62: UnionPay and the mobile banks' codes.
        case unionPay
        /// The base64 text of EMVCo's consumer-presented QR, version 1 (tag 85 is "CPV01").
        case emvConsumerPresented
    }

    public let scheme: Scheme

    /// The code as the acquirer wants it. Whoever has it can spend it once: only the charge itself may carry it.
    public let text: String

    /// The longest EMVCo consumer-presented code accepted, in characters of base64.
    public static let longest = 512

    /// The longest scanner line looked at, in bytes; more is refused unread.
    public static let longestLine = 1_024

    /// Recognises one line of a scanner.
    ///
    /// Spaces, tabs and line ends around the code are the scanner's and go. Full-width digits are what a scanner that
    /// acts as a keyboard types into a Chinese input method; each stands for one digit. Anything else between the
    /// digits may be two codes run together and is refused.
    /// - Throws: ``PayerCodeError``, which never repeats more of the code than its first two digits.
    public init(_ scanned: String) throws(PayerCodeError) {
        guard scanned.utf8.count <= PayerCode.longestLine else { throw .tooLong(bytes: scanned.utf8.count) }
        var scalars = Array(scanned.unicodeScalars)[...]
        while let last = scalars.last, PayerCode.surrounds(last) { scalars.removeLast() }
        while let first = scalars.first, PayerCode.surrounds(first) { scalars.removeFirst() }
        guard !scalars.isEmpty else { throw .empty }

        if scalars.starts(with: ConsumerPresentedCode.start.unicodeScalars) {
            do { try ConsumerPresentedCode.check(scalars) } catch { throw .badConsumerPresented(error) }
            scheme = .emvConsumerPresented
            text = String(String.UnicodeScalarView(scalars))
            return
        }
        var digits: [UInt8] = []
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "0"..."9": digits.append(UInt8(scalar.value - 0x30))
            case "\u{FF10}"..."\u{FF19}": digits.append(UInt8(scalar.value - 0xFF10))
            default: throw .badCharacter(scalar.value, position: index + 1)
            }
        }
        guard digits.count >= 2 else { throw .unknownPrefix(nil, digits: digits.count) }
        let prefix = Int(digits[0]) * 10 + Int(digits[1])
        guard let found = Scheme(prefix: prefix) else { throw .unknownPrefix(prefix, digits: digits.count) }
        guard found.lengths.contains(digits.count) else { throw .wrongLength(found, digits: digits.count) }
        scheme = found
        text = String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self)
    }

    /// The code with its middle hidden, for logs and screens: `13******89`. The number of stars says nothing.
    public var masked: String { "\(text.prefix(2))******\(text.suffix(2))" }

    private static func surrounds(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\t", "\r", "\n": true
        default: false
        }
    }
}

extension PayerCode: CustomStringConvertible, CustomReflectable {
    /// Masked, so that a code which slips into a log line cannot be spent from there.
    public var description: String { masked }

    /// Masked as well: `dump` would otherwise read the text past ``description``.
    public var customMirror: Mirror { Mirror(self, children: ["scheme": scheme, "masked": masked]) }
}

extension PayerCode.Scheme {
    /// The numbers of digits a code of this scheme may have; empty for one that is not made of digits.
    public var lengths: Range<Int> {
        switch self {
        case .weChat: 18..<19
        case .alipay: 16..<25
        case .unionPay: 19..<20
        case .emvConsumerPresented: 0..<0
        }
    }

    /// The scheme whose codes begin with two given digits, as a number from 0 to 99.
    fileprivate init?(prefix: Int) {
        switch prefix {
        case 10...15: self = .weChat
        case 25...30: self = .alipay
        case 62: self = .unionPay
        default: return nil
        }
    }
}

/// A scanned text that is no payment code this version knows. Nothing is charged for it.
public enum PayerCodeError: Error, Equatable, CustomStringConvertible {
    case empty
    case tooLong(bytes: Int)
    /// - Parameter position: counted from 1 in the text without the spaces around it.
    case badCharacter(UInt32, position: Int)
    /// - Parameter prefix: the first two digits as a number, or nil when there is only one digit.
    case unknownPrefix(Int?, digits: Int)
    case wrongLength(PayerCode.Scheme, digits: Int)
    case badConsumerPresented(ConsumerPresentedCodeError)

    public var description: String {
        switch self {
        case .empty: "the scanner read an empty line: ask the payer to show the payment code again"
        case .tooLong(let bytes):
            "the scanned text has \(bytes) bytes, at most \(PayerCode.longestLine) are looked at: it is no payment code"
        case .badCharacter(let value, let position):
            "the scanned text is no payment code: character \(position) is "
                + "U+\(String(value, radix: 16, uppercase: true)) where a digit was expected"
        case .unknownPrefix(nil, let digits):
            "the scanned text is no payment code: it has \(digits) digit, the shortest code has 16"
        case .unknownPrefix(let prefix?, let digits):
            "the scanned text is no payment code known here: it begins with \(prefix < 10 ? "0" : "")\(prefix) and has "
                + "\(digits) digits; expected 10 to 15 (WeChat), 25 to 30 (Alipay), 62 (UnionPay, mobile banks) or an "
                + "EMVCo code: ask the payer for one of these"
        case .wrongLength(let scheme, let digits):
            "the scanned text begins like a code of \(scheme.rawValue) but has \(digits) digits; expected "
                + "\(scheme.lengths.lowerBound)"
                + (scheme.lengths.count == 1 ? "" : " to \(scheme.lengths.upperBound - 1)") + ": scan it again"
        case .badConsumerPresented(let error):
            "the scanned text begins like an EMVCo consumer-presented code but \(error): scan it again"
        }
    }
}
