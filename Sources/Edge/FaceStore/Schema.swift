internal import SQLite

/// The tables of the file, and how it is recognised.
enum Schema {
    /// The version this program writes; it reads no other yet.
    static let version: Int64 = 1
    /// "TPKF": tells enrolled faces from any other SQLite database.
    static let applicationID: Int64 = 0x5450_4B46

    /// `sealed` is nonce, template and tag; `proof` is a known text under the same key.
    private static let tables = """
        CREATE TABLE meta(id INTEGER PRIMARY KEY CHECK(id = 1), proof BLOB NOT NULL) STRICT;
        CREATE TABLE faces(
            row INTEGER PRIMARY KEY, holder TEXT NOT NULL, slot INTEGER NOT NULL, model TEXT NOT NULL,
            sealed BLOB NOT NULL, UNIQUE(holder, slot)) STRICT;
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);
        """

    private static let proofText = Array("turnpike faces".utf8)
    private static let proofLabel = Array("turnpike face key proof 1".utf8)

    /// Whether the file has no tables at all: it is new, or the power went before its first transaction.
    static func isEmpty(_ database: borrowing Database) throws(SQLiteError) -> Bool {
        try database.integer("SELECT count(*) FROM sqlite_schema") == 0
    }

    /// Creates everything in one transaction.
    static func create(in database: borrowing Database, key: FaceKey) throws(SQLiteError) {
        let proof = key.seal(proofText, label: proofLabel)
        try database.transaction { () throws(SQLiteError) in
            try database.execute(tables)
            try database.prepare("INSERT INTO meta VALUES(1, ?)").run(proof)
        }
    }

    /// Refuses a file that holds no faces, is of a newer program, or sealed under another key.
    static func check(_ database: borrowing Database, path: String, key: FaceKey) throws(FaceStoreError) {
        let application = try reading(path) { () throws(SQLiteError) in
            try database.integer("PRAGMA application_id")
        }
        guard application == applicationID else { throw .notAFaceStore(path: path) }
        let found = try reading(path) { () throws(SQLiteError) in try database.integer("PRAGMA user_version") ?? 0 }
        guard found <= version else { throw .newerSchema(path: path, found: found, supported: version) }
        let proof = try reading(path) { () throws(SQLiteError) in
            try database.prepare("SELECT proof FROM meta").first { row throws(SQLiteError) in try row.bytes(0) }
        }
        guard let proof else { throw .damaged(path: path, why: "its row about itself is missing") }
        guard key.open(proof, label: proofLabel) == proofText else { throw .wrongKey(path: path) }
    }
}

/// Runs `body` and says what an error of SQLite means for the faces.
func reading<Value: ~Copyable>(
    _ path: String, _ body: () throws(SQLiteError) -> Value
) throws(FaceStoreError) -> Value {
    do throws(SQLiteError) { return try body() } catch { throw faceStoreError(error, path) }
}

func faceStoreError(_ error: SQLiteError, _ path: String) -> FaceStoreError {
    switch error.kind {
    // `other` is a table or column that is not there.
    case .corrupt, .notADatabase, .typeMismatch, .other:
        .damaged(path: path, why: "\(error.message) (code \(error.extendedCode))")
    default: .database(error)
    }
}
