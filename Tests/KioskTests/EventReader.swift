import Glibc
import Host
import StandIns
import Testing

/// A page that listens to a stream of events, and hears nothing for ten seconds at most.
final class EventReader {
    private let socket: Int32
    private let reader: HostThread
    private var bytes: [UInt8] = []
    private var arriving: AsyncStream<[UInt8]>.AsyncIterator

    init(_ path: String, port: Int, cookie: String? = nil) throws {
        let (chunks, page) = AsyncStream.makeStream(of: [UInt8].self)
        let socket = Loopback.connect(to: port)
        try #require(socket >= 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        self.socket = socket
        arriving = chunks.makeAsyncIterator()
        reader = try HostThread(name: "page") {
            let who = cookie.map { "Cookie: turnpike=\($0)\r\n" } ?? ""
            let request = Array("GET \(path) HTTP/1.1\r\nHost: x\r\n\(who)\r\n".utf8)
            _ = Glibc.send(socket, request, request.count, Int32(MSG_NOSIGNAL))
            var chunk = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = recv(socket, &chunk, chunk.count, 0)
                guard count > 0 else { break }
                page.yield(Array(chunk[..<count]))
            }
            page.finish()
        }
    }

    var seen: String { String(decoding: bytes, as: UTF8.self) }

    func wait(for text: String) async {
        while !seen.contains(text), let chunk = await arriving.next() { bytes += chunk }
        #expect(seen.contains(text))
    }

    func leave() {
        shutdown(socket, Int32(SHUT_RDWR))
        reader.join()
        close(socket)
    }
}
