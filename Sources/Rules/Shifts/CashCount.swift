public import Vocabulary
public import Wire

/// What was counted in a cash drawer, note by note and coin by coin.
public struct CashCount: Hashable, Sendable {
    /// The notes and coins that are counted, in fen, largest first: 100, 50, 20, 10, 5 and 1 yuan, 5 and 1 jiao.
    public static let values: [Fen] = [10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10].map { Fen($0) }
    /// At most this many pieces of one value.
    public static let mostPieces: Int64 = 100_000

    /// One entry for each value that was counted, in the order of ``values``.
    public let pieces: [CashPieces]

    /// - Parameter counts: pieces by value; what is missing counts as none.
    /// - Throws: ``CashCountError``.
    public init(_ counts: [Fen: Int64]) throws(CashCountError) {
        for (value, count) in counts.sorted(by: { $0.key < $1.key }) {
            guard CashCount.values.contains(value) else { throw .noSuchPiece(value) }
            guard (0...CashCount.mostPieces).contains(count) else { throw .badCount(value, count) }
        }
        pieces = CashCount.values.compactMap { value in
            counts[value].flatMap { $0 > 0 ? CashPieces(value: value, count: $0) : nil }
        }
    }

    /// What the pieces come to; the bounds keep it far inside the range.
    public var total: Fen { Fen(pieces.reduce(0) { $0 + $1.value.count * $1.count }) }
}

/// A count that no drawer of ours can give.
public enum CashCountError: Error, Equatable, CustomStringConvertible {
    case noSuchPiece(Fen)
    case badCount(Fen, Int64)

    public var description: String {
        switch self {
        case .noSuchPiece(let value):
            "there is no note or coin of \(value) yuan: count 100, 50, 20, 10, 5, 1, 0.50 and 0.10"
        case .badCount(let value, let count):
            "\(count) pieces of \(value) yuan: count 0 to \(CashCount.mostPieces)"
        }
    }
}
