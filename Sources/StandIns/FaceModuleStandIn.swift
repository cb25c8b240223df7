/// A face module at the far end of a serial line: what it sees it sends as a vector, and knows nobody.
public final class FaceModuleStandIn: Sendable {
    /// The model whose vectors it makes.
    public static let model = "arc-1"

    private let line: PseudoTerminal

    /// - Parameter path: where to make the line's name.
    public init(at path: String) throws(StandInError) { line = try PseudoTerminal(at: path) }

    /// Somebody stands before it; returns at once.
    public func see(_ face: [Float], isLive: Bool = true) {
        let vector = FaceModuleStandIn.base64(face)
        line.send(
            Array(
                "{\"v\":1,\"model\":\"\(Self.model)\",\"live\":\(isLive),\"quality\":912,\"vector\":\"\(vector)\"}\n"
                    .utf8))
    }

    /// The vector of somebody's face: 512 numbers, far from that of any other number.
    public static func face(_ number: UInt64) -> [Float] {
        var state = number &* 0x9E37_79B9_7F4A_7C15
        return (0..<512).map { _ in
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return Float(Int64(bitPattern: bits ^ (bits >> 31)) >> 40) / Float(1 << 23)
        }
    }

    /// A face that lies between two: so much of the first, in hundredths.
    public static func between(_ first: [Float], _ second: [Float], hundredths: Int) -> [Float] {
        let share = Float(hundredths) / 100
        return zip(first, second).map { $0 * share + $1 * (1 - share) }
    }

    /// As modules and files of faces write vectors: base64 of floats of 4 bytes, low byte first.
    public static func base64(_ vector: [Float]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let bytes = vector.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> ($0 * 8)) }
        }
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let bits = part.reduce(0) { $0 << 8 | Int($1) } << ((3 - part.count) * 8)
            for place in 0..<4 {
                text.append(place <= part.count ? letters[bits >> ((3 - place) * 6) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
