import Testing
import Vocabulary

@testable import Purses

/// Random weeks of a few persons, in which everybody is paid for by the rules or by rules with one thing left out.
@Suite("The report finds what was not by the rules")
struct SubsidyPropertyTests {
    /// What a split may leave out that a supervisor must see.
    static let visible: [PurseChecks] = [
        .keepsMerchants, .keepsPeriods, .keepsItems, .keepsPaymentLimit, .keepsPeriodLimit, .keepsDayLimit,
        .keepsMonthLimit, .keepsCounts, .skipsExpired,
    ]

    @Test("a week paid by the rules has nothing to report, and each purse's totals add up")
    func byTheRules() throws {
        var (payments, spent) = (0, Int64(0))
        for seed in 1...150 as ClosedRange<UInt64> {
            var week = SubsidyWeek(seed: seed)
            let outcome = try week.run(.all)
            #expect(outcome.violations == [], "seed \(seed)")
            for (purse, totals) in outcome.totals {
                let sum = outcome.rows.reduce(0) { $1.purse == purse ? $0 + $1.spent.count : $0 }
                #expect(sum == totals.spent.count, "seed \(seed)")
                let left = totals.issued.count + totals.movedIn.count - sum - totals.expired.count
                #expect(left - totals.movedOut.count == totals.balance.count, "seed \(seed)")
                spent += sum
            }
            payments += week.payments
        }
        #expect(payments > 1_000 && spent > 1_000, "\(payments) \(spent)")
    }

    @Test("a box that leaves out any one of the rules is found out", arguments: visible.indices)
    func alive(index: Int) {
        let checks = PurseChecks.all.subtracting(SubsidyPropertyTests.visible[index])
        let isFound = (1...400 as ClosedRange<UInt64>).contains { seed in
            var week = SubsidyWeek(seed: seed)
            return (try? week.run(checks).violations.isEmpty) == false
        }
        #expect(isFound, "rule \(index) can be left out unnoticed")
    }
}

/// Two persons with the same random purses, ten days, a few payments, refunds, reversals and expiries.
private struct SubsidyWeek {
    private var random: RandomPurses
    private(set) var payments = 0

    init(seed: UInt64) { random = RandomPurses(seed: seed) }

    mutating func run(_ checks: PurseChecks) throws -> SubsidyReport.Outcome {
        let rules = random.question().rules
        let start = day("2026-11-26")
        var report = SubsidyReport(history: [(from: start, rules: rules)])
        var balances: [SubsidyReport.LotBalance] = []
        for person in 1...2 as ClosedRange<UInt64> {
            let holder = Holder(.member, slug("p-\(person)"))
            var states = try issue(rules, holder, start, &report)
            var book = UsageBook()
            for index in 0..<10 as Range<Int64> {
                let today = CivilDate(dayNumber: start.dayNumber + index)
                for _ in 0..<random.number(0...4) {
                    try pay(rules, holder, today, &states, &book, &report, checks)
                }
            }
            let after = CivilDate(dayNumber: start.dayNumber + 20)
            for state in states where rules.purse(state.purse)?.kind == .subsidy {
                for lot in state.lots {
                    if let last = lot.expires, last < after, random.chance(1, in: 2) {
                        try report.addExpiry(
                            of: holder, purse: state.purse, lot: lot.id, amount: lot.left, on: after)
                    } else {
                        balances.append(
                            SubsidyReport.LotBalance(
                                holder: holder, purse: state.purse, lot: lot.id, balance: lot.left))
                    }
                }
            }
        }
        return try report.outcome(balances: balances)
    }

    private mutating func issue(
        _ rules: PurseRules, _ holder: Holder, _ start: CivilDate, _ report: inout SubsidyReport
    ) throws -> [PurseState] {
        var states: [PurseState] = []
        for purse in rules.purses {
            var state = PurseState(purse: purse.id)
            for index in 0..<random.number(1...3) where purse.kind != .debit {
                let issue = PurseIssue(
                    holder: holder, purse: purse.id, reference: slug("lot-\(index)"),
                    action: .issue(
                        Fen(random.number(1...25)),
                        expires: random.chance(1, in: 3)
                            ? nil : CivilDate(dayNumber: start.dayNumber + random.number(0...9))))
                if purse.kind == .subsidy { try report.add(issue, on: start) }
                guard case .issue(let amount, let expires) = issue.action else { continue }
                state.lots.append(PurseState.Lot(id: issue.reference, expires: expires, left: amount))
            }
            states.append(state)
        }
        return states
    }

    private mutating func pay(
        _ rules: PurseRules, _ holder: Holder, _ today: CivilDate, _ states: inout [PurseState],
        _ book: inout UsageBook,
        _ report: inout SubsidyReport, _ checks: PurseChecks
    ) throws {
        var question = random.question()
        question.occasion.day = today
        for index in states.indices { states[index].used = book.used(states[index].purse, on: question.occasion) }
        let answer = rules.split(question.basket, of: states, guardian: nil, on: question.occasion, checks)
        guard case .success(let spends) = answer, !spends.isEmpty else { return }
        payments += 1
        var payment = PursePayment(
            id: UUIDv7(at: WallTime(milliseconds: 1), random: (UInt64(payments), 1)), holder: holder,
            occasion: question.occasion, basket: question.basket, spends: spends)
        try book.apply(payment.moves)
        try move(rules, &states) { state, kind throws(AmountOverflow) in try state.take(spends, kind: kind) }
        var undoing: Undoing?
        switch random.number(0...5) {
        case 0: undoing = payment.reverse()
        case 1: undoing = try? payment.refund(Fen(1), ofLine: Int(random.number(0...2)), by: rules).get()
        default: break
        }
        if let undoing {
            try book.apply(undoing.moves)
            try move(rules, &states) { state, kind throws(AmountOverflow) in
                try state.put(undoing.credits, kind: kind)
            }
        }
        try report.add(payment)
    }

    private func move(
        _ rules: PurseRules, _ states: inout [PurseState],
        _ body: (inout PurseState, Purse.Kind) throws(AmountOverflow) -> Void
    ) throws(AmountOverflow) {
        for index in states.indices { try body(&states[index], rules.purse(states[index].purse)?.kind ?? .cash) }
    }
}
