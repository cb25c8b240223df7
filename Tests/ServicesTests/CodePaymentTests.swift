import Acquiring
import Services
import Testing
import Vocabulary
import Wire

@Suite struct CodePaymentTests {
    private let site: CodeSite
    init() throws { site = try CodeSite() }

    @Test("an approved code moves the amount once: the network owes it, the merchant has it")
    func approved() throws {
        let payment = try CodeCharge(1)
        #expect(try site.charge(payment) == .unknown)
        #expect(try site.balance("merchant:city") == 0)
        try site.run()
        #expect(try site.query(payment) == .approved)
        #expect(try site.charge(payment) == .approved)
        #expect(site.tasks.isEmpty && site.begun == [payment.id: 1])
        #expect(try site.balance("acquirer:alipay") == -700 && site.balance("merchant:city") == 700)
        #expect(try site.isSound())
    }

    @Test(
        "the network's own answer decides, at once or after a while",
        arguments: [
            ("01", PaymentOutcome.declined(.insufficientFunds), PaymentOutcome.declined(.insufficientFunds)),
            ("02", .declined(.codeRefused), .declined(.codeRefused)), ("03", .pending, .approved),
            ("04", .pending, .declined(.payerCancelled)), ("05", .unknown, .approved), ("06", .unknown, .reversed),
            ("07", .unknown, .approved), ("08", .pending, .reversed),
        ])
    func scripts(script: String, first: PaymentOutcome, last: PaymentOutcome) throws {
        let payment = try CodeCharge(1, script)
        _ = try site.charge(payment)
        try site.run()
        #expect(try site.query(payment) == first)
        try site.run()
        try site.pass(80_000)
        #expect(try site.query(payment) == last)
        #expect(site.begun == [payment.id: 1])
        #expect(try site.balance("merchant:city") == (last == .approved ? 700 : 0))
        #expect(try site.isSound())
    }

    @Test("a code that was used is refused, and its first payment stands")
    func usedCode() throws {
        let first = try CodeCharge(1)
        var second = try CodeCharge(2)
        (second.code, second.charge.instrument) = (first.code, first.charge.instrument)
        for payment in [first, second] { _ = try site.charge(payment) }
        try site.run()
        #expect(try site.query(first) == .approved)
        #expect(try site.query(second) == .declined(.codeRefused))
        #expect(try site.balance("merchant:city") == 700)
    }

    @Test("what is wrong before any network is asked is declined, and none is asked")
    func refusedAtOnce() throws {
        var gone = try CodeCharge(1)
        gone.code = nil
        #expect(try site.charge(gone) == .declined(.codeRefused))
        var foreign = try CodeCharge(2)
        foreign.code = try CodeCharge(2, scheme: .weChat).code
        #expect(try site.charge(foreign) == .declined(.badRequest))
        var unknown = try CodeCharge(3)
        unknown.code = try PayerCode("6212345678901234567")
        unknown.charge.instrument = .payerCode(.unionPay, ending: "4567")
        #expect(try site.charge(unknown) == .declined(.notSupported))
        var crooked = try CodeCharge(4)
        crooked.charge.quote.total = Fen(699)
        #expect(try site.charge(crooked) == .declined(.badRequest))
        #expect(site.tasks.isEmpty)
    }

    @Test("another box can neither see nor undo the payment, and other contents never replace it")
    func foreign() throws {
        var payment = try CodeCharge(1)
        _ = try site.charge(payment)
        try site.run()
        #expect(try site.query(payment, from: site.other) == .conflict)
        #expect(try site.reverse(payment, from: site.other) == .conflict)
        payment.charge.quote.until.milliseconds += 1
        #expect(try site.charge(payment) == .conflict)
        #expect(try site.balance("merchant:city") == 700)
    }

    // MARK: - Crashes

    @Test("a crash before the call went out: the order is closed at the network, never authorised")
    func crashBeforeCall() throws {
        let payment = try CodeCharge(1)
        _ = try site.charge(payment)
        try site.restart()
        #expect(try site.charge(payment) == .unknown)
        try site.pass(30_000)
        #expect(try site.query(payment) == .reversed)
        #expect(site.begun.isEmpty)
        #expect(try site.book.answer(.query(payment.id), at: site.time) == .reversed)
        #expect(try site.isSound())
    }

    @Test("a crash after the payer has paid: the order is asked for by its number and booked")
    func crashAfterCall() throws {
        let payment = try CodeCharge(1)
        _ = try site.charge(payment)
        _ = try site.book.answer(site.tasks[0].call, at: site.time)
        try site.restart()
        try site.pass(11_000)
        #expect(try site.query(payment) == .unknown)
        try site.pass(2_000)
        #expect(try site.query(payment) == .approved)
        #expect(try site.isSound())
    }

