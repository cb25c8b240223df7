internal import Purses
internal import SQLite
internal import Vocabulary
internal import Wire

/// Names money that came in together.
struct PurseLotKey: Hashable {
    var holder: Holder
    var purse: Slug
    var lot: Slug?
}

/// What the platform's file says of purses at one moment, as plain values.
struct PurseReading {
    struct Payment {
        var holder: Holder
        var occasion: Occasion
        var spends: [PurseSpend]
        var returned: [Int64]
        var items: [Slug?]
        /// What stands of it.
        var net: Int64 { zip(spends, returned).reduce(0) { $0 + $1.0.amount.count - $1.1 } }
    }

    var payments: [Payment] = []
    var rests: [PurseLotKey: Int64] = [:]
    var expired: [PurseLotKey: Int64] = [:]
    var lent: [PurseLotKey: Int64] = [:]
    /// All that is set aside, by the lots; and what the accounts of leases hold.
    var leased: Int64 = 0, inLeaseAccounts: Int64 = 0
    /// Purses whose lots do not make their balance.
    var unequal: [String] = []

    /// - Throws: what SQLite says.
    init(_ database: borrowing Database) throws {
        try database.execute("BEGIN")
        defer { try? database.execute("ROLLBACK") }
        try readPayments(database)
        try database.prepare("SELECT holder, purse, lot, rest FROM purse_lots").forEach { (row) throws(SQLiteError) in
            if let key = try Self.key(row) { rests[key, default: 0] += try row.integer(3) }
        }
        try database.prepare("SELECT holder, purse, lot, amount FROM purse_moves WHERE kind = 'expiry'").forEach {
            (row) throws(SQLiteError) in
            if let key = try Self.key(row) { expired[key, default: 0] += try row.integer(3) }
        }
        let open = """
            SELECT substr(purpose, 7), purse, lot, lease_lots.granted - lease_lots.spent FROM lease_lots
            JOIN leases ON leases.number = lease_lots.lease WHERE returned IS NULL
            """
        try database.prepare(open).forEach { (row) throws(SQLiteError) in
            if let key = try Self.key(row) { lent[key, default: 0] += try row.integer(3) }
        }
        leased = lent.values.reduce(0, +)
        let accounts = """
            SELECT accounts.name, credits_posted - debits_posted, coalesce(sum(rest), 0)
            FROM accounts LEFT JOIN purse_lots ON purse_lots.account = accounts.id
            WHERE accounts.name LIKE 'purse:%' OR accounts.name LIKE 'lease:%' GROUP BY accounts.id
            """
        try database.prepare(accounts).forEach { (row) throws(SQLiteError) in
            let (name, balance) = (try row.text(0), try row.integer(1))
            if name.hasPrefix("lease:") { return inLeaseAccounts += balance }
            if balance != (try row.integer(2)) { unequal.append("\(name): \(balance) fen, its lots differ") }
        }
    }

    private mutating func readPayments(_ database: borrowing Database) throws {
        let text = """
            SELECT holder, merchant, period, purse_payments.day, spends, returned, charge
            FROM purse_payments JOIN payments ON payments.id = purse_payments.id ORDER BY purse_payments.number
            """
        try database.prepare(text).forEach { (row) throws(SQLiteError) in
            guard let holder = try? Holder(try row.text(0)), let merchant = try? Slug(try row.text(1)),
                let spends = try? PurseSpend.read(canonical: try row.bytes(4)), !spends.isEmpty
            else { return }
            let period = try row.optionalText(2).flatMap { try? Slug($0) }
            let charge = try row.optionalBytes(6).flatMap { BookReading.charge($0) }
            payments.append(
                Payment(
                    holder: holder,
                    occasion: Occasion(
                        merchant: merchant, period: period, day: CivilDate(dayNumber: try row.integer(3))),
                    spends: spends, returned: try row.text(5).split(separator: ",").compactMap { Int64($0) },
                    items: charge?.quote.lines.map(\.itemClass) ?? []))
        }
    }

    private static func key(_ row: borrowing Statement) throws(SQLiteError) -> PurseLotKey? {
        guard let holder = try? Holder(try row.text(0)), let purse = try? Slug(try row.text(1)) else { return nil }
        return PurseLotKey(
            holder: holder, purse: purse, lot: try row.optionalText(2).flatMap { $0.isEmpty ? nil : try? Slug($0) })
    }
}

