public import Host
public import SQLite

/// What can go wrong with the journal; says what was being done, to what, and what to do next.
public enum JournalError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The disk or SQLite refused; the error knows the operation, the codes and the advice.
    case database(SQLiteError)
    /// The file is there and cannot be trusted.
    case damaged(path: String, why: String)
    /// The file is a good SQLite database, but of somebody else.
    case notAJournal(path: String)
    /// The file belongs to another box; its records must not be sent under this box's name.
    case wrongDevice(path: String, found: String, expected: String)
    /// The file was written by a newer version of this software.
    case newerSchema(path: String, found: Int64, supported: Int64)
    /// Another process (or another `Journal` of this one) writes this file.
    case inUse(path: String)
    /// A call of the operating system failed; `code` is its `errno`.
    case system(operation: String, path: String, code: Int32)
    /// The thread that commits could not be started.
    case thread(HostThread.StartError)
    /// As much waits for the disk as is allowed; the write was not taken.
    case backlogFull(records: Int, bytes: Int)
    /// One write is larger than all that may ever wait for the disk; it was not taken.
    case writeTooLarge(records: Int, bytes: Int)
    /// A record's body is no JSON object on one line; the write was not taken. It is a bug of the caller.
    case malformedBody(why: String)
    /// A record's line would be over the limit; the write was not taken.
    case recordTooLarge(bytes: Int, limit: Int)
    /// Somebody acknowledged records that are not durable here; the acknowledgement was not taken.
    case beyondHead(acknowledged: Int64, head: Int64)
    /// Records asked for have been removed after they were acknowledged.
    case pruned(asked: Int64, through: Int64)
    /// The journal is damaged, and as many damaged ones as are kept stand beside it already.
    case tooManyDamaged(path: String, kept: Int, why: String)
    /// The journal has been closed; the write was not taken.
    case closed

    /// Whether the same write would be refused however often it is tried.
    public var isForEver: Bool {
        switch self {
        case .malformedBody, .recordTooLarge, .writeTooLarge: true
        case .database, .damaged, .notAJournal, .wrongDevice, .newerSchema, .inUse, .system, .thread, .backlogFull,
            .beyondHead, .pruned, .tooManyDamaged, .closed:
            false
        }
    }

    public var description: String {
        switch self {
        case .database(let error): "journal: \(error)"
        case .damaged(let path, let why):
            "the journal \(path) is damaged: \(why). Keep a copy of it and of its -wal file, then set it aside"
        case .notAJournal(let path):
            "\(path) is an SQLite database but not a journal: check the configured path"
        case .wrongDevice(let path, let found, let expected):
            "the journal \(path) belongs to device \(found), this box is \(expected): give this box its own file"
        case .newerSchema(let path, let found, let supported):
            """
            the journal \(path) has schema version \(found), this program knows versions up to \(supported): \
            install the newer program again; it is not changed
            """
        case .inUse(let path): "the journal \(path) is being written by another process: find it with fuser or lsof"
        case .system(let operation, let path, let code):
            "could not \(operation) \(path): \(SystemError.text(code)) (errno \(code))"
        case .thread(let error): "journal: \(error)"
        case .backlogFull(let records, let bytes):
            "the journal takes no more: \(records) records (\(bytes) bytes) wait for the disk; look at the last failure"
        case .writeTooLarge(let records, let bytes):
            "a journal write of \(records) records (\(bytes) bytes) was refused: it is more than may ever wait at once"
        case .malformedBody(let why): "a journal record was refused: \(why)"
        case .recordTooLarge(let bytes, let limit):
            "a journal record of \(bytes) bytes was refused: the limit is \(limit) bytes"
        case .beyondHead(let acknowledged, let head):
            """
            record \(acknowledged) was acknowledged, but the last durable one is \(head): \
            this disk was set back to an older state, or the acknowledgement is for another journal
            """
        case .pruned(let asked, let through):
            "journal record \(asked) was asked for, but records up to \(through) are acknowledged and removed"
        case .tooManyDamaged(let path, let kept, let why):
            """
            the journal \(path) is damaged (\(why)), and \(kept) damaged ones stand beside it already: this medium is \
            failing. Copy the damaged-* files away, replace the medium, and start again
            """
        case .closed: "the journal is closed"
        }
    }
}
