internal import Glibc
internal import Host
internal import Vocabulary

/// Notes, over the twin board's socket, when each relay was energised: the instant of the call, as the driver took it.
package final class RelayWatch: Sendable {
    private let socket: Int32
    private let calls = Monitor<[Int64]>([])
    private let thread: HostThread

    /// - Parameter output: the relay to be watched.
    package init(socketPath: String, output: String) throws {
        let socket = try RelayWatch.connect(socketPath)
        self.socket = socket
        let calls = self.calls
        thread = try HostThread(name: "relay watch") { RelayWatch.read(socket, Array("on \(output) ".utf8), calls) }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        thread.join()
        close(socket)
    }

    /// Nanoseconds since boot of every call so far.
    package var instants: [Int64] { calls.withLock { $0 } }

    /// Waits until the relay has been energised so often.
    package func wait(for count: Int, seconds: Int64) -> Bool {
        calls.wait(until: BootClock.now() + .seconds(seconds)) { $0.count >= count ? true : nil } ?? false
    }

    private static func read(_ socket: Int32, _ prefix: [UInt8], _ calls: Monitor<[Int64]>) {
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &chunk, chunk.count, 0)
            if count <= 0 { return }
            pending += chunk[..<count]
            guard let end = pending.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            for line in pending[..<end].split(separator: UInt8(ascii: "\n")) where line.starts(with: prefix) {
                // on <output> <ms> <nanoseconds since boot>
                let digits = line.suffix { $0 != UInt8(ascii: " ") }
                let instant = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
                calls.withLock { $0.append(instant) }
            }
            calls.wakeAll()
            pending.removeSubrange(...end)
        }
    }

    private static func connect(_ path: String) throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8.prefix($0.count - 1))) }
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw BenchError("connecting to \(path) failed: \(SystemError.text(errno))") }
        return descriptor
    }
}

extension Sequence where Element == UInt8 {
    /// The bytes at the end for which `belongs` holds.
    fileprivate func suffix(_ belongs: (UInt8) -> Bool) -> [UInt8] {
        var result: [UInt8] = []
        for byte in self { if belongs(byte) { result.append(byte) } else { result.removeAll(keepingCapacity: true) } }
        return result
    }
}
