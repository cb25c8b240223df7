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

    @Test("a sale whose person is awaited at the turnstile is corrected when that is over, and undone once")
    func awaited() throws {
        let counted = try School.world(at: "2026-11-19 18:00")
        counted.card("0000000001")
        let count = try #require(counted.board.last.last)
        counted.order(.correct(sale: count.id, why: "wrong person"))
        #expect(counted.word() == .oneMoment && counted.board.report[.undone].count == 0)
        counted.pass(seconds: 6)
        #expect(counted.board.report[.all].count == 0 && counted.board.report[.undone].count == 1)

        let paid = try School.world()
        paid.card("0000000001")
        paid.answer(.approved)
        let sale = try #require(paid.board.last.last), payment = try #require(sale.payment)
        for order in [TillOrder.correct(sale: sale.id, why: "cold"), .refund(payment, Fen(100), why: "cold")] {
            paid.order(order)
            #expect(paid.word() == .oneMoment && paid.refundsAsked.isEmpty)
        }
        paid.walk()
        paid.order(.correct(sale: sale.id, why: "cold"))
        #expect(paid.refundsAsked.map(\.amount) == [Fen(800)])
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

extension CanteenWorld {
    fileprivate var refundsAsked: [Refund] {
        sent.compactMap { if case .refund(let refund) = $0.request { refund } else { nil } }
    }
}
