internal import Glibc
internal import Host
internal import Vocabulary

/// The far end of a serial line: a sign, a scale or a scanner at the other side of a pseudo-terminal.
///
/// It is reached by a path that stays the same when it is unplugged and plugged in again.
public final class PseudoTerminal: Sendable {
    /// `TIOCSPTLCK` and `TIOCGPTN`, which Swift does not see.
    private static let unlock: UInt = 0x4004_5431, number: UInt = 0x8004_5430

    /// Where the line is opened.
    public let path: String
    private let master: Monitor<Int32>

    /// - Parameter path: where to make the line's name, a symbolic link.
    public init(at path: String) throws(StandInError) {
        self.path = path
        master = Monitor(-1)
        try plugIn()
    }

    deinit { unplug() }

    /// Makes the line again, under the same path.
    public func plugIn() throws(StandInError) {
        unplug()
        let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(action: "opening /dev/ptmx", code: errno) }
        var unlocked: Int32 = 0, number: Int32 = 0
        guard ioctl(descriptor, PseudoTerminal.unlock, &unlocked) == 0,
            ioctl(descriptor, PseudoTerminal.number, &number) == 0
        else {
            let code = errno
            close(descriptor)
            throw .system(action: "making a pseudo-terminal", code: code)
        }
        unlink(path)
        guard symlink("/dev/pts/\(number)", path) == 0 else {
            let code = errno
            close(descriptor)
            throw .system(action: "linking \(path)", code: code)
        }
        master.withLock { $0 = descriptor }
    }

    /// Takes the line away, as a pulled converter does.
    public func unplug() {
        let descriptor = master.withLock { master in
            defer { master = -1 }
            return master
        }
        if descriptor >= 0 {
            unlink(path)
            close(descriptor)
        }
    }

    /// Sends bytes to whoever has opened the line.
    public func send(_ bytes: [UInt8]) {
        let descriptor = master.withLock { $0 }
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }

    /// Reads until `isWhole`, or the time is over.
    /// - Returns: what came.
    public func read(seconds: Int64 = 5, until isWhole: ([UInt8]) -> Bool) -> [UInt8] {
        let descriptor = master.withLock { $0 }
        let deadline = BootClock.now() + .seconds(seconds)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while !isWhole(bytes), BootClock.now() < deadline {
            var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&polled, 1, 50) > 0 else { continue }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count > 0 { bytes += chunk[..<count] }
            // Until somebody opens the line the kernel tells of a hang-up.
            if count <= 0 { usleep(5_000) }
        }
        return bytes
    }
}
