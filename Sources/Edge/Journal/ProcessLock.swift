internal import Glibc

/// Keeps a second writer off a file, for as long as the value lives; the kernel lets go when the process dies.
///
/// It locks a file of its own beside the journal: closing any descriptor of the database file itself would drop
/// SQLite's locks in this process.
struct ProcessLock: ~Copyable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    static func take(besides path: String) throws(JournalError) -> ProcessLock {
        let file = "\(path)-lock"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(operation: "open the lock file", path: file, code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            if code == EWOULDBLOCK { throw .inUse(path: path) }
            throw .system(operation: "lock", path: file, code: code)
        }
        return ProcessLock(descriptor: descriptor)
    }

    deinit {
        // A child that is just being started holds a copy of the descriptor until its exec, and with it the lock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
