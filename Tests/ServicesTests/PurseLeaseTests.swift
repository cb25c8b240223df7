import Purses
import TestParts
import Testing
import Vocabulary
import Wire

@testable import Services

@Suite("A person's purses lent to a box")
struct PurseLeaseTests {
    private func site(
        guardian: Guardian? = nil, percent: Int64 = 50, mostPerPurse: Int64 = 2_000, mostPerBox: Int64 = 100_000,
        database: String = ":memory:"
    ) throws -> MealSite {
        let site = try MealSite(
            database: database, percent: percent, mostPerPurse: mostPerPurse, mostPerBox: mostPerBox)
        try site.enrol(guardian: guardian)
        try site.bring(500, "meal", "oct", until: 0)
        try site.bring(600, "meal", "nov", until: 10)
        try site.bring(1_100, "cash")
        return site
    }

    private func words(_ terms: LeaseTerms?) -> [String]? {
        terms?.lots.map { "\($0.purse)/\($0.lot?.text ?? "") \($0.amount.count)" }
    }

    private func spend(_ amount: Int64, _ purse: String, _ lot: String? = nil, _ site: MealSite, line: Int = 0)
        -> PurseSpend
    {
        let days: Int64? = lot.map { $0 == "oct" ? 0 : 10 }
        return PurseSpend(
            line: line, purse: slug(purse), lot: lot.map(slug),
            expires: days.map { CivilDate(dayNumber: site.today.dayNumber + $0) }, amount: Fen(amount))
    }

    // MARK: - Lending

    @Test("a part of each purse is lent in spending order, what must be left in a purse and the limits taken off")
    func lends() throws {
        let site = try site()
        let terms = try site.open(1, 2_000)
        // Half of 11.00, and half of the 10.00 that are above the minimum.
        #expect(words(terms) == ["meal/oct 500", "meal/nov 50", "cash/ 500"])
        #expect(terms?.amount == Fen(1_050) && terms?.payments == 4 && terms?.usage == [])
        #expect(try site.lots() == ["meal/nov": 550, "cash/": 600])
        #expect(try site.balance("lease:till-1:purses:member:p1") == 1_050)
        #expect(try site.isSound())
        // Asked again, the same; and it comes back whole into its lots.
        #expect(try site.open(1, 2_000)?.lots == terms?.lots)
        #expect(try site.lease(.giveBack(MealSite.id(1), spends: 0)) == .returned)
        #expect(try site.lots() == ["meal/oct": 500, "meal/nov": 600, "cash/": 1_100])
        #expect(try site.balance("lease:till-1:purses:member:p1") == 0)
        #expect(try site.isSound())
    }

    @Test("no more is lent than is asked for, than a lease may hold, and than limits leave after what others hold")
    func bounds() throws {
        #expect(try words(site().open(1, 600)) == ["meal/oct 500", "meal/nov 50", "cash/ 50"])
        #expect(try words(site(mostPerPurse: 510).open(1, 2_000)) == ["meal/oct 500", "meal/nov 10"])
        let box = try site(mostPerBox: 510)
        #expect(try words(box.open(1, 400)) == ["meal/oct 400"])
        #expect(try words(box.open(2, 400)) == ["meal/oct 100", "meal/nov 10"])
        // Of the subsidy 9.00 a day at most.
        let whole = try site(percent: 100)
        #expect(try words(whole.open(1, 950)) == ["meal/oct 500", "meal/nov 400", "cash/ 50"])
        #expect(try words(whole.open(2, 2_000, box: 1)) == ["cash/ 950"])
        let guarded = try site(guardian: Guardian(limits: PurseLimits(day: .init(amount: Fen(700)))), percent: 100)
        #expect(try words(guarded.open(1, 400)) == ["meal/oct 400"])
        #expect(try words(guarded.open(2, 400, box: 1)) == ["meal/oct 100", "meal/nov 200"])
        #expect(try guarded.open(3, 400, box: 1) == nil)
    }

