import Services
import Testing
import Vocabulary
import Wire

@Suite struct OfflineRecordTests {
    let site: Site
    init() throws { site = try Site() }

    @Test("a payment accepted offline is charged to the contract when its record arrives")
    func accepted() throws {
        try site.record(.payment(.acceptedOffline, makeCharge(1, Site.rich, 700), nil))
        #expect(try site.balance("contract:rich") == Site.opening - 700)
        #expect(try site.query(makeCharge(1, Site.rich, 700)) == .approved)
    }

    @Test("an offline record after the online approval of the same id moves nothing more")
    func afterApproval() throws {
        let charge = makeCharge(1, Site.rich, 700)
        #expect(try site.charge(charge) == .approved)
        try site.record(.payment(.acceptedOffline, charge, nil))
        #expect(try site.balance("merchant:city") == 700)
        #expect(try site.incidents() == [])
    }

    @Test("a charge that arrives after its offline record moves nothing more and is approved")
    func beforeCharge() throws {
        let charge = makeCharge(1, Site.rich, 700)
        try site.record(.payment(.acceptedOffline, charge, nil))
        #expect(try site.charge(charge) == .approved)
        #expect(try site.balance("merchant:city") == 700)
    }

    @Test("the car has left: what the contract does not pay becomes its owner's debt")
    func debt() throws {
        let refused: [(Plate, DeclineReason)] = [
            (Site.poor, .insufficientFunds), (Site.suspended, .suspended), (Site.stranger, .noContract),
        ]
        for (number, (plate, reason)) in refused.enumerated() {
            let charge = makeCharge(UInt64(number), plate, 700)
            try site.record(.payment(.acceptedOffline, charge, nil))
            #expect(try site.owed(by: plate) == 700)
            #expect(try site.query(charge) == .declined(reason))
        }
        #expect(try site.balance("merchant:city") == 2100)
        #expect(try site.isSound())
    }

    @Test("a payment declined online and accepted offline all the same becomes a debt, once")
    func declinedThenAccepted() throws {
        let charge = makeCharge(1, Site.poor, 700)
        #expect(try site.charge(charge) == .declined(.insufficientFunds))
        try site.record(.payment(.acceptedOffline, charge, nil))
        try site.record(.payment(.acceptedOffline, charge, nil), .debt(charge))
        #expect(try site.owed(by: Site.poor) == 700)
        #expect(try site.charge(charge) == .declined(.insufficientFunds))
    }

    @Test("the other states of a payment in a record move nothing", arguments: Record.PaymentState.allCases)
    func states(state: Record.PaymentState) throws {
        try site.record(.payment(state, makeCharge(1, Site.rich, 700), nil))
        #expect(try site.balance("merchant:city") == (state == .acceptedOffline ? 700 : 0))
    }

    @Test("an offline record on an undone id, or with other contents, is an incident and moves nothing")
    func incidents() throws {
        #expect(try site.reverse(makeCharge(1, Site.rich, 700)) == .reversed)
        try site.record(.payment(.acceptedOffline, makeCharge(1, Site.rich, 700), nil))
        #expect(try site.charge(makeCharge(2, Site.rich, 700)) == .approved)
        try site.record(.payment(.acceptedOffline, makeCharge(2, Site.rich, 900), nil))
        try site.record(.debt(makeCharge(2, Site.rich, 900)))
        #expect(try site.balance("merchant:city") == 700)
        #expect(try site.incidents() == [.acceptedAfterReversal, .paymentConflict])
    }

    @Test("a record whose money cannot be booked is an incident, is acknowledged, and does not block the stream")
    func unpayable() throws {
        var crooked = makeCharge(1, Site.rich, 700)
        crooked.quote.total = Fen(1)
        let answer = try site.record(
            .payment(.acceptedOffline, crooked, nil), .debt(makeCharge(2, Site.stranger, .max)))
        #expect(answer == .through(epoch: "e1", sequence: 2))
        #expect(try site.incidents() == [.unpayable, .unpayable])
        #expect(try site.balance("merchant:city") == 0)
        #expect(try site.isSound())
    }

    @Test("a debt is owed by the plate's owner, whether or not there is a contract")
    func debtRecord() throws {
        for (number, plate) in [Site.rich, Site.stranger].enumerated() {
            try site.record(.debt(makeCharge(UInt64(number), plate, 300)))
            #expect(try site.owed(by: plate) == 300)
        }
        #expect(try site.balance("contract:rich") == Site.opening)
        #expect(try site.balance("merchant:city") == 600)
    }

    @Test("a debt whose payment was approved meanwhile is paid")
    func debtPaid() throws {
        let charge = makeCharge(1, Site.rich, 700)
        #expect(try site.charge(charge) == .approved)
        try site.record(.debt(charge))
        #expect(try site.owed(by: Site.rich) == 0)
        #expect(try site.balance("merchant:city") == 700)
    }

    @Test("a charge that arrives after its debt was recorded moves nothing")
    func chargeAfterDebt() throws {
        let charge = makeCharge(1, Site.rich, 700)
        try site.record(.debt(charge))
        #expect(try site.charge(charge) == .declined(.overLimit))
        #expect(try site.owed(by: Site.rich) == 700)
        #expect(try site.balance("contract:rich") == Site.opening)
    }

    @Test("charge, reversal and debt end in the debt, in whatever order they arrive", arguments: 0..<6)
    func anyOrder(order: Int) throws {
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
        let charge = makeCharge(1, Site.rich, 700)
        for step in orders[order] {
            switch step {
            case 0: _ = try site.charge(charge)
            case 1: #expect(try site.reverse(charge) == .reversed)
            default: try site.record(.debt(charge))
            }
        }
        #expect(try site.owed(by: Site.rich) == 700)
        #expect(try site.balance("contract:rich") == Site.opening)
        #expect(try site.query(charge) == .reversed)
        #expect(try site.isSound())
    }

    @Test("the reversal of a payment that had become a debt takes the debt back")
    func reverseConverted() throws {
        let charge = makeCharge(1, Site.poor, 700)
        try site.record(.payment(.acceptedOffline, charge, nil))
        #expect(try site.owed(by: Site.poor) == 700)
        #expect(try site.reverse(charge) == .reversed)
        #expect(try site.owed(by: Site.poor) == 0)
        try site.record(.debt(charge))
        #expect(try site.owed(by: Site.poor) == 700)
        #expect(try site.isSound())
    }
}
