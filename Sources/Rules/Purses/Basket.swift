public import Vocabulary

/// What is to be paid for in one payment.
public struct Basket: Hashable, Sendable {
    /// One item, or several of one class.
    public struct Line: Hashable, Sendable {
        /// Zero or more; a line that costs nothing is still subject to what a guardian bars.
        public var amount: Fen
        public var item: Slug

        public init(amount: Fen, item: Slug) {
            self.amount = amount
            self.item = item
        }
    }

    public let lines: [Line]
    /// The price of all lines.
    public let total: Fen

    public static let mostLines = 50
    /// Ten million yuan: more is a slip of the finger.
    public static let mostTotal = Fen(1_000_000_000)

    /// - Parameter lines: 1 to ``mostLines``, none below zero, together at most ``mostTotal``.
    /// - Throws: ``BasketError``.
    public init(_ lines: [Line]) throws(BasketError) {
        guard (1...Basket.mostLines).contains(lines.count) else { throw .lines(lines.count) }
        var total: Int64 = 0
        for (index, line) in lines.enumerated() {
            guard line.amount >= .zero else { throw .negative(line: index, line.amount) }
            guard line.amount.count <= Basket.mostTotal.count - total else { throw .tooMuch }
            total += line.amount.count
        }
        self.lines = lines
        self.total = Fen(total)
    }
}

/// A basket that nobody can have filled.
public enum BasketError: Error, Equatable, CustomStringConvertible {
    case lines(Int)
    case negative(line: Int, Fen)
    case tooMuch
    /// Of a quote: a line that says no class of an item.
    case noItem(line: Int)
    /// A quote whose lines do not come to its total.
    case notTheSum

    public var description: String {
        switch self {
        case .lines(let count): "a basket of \(count) lines: it must have 1 to \(Basket.mostLines); split the sale"
        case .negative(let line, let amount): "line \(line + 1) of a basket costs \(amount): no price is below zero"
        case .noItem(let line): "line \(line + 1) of a quote is no item of a class: purses pay for items only"
        case .notTheSum: "the lines of a quote do not come to its total"
        case .tooMuch: "a basket of more than \(Basket.mostTotal) yuan: key the amount again"
        }
    }
}

/// Where and when a payment is made, as far as rules about purses ask.
public struct Occasion: Hashable, Sendable {
    /// The class of the merchant, such as `canteen` or `shop`.
    public var merchant: Slug
    /// The meal period; nil: outside every one.
    public var period: Slug?
    /// The local day that it counts to: of a meal period that spans midnight, the day on which it began.
    public var day: CivilDate

    public init(merchant: Slug, period: Slug?, day: CivilDate) {
        self.merchant = merchant
        self.period = period
        self.day = day
    }
}

/// A part of a line that one purse pays: what the wire carries is what was split.
public typealias Spend = PurseSpend

extension PurseSpend {
    /// What each purse pays of a basket.
    public static func sums(_ spends: [PurseSpend]) -> [Slug: Fen] {
        spends.reduce(into: [:]) { sums, spend in
            // A basket is far from the end of 64 bits.
            sums[spend.purse] = Fen((sums[spend.purse] ?? .zero).count + spend.amount.count)
        }
    }
}
