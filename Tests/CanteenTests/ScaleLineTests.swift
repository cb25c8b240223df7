import Canteen
import Effects
import Testing
import Vocabulary
import Wire

@Suite("A scale whose line fails, and a box that starts with a plate on it")
struct ScaleLineTests {
    private func weigh(_ world: CanteenWorld, _ grams: Int64?) {
        world.tell(.own(.weighed(world.lane, grams.map { Grams($0) })))
    }

    @Test("a plate that was paid for is not sold again when the scale was not heard for a moment, whoever waits")
    func hiccup() throws {
        let world = try MenuAndScaleTests.scale()
        weigh(world, 693)
        world.card("0000000001")
        world.answer(.approved)
        world.pass(seconds: 21)
        weigh(world, nil)
        world.card("0000000003")
        weigh(world, 693)
        #expect(world.charged.count == 1 && world.word() == .takePlateAway)
        // Only an empty scale says that the plate is gone.
        weigh(world, 0)
        weigh(world, 600)
        #expect(world.charged.count == 2 && world.lastCharge?.quote.total == Fen(870))
    }

    @Test("a line that fails while the plate is being paid for does not make it another plate")
    func whilePaying() throws {
        let world = try MenuAndScaleTests.scale()
        weigh(world, 693)
        world.card("0000000001")
        weigh(world, nil)
        world.answer(.approved)
        weigh(world, 693)
        #expect(world.board.lanes[0].stage == .idle && world.word() == .takePlateAway)
    }

    @Test("a plate that is taken away while it is being paid for leaves the scale free for the next")
    func takenWhilePaying() throws {
        let world = try MenuAndScaleTests.scale()
        weigh(world, 693)
        world.card("0000000001")
        weigh(world, 0)
        world.answer(.approved)
        weigh(world, 600)
        #expect(world.word() == .due(Fen(870)))
    }

    @Test("what is not paid is given up while the scale is not heard, and priced anew when it is")
    func unpaid() throws {
        let world = try MenuAndScaleTests.scale()
        weigh(world, 693)
        #expect(world.board.lanes[0].stage == .keyed)
        weigh(world, nil)
        #expect(world.board.lanes[0].stage == .idle && world.board.lanes[0].weight == nil)
        world.card("0000000001")
        #expect(world.charged.isEmpty)
        weigh(world, 693)
        #expect(world.charged.count == 1 && world.lastCharge?.quote.total == Fen(1_240))
    }

    @Test("what lies on the scale at the start is not sold before the scale was empty once")
    func atTheStart() throws {
        let world = try MenuAndScaleTests.scale(isEmpty: false)
        world.card("0000000001")
        for grams in [693, nil, 693] as [Int64?] { weigh(world, grams) }
        #expect(world.charged.isEmpty && world.word() == .emptyScale)
        world.order(.weigh(slug("buffet")))
        #expect(world.charged.isEmpty && world.board.lanes[0].stage == .idle)
        weigh(world, 0)
        weigh(world, 693)
        #expect(world.charged.count == 1)
        world.answer(.approved)
        world.restart()
        weigh(world, 693)
        #expect(world.word() == .emptyScale && world.board.lanes[0].stage == .idle)
    }
}
