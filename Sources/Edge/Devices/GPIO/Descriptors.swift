internal import CGpiod
internal import Glibc
internal import Vocabulary

/// Time since boot, the clock of every deadline here.
func bootTime() -> Uptime { readClock(CLOCK_BOOTTIME) }

/// The clock of the kernel's edge time stamps: like the boot clock, but it stands still in suspend.
func monotonicTime() -> Uptime { readClock(CLOCK_MONOTONIC) }

private func readClock(_ clock: clockid_t) -> Uptime {
    var time = timespec()
    let result = clock_gettime(clock, &time)
    precondition(result == 0, "clock_gettime(\(clock)): errno \(errno)")
    return Uptime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
}

/// A file descriptor with one owner; closed when the owner is gone.
struct FileDescriptor: ~Copyable, Sendable {
    let raw: Int32

    /// Takes over an open descriptor.
    init(owning raw: Int32) {
        precondition(raw >= 0)
        self.raw = raw
    }

    deinit { _ = Glibc.close(raw) }
}

/// Wakes a thread that polls; any thread may ring it.
final class Bell: Sendable {
    private let file: FileDescriptor

    init() throws(GPIOError) {
        let raw = turnpike_bell_open()
        guard raw >= 0 else { throw .resources(action: "eventfd", code: errno) }
        file = FileDescriptor(owning: raw)
    }

    var descriptor: Int32 { file.raw }

    /// A write that fails with EAGAIN has filled the counter: the thread is woken all the same.
    func ring() { _ = turnpike_bell_ring(file.raw) }

    func silence() { turnpike_wake_silence(file.raw) }
}

/// A deadline on the boot clock that a thread can poll for.
///
/// Setting it does not wake the thread, which keeps a caller that only sets a deadline quick.
struct BootTimer: ~Copyable, Sendable {
    private let file: FileDescriptor

    init() throws(GPIOError) {
        let raw = turnpike_timer_open()
        guard raw >= 0 else { throw .resources(action: "timerfd_create", code: errno) }
        file = FileDescriptor(owning: raw)
    }

    var descriptor: Int32 { file.raw }

    /// - Parameter deadline: nil stops it; one that has passed fires at once.
    func set(_ deadline: Uptime?) {
        // 0 would stop the timer.
        let result = turnpike_timer_set(file.raw, deadline.map { max($0.nanoseconds, 1) } ?? 0)
        precondition(result == 0, "timerfd_settime: errno \(errno)")
    }

    func silence() { turnpike_wake_silence(file.raw) }
}
