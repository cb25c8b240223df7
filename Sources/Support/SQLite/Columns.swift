internal import CSQLite

/// Reading the row a statement stands on. Columns are numbered from 0.
///
/// A value of another type than asked for is an error, never a silent conversion: SQLite would turn a text into 0.
extension Statement {
    /// The integer in `column`.
    /// - Throws: `typeMismatch` for NULL, text, blob or a floating-point number.
    public func integer(_ column: Int) throws(SQLiteError) -> Int64 {
        try expect(SQLITE_INTEGER, in: column)
        return sqlite3_column_int64(handle, Int32(column))
    }

    /// The integer in `column`, or nil for NULL.
    public func optionalInteger(_ column: Int) throws(SQLiteError) -> Int64? {
        isNull(column) ? nil : try integer(column)
    }

    /// The text in `column`. Bytes that are not UTF-8 are replaced.
    /// - Throws: `typeMismatch` for anything but text.
    public func text(_ column: Int) throws(SQLiteError) -> String {
        try expect(SQLITE_TEXT, in: column)
        guard let start = sqlite3_column_text(handle, Int32(column)) else { throw failure("read a text of") }
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// The text in `column`, or nil for NULL.
    public func optionalText(_ column: Int) throws(SQLiteError) -> String? {
        isNull(column) ? nil : try text(column)
    }

    /// A copy of the blob in `column`.
    /// - Throws: `typeMismatch` for anything but a blob.
    public func bytes(_ column: Int) throws(SQLiteError) -> [UInt8] {
        try withBlob(column) { blob in
            [UInt8](unsafeUninitializedCapacity: blob.count) { target, count in
                blob.withUnsafeBufferPointer { source in count = target.initialize(fromContentsOf: source) }
            }
        }
    }

    /// A copy of the blob in `column`, or nil for NULL.
    public func optionalBytes(_ column: Int) throws(SQLiteError) -> [UInt8]? {
        isNull(column) ? nil : try bytes(column)
    }

    /// Lends the blob in `column` to `body` without a copy.
    /// - Throws: `typeMismatch` for anything but a blob.
    public func withBlob<Value>(
        _ column: Int, _ body: (Span<UInt8>) throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> Value {
        try expect(SQLITE_BLOB, in: column)
        let start = sqlite3_column_blob(handle, Int32(column))
        let count = start == nil ? 0 : Int(sqlite3_column_bytes(handle, Int32(column)))
        let blob = UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: count)
        return try body(blob.span)
    }

    /// Whether `column` is NULL.
    public func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

    private func expect(_ type: Int32, in column: Int) throws(SQLiteError) {
        let found = sqlite3_column_type(handle, Int32(column))
        guard found == type else {
            throw SQLiteError(
                operation: "read column \(column) of \(Statement.excerpt(sql))",
                path: SQLiteError.path(of: sqlite3_db_handle(handle)), extendedCode: SQLITE_MISMATCH,
                message: "found \(Statement.typeName(found)), expected \(Statement.typeName(type))")
        }
    }

    private static func typeName(_ type: Int32) -> String {
        switch type {
        case SQLITE_INTEGER: "an integer"
        case SQLITE_TEXT: "a text"
        case SQLITE_BLOB: "a blob"
        case SQLITE_NULL: "NULL"
        default: "a floating-point number"
        }
    }
}
