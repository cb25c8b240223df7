import Purses
import TestParts
import Testing
import Vocabulary
import Wire

@testable import Services

@Suite("Leases of purses by the rules of each purse")
struct PurseLeaseRulesTests {
    /// A lunch of 6.00 by a subsidy at most, cash of which 4 payments of 1.00 are made, and money for the shop only.
    private static let rules = PurseRules(
        id: slug("lunch-1"),
        purses: [
            Purse(
                id: slug("shop"), chinese: "小卖部", english: "Shop", kind: .subsidy,
                spendsOn: SpendingRule(merchants: [slug("shop")])),
            Purse(
                id: slug("meal"), chinese: "餐补", english: "Meals", kind: .subsidy,
                spendsOn: SpendingRule(periods: [slug("lunch")], items: [slug("meal")]),
                limits: PurseLimits(period: .init(amount: Fen(600)))),
            Purse(
                id: slug("cash"), chinese: "充值", english: "Prepaid", kind: .cash,
                limits: PurseLimits(payment: Fen(100))),
        ])

    private func site(guardian: Guardian? = nil) throws -> MealSite {
        let site = try MealSite(rules: Self.rules, percent: 100, mostPerPurse: 50_000)
        try site.enrol(guardian: guardian)
        try site.bring(900, "shop", "nov", until: 10)
        try site.bring(5_000, "meal", "nov", until: 10)
        try site.bring(9_000, "cash")
        return site
    }

    private func words(_ terms: LeaseTerms?) -> [String]? { terms?.lots.map { "\($0.purse) \($0.amount.count)" } }

    private func renew(_ site: MealSite, _ amount: Int64) throws -> LeaseTerms? {
        let order = LeaseOrder.renew(MealSite.id(1), amount: Fen(amount), seconds: 3_600)
        guard case .granted(let terms) = try site.lease(order) else { return nil }
        return terms
    }

    private func spend(_ amount: Int64, _ purse: String, _ site: MealSite, line: Int = 0) -> PurseSpend {
        let lot = purse == "cash" ? nil : slug("nov")
        let last = purse == "cash" ? nil : CivilDate(dayNumber: site.today.dayNumber + 10)
        return PurseSpend(line: line, purse: slug(purse), lot: lot, expires: last, amount: Fen(amount))
    }

    @Test("of a purse no more is lent than it can pay in the payments of a lease, and of one for other places nothing")
    func mostOfPayments() throws {
        let site = try site()
        // One lunch of 6.00 a day; four payments of 1.00.
        #expect(try words(site.open(1, 20_000)) == ["meal 600", "cash 400"])
        let charge = site.charge(1, [("meal", 200)])
        try site.record(.leaseSpent(MealSite.id(1), charge, spends: [spend(200, "meal", site)]))
        #expect(try words(renew(site, 20_000)) == ["meal 800", "cash 400"])
        #expect(try site.incidents() == [] && site.isSound())
    }

    @Test("what may be held of a person at most counts what is left, not what was spent before")
    func mostLeft() throws {
        let site = try MealSite(percent: 100, mostPerPurse: 500)
        try site.enrol()
        try site.bring(3_000, "cash")
        #expect(try site.open(1, 400)?.amount == Fen(400))
        #expect(try renew(site, 2_000)?.amount == Fen(500))
        let charge = site.charge(1, [("snack", 150)])
        try site.record(.leaseSpent(MealSite.id(1), charge, spends: [spend(150, "cash", site)]))
        #expect(try renew(site, 2_000)?.amount == Fen(650))
    }

    @Test("how much one payment may be says nothing of how much is lent for many")
    func guardiansPayment() throws {
        let site = try site(guardian: Guardian(limits: PurseLimits(payment: Fen(50))))
        #expect(try words(site.open(1, 300)) == ["meal 300"])
    }

