public import Vocabulary

extension PurseRules {
    /// Splits a basket over a person's purses.
    ///
    /// The whole basket is covered or nothing is. Of all coverings that rules, money and limits allow, it is the one in
    /// which the first purse pays most, of these the one in which the second does, and so on; of these the one in which
    /// the first purse pays most of the first line, then of the second, and so on. The same question has the same
    /// answer everywhere.
    ///
    /// - Parameters:
    ///   - purses: in any order; one that the rules do not name, or that is not given, pays nothing.
    ///   - guardian: nil: nobody has laid down anything for this person.
    /// - Returns: who pays what, in the order of purses, lines and lots, each more than zero.
    public func split(
        _ basket: Basket, of purses: [PurseState], guardian: GuardianState? = nil, on occasion: Occasion
    ) -> Result<[Spend], SplitRefusal> {
        split(basket, of: purses, guardian: guardian, on: occasion, .all)
    }

    func split(
        _ basket: Basket, of states: [PurseState], guardian: GuardianState?, on occasion: Occasion,
        _ checks: PurseChecks
    ) -> Result<[Spend], SplitRefusal> {
        if let guardian, let refusal = guardian.refusal(of: basket, on: occasion, checks) { return .failure(refusal) }
        var payers = purses.compactMap { purse in
            states.first { $0.purse == purse.id }.map { Payer(purse, $0, basket, occasion, checks) }
        }
        if !checks.contains(.keepsOrder) { payers.reverse() }
        var coverage = Coverage(
            lines: basket.lines.map { line in
                let who = payers.indices.filter { payers[$0].purse.spendsOn.allows(line.item, on: occasion, checks) }
                return (line.amount.count, who.reduce(0) { $0 | 1 << $1 })
            },
            capacities: payers.map { min($0.money, $0.left) })
        let unpayable = coverage.lines.indices.filter {
            coverage.lines[$0].payers == 0 && coverage.lines[$0].amount > 0
        }
        guard unpayable.isEmpty else { return .failure(.nothingPayableHere(lines: unpayable)) }
        let shares: [[Int64]]
        let missing: Int64
        if checks.contains(.looksAhead) {
            let sums = coverage.greedySums()
            missing = basket.total.count - sums.reduce(0, +)
            shares = missing == 0 || !checks.contains(.coversWhole) ? coverage.shares(sums, looksAhead: true) : []
        } else {
            // Each purse just takes what it can of what is left.
            shares = coverage.shares(coverage.capacities, looksAhead: false)
            missing = basket.total.count - shares.joined().reduce(0, +)
        }
        if missing > 0, checks.contains(.coversWhole) {
            let limit = PurseRules.reached(payers, &coverage, basket.total.count)
            return .failure(limit.map { .overLimit($0) } ?? .notEnough(missing: Fen(missing)))
        }
        return .success(payers.indices.flatMap { payers[$0].spends(shares[$0]) })
    }

    /// The limit without which the basket would be paid: of the first purse that would pay more of it without its
    /// limits, the one that leaves least. nil: no limit stands in the way, or lifting them all would not be enough.
    private static func reached(_ payers: [Payer], _ coverage: inout Coverage, _ total: Int64) -> ReachedLimit? {
        let everyone = 1 << payers.count - 1
        let bounded = coverage
        coverage.capacities = payers.map(\.money)
        guard coverage.most(of: everyone) == total else { return nil }
        let paid = bounded.most(of: everyone)
        for (index, payer) in payers.enumerated() where payer.left < payer.money {
            var lifted = bounded
            lifted.capacities[index] = payer.money
            if lifted.most(of: everyone) > paid { return payer.tightest }
        }
        return nil
    }
}

/// One purse that may pay.
private struct Payer {
    let purse: Purse
    let lots: [PurseState.Lot]
    /// What money there is, and what the limits leave; neither more than the whole basket.
    let money: Int64, left: Int64
    /// The limit that leaves least.
    let tightest: ReachedLimit?

    init(_ purse: Purse, _ state: PurseState, _ basket: Basket, _ occasion: Occasion, _ checks: PurseChecks) {
        self.purse = purse
        lots = purse.kind == .debit ? [] : state.spendable(on: occasion.day, checks)
        money = min(basket.total, purse.money(in: state, on: occasion.day, checks)).count
        // The first of those that leave least: payment before period before day before month.
        let limits = purse.limits.left(after: state.used, on: occasion, checks)
        let tightest = limits.min { $0.amount < $1.amount }
        left = min(basket.total, tightest?.amount ?? basket.total).count
        self.tightest = tightest.map {
            ReachedLimit(purse: purse.id, span: $0.span, measure: $0.measure, left: $0.amount)
        }
    }

    /// Takes the shares of the lines from the lots, in order.
    func spends(_ shares: [Int64]) -> [Spend] {
        var spends: [Spend] = []
        var rest = lots[...]
        for (line, share) in shares.enumerated() where share > 0 {
            guard purse.kind != .debit else {
                spends.append(Spend(line: line, purse: purse.id, amount: Fen(share)))
                continue
            }
            var due = share
            while due > 0, let lot = rest.first {
                let part = min(due, lot.left.count)
                spends.append(
                    Spend(line: line, purse: purse.id, lot: lot.id, expires: lot.expires, amount: Fen(part)))
                due -= part
                if part == lot.left.count {
                    rest.removeFirst()
                } else {
                    rest[rest.startIndex].left = Fen(lot.left.count - part)
                }
            }
            precondition(due == 0, "a purse pays more than it has")
        }
        return spends
    }
}

extension GuardianState {
    func refusal(of basket: Basket, on occasion: Occasion, _ checks: PurseChecks) -> SplitRefusal? {
        if let period = occasion.period, guardian.barredPeriods.contains(period), checks.contains(.keepsBarredPeriods) {
            return .barredByGuardian(period: period, items: [])
        }
        var barred: [Slug] = []
        for line in basket.lines where guardian.barredItems.contains(line.item) && !barred.contains(line.item) {
            barred.append(line.item)
        }
        if !barred.isEmpty, checks.contains(.keepsBarredItems) { return .barredByGuardian(period: nil, items: barred) }
        guard basket.total > .zero, checks.contains(.keepsGuardianLimits) else { return nil }
        let left = guardian.limits.left(after: used, on: occasion, checks).min { $0.amount < $1.amount }
        guard let left, left.amount < basket.total else { return nil }
        return .overLimit(ReachedLimit(purse: nil, span: left.span, measure: left.measure, left: left.amount))
    }
}
