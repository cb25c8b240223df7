import Purses
import Vocabulary

/// Everything that one question about a split is asked with.
struct SplitQuestion {
    var rules: PurseRules
    var basket: Basket
    var states: [PurseState]
    var guardian: GuardianState?
    var occasion: Occasion
}

/// Tries every way to pay a small basket and says what is wrong with an answer.
///
/// It shares nothing with the rules but their data: who may pay, how much, and which covering is best it finds out for
/// itself, fen by fen.
struct SplitJudge {
    let question: SplitQuestion
    private(set) var faults: [String] = []

    init(_ question: SplitQuestion) { self.question = question }

    private mutating func expect(_ isTrue: Bool, _ fault: @autoclosure () -> String) {
        if !isTrue { faults.append(fault()) }
    }

    // MARK: - What is there

    private var payers: [(purse: Purse, state: PurseState)] {
        question.rules.purses.compactMap { purse in
            question.states.first { $0.purse == purse.id }.map { (purse, $0) }
        }
    }

    private func mayPay(_ purse: Purse, _ line: Basket.Line) -> Bool {
        let rule = purse.spendsOn
        let isMerchant = rule.merchants.map { $0.contains(question.occasion.merchant) } ?? true
        let isPeriod = rule.periods.map { $0.contains { $0 == question.occasion.period } } ?? true
        let isItem = rule.items.map { $0.contains(line.item) } ?? true
        return isMerchant && isPeriod && isItem
    }

    /// The lots that are not past their day, in the order in which they must be spent.
    private func lots(_ state: PurseState) -> [PurseState.Lot] {
        let live = state.lots.filter { lot in lot.expires.map { !($0 < question.occasion.day) } ?? true }
        return live.sorted { left, right in
            switch (left.expires, right.expires) {
            case (let one?, let other?) where one != other: one < other
            case (_?, nil): true
            case (nil, _?): false
            default: (left.id?.text ?? "~") < (right.id?.text ?? "~")
            }
        }
    }

    private func moneyIn(_ purse: Purse, _ state: PurseState) -> Int64 {
        if purse.kind == .debit { return purse.minimumBalance.map { max(0, -state.owed.count - $0.count) } ?? 1_000 }
        let sum = lots(state).reduce(0) { $0 + $1.left.count }
        return max(0, sum - (purse.minimumBalance?.count ?? 0))
    }

    /// What each limit leaves, by name.
    private func leftWithin(_ limits: PurseLimits, _ used: Used) -> [String: Int64] {
        var left: [String: Int64] = [:]
        let spans = [
            ("period", question.occasion.period == nil ? nil : limits.period, used.period),
            ("day", limits.day, used.day),
            ("month", limits.month, used.month),
        ]
        if let most = limits.payment { left["payment amount"] = most.count }
        for (name, limit, tally) in spans {
            if let most = limit?.amount { left["\(name) amount"] = max(0, most.count - tally.amount.count) }
            if let most = limit?.count, tally.count >= most { left["\(name) count"] = 0 }
        }
        return left
    }

    // MARK: - Every covering

    /// The best covering with such capacities, or just any: what each purse pays of each line; nil if there is none.
    private func best(_ may: [[Bool]], _ capacities: [Int64], isAny: Bool = false) -> [[Int64]]? {
        let amounts = question.basket.lines.map(\.amount.count)
        var best: (key: [Int64], rows: [[Int64]])?
        var rows = capacities.map { _ in amounts.map { _ in Int64(0) } }
        var room = capacities
        func fill(_ line: Int, _ purse: Int, _ due: Int64) {
            if isAny, best != nil { return }
            guard line < amounts.count else {
                let key = rows.map { $0.reduce(0, +) } + rows.joined()
                if best.map({ $0.key.lexicographicallyPrecedes(key) }) ?? true { best = (key, rows) }
                return
            }
            if due == 0 { return fill(line + 1, 0, line + 1 < amounts.count ? amounts[line + 1] : 0) }
            guard purse < capacities.count else { return }
            let most = may[purse][line] ? min(due, room[purse]) : 0
            for part in 0...most {
                rows[purse][line] = part
                room[purse] -= part
                fill(line, purse + 1, due - part)
                room[purse] += part
                rows[purse][line] = 0
            }
        }
        fill(0, 0, amounts[0])
        return best?.rows
    }

