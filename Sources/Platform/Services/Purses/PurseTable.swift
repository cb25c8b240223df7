internal import Ledger
internal import Purses
internal import SQLite
internal import Vocabulary

/// Money of one person that came in together, as it stands in the table.
struct PurseLotRow: Equatable {
    var number: Int64
    var purse: Slug
    /// nil: money that is not told apart, such as what was paid in.
    var lot: Slug?
    /// The last day as it was when the row was made; nil: there is none.
    var expires: CivilDate?
    /// The last day that counts: that one, or an earlier one that was laid down since. Of the rows of one lot each has
    /// another.
    var lastDay: CivilDate?
    /// Of a bank account, with a minus, what was taken and is not yet collected.
    var rest: Fen
    var account: AccountID
    var isDebit: Bool
}

/// The tables of purses. Every call that writes stands inside one transaction of the caller's.
final class PurseTable {
    // Rows of lots stay when they are used up: what comes back finds its lot as it was. The CHECKs repeat what the code
    // makes sure of; SQLite would turn a sum beyond 64 bits into a real number, which `typeof` refuses.
    static let schema = """
        CREATE TABLE IF NOT EXISTS purse_lots (
            number INTEGER PRIMARY KEY,
            holder TEXT NOT NULL,
            purse TEXT NOT NULL,
            lot TEXT,
            expires INTEGER,
            last_day INTEGER,
            rest INTEGER NOT NULL CHECK (typeof(rest) = 'integer'),
            account INTEGER NOT NULL REFERENCES accounts (id),
            is_debit INTEGER NOT NULL CHECK (is_debit IN (0, 1)),
            CHECK (rest >= 0 OR is_debit = 1)
        );
        CREATE INDEX IF NOT EXISTS purse_lots_of_holder ON purse_lots (holder, purse);
        CREATE INDEX IF NOT EXISTS purse_lots_over ON purse_lots (last_day) WHERE rest > 0 AND last_day IS NOT NULL;
        CREATE TABLE IF NOT EXISTS purse_usage (
            holder TEXT NOT NULL,
            last_day INTEGER NOT NULL,
            span TEXT NOT NULL,
            purse TEXT NOT NULL,
            amount INTEGER NOT NULL CHECK (typeof(amount) = 'integer'),
            count INTEGER NOT NULL CHECK (typeof(count) = 'integer'),
            PRIMARY KEY (holder, span, purse)
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS purse_usage_over ON purse_usage (last_day);
        CREATE TABLE IF NOT EXISTS purse_moves (
            number INTEGER PRIMARY KEY,
            holder TEXT NOT NULL,
            purse TEXT NOT NULL,
            lot TEXT,
            kind TEXT NOT NULL CHECK (kind IN ('issue', 'topUp', 'end', 'expiry', 'moved')),
            reference TEXT,
            came_from TEXT,
            amount INTEGER NOT NULL CHECK (amount >= 0),
            expires INTEGER,
            day INTEGER NOT NULL,
            who TEXT NOT NULL,
            at INTEGER NOT NULL
        );
        CREATE UNIQUE INDEX IF NOT EXISTS purse_moves_once
            ON purse_moves (holder, purse, reference) WHERE kind IN ('issue', 'topUp');
        CREATE INDEX IF NOT EXISTS purse_ends ON purse_moves (holder, purse, lot) WHERE kind = 'end';
        """

    private static let columns = "number, purse, lot, expires, last_day, rest, account, is_debit, holder"

    private let lotsOfHolder: Statement
    private let lotsWithMoney: Statement
    private let insertLot: Statement
    private let setRest: Statement
    private let setLastDay: Statement
    private let over: Statement
    private let usageOfSpan: Statement
    private let usageSince: Statement
    private let addUsage: Statement
    private let dropZeroUsage: Statement
    private let forgetUsage: Statement
    private let usageBefore: Statement
    private let insertMove: Statement
    private let incoming: Statement
    private let endOfLot: Statement

