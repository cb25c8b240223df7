internal import SQLite
internal import Vocabulary

/// When the cars that are inside came in, by their boxes' records: what a quote's beginning is compared with.
///
/// One row for each car inside: it goes when the stay is closed.
final class StayTable {
    private let insert: Statement
    private let remove: Statement
    private let find: Statement

    static let schema = """
        CREATE TABLE IF NOT EXISTS stays (
            id BLOB PRIMARY KEY CHECK (length(id) = 16),
            device TEXT NOT NULL,
            entered INTEGER NOT NULL
        ) WITHOUT ROWID;
        """

    init(in database: borrowing Database) throws(SQLiteError) {
        insert = try database.prepare("INSERT OR IGNORE INTO stays (id, device, entered) VALUES (?, ?, ?)")
        remove = try database.prepare("DELETE FROM stays WHERE id = ? AND device = ?")
        find = try database.prepare("SELECT entered FROM stays WHERE id = ? AND device = ?")
    }

    func opened(_ stay: StayID, at entered: WallTime, of device: DeviceID) throws(PlatformError) {
        try stored(insert.run(stay.bytes, device.text, entered.milliseconds))
    }

    func closed(_ stay: StayID, of device: DeviceID) throws(PlatformError) {
        try stored(remove.run(stay.bytes, device.text))
    }

    /// - Returns: nil if the record has not arrived, or the car has left.
    func entered(_ stay: StayID, of device: DeviceID) throws(PlatformError) -> WallTime? {
        try stored(
            find.first(stay.bytes, device.text) { (row) throws(SQLiteError) in
                WallTime(milliseconds: try row.integer(0))
            })
    }
}
