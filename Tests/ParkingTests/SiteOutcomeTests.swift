import Effects
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12346")
private let exit = SiteFixtures.exit

/// A car that has been inside for an hour and a half of a minute, and owes 7.00.
private func park(
    _ change: (inout ParkingScenario) -> Void = { _ in }, contracts: [Plate: Fen] = [car: Fen(5_000)]
) -> SiteDriver {
    var scenario = SiteFixtures.scenario
    change(&scenario)
    var park = SiteDriver(scenario, contracts: contracts)
    park.enter(car)
    park.run(seconds: 3_600)
    park.forgetMarks()
    return park
}

@Suite("A payment that is not simply approved")
struct SiteOutcomeTests {
    @Test("declined: the car is held, or leaves owing", arguments: [ParkingScenario.Fallback.hold, .letOutOnDebt])
    func declined(fallback: ParkingScenario.Fallback) {
        var park = park { $0.onDeclined = fallback }
        park.platform.mood = .declines(.insufficientFunds)
        park.read(car, at: exit)
        park.run(seconds: 1)
        let isHeld = fallback == .hold
        #expect(park.isOpen(exit) == !isHeld)
        #expect(
            park.sign(exit) == (isHeld ? .callAttendant(car, .insufficientFunds, Fen(700)) : .goOnDebt(car, Fen(700))))
        park.drain()
        // A declined id stays declined: the debt has one of its own.
        #expect(park.platform.captured == (isHeld ? 0 : 700))
        #expect(park.platform.standing.allSatisfy { $0.payment != park.charges[0].payment })
        #expect(park.raisedBefore(exit) { if case .debt = $0 { true } else { false } } != true)
        #expect(park.faults.isEmpty && park.platform.faults.isEmpty)
    }

    @Test(
        "unknown: hold, debt or an offline charge, as the scenario says", arguments: ParkingScenario.Fallback.allCases)
    func unknown(fallback: ParkingScenario.Fallback) {
        var park = park { $0.onUnknown = fallback }
        park.platform.mood = .doesNotKnow
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.isOpen(exit) == (fallback != .hold))
        let expected: Notice =
            switch fallback {
            case .hold: .callAttendant(car, .platformUnsure, Fen(700))
            case .letOutOnDebt: .goOnDebt(car, Fen(700))
            case .chargeOffline: .goOffline(car, Fen(700))
            }
        #expect(park.sign(exit) == expected)
        checkMoney(&park, fallback)
    }

    @Test(
        "timed out: hold, debt or an offline charge, as the scenario says", arguments: ParkingScenario.Fallback.allCases
    )
    func timedOut(fallback: ParkingScenario.Fallback) {
        var park = park { $0.onTimedOut = fallback }
        park.answersArrive = { _ in 0 }
        park.read(car, at: exit)
        park.run(milliseconds: 2_900)
        #expect(!park.isOpen(exit))
        park.run(milliseconds: 200)
        #expect(park.isOpen(exit) == (fallback != .hold))
        let expected: Notice =
            switch fallback {
            case .hold: .callAttendant(car, .noAnswer, Fen(700))
            case .letOutOnDebt: .goOnDebt(car, Fen(700))
            case .chargeOffline: .goOffline(car, Fen(700))
            }
        #expect(park.sign(exit) == expected)
        checkMoney(&park, fallback)
    }

    /// A held car gets its answer in the end; one that has left owes once, whatever the platform did meanwhile.
    private func checkMoney(_ park: inout SiteDriver, _ fallback: ParkingScenario.Fallback) {
        park.platform.mood = .approves
        park.answersArrive = { _ in 1 }
        if fallback == .hold {
            park.run(seconds: 6)
            #expect(park.isOpen(exit))
            #expect(park.sign(exit) == .goPaid(car, Fen(700)))
        }
        park.pass(exit)
        park.run(seconds: 30)
        park.drain()
        #expect(park.platform.captured == 700)
        #expect(Set(park.charges.map(\.payment)).count == 1)
        #expect(park.site.carsInside == 0)
        #expect(park.reversals.isEmpty)
        #expect(park.faults.isEmpty && park.platform.faults.isEmpty)
    }

    @Test(
        "an offline charge that the policy refuses falls to what the scenario says of that", arguments: [true, false])
    func offlineRefusedAfterTimeout(isHeld: Bool) {
        var park = park(
            {
                $0.onTimedOut = .chargeOffline
                $0.offlineRefused = isHeld ? .hold : .letOutOnDebt
            }, contracts: [:])
        park.answersArrive = { _ in 0 }
        park.read(car, at: exit)
        park.run(seconds: 4)
        #expect(park.isOpen(exit) == !isHeld)
        #expect(
            park.sign(exit) == (isHeld ? .callAttendant(car, .offlineNotAllowed, Fen(700)) : .goOnDebt(car, Fen(700))))
    }

    @Test("answers that come twice and late open once and charge once")
    func doubledAnswers() {
        var park = park()
        park.answersArrive = { _ in 3 }
        park.networkDelay = .milliseconds(4_000)
        park.read(car, at: exit)
        park.run(seconds: 20)
        #expect(park.marks.filter { $0 == .raised(exit) }.count == 1)
        #expect(park.platform.captured == 700)
    }

    @Test("an approval that comes after the car has gone is undone")
    func lateApproval() {
        var park = park()
        park.networkDelay = .milliseconds(2_000)
        park.read(car, at: exit)
        park.run(milliseconds: 3_500)
        #expect(park.sign(exit) == .callAttendant(car, .noAnswer, Fen(700)))
        #expect(park.platform.captured == 700)
        park.read(SiteFixtures.plate("粤B99999"), at: exit)
        park.run(seconds: 30)
        #expect(park.platform.captured == 0)
        #expect(park.reversals.first == park.charges[0].payment)
        // When it comes back it pays under an id of its own.
        park.networkDelay = .milliseconds(50)
        park.read(car, at: exit)
        park.run(seconds: 2)
        #expect(park.isOpen(exit))
        #expect(park.platform.captured == 700)
        #expect(Set(park.charges.map(\.payment)).count == 2)
        #expect(park.faults.isEmpty)
    }

    @Test("a car that turns away before its charge is on disk, and leaves hours later, pays for those hours")
    func turnsAwayBeforeDurable() {
        var park = park()
        park.isDiskStuck = true
        park.read(car, at: exit)
        park.run(seconds: 200)
        park.isDiskStuck = false
        park.run(seconds: 3_600)
        #expect(park.charges.isEmpty)
        park.read(car, at: exit)
        park.run(seconds: 2)
        #expect(park.platform.captured == 1_100)
        #expect(park.isOpen(exit))
    }

    @Test("two exits that read one car charge it once, and only the first one opens", arguments: [20, 3_000])
    func twoExits(milliseconds: Int64) {
        var park = park()
        park.read(car, at: exit)
        park.run(milliseconds: milliseconds)
        park.read(car, at: SiteFixtures.otherExit)
        park.run(seconds: 2)
        #expect(Set(park.charges.map(\.payment)).count == 1)
        #expect(park.platform.captured == 700)
        #expect(park.isOpen(exit) && !park.isOpen(SiteFixtures.otherExit))
        #expect(park.faults.isEmpty)
    }
}

