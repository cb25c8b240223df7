/// The rules of ``CouponDesk``, each of which a test can leave out.
///
/// A desk made outside this module always keeps all of them. The property test runs again with one rule less and must
/// then find a fault: that is the proof that it would notice.
struct CouponRules: OptionSet, Sendable, Hashable {
    let rawValue: UInt32

    /// The budget left bounds a discount.
    static let keepsBudget = CouponRules(rawValue: 1 << 0)
    /// What is locked counts as used.
    static let locksReserve = CouponRules(rawValue: 1 << 1)
    static let keepsCount = CouponRules(rawValue: 1 << 2)
    static let keepsCountPerHolder = CouponRules(rawValue: 1 << 3)
    static let keepsPeriod = CouponRules(rawValue: 1 << 4)
    static let keepsMinimumSpend = CouponRules(rawValue: 1 << 5)
    static let keepsInstruments = CouponRules(rawValue: 1 << 6)
    static let keepsHolders = CouponRules(rawValue: 1 << 7)
    /// Something remains to be paid.
    static let keepsLeastPayable = CouponRules(rawValue: 1 << 8)
    /// The largest discount, not the first.
    static let takesBest = CouponRules(rawValue: 1 << 9)
    /// The same id is given the same coupon, whatever the dice say later.
    static let drawsOnce = CouponRules(rawValue: 1 << 10)
    /// The same id with other contents gets nothing.
    static let comparesContents = CouponRules(rawValue: 1 << 11)
    /// A lock lapses.
    static let locksLapse = CouponRules(rawValue: 1 << 12)
    /// What is redeemed is what was locked.
    static let comparesLine = CouponRules(rawValue: 1 << 13)
    /// A coupon is redeemed once.
    static let redeemsOnce = CouponRules(rawValue: 1 << 14)
    /// What was given back is not redeemed after all.
    static let staysUndone = CouponRules(rawValue: 1 << 15)
    /// A refund gives back in proportion.
    static let refundsInProportion = CouponRules(rawValue: 1 << 16)
    /// A refund restores by the campaign's rule.
    static let keepsRefundRule = CouponRules(rawValue: 1 << 17)
    /// A promise that a box made with a lock that has lapsed is honoured within the budget only.
    static let lateWithinBudget = CouponRules(rawValue: 1 << 18)

    static let all = CouponRules(rawValue: 1 << 19 - 1)
    static let each = (0..<19).map { CouponRules(rawValue: 1 << $0) }
}
