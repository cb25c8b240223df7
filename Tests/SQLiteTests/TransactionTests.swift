import SQLite
import TestParts
import Testing

@Suite("Transactions")
struct TransactionTests {
    let folder = TestFolder()

    enum Refusal: Error, Equatable { case overdrawn, database(SQLiteError) }

    func open(_ change: (inout DatabaseOptions) -> Void = { _ in }) throws(SQLiteError) -> Database {
        var options = DatabaseOptions()
        options.busyTimeoutMilliseconds = 10
        change(&options)
        let database = try Database(path: folder.file("t.db"), options: options)
        try database.execute("CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, v BLOB) STRICT")
        return database
    }

    func count(_ database: borrowing Database) throws -> Int64? { try database.integer("SELECT count(*) FROM t") }

    @Test("a transaction that returns is there for another connection")
    func commits() throws {
        let database = try open()
        let answer = try database.transaction { () throws(SQLiteError) in
            try database.execute("INSERT INTO t VALUES(1, NULL); INSERT INTO t VALUES(2, NULL)")
            return 7
        }
        #expect(answer == 7)
        #expect(database.isInTransaction == false)
        #expect(try count(open()) == 2)
    }

    @Test("a body that throws leaves nothing behind, and the next transaction works")
    func rollsBack() throws {
        let database = try open()
        let error = #expect(throws: SQLiteError.self) {
            try database.transaction { () throws(SQLiteError) in
                try database.execute("INSERT INTO t VALUES(1, NULL)")
                try database.execute("INSERT INTO t VALUES(1, NULL)")
            }
        }
        #expect(error?.kind == .constraint)
        #expect(error?.extendedCode == 1_555)
        #expect(database.isInTransaction == false)
        #expect(try count(database) == 0)
        try database.transaction { () throws(SQLiteError) in try database.execute("INSERT INTO t VALUES(1, NULL)") }
        #expect(try count(database) == 1)
    }

    @Test("a body may refuse with an error of its own; that rolls back too")
    func domainError() throws {
        let database = try open()
        #expect(throws: Refusal.overdrawn) {
            try database.transaction(failure: Refusal.database) { () throws(Refusal) in
                do throws(SQLiteError) { try database.execute("INSERT INTO t VALUES(1, NULL)") } catch {
                    throw .database(error)
                }
                throw .overdrawn
            }
        }
        #expect(try count(database) == 0)
    }

    @Test("a full file fails as full, changes nothing, and takes writes again when there is room")
    func full() throws {
        do {
            let database = try open { $0.maximumPages = 16 }
            let insert = try database.prepare("INSERT INTO t(v) VALUES(zeroblob(20000))")
            let error = #expect(throws: SQLiteError.self) {
                try database.transaction { () throws(SQLiteError) in for _ in 0..<10 { try insert.run() } }
            }
            #expect(error?.kind == .full)
            #expect(error?.description.contains("code 13") == true)
            #expect(error?.description.contains("free space") == true)
            #expect(error?.path.hasSuffix("/t.db") == true)
            #expect(database.isInTransaction == false)
            #expect(try count(database) == 0)
        }
        let roomy = try open()
        try roomy.prepare("INSERT INTO t(v) VALUES(zeroblob(200000))").run()
        #expect(try count(roomy) == 1)
    }

    @Test("a write lock held elsewhere fails as busy after the timeout, and works when it is given back")
    func busy() throws {
        let holder = try open()
        let waiter = try open()
        try holder.execute("BEGIN IMMEDIATE")
        let error = #expect(throws: SQLiteError.self) {
            try waiter.transaction { () throws(SQLiteError) in Issue.record("the body must not run") }
        }
        #expect(error?.kind == .busy)
        try holder.execute("COMMIT")
        try waiter.transaction { () throws(SQLiteError) in try waiter.execute("INSERT INTO t VALUES(1, NULL)") }
        #expect(try count(holder) == 1)
    }

    @Test("what a second connection copied into the file it can make durable, and the first goes on writing")
    func syncFile() throws {
        let writer = try open { $0.autocheckpointPages = 0 }
        let copier = try open { $0.autocheckpointPages = 0 }
        try writer.execute("INSERT INTO t VALUES(1, zeroblob(20000))")
        try copier.checkpoint()
        try copier.syncFile()
        try writer.execute("INSERT INTO t VALUES(2, NULL)")
        #expect(try count(writer) == 2)
        #expect(try count(copier) == 2)
    }

    @Test("an owner without autocheckpoint sees the log grow, and a checkpoint makes it start over")
    func checkpoint() throws {
        let database = try open { $0.autocheckpointPages = 0 }
        for id in Int64(1)...20 { try database.prepare("INSERT INTO t VALUES(?, NULL)").run(id) }
        #expect(database.writeAheadLogPages >= 20)
        let before = folder.size(of: "t.db-wal")
        let result = try database.checkpoint()
        #expect(result.logPages == result.copiedPages)
        #expect(database.writeAheadLogPages == 0)
        try database.execute("INSERT INTO t VALUES(21, NULL)")
        #expect(database.writeAheadLogPages == 1)
        #expect(folder.size(of: "t.db-wal") == before)
    }
}
