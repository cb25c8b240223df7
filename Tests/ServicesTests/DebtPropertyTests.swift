import Services
import TestParts
import Testing
import Vocabulary
import Wire

/// Random orders of everything that can happen to payments and debts, over several ids and several holders.
@Suite struct DebtPropertyTests {
    /// One payment id, and what it must come to.
    private struct Subject {
        var charge: Charge
        var wasReversed = false
        var lastAnswer: PaymentOutcome?
        var wasCollected = false
        /// A record of the box says that the car left owing: then the money is the merchant's, paid or owed.
        var isClaimed = false
    }

    private static let accounts = ["rich", "poor", "suspended"]

    @Test(
        "in any order money is held once at most for an id, approved stays approved, and what is owed is what is listed",
        arguments: 1...12)
    func anyOrder(seed: UInt64) throws {
        var dice = Dice(state: seed &* 7919)
        let folder = TestFolder(inMemory: true)
        let site = try Site(database: folder.file("p.db"), retryAfterHours: [1, 2, 3])
        var subjects = [
            (Site.rich, 1_400), (Site.poor, 700), (Site.poor, 330), (Site.rich, 75), (Site.suspended, 35),
            (Site.stranger, 10),
        ].enumerated().map { Subject(charge: makeCharge(UInt64($0 + 1), $1.0, Int64($1.1))) }
        for step in 0..<60 {
            let index = subjects.indices.randomElement(using: &dice)!
            try move(site, &subjects[index], step, &dice)
            try check(site, subjects)
        }
        #expect(subjects.contains { $0.wasCollected })
    }

    private func move(_ site: Site, _ subject: inout Subject, _ step: Int, _ dice: inout Dice) throws {
        let charge = subject.charge
        switch Int.random(in: 0..<16, using: &dice) {
        case 0, 1: try hear(try site.charge(charge), &subject)
        case 2, 3: try site.record(.payment(.acceptedOffline, charge, nil))
        case 4, 5, 6:
            try site.record(.debt(charge))
            subject.isClaimed = true
        case 7:
            #expect(try site.reverse(charge) == .reversed)
            (subject.wasReversed, subject.lastAnswer) = (true, .reversed)
        case 8...10:
            let answer = try site.collect(charge)
            if subject.wasCollected, !subject.wasReversed { #expect(answer == .approved) }
            if answer == .approved { subject.wasCollected = true }
        case 11, 12:
            _ = try site.store.tend(
                at: WallTime(milliseconds: site.time.milliseconds + Int64.random(in: 0..<4, using: &dice) * 3_600_000))
        case 13 where step > 30: try site.reopen(active: Bool.random(using: &dice) ? [Site.suspended] : [])
        default:
            let answer = try site.query(charge)
            if answer != .neverSeen { try hear(answer, &subject) } else { #expect(subject.lastAnswer == nil) }
        }
    }

    private func hear(_ answer: PaymentOutcome, _ subject: inout Subject) throws {
        if subject.wasReversed { #expect(answer == .reversed) }
        if subject.lastAnswer == .approved { #expect(answer == .approved) }
        subject.lastAnswer = answer
    }

    private func check(_ site: Site, _ subjects: [Subject]) throws {
        let report = try site.store.ledgerReport()
        #expect(report.faults == [] && report.sumOfBooks == .zero)
        let list = try site.denials()
        #expect(ListPage.digest(of: list.entries) == list.digest)
        var taken: Int64 = 0, owed: Int64 = 0
        for holder in Set(subjects.compactMap(\.charge.debtor)) {
            let mine = subjects.filter { $0.charge.debtor == holder }
            let balance = -(report.balance(of: "debt:\(holder.text)")?.count ?? 0)
            let entry = list.entries.first { $0.holder == holder }
            #expect(entry?.owed.count ?? 0 == balance)
            let listed = mine.filter { entry?.debts.contains($0.charge.payment) == true }
            #expect(listed.count == entry?.debts.count ?? 0)
            #expect(listed.reduce(0) { $0 + $1.charge.quote.total.count } == balance)
            owed += balance
        }
        for (account, opening) in zip(Self.accounts, [Site.opening, 499, Site.opening]) {
            taken += opening - (report.balance(of: "contract:\(account)")?.count ?? 0)
        }
        #expect(report.balance(of: "merchant:city")?.count == taken + owed)
        // Each amount is more than all smaller ones together: the merchant's balance tells for which ids it has money.
        var rest = taken + owed
        for subject in subjects.sorted(by: { $0.charge.quote.total > $1.charge.quote.total }) {
            let isHeld = rest >= subject.charge.quote.total.count
            if isHeld { rest -= subject.charge.quote.total.count }
            if subject.isClaimed || subject.lastAnswer == .approved { #expect(isHeld) }
            if subject.wasReversed, !subject.isClaimed { #expect(!isHeld) }
        }
        #expect(rest == 0)
    }
}
