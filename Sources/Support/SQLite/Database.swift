internal import CSQLite

/// One connection to one SQLite file, in write-ahead-log mode.
///
/// It is `~Copyable`, so the handle has exactly one owner and is closed when that owner goes. It is not `Sendable` and
/// SQLite is told to take no mutex of its own: a connection and its statements belong to one thread at a time, and the
/// compiler refuses to hand them to a second one. Open one connection a thread. Memory mapping is off, and the log file
/// is recycled, never truncated.
public struct Database: ~Copyable {
    private let owner: Connection
    private let begin: Statement
    private let beginImmediate: Statement
    private let commit: Statement
    private let rollback: Statement

    /// Opens `path` and sets it up.
    /// - Parameter path: a file, or ":memory:" for a private database that ends with the connection.
    /// - Throws: `cannotOpen`, `notADatabase`, `busy`, `readOnly`, … of `SQLiteError.Kind`.
    public init(path: String, options: DatabaseOptions = DatabaseOptions()) throws(SQLiteError) {
        // Locals first: a noncopyable value cannot be left half-initialised by a throw.
        let owner = try Connection.open(path: path, options: options)
        let begin = try Statement(connection: owner.handle, sql: "BEGIN")
        let beginImmediate = try Statement(connection: owner.handle, sql: "BEGIN IMMEDIATE")
        let commit = try Statement(connection: owner.handle, sql: "COMMIT")
        let rollback = try Statement(connection: owner.handle, sql: "ROLLBACK")
        self.owner = owner
        self.begin = begin
        self.beginImmediate = beginImmediate
        self.commit = commit
        self.rollback = rollback
    }

    private var connection: OpaquePointer { owner.handle }

    /// The file's full path; empty for a database in memory.
    public var path: String { SQLiteError.path(of: connection) }

    /// Whether a transaction is open on this connection.
    public var isInTransaction: Bool { sqlite3_get_autocommit(connection) == 0 }

    /// Rows inserted, updated or deleted by the last statement that finished.
    public var changedRows: Int64 { sqlite3_changes64(connection) }

    /// The row id of the last successful insert on this connection.
    public var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(connection) }

    /// Pages in the write-ahead log after this connection's last commit; counted only with `autocheckpointPages` 0.
    public var writeAheadLogPages: Int { Int(owner.logPages.pointee) }

    /// Compiles one statement, to be kept and used again.
    /// - Throws: `other` for SQL that does not parse or names what does not exist; that is a bug or a foreign file.
    public func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        try Statement(connection: connection, sql: sql)
    }

    /// Runs a script of any number of statements, for schemas and pragmas; rows are thrown away.
    public func execute(_ script: String) throws(SQLiteError) {
        try owner.execute(script)
    }

    /// Runs one statement and returns its first column of its first row; nil if there is no row or it is NULL.
    public func integer(_ sql: String) throws(SQLiteError) -> Int64? {
        let statement = try prepare(sql)
        guard try statement.step() else { return nil }
        return try statement.optionalInteger(0)
    }

    /// Runs `body` in one transaction: all of it is committed, or none of it.
    ///
    /// If `body` throws, or the commit fails, everything is rolled back and the error goes to the caller; nothing is
    /// tried again. Transactions do not nest.
    /// - Parameter kind: immediate takes the write lock at once, so that a later write cannot fail as busy half-way.
    public func transaction<Value: ~Copyable>(
        _ kind: TransactionKind = .immediate, _ body: () throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> Value {
        try transaction(kind, failure: { error in error }, body)
    }

    /// As `transaction(_:_:)`, for a body with an error type of its own.
    /// - Parameter failure: turns SQLite's error at begin or commit into the body's error type.
    public func transaction<Value: ~Copyable, Failure: Error>(
        _ kind: TransactionKind = .immediate, failure: (SQLiteError) -> Failure, _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        precondition(!isInTransaction, "transactions do not nest")
        do throws(SQLiteError) {
            switch kind {
            case .deferred: try begin.run()
            case .immediate: try beginImmediate.run()
            }
        } catch { throw failure(error) }
        do throws(Failure) {
            let value = try body()
            do throws(SQLiteError) { try commit.run() } catch { throw failure(error) }
            return value
        } catch {
            // SQLite has already rolled back by itself after some errors (disk full, input/output). A rollback that
            // fails leaves nothing behind either: the log has no commit mark, and the next begin says what is wrong.
            if isInTransaction { try? rollback.run() }
            throw error
        }
    }

    /// Copies pages from the write-ahead log back into the file without waiting for anyone.
    /// - Returns: pages in the log, and how many of them are now in the file; equal means the log starts over with the
    ///   next write.
    /// - Throws: `inputOutput`, `full`, …; the log keeps everything then.
    @discardableResult
    public func checkpoint() throws(SQLiteError) -> (logPages: Int, copiedPages: Int) {
        var log: Int32 = 0
        var copied: Int32 = 0
        let code = sqlite3_wal_checkpoint_v2(connection, "main", SQLITE_CHECKPOINT_PASSIVE, &log, &copied)
        guard code == SQLITE_OK else { throw SQLiteError(operation: "checkpoint", connection: connection) }
        if log == copied { owner.logPages.pointee = 0 }
        return (Int(log), Int(copied))
    }

    /// Makes the pages durable that checkpoints have copied into the file.
    ///
    /// SQLite does that itself, but only in the checkpoint that ends the log: while another connection writes, it
    /// leaves the whole of it to that one. The file is synced through SQLite's own handle: to open and close it beside
    /// SQLite would take away the locks of every connection of this process.
    /// - Throws: `inputOutput`.
    public func syncFile() throws(SQLiteError) {
        var file: UnsafeMutablePointer<sqlite3_file>?
        let found = sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        guard found == SQLITE_OK, let file, let sync = file.pointee.pMethods?.pointee.xSync else {
            throw SQLiteError(operation: "sync the file", connection: connection)
        }
        let code = sync(file, SQLITE_SYNC_NORMAL)
        guard code == SQLITE_OK else {
            throw SQLiteError(
                operation: "sync the file", path: path, extendedCode: code,
                message: String(cString: sqlite3_errstr(code)))
        }
    }
}

/// When a transaction takes its locks.
public enum TransactionKind: Equatable, Sendable {
    /// With the first read or write: for transactions that only read.
    case deferred
    /// The write lock at once.
    case immediate
}
