internal import Glibc
internal import Host

/// Posts one body to a local server, as a camera does: one request, one connection.
public enum HTTPPush {
    /// What the server answered.
    public struct Answer: Equatable, Sendable {
        public var status: Int
        public var body: [UInt8]
        /// The lines before the body.
        public var head = ""

        /// The first value of a header; nil if it is not there.
        public func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n") {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                    return String(parts[1].drop { $0 == " " })
                }
            }
            return nil
        }
    }

    /// - Parameters:
    ///   - port: on the loopback address.
    ///   - headers: beside Host, Content-Length and Connection.
    ///   - sentBytes: how much of the body is really sent before the connection is cut; nil for all of it.
    /// - Returns: nil if the connection was cut on purpose, or the server closed it without an answer.
    public static func send(
        _ method: String = "POST", port: Int, path: String, headers: [String: String] = [:], body: [UInt8] = [],
        sentBytes: Int? = nil
    ) throws(StandInError) -> Answer? {
        let socket = Loopback.connect(to: port)
        guard socket >= 0 else { throw .system(action: "connecting to port \(port)", code: errno) }
        defer { close(socket) }
        var head =
            "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Length: \(body.count)\r\nConnection: close\r\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        try write(Array((head + "\r\n").utf8), to: socket)
        try write(Array(body.prefix(sentBytes ?? body.count)), to: socket)
        if sentBytes != nil { return nil }
        return answer(of: try readAll(socket))
    }

    private static func write(_ bytes: [UInt8], to socket: Int32) throws(StandInError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            // A server that refuses a body that is too large may answer and close before it has read it all.
            if count < 0, errno == EPIPE || errno == ECONNRESET { return }
            guard count > 0 else { throw .system(action: "sending a request", code: errno) }
            sent += count
        }
    }

    private static func readAll(_ socket: Int32) throws(StandInError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            if count == 0 || (count < 0 && errno == ECONNRESET) { return bytes }
            guard count > 0 else { throw .system(action: "reading an answer", code: errno) }
            bytes += chunk[..<count]
        }
    }

    private static func answer(of bytes: [UInt8]) -> Answer? {
        let mark = Array("\r\n\r\n".utf8)
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else { return nil }
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        let words = head.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, let status = Int(words[1]) else { return nil }
        return Answer(status: status, body: Array(bytes[(end + 4)...]), head: head)
    }
}
