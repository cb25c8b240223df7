internal import Glibc

/// A listening Unix domain socket, mode 0600; its file is removed with it.
struct TwinListener: ~Copyable {
    private let file: FileDescriptor
    private let path: String
    /// Which file is ours: another program may have replaced it since.
    private let identity: (device: dev_t, inode: ino_t)

    var descriptor: Int32 { file.raw }

    /// Listens; a socket file that nobody listens on is replaced, anything else in the way is left alone.
    init(path: String) throws(GPIOError) {
        var address = sockaddr_un()
        let limit = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard path.utf8.count <= limit else { throw .socketPathTooLong(path: path, limit: limit) }
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw .socketFailed(path: path, action: "naming", code: EINVAL)
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let file = try TwinListener.openSocket(path: path)
        // Before bind, which takes the mode of the file from it: the file is never open to others.
        guard fchmod(file.raw, 0o600) == 0 else { throw .socketFailed(path: path, action: "fchmod", code: errno) }
        if TwinListener.call(bind, file.raw, address) != 0 {
            guard errno == EADDRINUSE else { throw .socketFailed(path: path, action: "bind", code: errno) }
            try TwinListener.removeStale(path: path, address: address)
            guard TwinListener.call(bind, file.raw, address) == 0 else {
                throw .socketFailed(path: path, action: "bind", code: errno)
            }
        }
        var status = stat()
        guard lstat(path, &status) == 0, listen(file.raw, 4) == 0 else {
            let code = errno
            unlink(path)
            throw .socketFailed(path: path, action: "listen", code: code)
        }
        self.file = file
        self.path = path
        identity = (status.st_dev, status.st_ino)
    }

    deinit {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_dev == identity.device, status.st_ino == identity.inode else {
            return
        }
        unlink(path)
    }

    /// - Returns: nil when nobody is waiting, or not any more.
    func accept() -> TwinClient? {
        let raw = Glibc.accept(file.raw, nil, nil)
        guard raw >= 0 else {
            // Out of descriptors or memory: the client still waits, and so would poll return at once for ever.
            if errno != EAGAIN { usleep(1_000) }
            return nil
        }
        // Reads and writes ask not to block one by one, so the connection needs no O_NONBLOCK.
        _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
        return TwinClient(FileDescriptor(owning: raw))
    }

    private static func openSocket(path: String) throws(GPIOError) -> FileDescriptor {
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let raw = socket(AF_UNIX, Int32(kind), 0)
        guard raw >= 0 else { throw .socketFailed(path: path, action: "socket", code: errno) }
        return FileDescriptor(owning: raw)
    }

    private static func removeStale(path: String, address: sockaddr_un) throws(GPIOError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        let probe = try openSocket(path: path)
        // Refused: the program that made the file is gone. Anything else means that somebody may be there.
        guard call(connect, probe.raw, address) != 0, errno == ECONNREFUSED else { throw .socketInUse(path: path) }
        guard unlink(path) == 0 || errno == ENOENT else {
            throw .socketFailed(path: path, action: "removing the stale file", code: errno)
        }
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ descriptor: Int32, _ address: sockaddr_un
    ) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
