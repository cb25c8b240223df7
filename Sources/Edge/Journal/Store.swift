internal import Glibc
internal import SQLite
internal import Vocabulary
internal import Wire

/// One step of what is to be written.
struct Entry: Sendable {
    enum Change: Sendable {
        case record(sequence: Int64, at: Int64, line: [UInt8], hash: ChainHash)
        case state(StateChange)
    }
    var change: Change
    /// The last step of its write: a transaction may end only behind such a one.
    var endsWrite: Bool

    /// What it counts against the bound on waiting bytes.
    var bytes: Int {
        switch change {
        case .record(_, _, let line, _): line.count + Entry.overhead
        case .state(let change): Entry.bytes(of: change)
        }
    }

    static func bytes(of change: StateChange) -> Int {
        switch change {
        case .put(let kind, let key, let value): kind.utf8.count + key.utf8.count + value.count + overhead
        case .remove(let kind, let key): kind.utf8.count + key.utf8.count + overhead
        case .removeAll(let kind): kind.utf8.count + overhead
        }
    }

    /// About what an entry takes beside its own bytes.
    static let overhead = 96

    /// The record's number; nil for a change of state.
    var sequence: Int64? {
        if case .record(let sequence, _, _, _) = change { sequence } else { nil }
    }
}

/// The journal's file, open for writing. Used by one thread at a time: who opens it, and then the commit thread.
final class Store {
    let path: String
    private let lock: ProcessLock
    private let database: Database
    private let mostPages: Int64?
    private let insert, put, remove, removeAll, acknowledge, oldest, delete, anchor, freePages, pages: Statement

    /// Opens the file, or creates it.
    static func open(
        path: String, lock: consuming ProcessLock, device: DeviceID, newEpoch: () -> String, options: JournalOptions
    ) throws(JournalError) -> (store: Store, meta: Meta, head: JournalHead) {
        try createFile(path)
        // Looked at before it is opened for writing, which would already change a foreign file.
        let probe = try probe(path, device: device)
        var databaseOptions = DatabaseOptions()
        databaseOptions.access = .readWrite
        databaseOptions.autocheckpointPages = 0
        databaseOptions.maximumPages = options.mostPages
        let database = try reading(path) { () throws(SQLiteError) in
            let database = try Database(path: path, options: databaseOptions)
            if try Schema.isEmpty(database) {
                let epoch = newEpoch()
                precondition((1...64).contains(epoch.utf8.count), "an epoch has 1 to 64 bytes")
                try Schema.create(in: database, device: device, epoch: epoch)
            }
            return database
        }
        // Until here it has kept SQLite's index of the log alive, which is then not built twice.
        _ = consume probe
        let (meta, head) = try loadEnd(of: database, path: path)
        return (try make(path: path, lock: lock, database: database, mostPages: options.mostPages), meta, head)
    }

    /// Refuses, without changing it, a file that is no journal, of a newer program or of another device.
    static func probe(_ path: String, device: DeviceID) throws(JournalError) -> Database {
        let database = try reading(path) { () throws(SQLiteError) in
            var options = DatabaseOptions()
            options.access = .readOnly
            return try Database(path: path, options: options)
        }
        if try reading(path, { () throws(SQLiteError) in try Schema.isEmpty(database) }) { return database }
        try Schema.check(database, path: path)
        let meta = try Meta.read(try prepare(Meta.query, on: database, path: path), path: path)
        guard meta.identity.device == device else {
            throw .wrongDevice(path: path, found: meta.identity.device.text, expected: device.text)
        }
        return database
    }

    private static func loadEnd(
        of database: borrowing Database, path: String
    ) throws(JournalError) -> (Meta, JournalHead) {
        let meta = try Meta.read(try prepare(Meta.query, on: database, path: path), path: path)
        let head = try prepare(StoredHead.query, on: database, path: path)
        return (meta, try StoredHead.read(head, meta: meta, path: path))
    }

    private static func make(
        path: String, lock: consuming ProcessLock, database: consuming Database, mostPages: Int64?
    ) throws(JournalError) -> Store {
        do throws(SQLiteError) {
            return try Store(path: path, lock: lock, database: database, mostPages: mostPages)
        } catch { throw .database(error) }
    }

