internal import Ledger
internal import SQLite
internal import Vocabulary

/// What the platform knows of one lease.
struct LeaseRow: Equatable {
    /// Its row: the transfers it makes are numbered by it.
    var number: Int64
    /// The box it was granted to: no other one may use it.
    var device: DeviceID
    /// The money it was granted on; nil for an id that was given back before it came.
    var terms: Terms?
    /// How many records of spends from it have come, wherever their money came from in the end.
    var records: Int64
    /// What went back when it was closed; nil while it is open.
    var returned: Fen?

    struct Terms: Equatable {
        /// As it was ordered: an order that comes again must say the same.
        var purpose: String
        var asked: Fen, askedSeconds: Int64
        /// Where the money comes from and goes back to, and where it stands meanwhile.
        var source: AccountID, account: AccountID
        /// All that was ever set aside, and what of it has been spent.
        var granted: Fen, spent: Fen
        /// How many transfers moved money in or out again.
        var moves: Int64
        /// When it ends, and when the platform takes the rest back.
        var expires: WallTime, ends: WallTime

        /// What is left; the table sees to it that it is never negative.
        var rest: Fen { Fen(granted.count - spent.count) }

        /// Lets it last so many seconds from now, as far as limits allow, if that is longer.
        mutating func extend(_ seconds: Int64, _ limits: LeaseLimits, at now: WallTime) {
            let end = now.milliseconds + 1_000 * min(seconds, limits.mostSeconds)
            guard end > expires.milliseconds else { return }
            expires = WallTime(milliseconds: end)
            ends = WallTime(milliseconds: end + 1_000 * limits.graceSeconds)
        }
    }
}

/// The tables of leases and of what was paid out of them.
final class LeaseTable {
    static let schema = """
        CREATE TABLE IF NOT EXISTS leases (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
            device TEXT NOT NULL,
            purpose TEXT,
            asked INTEGER NOT NULL,
            asked_seconds INTEGER NOT NULL,
            source INTEGER REFERENCES accounts (id),
            account INTEGER REFERENCES accounts (id),
            granted INTEGER NOT NULL,
            spent INTEGER NOT NULL CHECK (spent >= 0),
            moves INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            ends INTEGER NOT NULL,
            records INTEGER NOT NULL,
            returned INTEGER,
            CHECK (spent + coalesce(returned, 0) <= granted)
        );
        CREATE INDEX IF NOT EXISTS leases_to_end ON leases (ends) WHERE returned IS NULL;
        CREATE INDEX IF NOT EXISTS open_leases ON leases (device, purpose, granted, spent) WHERE returned IS NULL;
        CREATE INDEX IF NOT EXISTS leases_by_account ON leases (account);
        CREATE TABLE IF NOT EXISTS payouts (
            id BLOB PRIMARY KEY CHECK (length(id) = 16),
            lease BLOB NOT NULL,
            payout BLOB NOT NULL,
            device TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('leased', 'owed', 'refused')),
            at INTEGER NOT NULL
        ) WITHOUT ROWID;
        """

    private static let columns = """
        number, device, purpose, asked, asked_seconds, source, account, granted, spent, moves, expires, ends, records, \
        returned
        """

    private let byID: Statement
    private let insertRow: Statement
    private let updateRow: Statement
    private let due: Statement
    private let held: Statement
    private let open: Statement
    private let sourceOf: Statement
    private let payoutByID: Statement
    private let insertPayout: Statement

    init(in database: borrowing Database) throws(SQLiteError) {
        byID = try database.prepare("SELECT \(LeaseTable.columns) FROM leases WHERE id = ?")
        insertRow = try database.prepare(
            """
            INSERT INTO leases (id, device, purpose, asked, asked_seconds, source, account, granted, spent, moves, \
            expires, ends, records, returned) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, ?) RETURNING number
            """)
        updateRow = try database.prepare(
            """
            UPDATE leases SET granted = ?, spent = ?, moves = ?, expires = ?, ends = ?, records = ?, returned = ?
            WHERE number = ?
            """)
        due = try database.prepare(
            "SELECT \(LeaseTable.columns) FROM leases WHERE returned IS NULL AND ends <= ? ORDER BY ends LIMIT ?")
        held = try database.prepare(
            "SELECT coalesce(sum(granted - spent), 0) FROM leases WHERE device = ? AND returned IS NULL")
        open = try database.prepare(
            "SELECT count(*) FROM leases WHERE device = ? AND purpose = ? AND returned IS NULL")
        sourceOf = try database.prepare("SELECT source FROM leases WHERE account = ? LIMIT 1")
        payoutByID = try database.prepare("SELECT device, payout FROM payouts WHERE id = ?")
        insertPayout = try database.prepare(
            "INSERT INTO payouts (id, lease, payout, device, state, at) VALUES (?, ?, ?, ?, ?, ?)")
    }

