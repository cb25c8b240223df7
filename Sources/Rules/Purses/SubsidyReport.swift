public import Vocabulary

/// Proves what became of subsidy money: where each fen went, that the rules in force allowed it, and that issued less
/// spent less expired is what is left.
///
/// Fed first with what was issued, then with payments, expiries and refunds into other purses, from the beginning of
/// the lots in question. It holds an entry for each lot, and for each person, purse and day.
public struct SubsidyReport: Sendable {
    /// What was spent of one purse on one day for one purpose, refunds and reversals taken off.
    public struct Row: Hashable, Sendable {
        public var purse: Slug
        public var day: CivilDate
        public var merchant: Slug
        public var period: Slug?
        public var item: Slug
        public var spent: Fen
        /// Payments of which something was spent on this.
        public var payments: Int64
    }

    /// Issued + moved in − spent − expired − moved out = balance.
    public struct Totals: Hashable, Sendable {
        public var issued = Fen.zero
        public var spent = Fen.zero
        public var expired = Fen.zero
        /// What refunds brought from other purses, and took to them.
        public var movedIn = Fen.zero, movedOut = Fen.zero
        /// What is left, as it follows from the above.
        public var balance = Fen.zero

        public init() {}
    }

    struct LotKey: Hashable {
        var holder: Holder
        var purse: Slug
        var lot: Slug?
    }

    struct LotRecord {
        var from: CivilDate
        var until: CivilDate?
        var totals = Totals()
    }

    struct DayKey: Hashable {
        var holder: Holder
        var purse: Slug
        var day: CivilDate
    }

    struct RowKey: Hashable {
        var purse: Slug
        var day: CivilDate
        var merchant: Slug
        var period: Slug?
        var item: Slug
    }

    let history: [(from: CivilDate, rules: PurseRules)]
    var lots: [LotKey: LotRecord] = [:]
    /// Of each person and day, what was paid in each meal period and outside them.
    var days: [DayKey: [Slug?: Tally]] = [:]
    var rows: [RowKey: Tally] = [:]
    var seen: Set<PaymentID> = []
    var violations: [SubsidyViolation] = []

    /// - Parameter history: the rules, each with the first local day on which it was in force.
    public init(history: [(from: CivilDate, rules: PurseRules)]) {
        self.history = history.sorted { $0.from < $1.from }
    }

    func rules(on day: CivilDate) -> PurseRules? { history.last { $0.from <= day }?.rules }

    mutating func note(_ what: SubsidyViolation.What, _ violation: SubsidyViolation) {
        var violation = violation
        violation.what = what
        violations.append(violation)
    }

    // MARK: - What happened

    /// - Parameter day: the local day of issue.
    /// - Throws: ``AmountOverflow``; so do the others.
    public mutating func add(_ issue: PurseIssue, on day: CivilDate) throws(AmountOverflow) {
        let key = LotKey(holder: issue.holder, purse: issue.purse, lot: issue.reference)
        let place = SubsidyViolation(holder: issue.holder, purse: issue.purse, lot: issue.reference, day: day)
        switch issue.action {
        case .issue(let amount, let expires):
            guard lots[key] == nil else { return note(.issuedTwice, place) }
            var record = LotRecord(from: day, until: expires)
            record.totals.issued = amount
            lots[key] = record
        case .expire(let lastDay):
            guard let until = lots[key].map(\.until) else { return note(.unknownLot, place) }
            lots[key]?.until = min(until ?? lastDay, lastDay)
        }
    }

    /// What was left of a lot has been taken out, after its last day.
    public mutating func addExpiry(
        of holder: Holder, purse: Slug, lot: Slug?, amount: Fen, on day: CivilDate
    ) throws(AmountOverflow) {
        let key = LotKey(holder: holder, purse: purse, lot: lot)
        let place = SubsidyViolation(holder: holder, purse: purse, lot: lot, day: day, amount: amount)
        guard var record = lots[key] else { return note(.unknownLot, place) }
        if record.until.map({ day <= $0 }) ?? true { note(.expiredEarly, place) }
        record.totals.expired = try record.totals.expired.adding(amount)
        lots[key] = record
    }

