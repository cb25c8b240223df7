/// How much room is left for what must be written.
public enum DiskLevel: String, Hashable, Comparable, CaseIterable, Sendable {
    case ok
    /// Somebody should look: nothing is refused yet.
    case low
    /// No new charge is promised offline; what the platform confirms goes on.
    case critical

    public static func < (left: DiskLevel, right: DiskLevel) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .ok: 0
        case .low: 1
        case .critical: 2
        }
    }
}
