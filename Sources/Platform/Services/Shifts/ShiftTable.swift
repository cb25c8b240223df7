internal import SQLite
internal import Vocabulary
internal import Wire

/// The closed shifts of every box's cash drawer, by its records: for an auditor, who trusts the drawer less than the
/// books.
final class ShiftTable {
    static let schema = """
        CREATE TABLE IF NOT EXISTS shifts (
            device TEXT NOT NULL,
            id BLOB NOT NULL CHECK (length(id) = 16),
            opened_at INTEGER NOT NULL,
            closed_at INTEGER NOT NULL,
            opened_by TEXT NOT NULL,
            closed_by TEXT NOT NULL,
            float INTEGER NOT NULL,
            cash INTEGER NOT NULL,
            cash_payments INTEGER NOT NULL,
            cash_refunds INTEGER NOT NULL,
            expected INTEGER NOT NULL,
            counted INTEGER NOT NULL,
            PRIMARY KEY (device, id)
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS shifts_by_end ON shifts (closed_at);
        """

    private let insert: Statement

    init(in database: borrowing Database) throws(SQLiteError) {
        // A journal that took a damaged one's place may say it again; the first word stays.
        insert = try database.prepare("INSERT OR IGNORE INTO shifts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    }

    func closed(_ shift: ShiftClosing, at: WallTime, of device: DeviceID) throws(PlatformError) {
        try stored(
            insert.run(
                device.text, shift.opening.shift.bytes, shift.opened.milliseconds, at.milliseconds, shift.opening.who,
                shift.closedBy, shift.opening.float.count, shift.totals.cash.count, shift.totals.cashPayments,
                shift.totals.cashRefunds.count, shift.expected.count, shift.counted.count))
    }
}
