internal import CSQLite

/// A call of SQLite that did not do what was asked; says what, on which file, with which codes, and what to do next.
public struct SQLiteError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The family of the primary result code, for deciding; the codes themselves are for people.
    public enum Kind: Equatable, Sendable {
        case full, inputOutput, corrupt, notADatabase, busy, readOnly, cannotOpen, constraint, typeMismatch
        case tooBig, outOfMemory, other
    }

    /// What was being done, in words that follow "could not": "open", "run INSERT …".
    public let operation: String
    /// The file as SQLite knows it; empty for a database in memory.
    public let path: String
    /// SQLite's primary result code (`SQLITE_FULL` is 13).
    public let code: Int32
    /// SQLite's extended result code; its low 8 bits are `code`.
    public let extendedCode: Int32
    /// SQLite's own message, or ours where SQLite has none.
    public let message: String

    /// Builds an error from codes already at hand.
    public init(operation: String, path: String, extendedCode: Int32, message: String) {
        self.operation = operation
        self.path = path
        self.code = extendedCode & 0xff
        self.extendedCode = extendedCode
        self.message = message
    }

    /// What family `code` belongs to.
    public var kind: Kind {
        switch code {
        case SQLITE_FULL: .full
        case SQLITE_IOERR: .inputOutput
        case SQLITE_CORRUPT: .corrupt
        case SQLITE_NOTADB: .notADatabase
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_READONLY, SQLITE_PERM: .readOnly
        case SQLITE_CANTOPEN: .cannotOpen
        case SQLITE_CONSTRAINT: .constraint
        case SQLITE_MISMATCH: .typeMismatch
        case SQLITE_TOOBIG: .tooBig
        case SQLITE_NOMEM: .outOfMemory
        default: .other
        }
    }

    /// One line for a log: the failed operation, the file, both codes, SQLite's message and the next step.
    public var description: String {
        let place = path.isEmpty ? "the database in memory" : path
        let codes = code == extendedCode ? "code \(code)" : "code \(code), extended \(extendedCode)"
        return "SQLite could not \(operation) in \(place): \(message) (\(codes)). \(advice)"
    }

    private var advice: String {
        switch kind {
        case .full: "The disk or the allowed size is used up: free space on that file system, then it is tried again."
        case .inputOutput:
            "The disk failed or refused the access: see the kernel log, the medium, any file size limit."
        case .corrupt: "The file is damaged: keep a copy of it and of its -wal file, then set it aside or restore it."
        case .notADatabase: "The file is not an SQLite database: check the configured path."
        case .busy: "Another process holds the lock: find who else has the file open (fuser, lsof)."
        case .readOnly: "The file, its folder or its file system is read-only: check owner, mode and mount."
        case .cannotOpen: "Check that the folder exists and that this user may read and write it."
        case .constraint: "A rule of the table forbids this row; nothing of this statement was applied."
        case .typeMismatch:
            "A stored value has another type than expected: the file is damaged or of another version."
        case .tooBig: "A value is over SQLite's length limit; nothing of this statement was applied."
        case .outOfMemory: "Memory is exhausted: check the limits of this process."
        case .other: "Nothing of this statement was applied."
        }
    }
}

extension SQLiteError {
    /// Reads the connection's last error; call before anything else is done with the connection.
    init(operation: String, connection: OpaquePointer?) {
        let extended = connection.map { sqlite3_extended_errcode($0) } ?? SQLITE_NOMEM
        let message = connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? "out of memory"
        let path = connection.map { SQLiteError.path(of: $0) } ?? ""
        self.init(operation: operation, path: path, extendedCode: extended, message: message)
    }

    static func path(of connection: OpaquePointer) -> String {
        sqlite3_db_filename(connection, "main").map { String(cString: $0) } ?? ""
    }
}
