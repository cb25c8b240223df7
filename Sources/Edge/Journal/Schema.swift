internal import SQLite
internal import Vocabulary
internal import Wire

/// The tables of a journal file, and how a file is recognised as one.
enum Schema {
    /// The version this program writes; it reads no other yet.
    static let version: Int64 = 1
    /// "TPKJ": tells a journal from any other SQLite database.
    static let applicationID: Int64 = 0x5450_4B4A

    /// `pruned` is the last removed record and `pruned_hash` the chain's hash after it, so that the rest still
    /// verifies.
    private static let tables = """
        CREATE TABLE meta(
            id INTEGER PRIMARY KEY CHECK(id = 1), device TEXT NOT NULL, epoch TEXT NOT NULL,
            acknowledged INTEGER NOT NULL, pruned INTEGER NOT NULL, pruned_hash BLOB NOT NULL) STRICT;
        CREATE TABLE records(
            seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, line BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
        CREATE TABLE state(
            kind TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY(kind, key)) STRICT, WITHOUT ROWID;
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);
        """

    /// Whether the file has no tables at all: it is new, or the power went before its first transaction.
    static func isEmpty(_ database: borrowing Database) throws(SQLiteError) -> Bool {
        try database.integer("SELECT count(*) FROM sqlite_schema") == 0
    }

    /// Creates everything in one transaction.
    static func create(in database: borrowing Database, device: DeviceID, epoch: String) throws(SQLiteError) {
        let genesis = RecordChain.genesis(device: device, epoch: epoch)
        try database.transaction { () throws(SQLiteError) in
            try database.execute(tables)
            try database.prepare("INSERT INTO meta VALUES(1, ?, ?, 0, 0, ?)").run(device.text, epoch, genesis.bytes)
        }
    }

    /// Refuses a file that is no journal or of a newer program.
    static func check(_ database: borrowing Database, path: String) throws(JournalError) {
        let (application, found) = try reading(path) { () throws(SQLiteError) in
            (try database.integer("PRAGMA application_id"), try database.integer("PRAGMA user_version") ?? 0)
        }
        guard application == applicationID else { throw .notAJournal(path: path) }
        guard found <= version else { throw .newerSchema(path: path, found: found, supported: version) }
        guard found == version else { throw .damaged(path: path, why: "its schema version is \(found)") }
    }
}

/// Runs `body` while a file is being opened or read, and says what an error of SQLite means there.
func reading<Value: ~Copyable>(
    _ path: String, _ body: () throws(SQLiteError) -> Value
) throws(JournalError) -> Value {
    do throws(SQLiteError) { return try body() } catch { throw journalError(error, path) }
}

/// What an error of SQLite means while a file is being opened or read.
func journalError(_ error: SQLiteError, _ path: String) -> JournalError {
    switch error.kind {
    // `other` is a table or column that is not there.
    case .corrupt, .notADatabase, .typeMismatch, .other:
        .damaged(path: path, why: "\(error.message) (code \(error.extendedCode))")
    default: .database(error)
    }
}

func prepare(_ sql: String, on database: borrowing Database, path: String) throws(JournalError) -> Statement {
    try reading(path) { () throws(SQLiteError) in try database.prepare(sql) }
}

/// The one row of `meta`.
struct Meta {
    var identity: JournalIdentity
    var acknowledged: Int64
    var pruned: Int64
    var prunedHash: ChainHash

    static let query = "SELECT device, epoch, acknowledged, pruned, pruned_hash FROM meta"

    /// Reads it with a statement prepared from `query`.
    static func read(_ statement: borrowing Statement, path: String) throws(JournalError) -> Meta {
        let row: (device: String, epoch: String, acknowledged: Int64, pruned: Int64, hash: [UInt8])?
        row = try reading(path) { () throws(SQLiteError) in
            try statement.first { row throws(SQLiteError) in
                (try row.text(0), try row.text(1), try row.integer(2), try row.integer(3), try row.bytes(4))
            }
        }
        guard let row, let device = try? DeviceID(row.device), let hash = ChainHash(bytes: row.hash), row.pruned >= 0,
            row.acknowledged >= row.pruned
        else { throw .damaged(path: path, why: "its row about itself is missing or makes no sense") }
        return Meta(
            identity: JournalIdentity(device: device, epoch: row.epoch), acknowledged: row.acknowledged,
            pruned: row.pruned, prunedHash: hash)
    }
}

/// The last record as it is stored.
struct StoredHead {
    static let query = "SELECT seq, line, hash FROM records ORDER BY seq DESC LIMIT 2"

    /// Reads the end of the chain and checks the last record against the one before it.
    ///
    /// It reads two rows, whatever the journal holds; `JournalReader.verify` walks all of it.
    static func read(
        _ statement: borrowing Statement, meta: Meta, path: String
    ) throws(JournalError) -> JournalHead {
        var rows: [(sequence: Int64, line: [UInt8], hash: [UInt8])] = []
        try reading(path) { () throws(SQLiteError) in
            try statement.forEach { row throws(SQLiteError) in
                rows.append((try row.integer(0), try row.bytes(1), try row.bytes(2)))
            }
        }
        guard let last = rows.first else {
            guard meta.acknowledged == meta.pruned else {
                throw .damaged(path: path, why: "record \(meta.acknowledged) was acknowledged and is not in it")
            }
            return JournalHead(sequence: meta.pruned, hash: meta.prunedHash)
        }
        let before = rows.count == 2 ? rows[1].sequence : meta.pruned
        let hashBefore = rows.count == 2 ? ChainHash(bytes: rows[1].hash) : meta.prunedHash
        guard last.sequence == before + 1 else {
            throw .damaged(path: path, why: "record \(last.sequence) follows record \(before)")
        }
        guard let hashBefore, RecordChain.next(after: hashBefore, line: last.line).bytes == last.hash,
            Line.sequence(of: last.line.span) == last.sequence, let hash = ChainHash(bytes: last.hash)
        else { throw .damaged(path: path, why: "record \(last.sequence) does not match its hash") }
        guard meta.acknowledged <= last.sequence else {
            throw .damaged(
                path: path, why: "record \(meta.acknowledged) was acknowledged, the last one in it is \(last.sequence)")
        }
        return JournalHead(sequence: last.sequence, hash: hash)
    }
}
