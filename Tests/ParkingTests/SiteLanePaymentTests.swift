import Effects
import Payments
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12346")
private let exit = SiteFixtures.exit

enum LanePaymentFixtures {
    /// Contract, then a code on the sign after two seconds, then the attendant after thirty.
    static func scenario(_ change: (inout ParkingScenario) -> Void = { _ in }) -> ParkingScenario {
        var scenario = SiteFixtures.scenario
        scenario.merchantQR = try? QRMerchant(
            accounts: [.init(id: 15, form: .network("15000001234567890123456789012345"))], categoryCode: "7523",
            name: "CAR PARK", city: "SHENZHEN")
        scenario.payment = LanePayment(shownCodeAfter: .seconds(2), callAttendantAfter: .seconds(30))
        scenario.laneSettings.forgetHeldAfter = .seconds(3_600)
        change(&scenario)
        return scenario
    }

    /// A car at the exit after an hour, 5.00 yuan; payers of codes take their time.
    static func atExit(
        hasContract: Bool, _ change: (inout ParkingScenario) -> Void = { _ in }
    ) -> SiteDriver {
        var park = SiteDriver(scenario(change), contracts: hasContract ? [car: Fen(5_000)] : [:])
        park.enter(car)
        park.run(seconds: 3_500)
        park.platform.codeMood = .waitsForPayer
        park.forgetMarks()
        return park
    }
}

@Suite("Paying at the exit, step by step")
struct SiteLanePaymentTests {
    private func code(_ text: String = "130000000000001234") throws -> PayerCode { try PayerCode(text) }

    private func isOnSign(_ park: SiteDriver) -> Bool { park.sign(exit)?.code != nil }

