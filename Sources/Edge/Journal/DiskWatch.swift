internal import Host
public import Vocabulary

/// How much room there was when it was last looked at.
public struct DiskReading: Equatable, Sendable {
    public var level = DiskLevel.ok
    /// Bytes free in the file system for this user; nil if it does not say.
    public var freeBytes: Int64?
    /// Bytes of removed records inside the file, which are written over before the file grows.
    public var reusableBytes: Int64 = 0
}

/// Looks at the room on the journal's file system and keeps the ballast. Its cost is bounded: a few microseconds,
/// after a commit at most every 100 ms by default, and every 10 s without one.
final class DiskWatch: @unchecked Sendable {
    // Why @unchecked is sound: only the commit thread (before it runs: who makes it) calls `measure` and what changes
    // the rest; `reading` has a lock of its own.
    static let idle = Uptime.Span.seconds(10)

    private let folder: String
    private let limits: DiskLimits
    /// For what is under way, and for removing old records.
    private let ballasts: [Ballast]
    private var gauge: DiskGauge
    private let shared = Monitor(DiskReading())
    private(set) var last = BootClock.now()

    init(names: FileNames, limits: DiskLimits) {
        folder = names.folder
        self.limits = limits
        gauge = DiskGauge(limits: limits)
        ballasts = names.ballasts.map { Ballast(path: $0, bytes: limits.ballast / 2) }
    }

    /// Callable from any thread.
    var reading: DiskReading { shared.withLock { $0 } }

    /// - Returns: the level, if it is another one than before.
    func measure(_ store: Store) -> DiskLevel? {
        last = BootClock.now()
        guard let free = DiskRoom.free(in: folder) else { return nil }
        let (reusable, allowed) = store.room()
        let hasChanged = gauge.measure(free: free, reusable: reusable, allowed: allowed)
        if gauge.level == .ok, free - limits.ballast >= limits.warnBelow + limits.warnBelow / 8 {
            for ballast in ballasts { ballast.take() }
        }
        let reading = DiskReading(level: gauge.level, freeBytes: free, reusableBytes: reusable)
        shared.withLock { $0 = reading }
        return hasChanged ? gauge.level : nil
    }

    /// What a ballast's room is kept for.
    enum Purpose: Int { case commit, prune }

    /// Gives a ballast's room back.
    /// - Returns: false if it was given back before.
    func releaseBallast(for purpose: Purpose) -> Bool { ballasts[purpose.rawValue].release() }
}
