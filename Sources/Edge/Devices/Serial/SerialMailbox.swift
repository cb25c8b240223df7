internal import CLinux
internal import Glibc
internal import Host
internal import Synchronization

/// What waits to be written on one line, by slot; latest wins.
final class SerialMailbox: Sendable {
    private struct Contents {
        /// By slot, in the order in which the slots were filled.
        var waiting: [(slot: Int, frames: [[UInt8]])] = []
        var isStopped = false
    }

    private let contents = Mutex(Contents())
    let bell: Int32

    /// No event descriptor could be had.
    struct BellError: Error, CustomStringConvertible {
        let code: Int32
        var description: String {
            "making an event descriptor for a serial line failed: \(SystemError.text(code)); look at this service's limits"
        }
    }

    init() throws(BellError) {
        bell = turnpike_event_descriptor()
        guard bell >= 0 else { throw BellError(code: errno) }
    }

    deinit { close(bell) }

    func put(_ frames: [[UInt8]], _ slot: Int) {
        contents.withLock { contents in
            contents.waiting.removeAll { $0.slot == slot }
            contents.waiting.append((slot, frames))
        }
        ring()
    }

    func stop() {
        contents.withLock { $0.isStopped = true }
        ring()
    }

    var isStopped: Bool { contents.withLock { $0.isStopped } }

    /// Takes the frames that have waited longest.
    func take() -> (slot: Int, frames: [[UInt8]])? {
        contents.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    }

    /// Whether what is being written for a slot is out of date.
    func hasNewer(_ slot: Int) -> Bool { contents.withLock { $0.waiting.contains { $0.slot == slot } } }

    /// Lets the bell be silent until it is rung again.
    func silence() {
        var value: UInt64 = 0
        _ = Glibc.read(bell, &value, 8)
    }

    private func ring() {
        var one: UInt64 = 1
        _ = Glibc.write(bell, &one, 8)
    }
}