    @Test("money that is over is not lent, though it has not gone back yet", arguments: [(0, 400), (1, 300)])
    func overButThere(days: Int64, lent: Int64) throws {
        let site = try MealSite()
        try site.enrol()
        try site.bring(200, "meal", "oct", until: 0)
        try site.bring(600, "meal", "nov", until: 10)
        site.pass(milliseconds: days * 86_400_000)
        let lots = try #require(try site.open(1, 2_000)).lots
        #expect(lots.map(\.lot?.text) == (days == 0 ? ["oct", "nov"] : ["nov"]))
        #expect(lots.reduce(0) { $0 + $1.amount.count } == lent)
    }

    @Test(
        "no lease lasts longer than the platform allows, whatever is asked for",
        arguments: [(3_599, 3_599), (9_999, 3_600)])
    func longest(asked: Int64, seconds: Int64) throws {
        let site = try site()
        let order = LeaseOrder.open(MealSite.id(1), .purse(MealSite.member()), amount: Fen(100), seconds: asked)
        guard case .granted(let terms) = try site.lease(order) else {
            Issue.record("not granted")
            return
        }
        #expect(terms.seconds == seconds && terms.graceSeconds == 600)
    }

    @Test(
        "a box hears of yesterday's payments too: records of that day may still come",
        arguments: [(1, true), (2, false)])
    func yesterday(days: Int64, isTold: Bool) throws {
        let site = try site()
        #expect(try site.pay(site.charge(1, [("snack", 100)])).outcome == .approved)
        site.pass(milliseconds: days * 86_400_000)
        let usage = try #require(try site.open(1, 300)).usage
        #expect(usage.contains { $0.window?.description == "2026-11-20/lunch" } == isTold)
        #expect(usage.contains { $0.window?.description == "2026-11" })
    }

    // MARK: - What a record says

    @Test(
        "spends that are not the price line by line are a promise like any other, and leave the lease as it was",
        arguments: [
            [(60, 0)], [(60, 0), (41, 1)], [(61, 0), (39, 1)], [(60, 0), (40, 2)], [(60, 0), (40, 0)],
            [(60, 0), (20, 1), (21, 1)], [(60, 0), (40, 1), (5, 2)],
        ] as [[(Int64, Int)]])
    func notThePrice(spends: [(Int64, Int)]) throws {
        let site = try site()
        _ = try site.open(1, 20_000)
        let before = try site.lots()
        let charge = site.charge(1, [("snack", 60), ("snack", 40)])
        try site.record(
            .leaseSpent(MealSite.id(1), charge, spends: spends.map { spend($0.0, "cash", site, line: $0.1) }))
        #expect(try site.query(charge).outcome == .approved)
        #expect(try site.balance("lease:till-1:purses:member:p1") == 1_000)
        #expect(try site.lots()["cash/"] == (before["cash/"] ?? 0) - 100)
        #expect(try site.balance("merchant:school") == 100 && site.isSound())
    }

    @Test("a spend that names a lot with another last day is not that lot's")
    func otherLastDay() throws {
        let site = try site()
        _ = try site.open(1, 20_000)
        var wrong = spend(100, "meal", site)
        wrong.expires = CivilDate(dayNumber: site.today.dayNumber + 11)
        try site.record(.leaseSpent(MealSite.id(1), site.charge(1, [("meal", 100)]), spends: [wrong]))
        #expect(try site.incidents() == [.leaseOverspent])
        #expect(try site.balance("lease:till-1:purses:member:p1") == 1_000 && site.isSound())
    }

    /// What is told of one record from a lease of 6.00 of the subsidy and 1.00 of cash.
    private func told(
        _ charge: (MealSite) -> Charge, _ spends: (MealSite) -> [PurseSpend],
        before: (MealSite) throws -> Void = { _ in }
    ) throws -> [String] {
        let folder = TestFolder(inMemory: true)
        let site = try MealSite(
            database: "\(folder.path)/platform.db", rules: Self.rules, percent: 100, mostPerPurse: 50_000)
        try site.enrol(guardian: Guardian(limits: PurseLimits(day: .init(amount: Fen(700)))))
        try site.bring(900, "meal", "nov", until: 10)
        try site.bring(900, "cash")
        #expect(try words(site.open(1, 700)) == ["meal 600", "cash 100"])
        try before(site)
        let charge = charge(site)
        try site.record(.leaseSpent(MealSite.id(1), charge, spends: spends(site)))
        #expect(try site.query(charge).outcome == .approved && site.isSound())
        #expect(try site.incidents().allSatisfy { $0 == .purseRulesBroken })
        return try site.store.ledgerReport().incidents.map(\.detail)
    }

