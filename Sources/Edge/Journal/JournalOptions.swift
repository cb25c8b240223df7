public import Vocabulary

/// Bounds and pauses of a journal; the defaults are the ones for production.
public struct JournalOptions: Sendable {
    /// A record's line may have this many bytes at most.
    public static let mostLineBytes = 64 << 10

    /// Most records that may wait for the disk; more are refused as `backlogFull`. Default: 100,000.
    public var mostWaitingRecords = 100_000
    /// Most bytes that may wait for the disk; more are refused as `backlogFull`. Default: 64 MiB.
    public var mostWaitingBytes = 64 << 20
    /// The pause after a commit's first failure; it doubles with each further one. Default: 100 ms.
    public var firstRetryPause = Uptime.Span.milliseconds(100)
    /// The longest pause between two attempts. Default: 5 s.
    public var longestRetryPause = Uptime.Span.seconds(5)
    /// An acknowledgement that no commit has taken along is written after this time. Default: 1 s.
    public var acknowledgementDelay = Uptime.Span.seconds(1)
    /// How long the commit thread watches for more work before it sleeps, while such watching pays off. Default: 50 µs.
    public var watching = Uptime.Span(nanoseconds: 50_000)
    /// The write-ahead log is copied back when nothing has been written for this long. Default: 100 ms.
    public var idleBeforeCheckpoint = Uptime.Span.milliseconds(100)
    /// …and at least this many pages are in it. Default: 250 (1 MB).
    public var idleCheckpointPages = 250
    /// It is copied back in any case, between two commits, when this many pages are in it. Default: 1,000 (4 MB).
    public var mostLogPages = 1_000
    /// Most pages of 4,096 bytes the file may have; commits fail as full beyond it. Default: nil, as the disk allows.
    public var mostPages: Int64?

    /// At a start that checks, the structure of the whole file is looked at if it has at most this many bytes; beyond
    /// it only what a box begins with. Default: 64 MiB.
    public var mostCheckedBytes: Int64 = 64 << 20
    /// …and the hash chain of at most this many records that the platform has not confirmed. Default: 100,000.
    public var mostCheckedRecords: Int64 = 100_000
    /// What is taken over from a damaged file: at most this many records. Default: 100,000.
    public var mostCarriedRecords: Int64 = 100_000
    /// At most this many damaged files are kept; with as many no other is set aside. Default: 8.
    public var mostDamagedFiles = 8
    /// The room is looked at after a commit if the last look is at least this long ago. Default: 100 ms.
    public var leastBetweenLooks = Uptime.Span.milliseconds(100)
    /// When room counts as low or critical.
    public var disk = DiskLimits()

    /// For tests: is told what has just been done while a damaged journal is being replaced.
    package var onReplacementStep: (@Sendable (String) -> Void)?

    /// All defaults.
    public init() {}
}
