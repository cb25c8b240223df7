import Acquiring
import Services
import Testing
import Vocabulary
import Wire

@Suite struct CodePropertyTests {
    private struct Known {
        var payment: CodeCharge
        var amount: Int64 = 700
        var isReversed = false
        var refunds: [Refund] = []
    }

    @Test(
        "in any order of charges, refunds, reversals, losses and crashes the two sets of books agree in the end",
        arguments: 1...10)
    func anyOrder(seed: UInt64) throws {
        var dice = Dice(state: seed)
        let site = try CodeSite()
        var known: [Known] = []
        for (index, script) in ["00", "03", "05", "06", "09", "10", "04", "00"].enumerated() {
            let number = seed * 100 + UInt64(index)
            known.append(Known(payment: try CodeCharge(number, script, scheme: index == 7 ? .weChat : .alipay)))
        }
        known.append(Known(payment: CodeCharge(shown: seed * 100 + 50)))
        for _ in 0..<120 {
            let index = known.indices.randomElement(using: &dice)!
            try step(site, &known[index], &dice)
            let report = try site.store.ledgerReport()
            #expect(report.faults == [] && report.sumOfBooks == .zero)
        }
        // Left alone with a network that answers, all comes to an end.
        try site.run()
        try site.pass(300_000)
        for known in known { try check(site, known) }
        #expect(try site.isSound())
        #expect(site.begun.values.allSatisfy { $0 == 1 })
    }

    private func step(_ site: CodeSite, _ known: inout Known, _ dice: inout Dice) throws {
        switch Int.random(in: 0..<12, using: &dice) {
        case 0, 1: _ = try site.charge(known.payment)
        case 2: _ = try site.query(known.payment)
        case 3:
            if try site.reverse(known.payment) == .reversed { known.isReversed = true }
        case 4, 5:
            known.refunds.append(refund(of: known, Int64.random(in: 0...400, using: &dice)))
            _ = try site.refund(known.refunds.last!)
        case 6:
            if let refund = known.refunds.randomElement(using: &dice) { _ = try site.refund(refund) }
        case 7: try site.step(isHeard: false)
        case 8: try site.restart()
        case 9: try site.pass(Int64.random(in: 1...15, using: &dice) * 1_000)
        case 10: if known.payment.code == nil { _ = try site.book.pay(known.payment.id) }
        default: try site.run()
        }
    }

    /// A refund with an id of its own, for each payment.
    private func refund(of known: Known, _ amount: Int64) -> Refund {
        Refund(
            id: PaymentID(at: Site.time, random: (known.payment.id.low, UInt64(known.refunds.count))),
            payment: known.payment.id, amount: Fen(amount), who: "wang", why: "overcharged")
    }

    private func check(_ site: CodeSite, _ known: Known) throws {
        let id = known.payment.id
        let held = try site.book.held(id).count
        let outcome = try site.query(known.payment)
        #expect(outcome != .unknown && outcome != .pending, "\(outcome)")
        var refunded: Int64 = 0
        for refund in known.refunds {
            let outcome = try site.refund(refund)
            #expect(outcome != .unknown && outcome != .conflict)
            if outcome == .refunded { refunded += refund.amount.count }
        }
        #expect(refunded <= known.amount)
        switch outcome {
        case .approved: #expect(held == known.amount - refunded)
        default: #expect(held == 0)
        }
        if known.isReversed { #expect(outcome == .reversed) }
    }
}
