import Canteen
import Effects
import Payments
import Testing
import Vocabulary
import Wire

@Suite("A menu, a scale, and who stands at the till")
struct MenuAndScaleTests {
    static func till() throws -> CanteenWorld {
        let scenario = try CanteenScenario(
            try file("Scenarios/canteen/staff-till-menu.json5"), file: "staff-till-menu.json5")
        return CanteenWorld(scenario, people: School.people)
    }

    /// - Parameter isEmpty: the scale has been heard, and nothing lay there.
    static func scale(isEmpty: Bool = true) throws -> CanteenWorld {
        let scenario = try CanteenScenario(
            try file("Scenarios/canteen/weighed-buffet.json5"), file: "weighed-buffet.json5")
        let world = CanteenWorld(scenario, people: School.people)
        if isEmpty { world.tell(.own(.weighed(world.lane, Grams(0)))) }
        return world
    }

    static func left(_ world: CanteenWorld, _ item: String) -> Int64? {
        world.board.stock.first { $0.item == slug(item) }?.left
    }

    @Test("items are chosen one by one or all at once, the price is theirs, and stock is taken when it is paid")
    func menu() throws {
        let world = try Self.till()
        world.order(.item(MenuChoice(slug("set-a"))))
        world.order(.item(MenuChoice(slug("milk"), 2)))
        #expect(world.word() == .due(Fen(2_100)) && Self.left(world, "set-a") == 119)
        world.order(.items([MenuChoice(slug("noodles"))]))
        #expect(world.word() == .due(Fen(1_300)) && Self.left(world, "set-a") == 120)
        world.card("0000000003")
        let charge = try #require(world.lastCharge)
        #expect(charge.quote.lines.map(\.itemClass) == [slug("meal")] && charge.quote.addsUp)
        world.answer(.approved)
        #expect(world.pulses == ["till-1.drawer"] && Self.left(world, "noodles") == 59)
        #expect(world.board.report[.item, "noodles"] == SaleSum(count: 1, amount: Fen(1_300)))
        world.restart()
        #expect(Self.left(world, "noodles") == 59)
    }

