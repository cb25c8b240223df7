import Glibc

/// A fresh folder of a test's own; it and the files in it are removed when the value goes.
public final class TestFolder: Sendable {
    public let path: String

    /// - Parameter inMemory: where there is such a place: a test that does not cut the power need not wait for a disk
    ///   at each commit.
    public init(inMemory: Bool = false) {
        let parent = inMemory && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(parent)/turnpike-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { fatalError("mkdtemp failed, errno \(errno)") }
        path = String(cString: made)
    }

    deinit {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != "." && name != ".." { unlink("\(path)/\(name)") }
            }
            closedir(folder)
        }
        rmdir(path)
    }

    public func file(_ name: String) -> String { "\(path)/\(name)" }

    public func size(of name: String) -> Int? {
        var status = stat()
        return stat(file(name), &status) == 0 ? Int(status.st_size) : nil
    }

    /// Writes `bytes` into a file at `offset`, creating it if needed.
    public func write(_ bytes: [UInt8], into name: String, at offset: Int = 0) {
        let descriptor = open(file(name), O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        let written = pwrite(descriptor, bytes, bytes.count, off_t(offset))
        guard written == bytes.count else { fatalError("write to \(name) failed, errno \(errno)") }
    }

    public func bytes(of name: String) -> [UInt8] {
        let descriptor = open(file(name), O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: size(of: name) ?? 0)
        let count = read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }
}
