import Effects
import Payments
import Tariffs
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12346")
private let exit = SiteFixtures.exit
private let debt = UUIDv7(at: WallTime(milliseconds: 7), random: (7, 7))

/// A car that has been inside for an hour and is held at the exit for want of a contract: 5.00 yuan.
private func held(_ change: (inout ParkingScenario) -> Void = { _ in }) -> SiteDriver {
    var scenario = SiteFixtures.scenario
    change(&scenario)
    var park = SiteDriver(scenario)
    park.enter(car)
    park.run(seconds: 3_500)
    park.platform.mood = .declines(.noContract)
    park.read(car, at: exit)
    park.run(seconds: 2)
    #expect(park.sign(exit) == .callAttendant(car, .noContract, Fen(500)))
    park.platform.mood = .approves
    park.forgetMarks()
    return park
}

/// The ways to pay at a lane, tried one by one.
enum LaneMethod: CaseIterable { case cash, payerCode, shownCode, contract }

extension SiteDriver {
    fileprivate mutating func pay(by method: LaneMethod) throws {
        switch method {
        case .cash: tell(.own(.cashTaken(lane: exit, who: "li")))
        case .payerCode: tell(.own(.codePresented(lane: exit, try PayerCode("130000000000001234"))))
        case .shownCode: tell(.own(.codeRequested(lane: exit)))
        case .contract:
            platform.contracts = [Contract(holder: Holder(plate: car), offlineLimit: Fen(5_000))]
            platform.version += 1
            tell(.announced(.listChanged(.contracts)))
            run(milliseconds: 500)
            read(car, at: exit)
        }
        run(seconds: 2)
    }

    fileprivate var isCashTaken: Bool {
        journal.contains { if case .payment(.cashTaken, _, _) = $0 { true } else { false } }
    }

    fileprivate func mayPay() throws -> Bool {
        let lane = try #require(site.board.lanes.first { $0.id == exit })
        let rights: Set<DeskRight> = [.cash, .enterCode, .showCode]
        let possible = lane.possible.intersection(rights)
        #expect(possible.isEmpty || possible == rights)
        return !possible.isEmpty
    }

    fileprivate func staysShut() -> Bool { !isOpen(exit) && charges.isEmpty && !isCashTaken && platform.captured == 0 }
}

@Suite("What a car is held for says whether paying for its stay lets it out")
struct SitePayableTests {
    /// Somebody's money is short, or the way to it: any other way of paying will do.
    static let payable: Set<Notice.HoldReason> = [
        .declined, .noContract, .insufficientFunds, .noAnswer, .platformUnsure, .offlineNotAllowed, .notConfirmed,
        .payHere, .conflict, .diskFull, .owes,
    ]

    @Test(
        "each reason with each way to pay: only what money settles is settled by money",
        arguments: Notice.HoldReason.allCases, LaneMethod.allCases)
    func table(reason: Notice.HoldReason, method: LaneMethod) throws {
        var park = held()
        park.hold(exit, for: reason)
        let isPayable = Self.payable.contains(reason)
        #expect(try park.mayPay() == isPayable)
        try park.pay(by: method)
        // A contract that is made while the car stands there does not charge it by itself.
        #expect(park.isOpen(exit) == (isPayable && method != .contract))
        #expect(park.staysShut() == !(isPayable && method != .contract))
        #expect(park.faults.isEmpty)
    }

    @Test(
        "a car whose time of entry nobody knows pays nothing by the wrong clock, whatever is pressed",
        arguments: LaneMethod.allCases)
    func entryTimeUnknown(method: LaneMethod) throws {
        var park = SiteDriver()
        park.setWallClock(WallTime(milliseconds: 60_000), isSynchronised: false)
        park.enter(car)
        park.setWallClock(WallTime(milliseconds: 1_750_000_000_000))
        park.restart(reboot: true)
        park.read(car, at: exit)
        park.run(seconds: 2)
        #expect(park.sign(exit) == .callAttendant(car, .entryTimeUnknown, nil))
        #expect(try park.mayPay() == false)
        try park.pay(by: method)
        #expect(park.staysShut())
    }

    @Test(
        "a plate that turns out to be a picture while the driver pays lets nobody out, whatever is pressed",
        arguments: LaneMethod.allCases)
    func lateFake(method: LaneMethod) throws {
        var park = held()
        park.tell(
            .own(
                .plateRead(lane: exit, PlateSighting(car, confidence: 99, vehicle: .small, isFake: true))))
        park.run(seconds: 1)
        #expect(park.sign(exit) == .callAttendant(car, .fakePlate, nil))
        #expect(try park.mayPay() == false)
        try park.pay(by: method)
        #expect(park.staysShut())
    }

