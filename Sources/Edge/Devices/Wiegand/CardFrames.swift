/// Cuts the stream of a serial proximity reader (EM4100 family) into cards: 02, ten hexadecimal digits (one byte
/// version, four bytes number), two check digits (XOR of the five bytes), 03.
///
/// Wherever reads are split. At most 14 bytes are kept; bytes outside a frame are dropped.
public struct CardFrames: Sendable {
    /// What was read.
    public enum Output: Equatable, Sendable {
        /// The four bytes of the number; the version is no part of what is printed on the card.
        case card(CardNumber)
        case refused(CardTextError)
    }

    private var digits: [UInt8]?

    public init() {}

    public mutating func take(_ bytes: [UInt8]) -> [Output] {
        var outputs: [Output] = []
        for byte in bytes {
            switch byte {
            case 0x02: digits = []
            case 0x03:
                if let digits { outputs.append(read(digits)) }
                digits = nil
            default:
                digits?.append(byte)
                // Some readers end the line within the frame: two bytes more than the digits.
                if let count = digits?.count, count > 14 {
                    digits = nil
                    outputs.append(.refused(.tooLong(count)))
                }
            }
        }
        return outputs
    }

    private func read(_ frame: [UInt8]) -> Output {
        let digits = frame.filter { $0 != 0x0D && $0 != 0x0A }
        guard !digits.isEmpty else { return .refused(.empty) }
        do throws(CardTextError) {
            guard digits.count == 12 else { throw .badChecksum }
            let value = try CardText.number(digits, radix: 16)
            let sum = (1...5).reduce(UInt64(0)) { $0 ^ (value >> (8 * UInt64($1)) & 255) }
            guard sum == value & 255 else { throw .badChecksum }
            return .card(CardNumber(facility: nil, number: value >> 8 & 0xFFFF_FFFF, numberBits: 32))
        } catch { return .refused(error) }
    }
}
