import DeskOrders
import Effects
import JSONText
import Testing
import Vocabulary
import Wire

@testable import Canteen

private func node(_ bytes: [UInt8]) throws -> JSONNode { try JSONNode.parse(bytes, dialect: .json) }

extension JSONNode {
    fileprivate var texts: [String] { array?.compactMap(\.string) ?? [] }
}

@Suite("What the pages of a canteen show")
struct CanteenPagesTests {
    private static func menu() -> CanteenScenario {
        var scenario = CanteenWorld.till
        scenario.lanes[0].modes = [
            CanteenMode(
                .menu([
                    .init(
                        id: slug("noodles"), itemClass: slug("meal"), chinese: "牛肉面", english: "Beef noodles",
                        price: Fen(1_300), stock: 3),
                    .init(id: slug("milk"), itemClass: slug("milk"), chinese: "牛奶", english: "Milk", price: Fen(300)),
                ]), helpings: .anyNumber)
        ]
        return scenario
    }

    private func screen(_ world: CanteenWorld) throws -> JSONNode {
        let pages = CanteenPages(world.scenario, rules: world.rules)
        return try node(pages.screen(world.board.lanes[0], of: world.board))
    }

    private func till(_ world: CanteenWorld) throws -> JSONNode {
        let board = try node(CanteenPages(world.scenario, rules: world.rules).desk(world.board))
        return try #require(board["tills"]?.array?.first)
    }

    @Test("an idle screen says in both languages how to make oneself known, and nothing of anybody")
    func idle() throws {
        let world = CanteenWorld()
        let screen = try screen(world)
        #expect(screen["state"]?.string == "idle")
        #expect(screen["zh"]?.texts == ["请刷脸、刷卡、扫码"] && screen["en"]?.texts == ["Show your face, card, code"])
        #expect(screen["who"] == nil && screen["amount"] == nil && screen["lines"]?.array?.isEmpty == true)
        #expect(try till(world)["sale"] == nil)
    }

    @Test("a sale stands on both pages with its lines and sum, and each change has another number")
    func sale() throws {
        let world = CanteenWorld(Self.menu())
        world.order(.item(MenuChoice(slug("noodles"))))
        let first = try screen(world)
        world.order(.item(MenuChoice(slug("milk"), 2)))
        let screen = try screen(world)
        #expect(screen["state"]?.string == "asking" && screen["amount"]?.string == "19.00")
        #expect(first["number"]?.integer != screen["number"]?.integer)
        #expect(screen["lines"]?.array?.map { $0["zh"]?.string } == ["牛肉面", "牛奶"])
        #expect(screen["lines"]?.array?.map { $0["count"]?.string } == ["", "× 2"])
        let till = try till(world)
        #expect(till["sale"]?["total"]?.integer == 1_900 && till["sale"]?["stage"]?.string == "keyed")
        #expect(till["sale"]?["id"]?.string == world.board.lanes[0].sale?.description)
        // Of what is not counted nothing is left to say.
        #expect(till["menu"]?.array?.map { $0["left"]?.integer } == [2, nil])
    }

    @Test("who is paid for is told the result with a sound; the cashier finds the sale among the last ten")
    func paid() throws {
        let world = CanteenWorld()
        world.key(800)
        world.order(.cash)
        let screen = try screen(world)
        #expect(screen["state"]?.string == "good" && screen["sound"]?.string == "ok")
        #expect(screen["zh"]?.texts == ["已付8.00元"])
        let till = try till(world)
        let last = try #require(till["last"]?.array?.first)
        #expect(last["amount"]?.integer == 800 && last["how"]?.string == "cash")
        #expect(last["standing"]?.string == "paid" && last["payment"]?.string != nil)
        #expect(till["counts"]?["served"]?.integer == 1 && till["counts"]?["sum"]?.integer == 800)
    }

    @Test("who is refused is told why and what to do, in both languages")
    func refused() throws {
        let world = CanteenWorld()
        world.tell(.own(.notKnown(world.lane, .several)))
        let screen = try screen(world)
        #expect(screen["state"]?.string == "bad" && screen["sound"]?.string == "refused")
        #expect(screen["zh"]?.texts == ["请一次一人", "请靠近摄像头，或刷卡"])
        #expect(screen["en"]?.array?.count == 2)
    }

