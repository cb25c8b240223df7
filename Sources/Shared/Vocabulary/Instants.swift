/// An instant on the boot clock: time since this machine started, counted through suspend, never set back.
///
/// Every deadline uses it. It means nothing on another machine or after a restart.
public struct Uptime: Hashable, Comparable, Sendable {
    /// Nanoseconds since boot, 0 or more (`CLOCK_BOOTTIME`).
    public var nanoseconds: Int64

    /// - Parameter nanoseconds: since boot.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// - Parameter milliseconds: since boot; beyond the range of nanoseconds it stops at the end instead of trapping.
    public init(milliseconds: Int64) { self.nanoseconds = Span.milliseconds(milliseconds).nanoseconds }

    public static func < (left: Uptime, right: Uptime) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The instant `span` later; stops at the end of the range instead of wrapping.
    public static func + (instant: Uptime, span: Span) -> Uptime {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(span.nanoseconds)
        return Uptime(nanoseconds: overflow ? .max : sum)
    }

    /// The span from `earlier` to `later`; negative when they are the other way round.
    public static func - (later: Uptime, earlier: Uptime) -> Span {
        Span(nanoseconds: later.nanoseconds - earlier.nanoseconds)
    }
}

extension Uptime {
    /// A length of time, counted in nanoseconds; about 292 years at most.
    public struct Span: Hashable, Comparable, Sendable {
        /// Nanoseconds; negative when it points back.
        public var nanoseconds: Int64

        public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

        public static func milliseconds(_ count: Int64) -> Span { Span(nanoseconds: saturated(count, 1_000_000)) }
        public static func seconds(_ count: Int64) -> Span { Span(nanoseconds: saturated(count, 1_000_000_000)) }

        /// Whole milliseconds, rounded towards zero.
        public var milliseconds: Int64 { nanoseconds / 1_000_000 }

        public static func < (left: Span, right: Span) -> Bool { left.nanoseconds < right.nanoseconds }

        private static func saturated(_ count: Int64, _ unit: Int64) -> Int64 {
            let (product, overflow) = count.multipliedReportingOverflow(by: unit)
            return overflow ? (count < 0 ? .min : .max) : product
        }
    }
}

/// An instant on the wall clock, for receipts, tariffs and people. It may jump either way: never a deadline.
public struct WallTime: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var milliseconds: Int64

    /// - Parameter milliseconds: since 1970, UTC.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (left: WallTime, right: WallTime) -> Bool { left.milliseconds < right.milliseconds }
}

/// Both clocks, read together, and whether the wall clock was synchronised when it was read.
public struct ClockReading: Hashable, Sendable {
    /// Time since boot: for deadlines.
    public var uptime: Uptime
    /// Wall time: for records, receipts and tariffs.
    public var wall: WallTime
    /// The operating system says its wall clock is synchronised to a time source.
    public var isSynchronised: Bool

    public init(uptime: Uptime, wall: WallTime, isSynchronised: Bool) {
        self.uptime = uptime
        self.wall = wall
        self.isSynchronised = isSynchronised
    }
}
