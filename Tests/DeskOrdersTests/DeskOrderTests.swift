import DeskOrders
import JSONText
import Testing
import Vocabulary

/// One order of each word, and those with members left out.
enum Orders {
    static func all() throws -> [DeskOrder] {
        let lane = try LaneID("exit-1"), plate = try Plate("粤B12345")
        let stay = StayID(at: WallTime(milliseconds: 1_750_000_000_000), random: (1, 2))
        let payment = PaymentID(at: WallTime(milliseconds: 1_750_000_000_001), random: (3, 4))
        let entered = WallTime(milliseconds: 1_749_999_000_000)
        return [
            .open(lane: lane, why: "救护车 \"now\""), .cash(lane: lane), .showCode(lane: lane),
            .cash(lane: lane, amount: Fen(500)), .forCar(stay, .cash(lane: lane, amount: Fen(500))),
            .forCar(stay, .open(lane: lane, why: "stuck")), .forCar(stay, .admit(lane: lane, why: "doctor")),
            .enterCode(lane: lane, try PayerCode("130000000000001234")),
            .correctPlate(lane: lane, plate, stay: nil, why: "mud"),
            .correctPlate(lane: lane, plate, stay: stay, why: "mud"), .ticket(lane: lane, why: "no plate"),
            .presentTicket(lane: lane, "https://car.park/t?ticket=1"),
            .lostTicket(lane: lane, stay: nil, why: "lost"), .lostTicket(lane: lane, stay: stay, why: "lost"),
            .chooseStay(lane: lane, stay, why: "the red one"),
            .writeEntry(lane: lane, plate, .newEnergy, entered: entered, why: "missed"),
            .setEntryTime(lane: lane, stay, entered: entered, why: "clock"),
            .endStay(lane: lane, stay, why: "not on the deck"), .admit(lane: lane, why: "doctor"),
            .passDebtor(lane: lane, why: "pays tomorrow"), .waive(lane: lane, why: "our mistake"),
            .refund(payment: payment, Fen(300), why: "charged twice"), .serviceReset(lane: lane, why: "mended"),
            .openShift(float: Fen(20_000)), .closeShift(counts: [:], next: nil, left: nil),
            .closeShift(counts: [Fen(10_000): 2, Fen(50): 3], next: "Qian", left: Fen(20_000)),
        ]
    }

    static func read(_ order: DeskOrder, without key: String? = nil, who: String? = nil) throws -> DeskOrder {
        var node = try JSONNode.parse(order.body(who: who), dialect: .json)
        if let key, case .object(let members) = node.value {
            node.value = .object(members.filter { $0.key != key })
        }
        return try DeskOrder(word: order.word.rawValue, node)
    }
}

@Suite("What a person orders")
struct DeskOrderTests {
    @Test("every order is read as it was written, with and without who gives it")
    func roundTrip() throws {
        let all = try Orders.all()
        #expect(Set(all.map(\.word)) == Set(DeskOrder.Word.allCases))
        for order in all {
            #expect(try Orders.read(order) == order)
            #expect(try Orders.read(order, who: "Zhao") == order)
        }
    }

