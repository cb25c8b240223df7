internal import Glibc
internal import Host
internal import Vocabulary

/// Where a printer is, and how a slip gets there. Printing blocks its caller: use a thread of your own.
public enum PrinterConnection: Hashable, Sendable {
    /// A device or a file, written as it is: `/dev/usb/lp0`, or a file that collects slips. A serial printer is reached
    /// through a `SerialPort`.
    case file(String)
    /// Raw TCP, as receipt printers offer it on port 9100.
    case tcp(host: String, port: UInt16)

    public var description: String {
        switch self {
        case .file(let path): path
        case .tcp(let host, let port): "\(host):\(port)"
        }
    }

    /// Writes a whole slip.
    ///
    /// - Parameter seconds: the longest time without progress, for connecting and for writing.
    /// - Throws: ``PrinterError``; then an unknown part of the slip is printed, and only a person can tell.
    public func print(_ slip: [UInt8], seconds: Int64 = 10) throws(PrinterError) {
        let descriptor = try opened(seconds)
        defer { close(descriptor) }
        var sent = 0
        while sent < slip.count {
            try wait(descriptor, for: POLLOUT, seconds)
            let count = slip.withUnsafeBytes { write(descriptor, $0.baseAddress! + sent, $0.count - sent) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw .cannotWrite(description, code: errno) }
            sent += count
        }
    }

    private func opened(_ seconds: Int64) throws(PrinterError) -> Int32 {
        switch self {
        case .file(let path):
            let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw .cannotReach(description, code: errno) }
            return descriptor
        case .tcp(let host, let port):
            return try connected(host, port, seconds)
        }
    }

    private func connected(_ host: String, _ port: UInt16, _ seconds: Int64) throws(PrinterError) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &list) == 0, let first = list else {
            throw .cannotReach(description, code: EHOSTUNREACH)
        }
        defer { freeaddrinfo(list) }
        let kind = first.pointee.ai_socktype | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(first.pointee.ai_family, kind, first.pointee.ai_protocol)
        guard descriptor >= 0 else { throw .cannotReach(description, code: errno) }
        do throws(PrinterError) {
            if connect(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) != 0 {
                guard errno == EINPROGRESS else { throw .cannotReach(description, code: errno) }
                try wait(descriptor, for: POLLOUT, seconds)
                var code: Int32 = 0
                var size = socklen_t(MemoryLayout<Int32>.size)
                getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
                guard code == 0 else { throw .cannotReach(description, code: code) }
            }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private func wait(_ descriptor: Int32, for events: Int32, _ seconds: Int64) throws(PrinterError) {
        let deadline = BootClock.now() + .seconds(seconds)
        while true {
            var polled = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let left = Int32(clamping: max(0, (deadline - BootClock.now()).milliseconds))
            if poll(&polled, 1, left) > 0 { return }
            guard BootClock.now() < deadline else { throw .stalled(description, seconds: seconds) }
        }
    }
}
