internal import SQLite
internal import Vocabulary

/// The journals of each box: the order in which they began, and how far each was announced.
///
/// A journal's records come without a gap, so what is missing of one is always its end: from the first record that did
/// not come to the last that was announced. Every call belongs inside a transaction.
final class EpochBook {
    /// Where an epoch was heard of.
    enum Source: Equatable {
        /// The box came online just now.
        case birth
        /// The broker had kept the box's birth: it may be of any age.
        case keptBirth
        case health
        /// Records, of which the latest carries this time of a synchronised clock.
        case batch(latest: WallTime?)
    }

    /// A box that begins more journals than this is reported, and the further ones are not told apart.
    static let mostEpochs: Int64 = 1_000
    /// Two synchronised clocks may differ by this much before a record counts as written after another journal began.
    static let clockSlackMilliseconds: Int64 = 60_000

    private struct Epoch {
        var name: String
        /// 1 is the first that was heard of.
        var number: Int64
        var announced: Int64
        /// What the newest birth said.
        var birthHead: Int64
        var began: WallTime
        var note: String?
    }

    private let find, newest, successor, insert, announce, rememberBirth, remark, through: Statement
    private let incidents: IncidentBook

    init(in database: borrowing Database, incidents: IncidentBook) throws(SQLiteError) {
        let columns = "SELECT epoch, number, announced, birth_head, began_at, note FROM epochs WHERE device = ?"
        find = try database.prepare("\(columns) AND epoch = ?")
        newest = try database.prepare("\(columns) ORDER BY number DESC LIMIT 1")
        successor = try database.prepare("\(columns) AND number > ? ORDER BY number LIMIT 1")
        insert = try database.prepare(
            "INSERT INTO epochs (device, epoch, number, announced, birth_head, began_at) VALUES (?, ?, ?, ?, ?, ?)")
        announce = try database.prepare("UPDATE epochs SET announced = ? WHERE device = ? AND epoch = ?")
        rememberBirth = try database.prepare("UPDATE epochs SET birth_head = ? WHERE device = ? AND epoch = ?")
        remark = try database.prepare("UPDATE epochs SET note = ? WHERE device = ? AND epoch = ?")
        through = try database.prepare("SELECT through FROM streams WHERE device = ? AND epoch = ?")
        self.incidents = incidents
    }

    /// Takes in that a journal was heard of, and reports what follows from it.
    /// - Parameter head: its last record by the box's word; 0 where nothing was said.
    func heard(
        _ name: String, of device: DeviceID, head: Int64, from source: Source, at now: WallTime
    ) throws(PlatformError) {
        let newest = try first(newest, device)
        let isBirth = source == .birth || source == .keptBirth
        guard let epoch = try find(name, device) else {
            return try begin(name, device, head: head, isBirth: isBirth, after: newest, at: now)
        }
        if head > epoch.announced { try stored(announce.run(head, device.text, name)) }
        if isBirth, head > epoch.birthHead || source == .birth && head < epoch.birthHead {
            if head < epoch.birthHead { try noteFallenHead(epoch, head, device, at: now) }
            try stored(rememberBirth.run(head, device.text, name))
        }
        guard let newest, newest.name != name else { return }
        if isInUse(source, since: newest) { try noteTwo(epoch, newest, device, at: now) }
        try review(name, device, isNew: false, at: now)
    }

    /// Takes in a box's own word on the journal that its present one replaces.
    /// - Parameters:
    ///   - through: the last record that it knows the old journal had.
    ///   - why: one sentence; - file: where the old one is kept.
    func replaced(
        _ previous: String, of device: DeviceID, through: Int64, why: String, file: String, at now: WallTime
    ) throws(PlatformError) {
        if let epoch = try find(previous, device) {
            if through > epoch.announced { try stored(announce.run(through, device.text, previous)) }
        } else {
            // It began before anything that was heard of: its records never came at all.
            let oldest = try stored(
                successor.first(device.text, Int64.min) { (row) throws(SQLiteError) in try row.integer(1) })
            try stored(
                insert.run(device.text, previous, (oldest ?? 1) - 1, max(0, through), Int64(0), now.milliseconds))
        }
        try stored(remark.run("the box says: \(why); the old journal is kept there as \(file)", device.text, previous))
        try review(previous, device, isNew: true, at: now)
    }

    // MARK: - What follows

