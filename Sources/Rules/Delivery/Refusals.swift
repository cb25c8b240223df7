internal import JSONText
public import Vocabulary

/// Records the platform refused: kept, marked, and sent again until it takes them.
public struct Refusal: Equatable, Sendable {
    /// The first record it did not take; those behind it wait for it.
    public var sequence: Int64
    /// The platform's word for why: `brokenChain`, `badSignature`, …
    public var because: String
    /// When it refused first, and how often since.
    public var since: WallTime
    public var times: Int64

    /// The kind under which refusals stand in the journal's state; the key is the sequence number.
    public static let stateKind = "refused"

    public init(sequence: Int64, because: String, since: WallTime, times: Int64) {
        self.sequence = sequence
        self.because = because
        self.since = since
        self.times = times
    }

    /// - Returns: nil if this is not one of ours.
    public init?(key: String, value: [UInt8]) {
        guard let sequence = Int64(key), let node = try? JSONNode.parse(value, dialect: .json),
            let because = node["because"]?.string, let since = node["since"]?.integer,
            let times = node["times"]?.integer
        else { return nil }
        self.init(sequence: sequence, because: because, since: WallTime(milliseconds: since), times: times)
    }

    /// The value that stands in the journal's state.
    public var stateValue: [UInt8] {
        JSONWriter.object { writer in
            writer.field("because", because)
            writer.field("since", since.milliseconds)
            writer.field("times", times)
        }
    }
}

/// The refusals that stand. Pure: it says what of the journal's state is to be changed.
///
/// The platform takes records in order, so there is one place at a time where it refuses; at most ``most`` are kept,
/// and a further one takes the place of the newest.
public struct RefusalBook: Equatable, Sendable {
    public static let most = 16
    /// A reason is kept up to this many bytes.
    static let longestReason = 200

    /// In the order of their numbers.
    public private(set) var standing: [Refusal] = []

    /// - Parameter kept: the rows of kind ``Refusal/stateKind``; what is none of ours is left alone.
    public init(kept: [(key: String, value: [UInt8])] = []) {
        standing = kept.compactMap { Refusal(key: $0.key, value: $0.value) }.sorted { $0.sequence < $1.sequence }
    }

    public init(standing: [Refusal]) { self.standing = standing }

    /// The platform refused records from `sequence` on.
    public mutating func refused(_ sequence: Int64, because: String, at now: WallTime) -> [StateChange] {
        let because = String(because.prefix(RefusalBook.longestReason))
        var changes: [StateChange] = []
        if let index = standing.firstIndex(where: { $0.sequence == sequence }) {
            standing[index].because = because
            standing[index].times += standing[index].times < .max ? 1 : 0
            return [put(standing[index])]
        }
        if standing.count == RefusalBook.most { changes.append(remove(standing.removeLast())) }
        let refusal = Refusal(sequence: sequence, because: because, since: now, times: 1)
        standing.append(refusal)
        standing.sort { $0.sequence < $1.sequence }
        return changes + [put(refusal)]
    }

    /// The platform has everything up to `sequence`: what was refused up to there no longer is.
    public mutating func acknowledged(through sequence: Int64) -> [StateChange] {
        let over = standing.prefix { $0.sequence <= sequence }
        standing.removeFirst(over.count)
        return over.map(remove)
    }

    private func put(_ refusal: Refusal) -> StateChange {
        .put(kind: Refusal.stateKind, key: String(refusal.sequence), value: refusal.stateValue)
    }

    private func remove(_ refusal: Refusal) -> StateChange {
        .remove(kind: Refusal.stateKind, key: String(refusal.sequence))
    }
}
