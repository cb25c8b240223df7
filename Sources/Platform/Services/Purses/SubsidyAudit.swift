internal import Ledger
internal import Purses
internal import SQLite
public import Vocabulary
internal import Wire

/// The supervisor's proof for one list of persons: what each subsidy paid for in a span of days, and whether every fen
/// was spent as the rules in force allowed, out of all that the books hold.
public struct SubsidyAudit: Equatable, Sendable {
    /// What one subsidy did since the beginning.
    public struct Total: Equatable, Sendable {
        public var purse: Slug
        public var issued: Fen, movedIn: Fen, spent: Fen, expired: Fen, movedOut: Fen, balance: Fen
    }

    public var list: Slug
    public var from: CivilDate, to: CivilDate
    /// Sorted by purse; they add up.
    public var totals: [Total] = []
    /// Spent and payments, by purse, day, merchant, period and item: a header, then lines; amounts in yuan.
    public var csv = ""
    /// How many lines ``csv`` has beside its header, and what they add up to.
    public var rowCount = 0
    public var spent = Fen.zero
    /// Of the span, and those that have no day, as when the books disagree. Persons are masked.
    public var violations: [String] = []
    /// How many payments were looked at, of all days.
    public var payments = 0

    /// A few lines for a terminal.
    public var description: String {
        var lines = ["Subsidies of the list \(list), \(from) to \(to)"]
        lines.append("  spent in these days: \(spent) yuan in \(rowCount) lines of days, meals and classes of items")
        for total in totals {
            lines.append(
                "  \(total.purse) since the beginning: issued \(total.issued) + moved in \(total.movedIn) "
                    + "- spent \(total.spent) - expired \(total.expired) - moved out \(total.movedOut) "
                    + "= \(total.balance) yuan")
        }
        if violations.isEmpty {
            lines.append(
                "  No violation: of \(payments) payments every fen was spent as the rules of its day allowed, "
                    + "and the books agree.")
        }
        return (lines + violations.map { "  VIOLATION \($0)" }).joined(separator: "\n")
    }
}

extension PlatformStore {
    /// Looks at all issues, payments and expiries of a list of persons, and at what the books say is left.
    ///
    /// It reads every payment from purses: some seconds for a million.
    public func subsidyAudit(
        _ list: Slug, from: CivilDate, to: CivilDate
    ) throws(PlatformError) -> SubsidyAudit {
        // One transaction: everything is of the same moment.
        try stored(database.execute("BEGIN"))
        defer { try? database.execute("ROLLBACK") }
        var history = try stored(RuleHistory.read(list, in: database))
        if history.isEmpty, let rules = canteens.canteens(of: list).first?.rules {
            history = [(CivilDate(dayNumber: 0), rules)]
        }
        var reader = SubsidyReader(list: list, history: history)
        do throws(SQLiteError) {
            try reader.readMoves(database)
            try reader.readPayments(database)
            try reader.readBalances(database)
        } catch { throw .store(error) }
        return try reader.audit(from: from, to: to)
    }
}

/// Feeds what the tables hold to the report.
private struct SubsidyReader {
    private let list: Slug
    private let subsidies: Set<Slug>
    private var report: SubsidyReport
    private var balances: [SubsidyReport.LotBalance] = []
    private var payments = 0
    private var overflow: AmountOverflow?

    init(list: Slug, history: [(from: CivilDate, rules: PurseRules)]) {
        self.list = list
        subsidies = Set(history.flatMap(\.rules.purses).filter { $0.kind == .subsidy }.map(\.id))
        report = SubsidyReport(history: history)
    }

    private mutating func add(_ body: (inout SubsidyReport) throws(AmountOverflow) -> Void) {
        do throws(AmountOverflow) { try body(&report) } catch { overflow = overflow ?? error }
    }

    mutating func readMoves(_ database: borrowing Database) throws(SQLiteError) {
        let statement = try database.prepare(
            """
            SELECT kind, purse_moves.holder, purse, lot, came_from, amount, expires, day
            FROM purse_moves JOIN people ON people.holder = purse_moves.holder
            WHERE people.list = ? AND kind <> 'topUp' ORDER BY purse_moves.number
            """)
        try statement.forEach(list.text) { (row) throws(SQLiteError) in
            guard let kind = PurseMove.Kind(rawValue: try row.text(0)),
                let purse = try PurseTable.optionalSlug(try row.text(2))
            else { throw PurseTable.damaged("kind or purse") }
            let holder = try PurseTable.holder(try row.text(1))
            let lot = try PurseTable.optionalSlug(try row.optionalText(3) ?? "")
            let from = try PurseTable.optionalSlug(try row.optionalText(4) ?? "")
            let amount = Fen(try row.integer(5))
            let expires = try row.optionalInteger(6).map(CivilDate.init(dayNumber:))
            let day = CivilDate(dayNumber: try row.integer(7))
            guard subsidies.contains(purse) || from.map(subsidies.contains) ?? false else { return }
            switch (kind, lot, expires) {
            case (.issue, let lot?, _):
                let action = PurseIssue.Action.issue(amount, expires: expires)
                add { (report) throws(AmountOverflow) in
                    try report.add(
                        PurseIssue(holder: holder, purse: purse, reference: lot, action: action), on: day)
                }
            case (.end, let lot?, let lastDay?):
                let action = PurseIssue.Action.expire(lastDay: lastDay)
                add { (report) throws(AmountOverflow) in
                    try report.add(
                        PurseIssue(holder: holder, purse: purse, reference: lot, action: action), on: day)
                }
            case (.expiry, _, _):
                add { (report) throws(AmountOverflow) in
                    try report.addExpiry(of: holder, purse: purse, lot: lot, amount: amount, on: day)
                }
            case (.moved, _, _):
                let credit = Credit(from: from ?? purse, purse: purse, lot: lot, expires: expires, amount: amount)
                add { (report) throws(AmountOverflow) in try report.addMove(credit, of: holder, on: day) }
            case (.issue, _, _), (.end, _, _), (.topUp, _, _): throw PurseTable.damaged("lot")
            }
        }
    }