    @Test("a car with a contract leaves without stopping, and no code is shown")
    func contract() {
        var park = LanePaymentFixtures.atExit(hasContract: true)
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.isOpen(exit) && park.platform.captured == 500)
        #expect(park.charges.map(\.instrument) == [.contract(Holder(plate: car))])
    }

    @Test("a car without a contract is not asked about: the sign asks for a code and then shows one, by itself")
    func straightToCode() throws {
        var park = LanePaymentFixtures.atExit(hasContract: false)
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.sign(exit) == .showYourCode(car, Fen(500)))
        park.run(seconds: 2)
        #expect(park.charges.map(\.instrument) == [.shownCode])
        guard case .scanOrShow(car, Fen(500), _) = park.sign(exit) else {
            Issue.record("the sign shows no code")
            return
        }
        park.platform.payersConfirm()
        park.tell(.announced(.paymentChanged(try #require(park.charges.last).payment)))
        park.run(seconds: 1)
        #expect(park.isOpen(exit) && park.platform.captured == 500)
    }

    @Test(
        "a contract that does not pay is followed by the code, after the scenario's time",
        arguments: [DeclineReason.noContract, .insufficientFunds, .overLimit])
    func afterContract(reason: DeclineReason) {
        var park = LanePaymentFixtures.atExit(hasContract: true)
        park.platform.mood = .declines(reason)
        park.read(car, at: exit)
        park.run(milliseconds: 2_000)
        #expect(!isOnSign(park))
        park.run(milliseconds: 500)
        #expect(isOnSign(park) && park.charges.map(\.instrument.kind) == [.plate, .shownCode])
        #expect(park.faults.isEmpty)
    }

    @Test("where the scenario shows no code by itself, the attendant is called as soon as the contract does not pay")
    func nothingByItself() {
        var park = LanePaymentFixtures.atExit(hasContract: true) { $0.payment = LanePayment() }
        park.platform.mood = .declines(.noContract)
        park.read(car, at: exit)
        park.run(seconds: 10)
        #expect(park.sign(exit) == .callAttendant(car, .noContract, Fen(500)))
        #expect(park.charges.count == 1)
    }

    @Test("a driver who shows a code instead is charged when the code on the sign is closed, not before")
    func otherWay() throws {
        var park = LanePaymentFixtures.atExit(hasContract: false)
        park.read(car, at: exit)
        park.run(seconds: 3)
        park.platform.codeMood = .approves
        park.tell(.own(.codePresented(lane: exit, try code())))
        // The reversal is on its way: 50 ms there and 50 ms back.
        park.run(milliseconds: 80)
        let shown = try #require(park.charges.first)
        #expect(park.reversals == [shown.payment] && park.charges.count == 1)
        park.run(seconds: 1)
        #expect(park.charges.map(\.instrument.kind) == [.shownCode, .payerCode])
        #expect(park.isOpen(exit) && park.platform.captured == 500)
    }

    @Test(
        "whose phone had paid the code on the sign in that very moment gets it back, before the other is charged",
        arguments: [false, true])
    func paidBoth(isReversalLost: Bool) throws {
        var park = LanePaymentFixtures.atExit(hasContract: false)
        park.read(car, at: exit)
        park.run(seconds: 3)
        park.platform.payersConfirm()
        park.platform.codeMood = .approves
        #expect(park.platform.captured == 500)
        park.requestsArrive = { [now = park.now.uptime] in !isReversalLost || $0.now.uptime > now + .milliseconds(60) }
        park.tell(.own(.codePresented(lane: exit, try code())))
        for _ in 0..<600 {
            park.run(milliseconds: 10)
            #expect(park.platform.captured <= 500)
        }
        // The other code is not charged where its turn did not come in time: the driver shows it again.
        if isReversalLost { park.tell(.own(.codePresented(lane: exit, try code()))) }
        park.run(seconds: 1)
        #expect(park.isOpen(exit) && park.platform.captured == 500)
    }

    @Test("a code that the scanner reads twice, and a button that is pressed twice, are one payment")
    func twice() throws {
        var park = LanePaymentFixtures.atExit(hasContract: false)
        park.read(car, at: exit)
        park.run(seconds: 3)
        park.tell(.own(.codeRequested(lane: exit)))
        park.run(seconds: 1)
        #expect(park.charges.count == 1 && park.reversals.isEmpty)
        for _ in 0..<3 {
            park.tell(.own(.codePresented(lane: exit, try code())))
            park.run(milliseconds: 30)
        }
        park.run(seconds: 1)
        for _ in 0..<2 { park.tell(.own(.codePresented(lane: exit, try code()))) }
        park.run(seconds: 1)
        #expect(park.charges.count == 2)
        #expect(park.sign(exit) == .confirm(car, Fen(500)))
    }

    @Test("after the scenario's time the attendant is called, once, and the code on the sign holds on")
    func called() {
        var park = LanePaymentFixtures.atExit(hasContract: false)
        park.read(car, at: exit)
        park.run(seconds: 29)
        let isCall = { (record: Record.Event) in
            if case .decision(_, exit, _, _, .hold, "attendantCalled") = record { true } else { false }
        }
        #expect(park.count(of: isCall) == 0)
        park.run(seconds: 2)
        guard case .scanOrCall(car, Fen(500), _) = park.sign(exit) else {
            Issue.record("the sign does not send for the attendant")
            return
        }
        park.platform.payersConfirm()
        park.run(seconds: 15)
        #expect(park.isOpen(exit))
        #expect(park.count(of: isCall) == 1)
    }

    @Test("at most three codes are shown by themselves to one car")
    func bounded() {
        var park = LanePaymentFixtures.atExit(hasContract: false)
        park.read(car, at: exit)
        park.run(seconds: 1_200)
        #expect(park.charges.map(\.instrument) == [.shownCode, .shownCode, .shownCode])
        #expect(park.reversals.count == 3)
        // Meanwhile another half hour has begun.
        #expect(park.sign(exit) == .callAttendant(car, .notConfirmed, Fen(700)))
    }

    @Test("the attendant takes cash while a code stands on the sign: what is paid there later goes back")
    func cashInstead() {
        var park = LanePaymentFixtures.atExit(hasContract: false)
        park.read(car, at: exit)
        park.run(seconds: 3)
        park.tell(.own(.cashTaken(lane: exit, who: "li")))
        park.platform.payersConfirm()
        park.run(seconds: 2)
        #expect(park.isOpen(exit) && park.platform.captured == 0)
        #expect(park.reversals.count == 1)
    }

    @Test("a reversal that nobody answers calls the attendant, and the code that waited is not charged")
    func unanswered() throws {
        var park = LanePaymentFixtures.atExit(hasContract: false)
        park.read(car, at: exit)
        park.run(seconds: 3)
        park.answersArrive = { _ in 0 }
        park.tell(.own(.codePresented(lane: exit, try code())))
        park.run(seconds: 4)
        #expect(park.sign(exit) == .callAttendant(car, .noAnswer, Fen(500)))
        #expect(park.charges.count == 1)
        park.answersArrive = { _ in 1 }
        park.run(seconds: 10)
        #expect(park.charges.count == 1 && park.platform.captured == 0)
    }

    @Test("a car that is opened by hand while a code waits to be charged is not charged")
    func openedMeanwhile() throws {
        var park = LanePaymentFixtures.atExit(hasContract: false)
        park.read(car, at: exit)
        park.run(seconds: 3)
        park.platform.codeMood = .approves
        park.tell(.own(.codePresented(lane: exit, try code())))
        park.run(milliseconds: 30)
        park.openByHand(exit)
        park.run(seconds: 20)
        #expect(park.isOpen(exit) && park.platform.captured == 0 && park.charges.count == 1)
    }

    @Test(
        "without network no code is shown; where contracts are not taken, the scenario's rule for refused cars holds",
        arguments: [true, false])
    func offline(isLetOut: Bool) {
        var park = LanePaymentFixtures.atExit(hasContract: true) {
            $0.payment.methods = [.shownCode, .payerCode, .cash]
            $0.offlineRefused = isLetOut ? .letOutOnDebt : .hold
        }
        park.link(isUp: false)
        park.read(car, at: exit)
        park.run(seconds: 30)
        #expect(park.isOpen(exit) == isLetOut && park.charges.isEmpty)
        #expect(park.site.offline.outstanding.count == 0)
        guard !isLetOut else { return }
        #expect(park.sign(exit) == .callAttendant(car, .offlineNotAllowed, Fen(500)))
        park.link(isUp: true)
        park.run(seconds: 4)
        #expect(isOnSign(park))
    }
}
