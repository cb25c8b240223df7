import Canteen
import Effects
import Payments
import Testing
import Vocabulary
import Wire

@Suite("What a lane does beside the usual")
struct LaneRulesTests {
    /// The keyed till, twice.
    static func tills() -> CanteenWorld {
        var scenario = CanteenWorld.till
        var other = scenario.lanes[0]
        other.id = slug("till-2")
        scenario.lanes.append(other)
        return CanteenWorld(scenario)
    }

    /// The menu's till with a turnstile behind it.
    static func gatedMenu() throws -> CanteenWorld {
        var scenario = try CanteenScenario(
            try file("Scenarios/canteen/staff-till-menu.json5"), file: "staff-till-menu.json5")
        scenario.lanes[0].turnstile = TurnstileSettings(
            relay: "gate.open", pulse: .milliseconds(500), sensor: "gate.passage", passWithin: .seconds(5),
            emergency: "fire")
        return CanteenWorld(scenario, people: School.people)
    }

    private func refunds(_ world: CanteenWorld) -> [Refund] {
        world.sent.compactMap { if case .refund(let refund) = $0.request { refund } else { nil } }
    }

    // MARK: - One person, one sale

    @Test("who was declined at one till may pay at another")
    func declinedElsewhere() {
        let world = Self.tills()
        world.key()
        world.show()
        world.answer(.declined(.noContract))
        world.tell(.own(.ordered(slug("till-2"), .keyed([SaleLine(amount: Fen(300))]), by: CanteenWorld.li)))
        world.show(lane: 1)
        #expect(world.charged.count == 2 && world.word(1) == .oneMoment)
        world.answer(.approved)
        #expect(world.word(1) == .paid(Fen(300)))
    }

    @Test("a sale that is being paid, or is being written, is not replaced, not given up and not paid twice")
    func underWay() {
        let world = CanteenWorld()
        world.lease()
        world.key()
        world.show(CanteenWorld.other)
        world.key(500)
        #expect(world.word() == .oneMoment)
        world.answer(.approved)
        #expect(world.word() == .paid(Fen(800)))
        world.tell(.linkDown)
        world.forget()
        world.key(700)
        world.isDiskSlow = true
        world.show()
        for order in [TillOrder.cancel, .cash, .keyed([SaleLine(amount: Fen(500))])] {
            world.order(order)
            #expect(world.word() == .oneMoment)
        }
        world.sync()
        #expect(world.word() == .paid(Fen(700)) && world.booked == ["lease"] && world.pulses.count == 2)
    }

    @Test("a face that nobody knows beside a sale that is being paid changes nothing on its display")
    func otherFace() {
        let world = CanteenWorld()
        world.key()
        world.show()
        world.tell(.own(.notKnown(world.lane, .unknown)))
        #expect(world.word() == .oneMoment)
        world.answer(.declined(.noContract))
        world.tell(.own(.notKnown(world.lane, .unknown)))
        #expect(world.word() == .unknownFace)
    }

    @Test(
        "who is known first pays for what is keyed within the time, and not at its end", arguments: [(29, 1), (30, 0)])
    func knownFirst(seconds: Int64, charges: Int) {
        let world = CanteenWorld()
        world.show()
        // Nothing ticks meanwhile.
        world.now.uptime = world.now.uptime + .seconds(seconds)
        world.key()
        #expect(world.charged.count == charges)
    }

    @Test("after a restart another amount of the same person is another charge, under its own price")
    func otherAmount() throws {
        let world = CanteenWorld()
        world.key(800)
        world.show()
        world.restart()
        world.forget()
        world.tell(.linkUp)
        world.key(500)
        world.show()
        #expect(world.lastCharge?.quote.total == Fen(500))
    }

    @Test("cut before the person has passed, the way opens again, and nothing is charged")
    func cutBeforePassing() throws {
        let world = try School.world()
        world.card("0000000001")
        world.answer(.approved)
        world.restart(boot: "b2")
        world.tell(.linkUp)
        world.forget()
        world.card("0000000001")
        #expect(world.word() == .opensAgain && world.charged.isEmpty && world.pulses == MealTests.opens)
        // Not passed once more: what was paid before stays paid.
        world.pass(seconds: 6)
        #expect(world.reversed.isEmpty && world.word() == .notPassedKept)
        world.card("0000000001")
        #expect(world.word() == .opensAgain && world.charged.isEmpty)
    }

