import Effects
import Payments
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12346"), other = SiteFixtures.plate("粤B99999")
private let exit = SiteFixtures.exit, otherExit = SiteFixtures.otherExit

/// A car with a contract, or without, that has been inside for an hour: 5.00 yuan.
private func park(hasContract: Bool = true, _ change: (inout ParkingScenario) -> Void = { _ in }) -> SiteDriver {
    var scenario = SiteFixtures.scenario
    change(&scenario)
    var park = SiteDriver(scenario, contracts: hasContract ? [car: Fen(5_000)] : [:])
    park.enter(car)
    park.run(seconds: 3_400)
    if !hasContract { park.platform.mood = .declines(.noContract) }
    park.forgetMarks()
    return park
}

extension SiteDriver {
    fileprivate func held(_ lane: LaneID) -> Notice.HoldReason? {
        site.board.lanes.first { $0.id == lane }?.car?.heldFor
    }

    fileprivate var cash: [Fen] {
        journal.compactMap { if case .payment(.cashTaken, let charge, _) = $0 { charge.quote.total } else { nil } }
    }
}

@Suite("One plate at two exits")
struct SiteTwoLanesTests {
    @Test("the second exit holds what stands there, with an alarm, while the first one is paid or opens")
    func secondHolds() {
        var park = park()
        park.read(car, at: exit)
        park.run(milliseconds: 30)
        park.read(car, at: otherExit)
        park.run(seconds: 2)
        #expect(park.isOpen(exit) && !park.isOpen(otherExit))
        #expect(park.held(otherExit) == .atOtherLane)
        let isAlarm = { (record: Record.Event) in
            if case .alarm(otherExit, "plateAtTwoLanes", true) = record { true } else { false }
        }
        #expect(park.count(of: isAlarm) == 1)
        // Nothing can be paid for there either.
        park.tell(.own(.cashTaken(lane: otherExit, who: "li")))
        park.run(seconds: 1)
        #expect(park.cash.isEmpty && !park.isOpen(otherExit))
    }

    @Test(
        "once its car has left by the first exit, the second knows of no entry, whatever the rule for such cars is",
        arguments: [ParkingScenario.NoEntryRecord.hold, .letOut])
    func leftByFirst(rule: ParkingScenario.NoEntryRecord) {
        var park = park { $0.noEntryRecord = rule }
        park.read(car, at: exit)
        park.run(milliseconds: 30)
        park.read(car, at: otherExit)
        park.run(seconds: 2)
        park.pass(exit)
        park.run(seconds: 5)
        #expect(park.site.carsInside == 0)
        #expect(park.held(otherExit) == .noEntryRecord && !park.isOpen(otherExit))
    }

    @Test("a car that did not drive through the first exit leaves by the second on what it has paid")
    func firstGivesUp() {
        var park = park()
        park.read(car, at: exit)
        park.run(seconds: 2)
        park.read(car, at: otherExit)
        park.run(seconds: 1)
        #expect(park.held(otherExit) == .atOtherLane)
        // Nobody comes, and the first boom closes.
        park.run(seconds: 60)
        #expect(!park.isOpen(exit) && park.platform.captured == 500)
        let raised = park.marks.contains(.raised(otherExit))
        #expect(raised && park.charges.count == 1)
        #expect(park.faults.isEmpty)
    }

    @Test("a held car that changes lanes goes on as soon as another car stands in its place")
    func changesLanes() {
        var park = park(hasContract: false)
        park.read(car, at: exit)
        park.run(seconds: 2)
        park.read(car, at: otherExit)
        park.run(seconds: 1)
        #expect(park.held(exit) == .noContract && park.held(otherExit) == .atOtherLane)
        park.read(other, at: exit)
        park.run(seconds: 1)
        #expect(park.held(otherExit) == .noContract)
    }

    @Test("an attendant may say that the car stands at the second exit, unless it is being paid for at the first")
    func takenOver() throws {
        var park = park(hasContract: false)
        park.read(car, at: exit)
        park.run(seconds: 2)
        park.read(car, at: otherExit)
        park.run(seconds: 1)
        let stay = try #require(park.site.stays[car]).id
        let words = try #require(DeskWords(who: "li", why: "it changed lanes"))
        park.tell(.stayChosen(lane: otherExit, stay, words))
        park.run(seconds: 2)
        #expect(park.held(exit) == .atOtherLane && park.held(otherExit) == .noContract)
        // Now the other way round, while a code is being paid.
        park.platform.mood = .waitsForPayer
        park.tell(.own(.codePresented(lane: otherExit, try PayerCode("130000000000001234"))))
        park.run(seconds: 1)
        park.tell(.stayChosen(lane: exit, stay, words))
        park.run(seconds: 1)
        #expect(park.site.view(of: exit)?.answer == .stayIsElsewhere)
        #expect(park.held(exit) == .atOtherLane)
    }
}

