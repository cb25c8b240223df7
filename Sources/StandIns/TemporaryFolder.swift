internal import Glibc
internal import Host

/// A folder for the time of a test or a demonstration; it goes with this object, or with this process.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let path: String
    private let guardian: ChildProcess.Guard

    /// - Parameter name: the beginning of its name.
    public init(_ name: String) throws(StandInError) {
        var template = Array("/tmp/\(name)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system(action: "making a folder in /tmp", code: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guardian = try ChildProcess.Guard("rm -rf '\(path)'")
    }

    deinit {
        guardian.dismiss()
        try? ChildProcess.run("/bin/rm", ["-rf", path])
    }

    /// Writes a file of this name into it.
    public func write(_ text: String, to name: String) throws(StandInError) {
        do throws(PrivateFileError) {
            try PrivateFile.write(Array(text.utf8), to: "\(path)/\(name)")
        } catch { throw .file(error.description) }
    }

    /// Reads a file of this name; empty if there is none.
    public func read(_ name: String) -> String {
        String(decoding: (try? TextFile.read("\(path)/\(name)")) ?? [], as: UTF8.self)
    }
}
