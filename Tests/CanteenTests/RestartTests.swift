import Canteen
import Effects
import Testing
import Vocabulary
import Wire

@Suite("A canteen's box after a power cut")
struct RestartTests {
    @Test("cut between the relay and the disk, the person who comes again is let in and not charged again")
    func betweenRelayAndDisk() throws {
        let world = try School.world()
        world.card("0000000001")
        world.isDiskSlow = true
        world.answer(.approved)
        #expect(world.pulses == MealTests.opens)
        world.restart(boot: "b2")
        world.isDiskSlow = false
        world.forget()
        world.tell(.linkUp)
        // The platform is asked what became of it, and says so; then the person comes.
        world.answer(.approved)
        world.card("0000000001")
        #expect(world.charged.isEmpty && world.pulses == MealTests.opens && world.word() == .opensAgain)
        world.walk()
        world.pass(seconds: 1)
        world.card("0000000001")
        #expect(world.charged.isEmpty && world.word() == .alreadyServed)
    }

    @Test(
        "cut while the platform is asked, the charge goes on under its own id, online and offline",
        arguments: [
            true, false,
        ])
    func sameID(isOnline: Bool) throws {
        let world = try School.world()
        world.tell(.own(.expected([School.pupil])))
        world.grant(3_000)
        world.card("0000000001")
        let id = try #require(world.charged.first)
        world.restart()
        world.forget()
        if isOnline { world.tell(.linkUp) }
        world.card("0000000001")
        if isOnline {
            #expect(world.charged == [id])
            world.answer(.approved)
        } else {
            #expect(
                world.records.contains {
                    if case .leaseSpent(_, let charge, _) = $0 { charge.payment == id } else { false }
                })
        }
        #expect(world.pulses == MealTests.opens)
        world.walk()
        world.tell(.linkUp)
        #expect(world.reversed.isEmpty, "what was paid by the record is not undone")
        world.card("0000000001")
        #expect(world.word() == .alreadyServed)
    }

    @Test("what an earlier run asked and the platform never saw is undone before another is made")
    func neverSeen() throws {
        let world = try School.world()
        world.card("0000000001")
        let id = try #require(world.charged.first)
        world.restart()
        world.forget()
        world.tell(.linkUp)
        world.answer(.neverSeen)
        #expect(world.reversed == [id])
        world.card("0000000001")
        #expect(world.charged.count == 1 && !world.charged.contains(id))
    }

    @Test("helpings, stock and the book are as they were")
    func kept() throws {
        let world = try School.world()
        world.card("0000000001")
        world.answer(.approved)
        world.walk()
        let before = world.board
        world.restart(boot: "b2")
        #expect(world.board.report == before.report && world.board.last == before.last)
        world.card("0000000001")
        #expect(world.word() == .alreadyServed)
        // A restart in another meal closes the report of the one before.
        world.now.wall = at("2026-11-20 18:30")
        world.restart(boot: "b3")
        world.tell(.tick)
        #expect(world.board.reports.count == 1 && world.board.report[.all].count == 0)
    }

    /// The hall's menu till, after the power went while the platform was asked for noodles.
    private static func cutAtTheTill(_ buyer: (CanteenWorld, LaneID) -> Void) throws -> CanteenWorld {
        let path = "Scenarios/canteen/school-hall.json5"
        let world = CanteenWorld(
            try CanteenScenario(try file(path), file: path), people: School.people, at: moment("2026-11-20 12:00"))
        noodles(world)
        buyer(world, world.scenario.lanes[1].id)
        #expect(world.charged.count == 1)
        world.restart()
        world.forget()
        world.tell(.linkUp)
        return world
    }

    private static func noodles(_ world: CanteenWorld, _ count: Int64 = 1) {
        let till = world.scenario.lanes[1].id
        world.tell(.own(.ordered(till, .item(MenuChoice(slug("noodles"), count)), by: CanteenWorld.li)))
        world.tell(.own(.ordered(till, .charge, by: CanteenWorld.li)))
    }

    @Test("a dish that turns out to be paid is in the book and told; keyed again it is not charged again")
    func paidAtTheTill() throws {
        let world = try Self.cutAtTheTill { world, _ in world.card("0000000001", lane: 1) }
        world.answer(.approved)
        let sale = try #require(world.board.last.last)
        #expect(sale.total == Fen(1_300) && sale.who == "张*三" && sale.lines.map(\.item) == [slug("noodles")])
        #expect(world.happened == ["paidBeforeRestart"] && world.board.report[.all].amount == Fen(1_300))
        world.pass(seconds: 600)
        Self.noodles(world)
        world.card("0000000001", lane: 1)
        #expect(world.charged.isEmpty && world.word(1) == .opensAgain && world.pulses == ["till-1.drawer"])
        #expect(world.board.report[.all] == SaleSum(count: 1, amount: Fen(1_300)))
        // The next one is another sale.
        world.pass(seconds: 61)
        Self.noodles(world)
        world.card("0000000001", lane: 1)
        #expect(world.charged.count == 1)
    }

    @Test("something else than what was paid is charged, and what was paid can be given back")
    func paidForSomethingElse() throws {
        let world = try Self.cutAtTheTill { world, _ in world.card("0000000001", lane: 1) }
        world.answer(.approved)
        Self.noodles(world, 2)
        world.card("0000000001", lane: 1)
        #expect(world.lastCharge?.quote.total == Fen(2_600))
        let sale = try #require(world.board.last.first)
        world.tell(
            .own(.ordered(world.scenario.lanes[1].id, .correct(sale: sale.id, why: "twice"), by: CanteenWorld.li)))
        let isAsked = world.sent.contains {
            if case .refund(let refund) = $0.request { refund.payment == sale.payment } else { false }
        }
        #expect(isAsked)
    }

    @Test("what a phone paid for is in the book too, though nobody knows whose it is")
    func phonePaid() throws {
        let world = try Self.cutAtTheTill { world, till in
            world.tell(.own(.scanned(till, try! PayerCode("134567890123456789"))))
        }
        world.answer(.approved)
        #expect(world.board.last.map(\.total) == [Fen(1_300)] && world.happened == ["paidBeforeRestart"])
    }

    @Test("who paid at the turnstile when the power went eats on it as long as the meal lasts", arguments: [5, 1_800])
    func paidAtTheTurnstile(seconds: Int64) throws {
        let world = try School.world()
        world.card("0000000001")
        world.restart()
        world.forget()
        world.pass(seconds: seconds)
        world.tell(.linkUp)
        world.answer(.approved)
        world.card("0000000001")
        #expect(world.charged.isEmpty && world.pulses == MealTests.opens && world.word() == .opensAgain)
        #expect(world.board.report[.all].count == 1)
    }

    @Test("an emergency while somebody is let in again, or has paid cash, undoes nothing that no money goes back for")
    func emergencyUndoesNothing() throws {
        let world = try School.world { $0.lanes[0].turnstile?.notPassed = .keep }
        world.card("0000000001")
        world.answer(.approved)
        world.pass(seconds: 6)
        world.card("0000000002")
        world.answer(.approved)
        world.card("0000000001")
        #expect(world.word() == .oneMoment)
        let before = world.board.report
        world.order(.emergency(true))
        #expect(world.board.report == before)
        world.order(.emergency(false))
        world.forget()
        world.pass(seconds: 6)
        world.card("0000000001")
        #expect(world.charged.isEmpty && world.pulses == MealTests.opens && world.word() == .opensAgain)
    }

    @Test("a meal whose money goes back is not taken besides, however long the platform cannot be asked")
    func goingBack() throws {
        let world = try School.world { $0.lanes[0].turnstile?.notPassed = .keep }
        world.card("0000000001")
        world.answer(.approved)
        world.pass(seconds: 6)
        let sale = try #require(world.board.last.last)
        world.order(.correct(sale: sale.id, why: "went home"))
        world.tell(.linkDown)
        world.restart()
        world.forget()
        world.card("0000000001")
        #expect(world.word() == .oneMoment && world.pulses.isEmpty)
        world.tell(.linkUp)
        world.tell(.settledWithPlatform)
        guard
            case .refund(let refund)? = world.sent.last(where: { if case .refund = $0.request { true } else { false } }
            )?
            .request
        else { return #expect(Bool(false), "nothing is asked") }
        world.tell(.answer(RequestToken(0), .refund(refund.id, .refunded)))
        world.card("0000000001")
        #expect(world.lastCharge?.quote.total == Fen(800) && world.pulses.isEmpty, "it is the first helping again")
    }

    @Test("a clock that is years ahead makes nobody's meal forgotten")
    func clockAhead() throws {
        let world = try School.world()
        world.card("0000000001")
        world.answer(.approved)
        world.walk()
        world.pass(seconds: 61)
        let right = world.now
        world.now.wall = moment("2036-11-20 12:00")
        world.now.isSynchronised = false
        world.tell(.tick)
        world.now = right
        world.tell(.tick)
        world.card("0000000001")
        #expect(world.lastCharge?.quote.total == Fen(300), "it is the second helping")
    }

    @Test("turnstiles that a person holds open stay open over a restart, until a person releases them")
    func heldOpen() throws {
        let world = try School.world()
        world.order(.emergency(true))
        #expect(world.heldOpen == ["gate-1.open"])
        world.restart(boot: "b2")
        world.tell(.tick)
        #expect(world.heldOpen == ["gate-1.open"] && world.board.lanes[0].screen.word == .emergency)
        world.card("0000000001")
        #expect(world.charged.isEmpty)
        world.order(.emergency(false))
        world.restart(boot: "b3")
        world.tell(.tick)
        #expect(world.heldOpen.isEmpty && world.board.lanes[0].screen.word != .emergency)
    }
}
