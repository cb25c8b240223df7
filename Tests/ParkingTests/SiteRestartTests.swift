import Effects
import Payments
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12346")
private let exit = SiteFixtures.exit

/// A car whose payment the platform has made, but whose answer the box never saw before it died.
private func diedDuringPayment(reboot: Bool) -> SiteDriver {
    var park = SiteDriver.withChargeUnanswered(car)
    #expect(park.platform.captured == 700)
    park.restart(reboot: reboot)
    park.answersArrive = { _ in 1 }
    return park
}

@Suite("A box that restarts")
struct SiteRestartTests {
    @Test(
        "a payment that was under way goes on under the same id when the car is read again", arguments: [true, false])
    func resumes(reboot: Bool) {
        var park = diedDuringPayment(reboot: reboot)
        park.run(seconds: 60)
        park.read(car, at: exit)
        park.run(seconds: 2)
        #expect(park.isOpen(exit))
        #expect(Set(park.charges.map(\.payment)).count == 1)
        #expect(park.platform.captured == 700)
        park.pass(exit)
        park.run(seconds: 300)
        #expect(park.platform.captured == 700)
        #expect(park.reversals.isEmpty)
        #expect(park.faults.isEmpty)
    }

    @Test("and under the same id offline, if the network has gone meanwhile")
    func resumesOffline() {
        var park = diedDuringPayment(reboot: true)
        park.link(isUp: false)
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        park.pass(exit)
        park.link(isUp: true)
        park.run(seconds: 300)
        park.drain()
        #expect(park.platform.captured == 700)
        #expect(park.reversals.isEmpty)
    }

    @Test("an approved payment stands, whether or not its car comes again: the boom may have opened before the cut")
    func stands() {
        var park = diedDuringPayment(reboot: true)
        park.run(seconds: 300)
        #expect(park.reversals.isEmpty)
        #expect(park.platform.captured == 700)
        // It asked what became of the payment, and did not charge again.
        #expect(park.charges.count == 1)
        #expect(park.site.payments.isEmpty)
        #expect(park.site.stays[car]?.paidThrough == park.charges[0].quote.until)
    }

    @Test("a charge that the platform has never seen is refused should it still come")
    func neverSeen() {
        var park = diedDuringPayment(reboot: true)
        park.platform.forget()
        park.run(seconds: 30)
        #expect(park.reversals.map(\.self) == [park.charges[0].payment])
        #expect(park.platform.captured == 0)
        #expect(park.site.payments.isEmpty)
        #expect(park.site.stays[car]?.payment == nil)
    }

    @Test("the car pays for the time since then, when it leaves later")
    func paysTheRest() {
        var park = diedDuringPayment(reboot: false)
        park.run(seconds: 3 * 3_600)
        #expect(park.reversals.isEmpty)
        park.read(car, at: exit)
        park.run(seconds: 2)
        #expect(park.isOpen(exit))
        // 4 h 1 min cost 19.00.
        #expect(park.charges.map(\.quote.total) == [Fen(700), Fen(1_200)])
        #expect(park.platform.captured == 1_900)
    }

    @Test("a reversal that was under way goes on after a restart")
    func reversalGoesOn() {
        var park = diedDuringPayment(reboot: true)
        park.read(car, at: exit)
        park.answersArrive = { _ in 0 }
        park.networkDelay = .seconds(1_000)
        park.openByHand(exit)
        park.run(seconds: 10)
        #expect(park.platform.captured == 700)
        park.networkDelay = .milliseconds(50)
        park.restart(reboot: true)
        park.answersArrive = { _ in 1 }
        park.run(seconds: 10)
        #expect(park.platform.captured == 0)
        park.restart(reboot: true)
        #expect(park.site.payments.isEmpty)
    }

    @Test("a car let out by hand before its resumed charge is on disk does not pay")
    func resumedAndLetOutByHand() {
        var park = diedDuringPayment(reboot: false)
        park.isDiskStuck = true
        park.read(car, at: exit)
        park.openByHand(exit)
        park.isDiskStuck = false
        park.run(seconds: 1)
        park.pass(exit)
        park.run(seconds: 30)
        #expect(park.platform.captured == 0)
        #expect(park.site.payments.isEmpty)
    }

