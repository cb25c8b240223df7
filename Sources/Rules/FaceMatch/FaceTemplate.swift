/// What a face module makes of one face: a direction in 512 dimensions. Personal data: it never prints itself.
///
/// Only the direction counts, so that a vector's length is dropped: the largest component becomes ±32,512, the others
/// follow in proportion, rounded to whole numbers. That moves a cosine by less than 0.0007 whatever the vector, and by
/// less than 0.0001 for vectors as face modules make them; from there on everything is exact. The high byte of a
/// component is what a gallery looks at first, the low byte what it looks at to be sure.
public struct FaceTemplate: Equatable, Sendable {
    /// Dimensions of a template.
    public static let length = 512
    /// Bytes of a template as it is kept.
    public static let byteCount = 2 * length
    /// What the largest component becomes: 127 × 256, so that rounding to the high byte never overflows it.
    static let peak = 32_512

    let components: [Int16]

    /// - Parameter vector: as the face module hands it out, normalised or not.
    /// - Throws: ``FaceVectorError``.
    public init(_ vector: [Float]) throws(FaceVectorError) {
        guard vector.count == FaceTemplate.length else { throw .wrongLength(found: vector.count) }
        var largest: Float = 0
        for (index, value) in vector.enumerated() {
            guard value.isFinite else { throw .notFinite(index: index) }
            largest = max(largest, value.magnitude)
        }
        guard largest > 0 else { throw .zero }
        // Division and rounding are exact by IEEE 754: the same vector gives the same template on every machine.
        components = vector.map { Int16((Double($0) / Double(largest) * Double(FaceTemplate.peak)).rounded()) }
    }

    /// Reads the form in which it is kept: each component with its low byte first.
    /// - Returns: nil unless it is a template as this type writes them.
    public init?(bytes: [UInt8]) {
        guard bytes.count == FaceTemplate.byteCount else { return nil }
        components = (0..<FaceTemplate.length).map { index in
            Int16(truncatingIfNeeded: Int(bytes[2 * index]) | Int(bytes[2 * index + 1]) << 8)
        }
        guard components.reduce(0, { max($0, Int($1.magnitude)) }) == FaceTemplate.peak else { return nil }
    }

    /// As it is kept: 1,024 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(FaceTemplate.byteCount)
        for component in components {
            bytes.append(UInt8(truncatingIfNeeded: component))
            bytes.append(UInt8(truncatingIfNeeded: component >> 8))
        }
        return bytes
    }

    /// How alike two templates are.
    public func similarity(to other: FaceTemplate) -> FaceSimilarity {
        FaceSimilarity(
            cosine: FaceTemplate.cosine(
                product: FaceTemplate.product(components, other.components), squaredNorm, other.squaredNorm))
    }

    /// The sum of the squares: 1 × 10⁹ … 5.4 × 10¹¹.
    var squaredNorm: Int64 { FaceTemplate.product(components, components) }

    /// The cosine of two vectors from their inner product and squared norms.
    ///
    /// All three are exact as a `Double`, and root, product and quotient are rounded as IEEE 754 prescribes, so that
    /// every machine finds the same.
    static func cosine(product: Int64, _ first: Int64, _ second: Int64) -> Double {
        Double(product) / (Double(first).squareRoot() * Double(second).squareRoot())
    }

    private static func product(_ first: [Int16], _ second: [Int16]) -> Int64 {
        var sum: Int64 = 0
        for (one, other) in zip(first, second) { sum += Int64(one) * Int64(other) }
        return sum
    }
}

extension FaceTemplate: CustomStringConvertible, CustomReflectable {
    /// Says nothing of the face, so that a template which slips into a log line is not there.
    public var description: String { "a face template" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a vector is no template. Tells where, never what stood there.
public enum FaceVectorError: Error, Equatable, Sendable, CustomStringConvertible {
    case wrongLength(found: Int)
    case notFinite(index: Int)
    case zero

    public var description: String {
        switch self {
        case .wrongLength(let found):
            """
            the face module handed out a vector of \(found) components, not \(FaceTemplate.length): \
            check its model and the framing of its line
            """
        case .notFinite(let index):
            "component \(index) of the face module's vector is no number: read the face again, check the module's line"
        case .zero: "every component of the face module's vector is zero: read the face again"
        }
    }
}
