import Services
import Testing
import Vocabulary
import Wire

@Suite struct ChargeTests {
    let site: Site
    init() throws { site = try Site() }

    @Test("a charge moves the amount from the contract's account to the merchant")
    func approved() throws {
        #expect(try site.charge(makeCharge(1, Site.rich, 700)) == .approved)
        #expect(try site.balance("contract:rich") == Site.opening - 700)
        #expect(try site.balance("merchant:city") == 700)
        #expect(try site.isSound())
    }

    @Test("the same charge again gets the same answer and moves nothing")
    func again() throws {
        for _ in 0..<3 { #expect(try site.charge(makeCharge(1, Site.rich, 700)) == .approved) }
        for _ in 0..<3 {
            #expect(try site.charge(makeCharge(2, Site.poor, 500)) == .declined(.insufficientFunds))
        }
        #expect(try site.balance("merchant:city") == 700)
        #expect(try site.incidents() == [])
    }

    @Test("two same charges in one group move the money once")
    func oneGroup() throws {
        let request = site.box.request(.charge(makeCharge(1, Site.rich, 700), code: nil))
        let answers = site.store.answer([request, request], at: site.time)
        #expect(answers == Array(repeating: .payment(makeCharge(1, Site.rich, 700).payment, .approved), count: 2))
        #expect(try site.balance("merchant:city") == 700)
    }

    @Test("an account pays its last fen and not one more", arguments: [498, 499, 500])
    func boundary(amount: Int64) throws {
        let outcome = try site.charge(makeCharge(1, Site.poor, amount))
        #expect(outcome == (amount <= 499 ? .approved : .declined(.insufficientFunds)))
        #expect(try site.balance("contract:poor") == (amount <= 499 ? 499 - amount : 499))
    }

    @Test("a plate without a contract, and one whose contract is suspended, are declined")
    func noContract() throws {
        #expect(try site.charge(makeCharge(1, Site.stranger, 700)) == .declined(.noContract))
        #expect(try site.charge(makeCharge(2, Site.suspended, 700)) == .declined(.suspended))
        #expect(try site.balance("merchant:city") == 0)
    }

    @Test("a declined id stays declined when the money has come meanwhile")
    func staysDeclined() throws {
        #expect(try site.charge(makeCharge(1, Site.poor, 600)) == .declined(.insufficientFunds))
        #expect(try site.charge(makeCharge(2, Site.poor, 499)) == .approved)
        #expect(try site.reverse(makeCharge(2, Site.poor, 499)) == .reversed)
        #expect(try site.charge(makeCharge(1, Site.poor, 600)) == .declined(.insufficientFunds))
    }

    @Test("the same id with other contents is a conflict, is noted, and changes nothing")
    func conflict() throws {
        #expect(try site.charge(makeCharge(1, Site.rich, 700)) == .approved)
        #expect(try site.charge(makeCharge(1, Site.rich, 701)) == .conflict)
        #expect(try site.charge(makeCharge(1, Site.poor, 700)) == .conflict)
        #expect(try site.charge(makeCharge(1, Site.rich, 700)) == .approved)
        #expect(try site.balance("merchant:city") == 700)
        #expect(try site.incidents() == [.paymentConflict])
        #expect(try site.store.ledgerReport().incidents[0].count == 2)
    }

    @Test("a quote that does not add up, or is beyond reason, moves nothing")
    func badQuote() throws {
        var charge = makeCharge(1, Site.rich, 700)
        charge.quote.total = Fen(699)
        #expect(try site.charge(charge) == .declined(.badRequest))
        var huge = makeCharge(2, Site.rich, .max)
        huge.quote.lines.append(.init(kind: .unitPeriods, minutes: 1, amount: Fen(1)))
        #expect(try site.charge(huge) == .declined(.badRequest))
        #expect(try site.charge(makeCharge(3, Site.rich, .max)) == .declined(.overLimit))
        #expect(try site.balance("merchant:city") == 0)
        #expect(try site.isSound())
    }

    @Test("a charge of nothing is approved without a transfer")
    func nothing() throws {
        #expect(try site.charge(makeCharge(1, Site.rich, 0)) == .approved)
        #expect(try site.reverse(makeCharge(1, Site.rich, 0)) == .reversed)
        #expect(try site.isSound())
    }

    @Test("a query says what became of a payment, and never changes it")
    func query() throws {
        #expect(try site.query(makeCharge(1, Site.rich, 700)) == .neverSeen)
        #expect(try site.charge(makeCharge(1, Site.rich, 700)) == .approved)
        #expect(try site.charge(makeCharge(2, Site.stranger, 700)) == .declined(.noContract))
        #expect(try site.query(makeCharge(1, Site.rich, 700)) == .approved)
        #expect(try site.query(makeCharge(2, Site.stranger, 700)) == .declined(.noContract))
        #expect(try site.query(makeCharge(3, Site.rich, 700)) == .neverSeen)
    }

    @Test("a box that is not enrolled, and a request that cannot be read, are refused with the reason")
    func refused() throws {
        let unknown = try Box("gate-9")
        guard case .refused(let why) = try site.ask(.charge(makeCharge(1, Site.rich, 700), code: nil), from: unknown)
        else {
            Issue.record("an unknown box was answered")
            return
        }
        #expect(why.contains("gate-9"))
        let garbage = Incoming(kind: .request, device: site.box.device, payload: Array("{\"type\":\"rob\"}".utf8))
        #expect(site.store.answer([garbage], at: site.time) == [.refused(why: "\(WireError.unknownType("rob"))")])
        #expect(try site.balance("merchant:city") == 0)
    }
}

@Suite struct ReverseTests {
    let site: Site
    init() throws { site = try Site() }