    @Test("an order without one of its members is refused and the member named; what may be left out may be")
    func missing() throws {
        let optional: Set<String> = ["next", "left", "who", "transit"]
        for order in try Orders.all() {
            let members = try JSONNode.parse(order.body(who: "Zhao"), dialect: .json).members ?? []
            for key in members.map(\.key) {
                let mayMiss =
                    optional.contains(key) || key == "amount" && order.word == .cash
                    || key == "stay" && [.correctPlate, .lostTicket].contains(order.word)
                if mayMiss {
                    #expect(try Orders.read(order, without: key, who: "Zhao").word == order.word)
                } else {
                    let error = #expect(throws: DeskOrderError.self) {
                        _ = try Orders.read(order, without: key, who: "Zhao")
                    }
                    #expect(error?.description.contains("\"\(key)\"") == true, "\(order.word) without \(key)")
                }
            }
        }
    }

    @Test(
        "a member that is no such thing is refused and named",
        arguments: [
            ("open", "lane", #"{"lane":"","why":"x"}"#), ("open", "why", #"{"lane":"a","why":" "}"#),
            ("open", "why", #"{"lane":"a","why":"a\nb"}"#), ("enterCode", "code", #"{"lane":"a","code":"99"}"#),
            ("correctPlate", "plate", #"{"lane":"a","why":"x","plate":"粤B12345粤B12345粤B12345粤B12345"}"#),
            ("correctPlate", "stay", #"{"lane":"a","why":"x","plate":"粤B12345","stay":"7"}"#),
            ("lostTicket", "stay", #"{"lane":"a","why":"x","stay":""}"#),
            ("chooseStay", "stay", #"{"lane":"a","why":"x","stay":5}"#),
            ("writeEntry", "vehicle", #"{"lane":"a","why":"x","plate":"粤B12345","vehicle":"tank","entered":5}"#),
            ("writeEntry", "entered", #"{"lane":"a","why":"x","plate":"粤B12345","vehicle":"small","entered":0}"#),
            ("writeEntry", "entered", #"{"lane":"a","why":"x","plate":"粤B12345","vehicle":"small","entered":1.5}"#),
            ("refund", "amount", #"{"payment":"01975cb8-3c00-7000-8000-000000000001","amount":0,"why":"x"}"#),
            ("cash", "amount", #"{"lane":"a","amount":-1}"#), ("cash", "transit", #"{"lane":"a","transit":"7"}"#),
            ("open", "transit", #"{"lane":"a","why":"x","transit":5}"#),
            ("openShift", "float", #"{"float":-1}"#), ("closeShift", "counts", #"{"counts":{"a note":1}}"#),
            ("shift", "act", "{}"), ("reports", "act", "{}"), ("", "act", "{}"),
        ])
    func wrong(word: String, member: String, body: String) throws {
        let node = try JSONNode.parse(Array(body.utf8), dialect: .json)
        let error = #expect(throws: DeskOrderError.self) { _ = try DeskOrder(word: word, node) }
        #expect(error?.description.contains(member) == true)
    }

    @Test("why has at most 200 bytes, who at most 64", arguments: [0, 1])
    func longest(over: Int) throws {
        let lane = try LaneID("a")
        let why = String(repeating: "w", count: 200 + over), who = String(repeating: "n", count: 64 + over)
        if over == 0 {
            #expect(try Orders.read(.open(lane: lane, why: why)) == .open(lane: lane, why: why))
        } else {
            #expect(throws: DeskOrderError.self) { _ = try Orders.read(.open(lane: lane, why: why)) }
        }
        let order = DeskOrder.cash(lane: lane)
        let node = try JSONNode.parse(order.body(who: who), dialect: .json)
        if over == 0 {
            #expect(try order.who(node) == who)
        } else {
            #expect(throws: DeskOrderError.self) { _ = try order.who(node) }
        }
    }

    @Test("who gives a command is asked for, except where the driver's own code or ticket stands behind it")
    func signed() throws {
        for order in try Orders.all() {
            let node = try JSONNode.parse(order.body(), dialect: .json)
            if [.showCode, .enterCode, .presentTicket].contains(order.word) {
                #expect(try order.who(node) == "")
            } else {
                #expect(throws: DeskOrderError.self) { _ = try order.who(node) }
            }
        }
    }

    @Test("a role's right to write entries is also the right to set the time of one right")
    func rights() {
        #expect(DeskOrder.Word.setEntryTime.right == .writeEntry)
        let named = DeskOrder.Word.allCases.filter { DeskRight(rawValue: $0.rawValue) != nil }
        for word in named { #expect(word.right.rawValue == word.rawValue) }
        #expect(named.count == DeskOrder.Word.allCases.count - 3)
    }
}
