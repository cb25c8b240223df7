internal import CLinux
internal import Glibc
internal import Host
internal import Vocabulary

/// A connection to a program of this machine that only talks; made again when it ends.
final class LoopbackSource: Sendable {
    private static let pause = Uptime.Span.milliseconds(500)

    private let bell: Int32
    private let isStopped = Monitor(false)
    private let thread: HostThread

    init(port: Int, listener: ModuleListener) throws {
        let bell = turnpike_event_descriptor()
        guard bell >= 0 else { throw FaceModuleStartError(code: errno) }
        self.bell = bell
        let isStopped = self.isStopped
        thread = try HostThread(name: "face module") {
            while !isStopped.withLock({ $0 }) {
                let socket = LoopbackSource.connect(port)
                if socket >= 0 {
                    listener.opened()
                    LoopbackSource.serve(socket, bell, listener)
                    close(socket)
                    listener.lost("the program on port \(port) has ended the connection")
                } else {
                    listener.lost(
                        "nobody answers on port \(port): \(SystemError.text(errno)); start the module's program")
                }
                _ = isStopped.wait(until: BootClock.now() + LoopbackSource.pause) { $0 ? true : nil }
            }
        }
    }

    func stop() {
        isStopped.withLock { $0 = true }
        isStopped.wakeAll()
        var one: UInt64 = 1
        _ = write(bell, &one, 8)
        thread.join()
        close(bell)
    }

    /// - Returns: a connected socket, or -1 and errno.
    private static func connect(_ port: Int) -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return -1 }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return socket }
        let code = errno
        close(socket)
        errno = code
        return -1
    }

    private static func serve(_ socket: Int32, _ bell: Int32, _ listener: ModuleListener) {
        var chunk = [UInt8](repeating: 0, count: 8_192)
        while true {
            var polled = [
                pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
                pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
            ]
            if poll(&polled, 2, -1) < 0, errno != EINTR { return }
            if polled[1].revents != 0 { return }
            guard polled[0].revents != 0 else { continue }
            let count = recv(socket, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            listener.take(Array(chunk[..<count]))
        }
    }
}

/// A face module's connection could not be started.
public struct FaceModuleStartError: Error, Equatable, CustomStringConvertible {
    let code: Int32

    public var description: String {
        "starting a face module's connection failed: \(SystemError.text(code)); look at this service's limits"
    }
}
