public import FaceMatch
internal import Glibc
internal import Host
internal import SQLite
public import Vocabulary

/// The enrolled faces on disk: one SQLite file, each template sealed under a key that never leaves the box.
///
/// A row opens only beside the person, the place among this person's templates and the face model it was sealed for.
/// What is written is durable when the call returns; what is removed is overwritten in the file. It belongs to one
/// thread. Nobody matches on it: `load` fills a gallery.
public final class FaceStore {
    /// Templates one person may have.
    public static let mostTemplatesAPerson = FaceGallery.mostTemplatesAPerson
    /// Pages of 4,096 bytes the file may have: about a million templates. What needs more fails as full.
    private static let mostPages: Int64 = 400_000

    /// The face model whose templates are written, and the only one whose are read.
    public let model: Slug
    private let path: String
    private let key: FaceKey
    private let database: Database
    private let insert, removeRows: Statement
    /// What was removed still stands in the log.
    private var owesErasing = false

    /// The file of the 32 secret bytes.
    public static func keyPath(in folder: String) -> String { "\(folder)/faces.key" }
    public static func path(in folder: String) -> String { "\(folder)/faces.db" }

    /// Opens the faces in a folder, or begins them: key and file are made with mode 0600.
    /// - Parameters:
    ///   - folder: the box's state folder, which is there.
    ///   - model: the face module's model with its version; another one's templates cannot be compared.
    /// - Throws: ``FaceStoreError``; what is there is unchanged then.
    public init(folder: String, model: Slug) throws(FaceStoreError) {
        let path = FaceStore.path(in: folder)
        try FaceStore.createFile(path)
        var options = DatabaseOptions()
        options.access = .readWrite
        options.maximumPages = FaceStore.mostPages
        // Nobody else writes; who reads for longer, with a shell or a backup, is told of.
        options.busyTimeoutMilliseconds = 1_000
        let database = try reading(path) { () throws(SQLiteError) in try Database(path: path, options: options) }
        let isNew = try reading(path) { () throws(SQLiteError) in try Schema.isEmpty(database) }
        let key = try FaceKey.read(FaceStore.keyPath(in: folder), mayBeMade: isNew)
        if isNew { try reading(path) { () throws(SQLiteError) in try Schema.create(in: database, key: key) } }
        try Schema.check(database, path: path, key: key)
        let overwrites = try reading(path) { () throws(SQLiteError) in
            try database.integer("PRAGMA secure_delete = ON")
        }
        precondition(overwrites == 1, "this SQLite cannot overwrite what it removes")
        let insert = try reading(path) { () throws(SQLiteError) in
            try database.prepare("INSERT INTO faces(holder, slot, model, sealed) VALUES(?, ?, ?, ?)")
        }
        let removeRows = try reading(path) { () throws(SQLiteError) in
            try database.prepare("DELETE FROM faces WHERE holder = ?")
        }
        self.model = model
        self.path = path
        self.key = key
        self.database = database
        self.insert = insert
        self.removeRows = removeRows
        // The power may have gone between a removal and the end of the log.
        try erase()
    }

    /// Makes these the templates of each person, in one transaction; none removes the person.
    /// - Throws: ``FaceStoreError``; after `notErased` everything is written all the same.
    public func put(_ people: [(holder: Holder, templates: [FaceTemplate])]) throws(FaceStoreError) {
        for (holder, templates) in people where templates.count > FaceStore.mostTemplatesAPerson {
            throw .tooManyTemplates(holder, count: templates.count, limit: FaceStore.mostTemplatesAPerson)
        }
        var removed: Int64 = 0
        try write { () throws(SQLiteError) in
            for (holder, templates) in people {
                try removeRows.run(holder.text)
                removed += database.changedRows
                for (slot, template) in templates.enumerated() {
                    let slot = Int64(slot)
                    let sealed = key.seal(template.bytes, label: FaceStore.label(holder.text, slot, model.text))
                    try insert.run(holder.text, slot, model.text, sealed)
                }
            }
        }
        if removed > 0 { try erase() }
    }