@Suite("A car that has paid and not left")
struct SiteGraceTests {
    private func paidAndStayed() -> SiteDriver {
        var park = park()
        park.read(car, at: exit)
        park.run(seconds: 2)
        #expect(park.platform.captured == 700)
        park.run(seconds: 58)
        #expect(!park.isOpen(exit))
        #expect(park.site.carsInside == 1)
        park.forgetMarks()
        return park
    }

    @Test("leaves again within the grace without paying", arguments: [-10, 10] as [Int64])
    func grace(seconds: Int64) {
        var park = paidAndStayed()
        park.run(seconds: 15 * 60 - 60 + seconds)
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        // After 1 h 16 min the whole stay still costs 7.00: there is nothing more to pay, grace or not.
        #expect(park.charges.isEmpty)
        #expect(park.sign(exit) == (seconds < 0 ? .goPaid(car, Fen(700)) : .goFree(car)))
        park.pass(exit)
        #expect(park.platform.captured == 700)
    }

    @Test("pays for the time since then, and not for everything again, when it stays on")
    func paysTheRest() {
        var park = paidAndStayed()
        park.run(seconds: 3 * 3_600)
        park.read(car, at: exit)
        park.run(seconds: 2)
        #expect(park.isOpen(exit))
        // 4 h 1 min cost 5.00 and seven half hours of 2.00; 7.00 of that are paid.
        #expect(park.charges.map(\.quote.total) == [Fen(1_200)])
        #expect(park.platform.captured == 1_900)
        park.pass(exit)
        #expect(park.faults.isEmpty)
    }

    @Test("still has paid when the second payment comes to nothing")
    func secondPaymentDeclined() {
        var park = paidAndStayed()
        park.run(seconds: 3 * 3_600)
        park.platform.mood = .declines(.insufficientFunds)
        park.read(car, at: exit)
        park.run(seconds: 200)
        park.platform.mood = .approves
        park.read(car, at: exit)
        park.run(seconds: 2)
        #expect(park.charges.map(\.quote.total) == [Fen(1_200), Fen(1_200)])
        #expect(park.platform.captured == 1_900)
    }

    @Test("a wall clock that jumps changes neither price nor grace", arguments: [-30, -1, 1, 30] as [Int64])
    func wallClock(hours: Int64) {
        var park = SiteDriver()
        park.enter(car)
        park.jumpWallClock(hours: hours)
        park.run(seconds: 3_600)
        park.read(car, at: exit)
        park.run(seconds: 60)
        #expect(park.platform.captured == 700)
        park.jumpWallClock(hours: hours)
        park.forgetMarks()
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.sign(exit) == .goPaid(car, Fen(700)))
        #expect(park.isOpen(exit))
        #expect(park.platform.captured == 700)
    }
}
