import Acquiring
import Services
import Testing
import Vocabulary
import Wire

@Suite struct RefundTests {
    private let site: CodeSite
    private let charge = makeCharge(50, Site.rich, 700)
    init() throws {
        site = try CodeSite()
        _ = try site.ask(.charge(charge, code: nil))
    }

    private func refund(_ number: UInt64, _ amount: Int64, why: String = "overcharged") throws -> RefundOutcome {
        try site.refund(makeRefund(number, of: charge, amount, why: why))
    }

    private func captured(_ script: String = "00") throws -> CodeCharge {
        let payment = try CodeCharge(1, script)
        _ = try site.charge(payment)
        try site.run()
        #expect(try site.query(payment) == .approved)
        return payment
    }

    @Test("a contract gets back what it paid, in parts, once for each id")
    func contract() throws {
        #expect(try refund(1, 200) == .refunded)
        #expect(try refund(1, 200) == .refunded)
        #expect(try refund(2, 500) == .refunded)
        #expect(try site.balance("contract:rich") == Site.opening)
        #expect(try site.balance("merchant:city") == 0 && site.isSound())
    }

    @Test(
        "all refunds of a payment together are never more than it captured",
        arguments: [(300 as Int64, 400 as Int64, RefundOutcome.refunded), (300, 401, .refused(.moreThanCaptured))])
    func sum(first: Int64, second: Int64, outcome: RefundOutcome) throws {
        #expect(try refund(1, first) == .refunded)
        #expect(try refund(2, second) == outcome)
    }

    @Test("no amount, or less, is no refund", arguments: [0 as Int64, -1, .min])
    func amount(amount: Int64) throws {
        #expect(try refund(1, amount) == .refused(.badRequest))
        #expect(try site.balance("merchant:city") == 700)
    }

    @Test("a refund's id with other contents, or from another box, is a conflict and moves nothing")
    func conflict() throws {
        #expect(try refund(1, 200) == .refunded)
        #expect(try refund(1, 201) == .conflict)
        #expect(try refund(1, 200, why: "another reason") == .conflict)
        #expect(try site.refund(makeRefund(1, of: charge, 200), from: site.other) == .conflict)
        #expect(try site.refund(makeRefund(9, of: charge, 200), from: site.other) == .refused(.notCaptured))
        #expect(try site.balance("merchant:city") == 500)
        #expect(try site.incidents() == [.paymentConflict, .paymentConflict, .foreignPayment])
    }

    @Test("a payment that holds no money is not refunded, and that answer stands")
    func notCaptured() throws {
        let never = makeCharge(51, Site.rich, 100)
        #expect(try site.refund(makeRefund(1, of: never, 100)) == .refused(.notCaptured))
        _ = try site.ask(.charge(never, code: nil))
        #expect(try site.refund(makeRefund(1, of: never, 100)) == .refused(.notCaptured))
        let poor = makeCharge(52, Site.poor, 10_000)
        _ = try site.ask(.charge(poor, code: nil))
        #expect(try site.refund(makeRefund(2, of: poor, 100)) == .refused(.notCaptured))
        _ = try site.ask(.reverse(charge.payment))
        #expect(try refund(3, 100) == .refused(.notCaptured))
        #expect(try site.balance("merchant:city") == 100 && site.isSound())
    }

    @Test("after a refund in part, a reversal gives the rest back and nothing twice")
    func reversalAfterRefund() throws {
        #expect(try refund(1, 200) == .refunded)
        #expect(try site.ask(.reverse(charge.payment)) == .payment(charge.payment, .reversed))
        #expect(try site.ask(.reverse(charge.payment)) == .payment(charge.payment, .reversed))
        #expect(try refund(2, 1) == .refused(.notCaptured))
        #expect(try refund(1, 200) == .refunded)
        #expect(try site.balance("contract:rich") == Site.opening)
        #expect(try site.balance("merchant:city") == 0 && site.isSound())
    }

    @Test("a box's record of a refund is evidence: it moves nothing")
    func record() throws {
        try site.record(.refund(.refunded, makeRefund(1, of: charge, 200), nil))
        #expect(try site.balance("merchant:city") == 700)
    }

    // MARK: - By code

    @Test("a payer's code gets its money back through its network, and the box hears it then")
    func code() throws {
        let payment = try captured()
        let refund = payment.refund(1, 300)
        #expect(try site.refund(refund) == .unknown)
        #expect(try site.balance("merchant:city") == 1_400)
        try site.run()
        #expect(try site.refund(refund) == .refunded)
        #expect(try site.balance("acquirer:alipay") == -400 && site.isSound())
    }

