import Acquiring
import Testing
import Vocabulary

@Suite struct SandboxTests {
    private let book: SandboxBook
    private let start = WallTime(milliseconds: 1_760_000_000_000)
    init() throws { book = try SandboxBook(path: ":memory:") }

    private func id(_ number: UInt64) -> PaymentID { PaymentID(at: start, random: (1, number)) }

    private func code(_ script: String, _ number: Int = 100_000_000_000) throws -> PayerCode {
        try PayerCode("2588\(number)\(script)")
    }

    private func ask(_ call: AcquirerCall, after milliseconds: Int64 = 0) throws -> AcquirerAnswer {
        try book.answer(call, at: WallTime(milliseconds: start.milliseconds + milliseconds))
    }

    @Test(
        "the last two digits of a code choose what happens at once, and after a while",
        arguments: [
            ("00", AcquirerAnswer.approved(Fen(700)), AcquirerAnswer.approved(Fen(700))),
            ("01", .declined(.insufficientFunds), .declined(.insufficientFunds)),
            ("02", .declined(.codeRefused), .declined(.codeRefused)), ("03", .pending, .approved(Fen(700))),
            ("04", .pending, .declined(.payerCancelled)), ("05", .unknown, .approved(Fen(700))),
            ("06", .unknown, .neverSeen), ("07", .unknown, .approved(Fen(700))), ("08", .pending, .pending),
        ])
    func script(digits: String, first: AcquirerAnswer, later: AcquirerAnswer) throws {
        #expect(try ask(.authorise(id(1), code: code(digits), amount: Fen(700))) == first)
        #expect(try ask(.query(id(1)), after: 20_000) == later)
        let isPaid = later == .approved(Fen(700))
        #expect(try book.owed() == (isPaid ? ["alipay": Fen(700)] : [:]))
    }

    @Test("a code pays once; the same order asked again is the same payment")
    func oneShot() throws {
        let code = try code("00")
        #expect(try ask(.authorise(id(1), code: code, amount: Fen(700))) == .approved(Fen(700)))
        #expect(try ask(.authorise(id(1), code: code, amount: Fen(700))) == .approved(Fen(700)))
        #expect(try ask(.authorise(id(2), code: code, amount: Fen(700))) == .declined(.codeRefused))
        #expect(try book.owed() == ["alipay": Fen(700)])
    }

    @Test("a reversal gives all back, and one that comes first refuses the order")
    func reversal() throws {
        #expect(try ask(.authorise(id(1), code: code("00"), amount: Fen(700))) == .approved(Fen(700)))
        #expect(try ask(.reverse(id(1))) == .reversed)
        #expect(try ask(.reverse(id(2))) == .reversed)
        #expect(try ask(.authorise(id(2), code: code("00", 200_000_000_000), amount: Fen(700))) == .reversed)
        #expect(try book.owed() == [:])
    }

    @Test(
        "WeChat reverses after 15 s and not before",
        arguments: [(14_999 as Int64, AcquirerAnswer.unknown), (15_000 as Int64, .reversed)])
    func weChat(after: Int64, answer: AcquirerAnswer) throws {
        let code = try PayerCode("131234567890123400")
        #expect(try ask(.authorise(id(1), code: code, amount: Fen(700))) == .approved(Fen(700)))
        #expect(try ask(.reverse(id(1)), after: after) == answer)
    }

    @Test("refunds come to no more than was paid, and each number is given back once")
    func refunds() throws {
        #expect(try ask(.authorise(id(1), code: code("00"), amount: Fen(700))) == .approved(Fen(700)))
        #expect(try ask(.refund(id(1), refund: id(11), amount: Fen(300))) == .refunded)
        #expect(try ask(.refund(id(1), refund: id(11), amount: Fen(300))) == .refunded)
        #expect(try ask(.refund(id(1), refund: id(11), amount: Fen(301))) == .refundRefused)
        #expect(try ask(.refund(id(1), refund: id(12), amount: Fen(401))) == .refundRefused)
        #expect(try book.held(id(1)) == Fen(400))
        #expect(try ask(.reverse(id(1)), after: 20_000) == .reversalRefused)
        #expect(try ask(.refund(id(1), refund: id(13), amount: Fen(400))) == .refunded)
        #expect(try book.owed() == ["alipay": .zero])
    }

    @Test("a shown code is paid by whoever scans it, once, while it is open")
    func shown() throws {
        #expect(try book.pay(id(1)) == nil)
        #expect(try ask(.open(id(1), amount: Fen(700))) == .pending)
        #expect(try book.pay(id(1)) == Fen(700))
        #expect(try book.pay(id(1)) == nil)
        #expect(try ask(.query(id(1))) == .approved(Fen(700)))
        #expect(try ask(.open(id(2), amount: Fen(700))) == .pending)
        #expect(try ask(.reverse(id(2))) == .reversed)
        #expect(try book.pay(id(2)) == nil)
        #expect(try book.owed() == ["shownCode": Fen(700)])
    }
}
