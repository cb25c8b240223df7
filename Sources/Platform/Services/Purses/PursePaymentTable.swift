internal import Purses
internal import SQLite
internal import Vocabulary
internal import Wire

/// What purses did for one payment id; beside the row of the payment itself.
struct PursePaymentRow: Equatable {
    /// Its row: the transfers it makes are numbered by it.
    var number: Int64
    var holder: Holder
    var occasion: Occasion
    /// The lease that paid; nil: the purses themselves, or nothing.
    var lease: LeaseID?
    var spends: [PurseSpend]
    /// Of each spend, what has gone back.
    var returned: [Fen]
    /// How many transfers it has made.
    var moves: Int64 = 0
    /// What the payer was told; nil where no box asked.
    var receipt: Receipt?

    /// What of it has not gone back.
    var net: Fen { Fen(zip(spends, returned).reduce(0) { $0 + $1.0.amount.count - $1.1.count }) }
}

/// A charge that waits for leases to come back.
struct PurseWait: Equatable {
    var holder: Holder
    var device: DeviceID
    /// The charge, as it was sent.
    var charge: [UInt8]
    /// When it is decided at the latest.
    var until: WallTime
}

/// The tables of payments by purses. Every call stands inside one transaction of the caller's.
final class PursePaymentTable {
    static let schema = """
        CREATE TABLE IF NOT EXISTS purse_payments (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
            holder TEXT NOT NULL,
            merchant TEXT NOT NULL,
            period TEXT,
            day INTEGER NOT NULL,
            lease BLOB,
            spends BLOB NOT NULL,
            returned TEXT NOT NULL,
            moves INTEGER NOT NULL,
            receipt BLOB
        );
        CREATE INDEX IF NOT EXISTS purse_payments_of_lease ON purse_payments (lease) WHERE lease IS NOT NULL;
        CREATE TABLE IF NOT EXISTS purse_waits (
            id BLOB PRIMARY KEY CHECK (length(id) = 16),
            holder TEXT NOT NULL,
            device TEXT NOT NULL,
            charge BLOB NOT NULL,
            until INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS purse_waits_of ON purse_waits (holder);
        CREATE TABLE IF NOT EXISTS box_rules (device TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
        """

    private static let columns = "number, holder, merchant, period, day, lease, spends, returned, moves, receipt"

    private let byID, ofLease, insertRow, updateRow: Statement
    private let waitByID, waitsOf, firstWaits, insertWait, removeWait: Statement
    private let rulesOf, setRules, onlineOf: Statement

    init(in database: borrowing Database) throws(SQLiteError) {
        let select = "SELECT \(PursePaymentTable.columns) FROM purse_payments"
        byID = try database.prepare("\(select) WHERE id = ?")
        ofLease = try database.prepare("\(select) WHERE lease = ? ORDER BY number")
        insertRow = try database.prepare(
            """
            INSERT INTO purse_payments (id, holder, merchant, period, day, lease, spends, returned, moves, receipt)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number
            """)
        updateRow = try database.prepare(
            "UPDATE purse_payments SET lease = ?, spends = ?, returned = ?, moves = ?, receipt = ? WHERE number = ?")
        waitByID = try database.prepare("SELECT id, holder, device, charge, until FROM purse_waits WHERE id = ?")
        waitsOf = try database.prepare("SELECT 1 FROM purse_waits WHERE holder = ? LIMIT 1")
        firstWaits = try database.prepare(
            "SELECT id, holder, device, charge, until FROM purse_waits ORDER BY until, id LIMIT ?")
        insertWait = try database.prepare(
            "INSERT INTO purse_waits (id, holder, device, charge, until) VALUES (?, ?, ?, ?, ?)")
        removeWait = try database.prepare("DELETE FROM purse_waits WHERE id = ?")
        rulesOf = try database.prepare("SELECT digest FROM box_rules WHERE device = ?")
        onlineOf = try database.prepare("SELECT online FROM boxes WHERE device = ?")
        setRules = try database.prepare(
            """
            INSERT INTO box_rules (device, digest) VALUES (?1, ?2) ON CONFLICT (device) DO UPDATE SET digest = ?2
            """)
    }

    // MARK: - Payments

    func find(_ id: PaymentID) throws(PlatformError) -> PursePaymentRow? {
        try stored(byID.first(id.bytes, read: PursePaymentTable.read))
    }

    /// What was paid from a lease, in the order in which it was booked.
    func payments(from lease: LeaseID) throws(PlatformError) -> [PursePaymentRow] {
        var rows: [PursePaymentRow] = []
        try stored(
            ofLease.forEach(lease.bytes) { (row) throws(SQLiteError) in rows.append(try PursePaymentTable.read(row)) })
        return rows
    }

