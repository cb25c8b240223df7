import CanteenDemo
import DemoParts
import JSONText
import Services
import StandIns
import Testing
import Vocabulary
import Wire

/// What cashiers and supervisors do at the pages of a real box.
@Suite("A canteen's tills on real processes", .serialized)
struct CanteenTillTests {
    /// Somebody's browser, signed in.
    private final class Clerk {
        private let port: Int
        private var cookie = ""

        /// - Throws: if the box does not let them in.
        init(_ name: String, _ role: String, pin: String, at rig: CanteenRig) throws {
            port = rig.box.port
            let program = try Program(
                "/bin/sh",
                [
                    "-c",
                    "echo '\(pin)' | \(Place.programs)/turnpike attendants set --config \(rig.files.boxFile("gate-1")) "
                        + "--name \(name) --role \(role)",
                ])
            try #require(program.waitForEnd() == 0, "\(program.lines)")
            let body = JSONWriter.object {
                $0.field("name", name)
                $0.field("pin", pin)
            }
            let answer = try send("POST", "/session", body)
            try #require(answer.status == 200)
        }

        func send(_ method: String, _ path: String, _ body: [UInt8] = []) throws -> HTTPPush.Answer {
            let headers = ["X-Turnpike": "1", "Content-Type": "application/json", "Cookie": cookie]
            let answer = try #require(try HTTPPush.send(method, port: port, path: path, headers: headers, body: body))
            if let set = answer.header("set-cookie") { cookie = String(set.prefix { $0 != ";" }) }
            return answer
        }

        /// - Returns: the status.
        @discardableResult
        func order(_ word: String, at till: String, _ members: (inout JSONWriter) -> Void = { _ in }) throws -> Int {
            let body = JSONWriter.object { writer in
                writer.field("till", till)
                members(&writer)
            }
            return try send("POST", "/till/\(word)", body).status
        }

        func till(_ name: String) throws -> JSONNode {
            let board = try JSONNode.parse(try send("GET", "/board").body, dialect: .json)["board"]
            return try #require(board?["tills"]?.array?.first { $0["id"]?.string == name })
        }
    }

    @Test(
        "a cashier keys, sells from the menu, takes cash; a supervisor corrects with a reason and closes the meal"
    )
    func aLunchAtTheTill() throws {
        let rig = try CanteenRig.running()
        let box = rig.box
        let zhao = try Clerk("Zhao", "attendant", pin: "2580", at: rig)
        let qian = try Clerk("Qian", "supervisor", pin: "1470", at: rig)

        // Keyed, and paid with a card.
        #expect(
            try zhao.order("key", at: "till-2") { $0.field("amounts", array: [500, 250]) { $0.integer($1) } } == 202)
        try box.waitForText("7.50 yuan", at: "till-2")
        #expect(try zhao.order("present", at: "till-2") { $0.field("card", "0000000001") } == 202)
        try box.waitForText("Paid 7.50 yuan", at: "till-2")

        // From the menu, and paid in cash.
        #expect(try zhao.order("item", at: "till-1") { $0.field("item", "noodles") } == 202)
        #expect(try zhao.order("item", at: "till-1") { $0.field("item", "milk") } == 202)
        try box.waitForText("16.00 yuan", at: "till-1")
        #expect(try zhao.order("cash", at: "till-1") { $0.field("amount", 1_500) } == 409, "that is another price")
        #expect(try zhao.order("cash", at: "till-1") { $0.field("amount", 1_600) } == 202)
        try box.waitForText("Paid 16.00 yuan", at: "till-1")
        #expect(try zhao.till("till-1")["menu"]?.array?.first { $0["id"]?.string == "noodles" }?["left"]?.integer == 1)

        // Sold out is said before anybody pays.
        #expect(try zhao.order("item", at: "till-1") { $0.field("item", "noodles") } == 202)
        try box.waitForText("13.00 yuan", at: "till-1")
        #expect(try zhao.order("item", at: "till-1") { $0.field("item", "noodles") } == 202)
        try box.waitForText("Beef noodles is sold out", at: "till-1")
        #expect(try zhao.order("cancel", at: "till-1") == 202)

        // What was keyed wrong is corrected by who may, and says why.
        let sale = try #require(try zhao.till("till-2")["last"]?.array?.first?["sale"]?.string)
        func correction(_ writer: inout JSONWriter) {
            writer.field("sale", sale)
            writer.field("why", "keyed twice")
        }
        #expect(try zhao.order("correct", at: "till-2", correction) == 403, "an attendant may not")
        #expect(
            try qian.order("correct", at: "till-2") { $0.field("sale", sale) } == 400, "without a reason nobody may")
        #expect(try qian.order("correct", at: "till-2", correction) == 202)
        try box.waitForText("7.50 yuan given back", at: "till-2")
        #expect(try rig.purses(of: "p1")["cash"].map { $0.balance + $0.lent } == 5_000)

        // The meal's report, on the page and as CSV.
        #expect(try zhao.send("GET", "/periods/\(rig.today).lunch/csv").status == 404, "an attendant reads no report")
        #expect(try qian.order("close", at: "till-1") == 202)
        try rig.wait("the report is closed") { try box.board()["reports"]?.array?.isEmpty == false }
        let csv = String(decoding: try qian.send("GET", "/periods/\(rig.today).lunch/csv").body, as: UTF8.self)
        for line in ["all,,2,2350", "item,noodles,1,1300", "instrument,cash,1,1600", "correction,,1,750"] {
            #expect(csv.contains("\(rig.today),lunch,\(line)\r\n"), "\(line) in:\n\(csv)")
        }
        #expect(try qian.send("GET", "/periods/\(rig.today).lunch").status == 200)
        try rig.finishAndCheck()
        let refunds = try box.records().compactMap { event in
            if case .refund(.refunded, let refund, _) = event { "\(refund.who): \(refund.why)" } else { nil }
        }
        #expect(refunds == ["Qian: keyed twice"])
        #expect(try rig.report().balance(of: "cash:gate-1") == Fen(-1_600))
    }

    @Test("nobody gives orders at a till without signing in, and a card that nobody has pays nothing")
    func strangers() throws {
        let rig = try CanteenRig.running(pupils: 1)
        let body = Array(#"{"till":"till-2","amounts":[500]}"#.utf8)
        let answer = try HTTPPush.send(
            port: rig.box.port, path: "/till/key", headers: ["Authorization": "Bearer guess"], body: body)
        #expect(answer?.status == 401 || answer?.status == 403)
        #expect(try rig.box.order("key", at: "till-2") { $0.field("amounts", array: [500]) { $0.integer($1) } } == 202)
        #expect(try rig.box.order("present", at: "till-2") { $0.field("card", "0000012345") } == 202)
        try rig.box.waitForText("This card is not known", at: "till-2")
        #expect(try rig.box.order("cancel", at: "till-2") == 202)
        try rig.finishAndCheck()
        #expect(try rig.box.taken.charges.isEmpty)
    }

    @Test("a card on the reader's serial line opens the gate like a face")
    func cardReader() throws {
        let rig = try CanteenRig.running(pupils: 1)
        rig.showCard("0000000001")
        _ = try rig.box.waitForOpening(1, "a card is shown")
        try rig.wait("the passage is on record") { try rig.box.passages == [.passed] }
        let known = try rig.box.records().compactMap { if case .identified(let who) = $0 { who.by } else { nil } }
        #expect(known == [.card])
        try rig.finishAndCheck()
    }
}