    @Test("a box hears what was paid elsewhere, and what others have been lent, so that it passes no limit")
    func usage() throws {
        let site = try site(guardian: Guardian(limits: PurseLimits(day: .init(count: 3))))
        #expect(try site.pay(site.charge(1, [("snack", 100)])).outcome == .approved)
        let first = try #require(try site.open(1, 300))
        #expect(first.payments == 3)
        let second = try #require(try site.open(2, 300, box: 1))
        func told(_ terms: LeaseTerms, _ purse: String?, _ window: String?) -> Tally? {
            terms.usage.first { $0.purse?.text == purse && $0.window?.description == window }
                .map { Tally(amount: $0.amount, count: $0.count) }
        }
        #expect(told(first, nil, "2026-11-20/lunch") == Tally(amount: Fen(100), count: 1))
        #expect(told(first, "cash", "2026-11") == Tally(amount: Fen(100), count: 1))
        #expect(told(first, nil, nil) == nil)
        #expect(told(second, nil, nil) == Tally(amount: Fen(300), count: 3))
        #expect(told(second, "meal", nil) == Tally(amount: Fen(300), count: 3))
        #expect(told(second, "cash", nil) == nil)
        // What the box itself has paid from its lease it counts itself.
        let charge = site.charge(2, [("meal", 100)])
        try site.record(.leaseSpent(MealSite.id(1), charge, spends: [spend(100, "meal", "oct", site)]))
        guard case .granted(let renewed) = try site.lease(.renew(MealSite.id(1), amount: Fen(400), seconds: 3_600))
        else {
            Issue.record("not renewed")
            return
        }
        #expect(told(renewed, nil, "2026-11-20") == Tally(amount: Fen(100), count: 1))
        #expect(renewed.amount == Fen(400) && renewed.payments == 4)
        #expect(words(renewed) == ["meal/oct 300", "meal/nov 100"])
        #expect(told(renewed, nil, nil) == Tally(amount: Fen(300), count: 3))
        // What went back of it, the box must hear.
        #expect(try site.reverse(charge) == .reversed)
        guard case .granted(let again) = try site.lease(.renew(MealSite.id(1), amount: Fen(400), seconds: 3_600))
        else {
            Issue.record("not renewed")
            return
        }
        #expect(told(again, "meal", "2026-11-20") == Tally(amount: Fen(-100), count: -1))
        #expect(told(again, nil, "2026-11-20") == nil)
    }

    @Test("nothing is lent to a box that splits by other rules, or has not said by which; and a person hears of it")
    func otherRules() throws {
        let site = try MealSite(areRulesKnown: false)
        try site.enrol()
        try site.bring(600, "meal", "nov", until: 10)
        let order = LeaseOrder.open(MealSite.id(1), .purse(MealSite.member()), amount: Fen(100), seconds: 60)
        #expect(try site.lease(order) == .refused(.rulesDiffer))
        let right = ContentDigest.of(MealSite.rules.canonical)
        try site.birth(0, digest: ContentDigest.of([]))
        #expect(site.takeNews().map(\.1) == [.purseRules(digest: right)])
        #expect(try site.lease(order) == .refused(.rulesDiffer))
        let incident = try site.store.ledgerReport().incidents.first
        #expect(incident?.code == .purseRulesDiffer && incident?.closed == nil)
        try site.birth(0, digest: right)
        #expect(try site.store.ledgerReport().incidents.first?.closed != nil)
        #expect(try site.open(1, 100) != nil)
        // Another box has said nothing.
        #expect(try site.open(2, 100, box: 1) == nil)
        try site.birth(0, digest: nil)
        let renewal = LeaseOrder.renew(MealSite.id(1), amount: Fen(200), seconds: 60)
        #expect(try site.lease(renewal) == .refused(.rulesDiffer))
    }

    @Test("to whom nothing is lent: who has left, who is on no list, who has nothing")
    func refused() throws {
        let site = try site()
        try site.enrol("left", until: site.time)
        try site.enrol("poor")
        func order(_ name: String) -> LeaseOrder {
            .open(MealSite.id(1), .purse(MealSite.member(name)), amount: Fen(100), seconds: 60)
        }
        #expect(try site.lease(order("left")) == .refused(.suspended))
        #expect(try site.lease(order("stranger")) == .refused(.noContract))
        #expect(try site.lease(order("poor")) == .refused(.insufficientFunds))
        let closed = try self.site(mostPerPurse: 0)
        #expect(try closed.lease(order("p1")) == .refused(.notAllowed))
    }

