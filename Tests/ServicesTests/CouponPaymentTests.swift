import Payments
import Services
import TestParts
import Testing
import Vocabulary
import Wire

@Suite struct CouponPaymentTests {
    let site: CouponSite
    init() throws { site = try CouponSite(try CouponSite.campaign()) }

    @Test("the payer pays the reduced price, the campaign the discount, and the merchant gets the full price")
    func capture() throws {
        let couponed = try site.couponed(charge(1))
        #expect(couponed.quote.total == Fen(700))
        #expect(try site.left() == 700)
        for _ in 0..<3 { #expect(try site.charge(couponed) == .approved) }
        #expect(try site.balance("contract:rich") == CouponSite.opening - 700)
        #expect(try site.balance("campaign:spring") == 700)
        #expect(try site.balance("merchant:city") == 1_000)
        #expect(try site.campaign()?.redeemed == Fen(300) && site.campaign()?.locked == .zero)
        #expect(try site.isSound() && site.incidents().isEmpty)
    }

    @Test("an offer says what it takes off and what the payer is told, and is the same when asked again")
    func offer() throws {
        let offer = CouponOffer(
            campaign: try Slug("spring"), discount: Fen(300), chinese: "春季立减", english: "Spring discount")
        for _ in 0..<3 { #expect(try site.offer(charge(1)) == offer) }
        #expect(try site.left() == 700)
    }

    @Test("a charge with a coupon that was never granted, or with another amount or campaign, is declined for good")
    func gone() throws {
        let spring = try Slug("spring")
        #expect(try site.charge(charge(1).with(spring, Fen(300))) == .declined(.couponGone))
        for (number, discount) in [(2, 299), (3, 301)] as [(UInt64, Int64)] {
            #expect(try site.offer(charge(number)) != nil)
            #expect(try site.charge(charge(number).with(spring, Fen(discount))) == .declined(.couponGone))
        }
        #expect(try site.offer(charge(4)) != nil)
        #expect(try site.charge(charge(4).with(try Slug("autumn"), Fen(300))) == .declined(.couponGone))
        #expect(try site.offer(charge(5)) != nil)
        #expect(try site.charge(charge(5, 1_001).with(spring, Fen(300))) == .declined(.couponGone))
        // What was locked for them is free again, and their ids get nothing more.
        #expect(try site.left() == 1_000)
        #expect(try site.offer(charge(2)) == nil)
        #expect(try site.balance("merchant:city") == 0)
    }

    @Test("a coupon is good until its lock lapses", arguments: [59_999, 60_000])
    func lapse(milliseconds: Int64) throws {
        let couponed = try site.couponed(charge(1))
        site.now.milliseconds += milliseconds
        let isGood = milliseconds < 60_000
        #expect(try site.charge(couponed) == (isGood ? .approved : .declined(.couponGone)))
        #expect(try site.left() == (isGood ? 700 : 1_000))
    }

    @Test("a charge without its coupon is made at the full price and sets the coupon free")
    func without() throws {
        _ = try site.couponed(charge(1))
        #expect(try site.charge(charge(1)) == .approved)
        #expect(try site.left() == 1_000 && site.balance("merchant:city") == 1_000)
    }

    @Test("a declined charge sets its coupon free and moves nothing")
    func declined() throws {
        let couponed = try site.couponed(charge(1, 1_000, CouponSite.poor))
        #expect(try site.charge(couponed) == .declined(.insufficientFunds))
        #expect(try site.left() == 1_000 && site.balance("campaign:spring") == 1_000)
        #expect(try site.charge(try site.couponed(charge(2, 900, CouponSite.poor))) == .approved)
        #expect(try site.balance("contract:poor") == 0)
    }

    @Test("a reversal gives back to the payer and to the campaign")
    func reverse() throws {
        let couponed = try site.couponed(charge(1))
        #expect(try site.charge(couponed) == .approved)
        for _ in 0..<3 { #expect(try site.reverse(couponed) == .reversed) }
        #expect(try site.charge(couponed) == .reversed)
        #expect(try site.balance("contract:rich") == CouponSite.opening)
        #expect(try site.balance("campaign:spring") == 1_000 && site.left() == 1_000)
        #expect(try site.balance("merchant:city") == 0)
        #expect(try site.isSound())
    }

    @Test("the reversal of a payment that never came sets its coupon free")
    func tombstone() throws {
        let couponed = try site.couponed(charge(1))
        #expect(try site.reverse(couponed) == .reversed)
        #expect(try site.left() == 1_000)
        #expect(try site.charge(couponed) == .reversed && site.offer(charge(1)) == nil)
    }

    @Test("what one payment has locked no other can have, until it is given up")
    func contest() throws {
        for number in 1...3 as ClosedRange<UInt64> { _ = try site.couponed(charge(number)) }
        #expect(try site.left() == 100 && site.offer(charge(4)) == nil)
        #expect(try site.reverse(charge(1)) == .reversed)
        #expect(try site.offer(charge(4)) != nil)
    }

    @Test("a campaign may pay the whole price")
    func wholePrice() throws {
        let site = try CouponSite(try CouponSite.campaign { $0.leastPayable = .zero })
        let couponed = try site.couponed(charge(1, 300))
        #expect(couponed.quote.total == .zero)
        #expect(try site.charge(couponed) == .approved)
        #expect(try site.balance("merchant:city") == 300 && site.balance("campaign:spring") == 700)
        #expect(try site.reverse(couponed) == .reversed)
        #expect(try site.balance("merchant:city") == 0 && site.isSound())
    }

    @Test("a quote with two coupons, with one that names no campaign, or with one that adds to the price is refused")
    func malformed() throws {
        let spring = try Slug("spring")
        let couponed = try site.couponed(charge(1))
        #expect(try site.charge(couponed.with(spring, Fen(300))) == .declined(.badRequest))
        #expect(try site.charge(charge(2).with(nil, Fen(300))) == .declined(.badRequest))
        #expect(try site.charge(charge(3).with(spring, Fen(-300))) == .declined(.badRequest))
        #expect(try site.charge(charge(4).with(spring, .zero)) == .declined(.badRequest))
        #expect(try site.offer(charge(5).with(spring, Fen(300))) == nil)
        #expect(try site.left() == 1_000 && site.balance("merchant:city") == 0)
    }

    @Test("a coupon for an id that has one for other contents, or of another box, is refused and noted")
    func conflict() throws {
        let couponed = try site.couponed(charge(1))
        #expect(try site.offer(charge(1, 2_000)) == nil)
        #expect(try site.offer(charge(1), from: try Box("gate-2", seed: 9)) == nil)
        #expect(try site.incidents() == [.paymentConflict, .paymentConflict])
        #expect(try site.charge(couponed) == .approved)
    }
}

@Suite struct CouponRecordTests {
    let site: CouponSite
    init() throws { site = try CouponSite(try CouponSite.campaign("spring", .fixed(Fen(300)), budget: 500)) }

    @Test("a payment accepted offline on a coupon that has lapsed since has it honoured")
    func acceptedLate() throws {
        let couponed = try site.couponed(charge(1))
        site.now.milliseconds += 600_000
        try site.record(.payment(.acceptedOffline, couponed, nil))
        #expect(try site.balance("contract:rich") == CouponSite.opening - 700)
        #expect(try site.balance("merchant:city") == 1_000 && site.left() == 200)
        #expect(try site.charge(couponed) == .approved && site.isSound() && site.incidents().isEmpty)
    }

    @Test(
        "if the budget is spent meanwhile, the payer pays the price that was shown, and an incident says so"
    )
    func unfunded() throws {
        let couponed = try site.couponed(charge(1))
        site.now.milliseconds += 600_000
        #expect(try site.charge(try site.couponed(charge(2))) == .approved)
        try site.record(.payment(.acceptedOffline, couponed, nil))
        #expect(try site.balance("contract:rich") == CouponSite.opening - 1_400)
        #expect(try site.balance("merchant:city") == 1_700 && site.left() == 200)
        #expect(try site.incidents() == [.couponUnfunded] && site.isSound())
    }

    @Test("a car that leaves owing a reduced price owes that, and the campaign pays its part once")
    func debt() throws {
        let couponed = try site.couponed(charge(1, 1_000, CouponSite.poor))
        #expect(try site.charge(couponed) == .declined(.insufficientFunds))
        try site.record(.debt(couponed))
        try site.record(.payment(.acceptedOffline, couponed, nil), .debt(couponed))
        #expect(try site.balance("debt:\(CouponSite.poor.text)") == -700)
        #expect(try site.balance("merchant:city") == 1_000 && site.left() == 200)
        #expect(try site.reverse(couponed) == .declined(.insufficientFunds) || site.left() == 200)
        #expect(try site.isSound())
    }

    @Test("a payment that is undone after its car left owing it stays reduced, and stays paid by the campaign")
    func undoneButOwed() throws {
        let couponed = try site.couponed(charge(1))
        #expect(try site.charge(couponed) == .approved)
        try site.record(.debt(couponed))
        #expect(try site.reverse(couponed) == .reversed)
        #expect(try site.balance("contract:rich") == CouponSite.opening)
        #expect(try site.balance("debt:\(CouponSite.rich.text)") == -700)
        #expect(try site.balance("merchant:city") == 1_000 && site.left() == 200)
        #expect(try site.isSound())
    }

    @Test("a platform that is opened again keeps locks and budgets, and funds a campaign once")
    func restart() throws {
        let folder = TestFolder(inMemory: true)
        let site = try CouponSite(try CouponSite.campaign(), database: folder.file("p.db"))
        let couponed = try site.couponed(charge(1))
        try site.restart()
        #expect(try site.left() == 700 && site.balance("campaign:spring") == 1_000)
        #expect(try site.charge(couponed) == .approved)
        try site.restart()
        #expect(try site.campaign()?.redeemed == Fen(300) && site.balance("campaign:spring") == 700)
        #expect(try CouponReport.read(folder.file("p.db")) == site.store.couponReport())
    }

    @Test("a budget that is changed in the configuration is reported and ignored")
    func otherBudget() throws {
        let folder = TestFolder(inMemory: true)
        _ = try CouponSite(try CouponSite.campaign(), database: folder.file("p.db"))
        var notices: [String] = []
        let site = try CouponSite(
            try CouponSite.campaign("spring", .fixed(Fen(300)), budget: 2_000), database: folder.file("p.db")
        ) { if case .budgetDiffers = $0 { notices.append("\($0)") } }
        #expect(notices.count == 1 && notices.first?.contains("10.00") == true)
        #expect(try site.left() == 1_000 && site.balance("campaign:spring") == 1_000)
    }

    @Test(
        "what a payer is told and how many coupons there are may be changed, also below what was granted"
    )
    func otherWords() throws {
        let folder = TestFolder(inMemory: true)
        let before = try CouponSite(try CouponSite.campaign(), database: folder.file("p.db"))
        _ = try before.couponed(charge(1))
        _ = try before.couponed(charge(2))
        let change: (inout CouponCampaign) -> Void = { ($0.english, $0.mostCoupons) = ("May discount", 1) }
        let after = try CouponSite(try CouponSite.campaign(change: change), database: folder.file("p.db"))
        #expect(try after.offer(charge(1))?.english == "May discount")
        #expect(try after.offer(charge(3)) == nil)
        #expect(try after.campaign()?.mostCoupons == 1 && after.left() == 400 && after.isSound())
    }

    @Test("a coupon of a campaign that is not configured any more can still be used, and no other is granted")
    func withdrawn() throws {
        let folder = TestFolder(inMemory: true)
        let before = try CouponSite(try CouponSite.campaign(), database: folder.file("p.db"))
        let couponed = try before.couponed(charge(1))
        let after = try CouponSite(database: folder.file("p.db"))
        #expect(try after.offer(charge(2)) == nil)
        #expect(try after.charge(couponed) == .approved && after.left() == 700)
    }
}
