internal import Glibc

/// Reads files that people edit.
public enum TextFile {
    /// The largest file read, in bytes.
    public static let largest = 8 << 20

    /// - Throws: ``TextFileError``, naming the file.
    public static func read(_ path: String) throws(TextFileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TextFileError(path: path, why: SystemError.text(errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw TextFileError(path: path, why: SystemError.text(errno)) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= largest else { throw TextFileError(path: path, why: "it has over \(largest) bytes") }
        }
    }

    /// Whether the file begins with these bytes; reads no more of it, however large it is.
    public static func begins(_ path: String, with bytes: [UInt8]) throws(TextFileError) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TextFileError(path: path, why: SystemError.text(errno)) }
        defer { close(descriptor) }
        var begin = [UInt8](repeating: 0, count: bytes.count)
        let count = begin.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw TextFileError(path: path, why: SystemError.text(errno)) }
        return count == bytes.count && begin == bytes
    }

    /// The folder part of a path; empty for a bare name.
    public static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// A file that could not be read.
public struct TextFileError: Error, Equatable, CustomStringConvertible {
    public let path: String
    public let why: String

    public var description: String { "\(path): cannot be read: \(why)" }
}
