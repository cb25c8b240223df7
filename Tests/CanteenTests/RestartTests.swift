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
}
