internal import CSQLite

/// A value that can be a parameter of a statement: `Int64`, `String`, `[UInt8]`, and each of them as an optional.
///
/// There is no floating point here on purpose: neither money nor weight is ever stored as such.
public protocol SQLiteBindable {
    /// Gives parameter `index` (from 1) this value.
    func bind(to statement: borrowing Statement, at index: Int) throws(SQLiteError)
}

extension Int64: SQLiteBindable {
    public func bind(to statement: borrowing Statement, at index: Int) throws(SQLiteError) {
        try statement.bind(self, at: index)
    }
}

extension String: SQLiteBindable {
    public func bind(to statement: borrowing Statement, at index: Int) throws(SQLiteError) {
        try statement.bind(self, at: index)
    }
}

extension [UInt8]: SQLiteBindable {
    public func bind(to statement: borrowing Statement, at index: Int) throws(SQLiteError) {
        try statement.bind(self, at: index)
    }
}

extension Optional: SQLiteBindable where Wrapped: SQLiteBindable {
    public func bind(to statement: borrowing Statement, at index: Int) throws(SQLiteError) {
        switch self {
        case .some(let value): try value.bind(to: statement, at: index)
        case .none: try statement.bindNull(at: index)
        }
    }
}

extension Statement {
    /// Gives parameter `index` (from 1) an integer.
    public func bind(_ value: Int64, at index: Int) throws(SQLiteError) {
        try check(sqlite3_bind_int64(handle, Int32(index), value))
    }

    /// Gives parameter `index` (from 1) a copy of a text.
    public func bind(_ value: String, at index: Int) throws(SQLiteError) {
        var value = value
        let code = value.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                csqlite_bind_text(handle, Int32(index), text.baseAddress, UInt64(text.count))
            }
        }
        try check(code)
    }

    /// Gives parameter `index` (from 1) a copy of some bytes; no bytes are an empty blob, not NULL.
    public func bind(_ value: [UInt8], at index: Int) throws(SQLiteError) {
        try bind(value.span, at: index)
    }

    /// Gives parameter `index` (from 1) a copy of some bytes; no bytes are an empty blob, not NULL.
    public func bind(_ value: Span<UInt8>, at index: Int) throws(SQLiteError) {
        let code = value.withUnsafeBytes { bytes in
            csqlite_bind_blob(handle, Int32(index), bytes.baseAddress, UInt64(bytes.count), 1)
        }
        try check(code)
    }

    /// Gives parameter `index` (from 1) NULL.
    public func bindNull(at index: Int) throws(SQLiteError) {
        try check(sqlite3_bind_null(handle, Int32(index)))
    }

    /// Gives parameter `index` (from 1) some bytes without a copy while `body` runs, and NULL after it.
    ///
    /// `body` steps the statement and must leave it reset or finished.
    public func withBound<Value>(
        _ value: Span<UInt8>, at index: Int, _ body: () throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> Value {
        try value.withUnsafeBytes { bytes throws(SQLiteError) in
            try check(csqlite_bind_blob(handle, Int32(index), bytes.baseAddress, UInt64(bytes.count), 0))
            defer {
                sqlite3_reset(handle)
                sqlite3_bind_null(handle, Int32(index))
            }
            return try body()
        }
    }

    private func check(_ code: Int32) throws(SQLiteError) {
        guard code == SQLITE_OK else { throw failure("bind a value in") }
    }
}
