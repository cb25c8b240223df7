internal import Glibc

/// Small files only their owner may read, such as keys: read with care, replaced whole or not at all.
public enum PrivateFile {
    /// Reads a whole file.
    ///
    /// - Parameters:
    ///   - path: of a regular file.
    ///   - limit: the most bytes it may have.
    /// - Throws: `PrivateFileError`; also when group or others have any permission on it.
    public static func read(_ path: String, limit: Int = 1 << 20) throws(PrivateFileError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw PrivateFileError(.read, path, .system(code: errno)) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw PrivateFileError(.read, path, .system(code: errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw PrivateFileError(.read, path, .notAFile) }
        guard status.st_mode & 0o077 == 0 else {
            throw PrivateFileError(.read, path, .exposed(mode: UInt32(status.st_mode & 0o777)))
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw PrivateFileError(.read, path, .system(code: errno))
            }
            guard bytes.count + count <= limit else { throw PrivateFileError(.read, path, .tooLarge(limit: limit)) }
            bytes += chunk[..<count]
        }
    }

    /// Replaces a file, or makes it, with mode 0600: after a power cut the old contents are there or the new, whole.
    ///
    /// On return the bytes and the name are on disk.
    ///
    /// - Throws: `PrivateFileError`. `.write` leaves the old file as it was; after `.syncDirectory` the new file is in
    ///   place but may be gone after a power cut: write it again.
    public static func write(_ bytes: [UInt8], to path: String) throws(PrivateFileError) {
        let suffix = String(SecureRandom.bits64(), radix: 36)
        let temporary = "\(path).\(suffix).tmp"
        // Exclusive: never through a name or link that somebody else has put there.
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw PrivateFileError(.write, path, .system(code: errno)) }
        do throws(PrivateFileError) {
            try fill(file, with: bytes, path)
            guard rename(temporary, path) == 0 else { throw PrivateFileError(.write, path, .system(code: errno)) }
        } catch {
            unlink(temporary)
            throw error
        }
        try syncDirectory(of: path)
    }

    /// Writes, syncs and closes, whatever happens.
    private static func fill(_ file: Int32, with bytes: [UInt8], _ path: String) throws(PrivateFileError) {
        var code: Int32 = 0
        var written = 0
        while written < bytes.count && code == 0 {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + written, bytes.count - written) }
            if count >= 0 { written += count } else if errno != EINTR { code = errno }
        }
        // The mode asked for at creation is narrowed by the umask, never widened; this makes it exact.
        if code == 0 && fchmod(file, 0o600) != 0 { code = errno }
        if code == 0 && fsync(file) != 0 { code = errno }
        if close(file) != 0 && code == 0 { code = errno }
        guard code == 0 else { throw PrivateFileError(.write, path, .system(code: code)) }
    }

    private static func syncDirectory(of path: String) throws(PrivateFileError) {
        let name = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let directory = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw PrivateFileError(.syncDirectory, path, .system(code: errno)) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw PrivateFileError(.syncDirectory, path, .system(code: errno)) }
    }
}

/// A private file could not be read or written.
public struct PrivateFileError: Error, Equatable, CustomStringConvertible {
    /// What was being done.
    public enum Operation: String, Sendable { case read, write, syncDirectory }

    /// What was wrong.
    public enum Cause: Equatable, Sendable {
        case system(code: Int32)
        case notAFile
        case exposed(mode: UInt32)
        case tooLarge(limit: Int)
    }

    public let operation: Operation
    public let path: String
    public let cause: Cause

    init(_ operation: Operation, _ path: String, _ cause: Cause) {
        self.operation = operation
        self.path = path
        self.cause = cause
    }

    public var description: String {
        let action =
            switch operation {
            case .read: "reading"
            case .write: "writing"
            case .syncDirectory: "making durable the directory of"
            }
        let why =
            switch cause {
            case .system(let code): SystemError.text(code)
            case .notAFile: "it is not a regular file"
            case .exposed(let mode):
                """
                others than its owner may use it (mode \(String(mode, radix: 8))); \
                run chmod 600 and replace its secret
                """
            case .tooLarge(let limit): "it has more than \(limit) bytes"
            }
        return "\(action) the private file \(path) failed: \(why)"
    }
}