    @Test("a code that is to be scanned is on the screen as long as it can be paid")
    func code() throws {
        var scenario = CanteenWorld.till
        scenario.merchantQR = nil
        let world = CanteenWorld(scenario)
        #expect(CanteenPages.code(world.board.lanes[0]) == nil)
        var desk = world.board.lanes[0]
        desk.screen.word = .scanToPay(Fen(800), code: "0002")
        #expect(CanteenPages.code(desk) == "0002")
        let screen = try node(CanteenPages(scenario, rules: nil).screen(desk, of: world.board))
        #expect(screen["code"]?["title"]?.string == "扫码支付 Scan to pay" && screen["state"]?.string == "wait")
    }

    @Test("every word has both languages, and what is refused says so with its sound")
    func words() {
        let words: [CanteenWord] = [
            .idle, .welcome, .due(Fen(1)), .oneMoment, .confirm(Fen(1)), .scanToPay(Fen(1), code: "x"), .paid(Fen(1)),
            .paidLater(Fen(1)), .counted, .mayPass, .opensAgain, .notPaid(.declined, nil), .unknownFace, .severalFaces,
            .notLive, .unknownCard, .unknownCode, .contractOver, .groupNotServed, .meansNotUsed, .closedNow,
            .alreadyServed, .noMoreHelpings, .soldOut(chinese: "面", english: "Noodles"), .noSuchItem, .badWeight,
            .chooseFood, .takePlateAway, .emptyScale, .rulesDiffer, .emergency, .notPassedUndone, .notPassedKept,
            .cancelled, .refunded(Fen(1)), .notYourRole, .tooLate, .noSuchSale, .closed, .saleStands(Fen(1)),
        ]
        for word in words {
            #expect(word.chinese.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(word)")
            #expect(word.english.utf8.allSatisfy { $0 < 0x80 } && !word.english.isEmpty, "\(word)")
        }
    }

    @Test("a period's report names items and purses in words, and adds up")
    func report() throws {
        let world = CanteenWorld(Self.menu())
        world.order(.item(MenuChoice(slug("noodles"), 2)))
        world.order(.cash)
        let text = CanteenPages(world.scenario, rules: nil).reportText(world.board.report)
        #expect(text.contains("牛肉面 Beef noodles  2 ×  ¥26.00") && text.contains("合计 All\n  1 ×  ¥26.00"))
        #expect(text.contains("未结束 Still open"))
        #expect(world.board.report.csv.contains("item,noodles,2,2600"))
    }
}

@Suite("Orders at a till, as they go over HTTP")
struct TillOrderTests {
    private func read(_ word: String, _ json: String) throws -> TillOrderMessage {
        try TillOrderMessage(word: word, try JSONNode.parse(Array(json.utf8), dialect: .json))
    }

