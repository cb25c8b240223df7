internal import Glibc
internal import Vocabulary

/// When the room for a journal counts as low and as critical; a nearly full disk first warns, then refuses.
public struct DiskLimits: Equatable, Sendable {
    /// Below this many free bytes the level is low. Default: 256 MiB, a sixteenth of a 4 GB card.
    public var warnBelow: Int64
    /// Below this many free bytes it is critical. Default: 64 MiB, about 100,000 records.
    public var refuseBelow: Int64
    /// Bytes kept ready in two files, given back when the disk is full all the same: the first half so that what is
    /// under way can still be written, the second so that old records can be removed, which takes room itself.
    /// Default: 2 MiB; 0: none.
    public var ballast: Int64

    /// - Precondition: `warnBelow` is not below `refuseBelow`.
    public init(warnBelow: Int64 = 256 << 20, refuseBelow: Int64 = 64 << 20, ballast: Int64 = 2 << 20) {
        precondition(warnBelow >= refuseBelow && refuseBelow >= 0, "a warning comes before a refusal")
        self.warnBelow = warnBelow
        self.refuseBelow = refuseBelow
        self.ballast = ballast
    }
}

/// Turns measured room into a level. Pure.
///
/// A level gets worse at its limit and better only an eighth above it, so that it does not flutter.
struct DiskGauge: Equatable {
    private let limits: DiskLimits
    private(set) var level = DiskLevel.ok

    init(limits: DiskLimits) { self.limits = limits }

    /// - Parameters:
    ///   - free: bytes that the file system still gives this user.
    ///   - reusable: bytes of removed records inside the file. They count only while the log beside the file can still
    ///     grow a little.
    ///   - allowed: bytes the file may still grow by, where that is limited.
    /// - Returns: whether the level is another one now.
    mutating func measure(free: Int64, reusable: Int64, allowed: Int64?) -> Bool {
        let growth = min(free, allowed ?? free)
        let room = free < DiskGauge.logRoom ? growth : growth + reusable
        let before = level
        level = [DiskLevel.critical, .low].first { room < limit(of: $0) } ?? .ok
        return level != before
    }

    private static let logRoom: Int64 = 1 << 20

    private func limit(of candidate: DiskLevel) -> Int64 {
        let limit = candidate == .critical ? limits.refuseBelow : limits.warnBelow
        return level >= candidate ? limit + limit / 8 : limit
    }
}

/// Room of the file system a journal is on.
enum DiskRoom {
    /// Bytes that are free for this user in a folder's file system; nil if it does not say.
    static func free(in folder: String) -> Int64? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        let (bytes, isTooMany) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return isTooMany ? .max : Int64(clamping: bytes)
    }
}

/// A file that holds room for the worst moment.
struct Ballast {
    let path: String
    let bytes: Int64

    var isThere: Bool { FileNames.exists(path) }

    /// Takes the room; without it there is none to give back, which is no error.
    func take() {
        guard bytes > 0, !isThere else { return }
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        if posix_fallocate(descriptor, 0, off_t(bytes)) != 0 { unlink(path) }
    }

    /// - Returns: whether there was room to give back.
    func release() -> Bool { unlink(path) == 0 }
}
