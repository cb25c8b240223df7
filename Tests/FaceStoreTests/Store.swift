import FaceMatch
import FaceStore
import Glibc
import Host
import SQLite
import StandIns
import Vocabulary

/// A folder with enrolled faces, and what a thief, a careless hand or a failing disk can do to it.
struct Place {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("turnpike-faces") }

    var path: String { FaceStore.path(in: folder.path) }
    var keyPath: String { FaceStore.keyPath(in: folder.path) }

    func open(model: String = "arc-1") throws -> FaceStore {
        try FaceStore(folder: folder.path, model: try Slug(model))
    }

    /// Every byte of the folder's files but the key.
    func bytes() throws -> [UInt8] {
        try ["", "-wal", "-shm"].flatMap { suffix in
            access(path + suffix, F_OK) == 0 ? try TextFile.read(path + suffix) : []
        }
    }

    func windows() throws -> Windows { Windows(try bytes()) }

    /// Changes the file behind the store's back.
    func tamper(_ script: String) throws {
        var options = DatabaseOptions()
        options.access = .readWrite
        try Database(path: path, options: options).execute(script)
    }

    /// The sealed rows as they stand in the file.
    func sealed() throws -> [(row: Int64, holder: String, sealed: [UInt8])] {
        var options = DatabaseOptions()
        options.access = .readOnly
        var rows: [(row: Int64, holder: String, sealed: [UInt8])] = []
        try Database(path: path, options: options).prepare("SELECT row, holder, sealed FROM faces ORDER BY row")
            .forEach { row throws(SQLiteError) in
                rows.append((try row.integer(0), try row.text(1), try row.bytes(2)))
            }
        return rows
    }
}

struct Loaded: Equatable {
    var people: [Holder: [FaceTemplate]] = [:]
    var report = FaceStoreReport()

    init(_ store: FaceStore) throws {
        var people: [Holder: [FaceTemplate]] = [:]
        report = try store.load { people[$0, default: []].append($1) }
        self.people = people
    }
}

func person(_ number: Int) throws -> Holder { Holder(.member, try Slug("pupil-\(number)")) }

func template(_ seed: Int) throws -> FaceTemplate { try FaceTemplate(vector(seed)) }

func vector(_ seed: Int) -> [Float] {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<FaceTemplate.length).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Float(Int64(truncatingIfNeeded: state) >> 40)
    }
}

/// Every eight bytes that follow one another in some files.
struct Windows {
    private let words: Set<UInt64>

    init(_ bytes: [UInt8]) {
        var words = Set<UInt64>(minimumCapacity: bytes.count), word: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            word = word << 8 | UInt64(byte)
            if index >= 7 { words.insert(word) }
        }
        self.words = words
    }

    /// Whether these eight bytes stand anywhere.
    func hold(_ eight: some Collection<UInt8>) -> Bool {
        precondition(eight.count == 8, "eight bytes are looked for")
        return words.contains(eight.reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// Whether any eight of these bytes, from a multiple of eight on, stand anywhere.
    func holdAny(of bytes: [UInt8]) -> Bool {
        stride(from: 0, to: bytes.count - 7, by: 8).contains { hold(bytes[$0..<$0 + 8]) }
    }
}
