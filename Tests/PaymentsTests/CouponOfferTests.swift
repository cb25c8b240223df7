import Payments
import Testing
import Vocabulary

@Suite struct CouponOfferTests {
    @Test(
        "a fixed coupon takes off its amount, and leaves one fen to pay of a smaller price",
        arguments: [(302, 300), (301, 300), (300, 299), (2, 1), (1, nil), (0, nil)] as [(Int64, Int64?)])
    func fixed(total: Int64, expected: Int64?) {
        var desk = Coupons.desk(Coupons.campaign())
        #expect(desk.grant(Coupons.question(1, total))?.amount.count == expected)
    }

    @Test("a campaign may let the price become nothing")
    func nothingToPay() {
        var desk = Coupons.desk(Coupons.campaign { $0.leastPayable = .zero })
        #expect(desk.grant(Coupons.question(1, 300))?.amount == Fen(300))
        #expect(desk.grant(Coupons.question(2, 0)) == nil)
    }

    @Test(
        "a percentage is rounded down to a fen and capped",
        arguments: [(9, nil), (10, 1), (19, 1), (4_999, 499), (5_000, 500), (5_010, 500), (.max, 500)]
            as [(Int64, Int64?)])
    func percent(total: Int64, expected: Int64?) {
        var desk = Coupons.desk(Coupons.campaign("spring", .percent(permille: 100, most: Fen(500))))
        #expect(desk.grant(Coupons.question(1, total))?.amount.count == expected)
    }

    @Test(
        "no part of a fixed or proportional coupon is granted when the budget does not cover all of it",
        arguments: [CouponCampaign.Discount.fixed(Fen(300)), .percent(permille: 300, most: Fen(900))])
    func whole(discount: CouponCampaign.Discount) {
        for (budget, expected) in [(299, nil), (300, 300)] as [(Int64, Int64?)] {
            var desk = Coupons.desk(Coupons.campaign("spring", discount, budget: budget))
            #expect(desk.grant(Coupons.question())?.amount.count == expected)
        }
    }

    @Test("a random coupon takes each amount from the least to the most about equally often, and no other")
    func random() {
        var counts: [Int64: Int] = [:]
        var dice = Dice(seed: 1)
        for number in 1...3_000 {
            var desk = Coupons.desk(Coupons.campaign("spring", .drawn(least: Fen(11), most: Fen(20))))
            let coupon = desk.grant(Coupons.question(UInt64(number)), word: dice.next())
            counts[coupon?.amount.count ?? 0, default: 0] += 1
        }
        #expect(counts.keys.sorted() == Array(11...20))
        // 300 each are expected, with a deviation of 16.
        #expect(counts.values.allSatisfy { (200...400).contains($0) })
    }

    @Test("a random coupon is drawn from what the budget and the price leave")
    func randomBounds() {
        let discount = CouponCampaign.Discount.drawn(least: Fen(100), most: Fen(900))
        var dice = Dice(seed: 2)
        for _ in 0..<200 {
            let word = dice.next()
            var scarce = Coupons.desk(Coupons.campaign("spring", discount, budget: 103))
            #expect((100...103).contains(scarce.grant(Coupons.question(), word: word)?.amount.count ?? 0))
            var cheap = Coupons.desk(Coupons.campaign("spring", discount))
            #expect((100...104).contains(cheap.grant(Coupons.question(1, 105), word: word)?.amount.count ?? 0))
        }
        var spent = Coupons.desk(Coupons.campaign("spring", discount, budget: 99))
        #expect(spent.grant(Coupons.question()) == nil)
        var last = Coupons.desk(Coupons.campaign("spring", discount, budget: 100))
        #expect(last.grant(Coupons.question())?.amount == Fen(100))
        #expect(last.grant(Coupons.question(2)) == nil)
    }