    /// A refund that went into another purse than it came from; one that went back is in the payment itself.
    public mutating func addMove(_ credit: Credit, of holder: Holder, on day: CivilDate) throws(AmountOverflow) {
        guard credit.from != credit.purse else { return }
        let from = LotKey(holder: holder, purse: credit.from, lot: credit.lot)
        if var record = lots[from] {
            record.totals.movedOut = try record.totals.movedOut.adding(credit.amount)
            lots[from] = record
        }
        guard rules(on: day)?.purse(credit.purse)?.kind == .subsidy else { return }
        let to = LotKey(holder: holder, purse: credit.purse, lot: credit.lot)
        var record = lots[to] ?? LotRecord(from: day, until: credit.expires)
        record.totals.movedIn = try record.totals.movedIn.adding(credit.amount)
        lots[to] = record
    }

    public mutating func add(_ payment: PursePayment) throws(AmountOverflow) {
        let day = payment.occasion.day
        let place = SubsidyViolation(holder: payment.holder, day: day, payment: payment.id)
        guard seen.insert(payment.id).inserted else { return note(.paidTwice, place) }
        for (line, price) in payment.basket.lines.enumerated() {
            var paid = Fen.zero
            for spend in payment.spends where spend.line == line { paid = try paid.adding(spend.amount) }
            if paid != price.amount { note(.lineNotPaid, place.at(line: line, amount: paid)) }
        }
        guard let rules = rules(on: day) else { return note(.noRules, place) }
        var purses: [Slug] = []
        for spend in payment.spends where !purses.contains(spend.purse) { purses.append(spend.purse) }
        for id in purses {
            guard let purse = rules.purse(id) else {
                note(.unknownPurse, place.at(purse: id))
                continue
            }
            if purse.kind == .subsidy { try add(payment, of: purse) }
        }
    }

    private mutating func add(_ payment: PursePayment, of purse: Purse) throws(AmountOverflow) {
        let occasion = payment.occasion
        let place = SubsidyViolation(
            holder: payment.holder, purse: purse.id, day: occasion.day, payment: payment.id)
        var gross = Fen.zero, net = Fen.zero
        var items: [Slug: Fen] = [:]
        for (spend, returned) in zip(payment.spends, payment.returned) where spend.purse == purse.id {
            guard payment.basket.lines.indices.contains(spend.line) else {
                note(.notAllowed, place.at(line: spend.line, amount: spend.amount))
                continue
            }
            let item = payment.basket.lines[spend.line].item
            let kept = try spend.amount.subtracting(returned)
            if !purse.spendsOn.allows(item, on: occasion) {
                note(.notAllowed, place.at(line: spend.line, amount: spend.amount))
            }
            gross = try gross.adding(spend.amount)
            net = try net.adding(kept)
            items[item] = try (items[item] ?? .zero).adding(kept)
            try add(kept, to: spend, place)
        }
        if let most = purse.limits.payment, gross > most { note(.overPayment, place.at(amount: gross)) }
        guard net > .zero else { return }
        let key = DayKey(holder: payment.holder, purse: purse.id, day: occasion.day)
        let tally = days[key]?[occasion.period] ?? Tally()
        days[key, default: [:]][occasion.period] = Tally(amount: try tally.amount.adding(net), count: tally.count + 1)
        for (item, amount) in items where amount > .zero {
            let row = RowKey(
                purse: purse.id, day: occasion.day, merchant: occasion.merchant, period: occasion.period, item: item)
            let tally = rows[row] ?? Tally()
            rows[row] = Tally(amount: try tally.amount.adding(amount), count: tally.count + 1)
        }
    }

    private mutating func add(_ kept: Fen, to spend: Spend, _ place: SubsidyViolation) throws(AmountOverflow) {
        let place = place.at(lot: spend.lot, line: spend.line, amount: spend.amount)
        let key = LotKey(holder: place.holder, purse: spend.purse, lot: spend.lot)
        guard var record = lots[key], let day = place.day else { return note(.unknownLot, place) }
        if day < record.from || record.until.map({ day > $0 }) ?? false { note(.notItsTime, place) }
        record.totals.spent = try record.totals.spent.adding(kept)
        lots[key] = record
    }
}
