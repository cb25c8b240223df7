public import Vocabulary

/// Where a ``CouponDesk`` keeps its coupons: tables of a database, or the memory of a simulation.
public protocol CouponStorage {
    associatedtype Failure: Error

    /// - Returns: nil if this payment was never granted a coupon.
    mutating func coupon(of payment: PaymentID) throws(Failure) -> Coupon?
    /// - Returns: nil if there is no such campaign.
    mutating func tally(of campaign: Slug) throws(Failure) -> CouponTally?
    /// How many of a campaign's coupons count against one holder: the sum of their `share.uses`.
    mutating func uses(of campaign: Slug, by holder: Holder) throws(Failure) -> Int64
    /// Locked coupons whose time has come, the longest overdue first.
    mutating func overdue(at now: WallTime, most: Int64) throws(Failure) -> [Coupon]
    /// Keeps a coupon, in place of the one this payment had.
    mutating func put(_ coupon: Coupon) throws(Failure)
    mutating func set(_ tally: CouponTally, of campaign: Slug) throws(Failure)
}

/// Decides who gets which coupon, and keeps the budgets. Pure: time and dice are arguments.
///
/// A coupon is locked for one payment id, redeemed when that payment is captured, and released when it is not. All
/// changes of one call belong into one transaction of the storage's.
public struct CouponDesk<Storage: CouponStorage> {
    /// The most lapsed locks that one call sets free; the rest waits for the next call.
    public static var mostLapsedAtOnce: Int64 { 100 }

    public var storage: Storage
    private let campaigns: [Slug: CouponCampaign]
    let rules: CouponRules

    /// - Parameter campaigns: those that grant coupons, each name once. A locked coupon of another one stays good.
    public init(campaigns: [CouponCampaign], storage: Storage) {
        self.init(campaigns: campaigns, storage: storage, rules: .all)
    }

    init(campaigns: [CouponCampaign], storage: Storage, rules: CouponRules) {
        self.campaigns = Dictionary(uniqueKeysWithValues: campaigns.map { ($0.id, $0) })
        self.storage = storage
        self.rules = rules
    }

    /// What a payment gets.
    public enum Answer: Equatable, Sendable {
        /// This coupon is kept for it, or has been redeemed by it.
        case granted(Coupon)
        case nothing
        /// The id has a coupon for other contents, or of another box; that one stands as it was.
        case conflict
    }

    /// Picks the best coupon for a payment and locks it; asked again with the same contents, it gives the same one.
    ///
    /// The dice are thrown once for each payment id that gets a coupon: whoever lets a lock lapse and asks again draws
    /// no new amount.
    public mutating func offer(
        _ question: CouponQuestion, at now: WallTime, dice: inout some RandomNumberGenerator
    ) throws(Storage.Failure) -> Answer {
        try lapse(at: now)
        let known = try storage.coupon(of: question.payment)
        if let known {
            let isSame = known.device == question.device && known.contents == question.contents
            guard isSame || !rules.contains(.comparesContents) else { return .conflict }
            switch known.state {
            case .redeemed: return .granted(known)
            case .locked where now < known.until || !rules.contains(.locksLapse): return .granted(known)
            case .undone, .refunded: return .nothing
            case .locked: try release(question.payment)
            case .released: break
            }
        }
        let fresh = dice.next()
        let draw = rules.contains(.drawsOnce) ? known?.draw ?? fresh : fresh
        guard let best = try best(for: question, draw: draw, at: now) else { return .nothing }
        let coupon = Coupon(
            payment: question.payment, device: question.device, contents: question.contents, holder: question.holder,
            campaign: best.campaign.id, amount: best.amount, draw: draw,
            until: WallTime(milliseconds: now.milliseconds + best.campaign.lockSeconds * 1000),
            refundRule: best.campaign.refundRule)
        try store(coupon, before: CouponShare())
        return .granted(coupon)
    }

    /// Sets free what lapsed locks hold.
    /// - Returns: how many; at most ``mostLapsedAtOnce``.
    @discardableResult
    public mutating func lapse(at now: WallTime) throws(Storage.Failure) -> Int {
        guard rules.contains(.locksLapse) else { return 0 }
        let overdue = try storage.overdue(at: now, most: CouponDesk.mostLapsedAtOnce)
        for coupon in overdue { try move(coupon, to: .released) }
        return overdue.count
    }

    private mutating func best(
        for question: CouponQuestion, draw: UInt64, at now: WallTime
    ) throws(Storage.Failure) -> CouponCandidate? {
        var best: CouponCandidate?
        for campaign in campaigns.values where campaign.isFor(question, at: now, rules) {
            guard var tally = try storage.tally(of: campaign.id) else { continue }
            if !rules.contains(.locksReserve) { tally.share.locked = .zero }
            if rules.contains(.keepsCount), tally.couponsLeft < 1 { continue }
            guard
                let amount = campaign.discount(on: question.total, left: tally.left, draw: draw, rules),
                try hasUseLeft(campaign, question.holder)
            else { continue }
            let candidate = CouponCandidate(campaign: campaign, amount: amount)
            guard let other = best else { best = candidate; continue }
            if rules.contains(.takesBest) ? candidate.isBetter(than: other) : !candidate.isBetter(than: other) {
                best = candidate
            }
        }
        return best
    }

    private mutating func hasUseLeft(
        _ campaign: CouponCampaign, _ holder: Holder?
    ) throws(Storage.Failure) -> Bool {
        guard let most = campaign.mostPerHolder, rules.contains(.keepsCountPerHolder) else { return true }
        guard let holder else { return false }
        return try storage.uses(of: campaign.id, by: holder) < most
    }

    // MARK: - Keeping

    mutating func move(_ coupon: Coupon, to state: Coupon.State) throws(Storage.Failure) {
        var moved = coupon
        moved.state = state
        try store(moved, before: coupon.share)
    }

    /// The one place where budgets change: a tally is always the sum of its coupons' shares.
    mutating func store(_ coupon: Coupon, before: CouponShare) throws(Storage.Failure) {
        guard var tally = try storage.tally(of: coupon.campaign) else {
            preconditionFailure("a coupon's campaign has no tally")
        }
        tally.replace(before, by: coupon.share)
        try storage.put(coupon)
        try storage.set(tally, of: coupon.campaign)
    }
}
