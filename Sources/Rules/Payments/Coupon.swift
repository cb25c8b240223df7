public import Vocabulary

/// One discount, kept for one payment by the payment's own id. In exactly one state at any time.
public struct Coupon: Hashable, Sendable {
    public enum State: String, CaseIterable, Sendable {
        /// Kept for its payment until ``Coupon/until``: nobody else can have this money.
        case locked
        /// Its payment has been captured; the campaign has paid its part.
        case redeemed
        /// The lock was given up or has lapsed. The same payment may be granted a coupon again.
        case released
        /// Its payment was undone: all is as if it had never been. Final.
        case undone
        /// Its payment was refunded in full: what was left of it went by the refund rule. Final.
        case refunded
    }

    public var payment: PaymentID
    /// The box whose payment it is.
    public var device: DeviceID
    /// The charge it was granted for, before the discount, as the platform compares charges.
    public var contents: [UInt8]
    public var holder: Holder?
    public var campaign: Slug
    /// What it takes off the price, more than zero.
    public var amount: Fen
    /// The word the platform drew for this payment: every random amount of this payment comes from it.
    public var draw: UInt64
    public var state: State
    /// When the lock lapses, on the platform's wall clock.
    public var until: WallTime
    /// The campaign's rule when it was granted.
    public var refundRule: CouponCampaign.RefundRule
    /// What has gone back to the campaign's account after refunds, from zero to ``amount``.
    public var givenBack: Fen

    public init(
        payment: PaymentID, device: DeviceID, contents: [UInt8], holder: Holder?, campaign: Slug, amount: Fen,
        draw: UInt64, state: State = .locked, until: WallTime, refundRule: CouponCampaign.RefundRule,
        givenBack: Fen = .zero
    ) {
        self.payment = payment
        self.device = device
        self.contents = contents
        self.holder = holder
        self.campaign = campaign
        self.amount = amount
        self.draw = draw
        self.state = state
        self.until = until
        self.refundRule = refundRule
        self.givenBack = givenBack
    }

    /// What it holds of its campaign's budget. Everything that counts coupons adds these up.
    public var share: CouponShare {
        switch state {
        case .locked: CouponShare(locked: amount, uses: 1)
        case .redeemed:
            CouponShare(
                redeemed: Fen(amount.count - givenBack.count), forfeited: refundRule == .restore ? .zero : givenBack,
                uses: 1)
        case .refunded: refundRule == .forfeit ? CouponShare(forfeited: amount, uses: 1) : CouponShare()
        case .released, .undone: CouponShare()
        }
    }
}

/// What coupons hold of a budget; what they do not hold is left.
public struct CouponShare: Hashable, Sendable {
    /// Kept for payments that are under way.
    public var locked: Fen
    /// Paid by the campaign and not given back.
    public var redeemed: Fen
    /// Given back to the campaign's account after a refund, and not granted again.
    public var forfeited: Fen
    /// How many coupons count against the limits.
    public var uses: Int64

    public init(locked: Fen = .zero, redeemed: Fen = .zero, forfeited: Fen = .zero, uses: Int64 = 0) {
        self.locked = locked
        self.redeemed = redeemed
        self.forfeited = forfeited
        self.uses = uses
    }
}

/// A campaign's budget and what its coupons hold of it.
public struct CouponTally: Hashable, Sendable {
    /// As it was funded, in money and in number.
    public var budget: Fen
    public var mostCoupons: Int64
    /// The sum over its coupons.
    public var share: CouponShare

    public init(budget: Fen, mostCoupons: Int64, share: CouponShare = CouponShare()) {
        self.budget = budget
        self.mostCoupons = mostCoupons
        self.share = share
    }

    /// What may still be granted: budget = left + locked + redeemed + forfeited.
    public var left: Fen {
        // No sum of shares is ever above the budget, so nothing here leaves 64 bits.
        Fen(budget.count - share.locked.count - share.redeemed.count - share.forfeited.count)
    }

    /// How many coupons may still be granted.
    public var couponsLeft: Int64 { mostCoupons - share.uses }

    /// Counts a coupon in place of what it was before.
    mutating func replace(_ old: CouponShare, by new: CouponShare) {
        share.locked.count += new.locked.count - old.locked.count
        share.redeemed.count += new.redeemed.count - old.redeemed.count
        share.forfeited.count += new.forfeited.count - old.forfeited.count
        share.uses += new.uses - old.uses
    }
}
