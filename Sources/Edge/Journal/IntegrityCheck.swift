internal import Glibc
internal import SQLite
internal import Vocabulary
internal import Wire

/// What is checked of a journal before a box relies on it; bounded, so that a long journal does not delay the start.
///
/// The head, the row about itself and the tables of state are checked whatever they hold; the whole structure of the
/// file if it has at most `JournalOptions.mostCheckedBytes`; the hash chain over what the platform has not confirmed,
/// at most `JournalOptions.mostCheckedRecords` of it, the oldest first, since those are sent next. `turnpike journal
/// verify` walks all of it.
enum IntegrityCheck {
    /// - Throws: `damaged`, saying where; `notAJournal`, `wrongDevice`, `newerSchema`, `database`.
    static func run(path: String, device: DeviceID, options: JournalOptions) throws(JournalError) {
        try checkFiles(path)
        let database = try probe(path, device)
        do throws(JournalError) {
            // New, or the power went before its first transaction.
            if try reading(path, { () throws(SQLiteError) in try Schema.isEmpty(database) }) { return }
            try checkStructure(of: database, path: path, options: options)
            let meta = try Meta.read(try prepare(Meta.query, on: database, path: path), path: path)
            let head = try StoredHead.read(
                try prepare(StoredHead.query, on: database, path: path), meta: meta, path: path)
            try checkChain(in: database, meta: meta, head: head, path: path, most: options.mostCheckedRecords)
        } catch { throw asDamage(error, path) }
    }

    private static func probe(_ path: String, _ device: DeviceID) throws(JournalError) -> Database {
        do throws(JournalError) { return try Store.probe(path, device: device) } catch { throw asDamage(error, path) }
    }

    /// SQLite throws a log away that has no file, or an empty one: found here, before SQLite sees it.
    private static func checkFiles(_ path: String) throws(JournalError) {
        guard let log = FileNames.size(of: "\(path)-wal"), log > 0 else { return }
        guard let file = FileNames.size(of: path) else {
            throw .damaged(path: path, why: "it is gone, only its log of \(log) bytes is there")
        }
        if file == 0 { throw .damaged(path: path, why: "it is empty, but its log has \(log) bytes") }
    }

    /// A medium that cannot be read is damage too: waiting does not mend it.
    static func asDamage(_ error: JournalError, _ path: String) -> JournalError {
        guard case .database(let cause) = error, cause.kind == .inputOutput else { return error }
        return .damaged(path: path, why: "it cannot be read: \(cause.message) (code \(cause.extendedCode))")
    }

    private static func checkStructure(
        of database: borrowing Database, path: String, options: JournalOptions
    ) throws(JournalError) {
        // Its tables are there: the head has shown that of the records.
        _ = try prepare("SELECT kind, key, value FROM state", on: database, path: path)
        let size = Int64(FileNames.size(of: path) ?? 0)
        let checks =
            size <= options.mostCheckedBytes
            ? ["PRAGMA quick_check(1)"] : ["PRAGMA quick_check('meta')", "PRAGMA quick_check('state')"]
        for check in checks {
            let found = try reading(path) { () throws(SQLiteError) in
                try database.prepare(check).first { row throws(SQLiteError) in try row.text(0) }
            }
            guard found == "ok" else {
                let why = (found ?? "nothing").split(separator: "\n").joined(separator: " ")
                throw .damaged(path: path, why: "SQLite's check found: \(why.prefix(300))")
            }
        }
    }

    private static func checkChain(
        in database: borrowing Database, meta: Meta, head: JournalHead, path: String, most: Int64
    ) throws(JournalError) {
        guard meta.acknowledged < head.sequence else { return }
        // Whatever it starts with: the record after the anchor proves itself by the hash stored before it.
        var walk = ProvenWalk(meta: meta)
        let end = min(head.sequence, meta.acknowledged.addingReportingOverflow(most).partialValue)
        var fault: Int64?
        try walk.run(database, from: meta.acknowledged, through: end, path: path) { record in
            if record.sequence > meta.acknowledged, !record.isProven { fault = record.sequence }
            return fault == nil
        }
        if let fault { throw .damaged(path: path, why: "record \(fault) does not match its hash") }
        guard walk.last == end else {
            throw .damaged(path: path, why: "record \((walk.last ?? meta.acknowledged) + 1) is missing")
        }
    }
}

/// Goes over stored records and says of each whether the hashes prove that it is as it was written.
struct ProvenWalk {
    struct Row {
        var sequence: Int64
        var at: Int64
        var line: [UInt8]
        /// It carries its number, follows the record before it, and hash, line and the hash before fit together.
        var isProven: Bool
    }

    private var previous: (sequence: Int64, hash: ChainHash?)
    /// The last record that was seen; nil before the first.
    private(set) var last: Int64?

    init(meta: Meta) { previous = (meta.pruned, meta.prunedHash) }

    /// Lends the records `first` to `end` to `body`, until that returns false.
    mutating func run(
        _ database: borrowing Database, from first: Int64, through end: Int64, path: String,
        _ body: (Row) throws(SQLiteError) -> Bool
    ) throws(JournalError) {
        let statement = try prepare(
            "SELECT seq, at, line, hash FROM records WHERE seq BETWEEN ? AND ? ORDER BY seq", on: database, path: path)
        do throws(SQLiteError) {
            try statement.bind(first, at: 1)
            try statement.bind(end, at: 2)
            while try statement.step() {
                let row = try read(statement)
                last = row.sequence
                guard try body(row) else { break }
            }
        } catch { throw journalError(error, path) }
    }

    private mutating func read(_ statement: borrowing Statement) throws(SQLiteError) -> Row {
        let (sequence, at) = (try statement.integer(0), try statement.integer(1))
        let (line, stored) = (try statement.bytes(2), ChainHash(bytes: try statement.bytes(3)))
        let before = previous.sequence == sequence - 1 ? previous.hash : nil
        let isProven =
            before != nil && before.map { RecordChain.next(after: $0, line: line) } == stored
            && Line.sequence(of: line.span) == sequence
        // Its hash as it is stored is what the next one is held against.
        previous = (sequence, stored)
        return Row(sequence: sequence, at: at, line: line, isProven: isProven)
    }
}