    // MARK: - Meals

    /// Two meals that follow each other at midnight.
    private func night(_ text: String) throws -> CanteenWorld {
        func period(_ id: String, _ from: Int64, _ until: Int64) -> MealPeriod {
            MealPeriod(id: slug(id), chinese: id, english: id, from: from, until: until)
        }
        return try School.world(at: text) { scenario in
            scenario.calendar = MealCalendar(
                zone: .china, periods: [period("lunch", 22 * 60, 1_440), period("breakfast", 0, 120)])
        }
    }

    @Test("the same face just before and just after midnight is one meal, though another is served then")
    func overMidnight() throws {
        let world = try night("2026-11-20 23:59")
        world.now.wall.milliseconds += 40_000
        world.card("0000000001")
        world.answer(.approved)
        world.walk()
        world.pass(seconds: 30)
        #expect(world.board.meal.period == slug("breakfast"))
        world.card("0000000001")
        #expect(world.charged.count == 1 && world.word() == .alreadyServed)
        // Until the next day's end, and no longer.
        world.pass(seconds: 22 * 3_600)
        #expect(world.table["canteen-meal"]?.count == 1)
        world.pass(seconds: 3 * 3_600)
        #expect(world.table["canteen-meal"]?.isEmpty != false)
    }

    @Test("by a clock that nobody has set one meal follows another within its day")
    func unsetClock() throws {
        let world = try School.world()
        world.now.isSynchronised = false
        world.now.wall = at("2026-11-20 14:00")
        world.tell(.tick)
        #expect(world.board.meal.period == nil)
    }

    // MARK: - Stock and corrections

    @Test("who does not pass leaves the items that were sold; cash stays in the drawer, and its sale stands")
    func notPassed() throws {
        let world = try Self.gatedMenu()
        world.order(.items([MenuChoice(slug("noodles"), 2)]))
        world.card("0000000003")
        world.answer(.approved)
        #expect(MenuAndScaleTests.left(world, "noodles") == 58)
        world.pass(seconds: 5)
        #expect(MenuAndScaleTests.left(world, "noodles") == 60 && world.reversed.count == 1)
        // It is undone: there is nothing to correct.
        let sale = try #require(world.board.last.last)
        world.order(.correct(sale: sale.id, why: "twice"))
        #expect(world.word() == .noSuchSale && refunds(world).isEmpty)
        world.order(.items([MenuChoice(slug("noodles"))]))
        world.order(.cash)
        world.pass(seconds: 5)
        #expect(world.passages == [.notPassed, .notPassed] && world.word() == .notPassedKept)
        #expect(MenuAndScaleTests.left(world, "noodles") == 59 && world.board.report[.instrument, "cash"].count == 1)
    }

    @Test("money goes back by a role, up to the last moment of its time", arguments: [(0, true), (1, false)])
    func correctedInTime(late: Int64, isInTime: Bool) throws {
        let world = CanteenWorld()
        world.key()
        world.show()
        world.answer(.approved)
        let sale = try #require(world.board.last.last)
        let payment = try #require(sale.payment)
        world.order(.refund(payment, Fen(1), why: "cold"), by: Clerk("wang", .attendant))
        #expect(world.word() == .notYourRole && refunds(world).isEmpty)
        world.pass(milliseconds: world.scenario.corrections.within.milliseconds + late)
        world.order(.refund(payment, Fen(1), why: "cold"))
        #expect(refunds(world).count == (isInTime ? 1 : 0) && (world.word() == .tooLate) != isInTime)
    }

    @Test("a meal that was only counted is taken back up to the last moment of its time", arguments: [0, 1])
    func countTakenBack(late: Int64) throws {
        let world = try School.world(at: "2026-11-19 18:00") { $0.lanes[0].turnstile = nil }
        world.card("0000000001")
        let sale = try #require(world.board.last.last)
        #expect(sale.mode == .countOnly)
        world.now.wall.milliseconds += world.scenario.corrections.within.milliseconds + late
        world.order(.correct(sale: sale.id, why: "wrong person"))
        #expect(world.word() == (late == 0 ? .refunded(.zero) : .tooLate))
    }

