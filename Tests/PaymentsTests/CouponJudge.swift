import Vocabulary

@testable import Payments

/// Keeps an account of its own of what was granted, redeemed and given back, and says where the desk went wrong.
///
/// It shares nothing with the desk but the campaigns: budgets are added up anew from what it saw.
struct CouponJudge {
    enum Phase { case locked, redeemed, released, undone, refunded }

    struct Known {
        var coupon: Coupon
        var question: CouponQuestion
        var phase: Phase
        var until: WallTime
        var paid: Int64 = 0
        var refunded: Int64 = 0
    }

    let campaigns: [Slug: CouponCampaign]
    private(set) var known: [PaymentID: Known] = [:]
    /// What each payment drew of each random campaign out of each range.
    private var draws: [String: Int64] = [:]
    private(set) var faults: [String] = []

    init(_ campaigns: [CouponCampaign]) {
        self.campaigns = Dictionary(uniqueKeysWithValues: campaigns.map { ($0.id, $0) })
    }

    private mutating func expect(_ isTrue: Bool, _ fault: @autoclosure () -> String) {
        if !isTrue { faults.append(fault()) }
    }

    // MARK: - What is held of a budget

    private func held(_ one: Known) -> (locked: Int64, redeemed: Int64, forfeited: Int64, uses: Int64) {
        let amount = one.coupon.amount.count
        let back = amount - one.paid
        switch (one.phase, campaigns[one.coupon.campaign]?.refundRule) {
        case (.locked, _): return (amount, 0, 0, 1)
        case (.redeemed, .restore): return (0, one.paid, 0, 1)
        case (.redeemed, _): return (0, one.paid, back, 1)
        case (.refunded, .forfeit): return (0, 0, amount, 1)
        case (.released, _), (.undone, _), (.refunded, _): return (0, 0, 0, 0)
        }
    }

    private func left(_ campaign: CouponCampaign, without payment: PaymentID? = nil) -> Int64 {
        known.values.filter { $0.coupon.campaign == campaign.id && $0.coupon.payment != payment }
            .map(held).reduce(campaign.budget.count) { $0 - $1.locked - $1.redeemed - $1.forfeited }
    }

    private func uses(_ campaign: CouponCampaign, by holder: Holder? = nil) -> Int64 {
        known.values.filter { $0.coupon.campaign == campaign.id && (holder == nil || $0.coupon.holder == holder) }
            .reduce(0) { $0 + held($1).uses }
    }

    // MARK: - What was seen

    /// The locks that lapse by themselves before any question.
    private mutating func lapse(at now: WallTime) {
        for (id, one) in known where one.phase == .locked && one.until <= now { known[id]?.phase = .released }
    }

    mutating func asked(_ question: CouponQuestion, _ coupon: Coupon?, isConflict: Bool, at now: WallTime) {
        lapse(at: now)
        if let one = known[question.payment] {
            let isSame = one.question.contents == question.contents && one.question.device == question.device
            expect(isConflict != isSame, "a conflict was not told from the same again")
            if !isSame { return }
            switch one.phase {
            case .locked, .redeemed:
                expect(coupon?.amount == one.coupon.amount, "asked again, it got another coupon")
                return
            case .undone, .refunded:
                expect(coupon == nil, "a payment that was over got a coupon")
                return
            case .released: break
            }
        }
        guard let coupon else { return checkNothing(question, at: now) }
        checkGrant(question, coupon, at: now)
        known[question.payment] = Known(coupon: coupon, question: question, phase: .locked, until: coupon.until)
    }

    mutating func claimed(_ claim: CouponClaim, _ isRedeemed: Bool, isBefore: Bool, isLate: Bool, at now: WallTime) {
        guard let one = known[claim.payment] else { return expect(!isRedeemed && !isBefore, "redeemed from nothing") }
        let isSame =
            one.coupon.amount == claim.amount && one.coupon.campaign == claim.campaign
            && one.question.contents == claim.contents && one.question.device == claim.device
        guard isSame else { return expect(!isRedeemed && !isBefore, "another claim was taken for the lock") }
        if one.phase == .locked, !isLate, one.until <= now { known[claim.payment]?.phase = .released }
        guard isRedeemed else { return expect(isBefore == (one.phase == .redeemed), "redeemed before, or not") }
        switch one.phase {
        case .locked: expect(isLate || now < one.until, "a lapsed lock was redeemed")
        case .released: expect(isLate, "a released coupon was redeemed")
        case .redeemed: expect(false, "a coupon was redeemed twice")
        case .undone, .refunded: expect(false, "a coupon that was given back was redeemed")
        }
        known[claim.payment]?.phase = .redeemed
        known[claim.payment]?.paid = one.coupon.amount.count
    }

    mutating func released(_ payment: PaymentID) {
        if known[payment]?.phase == .locked { known[payment]?.phase = .released }
    }