    private init(
        path: String, lock: consuming ProcessLock, database: consuming Database, mostPages: Int64?
    ) throws(SQLiteError) {
        let insert = try database.prepare("INSERT INTO records VALUES(?, ?, ?, ?)")
        let put = try database.prepare("INSERT OR REPLACE INTO state VALUES(?, ?, ?)")
        let remove = try database.prepare("DELETE FROM state WHERE kind = ? AND key = ?")
        let removeAll = try database.prepare("DELETE FROM state WHERE kind = ?")
        let acknowledge = try database.prepare("UPDATE meta SET acknowledged = ?")
        let oldest = try database.prepare("SELECT seq, at, hash FROM records WHERE seq <= ? ORDER BY seq LIMIT ?")
        let delete = try database.prepare("DELETE FROM records WHERE seq <= ?")
        let anchor = try database.prepare("UPDATE meta SET acknowledged = ?, pruned = ?, pruned_hash = ?")
        let freePages = try database.prepare("PRAGMA freelist_count")
        let pages = try database.prepare("PRAGMA page_count")
        self.path = path
        self.mostPages = mostPages
        self.lock = lock
        self.database = database
        self.insert = insert
        self.put = put
        self.remove = remove
        self.removeAll = removeAll
        self.acknowledge = acknowledge
        self.oldest = oldest
        self.delete = delete
        self.anchor = anchor
        self.freePages = freePages
        self.pages = pages
    }

    /// Only the daemon may read it: it holds number plates. SQLite gives its other files the same mode.
    private static func createFile(_ path: String) throws(JournalError) {
        // SQLite would throw the log away with which there is no file.
        if !FileNames.exists(path), let log = FileNames.size(of: "\(path)-wal"), log > 0 {
            throw .damaged(path: path, why: "it is gone, only its log of \(log) bytes is there")
        }
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0 && errno == EEXIST { return }
        guard descriptor >= 0 else { throw .system(operation: "create the journal", path: path, code: errno) }
        close(descriptor)
        // The name must survive a power cut too; SQLite syncs the folder only for the log it creates.
        try FileNames(path).syncFolder()
    }

    /// Writes entries and, if given, an acknowledgement in one transaction; when it returns, all is on the medium.
    func commit(_ entries: ArraySlice<Entry>, acknowledged: Int64?) throws(SQLiteError) {
        // One statement alone is a transaction by itself.
        if entries.count + (acknowledged == nil ? 0 : 1) == 1, let only = entries.first { return try write(only) }
        try database.transaction { () throws(SQLiteError) in
            for entry in entries { try write(entry) }
            if let acknowledged { try acknowledge.run(acknowledged) }
        }
    }

    private func write(_ entry: Entry) throws(SQLiteError) {
        switch entry.change {
        case .record(let sequence, let at, let line, let hash):
            try insert.bind(sequence, at: 1)
            try insert.bind(at, at: 2)
            try insert.withBound(line.span, at: 3) { () throws(SQLiteError) in
                try insert.withBound(hash.bytes.span, at: 4) { () throws(SQLiteError) in _ = try insert.step() }
            }
        case .state(.put(let kind, let key, let value)): try put.run(kind, key, value)
        case .state(.remove(let kind, let key)): try remove.run(kind, key)
        case .state(.removeAll(let kind)): try removeAll.run(kind)
        }
    }

    /// Removes at most `limit` of the oldest records that are acknowledged and older than `before`.
    ///
    /// It stops at the first one that is to stay, because the chain must not get holes. A record that claims to be
    /// younger than the newest one was stamped by a clock that ran ahead, and counts as old.
    /// - Returns: how many were removed.
    func prune(acknowledged: Int64, before: Int64, limit: Int) throws(SQLiteError) -> Int {
        guard let newest = try database.integer("SELECT at FROM records ORDER BY seq DESC LIMIT 1") else { return 0 }
        var count = 0
        var last: (sequence: Int64, hash: [UInt8])?
        try oldest.bind(acknowledged, at: 1)
        try oldest.bind(Int64(limit), at: 2)
        defer { oldest.reset() }
        while try oldest.step() {
            let at = try oldest.integer(1)
            guard at < before || at > newest else { break }
            last = (try oldest.integer(0), try oldest.bytes(2))
            count += 1
        }
        oldest.reset()
        guard let last else { return 0 }
        try database.transaction { () throws(SQLiteError) in
            try delete.run(last.sequence)
            try anchor.run(acknowledged, last.sequence, last.hash)
        }
        return count
    }

    /// Bytes inside the file that removed records have left free, and bytes it may still grow by; nil: without limit.
    func room() -> (reusable: Int64, allowed: Int64?) {
        do throws(SQLiteError) {
            let reusable = try freePages.first { row throws(SQLiteError) in try row.integer(0) } ?? 0
            guard let mostPages else { return (reusable * Store.pageBytes, nil) }
            let used = try pages.first { row throws(SQLiteError) in try row.integer(0) } ?? 0
            return (reusable * Store.pageBytes, max(0, mostPages - used) * Store.pageBytes)
        } catch {
            // A file that cannot say it has none to spare.
            return (0, nil)
        }
    }

    private static let pageBytes: Int64 = 4_096

    /// Pages in the write-ahead log.
    var logPages: Int { database.writeAheadLogPages }

    /// Copies the write-ahead log back, so that it starts over.
    func checkpoint() throws(SQLiteError) { try database.checkpoint() }
}
