public import Host
public import Ledger
public import SQLite

/// Why the platform's store did not do what was asked. Nothing of it was applied.
public enum PlatformError: Error, Equatable, CustomStringConvertible {
    case store(SQLiteError)
    case ledger(LedgerError)
    /// The file was written by a newer version of this program.
    case newerSchema(path: String, found: Int64, known: Int64)
    /// The file is an older program's and cannot be looked at yet.
    case olderSchema(path: String, found: Int64, known: Int64)
    /// The file is an SQLite database of something else.
    case foreignFile(path: String, application: Int64)
    case thread(HostThread.StartError)

    public var description: String {
        switch self {
        case .store(let error): "\(error)"
        case .ledger(let error): "\(error)"
        case .newerSchema(let path, let found, let known):
            "\(path) has schema version \(found), this program knows \(known): install the newer program again"
        case .olderSchema(let path, let found, let known):
            "\(path) has schema version \(found), this program reads \(known): start the new platformd on it once"
        case .foreignFile(let path, let application):
            "\(path) is another program's database (application id \(application)): check the configured path"
        case .thread(let error): "\(error)"
        }
    }
}

/// Makes a call of SQLite; what it throws becomes ``PlatformError/store(_:)``.
func stored<Value: ~Copyable>(_ body: @autoclosure () throws(SQLiteError) -> Value) throws(PlatformError) -> Value {
    do { return try body() } catch { throw .store(error) }
}

/// Makes a call of the ledger; what it throws becomes ``PlatformError/ledger(_:)``.
func booked<Value>(_ body: @autoclosure () throws(LedgerError) -> Value) throws(PlatformError) -> Value {
    do { return try body() } catch { throw .ledger(error) }
}

/// Starts a thread; what it throws becomes ``PlatformError/thread(_:)``.
func started<Value>(_ body: @autoclosure () throws(HostThread.StartError) -> Value) throws(PlatformError) -> Value {
    do { return try body() } catch { throw .thread(error) }
}
