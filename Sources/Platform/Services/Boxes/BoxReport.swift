internal import JSONText
internal import SQLite
public import Vocabulary

/// The boxes as the platform knows them at one moment, for a person or a test.
///
/// What boxes say of their health is at most ``NewsDesk/longestWait`` behind.
public struct BoxReport: Equatable, Sendable {
    /// One journal of a box.
    public struct Journal: Equatable, Sendable {
        public var epoch: String
        /// The last record that came, and the last that the box ever announced.
        public var through: Int64, announced: Int64
        public var missing: MissingRecords? { MissingRecords(through: through, announced: announced) }
    }

    public struct Row: Equatable, Sendable {
        public var device: DeviceID
        /// nil if it was never heard.
        public var isOnline: Bool?
        /// Since when it is there, or gone.
        public var since: WallTime?
        /// When it was last heard, by anything.
        public var contact: WallTime?
        public var version: String?
        /// The journal that it last named.
        public var epoch: String?
        /// By its own word: how many records wait there for the platform.
        public var queued: Int64?
        public var isJournalHealthy: Bool?, isClockSynchronised: Bool?
        public var faults: [String] = []
        /// Oldest first.
        public var journals: [Journal] = []
        public var openIncidents: Int64 = 0

        /// The journal that it last named, if anything is known of it.
        public var journal: Journal? { journals.first { $0.epoch == epoch } ?? journals.last }
        /// How many announced records of all its journals have not come; it stops at the end of the range.
        public var missing: Int64 {
            journals.reduce(0) { sum, journal in
                let (next, isOver) = sum.addingReportingOverflow(journal.missing?.count ?? 0)
                return isOver ? .max : next
            }
        }
        /// The journals before, of which records are missing.
        public var incomplete: [Journal] { journals.filter { $0.missing != nil && $0.epoch != journal?.epoch } }
    }

    /// Sorted by name.
    public var boxes: [Row] = []

    /// Opens the file read-only and reads it; the platform may be running.
    /// - Parameters:
    ///   - path: the platform's SQLite file.
    ///   - enrolled: boxes that are listed even if they were never heard.
    public static func read(_ path: String, enrolled: [DeviceID] = []) throws(PlatformError) -> BoxReport {
        let database = try PlatformSchema.openForReading(path)
        do throws(SQLiteError) {
            try database.execute("BEGIN")
            defer { try? database.execute("ROLLBACK") }
            return try BoxReport(reading: database, enrolled)
        } catch { throw .store(error) }
    }

    private init(reading database: borrowing Database, _ enrolled: [DeviceID]) throws(SQLiteError) {
        var rows: [DeviceID: Row] = [:]
        for device in enrolled { rows[device] = Row(device: device) }
        try BoxReport.readBoxes(database, &rows)
        let journals = try database.prepare(
            """
            SELECT device, epoch, coalesce(through, 0), max(announced, coalesce(through, 0))
            FROM epochs LEFT JOIN streams USING (device, epoch) ORDER BY device, number
            """)
        try journals.forEach { (row) throws(SQLiteError) in
            guard let device = try? DeviceID(try row.text(0)) else { return }
            rows[device, default: Row(device: device)].journals.append(
                Journal(epoch: try row.text(1), through: try row.integer(2), announced: try row.integer(3)))
        }
        let incidents = try database.prepare(
            "SELECT device, count(*) FROM incidents WHERE closed_at IS NULL GROUP BY device")
        try incidents.forEach { (row) throws(SQLiteError) in
            guard let device = try? DeviceID(try row.text(0)) else { return }
            rows[device, default: Row(device: device)].openIncidents = try row.integer(1)
        }
        boxes = rows.values.sorted { $0.device.text < $1.device.text }
    }

