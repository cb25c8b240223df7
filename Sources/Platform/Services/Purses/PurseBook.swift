internal import Ledger
internal import Purses
internal import SQLite
internal import Vocabulary

/// What persons have in their purses: each purse an account of the ledger, `purse:<holder>:<purse>`, told apart by lots
/// whose sum is always the account's balance; and what was paid from them in the spans that limits ask for.
///
/// Every call stands inside one transaction of the caller's.
final class PurseBook {
    let table: PurseTable
    let ledger: Ledger

    init(in database: borrowing Database, ledger: Ledger) throws(SQLiteError) {
        table = try PurseTable(in: database)
        self.ledger = ledger
    }

    /// The account of a purse. Personal data.
    static func accountName(_ holder: Holder, _ purse: Slug) -> String { "purse:\(holder.text):\(purse)" }

    /// The account from which a purse is filled, and into which goes what expires: with a minus, what its owner has
    /// still to pay in.
    static func fundName(_ purse: Slug) -> String { "fund:\(purse)" }

    // MARK: - Looking

    /// Whether a person has anything in any purse, or a bank account.
    func hasPurses(_ holder: Holder) throws(PlatformError) -> Bool { try !table.lotsWithMoney(of: holder).isEmpty }

    /// What a person has in each purse, expired lots too, and what was paid from it before an occasion; by purse.
    ///
    /// What is set aside for boxes is not in it.
    func states(of holder: Holder, on occasion: Occasion) throws(PlatformError) -> [PurseState] {
        let usage = try usage(of: holder, on: occasion)
        var states: [PurseState] = []
        for row in try table.lotsWithMoney(of: holder) {
            if states.last?.purse != row.purse {
                states.append(PurseState(purse: row.purse, used: usage.used(row.purse, on: occasion)))
            }
            let last = states.count - 1
            if row.isDebit {
                states[last].owed = Fen(-row.rest.count)
            } else {
                states[last].lots.append(PurseState.Lot(id: row.lot, expires: row.lastDay, left: row.rest))
            }
        }
        return states
    }

    /// What a person has paid, from each purse and from all together, in the meal period, day and month of an occasion.
    func usage(of holder: Holder, on occasion: Occasion) throws(PlatformError) -> UsageBook {
        var tallies: [UsageBook.Key: Tally] = [:]
        for window in UsageWindow.all(of: occasion) {
            for (purse, tally) in try table.usage(of: holder, window) {
                tallies[UsageBook.Key(purse: purse, window: window)] = tally
            }
        }
        return UsageBook(tallies)
    }

    // MARK: - Paying

    /// Opens a bank account that is debited later; it has no lots.
    func openDebit(_ purse: Slug, of holder: Holder) throws(PlatformError) {
        guard try table.lots(of: holder, purse).isEmpty else { return }
        let account = try booked(
            ledger.openAccount(PurseBook.accountName(holder, purse), mayNotGoNegative: false))
        try table.insert(
            PurseLotRow(
                number: 0, purse: purse, lot: nil, expires: nil, lastDay: nil, rest: .zero, account: account,
                isDebit: true), holder)
    }

    /// Moves what `PurseRules.split` has split into another account, each spend by a transfer of its own.
    /// - Parameters:
    ///   - account: who gets it.
    ///   - id: the transfer of the spend at a place in the list.
    /// - Returns: false if a lot has not that much; nothing has moved then.
    /// - Throws: as the ledger; the caller's transaction must be rolled back then.
    func take(
        _ spends: [Spend], of holder: Holder, to account: AccountID, _ code: TransferCode, at now: WallTime,
        id: (Int) -> TransferID
    ) throws(PlatformError) -> Bool {
        var lots: [Slug: [PurseLotRow]] = [:]
        var changed: Set<Int64> = []
        var sources: [AccountID] = []
        // Everything is checked before anything is written.
        for spend in spends {
            var rows = lots[spend.purse] ?? []
            if rows.isEmpty { rows = try table.lots(of: holder, spend.purse) }
            guard spend.amount > .zero, let place = PurseBook.place(of: spend.lot, spend.expires, in: rows) else {
                return false
            }
            let (rest, overflow) = rows[place].rest.count.subtractingReportingOverflow(spend.amount.count)
            guard !overflow, rest >= 0 || rows[place].isDebit else { return false }
            rows[place].rest = Fen(rest)
            changed.insert(rows[place].number)
            sources.append(rows[place].account)
            lots[spend.purse] = rows
        }
        for (index, spend) in spends.enumerated() {
            try booked(
                ledger.post(
                    TransferOrder(
                        id: id(index), debit: sources[index], credit: account, amount: spend.amount, code: code,
                        at: now)))
        }
        for row in lots.values.joined() where changed.contains(row.number) { try table.setRest(row.rest, row.number) }
        return true
    }

