import Effects
import Payments
import Testing
import Vocabulary
import Wire

@testable import Canteen

@Suite("Meals at another box of the canteen")
struct MealsElsewhereTests {
    static let lunch = Meal(period: slug("lunch"), day: day("2026-11-20"))

    static func fact(_ number: UInt64, secondsAgo: Int64 = 600, of holder: Holder = School.pupil) -> MealFact {
        let noon = moment("2026-11-20 12:00").milliseconds
        return MealFact(
            transit: UUIDv7(at: WallTime(milliseconds: noon), random: (7, number)), holder: holder, meal: lunch,
            served: WallTime(milliseconds: noon - secondsAgo * 1_000))
    }

    static func undone(_ number: UInt64) -> MealFact {
        var fact = fact(number)
        fact.served = nil
        return fact
    }

    @Test("a helping at another gate is a helping here: the next costs what a second does, and there is no third")
    func helpings() throws {
        let world = try School.world()
        world.tell(.announced(.meal(Self.fact(1))))
        world.card("0000000001")
        #expect(world.lastCharge?.quote.total == Fen(300))
        world.answer(.approved)
        world.walk()
        world.pass(seconds: 61)
        world.card("0000000001")
        #expect(world.word() == .noMoreHelpings && world.charged.count == 1)
        // Others have theirs.
        world.card("0000000002")
        #expect(world.lastCharge?.quote.total == Fen(800))
    }

    @Test("cut off, a gate goes by what it knew; told later, by that")
    func later() throws {
        let world = try School.world()
        world.tell(.own(.expected([School.pupil])))
        world.grant(3_000)
        world.tell(.linkDown)
        world.card("0000000001")
        #expect(world.board.last.map(\.total) == [Fen(800)])
        world.walk()
        world.pass(seconds: 61)
        world.tell(.linkUp)
        world.tell(.announced(.meal(Self.fact(1))))
        world.card("0000000001")
        #expect(world.word() == .noMoreHelpings)
    }

    @Test("who was served at another gate a moment ago is the same presentation", arguments: [(59, true), (60, false)])
    func duplicate(seconds: Int64, isSame: Bool) throws {
        let world = try School.world()
        world.tell(.announced(.meal(Self.fact(1, secondsAgo: seconds))))
        world.card("0000000001")
        #expect((world.word() == .alreadyServed) == isSame && world.charged.isEmpty == isSame)
    }

    @Test("a meal that is undone at the other gate is none, in whatever order and however often it is told")
    func undone() {
        let told = [Self.fact(1), Self.undone(1), Self.fact(2)]
        for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0, 0, 1], [0, 0, 2, 1, 0, 2]] {
            var meals = MealsElsewhere()
            for index in order { _ = meals.learn(told[index]) }
            #expect(meals.helpings(School.pupil, Self.lunch) == 1, "\(order)")
        }
    }

    @Test("what is known of other gates survives a restart, and so does what was undone there")
    func restart() throws {
        let world = try School.world()
        world.tell(.announced(.meal(Self.fact(1))))
        world.tell(.announced(.meal(Self.undone(1))))
        world.tell(.announced(.meal(Self.fact(2))))
        world.restart()
        world.tell(.linkUp)
        world.tell(.announced(.meal(Self.fact(1))))
        world.card("0000000001")
        #expect(world.lastCharge?.quote.total == Fen(300))
    }

    @Test("what was missed is asked for, part after part, when the platform can be reached and every five minutes")
    func missed() throws {
        let world = try School.world()
        func asked() -> [Int64] {
            defer { world.forget() }
            return world.sent.compactMap { if case .mealFacts(let after) = $0.request { after } else { nil } }
        }
        func answer(_ facts: [MealFact], through: Int64, isMoreLeft: Bool = false) {
            world.tell(
                .answer(
                    RequestToken(1), .mealFacts(FactPage(facts: facts, through: through, isMoreLeft: isMoreLeft))))
        }
        world.tell(.linkDown)
        world.pass(seconds: 400)
        #expect(asked() == [])
        world.tell(.linkUp)
        #expect(asked() == [0])
        answer([Self.fact(1)], through: 40, isMoreLeft: true)
        #expect(asked() == [40])
        answer([Self.fact(2)], through: 41)
        world.pass(seconds: 299)
        #expect(asked() == [])
        world.pass(seconds: 1)
        #expect(asked() == [41])
        // Nobody answers: soon again.
        world.pass(seconds: 10)
        #expect(asked() == [41])
        world.restart()
        world.tell(.linkUp)
        #expect(asked() == [41])
        world.card("0000000001")
        #expect(world.word() == .noMoreHelpings)
    }

    @Test("a meal that is undone here is on record under its sale, for the other gates")
    func undoneHere() throws {
        let world = try School.world()
        world.card("0000000001")
        world.answer(.approved)
        world.pass(seconds: 6)
        let transits = world.records.compactMap {
            if case .identified(let known) = $0 { known.transit } else { nil }
        }
        let undone = world.records.compactMap {
            if case .mealUndone(let transit, School.pupil, Self.lunch) = $0 { transit } else { nil }
        }
        #expect(undone == transits && undone.count == 1)
    }

    @Test("a count that a supervisor takes back is undone at the other gates too")
    func corrected() throws {
        let world = try School.world(at: "2026-11-19 18:00")
        world.card("0000000001")
        world.walk()
        let sale = try #require(world.board.last.last?.id)
        world.order(.correct(sale: sale, why: "went home"))
        let undone = world.records.contains {
            if case .mealUndone(sale, School.pupil, _) = $0 { true } else { false }
        }
        #expect(undone)
    }

    @Test("a meal that turns out to be paid after a restart is told too, though nobody knows by what they were known")
    func paidMeanwhile() throws {
        let world = try School.world()
        world.card("0000000001")
        let charge = try #require(world.lastCharge)
        world.restart()
        world.tell(.linkUp)
        world.tell(.answer(RequestToken(0), .payment(charge.payment, .approved)))
        let known = world.records.compactMap { if case .identified(let known) = $0 { known } else { nil } }
        #expect(known.count == 1 && known.first?.by == nil && known.first?.meal == Self.lunch)
    }

    @Test("meals of days that are over are forgotten, and what is kept is bounded")
    func bounded() {
        var meals = MealsElsewhere()
        _ = meals.learn(Self.fact(1))
        #expect(meals.forget(before: day("2026-11-20")).isEmpty && meals.count == 1)
        let gone = StateChange.remove(kind: MealsElsewhere.stateKind, key: Self.fact(1).transit.description)
        #expect(meals.forget(before: day("2026-11-21")) == [gone])
        #expect(meals.count == 0 && meals.helpings(School.pupil, Self.lunch) == 0)
        for number in 0...UInt64(MealsElsewhere.most) { _ = meals.learn(Self.fact(number)) }
        #expect(meals.count == MealsElsewhere.most + 1 - MealsElsewhere.most / 10)
    }
}

