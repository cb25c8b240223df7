/// When two faces are the same person's.
public struct FacePolicy: Equatable, Sendable {
    public static let thresholds = 200...990
    public static let margins = 10...500

    /// The least similarity at which a template is its person's.
    public let threshold: FaceSimilarity
    /// By how much the best person must be ahead of the second best; a smaller lead is ambiguous.
    public let margin: FaceSimilarity

    /// - Parameters:
    ///   - thresholdThousandths: 200 … 990, as the maker of the face module recommends for 1:N; below 200 any two faces
    ///     of a large gallery may be that much alike.
    ///   - marginThousandths: 10 … 500. Never 0: twins with equal templates would be told apart by their names.
    /// - Throws: ``FacePolicyError``.
    public init(thresholdThousandths: Int, marginThousandths: Int) throws(FacePolicyError) {
        guard FacePolicy.thresholds.contains(thresholdThousandths) else {
            throw .threshold(thousandths: thresholdThousandths)
        }
        guard FacePolicy.margins.contains(marginThousandths) else { throw .margin(thousandths: marginThousandths) }
        threshold = FaceSimilarity(millionths: Int32(thresholdThousandths) * 1_000)
        margin = FaceSimilarity(millionths: Int32(marginThousandths) * 1_000)
    }
}

/// A policy that would let the wrong person in.
public enum FacePolicyError: Error, Equatable, Sendable, CustomStringConvertible {
    case threshold(thousandths: Int)
    case margin(thousandths: Int)

    public var description: String {
        switch self {
        case .threshold(let found):
            """
            a face threshold of \(found) thousandths is out of range: \
            use \(FacePolicy.thresholds.lowerBound) to \(FacePolicy.thresholds.upperBound)
            """
        case .margin(let found):
            """
            a face margin of \(found) thousandths is out of range: \
            use \(FacePolicy.margins.lowerBound) to \(FacePolicy.margins.upperBound)
            """
        }
    }
}
