internal import CLinux
internal import Glibc

/// An event descriptor: makes a thread that polls it go on.
final class WakeUp: Sendable {
    let descriptor: Int32

    init() {
        descriptor = turnpike_event_descriptor()
        // Out of descriptors at the start of a daemon: nothing sensible can be done any more.
        precondition(descriptor >= 0, "an event descriptor cannot be made: errno \(errno)")
    }

    deinit { close(descriptor) }

    /// Callable from any thread; several calls before the thread has run count as one.
    func wake() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// Called by the polling thread.
    func clear() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}
