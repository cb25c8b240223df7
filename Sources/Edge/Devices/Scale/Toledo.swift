internal import Vocabulary

/// Toledo and Mettler continuous output: 02, three status bytes, six digits weight, six digits tare, CR, and by a
/// setting a checksum. The high bit of each byte may be a parity and is not looked at.
enum Toledo {
    static func reading(_ frame: [UInt8], hasChecksum: Bool) throws(ScaleFault) -> ScaleReading {
        let bytes = frame.map { $0 & 0x7F }
        guard bytes.count == (hasChecksum ? 18 : 17), bytes[0] == 0x02, bytes[16] == 0x0D else { throw .notAFrame }
        // Two's complement of the sum: with it, all bytes add up to zero in seven bits.
        if hasChecksum, bytes.reduce(0, { ($0 + $1) & 0x7F }) != 0 { throw .badChecksum }
        let decimals = Int(bytes[1] & 7) - 2
        let status = bytes[2]
        let isOverRange = status & 4 != 0
        // Without its kg bit the scale shows pounds: those are no weight to charge by.
        guard status & 16 != 0 else { throw .badUnit }
        guard decimals >= -2 else { throw .badDecimals(decimals) }
        // Points 0 and 1 mean XXXXXX00 and XXXXXX0.
        let scale: Int64 = decimals == -2 ? 100 : decimals == -1 ? 10 : 1
        func weight(_ range: Range<Int>) throws(ScaleFault) -> Grams {
            try ScaleUnit.kilogram.weight(try scaleDigits(bytes[range]) * scale, decimals: max(0, decimals))
        }
        // Over range some scales blank the digits.
        let net = isOverRange ? (try? weight(4..<10)) ?? Grams(0) : try weight(4..<10)
        return ScaleReading(
            net: net, tare: status & 1 != 0 ? try weight(10..<16) : nil, isStable: status & 8 == 0,
            isOverRange: isOverRange, isNegative: status & 2 != 0)
    }
}

/// Yaohua XK3190-A9, continuous: 02, sign, six digits, decimals, two check characters, 03.
///
/// The check is the XOR of bytes 1 to 8, its high half first, each half written as a hexadecimal digit or as 30 plus
/// the half: sources disagree, both are accepted. The scale never says that nothing moves.
enum Yaohua {
    static func reading(_ frame: [UInt8], unit: ScaleUnit) throws(ScaleFault) -> ScaleReading {
        guard frame.count == 12, frame[0] == 0x02, frame[11] == 0x03 else { throw .notAFrame }
        guard frame[1] == UInt8(ascii: "+") || frame[1] == UInt8(ascii: "-") else { throw .notAFrame }
        let sum = frame[1...8].reduce(0, ^)
        let halves = [sum >> 4, sum & 15]
        let isRight = zip(halves, frame[9...10]).allSatisfy { half, written in
            let digit = half < 10 ? 0x30 + half : UInt8(ascii: "A") + half - 10
            return written == digit || written == 0x30 + half || (half > 9 && written == digit | 0x20)
        }
        guard isRight else { throw .badChecksum }
        let decimals = Int(frame[8]) - 0x30
        guard (0...4).contains(decimals) else { throw .badDecimals(decimals) }
        let net = try unit.weight(try scaleDigits(frame[2...7]), decimals: decimals)
        return ScaleReading(
            net: net, tare: nil, isStable: nil, isOverRange: false,
            isNegative: frame[1] == UInt8(ascii: "-") && net.count > 0)
    }
}