    private static func readBoxes(
        _ database: borrowing Database, _ rows: inout [DeviceID: Row]
    ) throws(SQLiteError) {
        let statement = try database.prepare(
            """
            SELECT device, online, since, contact, version, epoch, queued, journal_healthy, clock_synchronised, faults
            FROM boxes
            """)
        try statement.forEach { (row) throws(SQLiteError) in
            guard let device = try? DeviceID(try row.text(0)) else { return }
            var box = Row(device: device)
            box.isOnline = try row.integer(1) == 1
            box.since = WallTime(milliseconds: try row.integer(2))
            box.contact = try row.optionalInteger(3).map { WallTime(milliseconds: $0) }
            box.version = try row.optionalText(4)
            box.epoch = try row.optionalText(5)
            box.queued = try row.optionalInteger(6)
            box.isJournalHealthy = try row.optionalInteger(7).map { $0 == 1 }
            box.isClockSynchronised = try row.optionalInteger(8).map { $0 == 1 }
            box.faults = try row.optionalText(9)?.split(separator: "\n").map(String.init) ?? []
            rows[device] = box
        }
    }
}

extension BoxReport: CustomStringConvertible {
    /// A table for a terminal, and below it what a person should look at.
    public var description: String {
        let head = [
            "box", "state", "since", "last contact", "version", "epoch", "through", "announced", "missing", "queued",
            "incidents",
        ]
        var remarks: [String] = []
        var rows: [[String]] = []
        for box in boxes {
            remarks += BoxReport.remarks(box)
            rows.append(BoxReport.cells(box))
        }
        return (TextTable(head: head, rows: rows).lines + remarks).joined(separator: "\n")
    }

    private static func cells(_ box: Row) -> [String] {
        func text(_ number: Int64?) -> String { number.map { "\($0)" } ?? "-" }
        let state = box.isOnline.map { $0 ? "online" : "offline" } ?? "never heard"
        let journal = box.journal
        return [
            box.device.text, state, box.since?.utcText ?? "-", box.contact?.utcText ?? "-", box.version ?? "-",
            journal?.epoch ?? "-", text(journal?.through), text(journal?.announced), text(box.missing),
            text(box.queued), text(box.openIncidents),
        ]
    }

    private static func remarks(_ box: Row) -> [String] {
        var remarks: [String] = []
        for journal in box.incomplete {
            guard let missing = journal.missing else { continue }
            remarks.append("\(box.device): epoch \(journal.epoch): \(missing.were) announced and never came")
        }
        if let missing = box.journal?.missing { remarks.append("\(box.device): \(missing) still to come") }
        if box.isJournalHealthy == false { remarks.append("\(box.device): its journal does not take writes") }
        if box.isClockSynchronised == false { remarks.append("\(box.device): its clock is not synchronised") }
        if !box.faults.isEmpty { remarks.append("\(box.device): faulty: \(box.faults.joined(separator: ", "))") }
        return remarks
    }

    /// The same as one JSON object; times in milliseconds since 1970.
    public var json: String {
        let bytes = JSONWriter.object { writer in
            writer.field("boxes", array: boxes) { writer, box in writer.object { BoxReport.write(box, to: &$0) } }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ box: Row, to writer: inout JSONWriter) {
        writer.field("device", box.device.text)
        if let isOnline = box.isOnline { writer.field("online", isOnline) }
        writer.field("since", ifPresent: box.since?.milliseconds)
        writer.field("lastContact", ifPresent: box.contact?.milliseconds)
        writer.field("version", ifPresent: box.version)
        writer.field("epoch", ifPresent: box.epoch)
        writer.field("queued", ifPresent: box.queued)
        if let isHealthy = box.isJournalHealthy { writer.field("journalHealthy", isHealthy) }
        if let isSynchronised = box.isClockSynchronised { writer.field("clockSynchronised", isSynchronised) }
        writer.field("faults", array: box.faults) { $0.string($1) }
        writer.field("journals", array: box.journals) { writer, journal in
            writer.object {
                $0.field("epoch", journal.epoch)
                $0.field("through", journal.through)
                $0.field("announced", journal.announced)
                $0.field("missing", journal.missing?.count ?? 0)
                $0.field("missingFrom", ifPresent: journal.missing?.first)
            }
        }
        writer.field("openIncidents", box.openIncidents)
    }
}