extension WeekChecker {
    /// Each fen that came in is spent, expired, lent, or there; and lots and ledger say the same.
    func checkLots(_ purses: PurseReading) {
        for fault in purses.unequal { world.fail("lots and ledger: \(fault)") }
        if purses.leased != purses.inLeaseAccounts {
            world.fail("\(purses.leased) fen are lent by lots, \(purses.inLeaseAccounts) by the accounts of leases")
        }
        var spent: [PurseLotKey: Int64] = [:]
        for payment in purses.payments {
            for (spend, returned) in zip(payment.spends, payment.returned) {
                let key = PurseLotKey(holder: payment.holder, purse: spend.purse, lot: spend.lot)
                spent[key, default: 0] += spend.amount.count - returned
            }
        }
        let keys = Set(issued.keys).union(spent.keys).union(purses.rests.keys)
        for key in keys.sorted(by: { ($0.holder, $0.purse.text) < ($1.holder, $1.purse.text) }) {
            func amount(_ of: [PurseLotKey: Int64]) -> Int64 { of[key] ?? 0 }
            let left = amount(issued) - amount(spent) - amount(purses.expired) - amount(purses.lent)
            if left != amount(purses.rests) || left < 0 {
                world.fail(
                    "\(key.lot?.text ?? "the money") in \(key.purse) of \(key.holder.key): \(amount(issued)) came in, "
                        + "\(amount(spent)) spent, \(amount(purses.expired)) expired, \(amount(purses.lent)) lent, and "
                        + "\(amount(purses.rests)) left")
            }
        }
    }

    /// What was paid keeps to the purposes and limits of each purse, and to the guardian's word.
    func checkPayments(_ purses: PurseReading) {
        var used: [Holder: UsageBook] = [:]
        for payment in purses.payments where payment.net > 0 {
            var net: [PurseSpend] = []
            for (spend, returned) in zip(payment.spends, payment.returned) where spend.amount.count > returned {
                var spend = spend
                spend.amount = Fen(spend.amount.count - returned)
                net.append(spend)
                checkPurpose(spend, payment)
            }
            do {
                try used[payment.holder, default: UsageBook()].apply(UsageMove.all(of: net, on: payment.occasion))
            } catch { world.fail("\(error)") }
        }
        for payment in purses.payments where payment.net > 0 {
            guard let book = used[payment.holder] else { continue }
            for purse in rules.purses {
                let amount = zip(payment.spends, payment.returned).reduce(0) {
                    $0 + ($1.0.purse == purse.id ? $1.0.amount.count - $1.1 : 0)
                }
                guard amount > 0 else { continue }
                let passed = purse.limits.passed(
                    by: book.used(purse.id, on: payment.occasion), payment: Fen(amount), on: payment.occasion)
                if let span = passed.first {
                    world.fail("the \(span) limit of \(purse.id) is passed by \(payment.holder.key)")
                }
            }
            checkGuardian(payment, book)
        }
    }

    private func checkPurpose(_ spend: PurseSpend, _ payment: PurseReading.Payment) {
        guard let purse = rules.purse(spend.purse), payment.items.indices.contains(spend.line),
            let item = payment.items[spend.line]
        else { return world.fail("\(payment.holder.key) paid from \(spend.purse) for nothing that is known") }
        if !purse.spendsOn.allows(item, on: payment.occasion) {
            world.fail("\(purse.id) paid for \(item) at \(payment.occasion.period?.text ?? "no meal")")
        }
        if let last = spend.expires, last < payment.occasion.day {
            world.fail("\(spend.lot?.text ?? "money") of \(payment.holder.key) was spent after its last day")
        }
    }

    private func checkGuardian(_ payment: PurseReading.Payment, _ book: UsageBook) {
        guard let member = school[payment.holder.key] else { return }
        if let most = member.dayAmount, !tally.guardianChanged.contains(member.name) {
            let day = book.used(nil, on: payment.occasion).day.amount
            if day.count > most { world.fail("\(member.name) spent \(day) in a day, the guardian allows \(Fen(most))") }
        }
        if let barred = member.barred, payment.items.contains(where: { $0?.text == barred }) {
            world.fail("\(member.name) bought a \(barred), which the guardian does not allow")
        }
    }
}
