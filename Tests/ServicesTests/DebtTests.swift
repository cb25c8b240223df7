import TestParts
import Testing
import Vocabulary
import Wire

@testable import Services

@Suite struct DebtTests {
    private let folder = TestFolder(inMemory: true)
    private let site: Site
    init() throws { site = try Site(database: folder.file("p.db")) }

    private let poor = Holder(plate: Site.poor)

    @Test("what a contract could not pay is owed, and the boxes deny its holder until it is paid")
    func denied() throws {
        #expect(try site.denials().total == 0)
        let charge = makeCharge(1, Site.poor, 700)
        try site.record(.payment(.acceptedOffline, charge, nil))
        #expect(try site.denials().entries == [Denial(holder: poor, owed: Fen(700), debts: [charge.payment])])
        #expect(try site.collect(charge) == .declined(.insufficientFunds))
        #expect(try site.denials().total == 1)
        #expect(try site.owed(by: Site.poor) == 700)
    }

    @Test("what is owed is collected once under the payment's id, by whichever box asks, and asking again is approved")
    func collected() throws {
        let other = try Box("gate-2", seed: 9)
        let charge = makeCharge(1, Site.rich, 700)
        try site.record(.debt(charge))
        #expect(try site.denials().entries.map(\.owed) == [Fen(700)])
        #expect(try site.collect(charge, from: other) == .approved)
        for _ in 0..<2 { #expect(try site.collect(charge) == .approved) }
        #expect(try site.balance("contract:rich") == Site.opening - 700)
        #expect(try site.balance("merchant:city") == 700)
        #expect(try site.owed(by: Site.rich) == 0)
        #expect(try site.denials().total == 0)
        #expect(try site.query(charge) == .approved)
        #expect(try site.charge(charge) == .approved)
        #expect(try site.isSound())
    }

    @Test("a debt is taken whole or not at all", arguments: [498, 499, 500])
    func whole(amount: Int64) throws {
        let charge = makeCharge(1, Site.poor, amount)
        try site.record(.debt(charge))
        #expect(try site.collect(charge) == (amount <= 499 ? .approved : .declined(.insufficientFunds)))
        #expect(try site.owed(by: Site.poor) == (amount <= 499 ? 0 : amount))
        #expect(try site.balance("contract:poor") == (amount <= 499 ? 499 - amount : 499))
    }

    @Test("a holder without a contract in force goes on owing")
    func notPayable() throws {
        let cases: [(UInt64, Plate, DeclineReason)] = [
            (1, Site.stranger, .noContract), (2, Site.suspended, .suspended),
        ]
        for (number, plate, reason) in cases {
            let charge = makeCharge(number, plate, 300)
            try site.record(.debt(charge))
            #expect(try site.collect(charge) == .declined(reason))
            #expect(try site.owed(by: plate) == 300)
        }
        #expect(try site.denials().total == 2)
    }

    @Test("where nothing is owed, collecting moves nothing and says what became of the payment")
    func nothingOwed() throws {
        let other = try Box("gate-2", seed: 9)
        let charges = (1...3).map { makeCharge(UInt64($0), $0 == 2 ? Site.stranger : Site.rich, 700) }
        #expect(try site.collect(charges[0]) == .neverSeen)
        #expect(try site.charge(charges[0]) == .approved)
        #expect(try site.charge(charges[1]) == .declined(.noContract))
        #expect(try site.reverse(charges[2]) == .reversed)
        #expect(try site.collect(charges[0]) == .approved)
        #expect(try site.collect(charges[1]) == .declined(.noContract))
        #expect(try site.collect(charges[2]) == .reversed)
        for charge in charges { #expect(try site.collect(charge, from: other) == .conflict) }
        #expect(try site.balance("merchant:city") == 700)
        #expect(try site.denials().total == 0)
    }

    @Test("the reversal of a payment that became a debt cancels it, and gives back what was collected")
    func reversed() throws {
        for (number, isCollected) in [(1, false), (2, true)] as [(UInt64, Bool)] {
            let charge = makeCharge(number, Site.suspended, 300)
            try site.record(.payment(.acceptedOffline, charge, nil))
            if isCollected {
                // The contract is active again: what is owed becomes payable.
                try site.reopen(active: [Site.suspended])
                #expect(try site.collect(charge) == .approved)
            }
            #expect(try site.reverse(charge) == .reversed)
            #expect(try site.collect(charge) == .reversed)
            #expect(try site.query(charge) == .reversed)
            #expect(try site.owed(by: Site.suspended) == 0)
            #expect(try site.balance("contract:suspended") == Site.opening)
            #expect(try site.balance("merchant:city") == 0)
            #expect(try site.isSound())
        }
        #expect(try site.denials().total == 0)
    }

    @Test("a recorded debt survives the reversal of its payment, and what was collected for it stays paid")
    func claimed() throws {
        let charge = makeCharge(1, Site.rich, 700)
        try site.record(.debt(charge))
        #expect(try site.reverse(charge) == .reversed)
        #expect(try site.owed(by: Site.rich) == 700)
        #expect(try site.collect(charge) == .approved)
        #expect(try site.reverse(charge) == .reversed)
        #expect(try site.query(charge) == .reversed)
        #expect(try site.collect(charge) == .approved)
        #expect(try site.balance("contract:rich") == Site.opening - 700)
        #expect(try site.owed(by: Site.rich) == 0)
        #expect(try site.isSound())
    }

    @Test("a debt recorded after its payment was collected and undone is owed anew, and collected once more at most")
    func claimedLate() throws {
        try site.reopen(active: [])
        let charge = makeCharge(1, Site.suspended, 300)
        try site.record(.payment(.acceptedOffline, charge, nil))
        try site.reopen(active: [Site.suspended])
        #expect(try site.collect(charge) == .approved)
        #expect(try site.reverse(charge) == .reversed)
        try site.record(.debt(charge))
        #expect(try site.denials().entries.map(\.debts) == [[charge.payment]])
        for _ in 0..<2 { #expect(try site.collect(charge) == .approved) }
        #expect(try site.balance("contract:suspended") == Site.opening - 300)
        #expect(try site.balance("merchant:city") == 300)
        #expect(try site.isSound())
    }

    @Test("owing does not keep a holder from paying for the car that stands there; being blocked does")
    func blocked() throws {
        try site.record(.debt(makeCharge(1, Site.rich, 700)))
        #expect(try site.charge(makeCharge(2, Site.rich, 100)) == .approved)
        try site.reopen(denied: [Holder(plate: Site.rich)])
        #expect(try site.charge(makeCharge(3, Site.rich, 100)) == .declined(.denied))
        // Its goods are gone: it is charged all the same, and so is what is owed.
        try site.record(.payment(.acceptedOffline, makeCharge(4, Site.rich, 100), nil))
        #expect(try site.query(makeCharge(4, Site.rich, 100)) == .approved)
        #expect(try site.collect(makeCharge(1, Site.rich, 700)) == .approved)
        #expect(try site.denials().entries == [Denial(holder: Holder(plate: Site.rich), owed: .zero, debts: [])])
    }
}

@Suite struct DebtRetryTests {
    @Test("tries come so many hours after the debt arose; those of a time away are left out")
    func schedule() {
        let schedule = DebtSchedule(retryAfterHours: [1, 24, 336])
        func next(_ tries: Int64, _ hours: Int64, _ milliseconds: Int64 = 0) -> Int64? {
            schedule.next(
                since: WallTime(milliseconds: 7), tries: tries,
                after: WallTime(milliseconds: 7 + hours * 3_600_000 + milliseconds)
            ).map { ($0.milliseconds - 7) / 3_600_000 }
        }
        #expect(next(0, 0) == 1)
        #expect(next(0, 1, -1) == 1 && next(1, 1) == 24)
        #expect(next(1, 24, -1) == 24 && next(1, 100) == 336)
        #expect(next(2, 336, -1) == 336 && next(2, 336) == nil)
        #expect(next(3, 0) == nil, "a clock that was set back adds no try")
        #expect(next(0, -1000) == 1)
    }

    @Test("a debt is tried when its time has come and not before, and no more after the last try")
    func tries() throws {
        let site = try Site(retryAfterHours: [1, 24])
        let charge = makeCharge(1, Site.poor, 700)
        try site.record(.debt(charge))
        let since = site.time
        func tend(_ milliseconds: Int64) throws -> Int64? {
            _ = try site.store.tend(at: WallTime(milliseconds: since.milliseconds + milliseconds))
            return try site.debts()[0].tries
        }
        #expect(try tend(3_600_000 - 1) == 0)
        #expect(try tend(3_600_000) == 1)
        #expect(try tend(24 * 3_600_000 - 1) == 1)
        #expect(try tend(24 * 3_600_000) == 2)
        #expect(try tend(1000 * 3_600_000) == 2)
        #expect(try site.debts()[0].next == nil)
        #expect(try site.denials().total == 1)
    }

    @Test("a try takes what a contract can pay by then; at most fifty are made in one turn, and all get theirs")
    func many() throws {
        var notices: [String] = []
        let site = try Site(retryAfterHours: [1]) { notices.append("\($0)") }
        try site.ingest(site.box.batch((1...60).map { .debt(makeCharge(UInt64($0), Site.rich, 10)) }))
        try site.ingest(site.box.batch([.debt(makeCharge(61, Site.stranger, 10))]))
        let later = WallTime(milliseconds: site.time.milliseconds + 3_600_000)
        #expect(try site.store.tend(at: later))
        #expect(try site.owed(by: Site.rich) == 100)
        #expect(try !site.store.tend(at: later))
        #expect(try !site.store.tend(at: later))
        #expect(try site.owed(by: Site.rich) == 0)
        #expect(try site.owed(by: Site.stranger) == 10)
        #expect(try site.balance("contract:rich") == Site.opening - 600)
        #expect(notices.filter { $0.contains("tried by schedule") }.count == 2)
    }

    @Test("whoever signs a contract, or has it in force again, is tried at once, also after the last try")
    func payable() throws {
        let folder = TestFolder(inMemory: true)
        let site = try Site(database: folder.file("p.db"), retryAfterHours: [])
        let charge = makeCharge(1, Site.suspended, 300)
        try site.record(.debt(charge))
        #expect(try !site.store.tend(at: site.time))
        #expect(try site.owed(by: Site.suspended) == 300)
        try site.reopen(active: [Site.suspended])
        _ = try site.store.tend(at: site.time)
        #expect(try site.owed(by: Site.suspended) == 0)
        #expect(try site.query(charge) == .approved)
    }
}
