import SQLite
import Testing

@Suite("Values in and out")
struct ValueTests {
    let database: Box

    init() throws {
        database = Box(try Database(path: ":memory:"))
        try database.value.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v ANY) STRICT")
    }

    /// A noncopyable value in a class, so that a test case can hold it.
    final class Box {
        let value: Database
        init(_ value: consuming Database) { self.value = value }
    }

    func stored<V: SQLiteBindable, R>(
        _ value: V, read: (borrowing Statement) throws(SQLiteError) -> R
    ) throws(SQLiteError) -> R? {
        try database.value.prepare("DELETE FROM t").run()
        try database.value.prepare("INSERT INTO t VALUES(1, ?)").run(value)
        return try database.value.prepare("SELECT v FROM t").first(read: read)
    }

    @Test("an integer comes back as it went in", arguments: [Int64.min, -1, 0, 1, Int64.max])
    func integers(value: Int64) throws {
        #expect(try stored(value) { row throws(SQLiteError) in try row.integer(0) } == value)
    }

    @Test(
        "a text comes back as it went in",
        arguments: ["", "a", "川A12345", "a\u{0}b", String(repeating: "é", count: 70_000)])
    func texts(value: String) throws {
        #expect(try stored(value) { row throws(SQLiteError) in try row.text(0) } == value)
    }

    @Test("a blob comes back as it went in, and an empty one is not NULL", arguments: [0, 1, 300, 1_048_576])
    func blobs(count: Int) throws {
        let value = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(try stored(value) { row throws(SQLiteError) in try row.bytes(0) } == value)
        #expect(try stored(value) { row throws(SQLiteError) in row.isNull(0) } == false)
    }

    @Test("nil is NULL and comes back as nil")
    func null() throws {
        #expect(try stored(Int64?.none) { row throws(SQLiteError) in row.isNull(0) } == true)
        #expect(try stored(Int64?.none) { row throws(SQLiteError) in try row.optionalInteger(0) } == .some(nil))
        #expect(try stored(String?.none) { row throws(SQLiteError) in try row.optionalText(0) } == .some(nil))
        #expect(try stored([UInt8]?.none) { row throws(SQLiteError) in try row.optionalBytes(0) } == .some(nil))
        #expect(try stored(Int64?.some(4)) { row throws(SQLiteError) in try row.optionalInteger(0) } == 4)
    }

    @Test("a value of another type is an error, not a zero")
    func mismatch() throws {
        let error = #expect(throws: SQLiteError.self) {
            try stored("12") { row throws(SQLiteError) in try row.integer(0) }
        }
        #expect(error?.kind == .typeMismatch)
        #expect(error?.message == "found a text, expected an integer")
        #expect(throws: SQLiteError.self) { try stored(Int64(1)) { row throws(SQLiteError) in try row.text(0) } }
        #expect(throws: SQLiteError.self) { try stored("x") { row throws(SQLiteError) in try row.bytes(0) } }
        #expect(throws: SQLiteError.self) {
            try stored(Int64?.none) { row throws(SQLiteError) in try row.integer(0) }
        }
    }

    @Test("bytes bound without a copy are stored, and the parameter is NULL afterwards")
    func borrowedBytes() throws {
        let insert = try database.value.prepare("INSERT INTO t VALUES(NULL, ?)")
        try insert.withBound([1, 2, 3].span, at: 1) { () throws(SQLiteError) in _ = try insert.step() }
        try insert.step()
        var seen: [[UInt8]?] = []
        try database.value.prepare("SELECT v FROM t ORDER BY id").forEach { row throws(SQLiteError) in
            seen.append(try row.optionalBytes(0))
        }
        #expect(seen == [[1, 2, 3], nil])
    }

    @Test("a statement runs again with other values, and its rows come in order")
    func reuse() throws {
        let insert = try database.value.prepare("INSERT INTO t VALUES(?, ?)")
        for id in Int64(1)...100 { try insert.run(id, "row \(id)") }
        #expect(database.value.lastInsertedRow == 100)
        let select = try database.value.prepare("SELECT id FROM t WHERE id > ? ORDER BY id DESC")
        for bound in [Int64(98), 97] {
            var seen: [Int64] = []
            try select.forEach(bound) { row throws(SQLiteError) in seen.append(try row.integer(0)) }
            #expect(seen == Array((bound + 1...100).reversed()))
        }
        #expect(try select.first(Int64(100)) { row throws(SQLiteError) in try row.integer(0) } == nil)
        #expect(try database.value.integer("SELECT count(*) FROM t") == 100)
        #expect(try database.value.integer("SELECT max(id) FROM t WHERE id < 0") == nil)
    }

    @Test("a statement outlives its database value")
    func outlives() throws {
        func statement() throws -> Statement {
            let other = try Database(path: ":memory:")
            return try other.prepare("SELECT 42")
        }
        let survivor = try statement()
        #expect(try survivor.first { row throws(SQLiteError) in try row.integer(0) } == 42)
    }
}
