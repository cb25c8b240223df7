internal import CSQLite

/// One compiled SQL statement, prepared once and run any number of times.
///
/// Parameters are numbered from 1, columns from 0, as in SQLite. It belongs to the thread of its `Database` and may
/// outlive that value. The simple ways are `run`, `first` and `forEach`, which bind all parameters, step and reset;
/// `bind`, `step`, `reset` are for code that must save every nanosecond.
public struct Statement: ~Copyable {
    let handle: OpaquePointer

    init(connection: OpaquePointer, sql: String) throws(SQLiteError) {
        handle = try Statement.compile(sql, on: connection)
    }

    deinit { sqlite3_finalize(handle) }

    /// Binds `values` to the parameters 1, 2, … and runs the statement to its end; rows are thrown away.
    /// - Precondition: as many values as the statement has parameters.
    public func run<each Value: SQLiteBindable>(_ values: repeat each Value) throws(SQLiteError) {
        try bindAll(repeat each values)
        defer { reset() }
        while try step() {}
    }

    /// Binds `values` and returns what `read` makes of the first row; nil if there is none.
    public func first<each Value: SQLiteBindable, Result>(
        _ values: repeat each Value, read: (borrowing Statement) throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result? {
        try bindAll(repeat each values)
        defer { reset() }
        guard try step() else { return nil }
        return try read(self)
    }

    /// Binds `values` and calls `row` once for each row, in the statement's order.
    ///
    /// A read transaction is held until it returns, so a long loop keeps the write-ahead log from starting over.
    public func forEach<each Value: SQLiteBindable>(
        _ values: repeat each Value, row: (borrowing Statement) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        try bindAll(repeat each values)
        defer { reset() }
        while try step() { try row(self) }
    }

    private func bindAll<each Value: SQLiteBindable>(_ values: repeat each Value) throws(SQLiteError) {
        var index = 0
        for value in repeat each values {
            index += 1
            try value.bind(to: self, at: index)
        }
        precondition(index == parameterCount, "\(index) values for \(parameterCount) parameters: \(sql)")
    }

    /// Moves to the next row.
    /// - Returns: true if there is a row to read, false at the end.
    /// - Throws: what SQLite says; the statement is reset then, and nothing of it has been applied.
    @discardableResult
    public func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let error = failure("run")
            sqlite3_reset(handle)
            throw error
        }
    }

    /// Makes the statement ready to run again and ends its read transaction; the bound values stay.
    public func reset() {
        // Its return value repeats the error of the last step, which has been thrown already.
        sqlite3_reset(handle)
    }

    /// How many parameters the statement has.
    public var parameterCount: Int { Int(sqlite3_bind_parameter_count(handle)) }

    /// The statement's text.
    public var sql: String { sqlite3_sql(handle).map { String(cString: $0) } ?? "" }

    func failure(_ verb: String) -> SQLiteError {
        SQLiteError(operation: "\(verb) \(Statement.excerpt(sql))", connection: sqlite3_db_handle(handle))
    }

    private static func compile(_ sql: String, on connection: OpaquePointer) throws(SQLiteError) -> OpaquePointer {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK else {
            throw SQLiteError(operation: "prepare \(excerpt(sql))", connection: connection)
        }
        guard let statement else { preconditionFailure("there is no statement in '\(sql)'") }
        return statement
    }

    /// The first 80 characters of `sql` on one line.
    static func excerpt(_ sql: String) -> String {
        let line = String(sql.map { $0.isNewline ? " " : $0 })
        return line.count > 80 ? "\(line.prefix(80))…" : line
    }
}