    @Test("each rule that a box did not keep is told by its name; up to each limit there is nothing to tell")
    func brokenRules() throws {
        let whole: (MealSite) -> Charge = { $0.charge(1, [("meal", 600), ("snack", 100)]) }
        let both: (MealSite) -> [PurseSpend] = { [spend(600, "meal", $0), spend(100, "cash", $0, line: 1)] }
        let meal: (MealSite) -> [PurseSpend] = { [spend(10, "meal", $0)] }
        #expect(try told(whole, both) == [])
        // Its guardian has changed since.
        let lower = try told(whole, both) {
            try $0.enrol(guardian: Guardian(limits: PurseLimits(day: .init(amount: Fen(699)))))
        }
        #expect(lower.first?.contains("the guardian's day limit is passed") == true)
        let barred = try told(whole, both) { try $0.enrol(guardian: Guardian(barredPeriods: [slug("lunch")])) }
        #expect(barred.first?.contains("the guardian does not allow it") == true)
        let barredItem = try told(whole, both) { try $0.enrol(guardian: Guardian(barredItems: [slug("snack")])) }
        #expect(barredItem.first?.contains("the guardian does not allow it") == true)
        let renamed = try told({ $0.charge(1, [("meal", 10)]) }, meal) {
            try $0.restart(rules: PurseRules(id: slug("r"), purses: [Self.rules.purses[2]]))
        }
        #expect(renamed.first?.contains("the rules name no purse meal") == true)
        #expect(try told({ $0.charge(1, [("meal", 10)], period: "supper") }, meal).count == 1)
    }

    @Test("a lot that was spent after its last day is told; on that day it is not", arguments: [(0, 0), (1, 1)])
    func afterItsLastDay(days: Int64, incidents: Int) throws {
        let site = try MealSite()
        try site.enrol()
        try site.bring(200, "meal", "oct", until: 0)
        _ = try site.open(1, 2_000)
        let day = CivilDate(dayNumber: site.today.dayNumber + days)
        let spend = PurseSpend(
            line: 0, purse: slug("meal"), lot: slug("oct"), expires: site.today, amount: Fen(50))
        try site.record(.leaseSpent(MealSite.id(1), site.charge(1, [("meal", 50)], day: day), spends: [spend]))
        #expect(try site.incidents() == Array(repeating: .purseRulesBroken, count: incidents))
    }

    // MARK: - Called back

    @Test("a charge that waits is not decided later for having been looked at, and its id is nobody else's")
    func lookedAt() throws {
        let site = try MealSite()
        try site.enrol()
        try site.bring(600, "cash")
        _ = try site.open(1, 2_000)
        let charge = site.charge(1, [("snack", 500)])
        #expect(try site.pay(charge, box: 1).outcome == .pending)
        #expect(try site.pay(site.charge(1, [("snack", 400)]), box: 1).outcome == .conflict)
        _ = site.takeNews()
        for _ in 0..<2 {
            site.pass(milliseconds: 499)
            try site.store.decideWaits(at: site.time)
            #expect(site.takeNews().isEmpty)
        }
        site.pass(milliseconds: 2)
        try site.store.decideWaits(at: site.time)
        #expect(site.takeNews().map(\.1) == [.paymentChanged(charge.payment)])
    }