    init(in database: borrowing Database) throws(SQLiteError) {
        let select = "SELECT \(PurseTable.columns) FROM purse_lots"
        lotsOfHolder = try database.prepare("\(select) WHERE holder = ? AND purse = ? ORDER BY number")
        lotsWithMoney = try database.prepare(
            "\(select) WHERE holder = ? AND (rest <> 0 OR is_debit = 1) ORDER BY purse, number")
        insertLot = try database.prepare(
            """
            INSERT INTO purse_lots (holder, purse, lot, expires, last_day, rest, account, is_debit)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING number
            """)
        setRest = try database.prepare("UPDATE purse_lots SET rest = ? WHERE number = ?")
        setLastDay = try database.prepare("UPDATE purse_lots SET last_day = ? WHERE number = ?")
        over = try database.prepare(
            """
            \(select) WHERE rest > 0 AND last_day IS NOT NULL AND last_day < ? ORDER BY last_day, number LIMIT ?
            """)
        usageOfSpan = try database.prepare("SELECT purse, amount, count FROM purse_usage WHERE holder = ? AND span = ?")
        usageSince = try database.prepare(
            "SELECT span, purse, amount, count FROM purse_usage WHERE holder = ? AND last_day >= ?")
        addUsage = try database.prepare(
            """
            INSERT INTO purse_usage (holder, last_day, span, purse, amount, count) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (holder, span, purse)
            DO UPDATE SET amount = amount + excluded.amount, count = count + excluded.count
            """)
        dropZeroUsage = try database.prepare(
            "DELETE FROM purse_usage WHERE holder = ? AND span = ? AND purse = ? AND amount = 0 AND count = 0")
        forgetUsage = try database.prepare(
            """
            DELETE FROM purse_usage WHERE (holder, span, purse) IN
            (SELECT holder, span, purse FROM purse_usage WHERE last_day < ? LIMIT ?)
            """)
        usageBefore = try database.prepare("SELECT 1 FROM purse_usage WHERE last_day < ? LIMIT 1")
        insertMove = try database.prepare(
            """
            INSERT INTO purse_moves (holder, purse, lot, kind, reference, came_from, amount, expires, day, who, at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number
            """)
        incoming = try database.prepare(
            """
            SELECT kind, amount, expires FROM purse_moves
            WHERE holder = ? AND purse = ? AND reference = ? AND kind IN ('issue', 'topUp')
            """)
        endOfLot = try database.prepare(
            "SELECT min(expires) FROM purse_moves WHERE holder = ? AND purse = ? AND lot = ? AND kind = 'end'")
    }

    // MARK: - Lots

    /// All lots of a purse, those used up too, in the order in which they came.
    func lots(of holder: Holder, _ purse: Slug) throws(PlatformError) -> [PurseLotRow] {
        var rows: [PurseLotRow] = []
        try stored(
            lotsOfHolder.forEach(holder.text, purse.text) { (row) throws(SQLiteError) in
                rows.append(try PurseTable.read(row))
            })
        return rows
    }

    /// The lots of all purses in which something is left, and the bank accounts; by purse.
    func lotsWithMoney(of holder: Holder) throws(PlatformError) -> [PurseLotRow] {
        var rows: [PurseLotRow] = []
        try stored(
            lotsWithMoney.forEach(holder.text) { (row) throws(SQLiteError) in rows.append(try PurseTable.read(row)) })
        return rows
    }

    /// - Returns: the row's number.
    @discardableResult
    func insert(_ row: PurseLotRow, _ holder: Holder) throws(PlatformError) -> Int64 {
        let number = try stored(
            insertLot.first(
                holder.text, row.purse.text, row.lot?.text, row.expires?.dayNumber, row.lastDay?.dayNumber,
                row.rest.count, row.account.row, Int64(row.isDebit ? 1 : 0)
            ) { (row) throws(SQLiteError) in try row.integer(0) })
        guard let number else { preconditionFailure("an insert returned no row") }
        return number
    }

    func setRest(_ rest: Fen, _ number: Int64) throws(PlatformError) { try stored(setRest.run(rest.count, number)) }

    func setLastDay(_ day: CivilDate, _ number: Int64) throws(PlatformError) {
        try stored(setLastDay.run(day.dayNumber, number))
    }

    /// Lots with money whose last day is before a day, the longest over first.
    func over(before day: CivilDate, most: Int64) throws(PlatformError) -> [(holder: Holder, row: PurseLotRow)] {
        var rows: [(holder: Holder, row: PurseLotRow)] = []
        try stored(
            over.forEach(day.dayNumber, most) { (row) throws(SQLiteError) in
                rows.append((try PurseTable.holder(try row.text(8)), try PurseTable.read(row)))
            })
        return rows
    }

    // MARK: - Usage

    func usage(of holder: Holder, _ window: UsageWindow) throws(PlatformError) -> [(purse: Slug?, tally: Tally)] {
        var tallies: [(purse: Slug?, tally: Tally)] = []
        try stored(
            usageOfSpan.forEach(holder.text, window.description) { (row) throws(SQLiteError) in
                let tally = Tally(amount: Fen(try row.integer(1)), count: try row.integer(2))
                tallies.append((try PurseTable.optionalSlug(try row.text(0)), tally))
            })
        return tallies
    }

    /// All counters of a person whose span is not over before a day.
    func usage(of holder: Holder, since day: CivilDate) throws(PlatformError) -> [UsageBook.Key: Tally] {
        var tallies: [UsageBook.Key: Tally] = [:]
        try stored(
            usageSince.forEach(holder.text, day.dayNumber) { (row) throws(SQLiteError) in
                guard let window = try? UsageWindow(try row.text(0)) else { throw PurseTable.damaged("span") }
                let key = UsageBook.Key(purse: try PurseTable.optionalSlug(try row.text(1)), window: window)
                tallies[key] = Tally(amount: Fen(try row.integer(2)), count: try row.integer(3))
            })
        return tallies
    }

