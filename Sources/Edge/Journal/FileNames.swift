internal import Glibc

/// The files beside a journal, and moving them so that a power cut leaves the old name or the new one.
struct FileNames {
    /// The journal's own file.
    let path: String
    /// Its folder; "." for a bare name.
    let folder: String
    /// Its name without `.db`.
    private let stem: String

    init(_ path: String) {
        self.path = path
        let slash = path.lastIndex(of: "/")
        folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        stem = name.hasSuffix(".db") ? String(name.dropLast(3)) : name
    }

    /// SQLite's files: the database, its log, the log's index.
    static let suffixes = ["", "-wal", "-shm"]

    /// The journal that is being made ready to take the damaged one's place.
    var successor: String { inFolder("\(stem).new") }
    var ballasts: [String] { [inFolder("\(stem).ballast-1"), inFolder("\(stem).ballast-2")] }
    /// The name, without its folder, under which the n-th damaged file is kept.
    func damagedName(_ number: Int) -> String { "\(stem).damaged-\(number)" }
    func inFolder(_ name: String) -> String { folder == "." && !path.hasPrefix("./") ? name : "\(folder)/\(name)" }

    /// The size of a file in bytes; nil if it is not there.
    static func size(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    static func exists(_ path: String) -> Bool { size(of: path) != nil }

    /// Makes names that were given or taken away survive a power cut.
    func syncFolder() throws(JournalError) {
        let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw .system(operation: "open the folder", path: folder, code: errno) }
        defer { close(opened) }
        guard fsync(opened) == 0 else { throw .system(operation: "sync the folder", path: folder, code: errno) }
    }

    /// Renames a file if it is there; never over another one.
    func move(_ old: String, to new: String) throws(JournalError) {
        guard FileNames.exists(old) else { return }
        guard !FileNames.exists(new) else { throw .system(operation: "set \(old) aside as", path: new, code: EEXIST) }
        guard rename(old, new) == 0 else { throw .system(operation: "rename \(old) to", path: new, code: errno) }
    }

    /// Removes a file of ours and what SQLite keeps beside it, if they are there.
    func remove(_ path: String) throws(JournalError) {
        for suffix in FileNames.suffixes where unlink(path + suffix) != 0 && errno != ENOENT {
            throw .system(operation: "remove", path: path + suffix, code: errno)
        }
    }
}
