import JSONText
import Testing
import Vocabulary

@testable import Register

@Suite("What a cash register writes")
struct RegisterCodecTests {
    private func start(_ text: String) throws -> RegisterAsk { try RegisterJSON.start(Array(text.utf8)) }

    @Test("a payment needs its amount; everything else may be left out")
    func bodies() throws {
        #expect(try start("{\"amount\":1}") == RegisterAsk(.start(RegisterSale(amount: Fen(1)))))
        let whole = try start(
            #"{"amount":1250,"reference":"R-1","lane":"till-1","itemClass":"meal","code":"284718294718294712"}"#)
        #expect(whole.code == "284718294718294712")
        #expect(
            whole.request
                == .start(
                    RegisterSale(
                        amount: Fen(1_250), reference: "R-1", lane: try Slug("till-1"), itemClass: try Slug("meal"),
                        codeMark: RegisterSale.mark(of: "284718294718294712"))))
        #expect(
            try RegisterJSON.refund(Array(#"{"amount":1,"who":"Zhang","why":"x"}"#.utf8), payment: id(1)).request
                == .refund(payment: id(1), amount: Fen(1), who: "Zhang", why: "x"))
        #expect(try RegisterJSON.cancel([], payment: id(1)).request == .cancel(id(1)))
    }

    @Test(
        "what is not a payment is refused",
        arguments: [
            "", "[]", "{}", #"{"amount":0}"#, #"{"amount":-5}"#, #"{"amount":100000001}"#, #"{"amount":12.5}"#,
            #"{"amount":"1250"}"#, #"{"amount":1e3}"#, #"{"amount":1,"amuont":2}"#, #"{"amount":1,"lane":"Till 1"}"#,
            #"{"amount":1,"reference":""}"#, #"{"amount":1,"reference":"a\nb"}"#, #"{"amount":1,"code":5}"#,
            #"{"amount":9223372036854775808}"#,
        ])
    func refused(_ text: String) {
        let fault = #expect(throws: RegisterFault.self) { try start(text) }
        #expect(fault?.status == 400)
    }

    @Test("the bounds of an amount are its bounds", arguments: [(1, true), (100_000_000, true), (100_000_001, false)])
    func amounts(_ amount: Int64, _ isOne: Bool) throws {
        #expect(((try? start("{\"amount\":\(amount)}")) != nil) == isOne)
        let line = RegisterLine.line("PAY|k|\(amount)").dropLast(2)
        #expect(((try? RegisterLine.read(Array(line), door: door)) != nil) == isOne)
    }

    @Test("the checksum is that of the standard")
    func checksum() {
        #expect(RegisterLine.checksum(Array("123456789".utf8)[...]) == Array("29B1".utf8))
    }

    @Test(
        "the examples of the description are lines of the protocol",
        arguments: ["HEL|1|5E05", "PAY|R-000124|800|44A3"])
    func examples(_ text: String) throws {
        #expect(throws: Never.self) { try RegisterLine.read(Array(text.utf8), door: door) }
    }

    private func read(_ text: String) throws -> RegisterLine.Ask {
        try RegisterLine.read(Array(RegisterLine.line(text).dropLast(2)), door: door)
    }

    @Test("the lines of the protocol are read as its description says")
    func lines() throws {
        #expect(try read("HEL|7") == .hello(key: "7"))
        #expect(try read("GET|7|\(id(1))") == .status(key: "7", id(1)))
        #expect(try read("CAN|7|\(id(1))") == .change(key: key("7"), RegisterAsk(.cancel(id(1)))))
        #expect(
            try read("PAY|7|1250") == .change(key: key("7"), RegisterAsk(.start(RegisterSale(amount: Fen(1_250))))))
        let mark = RegisterSale.mark(of: "284718294718294712")
        #expect(
            try read("PAY|7|1250|R-1|284718294718294712||meal")
                == .change(
                    key: key("7"),
                    RegisterAsk(
                        .start(
                            RegisterSale(
                                amount: Fen(1_250), reference: "R-1", itemClass: try Slug("meal"), codeMark: mark)),
                        code: "284718294718294712")))
        #expect(
            try read("REF|7|\(id(1))|5|张三|错菜")
                == .change(
                    key: key("7"), RegisterAsk(.refund(payment: id(1), amount: Fen(5), who: "张三", why: "错菜"))))
    }

    @Test(
        "a line that cannot be carried out is answered under its key",
        arguments: [
            "XXX|7", "PAY|7", "PAY|7|0", "PAY|7|+5", "PAY|7|1|r|c|L|m|x", "GET|7|x", "REF|7|x|1|a|b", "HEL|7|8",
        ])
    func faults(_ text: String) {
        let refusal = #expect(throws: RegisterLine.Refusal.self) { try read(text) }
        guard case .fault(key: "7", .badRequest)? = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
    }

    @Test("a line with a wrong byte anywhere is never an order")
    func damaged() throws {
        let line = Array(RegisterLine.line("PAY|key-1|1250|R-1").dropLast(2))
        for place in line.indices {
            for bit in 0..<8 {
                var wrong = line
                wrong[place] ^= 1 << UInt8(bit)
                #expect(throws: RegisterLine.Refusal.self) { try RegisterLine.read(wrong, door: door) }
            }
        }
        for count in line.indices {
            #expect(throws: RegisterLine.Refusal.self) { try RegisterLine.read(Array(line[..<count]), door: door) }
        }
    }

    @Test("random bytes, and random bytes with a right checksum, never trap")
    func fuzz() {
        var dice = SystemRandomNumberGenerator()
        let alphabet = Array("PAYGETCANREFHEL|||0123456789-abcdef\u{FF}{}\":,".utf8)
        for _ in 0..<5_000 {
            let bytes = (0..<Int.random(in: 0...80, using: &dice)).map { _ in
                Bool.random(using: &dice)
                    ? alphabet.randomElement(using: &dice)! : UInt8.random(in: 0...255, using: &dice)
            }
            _ = try? RegisterLine.read(bytes, door: door)
            let whole = bytes + [UInt8(ascii: "|")]
            _ = try? RegisterLine.read(whole + RegisterLine.checksum(whole[...]), door: door)
            _ = try? RegisterJSON.start(bytes)
            _ = RegisterEntry(json: bytes)
        }
    }

    @Test("answers are ASCII on the line, whole in JSON, and no text breaks a line")
    func answers() throws {
        let payment = RegisterPayment(
            id: id(1), sale: RegisterSale(amount: Fen(5), reference: "R"), state: .declined,
            detail: RegisterDetail(code: "a|b\r余", chinese: "余额不足", english: "not enough"), payer: "张*三")
        let reply = RegisterReply.payment(payment, refunded: Fen(0), refunding: Fen(0))
        let line = RegisterLine.bytes(reply, key: "7")
        #expect(line.dropLast(2).allSatisfy { (0x20...0x7E).contains($0) } && line.suffix(2) == [13, 10])
        #expect(line.count { $0 == UInt8(ascii: "|") } == 7)
        let json = try JSONNode.parse(RegisterJSON.bytes(reply), dialect: .json)
        #expect(json["zh"]?.string == "余额不足" && json["final"]?.bool == true && json["payer"]?.string == "张*三")
        for fault in [RegisterFault.badRequest("a|b\n"), .unknown, .conflict, .busy, .full, .disk, .tooLarge] {
            let bytes = RegisterLine.bytes(.fault(key: "7", fault))
            #expect(bytes.dropLast(2).allSatisfy { (0x20...0x7E).contains($0) })
            #expect(try JSONNode.parse(RegisterJSON.bytes(fault), dialect: .json)["error"]?.string == fault.code)
        }
    }
}
