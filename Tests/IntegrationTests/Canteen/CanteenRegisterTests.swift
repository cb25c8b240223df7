import CanteenDemo
import DemoParts
import EdgeRuntime
import JSONText
import RegisterLink
import StandIns
import Testing
import Vocabulary

/// An old cash register beside a real box, which asks over the local HTTP API.
@Suite("Cash registers at a canteen's box on real processes", .serialized)
struct CanteenRegisterTests {
    private struct CashRegister {
        let port: Int
        let token: String

        init(at box: CanteenRigBox) throws {
            let line = try #require(box.program?.waitForLine("cash registers are served at"))
            port = try #require(line.split(separator: ":").last.flatMap { Int($0) })
            token = try RegisterToken.read(in: box.configuration.stateFolder)
        }

        func ask(
            _ method: String, _ path: String, key: String? = nil, _ body: String = "", token other: String? = nil
        ) throws -> (status: Int, json: JSONNode) {
            var headers = ["Authorization": "Bearer \(other ?? token)"]
            if let key { headers["Idempotency-Key"] = key }
            if !body.isEmpty { headers["Content-Type"] = "application/json" }
            let answer = try #require(
                try HTTPPush.send(method, port: port, path: path, headers: headers, body: Array(body.utf8)))
            return (answer.status, try JSONNode.parse(answer.body, dialect: .json))
        }

        /// - Returns: the payment's id.
        func start(_ key: String, _ amount: Int64, lane: String) throws -> String {
            let answer = try ask(
                "POST", "/register/payments", key: key, #"{"amount":\#(amount),"lane":"\#(lane)","itemClass":"meal"}"#)
            try #require(answer.status == 201)
            return try #require(answer.json["payment"]?.string)
        }

        func state(_ id: String) throws -> String? {
            try ask("GET", "/register/payments/\(id)").json["state"]?.string
        }
    }

    @Test(
        "a payment of a register is paid with a card at the box, once; a part goes back; what was not paid is given up")
    func aPayment() throws {
        let rig = try CanteenRig.running()
        let box = rig.box
        let register = try CashRegister(at: box)
        #expect(try register.ask("GET", "/register/payments/x", token: "wrong").status == 401)

        let first = try register.start("R-1", 1_250, lane: "till-2")
        try box.waitForText("12.50 yuan", at: "till-2")
        // Sent again because the answer was lost: the same payment. Another amount under the key is refused.
        let again = try register.ask(
            "POST", "/register/payments", key: "R-1", #"{"amount":1250,"lane":"till-2","itemClass":"meal"}"#)
        #expect(again.status == 200 && again.json["payment"]?.string == first)
        let other = try register.ask(
            "POST", "/register/payments", key: "R-1", #"{"amount":1300,"lane":"till-2","itemClass":"meal"}"#)
        #expect(other.status == 409)

        #expect(try box.order("present", at: "till-2") { $0.field("card", "0000000001") } == 202)
        try rig.wait("the register hears that it is paid") { try register.state(first) == "approved" }
        let refund = try register.ask(
            "POST", "/register/payments/\(first)/refunds", key: "R-1-r", #"{"amount":250,"who":"Zhang","why":"cold"}"#)
        let id = try #require(refund.json["refund"]?.string)
        try rig.wait("the part has gone back") {
            try register.ask("GET", "/register/refunds/\(id)").json["state"]?.string == "refunded"
        }

        let second = try register.start("R-2", 700, lane: "till-2")
        #expect(try register.ask("POST", "/register/payments/\(second)/cancel", key: "R-2-c").status == 201)
        try rig.wait("the second is given up") { try register.state(second) == "cancelled" }
        try rig.finishAndCheck()
    }

    @Test("the power goes while a register waits: what was not charged has failed, what was paid stays paid")
    func aPowerCut() throws {
        let rig = try CanteenRig.running()
        let box = rig.box
        var register = try CashRegister(at: box)
        let paid = try register.start("R-1", 500, lane: "till-2")
        try box.waitForText("5.00 yuan", at: "till-2")
        #expect(try box.order("present", at: "till-2") { $0.field("card", "0000000002") } == 202)
        try rig.wait("the first is paid") { try register.state(paid) == "approved" }
        let open = try register.start("R-2", 900, lane: "till-2")
        try rig.wait("the box waits for the payer") { try register.state(open) == "waiting" }
        box.cutPower()
        try box.start()
        register = try CashRegister(at: box)
        try rig.wait("the box has read its journal") { try register.state(open) == "failed" }
        #expect(try register.state(paid) == "approved")
        try rig.finishAndCheck()
    }
}