@Suite("A turnstile and tills in one hall")
struct HallTests {
    private static func hall(_ change: (inout CanteenScenario) -> Void = { _ in }) throws -> CanteenWorld {
        let path = "Scenarios/canteen/school-hall.json5"
        var scenario = try CanteenScenario(try file(path), file: path)
        change(&scenario)
        let world = CanteenWorld(scenario, people: School.people, at: moment("2026-11-20 12:00"))
        world.tell(.own(.expected([School.pupil])))
        world.grant(3_000)
        world.tell(.linkDown)
        return world
    }

    private static func buy(_ lane: Int, _ world: CanteenWorld) {
        let id = world.scenario.lanes[lane].id
        world.tell(.own(.ordered(id, .item(MenuChoice(slug("milk"), 1)), by: CanteenWorld.li)))
        world.tell(.own(.ordered(id, .charge, by: CanteenWorld.li)))
        world.card("0000000001", lane: lane)
    }

    @Test("whoever has bought a milk has not had lunch, and whoever has come in for lunch may buy at once")
    func milk() throws {
        for order in [[1, 0, 1], [0, 1]] {
            let world = try Self.hall()
            for lane in order {
                if lane == 0 {
                    world.card("0000000001")
                    world.walk()
                } else {
                    Self.buy(lane, world)
                    world.pass(seconds: 60)
                }
            }
            #expect(world.booked.count == order.count, "\(order)")
            #expect(world.records.filter { $0.kind == "mealUndone" }.isEmpty)
        }
    }

    @Test("who still stands at the till does not pay for the next one's dishes", arguments: [(59, 1), (60, 2)])
    func sameTill(seconds: Int64, sales: Int) throws {
        let world = try Self.hall()
        Self.buy(1, world)
        world.pass(seconds: seconds)
        Self.buy(1, world)
        #expect(world.booked.count == sales)
    }

    @Test("a limit on what is bought at a till counts what is bought at tills", arguments: [false, true])
    func tillRule(isRestarted: Bool) throws {
        let world = try Self.hall { $0.lanes[1].modes[0].helpings = HelpingRule(more: 1) }
        world.card("0000000001")
        world.walk()
        for sales in [2, 3, 3] {
            world.pass(seconds: 61)
            if isRestarted { world.restart() }
            Self.buy(1, world)
            #expect(world.booked.count == sales)
            world.tell(.own(.ordered(world.scenario.lanes[1].id, .cancel, by: CanteenWorld.li)))
        }
    }
}

@Suite("A sale that the disk kept waiting")
struct WrittenLateTests {
    @Test(
        "after half a minute nobody stands there any more: it is undone instead of opened",
        arguments: [(29, true), (30, false)])
    func late(seconds: Int64, opens: Bool) throws {
        let world = try School.world()
        world.tell(.own(.expected([School.pupil])))
        world.grant(3_000)
        world.tell(.linkDown)
        world.isDiskSlow = true
        world.card("0000000001")
        world.pass(seconds: seconds)
        #expect(world.pulses.isEmpty)
        world.sync()
        #expect(world.pulses.isEmpty != opens)
        #expect((world.word() == .notPassedUndone) != opens)
        #expect((world.table["till-refund"]?.count == 1) != opens, "its money goes back")
        guard !opens else { return }
        // And the meal may be had again at once.
        world.isDiskSlow = false
        world.card("0000000001")
        #expect(world.pulses == MealTests.opens)
    }
}
