import DeskOrders
import StandIns
import Synchronization
import Testing
import Vocabulary

@testable import Kiosk

@Suite("The box's door for orders")
struct DeskOrderDoorTests {
    private static let bearer = ["Authorization": "Bearer secret"]

    private static func orders() throws -> [DeskOrder] {
        let lane = try LaneID("exit-1"), plate = try Plate("粤B12345")
        let stay = StayID(at: WallTime(milliseconds: 1_750_000_000_000), random: (1, 2))
        let entered = WallTime(milliseconds: 1_749_999_000_000)
        return [
            .open(lane: lane, why: "fire"), .cash(lane: lane), .showCode(lane: lane),
            .enterCode(lane: lane, try PayerCode("130000000000001234")),
            .correctPlate(lane: lane, plate, stay: stay, why: "mud"), .ticket(lane: lane, why: "no plate"),
            .presentTicket(lane: lane, "some ticket"), .lostTicket(lane: lane, stay: stay, why: "lost"),
            .chooseStay(lane: lane, stay, why: "the red one"),
            .writeEntry(lane: lane, plate, .large, entered: entered, why: "missed"),
            .setEntryTime(lane: lane, stay, entered: entered, why: "clock"),
            .endStay(lane: lane, stay, why: "not on the deck"), .admit(lane: lane, why: "doctor"),
            .passDebtor(lane: lane, why: "pays tomorrow"), .waive(lane: lane, why: "our mistake"),
            .refund(payment: stay, Fen(300), why: "charged twice"), .serviceReset(lane: lane, why: "mended"),
            .openShift(float: Fen(20_000)),
            .closeShift(counts: [Fen(10_000): 2], next: "Qian", left: Fen(5_000)),
        ]
    }

    private func path(_ order: DeskOrder) -> String { "/desk/\(order.word.rawValue)" }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("every order of a command reaches the box as it was given, in the name of who gave it")
    func commands() async throws {
        let rig = DeskRig()
        let orders = try Self.orders()
        #expect(Set(orders.map(\.word)) == Set(DeskOrder.Word.allCases))
        try await rig.serve { (port: Int) async throws in
            let command = Browser(port: port)
            for order in orders {
                let answer = try await command.send(
                    "POST", path(order), text(order.body(who: "Li")), headers: Self.bearer)
                #expect(answer.status == 202, "\(order)")
                let got = rig.orders.withLock { $0.popLast() }
                #expect(got?.0 == order && got?.1 == (order.word.isSigned ? "Li" : ""))
            }
        }
    }

    @Test("no order is taken without the box's token, nor from a page without its header, nor by who is nobody")
    func nobody() async throws {
        let rig = DeskRig()
        let orders = try Self.orders()
        try await rig.serve { (port: Int) async throws in
            let stranger = Browser(port: port)
            for order in orders {
                let body = text(order.body(who: "Li"))
                let guess = ["Authorization": "Bearer guess!"]
                #expect(try await stranger.send("POST", path(order), body, headers: guess).status == 401)
                #expect(try await stranger.send("POST", path(order), body, headers: [:]).status == 403)
                #expect(try await stranger.send("POST", path(order), body).status == 401)
            }
            #expect(rig.orders.withLock { $0.isEmpty })
        }
    }

    @Test("what is no order is answered with what is wrong, and changes nothing")
    func nonsense() async throws {
        let rig = DeskRig()
        let orders = try Self.orders()
        try await rig.serve { (port: Int) async throws in
            let command = Browser(port: port)
            for order in orders {
                for (body, why) in [("[]", "\""), ("{", "send JSON"), (#"{"who":"Li"}"#, "\"")] {
                    let answer = try await command.send("POST", path(order), body, headers: Self.bearer)
                    #expect(answer.status == 400 && text(answer.body).contains(why), "\(order.word) \(body)")
                }
                guard order.word.isSigned else { continue }
                let unsigned = try await command.send("POST", path(order), text(order.body()), headers: Self.bearer)
                #expect(unsigned.status == 400 && text(unsigned.body).contains(#"\"who\""#), "\(order.word)")
            }
            for word in ["shift", "reports", "Open", "open2"] {
                let answer = try await command.send("POST", "/desk/\(word)", #"{"who":"Li"}"#, headers: Self.bearer)
                #expect(answer.status == 400)
            }
            let nowhere = DeskOrder.cash(lane: try LaneID("nowhere"))
            let answer = try await command.send(
                "POST", path(nowhere), text(nowhere.body(who: "Li")), headers: Self.bearer)
            #expect(answer.status == 404)
            #expect(rig.orders.withLock { $0.isEmpty })
        }
    }
}