    @Test("who was served while the charge waited is charged once, by the record", arguments: [false, true])
    func servedMeanwhile(isLease: Bool) throws {
        let site = try MealSite(percent: 100)
        try site.enrol()
        try site.bring(900, "cash")
        _ = try site.open(1, isLease ? 200 : 800)
        if isLease { _ = try site.open(2, 500, box: 1) }
        let large = site.charge(1, [("snack", 500)])
        #expect(try site.pay(large, box: 1).outcome == .pending)
        try site.record(
            isLease
                ? .leaseSpent(MealSite.id(2), large, spends: [spend(500, "cash", site)])
                : .payment(.acceptedOffline, large, nil), box: 1)
        _ = site.takeNews()
        #expect(try site.store.nextWait() == nil)
        #expect(try site.lease(.giveBack(MealSite.id(1), spends: 0)) == .returned)
        site.pass(milliseconds: 2_000)
        try site.store.decideWaits(at: site.time)
        #expect(site.takeNews().isEmpty)
        #expect(try site.balance("merchant:school") == 500 && site.isSound())
    }

    @Test("what was lent of a bank account is called back like any other money")
    func account() throws {
        let site = try MealSite(percent: 100)
        try site.enrol()
        try site.openAccount()
        #expect(try words(site.open(1, 2_000)) == ["account 700"])
        #expect(try site.pay(site.charge(1, [("snack", 700)]), box: 1).outcome == .pending)
        #expect(try site.lease(.giveBack(MealSite.id(1), spends: 0)) == .returned)
        #expect(try site.purse("account") == -700 && site.isSound())
    }

    @Test("a lease that may be spent in any number of payments may use up every count that was laid down since")
    func anyNumber() throws {
        let site = try site()
        #expect(try site.open(1, 300)?.payments == nil)
        try site.enrol(guardian: Guardian(limits: PurseLimits(day: .init(count: 5))))
        #expect(try site.pay(site.charge(1, [("meal", 100)]), box: 1).outcome == .pending)
    }

    @Test("of a lease whose payments are used up nothing stands in anybody's way", arguments: [(3, true), (4, false)])
    func usedUp(payments: UInt64, waits: Bool) throws {
        let site = try MealSite()
        try site.enrol()
        try site.bring(1_100, "meal", "nov", until: 10)
        try site.bring(1_100, "cash")
        #expect(try words(site.open(1, 2_000)) == ["meal 550", "cash 500"])
        for number in 1...payments {
            let charge = site.charge(number, [("snack", 10)])
            try site.record(.leaseSpent(MealSite.id(1), charge, spends: [spend(10, "cash", site)]))
        }
        let outcome = try site.pay(site.charge(9, [("meal", 550)]), box: 1).outcome
        #expect(outcome == (waits ? .pending : .approved))
    }

    // MARK: - Promises and receipts

    @Test("a promise is paid within the person's own limits where that is possible, and beyond them where it is not")
    func promisedWithin() throws {
        for (amount, cash, account) in [(5_400, 5_000, 400), (6_000, 6_000, 0)] as [(Int64, Int64, Int64)] {
            let site = try MealSite()
            try site.enrol()
            try site.bring(9_000, "cash")
            try site.openAccount()
            try site.record(.payment(.acceptedOffline, site.charge(1, [("snack", amount)]), nil))
            #expect(try site.purse("cash") == 9_000 - cash && site.purse("account") == -account)
        }
    }

    @Test("the balance that a payer is told has what is good on the meal's day", arguments: [(0, 1_100), (1, 600)])
    func balances(days: Int64, meal: Int64) throws {
        let site = try MealSite()
        try site.enrol()
        try site.bring(500, "meal", "oct", until: 0)
        try site.bring(600, "meal", "nov", until: 10)
        try site.bring(1_000, "cash")
        let day = CivilDate(dayNumber: site.today.dayNumber + days)
        let receipt = try site.pay(site.charge(1, [("snack", 100)], day: day)).receipt
        #expect(receipt?.balances.first == PurseBalance(purse: slug("meal"), amount: Fen(meal)))
    }
}
