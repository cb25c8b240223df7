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
    /// - Parameters:
    ///   - seconds: the longest time without progress, for connecting and for writing.
    ///   - asksForPaper: the printer is asked first (DLE EOT 4). Many answer nothing, which after half a second counts
    ///     as paper.
    /// - Throws: ``PrinterError``; then an unknown part of the slip is printed, and only a person can tell. With
    ///   ``PrinterError/noPaper(_:)`` nothing is.
    public func print(_ slip: [UInt8], seconds: Int64 = 10, asksForPaper: Bool = false) throws(PrinterError) {
        let descriptor = try opened(seconds)
        defer { close(descriptor) }
        if asksForPaper, try saysNoPaper(descriptor, seconds) { throw .noPaper(description) }
        var sent = 0
        while sent < slip.count {
            try wait(descriptor, for: POLLOUT, seconds)
            let count = slip.withUnsafeBytes { write(descriptor, $0.baseAddress! + sent, $0.count - sent) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw .cannotWrite(description, code: errno) }
            sent += count
        }
    }

    /// Bits 5 and 6 of the answer: the end of the roll has passed the sensor. An answer has bits 1 and 4 set, 0 and 7
    /// clear; anything else is none.
    private func saysNoPaper(_ descriptor: Int32, _ seconds: Int64) throws(PrinterError) -> Bool {
        // A file that collects slips answers nothing, and must not collect the question.
        var about = stat()
        guard fstat(descriptor, &about) == 0, about.st_mode & S_IFMT != S_IFREG else { return false }
        try wait(descriptor, for: POLLOUT, seconds)
        let question: [UInt8] = [0x10, 0x04, 0x04]
        guard write(descriptor, question, question.count) == question.count else {
            throw .cannotWrite(description, code: errno)
        }
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, 500) > 0 else { return false }
        var answer: UInt8 = 0
        guard read(descriptor, &answer, 1) == 1, answer & 0b1001_0011 == 0b0001_0010 else { return false }
        return answer & 0b0110_0000 != 0
    }

    private func opened(_ seconds: Int64) throws(PrinterError) -> Int32 {
        switch self {
        case .file(let path):
            // Some drivers of printers allow no reading; then the printer cannot be asked for its paper.
            let flags = O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
            var descriptor = open(path, O_RDWR | flags, 0o600)
            if descriptor < 0 { descriptor = open(path, O_WRONLY | flags, 0o600) }
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
