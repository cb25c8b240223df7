internal import SQLite
internal import Vocabulary
public import Wire

/// A run of records without a gap, byte for byte as they were hashed.
public struct JournalPage: Equatable, Sendable {
    /// The first line's number.
    public let first: Int64
    /// One JSON object each, without a line feed; empty if there are no records from there on yet.
    public let lines: [[UInt8]]
    /// The chain's hash after the last line; nil if there are no lines.
    public let hash: ChainHash?

    public init(first: Int64, lines: [[UInt8]], hash: ChainHash?) {
        self.first = first
        self.lines = lines
        self.hash = hash
    }

    /// The last line's number; `first` - 1 if there are none.
    public var last: Int64 { first + Int64(lines.count) - 1 }
}

/// Reads a journal, beside its writer or alone; it changes nothing.
///
/// It has a connection of its own and belongs to one thread. No read transaction stays open between two calls, so that
/// the writer's log can start over.
public final class JournalReader {
    /// Whose journal it is.
    public let identity: JournalIdentity
    /// The file.
    public let path: String
    private let database: Database
    private let meta, head, page, stateOfKind, stateOfKey: Statement

    /// Opens the journal at `path` for reading.
    /// - Parameter isImmutable: nobody changes the file meanwhile, and it has no log beside it; then nothing need be
    ///   written beside it either.
    /// - Throws: `damaged`, `notAJournal`, `newerSchema`, `database`.
    public init(path: String, isImmutable: Bool = false) throws(JournalError) {
        let database = try reading(path) { () throws(SQLiteError) in
            var options = DatabaseOptions()
            options.access = isImmutable ? .immutable : .readOnly
            options.cacheKibibytes = 256
            return try Database(path: path, options: options)
        }
        try Schema.check(database, path: path)
        let meta = try prepare(Meta.query, on: database, path: path)
        let head = try prepare(StoredHead.query, on: database, path: path)
        let page = try prepare(
            "SELECT seq, line, hash FROM records WHERE seq >= ? ORDER BY seq LIMIT ?", on: database, path: path)
        let stateOfKind = try prepare(
            "SELECT key, value FROM state WHERE kind = ? ORDER BY key", on: database, path: path)
        let stateOfKey = try prepare(
            "SELECT value FROM state WHERE kind = ? AND key = ?", on: database, path: path)
        identity = try Meta.read(meta, path: path).identity
        self.path = path
        self.database = database
        self.meta = meta
        self.head = head
        self.page = page
        self.stateOfKind = stateOfKind
        self.stateOfKey = stateOfKey
    }

    /// The last durable record and the chain's hash after it; checks that record against the one before it.
    public func durableHead() throws(JournalError) -> JournalHead {
        try transaction { () throws(JournalError) in try StoredHead.read(head, meta: try readMeta(), path: path) }
    }

    /// The last acknowledgement that has reached the disk; the writer may know a later one.
    public func acknowledgedThrough() throws(JournalError) -> Int64 { try readMeta().acknowledged }

    /// The last record that has been removed; 0 if none has.
    public func prunedThrough() throws(JournalError) -> Int64 { try readMeta().pruned }

    /// The chain's hash after record `sequence`; 0 is the chain's beginning.
    /// - Throws: `pruned` if that record and the one behind it have been removed, `damaged` if it is not there.
    public func hash(after sequence: Int64) throws(JournalError) -> ChainHash {
        let meta = try readMeta()
        if sequence == meta.pruned { return meta.prunedHash }
        guard sequence > meta.pruned else { throw .pruned(asked: sequence, through: meta.pruned) }
        guard let hash = try records(from: sequence, mostRecords: 1).hash else {
            throw .damaged(path: path, why: "record \(sequence) is missing")
        }
        return hash
    }

    /// Reads records from number `first` on, as many as fit both bounds, and at least one if there is one.
    /// - Throws: `pruned` if `first` has been removed, `damaged` for a gap, `database`.
    public func records(
        from first: Int64, mostRecords: Int = 200, mostBytes: Int = 128 << 10
    ) throws(JournalError) -> JournalPage {
        precondition(first >= 1 && mostRecords >= 1, "records are numbered from 1, and a page holds one or more")
        var lines: [[UInt8]] = []
        var bytes = 0
        var found: Int64 = 0
        var hash: [UInt8]?
        try reading(path) { () throws(SQLiteError) in
            try page.bind(first, at: 1)
            try page.bind(Int64(mostRecords), at: 2)
            defer { page.reset() }
            while try page.step() {
                found = try page.integer(0)
                let line = try page.bytes(1)
                bytes += line.count + 1
                guard found == first + Int64(lines.count), lines.isEmpty || bytes <= mostBytes else { return }
                lines.append(line)
                hash = try page.bytes(2)
            }
        }
        if found > first + Int64(lines.count) {
            let pruned = try readMeta().pruned
            guard pruned < first else { throw .pruned(asked: first, through: pruned) }
            throw .damaged(path: path, why: "record \(first + Int64(lines.count)) is missing, record \(found) is there")
        }
        if lines.isEmpty {
            let pruned = try readMeta().pruned
            guard pruned < first else { throw .pruned(asked: first, through: pruned) }
        }
        let chainHash = hash.flatMap { ChainHash(bytes: $0) }
        if !lines.isEmpty && chainHash == nil {
            throw .damaged(path: path, why: "a hash near record \(first) has not 32 bytes")
        }
        return JournalPage(first: first, lines: lines, hash: chainHash)
    }

    /// Calls `body` for each value of a kind, in the order of the keys.
    public func states(_ kind: String, _ body: (_ key: String, _ value: [UInt8]) -> Void) throws(JournalError) {
        try reading(path) { () throws(SQLiteError) in
            try stateOfKind.forEach(kind) { row throws(SQLiteError) in body(try row.text(0), try row.bytes(1)) }
        }
    }

    /// One value; nil if there is none.
    public func state(_ kind: String, key: String) throws(JournalError) -> [UInt8]? {
        try reading(path) { () throws(SQLiteError) in
            try stateOfKey.first(kind, key) { row throws(SQLiteError) in try row.bytes(0) }
        }
    }

    func readMeta() throws(JournalError) -> Meta { try Meta.read(meta, path: path) }

    /// Several reads of one and the same moment.
    func transaction<Value>(_ body: () throws(JournalError) -> Value) throws(JournalError) -> Value {
        try database.transaction(.deferred, failure: JournalError.database, body)
    }

    /// Lends the stored rows from `first` on, at most `count`, to `body`, without a copy of the lines.
    func forEachRow(
        from first: Int64, count: Int,
        _ body: (_ sequence: Int64, _ line: Span<UInt8>, _ hash: [UInt8]) -> Bool
    ) throws(JournalError) {
        try reading(path) { () throws(SQLiteError) in
            try page.bind(first, at: 1)
            try page.bind(Int64(count), at: 2)
            defer { page.reset() }
            while try page.step() {
                let sequence = try page.integer(0)
                let hash = try page.bytes(2)
                guard try page.withBlob(1, { line throws(SQLiteError) in body(sequence, line, hash) }) else { return }
            }
        }
    }
}
