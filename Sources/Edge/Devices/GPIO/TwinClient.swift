internal import Glibc

/// One connection to the twin's socket. Confined to the driver's thread.
final class TwinClient {
    /// A client that leaves more than this unread is disconnected: a gap in what it sees would be worse.
    static let maximumUnread = 65_536

    private let file: FileDescriptor
    private var unsent: [UInt8] = []
    private var lines = LineBuffer()
    /// The connection has ended or failed; nothing more is sent.
    private(set) var isGone = false

    init(_ file: consuming FileDescriptor) { self.file = file }

    /// What to wait for on this connection.
    var pollEntry: pollfd {
        pollfd(fd: file.raw, events: Int16(unsent.isEmpty ? POLLIN : POLLIN | POLLOUT), revents: 0)
    }

    /// Sends a line, now or as soon as the client reads.
    func send(_ line: String) {
        guard !isGone else { return }
        unsent.append(contentsOf: line.utf8)
        unsent.append(UInt8(ascii: "\n"))
        flush()
        if unsent.count > TwinClient.maximumUnread { isGone = true }
    }

    func flush() {
        guard !isGone, !unsent.isEmpty else { return }
        let count = Glibc.send(file.raw, unsent, unsent.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        if count >= 0 {
            unsent.removeFirst(count)
        } else if errno != EAGAIN && errno != EINTR {
            isGone = true
        }
    }

    /// Takes what has arrived, 4 KiB at most; the rest is taken in the next turn.
    func receive() -> [LineBuffer.Item] {
        guard !isGone else { return [] }
        return withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 1) { bytes in
            let count = recv(file.raw, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT))
            if count > 0 { return lines.take(bytes[..<count]) }
            if count == 0 || (errno != EAGAIN && errno != EINTR) { isGone = true }
            return []
        }
    }
}