    mutating func undone(_ payment: PaymentID, _ back: Coupon?) {
        guard let one = known[payment] else { return expect(back == nil, "something came back from nothing") }
        expect((back != nil) == (one.phase == .redeemed), "undoing gave back what was not paid, or did not")
        if let back { expect(back.amount.count - back.givenBack.count == one.paid, "undoing gave back another amount") }
        switch one.phase {
        case .locked: known[payment]?.phase = .released
        case .redeemed:
            known[payment]?.phase = .undone
            known[payment]?.paid = 0
        case .released, .undone, .refunded: break
        }
    }

    mutating func refunded(_ payment: PaymentID, _ refunded: Int64, of captured: Int64, back: Int64) {
        guard let one = known[payment], one.phase == .redeemed else {
            return expect(back == 0, "a refund gave back what was not paid")
        }
        known[payment]?.paid -= back
        known[payment]?.refunded = refunded
        let amount = one.coupon.amount.count
        // Small numbers: nothing here leaves 64 bits.
        let due = refunded == captured ? amount : amount * refunded / captured
        expect(amount - (known[payment]?.paid ?? 0) == due, "a refund of \(refunded)/\(captured) gave back \(back)")
        if refunded == captured { known[payment]?.phase = .refunded }
    }

    // MARK: - What must hold

    private func isEligible(_ campaign: CouponCampaign, _ question: CouponQuestion, at now: WallTime) -> Bool {
        if let instruments = campaign.instruments, !instruments.contains(question.instrument) { return false }
        if let holders = campaign.holders, !holders.contains(where: { $0 == question.holder }) { return false }
        if let most = campaign.mostPerHolder {
            guard let holder = question.holder, uses(campaign, by: holder) < most else { return false }
        }
        return now >= campaign.from && now < campaign.until && question.total >= campaign.minimumSpend
            && uses(campaign) < campaign.mostCoupons
    }

    /// What a campaign may take off: a range for a random one, one amount else; nil if nothing.
    private func range(_ campaign: CouponCampaign, _ question: CouponQuestion) -> ClosedRange<Int64>? {
        let (total, left) = (question.total.count, left(campaign))
        let room = total - campaign.leastPayable.count
        let amount: Int64
        switch campaign.discount {
        case .fixed(let fixed): amount = min(fixed.count, room)
        case .percent(let permille, let most): amount = min(total * permille / 1000, most.count, room)
        case .drawn(let least, let most):
            let upper = min(most.count, left, room)
            return least.count <= upper ? least.count...upper : nil
        }
        return amount > 0 && amount <= left ? amount...amount : nil
    }

    private mutating func checkGrant(_ question: CouponQuestion, _ coupon: Coupon, at now: WallTime) {
        guard let campaign = campaigns[coupon.campaign] else { return expect(false, "no such campaign") }
        expect(isEligible(campaign, question, at: now), "\(campaign.id) was granted to whom it is not for")
        guard let range = range(campaign, question) else {
            return expect(false, "\(campaign.id) had nothing to grant")
        }
        expect(range.contains(coupon.amount.count), "\(campaign.id) granted \(coupon.amount), not in \(range)")
        let key = "\(question.payment) \(campaign.id) \(range)"
        expect(draws[key, default: coupon.amount.count] == coupon.amount.count, "it was drawn again")
        draws[key] = coupon.amount.count
        for other in campaigns.values where isEligible(other, question, at: now) {
            guard let least = self.range(other, question)?.lowerBound else { continue }
            expect(least <= coupon.amount.count, "\(other.id) would have been better than \(campaign.id)")
        }
    }

    private mutating func checkNothing(_ question: CouponQuestion, at now: WallTime) {
        for other in campaigns.values where isEligible(other, question, at: now) {
            expect(range(other, question) == nil, "\(other.id) was not granted")
        }
    }

    /// Budget = left + locked + redeemed + forfeited, by this account and by the desk's.
    mutating func check(_ memory: CouponMemory) {
        for campaign in campaigns.values {
            let mine = known.values.filter { $0.coupon.campaign == campaign.id }.map(held)
            let share = CouponShare(
                locked: Fen(mine.reduce(0) { $0 + $1.locked }), redeemed: Fen(mine.reduce(0) { $0 + $1.redeemed }),
                forfeited: Fen(mine.reduce(0) { $0 + $1.forfeited }), uses: mine.reduce(0) { $0 + $1.uses })
            expect(left(campaign) >= 0, "\(campaign.id) is overspent")
            expect(uses(campaign) <= campaign.mostCoupons, "\(campaign.id) has too many coupons")
            let tally = memory.tallies[campaign.id]
            expect(tally?.share == share, "\(campaign.id): \(tally?.share as Any), not \(share)")
            expect(tally?.left.count == left(campaign), "\(campaign.id): left is off")
        }
        for (payment, one) in known {
            let isThere = memory.coupons[payment].map { "\($0.state)" == "\(one.phase)" } ?? false
            expect(isThere, "a coupon is \(memory.coupons[payment]?.state as Any), not \(one.phase)")
        }
    }
}
