internal import Glibc
internal import Host

/// A real file system of a few megabytes in memory, for what happens when a disk is full or cannot be written.
///
/// It needs the right to mount: root, or CAP_SYS_ADMIN. It is taken away with the value.
public final class SmallDisk: Sendable {
    public let path: String
    private let guardian: ChildProcess.Guard

    /// - Throws: what is missing, in words.
    public init(megabytes: Int) throws(StandInError) {
        var template = Array("/tmp/turnpike-disk-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system(action: "making a folder in /tmp", code: errno) }
        path = template.withUnsafeBufferPointer { text in text.baseAddress.map { String(cString: $0) } ?? "" }
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m,mode=0700") == 0 else {
            let code = errno
            rmdir(path)
            throw .system(
                action: "mounting a tmpfs at \(path) (run the tests as root, or with CAP_SYS_ADMIN: a full disk is "
                    + "tested on a real one)", code: code)
        }
        guardian = try ChildProcess.Guard("umount -l '\(path)'; rmdir '\(path)'")
    }

    deinit {
        guardian.dismiss()
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }

    /// Bytes that are free.
    public var free: Int {
        var status = statvfs()
        return statvfs(path, &status) == 0 ? Int(status.f_bavail) * Int(status.f_frsize) : 0
    }

    /// Another program takes room until only `bytes` are left.
    public func fill(leaving bytes: Int) throws(StandInError) {
        let file = "\(path)/filler"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(action: "opening \(file)", code: errno) }
        defer { close(descriptor) }
        var status = stat()
        fstat(descriptor, &status)
        let more = free - bytes
        guard more > 0 else { return }
        let result = posix_fallocate(descriptor, 0, off_t(Int(status.st_size) + more))
        guard result == 0 else { throw .system(action: "filling \(file)", code: result) }
    }

    /// The other program gives it all back.
    public func empty() { unlink("\(path)/filler") }

    /// From now on nothing on it can be written.
    public func makeReadOnly() throws(StandInError) {
        guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0 else {
            throw .system(action: "mounting \(path) anew", code: errno)
        }
    }
}
