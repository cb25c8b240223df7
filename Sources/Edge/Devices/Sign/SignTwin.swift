internal import Synchronization

/// A sign or voice in memory: it keeps what was written to it.
public final class SignTwin: Sendable {
    /// It keeps so many frames, the last ones.
    public static let most = 1_000
    private let kept = Mutex<[[UInt8]]>([])

    public init() {}

    public func write(_ frames: [[UInt8]]) {
        kept.withLock { kept in
            kept += frames
            if kept.count > SignTwin.most { kept.removeFirst(kept.count - SignTwin.most) }
        }
    }

    /// What was written, oldest first.
    public var frames: [[UInt8]] { kept.withLock { $0 } }
}
