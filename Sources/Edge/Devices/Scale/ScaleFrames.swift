/// Which protocol a scale speaks.
public enum ScaleProtocol: Hashable, Sendable {
    /// Toledo and Mettler continuous output. The checksum is a setting of the scale, and must be told: its byte can be
    /// the beginning of nothing else, so that guessing would accept damaged messages.
    case toledo(hasChecksum: Bool)
    /// Yaohua XK3190-A9, continuous; the unit is a setting that is not sent.
    case yaohua(unit: ScaleUnit)
    /// A line of text a reading; the unit where the line has none.
    case text(unit: ScaleUnit)
}

/// Cuts a scale's bytes into readings, wherever reads are split. Pure; at most ``longest`` bytes are kept.
public struct ScaleFrames: Sendable {
    /// What a message was.
    public enum Output: Equatable, Sendable {
        case reading(ScaleReading)
        case refused(ScaleFault)
    }

    /// The longest message, in bytes.
    public static let longest = 64

    public let kind: ScaleProtocol
    private var pending: [UInt8] = []
    private var isLost = false

    public init(_ kind: ScaleProtocol) { self.kind = kind }

    /// - Returns: a reading or a fault for each message that is whole now, in order. Bytes before the first beginning
    ///   of a message are dropped in silence: the port was opened in the middle of one.
    public mutating func take(_ bytes: [UInt8]) -> [Output] {
        bytes.compactMap { byte in
            switch kind {
            case .toledo(let hasChecksum):
                binary(byte, length: hasChecksum ? 18 : 17) { frame throws(ScaleFault) in
                    try Toledo.reading(frame, hasChecksum: hasChecksum)
                }
            case .yaohua(let unit):
                binary(byte, length: 12) { frame throws(ScaleFault) in try Yaohua.reading(frame, unit: unit) }
            case .text(let unit): text(byte, unit: unit)
            }
        }
    }

    /// A message of fixed length that begins with STX. After a bad one the next STX within it may be a beginning.
    private mutating func binary(
        _ byte: UInt8, length: Int, _ read: ([UInt8]) throws(ScaleFault) -> ScaleReading
    ) -> Output? {
        if pending.isEmpty, byte != 0x02 { return nil }
        pending.append(byte)
        guard pending.count == length else { return nil }
        do throws(ScaleFault) {
            let reading = try read(pending)
            pending = []
            return .reading(reading)
        } catch {
            // The checksum's own byte may be 02 by chance; a message that begins there is refused in its turn.
            pending = Array(pending.dropFirst().drop { $0 != 0x02 })
            return .refused(error)
        }
    }

    /// A text ends with CR, LF or ETX; a scale that writes its digits reversed begins each weight with `=` and has no
    /// end, so the next `=` is the end.
    private mutating func text(_ byte: UInt8, unit: ScaleUnit) -> Output? {
        let isEquals = byte == UInt8(ascii: "=")
        let isEnd = byte == 0x0D || byte == 0x0A || byte == 0x03 || isEquals
        if isEnd {
            let line = pending
            let wasLost = isLost
            pending = isEquals ? [byte] : []
            isLost = false
            guard !line.isEmpty, !wasLost else { return nil }
            do throws(ScaleFault) { return .reading(try ScaleText.reading(line, unit: unit)) } catch {
                return .refused(error)
            }
        }
        if byte == 0x02 { pending = []; isLost = false; return nil }
        guard !isLost else { return nil }
        guard pending.count < ScaleFrames.longest else {
            pending = []
            isLost = true
            return .refused(.tooLong)
        }
        pending.append(byte)
        return nil
    }
}

/// Digits of a message; leading spaces are zeros.
func scaleDigits(_ bytes: some Collection<UInt8>) throws(ScaleFault) -> Int64 {
    let digits = bytes.drop { $0 == UInt8(ascii: " ") }
    guard !digits.isEmpty, digits.count <= 12 else { throw .notDigits }
    var value: Int64 = 0
    for digit in digits {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { throw .notDigits }
        value = value * 10 + Int64(digit - UInt8(ascii: "0"))
    }
    return value
}
