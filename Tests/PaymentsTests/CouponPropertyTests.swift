import Testing
import Vocabulary

@testable import Payments

/// Random stories of a few payments and campaigns, watched by a ``CouponJudge``.
@Suite struct CouponPropertyTests {
    /// What a run came to.
    private struct Outcome {
        var faults: [String]
        var redeemed = 0, refunded = 0, lapsed = 0
    }

    @Test("in any order of events no budget is overspent, and each coupon is in the one state it should be")
    func anyOrder() {
        var sum = Outcome(faults: [])
        for seed in 1...300 as ClosedRange<UInt64> {
            let outcome = run(seed, .all)
            #expect(outcome.faults == [], "seed \(seed)")
            sum.redeemed += outcome.redeemed
            sum.refunded += outcome.refunded
            sum.lapsed += outcome.lapsed
        }
        // The stories tell of everything.
        #expect(sum.redeemed > 500 && sum.refunded > 200 && sum.lapsed > 500, "\(sum)")
    }

    @Test("a desk that leaves out any one of its rules is found out", arguments: CouponRules.each.indices)
    func alive(index: Int) {
        let rules = CouponRules.all.subtracting(CouponRules.each[index])
        #expect((1...300).contains { !run($0, rules).faults.isEmpty }, "rule \(index) can be left out unnoticed")
    }

    // MARK: -

    private func campaigns(_ dice: inout Dice) -> [CouponCampaign] {
        func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &dice) }
        return (1...3).map { index in
            let least = number(10...60)
            let discounts: [CouponCampaign.Discount] = [
                .fixed(Fen(number(20...120))), .percent(permille: number(50...900), most: Fen(number(30...150))),
                .drawn(least: Fen(least), most: Fen(least + number(0...100))),
            ]
            return Coupons.campaign("c-\(index)", discounts[Int(number(0...2))], budget: number(50...500)) {
                $0.mostCoupons = number(1...5)
                $0.mostPerHolder = number(0...1) == 0 ? nil : number(1...2)
                $0.from = WallTime(milliseconds: 1_000_000 + number(0...1) * 30_000)
                $0.until = WallTime(milliseconds: 1_100_000 + number(0...5) * 20_000)
                $0.minimumSpend = Fen(number(0...1) * 80)
                $0.leastPayable = Fen(number(0...2))
                $0.instruments = number(0...2) == 0 ? [.plate] : nil
                $0.holders = number(0...3) == 0 ? [Holder(plate: Fixtures.plate(1))] : nil
                $0.refundRule = CouponCampaign.RefundRule.allCases[Int(number(0...2))]
                $0.lockSeconds = number(5...40)
            }
        }
    }

    private func run(_ seed: UInt64, _ rules: CouponRules) -> Outcome {
        var dice = Dice(seed: seed)
        let campaigns = campaigns(&dice)
        var desk = CouponDesk(campaigns: campaigns, storage: CouponMemory(campaigns), rules: rules)
        var judge = CouponJudge(campaigns)
        var outcome = Outcome(faults: [])
        var now = WallTime(milliseconds: 1_000_000)
        let questions = (1...8).map { index in
            Coupons.question(
                UInt64(index), Int64.random(in: 1...300, using: &dice), holder: index % 4 == 0 ? nil : index % 3,
                instrument: index % 2 == 0 ? .plate : .shownCode, contents: [UInt8(index)])
        }
        for _ in 0..<80 where judge.faults.isEmpty {
            now.milliseconds += Int64.random(in: 0...8_000, using: &dice)
            let question = questions.randomElement(using: &dice)!
            step(question, &desk, &judge, now, &outcome, &dice)
            judge.check(desk.storage)
        }
        outcome.faults = judge.faults
        return outcome
    }

    private func step(
        _ question: CouponQuestion, _ desk: inout CouponDesk<CouponMemory>, _ judge: inout CouponJudge, _ now: WallTime,
        _ outcome: inout Outcome, _ dice: inout Dice
    ) {
        let payment = question.payment
        switch Int.random(in: 0..<10, using: &dice) {
        case 0...3:
            var question = question
            if Int.random(in: 0..<10, using: &dice) == 0 { question.contents.append(0) }
            if Int.random(in: 0..<20, using: &dice) == 0 { question.device = Fixtures.slug("gate-2") }
            let locked = desk.storage.tallies.values.reduce(0) { $0 + $1.share.locked.count }
            let answer = desk.offer(question, at: now, dice: &dice)
            let lockedNow = desk.storage.tallies.values.reduce(0) { $0 + $1.share.locked.count }
            if lockedNow < locked { outcome.lapsed += 1 }
            switch answer {
            case .granted(let coupon): judge.asked(question, coupon, isConflict: false, at: now)
            case .nothing: judge.asked(question, nil, isConflict: false, at: now)
            case .conflict: judge.asked(question, nil, isConflict: true, at: now)
            }
        case 4...6:
            guard var claim = desk.storage.coupons[payment]?.claim else { return }
            switch Int.random(in: 0..<12, using: &dice) {
            case 0: claim.amount.count += 1
            case 1: claim.contents.append(0)
            default: break
            }
            let isLate = Bool.random(using: &dice)
            let redemption = desk.redeem(claim, at: now, isLate: isLate)
            var (isRedeemed, isBefore) = (false, false)
            if case .good = redemption { isRedeemed = true }
            if case .before = redemption { isBefore = true }
            outcome.redeemed += isRedeemed ? 1 : 0
            judge.claimed(claim, isRedeemed, isBefore: isBefore, isLate: isLate, at: now)
        case 7:
            desk.release(payment)
            judge.released(payment)
        case 8: judge.undone(payment, desk.undo(payment))
        default:
            let captured: Int64 = 200
            let before = judge.known[payment]?.refunded ?? 0
            guard before < captured else { return }
            let refunded = Bool.random(using: &dice) ? captured : Int64.random(in: before...captured, using: &dice)
            let back = desk.refund(payment, refunded: Fen(refunded), of: Fen(captured))
            outcome.refunded += back == nil ? 0 : 1
            judge.refunded(payment, refunded, of: captured, back: back?.amount.count ?? 0)
        }
    }
}
