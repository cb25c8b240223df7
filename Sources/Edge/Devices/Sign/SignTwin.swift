internal import Host
public import Vocabulary

/// A sign or voice in memory: it keeps what was written to it.
public final class SignTwin: Sendable {
    /// It keeps so many frames, the last ones.
    public static let most = 1_000
    private let kept = Monitor<[[UInt8]]>([])

    public init() {}

    public func write(_ frames: [[UInt8]]) {
        kept.withLock { kept in
            kept += frames
            if kept.count > SignTwin.most { kept.removeFirst(kept.count - SignTwin.most) }
        }
        kept.wakeAll()
    }

    /// What was written, oldest first.
    public var frames: [[UInt8]] { kept.withLock { $0 } }

    /// Waits until what was written is as wanted, or until the deadline. Not for the cooperative pool.
    /// - Returns: what was written by then.
    public func frames(until deadline: Uptime, _ isWanted: ([[UInt8]]) -> Bool) -> [[UInt8]] {
        kept.wait(until: deadline) { isWanted($0) ? $0 : nil } ?? frames
    }
}