    /// Moves money from another account back into the lots it came from, each credit by a transfer of its own.
    ///
    /// A lot that was used up is filled again; its last day is the one it has now, or the credit's if that is earlier.
    /// - Parameter id: the transfer of the credit at a place in the list.
    func put(
        _ credits: [Credit], of holder: Holder, by rules: PurseRules, from account: AccountID, _ code: TransferCode,
        at now: WallTime, id: (Int) -> TransferID
    ) throws(PlatformError) {
        for (index, credit) in credits.enumerated() {
            let target = try self.account(of: holder, rules, credit.purse).id
            try booked(
                ledger.post(
                    TransferOrder(
                        id: id(index), debit: account, credit: target, amount: credit.amount, code: code, at: now)))
        }
        try noteReturned(credits, of: holder, by: rules, at: now)
    }

    /// As ``put(_:of:by:from:_:at:id:)`` where the ledger has moved the money already, as by `Ledger.reverse`.
    func noteReturned(
        _ credits: [Credit], of holder: Holder, by rules: PurseRules, at now: WallTime
    ) throws(PlatformError) {
        for credit in credits {
            let (account, isDebit) = try account(of: holder, rules, credit.purse)
            try add(
                credit.amount, to: credit.lot, until: credit.expires, holder, credit.purse, account, isDebit: isDebit)
            guard credit.from != credit.purse else { continue }
            try table.insert(
                PurseMove(
                    holder: holder, purse: credit.purse, lot: credit.lot, kind: .moved, from: credit.from,
                    amount: credit.amount, expires: credit.expires, day: rules.day(at: now), who: "platform", at: now))
        }
    }

    /// Counts payments, reversals and refunds.
    func count(_ moves: [UsageMove], of holder: Holder) throws(PlatformError) {
        for move in moves { try table.add(move, of: holder) }
    }

    /// Forgets counters of spans that ended before a day: late records of such a time bind nothing.
    /// - Parameter most: how many at once.
    func forgetUsage(before day: CivilDate, most: Int64) throws(PlatformError) {
        try table.forgetUsage(before: day, most: most)
    }

    // MARK: - Coming in and going out

    /// What became of money that was to come in.
    enum Bringing: Equatable {
        case done
        /// It came before, the same.
        case again
        /// Other money came before under this reference; it stands.
        case differs
    }

    /// Brings money into a purse from its fund, once for each reference.
    /// - Parameters:
    ///   - lot: the lot's name; nil: money that is not told apart.
    ///   - isDayByRule: nobody has said the last day: when it came before, the one of then stands.
    ///   - kind: ``PurseMove/Kind/issue`` or ``PurseMove/Kind/topUp``.
    func bring(
        _ amount: Fen, to holder: Holder, _ purse: Slug, lot: Slug?, expires: CivilDate?, isDayByRule: Bool = false,
        reference: Slug, _ kind: PurseMove.Kind, on day: CivilDate, by who: String, at now: WallTime
    ) throws(PlatformError) -> Bringing {
        precondition(amount > .zero, "nothing comes in")
        if let before = try table.incoming(holder, purse, reference) {
            return before.kind == kind && before.amount == amount && (before.expires == expires || isDayByRule)
                ? .again : .differs
        }
        let number = try table.insert(
            PurseMove(
                holder: holder, purse: purse, lot: lot, kind: kind, reference: reference, amount: amount,
                expires: expires, day: day, who: who, at: now))
        let account = try booked(
            ledger.openAccount(PurseBook.accountName(holder, purse), mayNotGoNegative: true))
        let fund = try booked(ledger.openAccount(PurseBook.fundName(purse), mayNotGoNegative: false))
        try booked(
            ledger.post(
                TransferOrder(
                    id: TransferID(purseMove: number), debit: fund, credit: account, amount: amount,
                    code: kind == .topUp ? .topUp : .issue, at: now)))
        try add(amount, to: lot, until: expires, holder, purse, account, isDebit: false)
        return .done
    }

