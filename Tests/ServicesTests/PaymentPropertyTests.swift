import Services
import Testing
import Vocabulary
import Wire

/// A seeded generator (SplitMix64): the same seed gives the same test.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}

@Suite struct PaymentPropertyTests {
    /// What must be true of one payment id, gathered from what was sent and answered.
    private struct Expectation {
        var charge: Charge
        var account: String
        var opening: Int64
        var isReversed = false
        var isClaimed = false
        var isAcceptedOffline = false
        var lastAnswer: PaymentOutcome?
    }

    @Test(
        "in any order, doubled or lost, a payment moves its money at most once and always has one answer",
        arguments: 1...12)
    func anyOrder(seed: UInt64) throws {
        var dice = Dice(state: seed)
        let site = try Site()
        var payments = [
            Expectation(charge: makeCharge(1, Site.rich, 700), account: "contract:rich", opening: Site.opening),
            Expectation(charge: makeCharge(2, Site.poor, 500), account: "contract:poor", opening: 499),
            Expectation(
                charge: makeCharge(3, Site.suspended, 300), account: "contract:suspended", opening: Site.opening),
            Expectation(charge: makeCharge(4, Site.stranger, 200), account: "none", opening: 0),
        ]
        var sent: [[UInt8]] = []
        for _ in 0..<60 {
            let index = payments.indices.randomElement(using: &dice)!
            try step(site, &payments[index], &sent, &dice)
            // A batch of long ago comes again.
            if Int.random(in: 0..<4, using: &dice) == 0, let payload = sent.randomElement(using: &dice) {
                #expect(try site.ingest(payload) == .through(epoch: "e1", sequence: site.box.next - 1))
            }
            try check(site, payments)
        }
        #expect(!sent.isEmpty)
    }

    private func step(
        _ site: Site, _ payment: inout Expectation, _ sent: inout [[UInt8]], _ dice: inout Dice
    ) throws {
        let charge = payment.charge
        switch Int.random(in: 0..<7, using: &dice) {
        case 0, 1: try expectAnswer(site.charge(charge), &payment)
        case 2:
            let answer = try site.query(charge)
            if answer == .neverSeen { #expect(payment.lastAnswer == nil) } else { try expectAnswer(answer, &payment) }
        case 3:
            #expect(try site.reverse(charge) == .reversed)
            payment.isReversed = true
            payment.lastAnswer = .reversed
        case 4:
            var other = charge
            other.quote.until.milliseconds += 1
            let answer = try site.charge(other)
            // Of an id that was reversed before it came the contents are not known.
            if payment.lastAnswer != nil { #expect(answer == .conflict || answer == .reversed) }
            if payment.lastAnswer == nil, !payment.isClaimed, !payment.isAcceptedOffline { payment.charge = other }
            if answer != .conflict { try expectAnswer(answer, &payment) }
        case 5:
            let payload = site.box.batch([.payment(.acceptedOffline, charge, nil)])
            sent.append(payload)
            try site.ingest(payload)
            if !payment.isReversed { payment.isAcceptedOffline = true }
        default:
            let payload = site.box.batch([.debt(charge)])
            sent.append(payload)
            try site.ingest(payload)
            payment.isClaimed = true
        }
    }

    private func expectAnswer(_ answer: PaymentOutcome, _ payment: inout Expectation) throws {
        if let last = payment.lastAnswer { #expect(answer == last) }
        if payment.isReversed { #expect(answer == .reversed) }
        payment.lastAnswer = answer
    }

    private func check(_ site: Site, _ payments: [Expectation]) throws {
        let report = try site.store.ledgerReport()
        #expect(report.faults == [] && report.sumOfBooks == .zero)
        var received: Int64 = 0
        for payment in payments {
            let amount = payment.charge.quote.total.count
            let paid = payment.opening - (report.balance(of: payment.account)?.count ?? 0)
            let owed = -(report.balance(of: "debt:\(payment.charge.debtor?.text ?? "nobody")")?.count ?? 0)
            #expect([0, amount].contains(paid + owed) && [0, amount].contains(paid))
            if payment.isReversed { #expect(paid == 0) }
            if payment.isReversed, !payment.isClaimed { #expect(owed == 0) }
            if payment.isClaimed || (payment.isAcceptedOffline && !payment.isReversed) {
                #expect(paid + owed == amount)
            }
            if payment.lastAnswer == .approved { #expect(paid == amount) }
            if case .declined = payment.lastAnswer { #expect(paid == 0) }
            received += paid + owed
        }
        #expect(report.balance(of: "merchant:city")?.count == received)
    }
}
