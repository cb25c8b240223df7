/// How alike two templates are: the cosine of the angle between them, −1 … 1, in whole millionths.
///
/// A whole number, so that a threshold is met or not met in the same way on every machine.
public struct FaceSimilarity: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// −1,000,000 … 1,000,000.
    public let millionths: Int32

    /// - Parameter millionths: −1,000,000 … 1,000,000.
    public init(millionths: Int32) {
        precondition(millionths.magnitude <= 1_000_000, "\(millionths) millionths are no cosine")
        self.millionths = millionths
    }

    /// Rounds a cosine; what rounding errors have put a hair beyond ±1 is ±1.
    init(cosine: Double) {
        millionths = Int32((min(1, max(-1, cosine)) * 1_000_000).rounded())
    }

    public static func < (left: FaceSimilarity, right: FaceSimilarity) -> Bool { left.millionths < right.millionths }

    /// With four decimals, rounded towards zero: `0.7312`.
    public var description: String {
        let digits = String(millionths.magnitude / 100 + 10_000)
        return "\(millionths < 0 ? "-" : "")\(millionths.magnitude / 1_000_000).\(digits.suffix(4))"
    }
}
