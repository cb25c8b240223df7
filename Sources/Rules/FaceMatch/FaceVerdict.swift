public import Vocabulary

/// One face as the module has read it. Personal data: it never prints its vector.
public struct FaceReading: Sendable {
    /// The components, as they came.
    public var vector: [Float]
    /// Whether the module takes it for a living face and not a picture of one. A module that does not say so says no.
    public var isLive: Bool

    public init(vector: [Float], isLive: Bool) {
        self.vector = vector
        self.isLive = isLive
    }
}

extension FaceReading: CustomStringConvertible, CustomReflectable {
    public var description: String { isLive ? "a living face" : "a face that is not known to live" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A person and how alike the face is to the best of this person's templates.
public struct FaceCandidate: Equatable, Sendable {
    public var holder: Holder
    public var similarity: FaceSimilarity

    public init(_ holder: Holder, _ similarity: FaceSimilarity) {
        self.holder = holder
        self.similarity = similarity
    }
}

/// Whose face it is.
public enum FaceVerdict: Equatable, Sendable {
    /// This person's: at or above the threshold, and ahead of everybody else by the margin or more.
    case person(Holder, similarity: FaceSimilarity)
    /// Nobody's: the best is below the threshold; nil if nobody is enrolled.
    case unknown(best: FaceSimilarity?)
    /// The best is above the threshold, but a second person is too close. Of equal ones the first is the lesser holder.
    case ambiguous(first: FaceCandidate, second: FaceCandidate)
    /// A picture, or a module that does not say that it is none. Nothing was compared.
    case notLive
    /// What came is no face. Nothing was compared.
    case badVector(FaceVectorError)
}
