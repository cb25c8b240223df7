internal import SQLite
internal import Vocabulary
internal import Wire

/// The cars inside every car park, by their boxes' records: what a quote's beginning is compared with, and what boxes
/// of one site tell each other through the platform.
///
/// A row outlives its stay by thirty days, so that a box that was away learns of its end, and a record that comes late
/// or twice does not begin it anew.
final class StayTable {
    /// How long a stay that is over is kept, in milliseconds.
    static let keptFor: Int64 = 30 * 86_400_000

    static let schema = """
        CREATE TABLE IF NOT EXISTS stays (
            id BLOB PRIMARY KEY CHECK (length(id) = 16),
            device TEXT NOT NULL,
            entered INTEGER,
            site TEXT,
            plate TEXT,
            vehicle TEXT,
            tariff TEXT,
            lane TEXT,
            synchronised INTEGER,
            written_by TEXT,
            closed_at INTEGER,
            closed_by TEXT,
            ticket_lost INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS stays_of_plate ON stays (plate, entered) WHERE plate IS NOT NULL;
        CREATE INDEX IF NOT EXISTS stays_of_site ON stays (site, id);
        CREATE INDEX IF NOT EXISTS closed_stays ON stays (closed_at) WHERE closed_at IS NOT NULL;
        """

    /// Of a stay that its box has recorded.
    struct Row: Equatable {
        var device: DeviceID
        var site: String
        var entry: StayEntry
        var isClosed: Bool
    }

    private let insert: Statement
    private let close: Statement
    private let tombstone: Statement
    private let findEntered: Statement
    private let findRow: Statement
    private let findByPlate: Statement
    private let pageRows: Statement
    private let correct: Statement
    private let setEntryTime: Statement
    private let noteLostTicket: Statement
    private let countInside: Statement
    private let moveSite: Statement
    private let prune: Statement

    private static let columns =
        "id, device, entered, site, plate, vehicle, tariff, lane, synchronised, written_by, closed_at"

    init(in database: borrowing Database) throws(SQLiteError) {
        // A stay whose end came first stands there already: its beginning is filled in, and it stays over.
        insert = try database.prepare(
            """
            INSERT INTO stays (id, device, entered, site, plate, vehicle, tariff, lane, synchronised, written_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET device = excluded.device, entered = excluded.entered, plate = excluded.plate,
                vehicle = excluded.vehicle, tariff = excluded.tariff, lane = excluded.lane,
                synchronised = excluded.synchronised, written_by = excluded.written_by
            WHERE tariff IS NULL AND site = excluded.site
            """)
        close = try database.prepare(
            "UPDATE stays SET closed_at = ?, closed_by = ? WHERE id = ? AND site = ? AND closed_at IS NULL")
        tombstone = try database.prepare(
            "INSERT OR IGNORE INTO stays (id, device, site, closed_at, closed_by) VALUES (?1, ?2, ?3, ?4, ?2)")
        findEntered = try database.prepare(
            "SELECT entered FROM stays WHERE id = ? AND entered IS NOT NULL AND synchronised IS NOT 0"
                + " AND ticket_lost IS NULL")
        findRow = try database.prepare("SELECT \(Self.columns) FROM stays WHERE id = ?")
        findByPlate = try database.prepare(
            """
            SELECT \(Self.columns) FROM stays
            WHERE plate = ? AND site = ? AND closed_at IS NULL ORDER BY entered DESC LIMIT 1
            """)
        pageRows = try database.prepare(
            """
            SELECT \(Self.columns) FROM stays
            WHERE site = ?1 AND id > ?2
                AND (closed_at IS NULL AND tariff IS NOT NULL
                    OR closed_at IS NOT NULL AND device = ?3 AND closed_by <> ?3)
            ORDER BY id LIMIT ?4
            """)
        correct = try database.prepare("UPDATE stays SET plate = ? WHERE id = ? AND site = ? AND plate IS NOT ?1")
        setEntryTime = try database.prepare(
            "UPDATE stays SET entered = ?, synchronised = 1, written_by = ? WHERE id = ? AND site = ?")
        noteLostTicket = try database.prepare("UPDATE stays SET ticket_lost = 1 WHERE id = ? AND site = ?")
        countInside = try database.prepare(
            "SELECT count(*) FROM stays WHERE site = ? AND closed_at IS NULL AND tariff IS NOT NULL")
        moveSite = try database.prepare("UPDATE stays SET site = ?1 WHERE device = ?2 AND site IS NOT ?1")
        prune = try database.prepare(
            "DELETE FROM stays WHERE id IN (SELECT id FROM stays WHERE closed_at < ? ORDER BY closed_at LIMIT ?)")
    }

    /// Takes a file of an older program over.
    static func upgrade(_ database: borrowing Database) throws(SQLiteError) {
        let tables = try database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'stays'") ?? 0
        guard tables > 0 else { return }
        for (name, type) in [
            ("site", "TEXT"), ("plate", "TEXT"), ("vehicle", "TEXT"), ("tariff", "TEXT"), ("lane", "TEXT"),
            ("synchronised", "INTEGER"), ("written_by", "TEXT"), ("closed_at", "INTEGER"), ("closed_by", "TEXT"),
            ("ticket_lost", "INTEGER"),
        ] {
            let count = "SELECT count(*) FROM pragma_table_info('stays') WHERE name = '\(name)'"
            guard try database.integer(count) == 0 else { continue }
            try database.execute("ALTER TABLE stays ADD COLUMN \(name) \(type)")
        }
    }