    // MARK: - Leases

    func find(_ id: LeaseID) throws(PlatformError) -> LeaseRow? {
        try stored(byID.first(id.bytes, read: LeaseTable.read))
    }

    /// - Parameter terms: what was ordered; nothing is granted yet. Nil: the id was given back before it came.
    func insert(_ id: LeaseID, _ device: DeviceID, _ terms: LeaseRow.Terms?) throws(PlatformError) -> LeaseRow {
        let number = try stored(
            insertRow.first(
                id.bytes, device.text, terms?.purpose, terms?.asked.count ?? 0, terms?.askedSeconds ?? 0,
                terms?.source.row, terms?.account.row, terms == nil ? Int64(0) : nil
            ) { (row) throws(SQLiteError) in try row.integer(0) })
        guard let number else { preconditionFailure("an insert returned no row") }
        return LeaseRow(
            number: number, device: device, terms: terms, records: 0, returned: terms == nil ? .zero : nil)
    }

    func update(_ row: LeaseRow) throws(PlatformError) {
        let terms = row.terms
        try stored(
            updateRow.run(
                terms?.granted.count ?? 0, terms?.spent.count ?? 0, terms?.moves ?? 0, terms?.expires.milliseconds ?? 0,
                terms?.ends.milliseconds ?? 0, row.records, row.returned?.count, row.number))
    }

    /// Open leases whose rest is to go back, the longest overdue first.
    func due(at now: WallTime, most: Int64) throws(PlatformError) -> [LeaseRow] {
        var rows: [LeaseRow] = []
        try stored(
            due.forEach(now.milliseconds, most) { (row) throws(SQLiteError) in rows.append(try LeaseTable.read(row)) })
        return rows
    }

    /// What is left unspent in all open leases of a box.
    func held(by device: DeviceID) throws(PlatformError) -> Fen {
        Fen(try stored(held.first(device.text) { (row) throws(SQLiteError) in try row.integer(0) }) ?? 0)
    }

    /// How many leases a box has open for one purpose.
    func openCount(_ device: DeviceID, _ purpose: String) throws(PlatformError) -> Int64 {
        try stored(open.first(device.text, purpose) { (row) throws(SQLiteError) in try row.integer(0) }) ?? 0
    }

    /// Where the money of a lease account comes from; nil if the account is none.
    func source(of account: AccountID) throws(PlatformError) -> AccountID? {
        try stored(sourceOf.first(account.row) { (row) throws(SQLiteError) in AccountID(row: try row.integer(0)) })
    }

    // MARK: - Payouts

    enum PayoutState: String { case leased, owed, refused }

    /// - Returns: the box and the contents of the payout that has this id.
    func payout(_ id: PaymentID) throws(PlatformError) -> (device: String, payout: [UInt8])? {
        try stored(
            payoutByID.first(id.bytes) { (row) throws(SQLiteError) in (try row.text(0), try row.bytes(1)) })
    }

    func insert(
        _ id: PaymentID, _ lease: LeaseID, _ payout: [UInt8], _ device: DeviceID, _ state: PayoutState, at now: WallTime
    ) throws(PlatformError) {
        try stored(insertPayout.run(id.bytes, lease.bytes, payout, device.text, state.rawValue, now.milliseconds))
    }

    // MARK: -

    private static func read(_ row: borrowing Statement) throws(SQLiteError) -> LeaseRow {
        guard let device = try? Slug(try row.text(1)) else {
            throw SQLiteError(
                operation: "read a lease", path: "", extendedCode: 11, message: "its device is no name")
        }
        var terms: LeaseRow.Terms?
        if let purpose = try row.optionalText(2) {
            terms = LeaseRow.Terms(
                purpose: purpose, asked: Fen(try row.integer(3)), askedSeconds: try row.integer(4),
                source: AccountID(row: try row.integer(5)), account: AccountID(row: try row.integer(6)),
                granted: Fen(try row.integer(7)), spent: Fen(try row.integer(8)), moves: try row.integer(9),
                expires: WallTime(milliseconds: try row.integer(10)), ends: WallTime(milliseconds: try row.integer(11)))
        }
        return LeaseRow(
            number: try row.integer(0), device: device, terms: terms, records: try row.integer(12),
            returned: try row.optionalInteger(13).map(Fen.init))
    }
}
