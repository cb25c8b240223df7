internal import CLinux
internal import Glibc
internal import Host
internal import Vocabulary

/// One scanner or reader that types: a thread that reads its input device, and opens it again when it was away.
final class KeyboardDevice: Sendable {
    private static let longestPause: Int64 = 5_000

    private let bell: Int32
    private let isStopped = Monitor(false)
    private let thread: HostThread

    /// - Parameters:
    ///   - open: gives a descriptor that is read and closed here, or -1 and errno.
    ///   - take: gets what is typed, with the kernel's times; on this device's thread.
    init(
        path: String, open: @escaping @Sendable (String) -> Int32,
        take: @escaping @Sendable (ReaderInput, Uptime) -> Void
    ) throws {
        let bell = turnpike_event_descriptor()
        guard bell >= 0 else { throw ReaderStartError(path: path, code: errno) }
        self.bell = bell
        let isStopped = self.isStopped
        thread = try HostThread(name: "keyboard") {
            var failures: Int64 = 0
            while !isStopped.withLock({ $0 }) {
                let descriptor = open(path)
                if descriptor >= 0 {
                    take(.opened, BootClock.now())
                    let heard = KeyboardDevice.serve(descriptor, bell, isStopped, take)
                    close(descriptor)
                    failures = heard ? 1 : failures + 1
                    take(.failed("input device \(path) went away; it is opened again when it is back"), BootClock.now())
                } else {
                    failures += 1
                    take(.failed(KeyboardDevice.fault(path, errno)), BootClock.now())
                }
                let pause = BootClock.now() + .milliseconds(min(failures * 500, KeyboardDevice.longestPause))
                _ = isStopped.wait(until: pause) { $0 ? true : nil }
            }
        }
    }

    /// Ends the thread.
    func stop() {
        isStopped.withLock { $0 = true }
        isStopped.wakeAll()
        var one: UInt64 = 1
        _ = write(bell, &one, 8)
        thread.join()
        close(bell)
    }

    static func open(_ path: String) -> Int32 { turnpike_input_open(path) }

    private static func fault(_ path: String, _ code: Int32) -> String {
        let next =
            switch code {
            case EBUSY: "another program has it for itself: end it"
            case ENOTTY: "it is no input device: name one of /dev/input/by-id"
            case EACCES: "put this service into the group input"
            default: "look at the cable and the path"
            }
        return "input device \(path) cannot be opened: \(SystemError.text(code)); \(next)"
    }

    /// - Returns: whether it said anything, once it is gone or this is stopped.
    private static func serve(
        _ descriptor: Int32, _ bell: Int32, _ isStopped: Monitor<Bool>, _ take: (ReaderInput, Uptime) -> Void
    ) -> Bool {
        var heard = false
        var keys = [turnpike_key](repeating: turnpike_key(), count: 64)
        while !isStopped.withLock({ $0 }) {
            var polled = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
            ]
            if poll(&polled, 2, -1) < 0, errno != EINTR { return heard }
            guard polled[0].revents != 0 else { continue }
            let count = turnpike_input_read(descriptor, &keys, 64)
            if count < 0 {
                if errno == EAGAIN || errno == EINTR { continue }
                return heard
            }
            heard = heard || count > 0
            for key in keys[..<Int(count)] {
                let at = Uptime(nanoseconds: key.nanoseconds)
                take(key.code == 0 ? .lost : .key(code: key.code, value: key.value), at)
            }
        }
        return heard
    }
}

/// A reader could not be started.
public struct ReaderStartError: Error, Equatable, CustomStringConvertible {
    let path: String
    let code: Int32

    public var description: String {
        "starting the reader \(path) failed: \(SystemError.text(code)); look at this service's limits"
    }
}
