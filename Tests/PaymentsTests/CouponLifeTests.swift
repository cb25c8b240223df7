import Payments
import Testing
import Vocabulary

@Suite struct CouponLifeTests {
    private var desk = Coupons.desk(Coupons.campaign())
    private let coupon: Coupon

    init() throws {
        coupon = try desk.granted(Coupons.question())
        #expect(desk.left() == 700)
    }

    private func state(_ desk: CouponDesk<CouponMemory>) -> Coupon.State? {
        desk.storage.coupons[coupon.payment]?.state
    }

    @Test("a locked coupon is redeemed once")
    func redeem() {
        var desk = desk
        #expect(desk.use(coupon) == .good(coupon))
        #expect(state(desk) == .redeemed)
        var redeemed = coupon
        redeemed.state = .redeemed
        #expect(desk.use(coupon) == .before(redeemed))
        #expect(desk.left() == 700)
    }

    @Test("a lock lapses at its end, and its money can be granted again")
    func lapse() {
        let end = coupon.until.milliseconds
        var early = desk
        #expect(early.use(coupon, at: end - 1) == .good(coupon))
        var late = desk
        #expect(late.use(coupon, at: end) == .gone)
        #expect(late.left() == 1_000)
        var swept = desk
        #expect(swept.lapse(at: WallTime(milliseconds: end - 1)) == 0 && swept.left() == 700)
        #expect(swept.lapse(at: WallTime(milliseconds: end)) == 1 && swept.left() == 1_000)
    }

    @Test("only a hundred lapsed locks are set free at once")
    func lapseBound() {
        var desk = Coupons.desk(
            Coupons.campaign("spring", .fixed(Fen(1))) { ($0.mostCoupons, $0.lockSeconds) = (1_000, 60) })
        for number in 1...150 as ClosedRange<UInt64> { #expect(desk.grant(Coupons.question(number)) != nil) }
        #expect(desk.lapse(at: Coupons.end) == 100)
        #expect(desk.lapse(at: Coupons.end) == 50)
        #expect(desk.left() == 1_000)
    }

    @Test("a claim that differs from the lock in anything is refused and leaves the lock as it was")
    func otherClaim() {
        var claims = Array(repeating: coupon.claim, count: 5)
        claims[0].amount = Fen(299)
        claims[1].campaign = Fixtures.slug("autumn")
        claims[2].contents = [2]
        claims[3].device = Fixtures.slug("gate-2")
        claims[4].payment = Coupons.payment(9)
        for claim in claims {
            var desk = desk
            #expect(desk.redeem(claim, at: Coupons.begin, isLate: true) == .gone)
            #expect(state(desk) == .locked)
        }
    }

    @Test("a car that left on a lapsed coupon has it honoured while the budget lasts")
    func late() throws {
        let end = coupon.until.milliseconds
        var desk = desk
        desk.lapse(at: coupon.until)
        #expect(desk.use(coupon, at: end) == .gone)
        var other = desk
        #expect(desk.use(coupon, at: end, isLate: true) != .gone)
        #expect(desk.left() == 700)
        for number in 2...4 as ClosedRange<UInt64> {
            let taken = try other.granted(Coupons.question(number), at: end)
            #expect(other.use(taken, at: end) != .gone)
        }
        #expect(other.left() == 100)
        #expect(other.use(coupon, at: end, isLate: true) == .gone)
        #expect(other.left() == 100)
    }

    @Test("what was given up is free again, and is granted to the same payment if it asks again")
    func release() {
        var desk = desk
        desk.release(coupon.payment)
        #expect(state(desk) == .released && desk.left() == 1_000)
        #expect(desk.grant(Coupons.question())?.amount == coupon.amount && desk.left() == 700)
    }

    @Test(
        "an undone payment gives all back and never gets a coupon again", arguments: CouponCampaign.RefundRule.allCases)
    func undo(rule: CouponCampaign.RefundRule) throws {
        var desk = Coupons.desk(Coupons.campaign { $0.refundRule = rule })
        let coupon = try desk.granted(Coupons.question())
        _ = desk.use(coupon)
        #expect(desk.undo(coupon.payment)?.amount == Fen(300))
        #expect(desk.undo(coupon.payment) == nil)
        #expect(desk.left() == 1_000)
        #expect(desk.grant(Coupons.question()) == nil)
        #expect(desk.use(coupon, isLate: true) == .gone)
    }

    @Test("undoing a payment that was not captured sets its lock free and moves nothing")
    func undoLocked() {
        var desk = desk
        #expect(desk.undo(coupon.payment) == nil)
        #expect(state(desk) == .released && desk.left() == 1_000)
    }

    @Test("a refund gives back the campaign's part in proportion, rounded down, and all of it in the end")
    func refundParts() {
        var desk = desk
        _ = desk.use(coupon)
        // 700 were paid, 300 came from the campaign.
        let parts: [(Int64, Int64)] = [(1, 0), (2, 0), (3, 1), (350, 149), (699, 149), (700, 1)]
        for (refunded, expected) in parts {
            let back = desk.refund(coupon.payment, refunded: Fen(refunded), of: Fen(700))
            #expect(back?.amount.count ?? 0 == expected)
        }
        #expect(desk.refund(coupon.payment, refunded: Fen(700), of: Fen(700)) == nil)
        #expect(desk.left() == 1_000 && state(desk) == .refunded)
    }

    @Test("after a refund in part and in full the budget is restored by the campaign's rule")
    func refundRules() throws {
        let expected: [CouponCampaign.RefundRule: (part: Int64, full: Int64, uses: Int64)] = [
            .restore: (850, 1_000, 0), .forfeit: (700, 700, 1), .restoreIfFull: (700, 1_000, 0),
        ]
        for rule in CouponCampaign.RefundRule.allCases {
            let wanted = try #require(expected[rule])
            var desk = Coupons.desk(Coupons.campaign { $0.refundRule = rule })
            let coupon = try desk.granted(Coupons.question())
            _ = desk.use(coupon)
            #expect(desk.refund(coupon.payment, refunded: Fen(350), of: Fen(700))?.amount == Fen(150))
            #expect(desk.left() == wanted.part)
            #expect(desk.refund(coupon.payment, refunded: Fen(700), of: Fen(700))?.amount == Fen(150))
            #expect(desk.left() == wanted.full)
            #expect(desk.storage.tallies[coupon.campaign]?.share.uses == wanted.uses)
        }
    }

    @Test("a payment without a coupon has nothing to give back")
    func without() {
        var desk = desk
        let other = Coupons.payment(9)
        desk.release(other)
        #expect(desk.undo(other) == nil)
        #expect(desk.refund(other, refunded: Fen(1), of: Fen(1)) == nil)
        #expect(desk.left() == 700)
    }
}
