internal import Delivery
internal import Glibc
internal import SQLite
internal import Vocabulary
internal import Wire

/// The journal that takes a damaged one's place: made complete under another name first.
enum Successor {
    /// Rows in one transaction, after which the log is copied back.
    private static let chunk = 5_000

    /// What the successor's first record says.
    struct Notice {
        var at: ClockReading
        var epoch: String
        /// The damaged file's new name, and what is wrong with it.
        var file: String
        var why: String
        /// Kinds of state that vouch for others being complete: not taken over unless everything could be read.
        var vouching: Set<String>
    }

    /// Makes it, synced, with nothing left in its log.
    /// - Throws: `database` (a full disk, mostly), `system`; the damaged file is as it was then.
    static func build(
        _ names: FileNames, device: DeviceID, salvage: Salvage?, notice: Notice
    ) throws(JournalError) -> JournalReplacement {
        try names.remove(names.successor)
        let descriptor = open(names.successor, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(operation: "create", path: names.successor, code: errno) }
        close(descriptor)
        let made: JournalReplacement
        do throws(SQLiteError) {
            made = try fill(names.successor, device: device, salvage: salvage, notice: notice)
        } catch {
            try? names.remove(names.successor)
            throw .database(error)
        }
        // The log is empty of news: all of it has been copied into the file and synced.
        for suffix in ["-wal", "-shm"] { unlink(names.successor + suffix) }
        try names.syncFolder()
        return made
    }

    private static func fill(
        _ path: String, device: DeviceID, salvage: Salvage?, notice: Notice
    ) throws(SQLiteError) -> JournalReplacement {
        var options = DatabaseOptions()
        options.access = .readWrite
        options.autocheckpointPages = 0
        let database = try Database(path: path, options: options)
        try Schema.create(in: database, device: device, epoch: notice.epoch)
        let tally = salvage?.tally() ?? Salvage.Tally()
        var filler = Filler(hash: RecordChain.genesis(device: device, epoch: notice.epoch))

        let (state, isWhole) = try filler.carryState(salvage, into: database, vouching: notice.vouching, chunk: chunk)
        let made = JournalReplacement(
            previousEpoch: salvage?.meta?.identity.epoch, through: tally.through,
            why: words(notice.why, tally, state: state, isWhole: isWhole, canBeRead: salvage != nil),
            file: notice.file)
        let record = Record(
            at: notice.at.wall, isSynchronised: notice.at.isSynchronised,
            event: .journalReplaced(
                previousEpoch: made.previousEpoch, through: made.through, why: made.why, file: made.file))
        try filler.append([(notice.at.wall.milliseconds, record.body)], to: database)
        var waiting: [(at: Int64, body: [UInt8])] = []
        if let salvage {
            try salvage.forEachCarried { row throws(SQLiteError) in
                waiting.append((row.at, Line.body(of: row.line)))
                guard waiting.count == chunk else { return }
                try filler.append(waiting, to: database)
                waiting = []
            }
        }
        try filler.append(waiting, to: database)
        try database.syncFile()
        return made
    }

    private static func words(
        _ why: String, _ tally: Salvage.Tally, state: Int, isWhole: Bool, canBeRead: Bool
    ) -> String {
        guard canBeRead else { return "\(why); nothing of it can be read" }
        let rows = "\(state) rows of state\(isWhole ? "" : " (not all can be read)")"
        guard tally.through != nil else {
            return "\(why); taken over: \(rows); no records, since it does not say what is confirmed"
        }
        return "\(why); taken over: \(rows), \(tally.carried) unconfirmed records; left behind: \(tally.left)"
    }
}

/// Writes into the successor and keeps its chain.
private struct Filler {
    var hash: ChainHash
    private var sequence: Int64 = 0

    init(hash: ChainHash) { self.hash = hash }

    mutating func append(_ records: [(at: Int64, body: [UInt8])], to database: borrowing Database) throws(SQLiteError) {
        guard !records.isEmpty else { return }
        var (hash, sequence) = (hash, sequence)
        let insert = try database.prepare("INSERT INTO records VALUES(?, ?, ?, ?)")
        try database.transaction { () throws(SQLiteError) in
            for record in records {
                sequence += 1
                let line = Line.make(sequence: sequence, body: record.body)
                hash = RecordChain.next(after: hash, line: line)
                try insert.run(sequence, record.at, line, hash.bytes)
            }
        }
        (self.hash, self.sequence) = (hash, sequence)
        try copyBack(database)
    }

    func carryState(
        _ salvage: Salvage?, into database: borrowing Database, vouching: Set<String>, chunk: Int
    ) throws(SQLiteError) -> (rows: Int, isWhole: Bool) {
        guard let salvage else { return (0, false) }
        let put = try database.prepare("INSERT OR REPLACE INTO state VALUES(?, ?, ?)")
        var rows = 0
        let isWhole = try database.transaction { () throws(SQLiteError) in
            let isWhole = try salvage.forEachState { kind, key, value throws(SQLiteError) in
                // Its numbers are of the old epoch.
                guard kind != Refusal.stateKind else { return }
                try put.run(kind, key, value)
                rows += 1
            }
            if !isWhole {
                let remove = try database.prepare("DELETE FROM state WHERE kind = ?")
                for kind in vouching {
                    try remove.run(kind)
                    rows -= Int(database.changedRows)
                }
            }
            return isWhole
        }
        try copyBack(database)
        return (rows, isWhole)
    }

    private func copyBack(_ database: borrowing Database) throws(SQLiteError) {
        let (log, copied) = try database.checkpoint()
        // Nobody else has the file.
        precondition(log == copied, "\(copied) of \(log) pages of a log without readers were copied back")
    }
}