    @Test(
        "what is refunded of a sale that the platform knows by a record waits for the record", arguments: [true, false])
    func waitsForRecord(isCorrected: Bool) throws {
        let world = try School.world()
        world.tell(.own(.expected([School.pupil])))
        world.grant(3_000)
        world.tell(.linkDown)
        world.card("0000000001")
        if isCorrected { world.walk() } else { world.pass(seconds: 6) }
        world.tell(.linkUp)
        if isCorrected { world.order(.correct(sale: try #require(world.board.last.last).id, why: "wrong")) }
        world.pass(seconds: 30)
        #expect(refunds(world).isEmpty)
        world.tell(.settledWithPlatform)
        #expect(refunds(world).map(\.amount) == [Fen(800)])
    }

    @Test("an engineer closes neither a report nor the day")
    func engineer() {
        let world = CanteenWorld()
        world.lease()
        for order in [TillOrder.closePeriod, .closeDay] {
            world.order(order, by: Clerk("sun", .engineer))
            #expect(world.word() == .notYourRole)
        }
        #expect(world.board.reports.isEmpty && world.sent.isEmpty)
    }

    @Test("a plate that was paid for is not sold again by choosing another food")
    func anotherFood() throws {
        let world = try MenuAndScaleTests.scale()
        world.tell(.own(.weighed(world.lane, Grams(693))))
        world.card("0000000001")
        world.answer(.approved)
        world.order(.weigh(slug("buffet")))
        #expect(world.board.lanes[0].stage == .idle && world.word() == .paid(Fen(1_240)))
    }

    // MARK: - Leases

    @Test("a spend whose record never came to disk is none that the platform waits for")
    func lostSpend() throws {
        let world = CanteenWorld()
        world.lease()
        world.tell(.linkDown)
        world.key()
        world.refusesWrites = true
        world.show()
        #expect(world.word() == .notPaid(.diskFull, Fen(800)))
        world.refusesWrites = false
        world.order(.cancel)
        world.tell(.linkUp)
        world.order(.closeDay)
        guard case .lease(.giveBack(_, let spends))? = world.sent.last?.request else {
            return #expect(Bool(false), "nothing goes back")
        }
        #expect(spends == 0)
    }

    @Test(
        "what the platform refuses for what this till holds is taken from its lease",
        arguments: [DeclineReason.insufficientFunds, .limitReached])
    func heldHere(reason: DeclineReason) {
        let world = CanteenWorld()
        world.lease()
        world.key()
        world.show()
        world.answer(.declined(reason))
        #expect(world.booked == ["lease"])
    }

    @Test("for who is denied, and while the rules differ, nothing is asked to be lent; what was lent is not spent")
    func denied() throws {
        func leases(_ world: CanteenWorld) -> Int {
            world.sent.count { if case .lease(.open) = $0.request { true } else { false } }
        }
        let world = try PursesAtTheGateTests.lent()
        world.deny(School.pupil)
        world.card("0000000001")
        #expect(world.booked.isEmpty && world.charged.count == 1)
        let other = try School.world(hasPurses: true)
        other.deny(School.pupil)
        other.tell(.own(.expected([School.pupil])))
        #expect(leases(other) == 0)
        other.tell(.own(.expected([School.teacher])))
        #expect(leases(other) == 1)
        let differs = try School.world(hasPurses: true)
        differs.tell(.announced(.purseRules(digest: String(repeating: "0", count: 64))))
        differs.forget()
        differs.tell(.own(.expected([School.pupil])))
        #expect(leases(differs) == 0)
    }

    @Test("where more of the subsidy may be at the platform it is asked, and while it is away the lease pays")
    func notFirstChoice() throws {
        for isUp in [true, false] {
            let world = try School.world(hasPurses: true)
            world.tell(.own(.expected([School.pupil])))
            world.grant(
                3_300,
                lots: [
                    LeaseLot(purse: slug("nutrition"), lot: slug("nov"), expires: day("2026-11-30"), amount: Fen(300)),
                    LeaseLot(purse: slug("cash"), amount: Fen(3_000)),
                ])
            world.forget()
            if !isUp { world.tell(.linkDown) }
            world.card("0000000001")
            #expect(world.charged.count == (isUp ? 1 : 0) && world.booked == (isUp ? [] : ["lease"]))
        }
    }

    @Test("on a disk that is nearly full the platform is asked, though a lease would pay")
    func nearlyFull() throws {
        let world = try PursesAtTheGateTests.lent()
        world.tell(.disk(.critical))
        world.card("0000000001")
        #expect(world.charged.count == 1 && world.booked.isEmpty)
    }

    // MARK: - Emergency

    @Test("cash that was taken stays in the book: in an emergency, and when the disk was full for long")
    func cashStays() throws {
        let world = try Self.gatedMenu()
        world.order(.items([MenuChoice(slug("milk"))]))
        world.card("0000000003")
        world.answer(.approved)
        // The turnstile still awaits the one before.
        world.order(.items([MenuChoice(slug("noodles"))]))
        world.order(.cash)
        #expect(world.board.lanes[0].stage == .waitingForGate)
        world.tell(.sensor("fire", .active))
        #expect(world.booked == ["cash"] && world.board.report[.instrument, "cash"].count == 1)
        let slow = try Self.gatedMenu()
        slow.order(.items([MenuChoice(slug("noodles"))]))
        slow.isDiskSlow = true
        slow.order(.cash)
        slow.pass(seconds: 60)
        slow.sync()
        slow.sync()
        #expect(slow.pulses.contains("gate.open") && slow.board.report[.instrument, "cash"].count == 1)
    }

    @Test("a meal that was paid before and not taken is not lost to an emergency while its person waits")
    func paidBefore() throws {
        let world = try School.world { $0.lanes[0].turnstile?.notPassed = .keep }
        world.card("0000000001")
        world.answer(.approved)
        world.pass(seconds: 6)
        world.card("0000000003")
        world.answer(.approved)
        world.card("0000000001")
        #expect(world.board.lanes[0].stage == .waitingForGate)
        let before = world.board.report
        world.tell(.sensor("fire", .active))
        #expect(world.board.report == before)
        world.tell(.sensor("fire", .clear))
        world.forget()
        world.card("0000000001")
        #expect(world.word() == .opensAgain && world.charged.isEmpty)
    }

    @Test("in an emergency nobody is counted, and whoever shows anything is told why")
    func emergencyCounts() throws {
        let world = try School.world(at: "2026-11-19 18:00")
        world.tell(.sensor("fire", .active))
        world.card("0000000001")
        #expect(world.board.report[.all].count == 0 && world.board.last.isEmpty && world.word() == .emergency)
        world.pass(seconds: 4)
        world.tell(.own(.scanned(world.lane, try PayerCode("281234567890123456"))))
        #expect(world.word() == .emergency)
        world.tell(.sensor("fire", .clear))
        world.card("0000000001")
        #expect(world.board.report[.mode, "countOnly"].count == 1)
    }

    @Test("in an emergency nobody is charged, by whatever means", arguments: 0...4)
    func emergency(means: Int) throws {
        let world = try School.world { scenario in
            scenario.lanes[0].knownBy = [.face, .card, .code]
            scenario.merchantQR = CanteenWorld.till.merchantQR
            scenario.lanes[0].modes = [
                CanteenMode(.keyed(most: Fen(10_000)), itemClass: slug("meal"), helpings: .anyNumber)
            ]
        }
        world.tell(.linkUp)
        world.key()
        if means == 4 {
            world.order(.cancel)
            world.card("0000000001")
            world.forget()
        }
        world.tell(.sensor("fire", .active))
        switch means {
        case 0: world.card("0000000001")
        case 1: world.tell(.own(.scanned(world.lane, try PayerCode("281234567890123456"))))
        case 2: world.order(.cash)
        case 3: world.order(.showCode)
        default: world.key()
        }
        #expect(world.charged.isEmpty && world.booked.isEmpty && world.word() == .emergency)
        world.tell(.sensor("fire", .clear))
        #expect(world.charged.isEmpty && world.booked.isEmpty)
    }
}
