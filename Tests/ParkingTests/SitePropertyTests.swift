import Effects
import Payments
import Synchronization
import Tariffs
import Testing
import Vocabulary
import Wire

@testable import Parking

@Suite("A car park in which everything goes wrong at once")
struct SitePropertyTests {
    private static let plates = ["粤B10001", "粤B10002", "粤B70001", "粤B88888"].map { SiteFixtures.plate($0) }

    private func randomScenario(_ dice: inout SeededGenerator) -> ParkingScenario {
        var scenario = SiteFixtures.scenario
        scenario.alreadyInside = .random(using: &dice)
        scenario.noEntryRecord = .random(using: &dice)
        scenario.onUnknown = .random(using: &dice)
        scenario.onTimedOut = .random(using: &dice)
        scenario.onDeclined = Bool.random(using: &dice) ? .hold : .letOutOnDebt
        scenario.offlineRefused = Bool.random(using: &dice) ? .hold : .letOutOnDebt
        scenario.tariffs = TariffBook(SiteFixtures.tariff(grace: .seconds(.random(in: 0...1_800, using: &dice))))
        scenario.laneSettings.forgetHeldAfter = .seconds(.random(in: 5...180, using: &dice))
        return scenario
    }

    private func step(_ park: inout SiteDriver, _ dice: inout SeededGenerator) {
        let lanes = SiteFixtures.scenario.lanes.map(\.id)
        let lane = lanes[Int.random(in: 0..<lanes.count, using: &dice)]
        switch Int.random(in: 0..<100, using: &dice) {
        case 0..<40:
            park.read(Self.plates[Int.random(in: 0..<Self.plates.count, using: &dice)], at: lane)
        case 40..<60: park.pass(lane)
        case 60..<64: park.openByHand(lane)
        case 64..<70: park.link(isUp: false)
        case 70..<78: park.link(isUp: true)
        case 78..<82: park.isDiskStuck.toggle()
        case 82..<85: park.restart(reboot: Bool.random(using: &dice))
        case 85..<88: park.jumpWallClock(hours: .random(in: -40...40, using: &dice))
        case 88..<90: park.drain()
        case 90..<94:
            let moods: [ModelPlatform.Mood] = [.approves, .approves, .declines(.insufficientFunds), .doesNotKnow]
            park.platform.mood = moods[Int.random(in: 0..<moods.count, using: &dice)]
        case 94..<97: park.networkDelay = .milliseconds(.random(in: 1...6_000, using: &dice))
        default: park.setJournal(isHealthy: Bool.random(using: &dice))
        }
        let spans: [Int64] = [0, 10, 200, 4_000, 31_000, 1_000_000, 9_000_000]
        park.run(milliseconds: spans[Int.random(in: 0..<spans.count, using: &dice)])
    }

    /// Everything works again, and time enough goes by for what is still open to come to its end.
    private func calmDown(_ park: inout SiteDriver) {
        park.isDiskStuck = false
        park.answersArrive = { _ in 1 }
        park.networkDelay = .milliseconds(50)
        park.platform.mood = .approves
        park.setJournal(isHealthy: true)
        park.link(isUp: true)
        park.run(seconds: 1_000)
        park.drain()
        park.run(seconds: 10)
    }

    /// What the tests look at when all is over.
    private struct Outcome: Sendable {
        var faults: [String]
        var hasMarks: Bool
        var journal: [Record.Event]
        var standing: [Charge]
        var captured: Int64
        var hasOpenPayments: Bool
        var stays: [Stay]

        init(_ park: SiteDriver) {
            faults = park.faults + park.platform.faults
            hasMarks = !park.marks.isEmpty
            (journal, standing, captured) = (park.journal, park.platform.standing, park.platform.captured)
            (hasOpenPayments, stays) = (!park.site.payments.isEmpty, Array(park.site.stays.values))
        }
    }

    private static let outcomes = Mutex<[UInt64: Outcome]>([:])

    /// Each seed's chaos is run once, whichever test asks first.
    private func afterChaos(_ seed: UInt64) -> Outcome {
        if let known = Self.outcomes.withLock({ $0[seed] }) { return known }
        let outcome = Outcome(chaos(seed))
        Self.outcomes.withLock { $0[seed] = outcome }
        return outcome
    }

