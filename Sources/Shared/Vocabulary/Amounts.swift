/// An amount of money in fen, the hundredth part of a yuan (CNY minor unit).
///
/// Whole numbers only: no floating point touches money anywhere. Arithmetic that would leave the range of `Int64`
/// throws ``AmountOverflow`` and never wraps.
public struct Fen: Hashable, Comparable, Sendable {
    /// The count of fen; negative amounts are debts or corrections.
    public var count: Int64

    /// - Parameter count: fen, any `Int64`.
    public init(_ count: Int64) { self.count = count }

    /// No money.
    public static let zero = Fen(0)

    public static func < (left: Fen, right: Fen) -> Bool { left.count < right.count }

    /// - Throws: ``AmountOverflow`` when the sum leaves the range of `Int64`.
    public func adding(_ other: Fen) throws(AmountOverflow) -> Fen {
        Fen(try checkedSum(count, other.count, "adding two amounts"))
    }

    /// - Throws: ``AmountOverflow`` when the difference leaves the range of `Int64`.
    public func subtracting(_ other: Fen) throws(AmountOverflow) -> Fen {
        let (difference, overflow) = count.subtractingReportingOverflow(other.count)
        guard !overflow else { throw AmountOverflow(operation: "subtracting two amounts", count, other.count) }
        return Fen(difference)
    }

    /// - Throws: ``AmountOverflow`` when the product leaves the range of `Int64`.
    public func multiplied(by factor: Int64) throws(AmountOverflow) -> Fen {
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw AmountOverflow(operation: "multiplying an amount", count, factor) }
        return Fen(product)
    }
}

extension Fen: CustomStringConvertible {
    /// Yuan with two decimals, for people: `12.50`, `-0.05`.
    public var description: String {
        let magnitude = count.magnitude
        let cents = magnitude % 100
        return "\(count < 0 ? "-" : "")\(magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
    }
}

/// A weight in grams.
public struct Grams: Hashable, Comparable, Sendable {
    /// The count of grams.
    public var count: Int64

    /// - Parameter count: grams, any `Int64`.
    public init(_ count: Int64) { self.count = count }

    public static func < (left: Grams, right: Grams) -> Bool { left.count < right.count }

    /// - Throws: ``AmountOverflow`` when the sum leaves the range of `Int64`.
    public func adding(_ other: Grams) throws(AmountOverflow) -> Grams {
        Grams(try checkedSum(count, other.count, "adding two weights"))
    }
}

/// Arithmetic on money or weight left the range of `Int64`.
public struct AmountOverflow: Error, Equatable, CustomStringConvertible {
    /// What was being computed.
    public let operation: String
    /// The two numbers it was computed from.
    public let left: Int64, right: Int64

    init(operation: String, _ left: Int64, _ right: Int64) {
        self.operation = operation
        self.left = left
        self.right = right
    }

    public var description: String {
        "\(operation) (\(left) and \(right)) leaves the range of 64 bits; nothing was changed"
    }
}

private func checkedSum(_ left: Int64, _ right: Int64, _ operation: String) throws(AmountOverflow) -> Int64 {
    let (sum, overflow) = left.addingReportingOverflow(right)
    guard !overflow else { throw AmountOverflow(operation: operation, left, right) }
    return sum
}
