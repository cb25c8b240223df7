internal import Glibc
internal import Host
public import Vocabulary

/// One serial line with a thread of its own: it writes frames, hands over what it reads, and opens the line again when
/// its device was away.
///
/// Nothing here blocks its callers. What is to be written waits in slots, one a user of the line (a sign, a voice); new
/// frames of a slot replace those that still wait: the latest notice wins. A frame once begun is written whole.
public final class SerialPort: Sendable {
    /// The most bytes that one call of ``send(_:slot:)`` may have: 2 s at 9600 bit/s.
    public static let mostBytes = 2_048
    /// The most slots of one line.
    public static let mostSlots = 16

    /// How the port behaves; the defaults suit signs and scales.
    public struct Options: Sendable {
        /// The longest time without any byte taken by the device, in milliseconds.
        public var writeTimeoutMilliseconds: Int64 = 2_000
        /// The pause between two frames, in milliseconds: RS-485 boards find a frame's end by it.
        public var gapMilliseconds: Int64 = 20
        /// How long to wait before opening the line again after so many failures in a row, from 1.
        public var backoff: @Sendable (_ failures: Int) -> Uptime.Span = { .milliseconds(min(Int64($0) * 500, 10_000)) }

        public init() {}
    }

    /// What the port tells its owner, on its own thread; it must not block.
    public enum Event: Equatable, Sendable {
        case opened
        /// Told once for each spell of failures of one kind.
        case failed(SerialFault)
        case received([UInt8])
    }

    public let settings: SerialSettings
    let mailbox: SerialMailbox
    private let thread: HostThread

    /// Starts the thread, which opens the line; a line that is not there is not an error but a fault told to `handler`.
    /// - Throws: when there can be no thread, or no event descriptor.
    public init(
        _ settings: SerialSettings, options: Options = Options(), handler: @escaping @Sendable (Event) -> Void
    ) throws {
        self.settings = settings
        let mailbox = try SerialMailbox()
        self.mailbox = mailbox
        thread = try HostThread(name: "serial") {
            var loop = SerialLoop(settings: settings, options: options, mailbox: mailbox, handler: handler)
            loop.run()
        }
    }

    /// Writes frames as soon as the line is free, in order, with a pause between them. Replaces what still waits in
    /// this slot.
    ///
    /// - Parameter slot: who sends, 0 to 15.
    public func send(_ frames: [[UInt8]], slot: Int = 0) {
        precondition((0..<SerialPort.mostSlots).contains(slot), "a line has \(SerialPort.mostSlots) slots")
        let bytes = frames.reduce(0) { $0 + $1.count }
        precondition(bytes <= SerialPort.mostBytes, "\(bytes) bytes at once on a serial line")
        mailbox.put(frames, slot)
    }

    /// Ends the thread; what still waits is not written.
    public func stop() {
        mailbox.stop()
        if !thread.isCurrent { thread.join() }
    }

    deinit { mailbox.stop() }
}
