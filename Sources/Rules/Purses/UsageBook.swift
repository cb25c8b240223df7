public import Vocabulary

extension UsageWindow {
    /// The windows that a payment counts to.
    public static func all(of occasion: Occasion) -> [UsageWindow] {
        (occasion.period.map { [.period(occasion.day, $0)] } ?? [])
            + [.day(occasion.day), .month(occasion.day.startOfMonth)]
    }
}

/// By how much one counter moves. Applied once for each payment, reversal and refund, in any order.
public struct UsageMove: Hashable, Sendable {
    /// nil: all the person's purses together, for a guardian's limits.
    public var purse: Slug?
    public var window: UsageWindow
    /// Below zero where something goes back.
    public var amount: Fen
    /// Payments: 1, 0 or −1.
    public var count: Int64

    public init(purse: Slug?, window: UsageWindow, amount: Fen, count: Int64) {
        self.purse = purse
        self.window = window
        self.amount = amount
        self.count = count
    }
}

extension UsageMove {
    /// What a payment, when it is made, moves in the counters of its purses and of all together.
    public static func all(of spends: [Spend], on occasion: Occasion) -> [UsageMove] {
        guard !spends.isEmpty else { return [] }
        var purses: [Slug?] = []
        for spend in spends where !purses.contains(spend.purse) { purses.append(spend.purse) }
        return (purses + [nil]).flatMap { purse in
            // A basket is far from the end of 64 bits.
            let amount = spends.reduce(0) { $0 + (purse == nil || purse == $1.purse ? $1.amount.count : 0) }
            return UsageWindow.all(of: occasion).map {
                UsageMove(purse: purse, window: $0, amount: Fen(amount), count: 1)
            }
        }
    }
}

/// What one person has paid within the spans that limits ask for.
public struct UsageBook: Hashable, Sendable {
    public struct Key: Hashable, Sendable {
        /// nil: all purses together.
        public var purse: Slug?
        public var window: UsageWindow

        public init(purse: Slug?, window: UsageWindow) {
            self.purse = purse
            self.window = window
        }
    }

    /// Counters that are not zero.
    public private(set) var tallies: [Key: Tally] = [:]

    /// Counters of one person: eight purses and all together, five meals a day, two months.
    public static let most = 4_096

    public init(_ tallies: [Key: Tally] = [:]) { self.tallies = tallies }

    /// Counts, all moves or none of them.
    /// - Throws: ``UsageError``; nothing is counted then.
    public mutating func apply(_ moves: [UsageMove]) throws(UsageError) {
        var changed = tallies
        for move in moves {
            let key = Key(purse: move.purse, window: move.window)
            let old = changed[key] ?? Tally()
            let (amount, isTooMuch) = old.amount.count.addingReportingOverflow(move.amount.count)
            let (count, isTooMany) = old.count.addingReportingOverflow(move.count)
            guard !isTooMuch, !isTooMany else { throw .overflow(key) }
            changed[key] = amount == 0 && count == 0 ? nil : Tally(amount: Fen(amount), count: count)
        }
        guard changed.count <= UsageBook.most || changed.count <= tallies.count else { throw .full }
        tallies = changed
    }

    /// What was paid from a purse before an occasion; nil: from all together.
    public func used(_ purse: Slug?, on occasion: Occasion) -> Used {
        func tally(_ window: UsageWindow) -> Tally { tallies[Key(purse: purse, window: window)] ?? Tally() }
        return Used(
            period: occasion.period.map { tally(.period(occasion.day, $0)) } ?? Tally(), day: tally(.day(occasion.day)),
            month: tally(.month(occasion.day.startOfMonth)))
    }

    /// Forgets what ended before a day. Late records of such a time are counted anew and bound nothing.
    public mutating func forget(before day: CivilDate) {
        tallies = tallies.filter { $0.key.window.lastDay >= day }
    }
}

/// A payment that was not counted.
public enum UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    case overflow(UsageBook.Key)
    case full

    public var description: String {
        switch self {
        case .overflow(let key):
            """
            counting a payment in \(key.window) of purse \(key.purse?.text ?? "all"): the sum leaves 64 bits; nothing \
            was counted: check the records of that time
            """
        case .full:
            """
            counting a payment: there are \(UsageBook.most) counters already; nothing was counted: forget what is over
            """
        }
    }
}