    @Test("what is sold out is not sold, what is given up is there again, and nothing is ever below zero")
    func soldOut() throws {
        let world = try Self.till()
        world.order(.items([MenuChoice(slug("noodles"), 60)]))
        #expect(Self.left(world, "noodles") == 0)
        world.order(.item(MenuChoice(slug("noodles"))))
        guard case .soldOut(_, let english) = world.word() else { return #expect(Bool(false), "\(world.word())") }
        #expect(english == "Beef noodles" && Self.left(world, "noodles") == 0)
        // What was chosen before still stands.
        #expect(world.board.lanes[0].stage == .keyed)
        world.order(.cancel)
        #expect(Self.left(world, "noodles") == 60)
    }

    @Test(
        "what is on no menu is not sold, nor no item at all, nor none of one",
        arguments: [[], [MenuChoice(slug("caviar"))], [MenuChoice(slug("milk"), 0)], [MenuChoice(slug("milk"), 101)]])
    func nonsense(choices: [MenuChoice]) throws {
        let world = try Self.till()
        world.order(.items(choices))
        #expect(world.board.lanes[0].stage == .idle)
        #expect([CanteenWord.noSuchItem, .notPaid(.badAmount, nil)].contains(world.word()))
    }

    @Test("who is known first pays when the sale is complete, and is forgotten after a while")
    func presentedFirst() throws {
        let world = try Self.till()
        world.card("0000000003")
        #expect(world.word() == .welcome && world.board.lanes[0].waiting == "王*")
        world.order(.item(MenuChoice(slug("set-a"))))
        #expect(world.charged.isEmpty)
        world.order(.charge)
        #expect(world.lastCharge?.quote.total == Fen(1_500))
        world.answer(.approved)
        world.pass(seconds: 61)
        world.forget()
        world.card("0000000001")
        world.pass(seconds: 30)
        world.order(.items([MenuChoice(slug("set-a"))]))
        #expect(world.charged.isEmpty && world.word() == .due(Fen(1_500)))
    }

    @Test("the one who has just paid and still stands there does not pay for the next")
    func stillThere() throws {
        let world = try Self.till()
        world.order(.items([MenuChoice(slug("set-a"))]))
        world.card("0000000003")
        world.answer(.approved)
        world.card("0000000003")
        #expect(world.word() == .alreadyServed)
        world.order(.items([MenuChoice(slug("noodles"))]))
        #expect(world.charged.count == 1)
    }

    @Test("a sale that is undone brings its items back, and who may undo it is a role with a reason and a time")
    func corrected() throws {
        let world = try Self.till()
        world.order(.items([MenuChoice(slug("noodles"), 2)]))
        world.card("0000000003")
        world.answer(.approved)
        let sale = try #require(world.board.last.last)
        world.order(.correct(sale: sale.id, why: "wrong dish"), by: Clerk("wang", .attendant))
        #expect(world.word() == .notYourRole)
        world.order(.correct(sale: sale.id, why: "wrong dish"))
        guard case .refund(let refund)? = world.sent.last?.request else {
            return #expect(Bool(false), "nothing is given back")
        }
        #expect(refund.amount == Fen(2_600) && refund.who == "li" && refund.why == "wrong dish")
        // Pressed twice is one correction.
        world.order(.correct(sale: sale.id, why: "wrong dish"))
        world.tell(.answer(RequestToken(0), .refund(refund.id, .refunded)))
        #expect(world.sent.filter { if case .refund = $0.request { true } else { false } }.count == 1)
        #expect(Self.left(world, "noodles") == 60 && world.board.last.last?.standing == .corrected)
        #expect(world.board.report[.correction] == SaleSum(count: 1, amount: Fen(2_600)))
        // Nothing is left of it to give back.
        world.order(.correct(sale: sale.id, why: "again"))
        #expect(world.word() == .noSuchSale)
        world.pass(seconds: 3_601)
        world.order(.refund(try #require(sale.payment), Fen(1), why: "late"))
        #expect(world.word() == .tooLate)
    }

    @Test("the report of a meal is closed by hand or by the clock, and is there as rows")
    func closing() throws {
        let world = try Self.till()
        world.order(.items([MenuChoice(slug("set-a"))]))
        world.order(.cash)
        world.order(.closePeriod)
        #expect(world.board.reports.last?.closedBy == "li" && world.board.report[.all].count == 0)
        #expect(world.board.reports.last?.csv.contains("2026-11-20,lunch,instrument,cash,1,1500") == true)
        world.order(.items([MenuChoice(slug("noodles"))]))
        world.order(.cash)
        world.pass(seconds: 7_200)
        // At two o'clock lunch is over: what was sold since belongs to the same report, and the stock is whole again.
        #expect(world.board.reports.count == 1 && world.board.reports[0][.all].count == 2)
        #expect(world.board.reports[0].closedBy == "li")
        #expect(Self.left(world, "noodles") == 60 && world.board.meal.period == nil)
        // Between meals this till sells keyed amounts.
        world.order(.keyed([SaleLine(amount: Fen(500))]))
        #expect(world.word() == .due(Fen(500)))
    }

    @Test("a sale that the disk refuses never was: not in the book, not in the stock, and nobody has eaten")
    func refusedWrite() throws {
        let world = try Self.till()
        world.tell(.own(.expected([School.teacher])))
        world.grant(5_000)
        world.tell(.linkDown)
        world.order(.items([MenuChoice(slug("noodles"))]))
        world.refusesWrites = true
        world.card("0000000003")
        #expect(world.word() == .notPaid(.diskFull, Fen(1_300)) && world.pulses.isEmpty)
        #expect(world.board.report[.all].count == 0 && world.board.last.isEmpty)
        #expect(world.board.stock.first { $0.item == slug("noodles") }?.sold == 0)
        // The sale stands, and holds its item; the same person may try again at once.
        #expect(Self.left(world, "noodles") == 59)
        world.refusesWrites = false
        world.card("0000000003")
        #expect(world.word() == .paid(Fen(1_300)) && world.board.report[.all].count == 1)
        #expect(Self.left(world, "noodles") == 59)
    }

    @Test("a door that only lets pass writes it down first, and lets in who may")
    func door() throws {
        let world = try Self.till()
        world.now.wall = at("2026-11-20 23:30")
        world.isDiskSlow = true
        world.card("0000000003", lane: 1)
        #expect(world.pulses.isEmpty)
        world.sync()
        #expect(world.pulses == ["night-door.open"] && world.word(1) == .mayPass && world.charged.isEmpty)
        // The same card held a moment longer does not open for somebody else.
        world.card("0000000003", lane: 1)
        world.walk(1)
        world.sync()
        world.card("0000000003", lane: 1)
        #expect(world.pulses.count == 1 && world.word(1) == .alreadyServed)
        world.pass(seconds: 4)
        world.card("0000000003", lane: 1)
        world.sync()
        #expect(world.pulses.count == 2)
        world.walk(1)
        world.sync()
        world.card("0000000001", lane: 1)
        #expect(world.word(1) == .groupNotServed)
        world.tell(.own(.presented(slug("night-door"), Presentation(.code("10001"), by: .code))))
        #expect(world.word(1) == .meansNotUsed)
    }

    @Test("what lies on the scale is sold once: the plate has to go before the next")
    func scaleOnce() throws {
        let world = try Self.scale()
        world.tell(.own(.weighed(world.lane, Grams(693))))
        #expect(world.word() == .due(Fen(1_240)))
        world.card("0000000001")
        world.answer(.approved)
        #expect(world.lastCharge?.quote.total == Fen(1_240))
        world.tell(.own(.weighed(world.lane, Grams(690))))
        #expect(world.word() == .takePlateAway)
        world.card("0000000003")
        #expect(world.charged.count == 1)
        world.tell(.own(.weighed(world.lane, Grams(0))))
        world.tell(.own(.weighed(world.lane, Grams(600))))
        #expect(world.charged.count == 2 && world.lastCharge?.quote.total == Fen(870))
    }

    @Test("the weight may change until it is paid, and what is too light or nothing is not sold")
    func weights() throws {
        let world = try Self.scale()
        world.tell(.own(.weighed(world.lane, Grams(390))))
        #expect(world.word() == .badWeight && world.board.lanes[0].stage == .idle)
        world.tell(.own(.weighed(world.lane, Grams(600))))
        world.tell(.own(.weighed(world.lane, Grams(693))))
        #expect(world.word() == .due(Fen(1_240)))
        world.tell(.own(.weighed(world.lane, Grams(0))))
        #expect(world.board.lanes[0].stage == .idle)
        // Known first, and the plate after: charged at once.
        world.card("0000000001")
        world.tell(.own(.weighed(world.lane, Grams(693))))
        #expect(world.charged.count == 1)
    }
}