    @Test("a reversal gives the money back, once, and the id moves nothing ever after")
    func reverse() throws {
        let charge = makeCharge(1, Site.rich, 700)
        #expect(try site.charge(charge) == .approved)
        for _ in 0..<3 { #expect(try site.reverse(charge) == .reversed) }
        #expect(try site.charge(charge) == .reversed)
        #expect(try site.query(charge) == .reversed)
        #expect(try site.balance("contract:rich") == Site.opening)
        #expect(try site.balance("merchant:city") == 0)
        #expect(try site.isSound())
    }

    @Test("the reversal of an id never seen refuses the late original")
    func tombstone() throws {
        let charge = makeCharge(1, Site.rich, 700)
        #expect(try site.reverse(charge) == .reversed)
        #expect(try site.charge(charge) == .reversed)
        #expect(try site.charge(makeCharge(1, Site.rich, 1)) == .reversed)
        #expect(try site.query(charge) == .reversed)
        #expect(try site.balance("merchant:city") == 0)
        #expect(try site.incidents() == [])
    }

    @Test("the reversal of a declined payment keeps a later record from becoming a debt")
    func declined() throws {
        let charge = makeCharge(1, Site.stranger, 700)
        #expect(try site.charge(charge) == .declined(.noContract))
        #expect(try site.reverse(charge) == .reversed)
        try site.record(.payment(.acceptedOffline, charge, nil))
        #expect(try site.owed(by: Site.stranger) == 0)
        #expect(try site.incidents() == [.acceptedAfterReversal])
    }

    @Test("a box can neither charge, see nor undo another box's payment")
    func foreign() throws {
        let other = try Box("gate-2", seed: 9)
        let charge = makeCharge(1, Site.rich, 700)
        #expect(try site.charge(charge) == .approved)
        #expect(try site.charge(charge, from: other) == .conflict)
        #expect(try site.ask(.query(charge.payment), from: other) == .payment(charge.payment, .conflict))
        #expect(try site.reverse(charge, from: other) == .conflict)
        #expect(try site.query(charge) == .approved)
        #expect(try site.balance("merchant:city") == 700)
        #expect(try site.incidents() == [.foreignPayment])
    }
}
