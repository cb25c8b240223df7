import Host
import Purses
import SQLite
import TestParts
import Testing
import Vocabulary
import Wire

@testable import Services

@Suite("The supervisor's proof out of the platform's books")
struct SubsidyAuditTests {
    let world: CanteenWorld

    init() throws {
        world = try CanteenWorld()
        _ = try world.takeIn("person,name,group\np1,张小三,pupil\np2,李四,pupil\n").get()
        _ = try world.issue(
            """
            person,purse,amount,expires,reference
            p1,nutrition,132.00,2026-11-30,nov
            p2,nutrition,132.00,2026-11-30,nov
            p1,hardship,10.00,,autumn

            """
        ).get()
        _ = try world.topUp("p1", 5_000, "bank-1").get()
    }

    private func audit(from: String = "2026-11-01", to: String = "2026-11-30") throws -> SubsidyAudit {
        try world.store.subsidyAudit(CanteenWorld.school, from: CivilDate(from), to: CivilDate(to))
    }

    /// A lunch of p1: 6.00 of meal subsidy, 4.00 of hardship, 4.00 of own money.
    private func lunch() -> Charge { world.meal(1, "p1", [(800, "meal"), (200, "milk"), (400, "snack")]) }

    @Test("what was paid by the rules is proved: lines, totals that add up, and no violation")
    func honest() throws {
        #expect(try world.charge(lunch()) == .approved)
        let refund = Refund(
            id: PaymentID(at: Site.time, random: (6, 1)), payment: lunch().payment, amount: Fen(100), line: 1,
            who: "Zhao", why: "spilt")
        #expect(world.ask(.refund(refund)) == .refund(refund.id, .refunded))
        let audit = try audit()
        #expect(audit.violations.isEmpty, "\(audit)")
        #expect(
            audit.csv == """
                purse,day,merchant,period,item,spent,payments
                hardship,2026-11-20,canteen,lunch,meal,2.00,1
                hardship,2026-11-20,canteen,lunch,milk,1.00,1
                nutrition,2026-11-20,canteen,lunch,meal,6.00,1

                """)
        #expect(audit.totals.map(\.purse) == [slug("hardship"), slug("nutrition")])
        #expect(audit.totals.map(\.issued) == [Fen(1_000), Fen(26_400)])
        #expect(audit.totals.map(\.spent) == [Fen(300), Fen(600)])
        #expect(audit.totals.map(\.balance) == [Fen(700), Fen(25_800)])
        #expect((audit.payments, audit.spent, audit.rowCount) == (1, Fen(900), 3))
        #expect(audit.description.contains("No violation: of 1 payments every fen"))
    }

    @Test("what has expired or was ended, what was undone and what boxes hold is all accounted for")
    func everything() throws {
        #expect(try world.charge(lunch()) == .approved)
        #expect(try world.charge(world.meal(2, "p2", [(500, "meal")])) == .approved)
        let undone = world.ask(.reverse(world.meal(2, "p2", [(500, "meal")]).payment))
        #expect(undone == .payment(world.meal(2, "p2", [(500, "meal")]).payment, .reversed, receipt: nil))
        try lend()
        let between = try audit()
        #expect(between.violations.isEmpty, "\(between)")
        _ = try world.issue(
            "person,purse,amount,expires,reference,action\np1,hardship,,2026-11-25,autumn,expire\n"
        ).get()
        world.pass(days: 11)
        for _ in 0..<3 { _ = try world.store.tend(at: world.time) }
        let audit = try audit()
        #expect(audit.violations.isEmpty, "\(audit)")
        #expect(audit.totals.map(\.balance) == [.zero, .zero])
        #expect(audit.totals.map(\.expired) == [Fen(600), Fen(25_800)])
        let report = try world.store.ledgerReport()
        #expect(report.faults.isEmpty && report.purseFaults.isEmpty, "\(report.faults) \(report.purseFaults)")
    }

    /// Sets money of p2 aside for the box at the gate.
    private func lend() throws {
        let presence = Presence.online(
            birth: UUIDv7(at: Site.time, random: (9, 9)), version: "1.0", epoch: world.gate.epoch, head: 0,
            purseRules: ContentDigest.of(world.rules.canonical))
        let news = Incoming(kind: .presence, device: world.gate.device, payload: presence.payload)
        _ = try world.store.hear([news], at: world.time)
        let order = LeaseOrder.open(
            LeaseID(at: Site.time, random: (7, 7)), .purse(CanteenWorld.member("p2")), amount: Fen(500), seconds: 3_600)
        guard case .lease(_, .granted(let terms)) = world.ask(.lease(order)) else {
            Issue.record("nothing was lent")
            return
        }
        #expect(terms.amount == Fen(500))
        #expect(try world.purse("p2", "nutrition") < 13_200)
        let row = try #require(try world.store.person(CanteenWorld.member("p2")))
        let text = try world.store.statement(of: row, at: world.time).text(isFull: false)
        #expect(text.contains("set aside for boxes"), "\(text)")
    }

    @Test("lines are of the days that are asked for; the totals are of all time")
    func span() throws {
        #expect(try world.charge(lunch()) == .approved)
        let before = try audit(from: "2026-11-01", to: "2026-11-19")
        #expect(before.rowCount == 0 && before.spent == .zero && before.payments == 1)
        #expect(before.totals.map(\.spent) == [Fen(400), Fen(600)])
        #expect(try audit(from: "2026-11-20", to: "2026-11-20").rowCount == 3)
    }

    @Test(
        "whatever somebody changes behind the platform's back is found",
        arguments: [
            ("UPDATE purse_payments SET merchant = 'shop'", "spent where or on what the rules do not allow"),
            ("UPDATE purse_payments SET period = 'supper'", "spent where or on what the rules do not allow"),
            ("UPDATE purse_payments SET day = day - 30", "spent before its issue"),
            ("UPDATE purse_lots SET rest = rest - 1 WHERE purse = 'nutrition'", "the books do not say"),
            ("DELETE FROM purse_payments", "the books do not say"),
            ("UPDATE purse_moves SET amount = 100 WHERE purse = 'nutrition'", "more was spent than was in it"),
            ("DELETE FROM purse_moves WHERE purse = 'hardship'", "of money that was never issued"),
        ])
    func tampered(sql: String, words: String) throws {
        #expect(try world.charge(lunch()) == .approved)
        #expect(try audit().violations.isEmpty)
        try world.store.database.execute(sql)
        let found = try audit(from: "2026-01-01", to: "2026-12-31").violations
        #expect(found.contains { $0.contains(words) }, "\(found)")
        #expect(found.allSatisfy { !$0.contains("member:p1") })
    }

    @Test("a violation of another day is told where that day is asked for")
    func whichDay() throws {
        #expect(try world.charge(lunch()) == .approved)
        try world.store.database.execute("UPDATE purse_payments SET merchant = 'shop'")
        #expect(try audit(from: "2026-11-21", to: "2026-11-30").violations.isEmpty)
        #expect(try !audit(from: "2026-11-20", to: "2026-11-20").violations.isEmpty)
    }

    @Test("what was paid is judged by the rules of its day, not by those of today")
    func history() throws {
        let folder = TestFolder(inMemory: true)
        let old = try String(decoding: TextFile.read("Scenarios/canteen/purses-school.json5"), as: UTF8.self)
        let world = try CanteenWorld(database: folder.path + "/platform.db", rules: old)
        _ = try world.takeIn("person,name,group\np1,张小三,pupil\n").get()
        _ = try world.issue("person,purse,amount,expires,reference\np1,nutrition,132.00,2026-11-30,nov\n").get()
        #expect(try world.charge(world.meal(1, "p1", [(600, "meal")])) == .approved)
        world.pass(days: 1)
        // From the next day on a meal may cost the subsidy 5.00 at most.
        try world.restart(rules: old.replacing("amount: 600", with: "amount: 500"))
        let days = (try CivilDate("2026-11-20"), try CivilDate("2026-11-21"))
        #expect(try world.store.subsidyAudit(CanteenWorld.school, from: days.0, to: days.1).violations.isEmpty)
        try world.store.database.execute("UPDATE purse_payments SET day = day + 1")
        let found = try world.store.subsidyAudit(CanteenWorld.school, from: days.0, to: days.1).violations
        #expect(found.contains { $0.contains("more in one payment than the rules allow") }, "\(found)")
    }
}
