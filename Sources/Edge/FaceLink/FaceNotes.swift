internal import Host
internal import SQLite

/// What a terminal has of a person.
public struct FaceNote: Hashable, Sendable {
    public var terminal: String
    public var person: String
    /// 0 when the terminal may have any version; nil when it has none.
    public var version: Int64?

    public init(terminal: String, person: String, version: Int64?) {
        self.terminal = terminal
        self.person = person
        self.version = version
    }
}

/// Where is kept what was pushed to each terminal. Belongs to one thread.
public protocol FaceNotes {
    /// By terminal and person: the version that it has.
    func load() throws(FaceNotesError) -> [String: [String: Int64]]
    /// Durable when it returns, all of them or none.
    func write(_ notes: [FaceNote]) throws(FaceNotesError)
    /// Nothing is known of this terminal any more.
    func forget(terminal: String) throws(FaceNotesError)
}

/// What was pushed cannot be kept or read.
public struct FaceNotesError: Error, Equatable, Sendable, CustomStringConvertible {
    public var what: String

    public init(what: String) { self.what = what }

    public var description: String { "what face terminals were sent cannot be kept: \(what)" }
}

/// Notes in a file of their own in the state folder (`face-push.db`, mode 0600), and not in the journal: they are no
/// part of any decision, two for each person and change, and must not stand before a payment in its commits.
///
/// Without the file everybody is pushed again, which is slow and harms nobody; but who left in the meantime stays in
/// the terminals until those are emptied by hand.
public final class FaceNotesFile: FaceNotes {
    private let database: Database
    private let put, remove, removeAll: Statement

    public static func path(in folder: String) -> String { "\(folder)/face-push.db" }

    /// - Parameter folder: the box's state folder, which is there.
    public init(folder: String) throws(FaceNotesError) {
        let path = FaceNotesFile.path(in: folder)
        if (try? TextFile.begins(path, with: [])) == nil {
            do throws(PrivateFileError) { try PrivateFile.write([], to: path) } catch {
                throw FaceNotesError(what: error.description)
            }
        }
        var options = DatabaseOptions()
        options.access = .readWrite
        // Eight terminals of 100,000 people.
        options.maximumPages = 50_000
        options.busyTimeoutMilliseconds = 1_000
        do throws(SQLiteError) {
            let database = try Database(path: path, options: options)
            try database.execute(
                """
                CREATE TABLE IF NOT EXISTS notes(
                    terminal TEXT NOT NULL, person TEXT NOT NULL, version INTEGER NOT NULL,
                    PRIMARY KEY(terminal, person)) STRICT, WITHOUT ROWID;
                PRAGMA secure_delete = ON;
                """)
            put = try database.prepare("INSERT OR REPLACE INTO notes VALUES(?, ?, ?)")
            remove = try database.prepare("DELETE FROM notes WHERE terminal = ? AND person = ?")
            removeAll = try database.prepare("DELETE FROM notes WHERE terminal = ?")
            self.database = database
        } catch { throw FaceNotesError(what: error.description) }
    }

    public func load() throws(FaceNotesError) -> [String: [String: Int64]] {
        var notes: [String: [String: Int64]] = [:]
        try reading { () throws(SQLiteError) in
            try database.prepare("SELECT terminal, person, version FROM notes").forEach { row throws(SQLiteError) in
                notes[try row.text(0), default: [:]][try row.text(1)] = try row.integer(2)
            }
        }
        return notes
    }

    public func write(_ notes: [FaceNote]) throws(FaceNotesError) {
        try reading { () throws(SQLiteError) in
            try database.transaction { () throws(SQLiteError) in
                for note in notes {
                    if let version = note.version {
                        try put.run(note.terminal, note.person, version)
                    } else {
                        try remove.run(note.terminal, note.person)
                    }
                }
            }
        }
    }

    public func forget(terminal: String) throws(FaceNotesError) {
        try reading { () throws(SQLiteError) in try removeAll.run(terminal) }
    }

    private func reading(_ body: () throws(SQLiteError) -> Void) throws(FaceNotesError) {
        do throws(SQLiteError) { try body() } catch { throw FaceNotesError(what: error.description) }
    }
}
