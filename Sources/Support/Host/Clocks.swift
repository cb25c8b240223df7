internal import CLinux
internal import Glibc
public import Vocabulary

/// Time since this machine started: the only clock for deadlines.
public enum BootClock {
    /// Time since boot, time asleep included (`CLOCK_BOOTTIME`); never decreases.
    public static func now() -> Uptime { Uptime(nanoseconds: nanoseconds(of: CLOCK_BOOTTIME)) }

    /// `CLOCK_MONOTONIC`, which the C library's timed waits use; differs from boot time by the time spent asleep.
    static func monotonicNanoseconds() -> Int64 { nanoseconds(of: CLOCK_MONOTONIC) }

    fileprivate static func nanoseconds(of clock: clockid_t) -> Int64 {
        var time = timespec()
        // These clocks exist on every kernel this runs on, and the pointer is good: no other failure is possible.
        let result = clock_gettime(clock, &time)
        precondition(result == 0, "clock \(clock) cannot be read: \(SystemError.text(errno))")
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Wall time, for receipts, tariffs and people; it may jump either way, so it is never a deadline.
public enum WallClock {
    /// Milliseconds since 1970, UTC (`CLOCK_REALTIME`); in a rehearsal, by its ``RehearsalClock``.
    public static func now() -> WallTime {
        WallTime(milliseconds: BootClock.nanoseconds(of: CLOCK_REALTIME) / 1_000_000 + RehearsalClock.current)
    }

    /// The kernel says the wall clock follows a time source (NTP, PTP, GPS).
    ///
    /// False after boot until a time daemon has set it, and again about 16 s of estimated error later: the kernel
    /// raises `STA_UNSYNC` by itself when nothing corrects the clock any more. Also false when the kernel refuses to
    /// say.
    public static func isSynchronised() -> Bool {
        RehearsalClock.isSynchronised ?? (turnpike_clock_is_synchronised() == 1)
    }
}

extension ClockReading {
    /// Both clocks, read now, one straight after the other.
    public static func now() -> ClockReading {
        ClockReading(uptime: BootClock.now(), wall: WallClock.now(), isSynchronised: WallClock.isSynchronised())
    }
}
