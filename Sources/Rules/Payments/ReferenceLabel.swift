public import Vocabulary

/// A payment's id as the reference label of a merchant-presented QR (object 05 of template 62).
///
/// The label may have 25 characters, an id has 36 and 32 without its hyphens. 128 bits in base 36 (digits, then A to Z)
/// take exactly 25, always written out: labels sort as the ids do, and wallets and acquirers carry these characters
/// through unchanged.
extension UUIDv7 {
    /// 25 characters, `0`–`9` and `A`–`Z`.
    public var referenceLabel: String {
        var rest = UInt128(high) << 64 | UInt128(low)
        var label: [UInt8] = []
        for _ in 0..<UUIDv7.referenceLabelLength {
            let digit = UInt8(rest % 36)
            label.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
            rest /= 36
        }
        return String(decoding: label.reversed(), as: UTF8.self)
    }

    /// Reads a label back.
    /// - Throws: ``MerchantQRError/badReference(_:)`` when it is not one that ``referenceLabel`` makes.
    public init(referenceLabel label: String) throws(MerchantQRError) {
        guard label.utf8.count == UUIDv7.referenceLabelLength else { throw .badReference(label) }
        var number: UInt128 = 0
        for byte in label.utf8 {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = byte - UInt8(ascii: "A") + 10
            default: throw .badReference(label)
            }
            let (product, tooLarge) = number.multipliedReportingOverflow(by: 36)
            let (sum, overflow) = product.addingReportingOverflow(UInt128(digit))
            guard !tooLarge, !overflow else { throw .badReference(label) }
            number = sum
        }
        var hexadecimal = Hexadecimal.text((0..<16).map { UInt8(truncatingIfNeeded: number >> UInt128(120 - 8 * $0)) })
        for place in [20, 16, 12, 8] {
            hexadecimal.insert("-", at: hexadecimal.index(hexadecimal.startIndex, offsetBy: place))
        }
        do { try self.init(hexadecimal) } catch { throw .badReference(label) }
    }

    private static let referenceLabelLength = 25
}
