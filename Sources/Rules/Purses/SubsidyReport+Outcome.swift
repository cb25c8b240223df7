public import Vocabulary

extension SubsidyReport {
    /// What the books say is left of a lot.
    public struct LotBalance: Hashable, Sendable {
        public var holder: Holder
        public var purse: Slug
        public var lot: Slug?
        public var balance: Fen

        public init(holder: Holder, purse: Slug, lot: Slug?, balance: Fen) {
            self.holder = holder
            self.purse = purse
            self.lot = lot
            self.balance = balance
        }
    }

    /// What a supervisor reads.
    public struct Outcome: Hashable, Sendable {
        /// By purse, day, merchant, period and item.
        public var rows: [Row]
        public var totals: [Slug: Totals]
        /// Empty: every fen was spent as the rules in force allowed, and the books agree.
        public var violations: [SubsidyViolation]

        /// The rows as CSV with a header, amounts in yuan.
        public var csv: String {
            rows.reduce("purse,day,merchant,period,item,spent,payments\n") { text, row in
                "\(text)\(row.purse),\(row.day),\(row.merchant),\(row.period?.text ?? ""),\(row.item),\(row.spent),"
                    + "\(row.payments)\n"
            }
        }
    }

    /// Adds up, and checks limits and balances.
    /// - Parameter balances: what the books say is left of each lot; one that is not listed has nothing left.
    public func outcome(balances: [LotBalance]) throws(AmountOverflow) -> Outcome {
        var report = self
        report.checkLimits()
        var totals: [Slug: Totals] = [:]
        var books: [LotKey: Fen] = [:]
        for one in balances {
            let key = LotKey(holder: one.holder, purse: one.purse, lot: one.lot)
            books[key] = try (books[key] ?? .zero).adding(one.balance)
        }
        for (key, record) in lots {
            let left = try record.totals.left()
            let place = SubsidyViolation(holder: key.holder, purse: key.purse, lot: key.lot, amount: left)
            if left < .zero { report.note(.overdrawn, place) }
            if (books.removeValue(forKey: key) ?? .zero) != left { report.note(.balanceDiffers, place) }
            totals[key.purse] = try (totals[key.purse] ?? Totals()).adding(record.totals, left)
        }
        for (key, balance) in books where balance != .zero {
            report.note(
                .balanceDiffers, SubsidyViolation(holder: key.holder, purse: key.purse, lot: key.lot, amount: .zero))
        }
        let rows = rows.map { key, tally in
            Row(
                purse: key.purse, day: key.day, merchant: key.merchant, period: key.period, item: key.item,
                spent: tally.amount, payments: tally.count)
        }
        return Outcome(
            rows: rows.sorted { $0.order.lexicographicallyPrecedes($1.order) }, totals: totals,
            violations: report.violations.sorted { $0.description < $1.description })
    }

    /// Each meal, each day, and each month up to each of its days, against the rules in force on that day: rules may
    /// change within a month.
    private mutating func checkLimits() {
        var months: [DayKey: Tally] = [:]
        for (key, periods) in days.sorted(by: { $0.key.day < $1.key.day }) {
            guard let limits = rules(on: key.day)?.purse(key.purse)?.limits else { continue }
            let place = SubsidyViolation(holder: key.holder, purse: key.purse, day: key.day)
            var day = Tally()
            for (period, tally) in periods {
                day.add(tally)
                if period != nil, limits.period?.isPassed(by: tally) ?? false {
                    note(.overPeriod, place.at(amount: tally.amount))
                }
            }
            if limits.day?.isPassed(by: day) ?? false { note(.overDay, place.at(amount: day.amount)) }
            let month = DayKey(holder: key.holder, purse: key.purse, day: key.day.startOfMonth)
            months[month, default: Tally()].add(day)
            if let sum = months[month], limits.month?.isPassed(by: sum) ?? false {
                note(.overMonth, place.at(amount: sum.amount))
            }
        }
    }
}

extension SubsidyReport.Totals {
    func left() throws(AmountOverflow) -> Fen {
        try issued.adding(movedIn).subtracting(spent).subtracting(expired).subtracting(movedOut)
    }

    func adding(_ other: Self, _ left: Fen) throws(AmountOverflow) -> Self {
        var sum = self
        sum.issued = try issued.adding(other.issued)
        sum.spent = try spent.adding(other.spent)
        sum.expired = try expired.adding(other.expired)
        sum.movedIn = try movedIn.adding(other.movedIn)
        sum.movedOut = try movedOut.adding(other.movedOut)
        sum.balance = try balance.adding(left)
        return sum
    }
}

extension SubsidyReport.Row {
    fileprivate var order: [String] {
        [purse.text, day.description, merchant.text, period?.text ?? "", item.text]
    }
}

extension Tally {
    /// Adds what was checked before not to leave 64 bits, one by one.
    fileprivate mutating func add(_ other: Tally) {
        let (sum, overflow) = amount.count.addingReportingOverflow(other.amount.count)
        amount = Fen(overflow ? .max : sum)
        count += other.count
    }
}

extension PurseLimits.Limit {
    fileprivate func isPassed(by tally: Tally) -> Bool {
        amount.map { tally.amount > $0 } ?? false || count.map { tally.count > $0 } ?? false
    }
}
