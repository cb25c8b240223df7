import Canteen
import Effects
import Testing
import Tickets
import Vocabulary
import Wire

@Suite("What can be looked back on at each lane")
struct LastSalesTests {
    @Test("a till's sale can be corrected when a whole queue has gone through the turnstile beside it")
    func besideTheQueue() throws {
        let scenario = try CanteenScenario(
            try file("Scenarios/canteen/school-hall.json5"), file: "school-hall.json5")
        let people = (10...24).map { number in
            Person(
                holder: School.member("q\(number)"), name: "排*", group: slug("pupil"), cards: ["00000000\(number)"])
        }
        let world = CanteenWorld(scenario, people: people)
        let till = slug("till-2")
        world.tell(.own(.ordered(till, .keyed([SaleLine(amount: Fen(700))]), by: CanteenWorld.li)))
        world.card("0000000010", lane: 2)
        world.answer(.approved)
        let sale = try #require(world.board.last.last)
        for number in 11...24 {
            world.card("00000000\(number)")
            world.answer(.approved)
            world.walk()
            world.pass(seconds: 2)
        }
        #expect(world.board.last.count { $0.lane == world.lane } == TillBook.mostLast)
        world.restart()
        world.tell(.linkUp)
        world.tell(.own(.ordered(till, .correct(sale: sale.id, why: "wrong amount"), by: CanteenWorld.li)))
        guard case .refund(let refund)? = world.sent.last?.request else {
            return #expect(Bool(false), "\(world.word(2))")
        }
        #expect(refund.payment == sale.payment && refund.amount == Fen(700))
    }

    @Test("of a group that still comes in the book says who passed, however much is listed beside it meanwhile")
    func besideAGroup() {
        let world = CanteenWorld(ticketScenario())
        world.tell(.linkDown)
        world.scan(ticket(group: 5))
        world.walk()
        let unknown = (UInt64(1)...20).map { number in
            TicketUse(
                id: UUIDv7(at: at("2026-11-20 10:00"), random: (number, 7)), of: ticket(100 + number),
                gate: world.scenario.id, people: 1, at: at("2026-11-20 10:00"), isSynchronised: true)
        }
        world.tell(
            .answer(
                RequestToken(1),
                .ticketFacts(FactPage(facts: unknown.map { .used($0) }, through: 1, isMoreLeft: false))))
        #expect(world.happened.count == 20)
        world.pass(seconds: 10)
        #expect(world.returned.map(\.people) == [4])
        #expect(world.board.report[.item, "adult"].count == 1)
    }
}
