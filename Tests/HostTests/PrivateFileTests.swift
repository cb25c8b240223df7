import Glibc
import Host
import Testing

@Suite("private files")
final class PrivateFileTests {
    private let directory: String

    init() throws {
        var template = Array("/tmp/turnpike-private-XXXXXX".utf8CString)
        directory = String(cString: try #require(mkdtemp(&template)))
    }

    deinit {
        for name in names() { unlink("\(directory)/\(name)") }
        rmdir(directory)
    }

    private func names() -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    @Test("what was written is read back, by its owner only, and nothing else is left", arguments: [0, 1, 70_000])
    func roundTrip(count: Int) throws {
        let path = directory + "/key"
        let bytes = SecureRandom.bytes(count)
        try PrivateFile.write([1, 2, 3], to: path)
        try PrivateFile.write(bytes, to: path)
        #expect(try PrivateFile.read(path) == bytes)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(names() == ["key"])
    }

    @Test("a file that others may use is refused", arguments: [0o640, 0o604, 0o610] as [mode_t])
    func exposed(mode: mode_t) throws {
        let path = directory + "/key"
        try PrivateFile.write([1], to: path)
        chmod(path, mode)
        let error = #expect(throws: PrivateFileError.self) { try PrivateFile.read(path) }
        #expect(error?.cause == .exposed(mode: UInt32(mode)))
        #expect(error?.description.contains(path) == true)
    }

    @Test("a file is read up to its limit and refused above it", arguments: [(16, true), (15, false)])
    func limit(limit: Int, isRead: Bool) throws {
        let path = directory + "/key"
        try PrivateFile.write([UInt8](repeating: 1, count: 16), to: path)
        if isRead {
            #expect(try PrivateFile.read(path, limit: limit).count == 16)
        } else {
            let error = #expect(throws: PrivateFileError.self) { try PrivateFile.read(path, limit: limit) }
            #expect(error?.cause == .tooLarge(limit: limit))
        }
    }

    @Test("what is not there, not a file, or in no directory is an error that names it")
    func missing() throws {
        let absent = #expect(throws: PrivateFileError.self) { try PrivateFile.read(self.directory + "/none") }
        #expect(absent?.cause == .system(code: ENOENT))
        let folder = #expect(throws: PrivateFileError.self) { try PrivateFile.read(self.directory) }
        #expect(folder?.cause == .notAFile)
        let nowhere = #expect(throws: PrivateFileError.self) {
            try PrivateFile.write([1], to: self.directory + "/none/key")
        }
        #expect(nowhere?.operation == .write && nowhere?.cause == .system(code: ENOENT))
    }

    @Test("a write that fails leaves the old file, and no other")
    func failedWrite() throws {
        // A directory of that name cannot be replaced by a file: the rename fails after everything else has worked.
        let path = directory + "/taken"
        mkdir(path, 0o700)
        defer { rmdir(path) }
        #expect(throws: PrivateFileError.self) { try PrivateFile.write([1], to: path) }
        #expect(names() == ["taken"])
    }
}
