/// A part of a line that one purse pays.
public struct PurseSpend: Hashable, Sendable {
    /// The line's place in the basket, which is its place in the quote, from 0.
    public var line: Int
    public var purse: Slug
    /// Which of the purse's money; nil: it is not told apart.
    public var lot: Slug?
    /// The lot's last day, so that a reversal can put back what was spent whole.
    public var expires: CivilDate?
    /// More than zero.
    public var amount: Fen

    /// A payment has at most so many: more lines and lots than that no person has at a till.
    public static let most = 512

    public init(line: Int, purse: Slug, lot: Slug? = nil, expires: CivilDate? = nil, amount: Fen) {
        self.line = line
        self.purse = purse
        self.lot = lot
        self.expires = expires
        self.amount = amount
    }
}

/// What a payer is told of a payment from purses.
public struct Receipt: Hashable, Sendable {
    /// What paid; empty if nothing was paid.
    public var spends: [PurseSpend]
    /// What the person can spend of each purse after it, in spending order; a purse that is debited later is left out.
    public var balances: [PurseBalance]
    /// Why nothing was paid, in words.
    public var shortage: Shortage?

    public init(spends: [PurseSpend], balances: [PurseBalance], shortage: Shortage? = nil) {
        self.spends = spends
        self.balances = balances
        self.shortage = shortage
    }

    /// Why purses do not pay, as the payer reads it.
    public struct Shortage: Hashable, Sendable {
        public var chinese: String, english: String
        /// What may still be paid within the limit that was reached; nil where it was no limit.
        public var left: Fen?

        public init(chinese: String, english: String, left: Fen? = nil) {
            self.chinese = chinese
            self.english = english
            self.left = left
        }
    }
}

/// What is left in a purse; below zero where more was spent offline than was there.
public struct PurseBalance: Hashable, Sendable {
    public var purse: Slug
    public var amount: Fen

    public init(purse: Slug, amount: Fen) {
        self.purse = purse
        self.amount = amount
    }
}

/// What is left in a purse of money that ends on one day.
public struct DatedBalance: Hashable, Sendable {
    public var purse: Slug
    /// The last day on which it may be spent; nil: there is none.
    public var expires: CivilDate?
    public var amount: Fen

    public init(purse: Slug, expires: CivilDate? = nil, amount: Fen) {
        self.purse = purse
        self.expires = expires
        self.amount = amount
    }
}

extension [DatedBalance] {
    /// What is left in each purse on a day, in the order in which the purses are first named; what has ended by then is
    /// left out.
    /// - Returns: nil where 64 bits do not hold a sum.
    public func balances(on day: CivilDate) -> [PurseBalance]? {
        var balances: [PurseBalance] = []
        for one in self {
            let index = balances.firstIndex { $0.purse == one.purse } ?? balances.endIndex
            if index == balances.endIndex { balances.append(PurseBalance(purse: one.purse, amount: .zero)) }
            guard one.expires.map({ $0 >= day }) ?? true else { continue }
            let (sum, overflow) = balances[index].amount.count.addingReportingOverflow(one.amount.count)
            guard !overflow else { return nil }
            balances[index].amount = Fen(sum)
        }
        return balances
    }
}