    /// One answer in four is lost, one in four comes twice.
    private func chaos(_ seed: UInt64, steps: Int = 150) -> SiteDriver {
        var dice = SeededGenerator(seed: seed)
        var park = SiteDriver(
            randomScenario(&dice), contracts: [Self.plates[0]: Fen(5_000), Self.plates[1]: Fen(5_000)], seed: seed)
        var answers = SeededGenerator(seed: seed &+ 1_000)
        let counts = (0..<997).map { _ in [0, 1, 1, 2][Int.random(in: 0..<4, using: &answers)] }
        park.answersArrive = { counts[$0.marks.count % counts.count] }
        for _ in 0..<steps { step(&park, &dice) }
        calmDown(&park)
        return park
    }

    @Test("no boom rises for a car that nothing lets go, and no id ever has two contents", arguments: 1...60)
    func nothingWithoutReason(seed: UInt64) {
        let park = afterChaos(seed)
        #expect(park.faults.isEmpty)
        #expect(park.hasMarks)
    }

    @Test("nobody pays twice for one minute", arguments: 1...60)
    func nobodyPaysTwice(seed: UInt64) throws {
        let park = afterChaos(seed)
        for (stay, charges) in Dictionary(grouping: park.standing, by: \.stay) {
            let sorted = charges.sorted { $0.quote.from < $1.quote.from }
            for (earlier, later) in zip(sorted, sorted.dropFirst()) {
                #expect(earlier.quote.until <= later.quote.from, "stay \(stay) is charged twice")
            }
            guard let first = sorted.first, let last = sorted.last else { continue }
            let whole = last.quote.until.milliseconds - first.quote.from.milliseconds
            let price = try SiteFixtures.tariff.quote(from: first.quote.from, duration: .milliseconds(whole))
            #expect(charges.reduce(0) { $0 + $1.quote.total.count } == price.total.count)
        }
    }

    @Test("every fen that was taken belongs to a stay that ended or holds it as paid", arguments: 1...60)
    func nothingTakenForNothing(seed: UInt64) {
        let park = afterChaos(seed)
        #expect(!park.hasOpenPayments)
        let closed = Set(
            park.journal.compactMap { if case .stayClosed(let stay, _, _) = $0 { stay } else { nil } })
        let inside = Dictionary(uniqueKeysWithValues: park.stays.map { ($0.id, $0) })
        for charge in park.standing where charge.stay.map({ !closed.contains($0) }) ?? true {
            #expect((charge.stay.flatMap { inside[$0]?.paidThrough }).map { $0 >= charge.quote.until } == true)
        }
    }

    @Test("what the box has written and what the platform has booked agree to the fen", arguments: 1...60)
    func booksAgree(seed: UInt64) {
        let park = afterChaos(seed)
        var owed: [PaymentID: Int64] = [:]
        for record in park.journal {
            switch record {
            case .payment(.approved, let charge, _), .payment(.acceptedOffline, let charge, _), .debt(let charge):
                owed[charge.payment] = charge.quote.total.count
            case .payment(.reversed, let charge, _): owed[charge.payment] = nil
            default: break
            }
        }
        #expect(park.captured == owed.values.reduce(0, +))
    }

    @Test("the chaos is one: it brings every kind of end about")
    func reachesEverything() {
        var states: Set<Record.PaymentState> = []
        var reasons: Set<String> = []
        var others: Set<String> = []
        for seed in UInt64(1)...60 {
            for record in afterChaos(seed).journal {
                switch record {
                case .payment(let state, _, _): states.insert(state)
                case .decision(_, _, _, _, _, let reason): reasons.insert(reason)
                default: others.insert(record.kind)
                }
            }
        }
        #expect(states.isSuperset(of: [.requested, .approved, .declined, .unknown, .timedOut, .acceptedOffline]))
        #expect(states.isSuperset(of: [.reversing, .reversed]))
        #expect(
            reasons.isSuperset(of: [
                "entry", "paid", "paidBefore", "free", "chargedOffline", "noEntryRecord", "wentAway", "timedOut",
                "unknown", "journalFailing", "alreadyInside", "declined-insufficientFunds",
            ]))
        #expect(others.isSuperset(of: ["debt", "manualOpening", "stayClosed", "passage"]))
    }
}

extension CaseIterable {
    fileprivate static func random(using dice: inout SeededGenerator) -> Self {
        guard let choice = allCases.randomElement(using: &dice) else { preconditionFailure("no case to choose") }
        return choice
    }
}
