internal import Glibc
internal import SQLite

extension JournalReader {
    /// Opens a journal to be looked at, wherever it lies: beside its writer, copied with or without its log, in a
    /// folder or on a medium that cannot be written.
    ///
    /// SQLite wants to keep its log's index beside the log. Where it cannot, a journal without a log is read as it is;
    /// one with a log is copied to the folder for temporary files first, and the copy's names are removed at once.
    /// - Parameter path: the file, or the state folder in which it is `journal.db`.
    public static func open(anywhere path: String) throws(JournalError) -> JournalReader {
        let file = isFolder(path) ? "\(path)/journal.db" : path
        guard access(file, R_OK) == 0 else { throw .system(operation: "read", path: file, code: errno) }
        do throws(JournalError) { return try JournalReader(path: file) } catch {
            guard case .database(let cause) = error, cause.kind == .cannotOpen || cause.kind == .readOnly else {
                throw error
            }
        }
        guard let log = FileNames.size(of: "\(file)-wal"), log > 0 else {
            return try JournalReader(path: file, isImmutable: true)
        }
        return try openCopy(of: file)
    }

    private static func openCopy(of file: String) throws(JournalError) -> JournalReader {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        // Readable by this user alone: it holds number plates.
        var template = Array("\(parent)/turnpike-journal-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system(operation: "make", path: "\(parent)/…", code: errno) }
        let folder = template.withUnsafeBufferPointer { text in
            text.baseAddress.map { String(cString: $0) } ?? parent
        }
        let copy = "\(folder)/journal.db"
        defer {
            for suffix in FileNames.suffixes { unlink(copy + suffix) }
            rmdir(folder)
        }
        for suffix in ["", "-wal"] { try self.copy(file + suffix, to: copy + suffix) }
        let reader = try JournalReader(path: copy)
        // Once it has read, it has all its files open.
        _ = try reader.acknowledgedThrough()
        return reader
    }

    private static func copy(_ source: String, to target: String) throws(JournalError) {
        let from = Glibc.open(source, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw .system(operation: "read", path: source, code: errno) }
        defer { close(from) }
        let into = Glibc.open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard into >= 0 else { throw .system(operation: "create the copy", path: target, code: errno) }
        defer { close(into) }
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(from, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(operation: "read", path: source, code: errno) }
            if count == 0 { return }
            var written = 0
            while written < count {
                let step = chunk.withUnsafeBytes { write(into, $0.baseAddress! + written, count - written) }
                if step < 0, errno == EINTR { continue }
                guard step > 0 else { throw .system(operation: "write the copy", path: target, code: errno) }
                written += step
            }
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
