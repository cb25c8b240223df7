public import Vocabulary

/// Who pays for a discount, how large it is, who may have it and until when. Data of the platform's configuration.
///
/// A payment has one coupon at most: campaigns are never added up.
public struct CouponCampaign: Hashable, Sendable {
    /// How large the discount is.
    public enum Discount: Hashable, Sendable {
        /// An amount; a smaller price is reduced to the least payable.
        case fixed(Fen)
        /// So many thousandths of the price, rounded down to a fen, and not more than an amount.
        case percent(permille: Int64, most: Fen)
        /// An amount that the platform draws, each from `least` to `most` as likely as any other (立减).
        case drawn(least: Fen, most: Fen)
    }

    /// What becomes of a coupon when the payment is refunded. The money always goes back to the campaign's account, in
    /// proportion to what the payer gets back: the merchant keeps no discount on goods it has taken back.
    public enum RefundRule: String, CaseIterable, Sendable {
        /// It may be granted again: each part of it at once; the holder's use counts no more once all of it is back.
        case restore
        /// It is used up: neither granted again nor given back to its holder.
        case forfeit
        /// As `restore`, but only when the whole payment has been refunded.
        case restoreIfFull
    }

    /// The name a quote's line refers to it by.
    public var id: Slug
    /// What the payer is shown.
    public var chinese: String, english: String
    public var discount: Discount
    /// All its coupons together, in money and in number. What is locked counts as used.
    public var budget: Fen
    public var mostCoupons: Int64
    /// The most coupons one holder may have; nil: any number. Whoever pays without an account that is known here gets
    /// none where there is such a limit.
    public var mostPerHolder: Int64?
    /// Coupons are granted from the first instant until before the second; one that is locked then may still be used.
    public var from: WallTime, until: WallTime
    /// The least price it is granted for, before the discount.
    public var minimumSpend: Fen
    /// What must remain to be paid, 0 or more. Payment networks take no payment of nothing: 1 is the least for them.
    public var leastPayable: Fen
    /// What may pay; nil: anything.
    public var instruments: Set<Instrument.Kind>?
    /// Who may have it; nil: anybody.
    public var holders: Set<Holder>?
    public var refundRule: RefundRule
    /// How long a coupon is kept for a payment before it lapses.
    public var lockSeconds: Int64

    public init(
        id: Slug, chinese: String, english: String, discount: Discount, budget: Fen, mostCoupons: Int64,
        mostPerHolder: Int64? = nil, from: WallTime, until: WallTime, minimumSpend: Fen = .zero,
        leastPayable: Fen = Fen(1), instruments: Set<Instrument.Kind>? = nil, holders: Set<Holder>? = nil,
        refundRule: RefundRule, lockSeconds: Int64
    ) {
        self.id = id
        self.chinese = chinese
        self.english = english
        self.discount = discount
        self.budget = budget
        self.mostCoupons = mostCoupons
        self.mostPerHolder = mostPerHolder
        self.from = from
        self.until = until
        self.minimumSpend = minimumSpend
        self.leastPayable = leastPayable
        self.instruments = instruments
        self.holders = holders
        self.refundRule = refundRule
        self.lockSeconds = lockSeconds
    }
}