    // MARK: - Reversals

    @Test("a reversal is confirmed to the box only when the network has confirmed it")
    func reversal() throws {
        let payment = try CodeCharge(1)
        _ = try site.charge(payment)
        try site.run()
        #expect(try site.reverse(payment) == .unknown)
        #expect(try site.query(payment) == .unknown)
        try site.run()
        #expect(try site.reverse(payment) == .reversed)
        #expect(try site.balance("merchant:city") == 0 && site.isSound())
    }

    @Test("WeChat is asked to reverse after 15 s and not before")
    func weChat() throws {
        let payment = try CodeCharge(1, scheme: .weChat)
        _ = try site.charge(payment)
        try site.run()
        #expect(try site.reverse(payment) == .unknown)
        try site.pass(14_000)
        #expect(try site.reverse(payment) == .unknown)
        #expect(site.tasks.isEmpty)
        try site.pass(2_000)
        #expect(try site.reverse(payment) == .reversed)
        #expect(try site.isSound())
    }

    @Test("an approval that comes after the box has given up is undone")
    func lateApproval() throws {
        let payment = try CodeCharge(1)
        _ = try site.charge(payment)
        #expect(try site.reverse(payment) == .unknown)
        try site.run()
        try site.pass(2_000)
        #expect(try site.query(payment) == .reversed)
        #expect(try site.balance("merchant:city") == 0 && site.isSound())
    }

    @Test("a reversal that comes first refuses the late charge; no network hears of it")
    func tombstone() throws {
        let payment = try CodeCharge(1)
        #expect(try site.reverse(payment) == .reversed)
        #expect(try site.charge(payment) == .reversed)
        #expect(site.tasks.isEmpty)
    }

    @Test("where the network refuses a reversal the money is refunded; where it refuses that too, a person is told")
    func refusedReversal() throws {
        let (refundable, lost) = (try CodeCharge(1, "09"), try CodeCharge(2, "10"))
        for payment in [refundable, lost] { _ = try site.charge(payment) }
        try site.run()
        for payment in [refundable, lost] { _ = try site.reverse(payment) }
        try site.pass(5_000)
        #expect(try site.reverse(refundable) == .reversed)
        #expect(try site.reverse(lost) == .unknown)
        #expect(try site.balance("merchant:city") == 700)
        #expect(try site.incidents() == [.notReversible])
        #expect(try site.isSound())
    }

    // MARK: - Cars that have left

    @Test(
        "a car let out on a debt while the code was open owes the amount if nothing is paid, and nothing if it is",
        arguments: [("01", 700 as Int64), ("00", 0 as Int64)])
    func debt(script: String, owed: Int64) throws {
        let payment = try CodeCharge(1, script)
        _ = try site.charge(payment)
        try site.record(.debt(payment.charge))
        try site.run()
        #expect(try -site.balance("debt:\(Holder(plate: Site.stranger).text)") == owed)
        #expect(try site.balance("merchant:city") == 700)
        #expect(try site.isSound())
    }

    @Test("no box can promise a payment by code: the record moves nothing, and a person hears of it")
    func neverQueued() throws {
        let payment = try CodeCharge(1, "03")
        _ = try site.charge(payment)
        try site.run()
        try site.record(.payment(.acceptedOffline, payment.charge, nil))
        #expect(try site.balance("merchant:city") == 0)
        #expect(try site.incidents() == [.unpayable])
    }

    // MARK: - Shown codes

    @Test("a shown code is paid when its network says so, whoever else says it")
    func shown() throws {
        let payment = CodeCharge(shown: 1)
        _ = try site.charge(payment)
        try site.run()
        #expect(try site.query(payment) == .pending)
        try site.run()
        site.time.milliseconds += 1_500
        try site.store.notice(payment.id, at: site.time)
        site.tasks += site.store.takeTasks()
        try site.run()
        #expect(try site.query(payment) == .pending)
        #expect(try site.book.pay(payment.id) == Fen(700))
        try site.run()
        site.time.milliseconds += 1_500
        try site.store.notice(payment.id, at: site.time)
        site.tasks += site.store.takeTasks()
        try site.run()
        #expect(try site.query(payment) == .approved)
        #expect(try site.balance("acquirer:shownCode") == -700 && site.isSound())
    }

    @Test("a shown code that nobody pays is closed after three minutes: nobody can pay it later")
    func unpaid() throws {
        let payment = CodeCharge(shown: 1)
        _ = try site.charge(payment)
        try site.run()
        try site.pass(175_000)
        #expect(try site.query(payment) == .pending)
        try site.run()
        try site.pass(10_000)
        #expect(try site.query(payment) == .reversed)
        #expect(try site.book.pay(payment.id) == nil)
    }
}
