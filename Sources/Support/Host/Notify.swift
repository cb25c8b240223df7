internal import Glibc
public import Vocabulary

/// Tells the service manager how this service is doing (the protocol of `sd_notify`); does nothing when there is none.
public final class Notify: Sendable {
    /// How often the service manager wants to hear from the watchdog; nil when it does not watch. Feed it twice as
    /// often.
    public let watchdogInterval: Uptime.Span?
    private let socket: Int32
    private let address: [UInt8]

    /// Takes the address from `NOTIFY_SOCKET` and the interval from `WATCHDOG_USEC`, if `WATCHDOG_PID` is this process.
    public convenience init() {
        let pid = Self.environment("WATCHDOG_PID").flatMap { Int32($0) }
        let interval = Self.environment("WATCHDOG_USEC").flatMap { Int64($0) }
        self.init(
            path: Self.environment("NOTIFY_SOCKET"),
            watchdogMicroseconds: pid == nil || pid == getpid() ? interval : nil)
    }

    /// - Parameters:
    ///   - path: of a datagram socket; a leading `@` means the abstract namespace. Nil: nobody to tell.
    ///   - watchdogMicroseconds: 1 or more; nil or anything else: no watchdog.
    init(path: String?, watchdogMicroseconds: Int64?) {
        watchdogInterval = watchdogMicroseconds.flatMap { $0 > 0 && $0 < 1 << 40 ? .init(nanoseconds: $0 * 1000) : nil }
        var bytes = Array((path ?? "").utf8)
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        let room = MemoryLayout<sockaddr_un>.size - MemoryLayout<sa_family_t>.size
        let isUsable = !bytes.isEmpty && (bytes[0] == 0 || bytes[0] == UInt8(ascii: "/")) && bytes.count < room
        address = isUsable ? bytes : []
        socket = isUsable ? Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0) : -1
    }

    deinit { if socket >= 0 { close(socket) } }

    /// Start-up is complete.
    ///
    /// - Parameter status: one line for people, such as "2 lanes, 0 records waiting".
    /// - Returns: whether it was sent; false also when there is nobody to tell. So for all of these.
    @discardableResult
    public func ready(status: String? = nil) -> Bool {
        send("READY=1" + (status.map { "\nSTATUS=" + Self.oneLine($0) } ?? ""), waits: true)
    }

    /// Shutting down has begun.
    @discardableResult
    public func stopping() -> Bool { send("STOPPING=1", waits: true) }

    /// The service makes progress; to be called by the loop whose progress matters, and by nothing else.
    @discardableResult
    public func watchdog() -> Bool { send("WATCHDOG=1", waits: false) }

    /// One line for people, shown by `systemctl status`.
    @discardableResult
    public func status(_ line: String) -> Bool { send("STATUS=" + Self.oneLine(line), waits: false) }

    private func send(_ message: String, waits: Bool) -> Bool {
        guard socket >= 0 else { return false }
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: address) }
        // An abstract name ends with the length given, a path with its zero byte.
        let pathLength = address.count + (address[0] == 0 ? 0 : 1)
        let length = socklen_t(MemoryLayout<sa_family_t>.size + pathLength)
        let bytes = Array(message.utf8)
        let flags = Int32(MSG_NOSIGNAL) | (waits ? 0 : Int32(MSG_DONTWAIT))
        let sent = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(socket, bytes, bytes.count, flags, $0, length)
            }
        }
        return sent == bytes.count
    }

    private static func oneLine(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 32 ? " " : Character($0) }.prefix(512))
    }

    private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