    @Test("a till has at most three leases of one person, one of them for each time that its disk was wiped")
    func mostOpen() throws {
        let site = try site(percent: 10)
        for number in 1...3 as ClosedRange<UInt64> { #expect(try site.open(number, 10) != nil) }
        let order = LeaseOrder.open(MealSite.id(4), .purse(MealSite.member()), amount: Fen(10), seconds: 60)
        #expect(try site.lease(order) == .refused(.overLimit))
        #expect(try site.open(5, 10, box: 1) != nil)
    }

    // MARK: - Spending

    @Test("what a box has spent is booked from the lots, once, and counts to its own meal")
    func spent() throws {
        let site = try site()
        _ = try site.open(1, 2_000)
        let charge = site.charge(1, [("meal", 520), ("snack", 80)])
        let spends = [
            spend(500, "meal", "oct", site), spend(20, "meal", "nov", site), spend(80, "cash", nil, site, line: 1),
        ]
        for _ in 0..<2 { try site.record(.leaseSpent(MealSite.id(1), charge, spends: spends)) }
        #expect(try site.balance("merchant:school") == 600)
        #expect(try site.used("meal").day == Tally(amount: Fen(520), count: 1))
        #expect(try site.query(charge).outcome == .approved)
        #expect(try site.balance("lease:till-1:purses:member:p1") == 450)
        // The rest goes back when the box has reported all it spent.
        #expect(try site.lease(.giveBack(MealSite.id(1), spends: 3)) == .refused(.notDrained))
        #expect(try site.lease(.giveBack(MealSite.id(1), spends: 2)) == .returned)
        #expect(try site.lots() == ["meal/nov": 580, "cash/": 1_020])
        // A refund of it goes into the lots, though the lease is over.
        #expect(try site.refund(1, of: charge, 600) == .refunded)
        #expect(try site.lots() == ["meal/oct": 500, "meal/nov": 600, "cash/": 1_100])
        #expect(try site.used("meal") == Used() && site.incidents() == [])
        #expect(try site.isSound())
    }

    @Test("what the rules do not allow is booked all the same, because the money has left, and a person hears of it")
    func broken() throws {
        let site = try site(guardian: Guardian(barredItems: [slug("candy")]))
        _ = try site.open(1, 2_000)
        let cases: [(Charge, [PurseSpend])] = [
            (site.charge(1, [("snack", 100)]), [spend(100, "meal", "oct", site)]),
            (site.charge(2, [("meal", 50)]), [spend(50, "meal", "oct", site)]),
            (site.charge(3, [("candy", 10)]), [spend(10, "cash", nil, site)]),
        ]
        for (index, (charge, spends)) in cases.enumerated() {
            try site.record(.leaseSpent(MealSite.id(1), charge, spends: spends))
            #expect(try site.incidents() == Array(repeating: .purseRulesBroken, count: index + 1))
            #expect(try site.query(charge).outcome == .approved)
        }
        #expect(try site.balance("merchant:school") == 160)
        #expect(try site.isSound())
    }

    @Test("what a lease does not hold is a promise like any other, and a person hears of it")
    func uncovered() throws {
        let site = try site()
        _ = try site.open(1, 2_000)
        // More of the lot than was lent, while the lease as a whole has that much.
        let charge = site.charge(1, [("meal", 60)])
        try site.record(.leaseSpent(MealSite.id(1), charge, spends: [spend(60, "meal", "nov", site)]))
        #expect(try site.incidents() == [.leaseOverspent])
        // The lease may be spent yet: what it holds of the subsidy's limits is left to it.
        #expect(try site.lots() == ["meal/nov": 550, "cash/": 540] && site.query(charge).outcome == .approved)
        // Spends that are not the price.
        let odd = site.charge(2, [("snack", 60)])
        try site.record(.leaseSpent(MealSite.id(1), odd, spends: [spend(59, "cash", nil, site)]))
        #expect(try site.lots() == ["meal/nov": 550, "cash/": 480])
        // Late news of a lease that is over.
        #expect(try site.lease(.giveBack(MealSite.id(1), spends: 2)) == .returned)
        let late = site.charge(3, [("snack", 10)])
        try site.record(.leaseSpent(MealSite.id(1), late, spends: [spend(10, "cash", nil, site)]))
        #expect(try site.incidents().contains(.leaseOver) && site.query(late).outcome == .approved)
        #expect(try site.balance("merchant:school") == 130)
        #expect(try site.isSound())
    }

    @Test("what was lent of a lot that has expired meanwhile comes back, and goes where expiry sends it")
    func expired() throws {
        let site = try site()
        _ = try site.open(1, 2_000)
        site.pass(milliseconds: 86_400_000)
        #expect(try site.store.returnLeases(at: site.time) == 1)
        #expect(try site.lots() == ["meal/oct": 500, "meal/nov": 600, "cash/": 1_100])
        _ = try site.store.expirePurses(at: site.time)
        #expect(try site.lots() == ["meal/nov": 600, "cash/": 1_100])
        #expect(try site.isSound())
    }

    // MARK: - Called back

    @Test("if only a lease stands in the way it is called back, the charge waits, and is paid when it is back")
    func recalled() throws {
        let site = try site()
        _ = try site.open(1, 2_000)
        let charge = site.charge(1, [("meal", 600), ("snack", 600)])
        let (outcome, receipt) = try site.pay(charge, box: 1)
        #expect(outcome == .pending && receipt == nil)
        #expect(
            site.takeNews().map { "\($0.0) \($0.1)" } == ["till-1 \(Announcement.leaseRecalled(MealSite.id(1)))"])
        // Asked again meanwhile, it waits on, and nobody is told a second time.
        #expect(try site.pay(charge, box: 1).outcome == .pending)
        #expect(try site.query(charge, box: 1).outcome == .pending && site.query(charge).outcome == .conflict)
        #expect(site.takeNews().isEmpty)
        // Nothing is lent anew of what somebody waits for.
        #expect(try site.open(2, 100) == nil)
        #expect(try site.lease(.giveBack(MealSite.id(1), spends: 0)) == .returned)
        #expect(
            site.takeNews().map { "\($0.0) \($0.1)" } == ["till-2 \(Announcement.paymentChanged(charge.payment))"])
        let paid = try site.query(charge, box: 1)
        #expect(paid.outcome == .approved && paid.receipt?.spends.count == 3)
        #expect(try site.balance("merchant:school") == 1_200 && site.isSound())
        #expect(try site.open(3, 100) != nil)
    }

    @Test("a limit that only a lease might pass calls it back too", arguments: [(300, true), (400, false)])
    func recalledForLimit(amount: Int64, waits: Bool) throws {
        let site = try site(guardian: Guardian(limits: PurseLimits(day: .init(amount: Fen(350), count: 2))))
        #expect(try site.open(1, 200) != nil)
        let (outcome, receipt) = try site.pay(site.charge(1, [("snack", amount)]), box: 1)
        #expect(outcome == (waits ? .pending : .declined(.limitReached)))
        // Who would be refused in any case hears it as if nothing were lent.
        #expect(receipt?.shortage?.left == (waits ? nil : Fen(350)))
        #expect(site.takeNews().isEmpty != waits)
    }

    @Test("the same meal is paid the same way at every till: a lease that would have other money pay is called back")
    func sameWay() throws {
        let site = try site(percent: 100)
        // All that the subsidy may pay today is lent to the other till.
        _ = try site.open(1, 900)
        let charge = site.charge(1, [("meal", 600)])
        #expect(try site.pay(charge, box: 1).outcome == .pending)
        #expect(try site.lease(.giveBack(MealSite.id(1), spends: 0)) == .returned)
        #expect(try site.query(charge, box: 1).receipt?.spends.map(\.purse.text) == ["meal", "meal"])
    }

    @Test("nobody waits for a till that is away: what is there pays")
    func away() throws {
        let site = try site(percent: 100)
        _ = try site.open(1, 900)
        _ = try site.store.hear([site.boxes[0].will], at: site.time)
        let charge = site.charge(1, [("meal", 600)])
        #expect(try site.pay(charge, box: 1).receipt?.spends.map(\.purse.text) == ["cash"])
        #expect(site.takeNews().isEmpty)
        // Online again, it is asked.
        try site.birth(0, digest: ContentDigest.of(MealSite.rules.canonical))
        #expect(try site.pay(site.charge(2, [("meal", 300)]), box: 1).outcome == .pending)
    }

    @Test("who looks at the books does not read who was lent what")
    func masked() throws {
        let site = try MealSite()
        try site.enrol("p20260017")
        try site.bring(1_000, "cash", to: "p20260017")
        _ = try site.open(1, 100, "p20260017")
        let text = try site.store.ledgerReport().description
        #expect(text.contains("lease:till-1:purses:member p2*****17: 1.00 yuan") && !text.contains("p20260017"))
    }

    @Test("who does not come back in a second is not waited for", arguments: [(999, false), (1_000, true)])
    func givenUp(milliseconds: Int64, isDecided: Bool) throws {
        let site = try site()
        _ = try site.open(1, 2_000)
        let charge = site.charge(1, [("meal", 600), ("snack", 600)])
        #expect(try site.pay(charge, box: 1).outcome == .pending)
        _ = site.takeNews()
        #expect(try site.store.nextWait()?.milliseconds == site.time.milliseconds + 1_000)
        site.pass(milliseconds: milliseconds)
        try site.store.decideWaits(at: site.time)
        let news = site.takeNews().map(\.1)
        #expect(news == (isDecided ? [.paymentChanged(charge.payment)] : []))
        #expect(try site.store.nextWait() == nil || !isDecided)
        let (outcome, receipt) = try site.query(charge, box: 1)
        #expect(outcome == (isDecided ? .declined(.insufficientFunds) : .pending))
        #expect((receipt?.shortage != nil) == isDecided)
    }

    @Test("a charge that waits can be undone, and waits on over a restart of the platform")
    func undone() throws {
        let folder = TestFolder(inMemory: true)
        let site = try site(database: "\(folder.path)/platform.db")
        _ = try site.open(1, 2_000)
        let (first, second) = (site.charge(1, [("meal", 1_600)]), site.charge(2, [("meal", 1_550)]))
        #expect(try site.pay(first, box: 1).outcome == .pending && site.pay(second, box: 1).outcome == .pending)
        try site.restart()
        #expect(try site.query(first, box: 1).outcome == .pending)
        #expect(try site.reverse(first) == .conflict && site.reverse(first, box: 1) == .reversed)
        #expect(try site.lease(.giveBack(MealSite.id(1), spends: 0)) == .returned)
        #expect(try site.query(first, box: 1).outcome == .reversed)
        #expect(try site.query(second, box: 1).outcome == .approved)
        #expect(try site.balance("merchant:school") == 1_550 && site.isSound())
    }
    @Test(
        "a charge that waits and is recorded as owed, or paid in cash, waits no more, and holds nobody up",
        arguments: [false, true])
    func servedMeanwhile(isCash: Bool) throws {
        let site = try site()
        _ = try site.open(1, 2_000)
        let charge = site.charge(1, [("meal", 1_600)])
        #expect(try site.pay(charge, box: 1).outcome == .pending)
        let waits = site.store.payments.purses.parts.payments
        let wait = try #require(try waits.wait(charge.payment))
        var served = charge
        if isCash { served.instrument = .cash(takenBy: "Li") }
        try site.record(isCash ? .payment(.cashTaken, served, nil) : .debt(charge), box: 1)
        #expect(try waits.wait(charge.payment) == nil)
        site.pass(milliseconds: 2_000)
        try site.store.decideWaits(at: site.time)
        // One that stands there from before is dropped.
        try site.store.settling(at: site.time) { () throws(PlatformError) in try waits.insert(wait, charge.payment) }
        #expect(try waits.wait(charge.payment) == nil)
        #expect(try site.lease(.giveBack(MealSite.id(1), spends: 0)) == .returned)
        #expect(try site.balance("merchant:school") == 1_600 && site.isSound())
    }
    @Test("what was spent at no meal, as by a box that stands in no canteen any more, is not taken from the lots")
    func noCanteen() throws {
        let site = try site()
        _ = try site.open(1, 2_000)
        var charge = site.charge(1, [("snack", 100)])
        charge.meal = nil
        try site.record(.leaseSpent(MealSite.id(1), charge, spends: [spend(100, "cash", nil, site)]))
        #expect(try site.incidents() == [.leaseConflict])
        #expect(try site.balance("lease:till-1:purses:member:p1") == 1_050)
        #expect(try site.balance("debt:member:p1") == -100 && site.balance("merchant:school") == 100)
        // All that was lent goes back, and nobody's requests fail of it.
        site.pass(milliseconds: 4_200_000)
        #expect(try site.store.returnLeases(at: site.time) == 1)
        #expect(try site.lots() == ["meal/oct": 500, "meal/nov": 600, "cash/": 1_100] && site.isSound())
    }
    @Test(
        "what was lent of a bank account comes back, though it has left the rules meanwhile, or is of another kind",
        arguments: [nil, Purse.Kind.cash])
    func otherKind(kind: Purse.Kind?) throws {
        let folder = TestFolder(inMemory: true)
        let site = try site(percent: 100, database: "\(folder.path)/platform.db")
        try site.openAccount()
        let terms = try #require(try site.open(1, 2_000))
        let lent = try #require(terms.lots.last { $0.purse == slug("account") }).amount
        #expect(try site.purse("account") == -lent.count)
        var purses = MealSite.rules.purses
        let account = purses.removeLast()
        if let kind {
            purses.append(Purse(id: account.id, chinese: account.chinese, english: account.english, kind: kind))
        }
        try site.restart(rules: PurseRules(id: slug("meals-2"), purses: purses))
        site.pass(milliseconds: 4_200_000)
        #expect(try site.store.returnLeases(at: site.time) == 1)
        #expect(try site.purse("account") == 0)
        #expect(try site.lots() == ["meal/oct": 500, "meal/nov": 600, "cash/": 1_100] && site.isSound())
    }
}