    @Test("each order is read")
    func each() throws {
        let id = try UUIDv7("01970000-0000-7000-8000-000000000001")
        let orders: [(String, String, TillOrder)] = [
            ("key", #"{"till":"t","amounts":[800,50]}"#, .keyed([.init(amount: Fen(800)), .init(amount: Fen(50))])),
            ("item", #"{"till":"t","item":"milk","count":2}"#, .item(MenuChoice(slug("milk"), 2))),
            ("item", #"{"till":"t","item":"milk"}"#, .item(MenuChoice(slug("milk"), 1))),
            ("weigh", #"{"till":"t","item":"rice"}"#, .weigh(slug("rice"))), ("charge", #"{"till":"t"}"#, .charge),
            ("present", #"{"till":"t","card":"0012345678"}"#, .present(Presentation(.card("0012345678"), by: .card))),
            ("showCode", #"{"till":"t"}"#, .showCode), ("cash", #"{"till":"t","amount":800}"#, .cash),
            (
                "enterCode", #"{"till":"t","code":"134567890123456789"}"#,
                .enterCode(try PayerCode("134567890123456789"))
            ),
            ("enterCode", #"{"till":"t","code":"123456"}"#, .present(Presentation(.code("123456"), by: .code))),
            ("cancel", #"{"till":"t"}"#, .cancel), ("close", #"{"till":"t"}"#, .closePeriod),
            ("correct", "{\"till\":\"t\",\"sale\":\"\(id)\",\"why\":\"twice\"}", .correct(sale: id, why: "twice")),
            (
                "refund", "{\"till\":\"t\",\"payment\":\"\(id)\",\"amount\":100,\"why\":\"cold\"}",
                .refund(id, Fen(100), why: "cold")
            ),
            ("emergency", #"{"till":"t","open":true}"#, .emergency(true)),
            (
                "emergency", #"{"till":"t","open":false,"why":"Drill"}"#, .emergency(false, why: "Drill")
            ), ("closeDay", #"{"till":"t"}"#, .closeDay),
            ("ticket", #"{"till":"t","code":"TK1AAAA","people":3}"#, .ticket(code: "TK1AAAA", people: 3)),
            ("ticket", #"{"till":"t","code":"tk1aaaa"}"#, .ticket(code: "tk1aaaa", people: nil)),
            ("people", #"{"till":"t","people":12}"#, .people(12)),
        ]
        for (word, json, order) in orders {
            let message = try read(word, json)
            #expect(message.order == order && message.lane == slug("t"), "\(word)")
        }
        #expect(Set(orders.map(\.0)) == Set(TillWord.allCases.map(\.rawValue)))
        #expect(try read("cash", #"{"till":"t","amount":800}"#).seen == SaleSeen(amount: Fen(800)))
        #expect(try read("cancel", "{\"till\":\"t\",\"sale\":\"\(id)\"}").seen == SaleSeen(sale: id))
    }

    @Test(
        "nonsense is named, and is no order",
        arguments: [
            ("key", #"{"till":"t","amounts":[]}"#, "amounts"), ("key", #"{"till":"t","amounts":[-5]}"#, "amounts"),
            ("key", #"{"till":"t","amounts":[0.5]}"#, "amounts"), ("key", #"{"till":"t"}"#, "amounts"),
            ("item", #"{"till":"t","item":"milk","count":0}"#, "count"), ("item", #"{"till":"t"}"#, "item"),
            ("item", #"{"till":"t","item":"milk","count":101}"#, "count"), ("cash", #"{}"#, "till"),
            ("refund", #"{"till":"t","payment":"x","amount":1,"why":"y"}"#, "payment"),
            (
                "refund", #"{"till":"t","payment":"01970000-0000-7000-8000-000000000001","amount":0,"why":"y"}"#,
                "amount"
            ),
            ("refund", #"{"till":"t","payment":"01970000-0000-7000-8000-000000000001","amount":5,"why":" "}"#, "why"),
            ("present", #"{"till":"t","card":"12"}"#, "card"), ("enterCode", #"{"till":"t","code":"abc"}"#, "code"),
            ("emergency", #"{"till":"t","open":1}"#, "open"),
            ("emergency", #"{"till":"t","open":true,"why":" "}"#, "why"), ("dance", #"{"till":"t"}"#, "no such order"),
        ])
    func nonsense(word: String, json: String, named: String) throws {
        let error = #expect(throws: DeskOrderError.self) { try read(word, json) }
        #expect(error?.description.contains(named) == true)
    }

    @Test(
        "anybody may open in an emergency; money goes back by those whom the scenario names, and no engineer closes a report"
    )
    func rights() {
        let rules = CanteenScenario.Corrections(roles: [.supervisor])
        for role in DeskRole.allCases { #expect(TillWord.emergency.isAllowed(role, rules)) }
        for word in [TillWord.correct, .refund] {
            #expect(DeskRole.allCases.filter { word.isAllowed($0, rules) } == [.supervisor])
        }
        #expect(DeskRole.allCases.filter { TillWord.close.isAllowed($0, rules) } == [.attendant, .supervisor])
        #expect(DeskRole.allCases.filter { TillWord.closeDay.isAllowed($0, rules) } == [.supervisor])
    }
}
