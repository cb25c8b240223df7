import Glibc

/// A real client of the twin's socket; reads give up after ten seconds.
final class TwinTestClient {
    struct Failure: Error {
        let action: String
        let code: Int32
    }

    let descriptor: Int32
    private var received: [UInt8] = []

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard Self.call(connect, descriptor, path) == 0 else { throw Failure(action: "connect", code: errno) }
    }

    deinit { Glibc.close(descriptor) }

    /// A bare listening socket, to be closed by the caller; its file stays.
    static func listen(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard call(bind, descriptor, path) == 0, Glibc.listen(descriptor, 1) == 0 else {
            throw Failure(action: "listen", code: errno)
        }
        return descriptor
    }

    func send(_ text: String) throws {
        var bytes = Array(text.utf8)
        while !bytes.isEmpty {
            let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { throw Failure(action: "send", code: errno) }
            bytes.removeFirst(count)
        }
    }

    func line() throws -> String {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                defer { received.removeFirst(end + 1) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            guard try receive() else { throw Failure(action: "end of stream", code: 0) }
        }
    }

    func lines(_ count: Int) throws -> [String] { try (0..<count).map { _ in try line() } }

    /// Waits for the end of the connection; what else arrives is an error.
    func isEnded() throws -> Bool {
        guard received.isEmpty else { return false }
        return try !receive()
    }

    private func receive() throws -> Bool {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw Failure(action: "recv", code: errno) }
        received += bytes[..<count]
        return count > 0
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ descriptor: Int32, _ path: String
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
