internal import Host
public import Register
internal import SQLite
internal import Vocabulary

/// Where is kept what registers asked for. Belongs to one thread.
public protocol RegisterStore {
    /// Everything that is kept.
    func load() throws(RegisterStoreError) -> [RegisterEntry]
    /// Durable when it returns, all of it or nothing.
    func write(put entries: [RegisterEntry], remove keys: [RegisterKey]) throws(RegisterStoreError)
}

/// What registers asked for cannot be kept or read.
public struct RegisterStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    public var what: String

    public init(what: String) { self.what = what }

    public var description: String { "what cash registers asked for cannot be kept: \(what)" }
}

/// A file of its own in the state folder (`register.db`, mode 0600): a register is answered by its key whether or not
/// the journal has room, and nothing in it is a record for the platform.
public final class RegisterFile: RegisterStore {
    private let database: Database
    private let put, remove: Statement
    private let path: String

    public static func path(in folder: String) -> String { "\(folder)/register.db" }

    /// - Parameter folder: the box's state folder, which is there.
    public init(folder: String) throws(RegisterStoreError) {
        path = RegisterFile.path(in: folder)
        if (try? TextFile.begins(path, with: [])) == nil {
            do throws(PrivateFileError) { try PrivateFile.write([], to: path) } catch {
                throw RegisterStoreError(what: error.description)
            }
        }
        var options = DatabaseOptions()
        options.access = .readWrite
        // 20,000 entries of at most 2 KB for each of four registers.
        options.maximumPages = 80_000
        options.busyTimeoutMilliseconds = 1_000
        do throws(SQLiteError) {
            let database = try Database(path: path, options: options)
            try database.execute(
                """
                CREATE TABLE IF NOT EXISTS entries(
                    door TEXT NOT NULL, key TEXT NOT NULL, entry BLOB NOT NULL, PRIMARY KEY(door, key)) STRICT;
                """)
            put = try database.prepare("INSERT OR REPLACE INTO entries VALUES(?, ?, ?)")
            remove = try database.prepare("DELETE FROM entries WHERE door = ? AND key = ?")
            self.database = database
        } catch { throw RegisterStoreError(what: error.description) }
    }

    public func load() throws(RegisterStoreError) -> [RegisterEntry] {
        var entries: [RegisterEntry] = [], bad = 0
        try reading { () throws(SQLiteError) in
            try database.prepare("SELECT entry FROM entries").forEach { row throws(SQLiteError) in
                if let entry = RegisterEntry(json: try row.bytes(0)) { entries.append(entry) } else { bad += 1 }
            }
        }
        // A key that is not known could begin a payment twice.
        guard bad == 0 else {
            throw RegisterStoreError(
                what: "\(bad) rows of \(path) cannot be read; once no register waits for a payment, move the file away")
        }
        return entries
    }

    public func write(put entries: [RegisterEntry], remove keys: [RegisterKey]) throws(RegisterStoreError) {
        guard !entries.isEmpty || !keys.isEmpty else { return }
        try reading { () throws(SQLiteError) in
            try database.transaction { () throws(SQLiteError) in
                for key in keys { try remove.run(key.door.text, key.text) }
                for entry in entries { try put.run(entry.key.door.text, entry.key.text, entry.json) }
            }
        }
    }

    private func reading(_ body: () throws(SQLiteError) -> Void) throws(RegisterStoreError) {
        do throws(SQLiteError) { try body() } catch { throw RegisterStoreError(what: error.description) }
    }
}
