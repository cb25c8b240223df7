internal import CSQLite

/// The one owner of SQLite's connection handle; opens and configures it, closes it in `deinit`.
struct Connection: ~Copyable {
    let handle: OpaquePointer
    let logPages: UnsafeMutablePointer<Int32>

    private init(handle: OpaquePointer) {
        self.handle = handle
        logPages = .allocate(capacity: 1)
        logPages.initialize(to: 0)
    }

    static func open(path: String, options: DatabaseOptions) throws(SQLiteError) -> Connection {
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        switch options.access {
        case .create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        case .readWrite: flags |= SQLITE_OPEN_READWRITE
        case .readOnly: flags |= SQLITE_OPEN_READONLY
        case .immutable: flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
        }
        var opened: OpaquePointer?
        let name = options.access == .immutable ? "file:\(Connection.escaped(path))?immutable=1" : path
        let code = sqlite3_open_v2(name, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let message = opened.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw SQLiteError(operation: "open the file", path: path, extendedCode: code, message: message)
        }
        let connection = Connection(handle: opened)
        try connection.configure(inMemory: path == ":memory:", options: options)
        return connection
    }

    deinit {
        // A statement that outlives this value keeps the connection alive in SQLite, so the hook's memory must not be
        // reachable from it any more.
        sqlite3_wal_hook(handle, nil, nil)
        logPages.deallocate()
        sqlite3_close_v2(handle)
    }

    func execute(_ script: String) throws(SQLiteError) {
        guard sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK else {
            throw SQLiteError(operation: "run \(Statement.excerpt(script))", connection: handle)
        }
    }

    private func configure(inMemory: Bool, options: DatabaseOptions) throws(SQLiteError) {
        sqlite3_busy_timeout(handle, options.busyTimeoutMilliseconds)
        try execute(
            """
            PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;
            PRAGMA cache_size = \(-options.cacheKibibytes);
            PRAGMA foreign_keys = \(options.foreignKeys ? "ON" : "OFF");
            PRAGMA synchronous = \(options.synchronous == .full ? "FULL" : "NORMAL");
            """)
        guard options.access == .create || options.access == .readWrite else {
            // Opening reads nothing, so a file that is no database would be found out only by the first query.
            return try execute("PRAGMA schema_version")
        }
        try execute("PRAGMA page_size = \(options.pageSize)")
        if !inMemory { try useWriteAheadLog() }
        try execute(
            "PRAGMA journal_size_limit = -1; PRAGMA wal_autocheckpoint = \(options.autocheckpointPages)")
        if let pages = options.maximumPages { try execute("PRAGMA max_page_count = \(pages)") }
        if options.autocheckpointPages == 0 { sqlite3_wal_hook(handle, countLogPages, logPages) }
    }

    /// A path as it stands in a URI: these three characters mean something there.
    private static func escaped(_ path: String) -> String {
        var text = ""
        for character in path {
            switch character {
            case "%": text += "%25"
            case "?": text += "%3f"
            case "#": text += "%23"
            default: text.append(character)
            }
        }
        return text
    }

    private func useWriteAheadLog() throws(SQLiteError) {
        let statement = try Statement(connection: handle, sql: "PRAGMA journal_mode = WAL")
        let mode = try statement.step() ? statement.text(0) : ""
        guard mode == "wal" else {
            throw SQLiteError(
                operation: "switch to write-ahead logging", path: SQLiteError.path(of: handle),
                extendedCode: SQLITE_CANTOPEN,
                message: "the journal mode stays '\(mode)'; this file system may not support shared memory")
        }
        csqlite_keep_wal(handle)
    }
}

/// SQLite's hook after each commit. It must return 0: another value would report a commit that is done as failed.
private func countLogPages(
    context: UnsafeMutableRawPointer?, _: OpaquePointer?, _: UnsafePointer<CChar>?, pages: Int32
) -> Int32 {
    context?.assumingMemoryBound(to: Int32.self).pointee = pages
    return SQLITE_OK
}
