import Purses
import Testing
import Vocabulary
import Wire

@testable import Services

@Suite("Meals paid from purses")
struct PursePaymentTests {
    /// 5.00 of a subsidy until today, 6.00 until in ten days, 10.00 paid in, and a bank account.
    private func site(guardian: Guardian? = nil) throws -> MealSite {
        let site = try MealSite()
        try site.enrol(guardian: guardian)
        try site.bring(500, "meal", "oct", until: 0)
        try site.bring(600, "meal", "nov", until: 10)
        try site.bring(1_000, "cash")
        try site.openAccount()
        return site
    }

    @Test("a meal is split over the purses, once; the payer is told how, also when asked again")
    func pays() throws {
        let site = try site()
        let charge = site.charge(1, [("meal", 800), ("snack", 300)])
        let (outcome, receipt) = try site.pay(charge)
        #expect(outcome == .approved)
        #expect(receipt?.spends.map(\.amount) == [Fen(500), Fen(100), Fen(200), Fen(300)])
        #expect(receipt?.spends.map { $0.lot?.text } == ["oct", "nov", nil, nil])
        #expect(
            receipt?.balances == [
                PurseBalance(purse: slug("meal"), amount: Fen(500)),
                PurseBalance(purse: slug("cash"), amount: Fen(500)),
            ])
        for _ in 0..<2 {
            #expect(try site.pay(charge) == (.approved, receipt))
            #expect(try site.query(charge) == (.approved, receipt))
        }
        #expect(try site.lots() == ["meal/nov": 500, "cash/": 500])
        #expect(try site.balance("merchant:school") == 1_100)
        #expect(try site.used("meal").period == Tally(amount: Fen(600), count: 1))
        #expect(try site.used(nil).month == Tally(amount: Fen(1_100), count: 1))
        #expect(try site.isSound())
    }

    @Test("a bank account pays to the fen how much may be owed", arguments: [(1_600, true), (1_601, false)])
    func debit(amount: Int64, isPaid: Bool) throws {
        let site = try site()
        // 9.00 of cash, for 1.00 must stay, and 7.00 a day of the account.
        #expect((try site.pay(site.charge(1, [("snack", amount)])).outcome == .approved) == isPaid)
        #expect(try site.purse("account") == (isPaid ? -700 : 0))
        #expect(try site.isSound())
    }

    @Test("a refusal says why in words, and what a limit leaves; nothing moves, and the same id stays refused")
    func refusals() throws {
        let guardian = Guardian(
            limits: PurseLimits(day: .init(amount: Fen(900))), barredItems: [slug("candy")],
            barredPeriods: [slug("supper")])
        let site = try site(guardian: guardian)
        func check(_ charge: Charge, _ reason: DeclineReason, left: Int64? = nil) throws {
            let (outcome, receipt) = try site.pay(charge)
            #expect(outcome == .declined(reason))
            #expect(receipt?.spends == [] && receipt?.shortage?.left == left.map { Fen($0) })
            #expect(receipt?.shortage?.chinese.isEmpty == false && receipt?.shortage?.english.isEmpty == false)
            #expect(receipt?.balances.count == 2)
            #expect(try site.query(charge) == (outcome, receipt))
        }
        try check(site.charge(1, [("candy", 100)]), .guardianBars)
        try check(site.charge(2, [("meal", 100)], period: "supper"), .guardianBars)
        try check(site.charge(3, [("meal", 901)]), .limitReached, left: 900)
        #expect(try site.balance("merchant:school") == 0)
        let poor = try MealSite()
        try poor.enrol()
        try poor.bring(600, "meal", "nov", until: 10)
        #expect(try poor.pay(poor.charge(1, [("snack", 100)])).outcome == .declined(.insufficientFunds))
        let only = PurseRules(id: slug("r"), purses: [MealSite.rules.purses[0]])
        let strict = try MealSite(rules: only)
        try strict.enrol()
        try strict.bring(600, "meal", "nov", until: 10)
        #expect(try strict.pay(strict.charge(1, [("snack", 100)])).outcome == .declined(.nothingMayPay))
        #expect(try strict.pay(strict.charge(2, [("meal", 601)])).outcome == .declined(.insufficientFunds))
    }

    @Test("who has left pays nothing; whom no list names has no contract; a meal of another week is not believed")
    func nobody() throws {
        let site = try site()
        try site.enrol("left", until: site.time)
        try site.bring(600, "meal", "nov", until: 10, to: "left")
        #expect(try site.pay(site.charge(1, [("meal", 100)], "left")).outcome == .declined(.suspended))
        #expect(try site.pay(site.charge(2, [("meal", 100)], "stranger")).outcome == .declined(.noContract))
        for (days, isRead) in [(-2, false), (-1, true), (1, true), (2, false)] as [(Int64, Bool)] {
            let day = CivilDate(dayNumber: site.today.dayNumber + days)
            let outcome = try site.pay(site.charge(UInt64(10 + days), [("snack", 100)], day: day)).outcome
            #expect(outcome == (isRead ? .approved : .declined(.badRequest)))
        }
        var odd = site.charge(3, [("snack", 100)])
        odd.quote.lines[0].itemClass = nil
        #expect(try site.pay(odd).outcome == .declined(.badRequest))
    }

    @Test("a reversal puts each fen back into its lot, and the meal counts no more; done again it does nothing")
    func reversal() throws {
        let site = try site()
        let before = try site.lots()
        let charge = site.charge(1, [("meal", 800)])
        #expect(try site.pay(charge).outcome == .approved)
        for _ in 0..<2 {
            #expect(try site.reverse(charge) == .reversed)
            #expect(try site.lots() == before)
        }
        #expect(try site.used("meal") == Used() && site.used(nil) == Used())
        #expect(try site.pay(charge).outcome == .reversed)
        #expect(try site.balance("merchant:school") == 0)
        // The one subsidised meal of this lunch is to be had again.
        #expect(try site.pay(site.charge(2, [("meal", 600)])).receipt?.spends.map(\.purse.text) == ["meal", "meal"])
        #expect(try site.isSound())
    }

    @Test("a refund gives back the named line, or the last lines first, own money before subsidy")
    func refunds() throws {
        let site = try site()
        let charge = site.charge(1, [("meal", 800), ("snack", 300)])
        #expect(try site.pay(charge).outcome == .approved)
        #expect(try site.refund(1, of: charge, 100) == .refunded)
        #expect(try site.lots() == ["meal/nov": 500, "cash/": 600])
        #expect(try site.refund(2, of: charge, 250, line: 0) == .refunded)
        #expect(try site.lots() == ["meal/nov": 550, "cash/": 800])
        #expect(try site.refund(2, of: charge, 250, line: 0) == .refunded)
        #expect(try site.refund(3, of: charge, 201, line: 1) == .refused(.moreThanCaptured))
        #expect(try site.refund(4, of: charge, 100, line: 2) == .refused(.badRequest))
        #expect(try site.refund(5, of: charge, 751) == .refused(.moreThanCaptured))
        #expect(try site.used("meal").period == Tally(amount: Fen(550), count: 1))
        #expect(try site.refund(6, of: charge, 750) == .refunded)
        #expect(try site.lots() == ["meal/oct": 500, "meal/nov": 600, "cash/": 1_000])
        #expect(try site.used("meal") == Used() && site.used(nil) == Used())
        #expect(try site.balance("merchant:school") == 0)
        #expect(try site.isSound())
    }

    @Test("a reversal after a refund gives back the rest only; what the account paid comes back as cash by a refund")
    func reversalAfterRefund() throws {
        let site = try site()
        let charge = site.charge(1, [("snack", 1_400)])
        #expect(try site.pay(charge).outcome == .approved)
        #expect(try site.purse("account") == -500)
        #expect(try site.refund(1, of: charge, 300) == .refunded)
        #expect(try site.purse("account") == -500 && site.purse("cash") == 400)
        #expect(try site.reverse(charge) == .reversed)
        #expect(try site.purse("account") == -300 && site.purse("cash") == 1_300)
        #expect(try site.balance("merchant:school") == 0)
        #expect(try site.isSound())
    }

    @Test("what a box promised is taken from the purses; what they do not have is owed, and taken once they have it")
    func promises() throws {
        let site = try site()
        let paid = site.charge(1, [("meal", 800)])
        try site.record(.payment(.acceptedOffline, paid, nil), .payment(.acceptedOffline, paid, nil))
        #expect(try site.lots() == ["meal/nov": 500, "cash/": 800])
        let owed = site.charge(2, [("snack", 1_700)])
        try site.record(.payment(.acceptedOffline, owed, nil))
        #expect(try site.balance("debt:member:p1") == -1_700 && site.lots()["cash/"] == 800)
        #expect(try site.balance("merchant:school") == 2_500)
        try site.bring(900, "cash")
        for _ in 0..<2 {
            let answer = try site.ask(.collect(owed.payment))
            #expect(answer == .payment(owed.payment, .approved))
        }
        #expect(try site.balance("debt:member:p1") == 0 && site.lots()["cash/"] == 100)
        #expect(try site.purse("account") == -100)
        #expect(try site.isSound())
        // It was a mistake: all of it goes back where it came from.
        #expect(try site.reverse(owed) == .reversed)
        #expect(try site.lots()["cash/"] == 1_700 && site.purse("account") == 0)
        #expect(try site.balance("merchant:school") == 800 && site.balance("debt:member:p1") == 0)
        #expect(try site.isSound())
    }

    @Test("a promise that became a debt is given back as a whole, owed or collected, once", arguments: [false, true])
    func refundedDebt(isCollected: Bool) throws {
        let site = try MealSite()
        try site.enrol()
        try site.bring(300, "cash")
        let charge = site.charge(1, [("snack", 1_000)])
        try site.record(.payment(.acceptedOffline, charge, nil))
        #expect(try site.balance("debt:member:p1") == -1_000)
        if isCollected {
            try site.bring(800, "cash")
            #expect(try site.ask(.collect(charge.payment)) == .payment(charge.payment, .approved))
        }
        #expect(try site.refund(1, of: charge, 999) == .refused(.notCaptured))
        #expect(try site.refund(2, of: charge, 1_001) == .refused(.moreThanCaptured))
        #expect(try site.balance("merchant:school") == 1_000)
        for _ in 0..<2 { #expect(try site.refund(3, of: charge, 1_000) == .refunded) }
        #expect(try site.refund(3, of: charge, 999) == .conflict)
        #expect(try site.refund(4, of: charge, 1_000) == .refused(.notCaptured))
        try site.bring(2_000, "cash")
        #expect(try site.ask(.collect(charge.payment)) == .payment(charge.payment, .reversed))
        #expect(try site.lots() == ["cash/": isCollected ? 3_100 : 2_300] && site.used("cash") == Used())
        #expect(try site.balance("merchant:school") == 0 && site.balance("debt:member:p1") == 0)
        #expect(try site.isSound())
    }

    @Test("a promise keeps the limits of a subsidy, though a person's own limits and the guardian do not stop it")
    func promiseLimits() throws {
        let site = try site(guardian: Guardian(limits: PurseLimits(day: .init(amount: Fen(100)))))
        try site.bring(9_000, "cash")
        try site.record(.payment(.acceptedOffline, site.charge(1, [("meal", 7_000)]), nil))
        #expect(try site.lots() == ["meal/nov": 500, "cash/": 3_600])
        #expect(try site.balance("debt:member:p1") == 0)
    }

    @Test("a promise leaves of a subsidy's limits what open leases may still use, until they are back")
    func promiseBesideLeases() throws {
        let subsidy = Purse(
            id: slug("meal"), chinese: "餐补", english: "Meal subsidy", kind: .subsidy,
            limits: PurseLimits(day: .init(amount: Fen(1_000))))
        let site = try MealSite(
            rules: PurseRules(id: slug("meals-2"), purses: [subsidy, MealSite.rules.purses[1]]), percent: 100)
        try site.enrol()
        try site.bring(5_000, "meal", "nov", until: 10)
        try site.bring(300, "cash")
        func spend(_ lease: UInt64, _ number: UInt64, box: Int) throws {
            let spend = PurseSpend(
                line: 0, purse: slug("meal"), lot: slug("nov"),
                expires: CivilDate(dayNumber: site.today.dayNumber + 10), amount: Fen(500))
            try site.record(
                .leaseSpent(MealSite.id(lease), site.charge(number, [("meal", 500)]), spends: [spend]), box: box)
        }
        for box in 0...1 { #expect(try site.open(UInt64(box) + 1, 500, box: box)?.amount == Fen(500)) }
        try spend(1, 1, box: 0)
        let promised = site.charge(2, [("meal", 200)])
        let owed = site.charge(3, [("meal", 500)])
        try site.record(.payment(.acceptedOffline, promised, nil), .payment(.acceptedOffline, owed, nil))
        #expect(try site.lots()["cash/"] == 100 && site.balance("debt:member:p1") == -500)
        try spend(2, 4, box: 1)
        #expect(try site.used("meal").day == Tally(amount: Fen(1_000), count: 2))
        #expect(try site.ask(.collect(owed.payment)) == .payment(owed.payment, .declined(.insufficientFunds)))
        try site.bring(500, "cash")
        #expect(try site.ask(.collect(owed.payment)) == .payment(owed.payment, .approved))
        #expect(try site.lots()["cash/"] == 100 && site.incidents() == [] && site.isSound())
    }

    @Test("a promise of an id that was undone before moves nothing")
    func tombstone() throws {
        let site = try site()
        let charge = site.charge(1, [("meal", 800)])
        #expect(try site.reverse(charge) == .reversed)
        try site.record(.payment(.acceptedOffline, charge, nil))
        #expect(try site.pay(charge).outcome == .reversed && site.balance("merchant:school") == 0)
    }
}