    // MARK: - The answer

    /// Checks an answer against what there is.
    mutating func check(_ answer: Result<[Spend], SplitRefusal>) {
        let total = question.basket.total.count
        if let bar = bar() { return expect(answer == .failure(bar), "not barred: \(answer)") }
        if let guardian = question.guardian, total > 0 {
            let left = leftWithin(guardian.guardian.limits, guardian.used)
            if let least = left.values.min(), least < total {
                return checkLimit(answer, of: nil, left)
            }
        }
        let payers = payers
        let may = payers.map { payer in question.basket.lines.map { mayPay(payer.purse, $0) } }
        let lines = question.basket.lines
        let unpayable = lines.indices.filter { line in lines[line].amount > .zero && !may.contains { $0[line] } }
        if !unpayable.isEmpty {
            return expect(answer == .failure(.nothingPayableHere(lines: unpayable)), "payable? \(answer)")
        }
        let money = payers.map { moneyIn($0.purse, $0.state) }
        let left = payers.map { leftWithin($0.purse.limits, $0.state.used) }
        let capacities = payers.indices.map { min(money[$0], left[$0].values.min() ?? .max, total) }
        if let rows = best(may, capacities) {
            let expected = payers.indices.flatMap { spends(payers[$0].purse, payers[$0].state, rows[$0]) }
            return expect(answer == .success(expected), "\(answer), not \(expected)")
        }
        if best(may, money.map { min($0, total) }, isAny: true) != nil {
            guard case .failure(.overLimit(let limit)) = answer,
                let index = payers.firstIndex(where: { $0.purse.id == limit.purse })
            else { return expect(false, "no limit was named: \(answer)") }
            return checkLimit(answer, of: payers[index].purse.id, left[index])
        }
        guard case .failure(.notEnough(let missing)) = answer else {
            return expect(false, "paid from nothing: \(answer)")
        }
        // One more purse for anything: with so much in it, and with no less, the basket is paid.
        let anything = may + [lines.map { _ in true }]
        expect(best(anything, capacities + [missing.count], isAny: true) != nil, "more than \(missing) is missing")
        expect(
            missing > .zero && best(anything, capacities + [missing.count - 1], isAny: true) == nil,
            "less than \(missing) is")
    }

    private func bar() -> SplitRefusal? {
        guard let guardian = question.guardian?.guardian else { return nil }
        if let period = question.occasion.period, guardian.barredPeriods.contains(period) {
            return .barredByGuardian(period: period, items: [])
        }
        var items: [Slug] = []
        for line in question.basket.lines where guardian.barredItems.contains(line.item) && !items.contains(line.item) {
            items.append(line.item)
        }
        return items.isEmpty ? nil : .barredByGuardian(period: nil, items: items)
    }

    /// The limit that was named is one of those that leave least.
    private mutating func checkLimit(
        _ answer: Result<[Spend], SplitRefusal>, of purse: Slug?, _ left: [String: Int64]
    ) {
        guard case .failure(.overLimit(let limit)) = answer else { return expect(false, "no limit: \(answer)") }
        expect(limit.purse == purse, "another's limit: \(limit)")
        let named = left["\(limit.span) \(limit.measure)"]
        expect(named == limit.left.count && named == left.values.min(), "\(limit), but there is \(left)")
    }

    /// The spends of one purse, from its lots in order.
    private func spends(_ purse: Purse, _ state: PurseState, _ row: [Int64]) -> [Spend] {
        // One entry a fen: simple, and slow.
        var fen = lots(state).flatMap { lot in Array(repeating: lot, count: Int(lot.left.count)) }[...]
        var spends: [Spend] = []
        for (line, amount) in row.enumerated() {
            for _ in 0..<amount {
                let lot = purse.kind == .debit ? nil : fen.popFirst()
                if let last = spends.last, last.line == line, last.lot == lot?.id, last.expires == lot?.expires {
                    spends[spends.count - 1].amount.count += 1
                } else {
                    spends.append(
                        Spend(line: line, purse: purse.id, lot: lot?.id, expires: lot?.expires, amount: Fen(1)))
                }
            }
        }
        return spends
    }
}
