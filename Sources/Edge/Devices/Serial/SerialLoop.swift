internal import CLinux
internal import Glibc
internal import Host
internal import Vocabulary

/// The body of a serial line's thread: open, read, write, and again.
struct SerialLoop {
    private let settings: SerialSettings
    private let options: SerialPort.Options
    private let mailbox: SerialMailbox
    private let handler: @Sendable (SerialPort.Event) -> Void
    private var failures = 0
    /// The fault told last, so that a line that stays away does not fill the log.
    private var told: SerialFault?
    /// Frames of one message, and how much of the first is written.
    private var frames: [[UInt8]] = []
    private var slot = 0
    private var written = 0
    private var progress = BootClock.now()
    /// The next frame may begin.
    private var gapEnds = Uptime(nanoseconds: 0)

    init(
        settings: SerialSettings, options: SerialPort.Options, mailbox: SerialMailbox,
        handler: @escaping @Sendable (SerialPort.Event) -> Void
    ) {
        self.settings = settings
        self.options = options
        self.mailbox = mailbox
        self.handler = handler
    }

    mutating func run() {
        while !mailbox.isStopped {
            let line = settings.path.withCString {
                turnpike_serial_open(
                    $0, Int32(settings.bitsPerSecond), Int32(settings.dataBits), parity, Int32(settings.stopBits))
            }
            guard line >= 0 else {
                failed(.cannotOpen(path: settings.path, settings: settings.summary, code: errno))
                continue
            }
            // A line that opens and takes nothing has not recovered: that is told when bytes move again.
            if told == nil || told?.isAbsence == true {
                told = nil
                handler(.opened)
            }
            let fault = serve(line)
            // What was begun on the old line cannot be ended on a new one.
            frames = []
            written = 0
            if fault != nil { _ = turnpike_serial_discard(line) }
            close(line)
            if let fault { failed(fault) }
        }
    }

    private var parity: CChar {
        switch settings.parity {
        case .none: CChar(UInt8(ascii: "n"))
        case .even: CChar(UInt8(ascii: "e"))
        case .odd: CChar(UInt8(ascii: "o"))
        }
    }

    private mutating func failed(_ fault: SerialFault) {
        failures += 1
        if fault != told { handler(.failed(fault)) }
        told = fault
        let until = BootClock.now() + options.backoff(failures)
        while !mailbox.isStopped {
            let left = (until - BootClock.now()).milliseconds
            guard left > 0 else { return }
            // A notice that comes meanwhile waits in its slot; only the order to stop is heard at once.
            var bell = pollfd(fd: mailbox.bell, events: Int16(POLLIN), revents: 0)
            if poll(&bell, 1, Int32(clamping: left + 1)) > 0 { mailbox.silence() }
        }
    }

    /// Reads and writes until the line fails or the port is stopped.
    /// - Returns: nil when stopped.
    private mutating func serve(_ line: Int32) -> SerialFault? {
        while !mailbox.isStopped {
            var now = BootClock.now()
            if frames.isEmpty, let next = mailbox.take() {
                frames = next.frames.filter { !$0.isEmpty }
                slot = next.slot
                progress = max(now, gapEnds)
            }
            let mayWrite = !frames.isEmpty && (written > 0 || now >= gapEnds)
            let deadline: Uptime? = frames.isEmpty ? nil : mayWrite ? progress + writeLimit : gapEnds
            var polled = [
                pollfd(fd: line, events: Int16(mayWrite ? POLLIN | POLLOUT : POLLIN), revents: 0),
                pollfd(fd: mailbox.bell, events: Int16(POLLIN), revents: 0),
            ]
            let wait = deadline.map { Int32(clamping: max(0, ($0 - now).milliseconds + 1)) } ?? -1
            if poll(&polled, 2, wait) < 0, errno != EINTR { return .cannotRead(path: settings.path, code: errno) }
            if polled[1].revents != 0 { mailbox.silence() }
            let events = Int32(polled[0].revents)
            if events & POLLIN != 0, let fault = read(line) { return fault }
            if events & (POLLHUP | POLLERR | POLLNVAL) != 0, events & POLLIN == 0 { return .gone(path: settings.path) }
            if mayWrite, events & POLLOUT != 0, let fault = write(line) { return fault }
            now = BootClock.now()
            if mayWrite, !frames.isEmpty, now >= progress + writeLimit {
                return .stalled(path: settings.path, milliseconds: options.writeTimeoutMilliseconds)
            }
        }
        return nil
    }

    private var writeLimit: Uptime.Span { .milliseconds(options.writeTimeoutMilliseconds) }

    private mutating func read(_ line: Int32) -> SerialFault? {
        var result = 0, code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 4_096) { buffer, count in
            result = Glibc.read(line, buffer.baseAddress, buffer.count)
            code = errno
            count = max(0, result)
        }
        if result > 0 {
            moved()
            handler(.received(bytes))
            return nil
        }
        // Nothing read, or an input error: that is how a terminal tells that its other end is gone.
        return result < 0 && (code == EAGAIN || code == EINTR) ? nil : .gone(path: settings.path)
    }

    /// Bytes went over the line: it works.
    private mutating func moved() {
        failures = 0
        if told != nil { handler(.opened) }
        told = nil
    }

    private mutating func write(_ line: Int32) -> SerialFault? {
        let frame = frames[0]
        let count = frame.withUnsafeBytes {
            Glibc.write(line, $0.baseAddress! + written, $0.count - written)
        }
        if count < 0 {
            if errno == EAGAIN || errno == EINTR { return nil }
            return errno == EIO || errno == ENXIO || errno == ENODEV
                ? .gone(path: settings.path) : .cannotWrite(path: settings.path, code: errno)
        }
        guard count > 0 else { return nil }
        moved()
        written += count
        let now = BootClock.now()
        progress = now
        guard written == frame.count else { return nil }
        written = 0
        frames.removeFirst()
        // The kernel has the frame, the line needs its time: ten bits a byte at most.
        let sending = Int64(frame.count) * 11_000_000_000 / Int64(settings.bitsPerSecond)
        gapEnds = now + Uptime.Span(nanoseconds: sending) + .milliseconds(options.gapMilliseconds)
        progress = gapEnds
        // A newer notice waits: the rest of this one would only delay it.
        if mailbox.hasNewer(slot) { frames = [] }
        return nil
    }
}