    /// Makes these the person's templates.
    public func put(_ holder: Holder, _ templates: [FaceTemplate]) throws(FaceStoreError) {
        try put([(holder, templates)])
    }

    /// Removes a person, of any model, and overwrites what there was.
    public func remove(_ holder: Holder) throws(FaceStoreError) { try put([(holder, [])]) }

    /// Removes everybody else: those whose contract has ended, and what names nobody.
    /// - Returns: how many people were removed.
    @discardableResult
    public func retain(only kept: Set<Holder>) throws(FaceStoreError) -> Int {
        let texts = Set(kept.map(\.text))
        var gone: [String] = []
        try write { () throws(SQLiteError) in
            try database.prepare("SELECT DISTINCT holder FROM faces").forEach { row throws(SQLiteError) in
                let holder = try row.text(0)
                if !texts.contains(holder) { gone.append(holder) }
            }
            for holder in gone { try removeRows.run(holder) }
        }
        if !gone.isEmpty || owesErasing { try erase() }
        return gone.count
    }

    /// Hands on every template that proves to be what was sealed; the others are skipped and reported.
    public func load(_ take: (Holder, FaceTemplate) -> Void) throws(FaceStoreError) -> FaceStoreReport {
        var report = FaceStoreReport()
        try reading(path) { () throws(SQLiteError) in
            let rows = try database.prepare("SELECT row, holder, slot, model, sealed FROM faces ORDER BY row")
            try rows.forEach { row throws(SQLiteError) in
                let number = try row.integer(0)
                let text = try row.text(1)
                guard let holder = try? Holder(text) else { return report.skip(number, nil, .noHolder) }
                let model = try row.text(3)
                guard model == self.model.text else { return report.skip(number, holder, .otherModel) }
                let label = FaceStore.label(text, try row.integer(2), model)
                guard let bytes = key.open(try row.bytes(4), label: label) else {
                    return report.skip(number, holder, .notSealedForThisPerson)
                }
                guard let template = FaceTemplate(bytes: bytes) else {
                    return report.skip(number, holder, .notATemplate)
                }
                report.templates += 1
                take(holder, template)
            }
        }
        return report
    }

    /// Removes key and file, for a box that is given away or whose faces begin anew: the key first, because without it
    /// the rest is noise.
    /// - Precondition: no store is open on them.
    public static func discard(in folder: String) throws(FaceStoreError) {
        let database = path(in: folder)
        for path in [keyPath(in: folder), database, "\(database)-wal", "\(database)-shm"]
        where unlink(path) != 0 && errno != ENOENT {
            throw .notDiscarded(path: path, code: errno)
        }
    }

    /// What a row must stand beside to open.
    private static func label(_ holder: String, _ slot: Int64, _ model: String) -> [UInt8] {
        // None of the parts has a line end in it.
        Array("turnpike face 1\n\(holder)\n\(slot)\n\(model)".utf8)
    }

    /// Only the daemon may read it. SQLite gives its other files the same mode.
    private static func createFile(_ path: String) throws(FaceStoreError) {
        guard access(path, F_OK) != 0 else { return }
        do throws(PrivateFileError) { try PrivateFile.write([], to: path) } catch { throw .file(error) }
    }

    private func write(_ body: () throws(SQLiteError) -> Void) throws(FaceStoreError) {
        try reading(path) { () throws(SQLiteError) in try database.transaction(.immediate, body) }
    }

    /// Brings what was overwritten from the log into the file, and empties the log, where the old pages still are.
    private func erase() throws(FaceStoreError) {
        owesErasing = true
        let isBusy = try reading(path) { () throws(SQLiteError) in
            try database.integer("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        guard isBusy == 0 else { throw .notErased(path: path) }
        owesErasing = false
    }
}