    /// Ends a lot after a day, if that is earlier than its last day. What is set aside for boxes until then may still
    /// be spent by them.
    /// - Returns: whether it was; not, if there is no such lot, or it ends no later anyway.
    func end(
        _ lot: Slug, of holder: Holder, _ purse: Slug, after lastDay: CivilDate, on day: CivilDate, by who: String,
        at now: WallTime
    ) throws(PlatformError) -> Bool {
        let rows = try table.lots(of: holder, purse).filter { $0.lot == lot }
        let late = rows.filter { row in row.lastDay.map { $0 > lastDay } ?? true }
        if !late.isEmpty {
            // All that now ends on that day is one row, so that a spend finds it.
            let same = rows.filter { row in row.lastDay == lastDay || late.contains(row) }
            var rest = Fen.zero
            do throws(AmountOverflow) { for row in same { rest = try rest.adding(row.rest) } } catch {
                throw .ledger(.overflow(error))
            }
            for row in same {
                try table.setLastDay(lastDay, row.number)
                try table.setRest(row == same[0] ? rest : .zero, row.number)
            }
            try table.insert(
                PurseMove(
                    holder: holder, purse: purse, lot: lot, kind: .end, amount: .zero, expires: lastDay, day: day,
                    who: who, at: now))
        }
        return !late.isEmpty
    }

    /// Takes what is left of lots after their last day back into the purses' funds.
    /// - Parameters:
    ///   - day: today; what may still be spent today stays.
    ///   - most: how many lots at once; the rest waits for the next call.
    /// - Returns: how many, and how much; as many as `most`: there may be more.
    func expire(
        before day: CivilDate, most: Int64, at now: WallTime
    ) throws(PlatformError) -> (lots: Int, sum: Fen) {
        var sum: Int64 = 0
        let rows = try table.over(before: day, most: most)
        for (holder, row) in rows {
            let number = try table.insert(
                PurseMove(
                    holder: holder, purse: row.purse, lot: row.lot, kind: .expiry, amount: row.rest,
                    expires: row.lastDay, day: day, who: "platform", at: now))
            let fund = try booked(ledger.openAccount(PurseBook.fundName(row.purse), mayNotGoNegative: false))
            try booked(
                ledger.post(
                    TransferOrder(
                        id: TransferID(purseMove: number), debit: row.account, credit: fund, amount: row.rest,
                        code: .expiry, at: now)))
            try table.setRest(.zero, row.number)
            let (next, overflow) = sum.addingReportingOverflow(row.rest.count)
            sum = overflow ? .max : next
        }
        return (rows.count, Fen(sum))
    }

    // MARK: -

    private static func place(of lot: Slug?, _ lastDay: CivilDate?, in rows: [PurseLotRow]) -> Int? {
        rows.firstIndex { $0.lot == lot && $0.lastDay == lastDay }
    }

    /// The account into which money goes back, and whether it is a bank account that is debited later. One that is
    /// there stays what it was opened as, whatever the rules of today say; they decide about a new one only.
    private func account(
        of holder: Holder, _ rules: PurseRules, _ purse: Slug
    ) throws(PlatformError) -> (id: AccountID, isDebit: Bool) {
        let name = PurseBook.accountName(holder, purse)
        if let known = try booked(ledger.account(named: name)) { return (known.id, !known.mayNotGoNegative) }
        let isDebit = rules.purse(purse)?.kind == .debit
        return (try booked(ledger.openAccount(name, mayNotGoNegative: !isDebit)), isDebit)
    }

    private func add(
        _ amount: Fen, to lot: Slug?, until day: CivilDate?, _ holder: Holder, _ purse: Slug, _ account: AccountID,
        isDebit: Bool
    ) throws(PlatformError) {
        let lot = isDebit ? nil : lot
        var lastDay = isDebit ? nil : day
        // What was laid down of a lot holds for what comes back into it.
        if let lot, let end = try table.end(of: lot, holder, purse) { lastDay = min(lastDay ?? end, end) }
        let rows = try table.lots(of: holder, purse)
        if let row = PurseBook.place(of: lot, lastDay, in: rows).map({ rows[$0] }) {
            let rest: Fen
            do throws(AmountOverflow) { rest = try row.rest.adding(amount) } catch { throw .ledger(.overflow(error)) }
            return try table.setRest(rest, row.number)
        }
        try table.insert(
            PurseLotRow(
                number: 0, purse: purse, lot: lot, expires: lastDay, lastDay: lastDay, rest: amount, account: account,
                isDebit: isDebit), holder)
    }
}
