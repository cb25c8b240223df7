import Purses
import Testing
import Vocabulary
import Wire

@testable import Services

@Suite("What a box is told of a person's money outside its lease")
struct PurseMoneyTests {
    /// 5.00 of subsidy to this day, 6.00 to ten days later, 11.00 paid in.
    private func site(percent: Int64 = 50) throws -> MealSite {
        let site = try MealSite(percent: percent)
        try site.enrol()
        try site.bring(500, "meal", "oct", until: 0)
        try site.bring(600, "meal", "nov", until: 10)
        try site.bring(1_100, "cash")
        return site
    }

    private func words(_ terms: LeaseTerms?, _ site: MealSite) -> [String]? {
        terms?.elsewhere?.map { one in
            let days = one.expires.map { "+\($0.dayNumber - site.today.dayNumber)" } ?? ""
            return "\(one.purse)\(days) \(one.amount.count)"
        }
    }

    private func renew(_ number: UInt64, _ amount: Int64, _ site: MealSite, box: Int = 0) throws -> LeaseTerms? {
        let order = LeaseOrder.renew(MealSite.id(number), amount: Fen(amount), seconds: 3_600)
        guard case .granted(let terms) = try site.lease(order, box: box) else { return nil }
        return terms
    }

    /// As a box sums it up that has spent so much of the lease's lots.
    private func sum(_ told: LeaseTerms?, spent: [String: Int64] = [:], _ site: MealSite) throws -> [PurseBalance]? {
        let terms = try #require(told)
        let lots = terms.lots.map {
            DatedBalance(
                purse: $0.purse, expires: $0.expires,
                amount: Fen($0.amount.count - (spent["\($0.purse)/\($0.lot?.text ?? "")"] ?? 0)))
        }
        return (try #require(terms.elsewhere) + lots).balances(on: site.today)
    }

    @Test("purse by purse and day by day what is not in the lease, an empty purse too, a bank account never")
    func told() throws {
        let site = try site()
        try site.openAccount()
        let terms = try #require(try site.open(1, 2_000))
        #expect(words(terms, site) == ["meal+10 550", "cash 600"])
        #expect(terms.told == site.time)
        // Asked again, and renewed: as things stand by then.
        try site.bring(200, "cash")
        #expect(try words(site.open(1, 2_000), site) == ["meal+10 550", "cash 800"])
        let renewed = try renew(1, 1_750, site)
        let lots = try site.lots()
        #expect(try #require(renewed).amount > terms.amount)
        #expect(words(renewed, site) == ["meal+10 \(lots["meal/nov"] ?? 0)", "cash \(lots["cash/"] ?? 0)"])
        let poor = try MealSite(percent: 100)
        try poor.enrol()
        try poor.bring(100, "meal", "nov", until: 10)
        #expect(try words(poor.open(1, 2_000), poor) == ["meal 0", "cash 0"])
    }

    @Test("what other boxes have been lent is counted, as far as they have not said that it is spent")
    func others() throws {
        let site = try site()
        let first = try #require(try site.open(1, 2_000))
        let second = try #require(try site.open(2, 2_000, box: 1))
        #expect(try sum(first, site) == sum(second, site))
        #expect(try sum(first, site)?.map(\.amount) == [Fen(1_100), Fen(1_100)])
        let charge = site.charge(1, [("meal", 300)])
        let spend = PurseSpend(line: 0, purse: slug("meal"), lot: slug("oct"), expires: site.today, amount: Fen(300))
        try site.record(.leaseSpent(MealSite.id(1), charge, spends: [spend]))
        #expect(try sum(renew(2, 1, site, box: 1), site)?.map(\.amount) == [Fen(800), Fen(1_100)])
        // What the box itself has spent of its lease it takes off itself, whether or not that has come.
        let own = try #require(try renew(1, 1, site))
        #expect(try sum(own, spent: ["meal/oct": 300], site)?.map(\.amount) == [Fen(800), Fen(1_100)])
    }

    @Test("it is what a receipt of the same moment says", arguments: [50, 100] as [Int64])
    func asReceipts(percent: Int64) throws {
        let site = try site(percent: percent)
        _ = try site.open(1, 300)
        _ = try site.open(2, 200, box: 1)
        let receipt = try site.pay(site.charge(1, [("snack", 150)]), box: 1).receipt
        #expect(
            receipt?.balances == [
                PurseBalance(purse: slug("meal"), amount: Fen(1_100)),
                PurseBalance(purse: slug("cash"), amount: Fen(950)),
            ])
        #expect(try sum(renew(1, 1, site), site) == receipt?.balances)
        #expect(try sum(renew(2, 1, site, box: 1), site) == receipt?.balances)
    }

    @Test("what was promised comes off when it has come in; what ended before yesterday is not told")
    func below() throws {
        let site = try site()
        let late = site.charge(1, [("snack", 1_300)])
        try site.record(.payment(.acceptedOffline, late, nil))
        let owed = try site.lots()["cash/"] ?? 0
        let terms = try #require(try site.open(1, 400))
        #expect(try sum(terms, site) == site.pay(site.charge(2, [("candy", 9_999)]), box: 1).receipt?.balances)
        #expect(words(terms, site)?.last == "cash \(owed)")
        // Supper after midnight is of the day before.
        for (days, isTold) in [(1, true), (1, false)] as [(Int64, Bool)] {
            site.pass(milliseconds: days * 86_400_000)
            let told = try words(site.open(isTold ? 2 : 3, 100, box: 1), site)
            #expect(told?.contains { $0.hasPrefix("meal+-") } == isTold)
        }
    }

    @Test(
        "where the box has another lease of the person, of which it may have spent, nothing is told until that is back")
    func twoLeases() throws {
        let site = try site()
        #expect(try site.open(1, 200)?.elsewhere != nil)
        #expect(try site.open(2, 200)?.elsewhere == nil)
        #expect(try renew(1, 300, site)?.elsewhere == nil)
        #expect(try site.open(3, 100, box: 1)?.elsewhere != nil)
        #expect(try site.lease(.giveBack(MealSite.id(1), spends: 0)) == .returned)
        #expect(try renew(2, 200, site)?.elsewhere != nil)
    }
}
