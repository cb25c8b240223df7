import Effects
import Payments
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12346"), other = SiteFixtures.plate("粤B99999")
private let entry = SiteFixtures.entry, exit = SiteFixtures.exit

@Suite("A car park whose journal has no room")
struct SiteRefusedWriteTests {
    @Test("a car that wants in is held, is not inside, and comes in as soon as there is room")
    func entryHeld() {
        var park = SiteDriver()
        park.isJournalFull = true
        park.read(car, at: entry)
        park.run(seconds: 2)
        #expect(!park.isOpen(entry))
        #expect(park.site.carsInside == 0)
        #expect(park.sign(entry) == .callAttendant(car, .diskFull, nil))
        park.isJournalFull = false
        park.setJournal(isHealthy: true)
        park.run(seconds: 2)
        #expect(park.isOpen(entry))
        #expect(park.sign(entry) == .welcome(car))
        #expect(park.faults.isEmpty)
    }

    @Test(
        "nothing opens on a promise or debt that was not written, and the next attempt writes one of the same id",
        arguments: [ParkingScenario.Fallback.hold, .letOutOnDebt])
    func promiseHeld(fallback: ParkingScenario.Fallback) {
        var scenario = SiteFixtures.scenario
        scenario.offlineRefused = fallback
        let leaving = fallback == .hold ? car : other
        var park = SiteDriver(scenario, contracts: [car: Fen(5_000)])
        park.enter(leaving)
        park.run(seconds: 3_600)
        park.link(isUp: false)
        park.isJournalFull = true
        park.read(leaving, at: exit)
        park.run(seconds: 5)
        #expect(!park.isOpen(exit))
        #expect(park.sign(exit) == .callAttendant(leaving, .diskFull, Fen(700)))
        // A promise that was counted stays counted.
        #expect(park.site.offline.outstanding.count == (fallback == .hold ? 1 : 0))
        park.isJournalFull = false
        park.setJournal(isHealthy: true)
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        park.pass(exit)
        park.run(seconds: 5)
        park.link(isUp: true)
        park.drain()
        #expect(park.platform.captured == 700)
        #expect(park.faults.isEmpty && park.platform.faults.isEmpty)
    }

    @Test("a charge that was not written is never sent; once there is room it is, and once")
    func chargeNotSent() {
        var park = SiteDriver(contracts: [car: Fen(5_000)])
        park.enter(car)
        park.run(seconds: 3_600)
        park.isJournalFull = true
        park.read(car, at: exit)
        park.run(seconds: 30)
        #expect(park.charges.isEmpty && !park.isOpen(exit))
        #expect(park.sign(exit) == .callAttendant(car, .diskFull, Fen(700)))
        park.isJournalFull = false
        park.setJournal(isHealthy: true)
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        #expect(Set(park.charges.map(\.payment)).count == 1)
        #expect(park.platform.captured == 700)
        #expect(park.faults.isEmpty && park.platform.faults.isEmpty)
    }

    @Test("an asked payment whose promise was not written is still asked for, and still the only one")
    func promiseAfterCharge() {
        var park = SiteDriver.withChargeUnanswered(car)
        park.isJournalFull = true
        park.link(isUp: false)
        park.run(seconds: 1)
        #expect(!park.isOpen(exit))
        park.isJournalFull = false
        park.answersArrive = { _ in 1 }
        park.link(isUp: true)
        park.run(seconds: 10)
        #expect(park.isOpen(exit))
        #expect(park.platform.captured == 700)
        #expect(Set(park.charges.map(\.payment)).count == 1)
        #expect(park.faults.isEmpty && park.platform.faults.isEmpty)
    }

    @Test("the platform is asked to undo a payment only when that is on disk", arguments: [false, true])
    func reversalIsWrittenFirst(isRefusedFirst: Bool) {
        var park = SiteDriver.withChargeUnanswered(car)
        let first = park.charges.map(\.payment)
        #expect(first.count == 1)
        park.isDiskStuck = true
        park.isJournalFull = isRefusedFirst
        // The attendant lets the car out: what was asked for is to be undone.
        park.openByHand(exit)
        park.run(seconds: 20)
        #expect(park.reversals.isEmpty)
        park.isDiskStuck = false
        park.isJournalFull = false
        park.answersArrive = { _ in 1 }
        park.setJournal(isHealthy: true)
        park.run(seconds: 10)
        #expect(Set(park.reversals) == Set(first))
        // Where the attendant's opening was refused too, the car was held, and has paid once more since: under a new
        // id.
        #expect(park.platform.captured == (isRefusedFirst ? 700 : 0))
        #expect(park.faults.isEmpty && park.platform.faults.isEmpty)
    }
}