    mutating func readPayments(_ database: borrowing Database) throws(SQLiteError) {
        let statement = try database.prepare(
            """
            SELECT payments.id, purse_payments.holder, merchant, period, day, spends, returned, charge
            FROM purse_payments JOIN payments ON payments.id = purse_payments.id
            JOIN people ON people.holder = purse_payments.holder
            WHERE people.list = ? ORDER BY purse_payments.number
            """)
        try statement.forEach(list.text) { (row) throws(SQLiteError) in
            guard let spends = try? PurseSpend.read(canonical: try row.bytes(5)) else {
                throw PurseTable.damaged("spends")
            }
            guard !spends.isEmpty else { return }
            let returned = try row.text(6).split(separator: ",").compactMap { Int64($0).map(Fen.init) }
            guard let id = PaymentID(bytes: try row.bytes(0)), let charge = Payments.read(try row.optionalBytes(7)),
                let basket = try? Basket(charge.quote), returned.count == spends.count,
                let merchant = try PurseTable.optionalSlug(try row.text(2))
            else { throw PurseTable.damaged("payment") }
            let occasion = Occasion(
                merchant: merchant, period: try PurseTable.optionalSlug(try row.optionalText(3) ?? ""),
                day: CivilDate(dayNumber: try row.integer(4)))
            let payment = PursePayment(
                id: id, holder: try PurseTable.holder(try row.text(1)), occasion: occasion, basket: basket,
                spends: spends, returned: returned)
            payments += 1
            add { (report) throws(AmountOverflow) in try report.add(payment) }
        }
    }

    /// What is in the purses, and what boxes hold of them and have not spent.
    mutating func readBalances(_ database: borrowing Database) throws(SQLiteError) {
        let statement = try database.prepare(
            """
            SELECT purse_lots.holder, purse, lot, rest FROM purse_lots
            JOIN people ON people.holder = purse_lots.holder WHERE people.list = ?1 AND rest <> 0
            UNION ALL
            SELECT people.holder, lease_lots.purse, lot, lease_lots.granted - lease_lots.spent FROM lease_lots
            JOIN leases ON leases.number = lease_lots.lease AND leases.returned IS NULL
            JOIN people ON leases.purpose = 'purse:' || people.holder
            WHERE people.list = ?1 AND lease_lots.granted > lease_lots.spent
            """)
        try statement.forEach(list.text) { (row) throws(SQLiteError) in
            guard let purse = try PurseTable.optionalSlug(try row.text(1)), subsidies.contains(purse) else { return }
            balances.append(
                SubsidyReport.LotBalance(
                    holder: try PurseTable.holder(try row.text(0)), purse: purse,
                    lot: try PurseTable.optionalSlug(try row.optionalText(2) ?? ""), balance: Fen(try row.integer(3))))
        }
    }

    func audit(from: CivilDate, to: CivilDate) throws(PlatformError) -> SubsidyAudit {
        var audit = SubsidyAudit(list: list, from: from, to: to)
        audit.payments = payments
        do throws(AmountOverflow) {
            if let overflow { throw overflow }
            var outcome = try report.outcome(balances: balances)
            audit.totals = outcome.totals.sorted { $0.key < $1.key }.map { purse, total in
                SubsidyAudit.Total(
                    purse: purse, issued: total.issued, movedIn: total.movedIn, spent: total.spent,
                    expired: total.expired, movedOut: total.movedOut, balance: total.balance)
            }
            outcome.rows.removeAll { !(from...to).contains($0.day) }
            for row in outcome.rows { audit.spent = try audit.spent.adding(row.spent) }
            (audit.csv, audit.rowCount) = (outcome.csv, outcome.rows.count)
            audit.violations = outcome.violations.filter { violation in
                violation.day.map { (from...to).contains($0) } ?? true
            }.map(\.description)
        } catch { throw .ledger(.overflow(error)) }
        return audit
    }
}