    func add(_ move: UsageMove, of holder: Holder) throws(PlatformError) {
        let (span, purse) = (move.window.description, move.purse?.text ?? "")
        try stored(
            addUsage.run(
                holder.text, move.window.lastDay.dayNumber, span, purse, move.amount.count, move.count))
        try stored(dropZeroUsage.run(holder.text, span, purse))
    }

    /// Whether there are counters of spans that ended before a day.
    func hasUsage(before day: CivilDate) throws(PlatformError) -> Bool {
        try stored(usageBefore.first(day.dayNumber) { (row) throws(SQLiteError) in try row.integer(0) }) != nil
    }

    func forgetUsage(before day: CivilDate, most: Int64) throws(PlatformError) {
        try stored(forgetUsage.run(day.dayNumber, most))
    }

    // MARK: - Moves

    /// - Returns: the move's number.
    @discardableResult
    func insert(_ move: PurseMove) throws(PlatformError) -> Int64 {
        let number = try stored(
            insertMove.first(
                move.holder.text, move.purse.text, move.lot?.text, move.kind.rawValue, move.reference?.text,
                move.from?.text, move.amount.count, move.expires?.dayNumber, move.day.dayNumber, move.who,
                move.at.milliseconds
            ) { (row) throws(SQLiteError) in try row.integer(0) })
        guard let number else { preconditionFailure("an insert returned no row") }
        return number
    }

    /// What came into a purse under a reference.
    func incoming(
        _ holder: Holder, _ purse: Slug, _ reference: Slug
    ) throws(PlatformError) -> (kind: PurseMove.Kind, amount: Fen, expires: CivilDate?)? {
        try stored(
            incoming.first(holder.text, purse.text, reference.text) { (row) throws(SQLiteError) in
                guard let kind = PurseMove.Kind(rawValue: try row.text(0)) else { throw PurseTable.damaged("kind") }
                return (
                    kind, Fen(try row.integer(1)), try row.optionalInteger(2).map(CivilDate.init(dayNumber:))
                )
            })
    }

    /// The earliest last day that was laid down for a lot after it came in.
    func end(of lot: Slug, _ holder: Holder, _ purse: Slug) throws(PlatformError) -> CivilDate? {
        let day = try stored(
            endOfLot.first(holder.text, purse.text, lot.text) { (row) throws(SQLiteError) in
                try row.optionalInteger(0)
            })
        return (day ?? nil).map(CivilDate.init(dayNumber:))
    }

    // MARK: - Reading

    private static func read(_ row: borrowing Statement) throws(SQLiteError) -> PurseLotRow {
        guard let purse = try optionalSlug(try row.text(1)) else { throw damaged("purse") }
        return PurseLotRow(
            number: try row.integer(0), purse: purse, lot: try optionalSlug(try row.optionalText(2) ?? ""),
            expires: try row.optionalInteger(3).map(CivilDate.init(dayNumber:)),
            lastDay: try row.optionalInteger(4).map(CivilDate.init(dayNumber:)), rest: Fen(try row.integer(5)),
            account: AccountID(row: try row.integer(6)), isDebit: try row.integer(7) == 1)
    }

    static func holder(_ text: String) throws(SQLiteError) -> Holder {
        do throws(HolderError) { return try Holder(text) } catch { throw damaged("holder") }
    }

    /// - Returns: nil for an empty text.
    static func optionalSlug(_ text: String) throws(SQLiteError) -> Slug? {
        guard !text.isEmpty else { return nil }
        do throws(IdentifierError) { return try Slug(text) } catch { throw damaged("name") }
    }

    static func damaged(_ column: String) -> SQLiteError {
        SQLiteError(
            operation: "read a purse", path: "", extendedCode: 11,
            message: "its \(column) is not one this version knows")
    }
}

/// What changed a purse beside payments, for the supervisor's proof.
struct PurseMove: Equatable {
    enum Kind: String, CaseIterable {
        /// A subsidy came in.
        case issue
        /// Money was paid in.
        case topUp
        /// A lot's last day was laid down anew; no money moved.
        case end
        /// What was left after the last day went back to the fund.
        case expiry
        /// A refund came in that another purse had paid.
        case moved
    }

    var holder: Holder
    var purse: Slug
    var lot: Slug?
    var kind: Kind
    /// Of an issue or top-up: unique for the person's purse.
    var reference: Slug?
    /// Of a refund, the purse that had paid.
    var from: Slug?
    var amount: Fen
    var expires: CivilDate?
    /// The local day on which it was done.
    var day: CivilDate
    /// A person's name, `file`, or `platform`.
    var who: String
    var at: WallTime
}
