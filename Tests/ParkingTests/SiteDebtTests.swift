import Effects
import Payments
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12346")
private let entry = SiteFixtures.entry, exit = SiteFixtures.exit

private func owing(_ change: (inout ParkingScenario) -> Void = { _ in }) -> SiteDriver {
    var scenario = SiteFixtures.scenario
    change(&scenario)
    var park = SiteDriver(scenario, contracts: [car: Fen(5_000)])
    setDenials(&park, [Denial(holder: Holder(plate: car), owed: Fen(1_200), debts: [debt])])
    return park
}

private let debt = UUIDv7(at: WallTime(milliseconds: 7), random: (7, 7))

private func setDenials(_ park: inout SiteDriver, _ denials: [Denial]) {
    park.platform.denials = denials
    park.platform.denialVersion += 1
    park.tell(.announced(.listChanged(.denials)))
    park.run(seconds: 1)
}

@Suite("A car whose owner owes for an earlier visit")
struct SiteDebtTests {
    @Test("sees the amount at the entry, and the debt is tried again there and at the exit")
    func shownAndTried() {
        var park = owing()
        park.read(car, at: entry)
        park.run(seconds: 3)
        #expect(park.sign(entry) == .owes(car, Fen(1_200)))
        #expect(park.isOpen(entry))
        #expect(park.platform.collected == [debt])
        park.pass(entry)
        park.run(seconds: 3_600)
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        #expect(park.platform.collected == [debt, debt])
        // A debt is collected under its own id and is no part of this stay's price.
        #expect(park.platform.captured == 700)
    }

    @Test("is held where the scenario says so, and goes on by itself once the debt is paid")
    func heldUntilPaid() {
        var park = owing { $0.debtors.atEntry = .hold }
        park.read(car, at: entry)
        park.run(seconds: 3)
        #expect(!park.isOpen(entry))
        #expect(park.sign(entry) == .callAttendant(car, .owes, Fen(1_200)))
        setDenials(&park, [])
        #expect(park.isOpen(entry))
        #expect(park.sign(entry) == .welcome(car))
    }

    @Test(
        "is promised nothing while the network is away, and is promised again once the debt is paid",
        arguments: [true, false])
    func notPromised(isPaid: Bool) {
        var park = owing()
        park.enter(car)
        park.run(seconds: 3_600)
        if isPaid { setDenials(&park, []) }
        park.link(isUp: false)
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.isOpen(exit) == isPaid)
    }

    @Test("is still known as a debtor after a restart without network")
    func afterRestart() {
        var park = owing()
        park.enter(car)
        park.run(seconds: 3_600)
        park.link(isUp: false)
        park.restart(reboot: true)
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(!park.isOpen(exit))
    }
}

@Suite("Refunds at a car park")
struct SiteRefundTests {
    private func refund(_ number: UInt64 = 1) -> Refund {
        Refund(
            id: UUIDv7(at: WallTime(milliseconds: 9), random: (number, 0)), payment: debt, amount: Fen(300), who: "li",
            why: "barrier stuck")
    }

    @Test("who and why are on disk before the platform is asked, and what it says afterwards")
    func refunded() {
        var park = SiteDriver()
        park.tell(.own(.refund(refund())))
        #expect(park.platform.refunds.isEmpty)
        park.run(seconds: 1)
        #expect(park.platform.refunds == [refund().id: refund()])
        #expect(park.refunds == [.underWay, .ended(.refunded, nil)])
        #expect(park.count { if case .refund(.requested, self.refund(), nil) = $0 { true } else { false } } == 1)
        #expect(park.count { if case .refund(.refunded, self.refund(), nil) = $0 { true } else { false } } == 1)
    }

    @Test("nothing is given back without the platform")
    func offline() {
        var park = SiteDriver()
        park.link(isUp: false)
        park.tell(.own(.refund(refund())))
        park.link(isUp: true)
        park.run(seconds: 60)
        #expect(park.refunds == [.refusedHere("offline")])
        #expect(park.platform.refunds.isEmpty)
    }

    @Test("an answer that is lost, and a power cut, lead to the same question again, under the same id")
    func powerCut() {
        var park = SiteDriver()
        park.answersArrive = { _ in 0 }
        park.tell(.own(.refund(refund())))
        park.run(seconds: 7)
        park.restart(reboot: true)
        park.answersArrive = { _ in 1 }
        park.run(seconds: 10)
        let asked = park.marks.filter { $0 == .sent(.refund(refund())) }.count
        #expect(asked == 3)
        #expect(park.platform.refunds.count == 1)
        #expect(park.refunds.last == .ended(.refunded, nil))
        park.restart(reboot: true)
        #expect(park.site.refunds.isEmpty)
    }

    @Test("a refusal is told to who asked, and recorded with its reason")
    func refused() {
        var park = SiteDriver()
        park.platform.refundOutcome = .refused(.moreThanCaptured)
        park.tell(.own(.refund(refund())))
        park.run(seconds: 1)
        #expect(park.refunds.last == .ended(.refused, .moreThanCaptured))
    }

    @Test("more than fifty at once are not begun")
    func bounded() {
        var park = SiteDriver()
        park.answersArrive = { _ in 0 }
        for number in 1...51 { park.tell(.own(.refund(refund(UInt64(number))))) }
        #expect(park.refunds.filter { $0 == .refusedHere("tooMany") }.count == 1)
        #expect(park.site.refunds.count == 50)
    }
}
