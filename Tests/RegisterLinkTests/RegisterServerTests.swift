import Glibc
import Host
import JSONText
import Register
import RegisterLink
import StandIns
import Synchronization
import Testing
import Vocabulary

/// A cash register that speaks HTTP.
private struct Till {
    let port: Int
    var token = RegisterRig.token

    func send(
        _ method: String, _ path: String, _ body: String = "", key: String? = nil
    ) async throws -> HTTPPush.Answer {
        var headers = ["Authorization": "Bearer \(token)"]
        if let key { headers["Idempotency-Key"] = key }
        let (port, sent) = (port, headers)
        // The answer is waited for on a thread of its own: the server runs on these.
        return try await withCheckedThrowingContinuation { continuation in
            do {
                _ = try HostThread(name: "till") {
                    continuation.resume(
                        with: Result {
                            guard
                                let answer = try HTTPPush.send(
                                    method, port: port, path: path, headers: sent, body: Array(body.utf8))
                            else { throw StandInError.file("no answer") }
                            return answer
                        })
                }
            } catch { continuation.resume(throwing: error) }
        }
    }

    func json(_ answer: HTTPPush.Answer) throws -> JSONNode { try JSONNode.parse(answer.body, dialect: .json) }
}

@Suite("The registers' local HTTP API", .serialized)
struct RegisterServerTests {
    private let rig: RegisterRig

    init() throws { rig = try RegisterRig() }

    @Test("a payment is started, asked about, refunded, and cannot be cancelled then")
    func whole() async throws {
        defer { rig.stop() }
        let rig = rig
        try await rig.serve { (port: Int) async throws in
            let till = Till(port: port)
            let body = #"{"amount":1250,"reference":"R-000123","itemClass":"meal"}"#
            let started = try await till.send("POST", "/register/payments", body, key: "k1")
            #expect(started.status == 201 && started.header("content-type") == "application/json")
            let text = try #require(try till.json(started)["payment"]?.string)
            let id = try PaymentID(text)
            #expect(try till.json(started)["state"]?.string == "accepted")
            let again = try await till.send("POST", "/register/payments", body, key: "k1")
            #expect(try again.status == 200 && till.json(again)["payment"]?.string == text)
            rig.desk.told(.payment(id, .approved, payer: "张*三"))
            let asked = try await till.send("GET", "/register/payments/\(text)")
            #expect(try asked.status == 200 && till.json(asked)["state"]?.string == "approved")
            #expect(try till.json(asked)["payer"]?.string == "张*三" && till.json(asked)["final"]?.bool == true)
            let refund = try await till.send(
                "POST", "/register/payments/\(text)/refunds", #"{"amount":250,"who":"Zhang","why":"x"}"#, key: "k2")
            let refundID = try #require(try till.json(refund)["refund"]?.string)
            #expect(refund.status == 201)
            rig.desk.told(.refund(try PaymentID(refundID), .refunded))
            let known = try await till.send("GET", "/register/refunds/\(refundID)")
            #expect(try till.json(known)["state"]?.string == "refunded")
            let cancel = try await till.send("POST", "/register/payments/\(text)/cancel", key: "k3")
            #expect(try cancel.status == 409 && till.json(cancel)["error"]?.string == "notPossible")
            #expect(rig.orders.count == 2)
        }
    }

    @Test("each error has its status and its word, in both languages")
    func errors() async throws {
        defer { rig.stop() }
        let rig = rig
        try await rig.serve { (port: Int) async throws in
            let till = Till(port: port)
            let pay = "/register/payments", some = "01890a5d-ac96-774b-bcce-b302099a8057"
            func expect(_ answer: HTTPPush.Answer, _ status: Int, _ word: String) throws {
                #expect(answer.status == status)
                let node = try till.json(answer)
                #expect(node["error"]?.string == word && node["zh"]?.string != nil && node["en"]?.string != nil)
            }
            var thief = till
            thief.token = String(repeating: "x", count: 64)
            try expect(try await thief.send("POST", pay, #"{"amount":1}"#, key: "a"), 401, "unauthorised")
            try expect(try await thief.send("GET", "\(pay)/\(some)"), 401, "unauthorised")
            try expect(try await till.send("POST", pay, #"{"amount":1}"#), 400, "badRequest")
            try expect(try await till.send("POST", pay, #"{"amount":1}"#, key: "a b"), 400, "badRequest")
            let long = String(repeating: "k", count: 256)
            try expect(try await till.send("POST", pay, #"{"amount":1}"#, key: long), 400, "badRequest")
            try expect(try await till.send("POST", pay, #"{"amount":0}"#, key: "a"), 400, "badRequest")
            let large = "{\"amount\":1,\"reference\":\"" + String(repeating: "x", count: 5_000) + "\"}"
            try expect(try await till.send("POST", pay, large, key: "a"), 413, "tooLarge")
            try expect(try await till.send("GET", "\(pay)/\(some)"), 404, "unknown")
            try expect(try await till.send("GET", "\(pay)/nonsense"), 404, "unknown")
            try expect(try await till.send("POST", "\(pay)/\(some)/cancel", key: "c"), 404, "unknown")
            #expect(try await till.send("POST", pay, #"{"amount":1}"#, key: "a").status == 201)
            try expect(try await till.send("POST", pay, #"{"amount":2}"#, key: "a"), 409, "conflict")
            rig.site.withLock { $0.hasRoom = false }
            let busy = try await till.send("POST", pay, #"{"amount":1}"#, key: "b")
            try expect(busy, 503, "busy")
            #expect(busy.header("retry-after") == "1")
            rig.site.withLock { $0.hasRoom = true }
            rig.isFull.store(true, ordering: .relaxed)
            try expect(try await till.send("POST", pay, #"{"amount":1}"#, key: "b"), 503, "disk")
            #expect(rig.orders.count == 1)
        }
    }

    @Test("connections that send half a request, or do not read, hold up nobody")
    func halfOpen() async throws {
        defer { rig.stop() }
        let rig = rig
        try await rig.serve { (port: Int) async throws in
            let till = Till(port: port)
            var sockets: [Int32] = []
            defer { for socket in sockets { close(socket) } }
            let head =
                "POST /register/payments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(RegisterRig.token)\r\n"
                + "Idempotency-Key: half\r\nContent-Length: 12\r\n"
            for text in ["", "POST /regi", head, head + "\r\n", head + "\r\n{\"amount\":"] {
                let socket = Loopback.connect(to: port)
                sockets.append(socket)
                _ = Glibc.send(socket, text, text.utf8.count, Int32(MSG_NOSIGNAL))
            }
            // This one asks a hundred times and reads nothing.
            let deaf = Loopback.connect(to: port)
            sockets.append(deaf)
            let ask = "GET /register/payments/x HTTP/1.1\r\nHost: x\r\n\r\n"
            let many = String(repeating: ask, count: 100)
            _ = Glibc.send(deaf, many, many.utf8.count, Int32(MSG_NOSIGNAL))
            let began = BootClock.now()
            #expect(try await till.send("POST", "/register/payments", #"{"amount":1}"#, key: "a").status == 201)
            #expect(BootClock.now() - began < .seconds(5))
            #expect(rig.orders.count == 1)
        }
    }
}