    @Test(
        "a price that no longer can be computed holds the car again, and the attendant is told",
        arguments: [LaneMethod.cash, .payerCode, .shownCode])
    func noPrice(method: LaneMethod) throws {
        let dear = Tariff(
            id: SiteFixtures.lane("dear"), freeMinutes: 15, firstPeriodMinutes: 60, firstPeriodPrice: Fen(500),
            unitMinutes: 30, unitPrice: Fen(.max), capPer24Hours: Fen(.max), graceAfterPayment: .seconds(900))
        var park = held {
            $0.tariffs = TariffBook(dear)
            $0.payment.priceHoldsFor = .seconds(0)
        }
        park.run(seconds: 150)
        park.hold(exit, for: .noContract)
        try park.pay(by: method)
        #expect(park.staysShut())
        #expect(park.sign(exit) == .callAttendant(car, .conflict, Fen(500)))
        #expect(park.site.view(of: exit)?.answer == .noPrice)
    }
}

@Suite("A car that an exit holds for a debt")
struct SiteDebtorAtExitTests {
    private func debtor() -> SiteDriver {
        var scenario = SiteFixtures.scenario
        scenario.debtors.atExit = .hold
        var park = SiteDriver(scenario, contracts: [car: Fen(5_000)])
        park.enter(car)
        park.run(seconds: 3_500)
        owe(&park, [Denial(holder: Holder(plate: car), owed: Fen(1_200), debts: [debt])])
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.sign(exit) == .callAttendant(car, .owes, Fen(1_200)))
        park.forgetMarks()
        return park
    }

    private func owe(_ park: inout SiteDriver, _ denials: [Denial]) {
        park.platform.denials = denials
        park.platform.denialVersion += 1
        park.tell(.announced(.listChanged(.denials)))
        park.run(seconds: 1)
    }

    @Test("does not leave by paying for its stay alone, however it is paid", arguments: LaneMethod.allCases)
    func stayAlone(method: LaneMethod) throws {
        var park = debtor()
        #expect(try park.mayPay() == false)
        try park.pay(by: method)
        #expect(park.staysShut())
    }

    @Test("does not leave by its ticket, or by an attendant's word which car it is, either", arguments: [true, false])
    func otherwiseNamed(isTicket: Bool) throws {
        var park = debtor()
        let stay = try #require(park.site.stays[car]).id
        let words = try #require(DeskWords(who: "li", why: "the red one"))
        park.tell(
            isTicket
                ? .ticketPresented(lane: exit, TicketCode.text(stay, page: nil)) : .stayChosen(lane: exit, stay, words))
        park.run(seconds: 2)
        #expect(park.sign(exit) == .callAttendant(car, .owes, Fen(1_200)))
        try park.pay(by: .cash)
        #expect(park.staysShut())
    }

    @Test(
        "pays for its stay as usual once the debt is gone, or an attendant has let it pass", arguments: [true, false])
    func afterwards(isPaid: Bool) throws {
        var park = debtor()
        park.platform.mood = .declines(.noContract)
        if isPaid { owe(&park, []) } else { park.tell(.own(.ordered(lane: exit, .passDebtor, who: "li", why: "w"))) }
        park.run(seconds: 2)
        #expect(park.sign(exit) == .callAttendant(car, .noContract, Fen(500)))
        #expect(try park.mayPay())
        try park.pay(by: .cash)
        #expect(park.isOpen(exit) && park.isCashTaken)
    }
}

@Suite("A car that is opened for by hand while the platform is being asked")
struct SiteLateAnswerTests {
    @Test("is not charged by a coupon that comes afterwards, or by its time running out", arguments: [200, 400])
    func coupon(delay: Int64) {
        var scenario = SiteFixtures.scenario
        scenario.payment.couponWithin = .milliseconds(300)
        var park = SiteDriver(scenario)
        park.enter(car)
        park.run(seconds: 3_500)
        park.networkDelay = .milliseconds(delay)
        park.read(car, at: exit)
        park.run(milliseconds: 50)
        park.openByHand(exit)
        park.run(seconds: 3)
        #expect(park.isOpen(exit) && park.charges.isEmpty && park.platform.captured == 0)
    }

    @Test("is not charged for a stay that the platform finds afterwards")
    func search() {
        var boxes = TwoBoxes(contracts: [car: Fen(5_000)])
        boxes.arrivals = { _ in 0 }
        boxes.with(.a) { $0.enter(car) }
        boxes.run(seconds: 1_800)
        boxes.with(.b) {
            $0.read(car, at: exit)
            $0.run(milliseconds: 20)
            #expect($0.sign(exit) == .wait(car))
            $0.openByHand(exit)
            $0.run(seconds: 3)
            #expect($0.isOpen(exit) && $0.charges.isEmpty)
        }
    }
}