    /// - Returns: the row with its number.
    func insert(_ row: PursePaymentRow, _ id: PaymentID) throws(PlatformError) -> PursePaymentRow {
        let number = try stored(
            insertRow.first(
                id.bytes, row.holder.text, row.occasion.merchant.text, row.occasion.period?.text,
                row.occasion.day.dayNumber, row.lease?.bytes, PurseSpend.canonical(row.spends),
                PursePaymentTable.text(row.returned), row.moves, row.receipt?.canonical
            ) { (row) throws(SQLiteError) in try row.integer(0) })
        guard let number else { preconditionFailure("an insert returned no row") }
        var row = row
        row.number = number
        return row
    }

    func update(_ row: PursePaymentRow) throws(PlatformError) {
        try stored(
            updateRow.run(
                row.lease?.bytes, PurseSpend.canonical(row.spends), PursePaymentTable.text(row.returned), row.moves,
                row.receipt?.canonical, row.number))
    }

    // MARK: - Charges that wait

    func wait(_ id: PaymentID) throws(PlatformError) -> PurseWait? {
        try stored(waitByID.first(id.bytes, read: PursePaymentTable.readWait))?.wait
    }

    /// Whether a charge to a person waits.
    func isWaiting(_ holder: Holder) throws(PlatformError) -> Bool {
        try stored(waitsOf.first(holder.text) { (_) throws(SQLiteError) in true }) ?? false
    }

    /// Those that are to be decided first.
    func waits(most: Int64) throws(PlatformError) -> [(id: PaymentID, wait: PurseWait)] {
        var waits: [(id: PaymentID, wait: PurseWait)] = []
        try stored(
            firstWaits.forEach(most) { (row) throws(SQLiteError) in waits.append(try PursePaymentTable.readWait(row)) })
        return waits
    }

    func insert(_ wait: PurseWait, _ id: PaymentID) throws(PlatformError) {
        try stored(
            insertWait.run(id.bytes, wait.holder.text, wait.device.text, wait.charge, wait.until.milliseconds))
    }

    func removeWait(_ id: PaymentID) throws(PlatformError) { try stored(removeWait.run(id.bytes)) }

    // MARK: - The rules of boxes

    /// By which rules a box last said that it splits; nil: it has not.
    func rules(of device: DeviceID) throws(PlatformError) -> String? {
        try stored(rulesOf.first(device.text) { (row) throws(SQLiteError) in try row.text(0) })
    }

    func setRules(_ digest: String, of device: DeviceID) throws(PlatformError) {
        try stored(setRules.run(device.text, digest))
    }

    /// Whether a box is there, as far as is known: one that has said nothing of itself may be.
    func isReachable(_ device: DeviceID) throws(PlatformError) -> Bool {
        try stored(onlineOf.first(device.text) { (row) throws(SQLiteError) in try row.integer(0) }) != 0
    }

    // MARK: -

    private static func text(_ amounts: [Fen]) -> String {
        amounts.map { String($0.count) }.joined(separator: ",")
    }

    private static func read(_ row: borrowing Statement) throws(SQLiteError) -> PursePaymentRow {
        let holder = try PurseTable.holder(try row.text(1))
        guard let merchant = try PurseTable.optionalSlug(try row.text(2)) else { throw PurseTable.damaged("merchant") }
        let period = try PurseTable.optionalSlug(try row.optionalText(3) ?? "")
        let returned = try row.text(7).split(separator: ",").map { Int64($0) }
        guard let spends = try? PurseSpend.read(canonical: try row.bytes(6)), spends.count == returned.count,
            !returned.contains(nil)
        else { throw PurseTable.damaged("spends") }
        return PursePaymentRow(
            number: try row.integer(0), holder: holder,
            occasion: Occasion(
                merchant: merchant, period: period, day: CivilDate(dayNumber: try row.integer(4))),
            lease: try row.optionalBytes(5).flatMap(LeaseID.init(bytes:)), spends: spends,
            returned: returned.map { Fen($0 ?? 0) }, moves: try row.integer(8),
            receipt: try row.optionalBytes(9).flatMap { try? Receipt(canonical: $0) })
    }

    private static func readWait(
        _ row: borrowing Statement
    ) throws(SQLiteError) -> (id: PaymentID, wait: PurseWait) {
        guard let id = PaymentID(bytes: try row.bytes(0)), let device = try? DeviceID(try row.text(2)) else {
            throw PurseTable.damaged("payment or device")
        }
        return (
            id,
            PurseWait(
                holder: try PurseTable.holder(try row.text(1)), device: device, charge: try row.bytes(3),
                until: WallTime(milliseconds: try row.integer(4)))
        )
    }
}