    /// Boxes may have come to another site by the configuration.
    func configure(_ devices: [DeviceID], _ sites: SiteMap) throws(PlatformError) {
        for device in devices { try stored(moveSite.run(sites.key(of: device), device.text)) }
    }

    // MARK: - Records

    /// - Returns: whether the car is inside now and was not known to be.
    func opened(_ entry: StayEntry, of device: DeviceID, site: String) throws(PlatformError) -> Bool {
        guard try row(entry.stay) == nil else { return false }
        try stored(
            insert.run(
                entry.stay.bytes, device.text, entry.entered.milliseconds, site, entry.plate?.text,
                entry.vehicle.rawValue, entry.tariff.text, entry.lane.text, Int64(entry.isSynchronised ? 1 : 0),
                entry.writtenBy))
        return try row(entry.stay)?.isClosed == false
    }

    /// - Returns: whether the car was inside.
    func closed(
        _ stay: StayID, of device: DeviceID, site: String, at now: WallTime
    ) throws(PlatformError) -> Bool {
        let wasOpen = try row(stay).map { $0.site == site && !$0.isClosed } ?? false
        try stored(close.run(now.milliseconds, device.text, stay.bytes, site))
        if !wasOpen { try stored(tombstone.run(stay.bytes, device.text, site, now.milliseconds)) }
        return wasOpen
    }

    func corrected(_ stay: StayID, to plate: Plate, site: String) throws(PlatformError) {
        try stored(correct.run(plate.text, stay.bytes, site))
    }

    func entryTimeSet(
        _ stay: StayID, _ entered: WallTime, by who: String, site: String
    ) throws(PlatformError) {
        try stored(setEntryTime.run(entered.milliseconds, who, stay.bytes, site))
    }

    func ticketLost(_ stay: StayID, site: String) throws(PlatformError) {
        try stored(noteLostTicket.run(stay.bytes, site))
    }

    // MARK: - Looking

    /// - Returns: nil if the record has not arrived, or was written by a clock that was not known to be right.
    func entered(_ stay: StayID) throws(PlatformError) -> WallTime? {
        try stored(
            findEntered.first(stay.bytes) { (row) throws(SQLiteError) in WallTime(milliseconds: try row.integer(0)) })
    }

    /// - Returns: nil if the record of the entry has not arrived.
    func row(_ stay: StayID) throws(PlatformError) -> Row? {
        try stored(findRow.first(stay.bytes, read: StayTable.read)) ?? nil
    }

    /// The latest stay of a car inside.
    func inside(_ plate: Plate, site: String) throws(PlatformError) -> Row? {
        try stored(findByPlate.first(plate.text, site, read: StayTable.read)) ?? nil
    }

    /// What follows on a stay: cars inside, and those of this box that another one has seen leave.
    func page(
        after: StayID?, of device: DeviceID, site: String, most: Int
    ) throws(PlatformError) -> [(stay: StayID, row: Row?)] {
        var page: [(StayID, Row?)] = []
        try stored(
            pageRows.forEach(site, after?.bytes ?? [], device.text, Int64(most)) { (row) throws(SQLiteError) in
                guard let id = StayID(bytes: try row.bytes(0)) else { return }
                page.append((id, try row.isNull(10) ? StayTable.read(row) : nil))
            })
        return page
    }

    func inside(site: String) throws(PlatformError) -> Int64 {
        try stored(countInside.first(site) { (row) throws(SQLiteError) in try row.integer(0) }) ?? 0
    }

    /// Forgets stays that are long over.
    func forget(at now: WallTime, most: Int64) throws(PlatformError) {
        try stored(prune.run(now.milliseconds - StayTable.keptFor, most))
    }

    private static func read(_ row: borrowing Statement) throws(SQLiteError) -> Row? {
        // What is missing in a tombstone, and in the rows of an older program, is missing as a whole.
        guard let stay = StayID(bytes: try row.bytes(0)), let device = try? DeviceID(try row.text(1)),
            let entered = try row.optionalInteger(2), let site = try row.optionalText(3),
            let vehicle = try row.optionalText(5).flatMap(VehicleClass.init(rawValue:)),
            let tariff = try row.optionalText(6).flatMap({ try? Slug($0) }),
            let lane = try row.optionalText(7).flatMap({ try? LaneID($0) })
        else { return nil }
        return Row(
            device: device, site: site,
            entry: StayEntry(
                stay: stay, plate: try row.optionalText(4).flatMap { try? Plate($0) }, vehicle: vehicle, tariff: tariff,
                lane: lane, entered: WallTime(milliseconds: entered),
                isSynchronised: try row.optionalInteger(8) != 0, writtenBy: try row.optionalText(9)),
            isClosed: !row.isNull(10))
    }
}