    @Test("a car that left on an approval just before a power cut, and comes in again, keeps what it paid")
    func leftBeforeThePowerCut() {
        var park = SiteDriver.withChargeUnanswered(car)
        park.link(isUp: false)
        park.restart(reboot: true)
        park.answersArrive = { _ in 1 }
        park.read(car, at: SiteFixtures.entry)
        park.run(seconds: 5)
        park.link(isUp: true)
        park.run(seconds: 30)
        #expect(park.reversals.isEmpty)
        #expect(park.platform.captured == 700)
        #expect(park.count { if case .payment(.approved, _, _) = $0 { true } else { false } } == 1)
    }

    @Test("a car whose old payment is given up for another way out is not charged by its contract once more")
    func oldPaymentGivenUp() {
        var park = SiteDriver.withChargeUnanswered(car)
        park.restart(reboot: true)
        park.read(car, at: exit)
        park.run(seconds: 1)
        park.openByHand(exit)
        park.run(seconds: 2)
        park.answersArrive = { _ in 1 }
        park.pass(exit)
        park.run(seconds: 30)
        #expect(Set(park.charges.map(\.payment)).count == 1)
        #expect(park.platform.captured == 0)
        #expect(park.faults.isEmpty && park.platform.faults.isEmpty)
    }

    @Test("stays, their prices and what is paid survive", arguments: [true, false])
    func staysSurvive(reboot: Bool) {
        var park = SiteDriver()
        park.enter(car)
        park.run(seconds: 1_800)
        park.restart(reboot: reboot)
        park.run(seconds: 1_800)
        park.read(car, at: exit)
        park.run(seconds: 60)
        #expect(park.platform.captured == 700)
        park.restart(reboot: reboot)
        park.run(seconds: 60)
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.sign(exit) == .goPaid(car, Fen(700)))
        #expect(park.isOpen(exit))
        #expect(park.platform.captured == 700)
    }

    @Test(
        "a wall clock that stands minutes before the entry after a reboot makes the stay free, not negative",
        arguments: [600, 601])
    func clockSetBack(seconds: Int64) {
        var park = SiteDriver()
        park.enter(car)
        let entered = try? #require(park.site.stays[car]).entered
        park.restart(reboot: true)
        park.setWallClock(WallTime(milliseconds: (entered?.milliseconds ?? 0) - seconds * 1_000))
        park.read(car, at: exit)
        park.run(milliseconds: 100)
        #expect(park.sign(exit) == (seconds <= 600 ? .goFree(car) : .callAttendant(car, .entryTimeUnknown, nil)))
    }
}

@Suite("The list of contracts at a box")
struct SiteContractTests {
    private func contracts(_ count: Int) -> [Plate: Fen] {
        Dictionary(uniqueKeysWithValues: (0..<count).map { (SiteFixtures.plate("粤B\(20_000 + $0)"), Fen(1_000)) })
    }

    private func asked(_ park: SiteDriver) -> Int {
        park.marks.filter { if case .sent(.list(.contracts, _, _)) = $0 { true } else { false } }.count
    }

    @Test("it is fetched page by page when the link comes up, kept, and not fetched again")
    func fetched() {
        var park = SiteDriver(contracts: contracts(7))
        #expect(park.site.lists.contracts.count == 7)
        park.run(seconds: 500)
        #expect(asked(park) == 0)
        // Every ten minutes it is confirmed, so that its age is known.
        park.run(seconds: 100)
        #expect(asked(park) == 1)
        park.restart(reboot: true)
        #expect(park.site.lists.contracts.count == 7 && park.site.lists.contracts.version == 1)
    }

    @Test("a platform that does not answer is asked again, every thirty seconds")
    func askedAgain() {
        var park = SiteDriver(contracts: contracts(7))
        park.answersArrive = { _ in 0 }
        park.platform.version = 2
        park.tell(.announced(.listChanged(.contracts)))
        park.run(seconds: 299)
        #expect(asked(park) == 10)
        park.answersArrive = { _ in 1 }
        park.run(seconds: 31)
        #expect(park.site.lists.contracts.version == 2)
    }

    @Test("a list that changes in the middle is fetched anew, from its beginning")
    func changesInTheMiddle() {
        var park = SiteDriver(contracts: contracts(7))
        park.platform.version = 2
        park.tell(.announced(.listChanged(.contracts)))
        park.run(milliseconds: 120)
        park.platform.version = 3
        park.platform.contracts.removeLast()
        park.run(seconds: 60)
        #expect(park.site.lists.contracts.version == 3 && park.site.lists.contracts.count == 6)
        #expect(park.faults.isEmpty)
    }
}