    private func begin(
        _ name: String, _ device: DeviceID, head: Int64, isBirth: Bool, after newest: Epoch?, at now: WallTime
    ) throws(PlatformError) {
        let number = (newest?.number ?? 0) + 1
        guard number <= EpochBook.mostEpochs else {
            return try incidents.note(
                .tooManyJournals, device,
                "over \(EpochBook.mostEpochs) journals began under this name; see to its disk",
                at: now)
        }
        try stored(insert.run(device.text, name, number, head, isBirth ? head : 0, now.milliseconds))
        if let newest { try review(newest.name, device, isNew: true, at: now) }
    }

    /// Whether the source shows that a journal is written to although a newer one began.
    private func isInUse(_ source: Source, since newest: Epoch) -> Bool {
        switch source {
        case .birth, .health: true
        case .keptBirth, .batch(latest: nil): false
        // Older records may come from a disk that was set aside and read out: nothing is wrong with that.
        case .batch(.some(let latest)):
            latest.milliseconds > newest.began.milliseconds + EpochBook.clockSlackMilliseconds
        }
    }

    private func noteTwo(
        _ epoch: Epoch, _ newest: Epoch, _ device: DeviceID, at now: WallTime
    ) throws(PlatformError) {
        try incidents.note(
            .twoJournals, device, subject: "epochs \(epoch.name), \(newest.name)",
            """
            epoch \(epoch.name) is in use although epoch \(newest.name) began after it: a second box runs under this \
            name, or an old disk was put back
            """, at: now)
    }

    private func noteFallenHead(
        _ epoch: Epoch, _ head: Int64, _ device: DeviceID, at now: WallTime
    ) throws(PlatformError) {
        try incidents.note(
            .twoJournals, device, subject: "epoch \(epoch.name)",
            """
            epoch \(epoch.name) had \(epoch.birthHead) records and then \(head): a second box runs with a copy of this \
            journal, or an old copy was put back
            """, at: now)
    }

    /// Says which records of a journal that was followed by another never came.
    private func review(
        _ name: String, _ device: DeviceID, isNew: Bool, at now: WallTime
    ) throws(PlatformError) {
        guard let epoch = try find(name, device) else { return }
        let next = try stored(
            successor.first(device.text, epoch.number) { (row) throws(SQLiteError) in try row.text(0) })
        guard let next else { return }
        let through =
            try stored(
                through.first(device.text, name) { (row) throws(SQLiteError) in try row.integer(0) }) ?? 0
        let missing = MissingRecords(through: through, announced: epoch.announced)
        let came = through == 0 ? "no record was announced" : "records 1 to \(through) came, all that was announced"
        let detail =
            "epoch \(next) began after it; " + (missing.map { "\($0.were) announced and never came" } ?? came)
            + (epoch.note.map { "; \($0)" } ?? "")
        let subject = "epoch \(name)"
        if isNew { try incidents.note(.newJournal, device, subject: subject, detail, at: now) }
        try incidents.amend(.newJournal, device, subject: subject, detail, isClosed: missing == nil, at: now)
    }

    // MARK: - Rows

    private func find(_ name: String, _ device: DeviceID) throws(PlatformError) -> Epoch? {
        try stored(find.first(device.text, name, read: EpochBook.read))
    }

    private func first(_ statement: borrowing Statement, _ device: DeviceID) throws(PlatformError) -> Epoch? {
        try stored(statement.first(device.text, read: EpochBook.read))
    }

    private static func read(_ row: borrowing Statement) throws(SQLiteError) -> Epoch {
        Epoch(
            name: try row.text(0), number: try row.integer(1), announced: try row.integer(2),
            birthHead: try row.integer(3), began: WallTime(milliseconds: try row.integer(4)),
            note: try row.optionalText(5))
    }
}

/// The end of a journal that was announced and did not come.
public struct MissingRecords: Equatable, Sendable, CustomStringConvertible {
    public var first: Int64, last: Int64

    /// - Returns: nil if nothing is missing.
    public init?(through: Int64, announced: Int64) {
        guard announced > through else { return nil }
        (first, last) = (through + 1, announced)
    }

    public var count: Int64 { last - first + 1 }
    var were: String { "\(self) \(first == last ? "was" : "were")" }
    /// More may be missing than was ever announced: that many at least.
    public var description: String { first == last ? "record \(first)" : "records \(first) to \(last)" }
}