@Suite("Cash for the price and the car that the attendant saw")
struct SiteSeenPriceTests {
    /// Held shortly before another half hour begins, at 5.00; after 200 s the price is 7.00.
    private func held(_ change: (inout ParkingScenario) -> Void = { _ in }) -> SiteDriver {
        var park = park(hasContract: false, change)
        park.run(seconds: 60)
        park.read(car, at: exit)
        park.run(seconds: 2)
        #expect(park.sign(exit) == .callAttendant(car, .noContract, Fen(500)))
        return park
    }

    private func answer(_ park: SiteDriver) -> BoardAnswer? { park.site.board.lanes.first { $0.id == exit }?.answer }

    @Test(
        "the price that the lane shows holds for as long as the scenario says, though another half hour begins",
        arguments: [Fen(500), nil])
    func holds(amount: Fen?) {
        var park = held { $0.payment.priceHoldsFor = .seconds(150) }
        park.run(seconds: 145)
        park.tell(.own(.cashTaken(lane: exit, who: "li", amount: amount)))
        park.run(seconds: 1)
        #expect(park.isOpen(exit) && park.cash == [Fen(500)])
    }

    @Test("after that the old amount is refused, the new price is shown, and is what is taken then")
    func tooOld() {
        var park = held { $0.payment.priceHoldsFor = .seconds(120) }
        park.run(seconds: 170)
        park.tell(.own(.cashTaken(lane: exit, who: "li", amount: Fen(500))))
        park.run(seconds: 1)
        #expect(!park.isOpen(exit) && park.cash.isEmpty)
        #expect(park.sign(exit) == .callAttendant(car, .noContract, Fen(700)))
        #expect(answer(park)?.words.english == "7.00 yuan are due, not 5.00: nothing was done")
        park.tell(.own(.cashTaken(lane: exit, who: "li", amount: Fen(700))))
        park.run(seconds: 1)
        #expect(park.isOpen(exit) && park.cash == [Fen(700)] && answer(park)?.isDone == true)
    }

    @Test("another amount than the lane asks for is not taken", arguments: [Fen(499), Fen(501), Fen(0)])
    func otherAmount(amount: Fen) {
        var park = held()
        park.tell(.own(.cashTaken(lane: exit, who: "li", amount: amount)))
        park.run(seconds: 1)
        #expect(!park.isOpen(exit) && park.cash.isEmpty && answer(park)?.isDone == false)
    }

    /// What a person may ask for and mean one car by.
    enum Order: CaseIterable {
        case cash, open, waive

        var event: ParkingEvent {
            switch self {
            case .cash: .cashTaken(lane: exit, who: "li", amount: Fen(500))
            case .open: .openedByHand(lane: exit, who: "li", reason: "stuck")
            case .waive: .ordered(lane: exit, .waive, who: "li", why: "our mistake")
            }
        }
    }

    @Test(
        "an order for a car that stands there no longer does nothing, and the person is told", arguments: Order.allCases
    )
    func otherCar(order: Order) throws {
        var park = held()
        let seen = try #require(park.site.board.lanes.first { $0.id == exit }?.car).transit
        park.read(other, at: exit)
        park.run(seconds: 2)
        park.tell(.own(.forCar(lane: exit, seen, order.event)))
        park.run(seconds: 1)
        #expect(!park.isOpen(exit) && park.cash.isEmpty)
        #expect(answer(park)?.words == DeskAnswer.otherCar.words)
    }

    @Test("an order for the car that stands there is carried out as any other", arguments: Order.allCases)
    func sameCar(order: Order) throws {
        var park = held()
        let seen = try #require(park.site.board.lanes.first { $0.id == exit }?.car).transit
        park.tell(.own(.forCar(lane: exit, seen, order.event)))
        park.run(seconds: 1)
        #expect(park.isOpen(exit) && answer(park)?.isDone == true)
    }
}

@Suite("What the sign says once a fault is over")
struct SiteSignAgainTests {
    @Test("a car that still waits to pay sees again what it has to pay, when a fire alarm ends")
    func fire() {
        var park = park(hasContract: false)
        park.read(car, at: exit)
        park.run(seconds: 2)
        let asked = park.sign(exit)
        #expect(asked == .callAttendant(car, .noContract, Fen(500)))
        park.tell(.sensor("\(exit).fireAlarm", .active))
        park.run(seconds: 2)
        #expect(park.sign(exit) == .lane(.fire))
        park.tell(.sensor("\(exit).fireAlarm", .clear))
        park.run(seconds: 1)
        #expect(park.sign(exit) == asked && park.sign(otherExit) == .lane(.ready))
    }
}
