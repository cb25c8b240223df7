internal import JSONText

/// What becomes of the price of a car that leaves an exit although nothing was paid.
public struct LeftUnpaid: Hashable, Sendable {
    public enum Treatment: String, CaseIterable, Sendable {
        /// It is on record only.
        case free
        /// The owner of the plate owes it.
        case debt
    }

    /// A person raised the boom.
    public var openedByHand: Treatment
    /// It followed another through. With `free` its stay goes on.
    public var tailgated: Treatment

    public init(openedByHand: Treatment = .free, tailgated: Treatment = .debt) {
        self.openedByHand = openedByHand
        self.tailgated = tailgated
    }

    /// Reads these of a scenario's `exit`.
    init(_ reader: ObjectReader) {
        self.init(
            openedByHand: reader.choice("openedByHandUnpaid", default: .free),
            tailgated: reader.choice("tailgated", default: .debt))
    }
}