    @Test("the same payment gets the same coupon, whatever the dice show later, also after its lock has lapsed")
    func sameAgain() throws {
        var desk = Coupons.desk(Coupons.campaign("spring", .drawn(least: Fen(1), most: Fen(900))))
        let first = try desk.granted(Coupons.question(), word: 77)
        for word in 0..<50 as Range<UInt64> { #expect(desk.grant(Coupons.question(), word: word) == first) }
        let later = first.until.milliseconds
        for word in 0..<50 as Range<UInt64> {
            #expect(desk.grant(Coupons.question(), at: later, word: word)?.amount == first.amount)
        }
        #expect(desk.left() == 1_000 - first.amount.count)
    }

    @Test("coupons are granted from the first instant of a campaign until before its end")
    func period() {
        let (begin, end) = (Coupons.begin.milliseconds, Coupons.end.milliseconds)
        for (now, isGranted) in [(begin - 1, false), (begin, true), (end - 1, true), (end, false)] {
            var desk = Coupons.desk(Coupons.campaign())
            #expect((desk.grant(Coupons.question(), at: now) != nil) == isGranted)
        }
    }

    @Test("the minimum spend counts before the discount", arguments: [499, 500])
    func minimumSpend(total: Int64) {
        var desk = Coupons.desk(Coupons.campaign { $0.minimumSpend = Fen(500) })
        #expect((desk.grant(Coupons.question(1, total)) != nil) == (total == 500))
    }

    @Test("a campaign for some instruments and holders is for no others")
    func addressees() {
        let mine = Holder(plate: Fixtures.plate(1))
        var desk = Coupons.desk(
            Coupons.campaign {
                $0.instruments = [.plate, .card]
                $0.holders = [mine]
            })
        #expect(desk.grant(Coupons.question(1, instrument: .payerCode)) == nil)
        #expect(desk.grant(Coupons.question(2, holder: 2)) == nil)
        #expect(desk.grant(Coupons.question(3, holder: nil)) == nil)
        #expect(desk.grant(Coupons.question(4, instrument: .card)) != nil)
    }

    @Test("one holder gets so many coupons and no more; whoever is not known gets none of them")
    func perHolder() throws {
        var desk = Coupons.desk(
            Coupons.campaign("spring", .fixed(Fen(10))) { $0.mostPerHolder = 2 })
        let first = try desk.granted(Coupons.question(1))
        #expect(desk.grant(Coupons.question(2)) != nil)
        #expect(desk.grant(Coupons.question(3)) == nil)
        #expect(desk.grant(Coupons.question(4, holder: 2)) != nil)
        #expect(desk.grant(Coupons.question(5, holder: nil)) == nil)
        desk.release(first.payment)
        #expect(desk.grant(Coupons.question(6)) != nil)
    }

    @Test("a campaign grants so many coupons and no more")
    func count() {
        var desk = Coupons.desk(Coupons.campaign("spring", .fixed(Fen(10))) { $0.mostCoupons = 2 })
        #expect(desk.grant(Coupons.question(1)) != nil && desk.grant(Coupons.question(2, holder: 2)) != nil)
        #expect(desk.grant(Coupons.question(3, holder: 3)) == nil)
    }

    @Test("the payer gets the largest discount; of equal ones what ends first, then the first by name")
    func best() {
        let small = Coupons.campaign("a", .fixed(Fen(100))), large = Coupons.campaign("b", .fixed(Fen(200)))
        let short = Coupons.campaign("d", .fixed(Fen(200))) { $0.until.milliseconds -= 1 }
        let same = Coupons.campaign("c", .fixed(Fen(200))) { $0.until.milliseconds -= 1 }
        func best(_ campaigns: CouponCampaign...) -> String? {
            var desk = CouponDesk(campaigns: campaigns, storage: CouponMemory(campaigns))
            return desk.grant(Coupons.question())?.campaign.text
        }
        #expect(best(small, large) == "b" && best(large, small) == "b")
        #expect(best(large, short) == "d" && best(short, large) == "d")
        #expect(best(short, same, large) == "c" && best(large, same, short) == "c")
    }

    @Test("an id that has a coupon gets none for other contents, nor for another box")
    func otherContents() {
        var desk = Coupons.desk(Coupons.campaign())
        var dice = Loaded(word: 0)
        let coupon = desk.grant(Coupons.question())
        #expect(desk.offer(Coupons.question(contents: [2]), at: Coupons.begin, dice: &dice) == .conflict)
        var foreign = Coupons.question()
        foreign.device = Fixtures.slug("gate-2")
        #expect(desk.offer(foreign, at: Coupons.begin, dice: &dice) == .conflict)
        #expect(desk.grant(Coupons.question()) == coupon && desk.left() == 700)
    }
}