    @Test("a refund whose answer was lost is asked for again and given once")
    func lostAnswer() throws {
        let payment = try captured()
        let refund = payment.refund(1, 300)
        #expect(try site.refund(refund) == .unknown)
        try site.step(isHeard: false)
        #expect(try site.refund(refund) == .unknown)
        // What the network has not confirmed counts as given.
        #expect(try site.refund(payment.refund(2, 401)) == .refused(.moreThanCaptured))
        try site.restart()
        try site.pass(11_000)
        #expect(try site.refund(refund) == .refunded)
        #expect(try site.book.held(payment.id) == Fen(400))
        #expect(try site.isSound())
    }

    @Test("what the network does not give back is refused, and can be asked for under another id")
    func refusedByNetwork() throws {
        let payment = try captured("10")
        let refund = payment.refund(1, 300)
        _ = try site.refund(refund)
        try site.run()
        #expect(try site.refund(refund) == .refused(.refusedByNetwork))
        #expect(try site.refund(payment.refund(2, 700)) == .unknown)
        #expect(try site.isSound())
    }

    @Test("no reversal begins while a refund is open; then it gives the rest back")
    func reversalAfterCodeRefund() throws {
        let payment = try captured()
        _ = try site.refund(payment.refund(1, 300))
        #expect(try site.reverse(payment) == .unknown)
        #expect(site.tasks.count == 1)
        try site.run()
        #expect(try site.reverse(payment) == .unknown)
        try site.run()
        #expect(try site.reverse(payment) == .reversed)
        #expect(try site.refund(payment.refund(2, 1)) == .refused(.notCaptured))
        #expect(try site.balance("acquirer:alipay") == 0 && site.isSound())
    }
}

@Suite struct CashTests {
    private let site: CodeSite
    private let charge: Charge
    init() throws {
        site = try CodeSite()
        var charge = makeCharge(1, Site.stranger, 700)
        charge.instrument = .cash(takenBy: "wang")
        self.charge = charge
    }

    @Test("cash that a person took is in the box's drawer, once, however often it is recorded")
    func taken() throws {
        try site.record(.payment(.cashTaken, charge, nil))
        try site.record(.payment(.cashTaken, charge, nil))
        #expect(try site.balance("cash:gate-1") == -700 && site.balance("merchant:city") == 700)
        #expect(try site.ask(.query(charge.payment)) == .payment(charge.payment, .approved))
        #expect(try site.incidents() == [])
    }

    @Test("no platform takes cash: asked for it, it declines, and the record still counts")
    func online() throws {
        #expect(try site.ask(.charge(charge, code: nil)) == .payment(charge.payment, .declined(.notSupported)))
        try site.record(.payment(.cashTaken, charge, nil))
        #expect(try site.balance("merchant:city") == 700 && site.isSound())
    }

    @Test("cash goes back into the payer's hand: from the drawer's account, by refund or reversal")
    func givenBack() throws {
        try site.record(.payment(.cashTaken, charge, nil))
        #expect(try site.refund(makeRefund(1, of: charge, 200)) == .refunded)
        #expect(try site.balance("cash:gate-1") == -500)
        #expect(try site.ask(.reverse(charge.payment)) == .payment(charge.payment, .reversed))
        #expect(try site.balance("cash:gate-1") == 0 && site.isSound())
        try site.record(.payment(.cashTaken, charge, nil))
        #expect(try site.balance("cash:gate-1") == 0)
        #expect(try site.incidents() == [.acceptedAfterReversal])
    }

    @Test("cash for an id that was undone before it came is booked all the same, and a person hears of it")
    func tombstone() throws {
        _ = try site.ask(.reverse(charge.payment))
        try site.record(.payment(.cashTaken, charge, nil))
        #expect(try site.balance("merchant:city") == 700 && site.isSound())
        #expect(try site.incidents() == [.acceptedAfterReversal])
    }

    @Test("cash on a quote that contradicts itself is not booked; a person hears of it")
    func crooked() throws {
        var crooked = charge
        crooked.quote.total = Fen(699)
        try site.record(.payment(.cashTaken, crooked, nil))
        #expect(try site.balance("merchant:city") == 0)
        #expect(try site.incidents() == [.unpayable])
    }
}
