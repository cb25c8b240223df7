import Glibc
import SQLite
import TestParts
import Testing

@Suite("Opening a file")
struct OpeningTests {
    let folder = TestFolder()

    func text(_ database: borrowing Database, _ sql: String) throws -> String? {
        try database.prepare(sql).first { row throws(SQLiteError) in try row.text(0) }
    }

    @Test("the defaults are the durable ones")
    func defaults() throws {
        let database = try Database(path: folder.file("t.db"))
        #expect(try text(database, "PRAGMA journal_mode") == "wal")
        #expect(try database.integer("PRAGMA synchronous") == 2)
        #expect(try database.integer("PRAGMA page_size") == 4_096)
        #expect(try database.integer("PRAGMA cache_size") == -512)
        #expect(try database.integer("PRAGMA mmap_size") == 0)
        #expect(try database.integer("PRAGMA wal_autocheckpoint") == 1_000)
        #expect(try database.integer("PRAGMA journal_size_limit") == -1)
        #expect(try database.integer("PRAGMA foreign_keys") == 1)
        #expect(try database.integer("PRAGMA busy_timeout") == 5_000)
    }

    @Test("the write-ahead log keeps its size when the last connection closes, and the rows are there again")
    func keepsLog() throws {
        do {
            let database = try Database(path: folder.file("t.db"))
            try database.execute("CREATE TABLE t(v BLOB) STRICT")
            for _ in 0..<50 { try database.prepare("INSERT INTO t VALUES(zeroblob(4000))").run() }
        }
        let size = try #require(folder.size(of: "t.db-wal"))
        #expect(size > 50 * 4_096)
        let again = try Database(path: folder.file("t.db"))
        #expect(try again.integer("SELECT count(*) FROM t") == 50)
        try again.checkpoint()
        try again.execute("DELETE FROM t WHERE rowid = 1")
        #expect(folder.size(of: "t.db-wal") == size)
    }

    @Test("a read-only connection reads and cannot write")
    func readOnly() throws {
        let writer = try Database(path: folder.file("t.db"))
        try writer.execute("CREATE TABLE t(v INTEGER) STRICT; INSERT INTO t VALUES(5)")
        var options = DatabaseOptions()
        options.access = .readOnly
        let reader = try Database(path: folder.file("t.db"), options: options)
        #expect(try reader.integer("SELECT v FROM t") == 5)
        let error = #expect(throws: SQLiteError.self) { try reader.execute("INSERT INTO t VALUES(6)") }
        #expect(error?.kind == .readOnly)
        #expect(try writer.integer("SELECT count(*) FROM t") == 1)
    }

    @Test(
        "a missing file is created only when that is asked for",
        arguments: [DatabaseOptions.Access.readWrite, .readOnly])
    func missing(access: DatabaseOptions.Access) throws {
        var options = DatabaseOptions()
        options.access = access
        let error = #expect(throws: SQLiteError.self) { _ = try Database(path: folder.file("t.db"), options: options) }
        #expect(error?.kind == .cannotOpen)
        #expect(error?.path == folder.file("t.db"))
        #expect(folder.size(of: "t.db") == nil)
    }

    @Test("a folder that is not there is named in the error")
    func missingFolder() {
        let path = folder.file("absent/t.db")
        let error = #expect(throws: SQLiteError.self) { _ = try Database(path: path) }
        #expect(error?.kind == .cannotOpen)
        #expect(error?.description.contains(path) == true)
    }

    @Test("a file that is no database is refused, for reading and for writing", arguments: [true, false])
    func notADatabase(readOnly: Bool) {
        folder.write([UInt8](repeating: 0x41, count: 8_192), into: "t.db")
        var options = DatabaseOptions()
        options.access = readOnly ? .readOnly : .create
        let error = #expect(throws: SQLiteError.self) { _ = try Database(path: folder.file("t.db"), options: options) }
        #expect(error?.kind == .notADatabase)
        #expect(folder.size(of: "t.db") == 8_192)
    }

    @Test("a damaged page is reported as damage, not read as data")
    func corrupt() throws {
        do {
            let database = try Database(path: folder.file("t.db"))
            try database.execute("CREATE TABLE t(v BLOB) STRICT")
            for _ in 0..<50 { try database.prepare("INSERT INTO t VALUES(zeroblob(3000))").run() }
        }
        unlink(folder.file("t.db-wal"))
        folder.write([UInt8](repeating: 0xff, count: 4_096), into: "t.db", at: 4_096)
        let database = try Database(path: folder.file("t.db"))
        let error = #expect(throws: SQLiteError.self) { _ = try database.integer("SELECT sum(length(v)) FROM t") }
        #expect(error?.kind == .corrupt)
        #expect(error?.description.contains("keep a copy") == true)
    }

    @Test("SQL that does not parse is an error that quotes it")
    func badSQL() throws {
        let database = try Database(path: ":memory:")
        let error = #expect(throws: SQLiteError.self) { _ = try database.prepare("SELEKT 1") }
        #expect(error?.operation == "prepare SELEKT 1")
        #expect(error?.description.hasPrefix("SQLite could not prepare SELEKT 1 in the database in memory: ") == true)
    }
}
