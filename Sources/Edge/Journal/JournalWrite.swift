public import Vocabulary
public import Wire

/// One record to be written: a JSON object and when it happened.
public struct JournalRecord: Equatable, Sendable {
    /// When it happened; the clock may have been wrong, and times need not rise.
    public var at: WallTime
    /// A JSON object on one line, from `{` to `}`, without a member `seq`: the journal puts that in front.
    public var body: [UInt8]

    public init(at: WallTime, body: [UInt8]) {
        self.at = at
        self.body = body
    }
}

/// Records and changes of state that become durable together or not at all, in this order.
public struct JournalWrite: Equatable, Sendable {
    public var records: [JournalRecord]
    public var state: [StateChange]

    public init(records: [JournalRecord] = [], state: [StateChange] = []) {
        self.records = records
        self.state = state
    }
}

/// The sequence numbers a write was given.
public struct JournalTicket: Equatable, Sendable {
    /// The first record's number; `last` + 1 if the write has no records.
    public let first: Int64
    /// The last record's number; the write is durable once `durable(through:)` has reached it.
    public let last: Int64

    public init(first: Int64, last: Int64) {
        self.first = first
        self.last = last
    }
}

/// Whose journal it is, and which one: a wiped disk begins a new epoch, and sequence numbers count within one.
public struct JournalIdentity: Equatable, Sendable {
    public let device: DeviceID
    public let epoch: String

    public init(device: DeviceID, epoch: String) {
        self.device = device
        self.epoch = epoch
    }
}

/// The end of the chain.
public struct JournalHead: Equatable, Sendable {
    /// The last record's number; 0 before the first one.
    public let sequence: Int64
    /// The hash after that record.
    public let hash: ChainHash

    public init(sequence: Int64, hash: ChainHash) {
        self.sequence = sequence
        self.hash = hash
    }
}

/// Where the journal stands, for health reports and metrics.
public struct JournalStatus: Equatable, Sendable {
    /// Records and bytes appended and not yet durable.
    public var waitingRecords = 0, waitingBytes = 0
    /// The last durable record's number.
    public var durableThrough: Int64 = 0
    /// The last record the platform acknowledged.
    public var acknowledgedThrough: Int64 = 0
    /// Transactions committed, and records in them, since the journal was opened.
    public var commits = 0, committedRecords = 0
    /// Why the last commit failed; nil once one has succeeded again.
    public var failure: JournalError?
    /// Why the last copying back of the write-ahead log failed; nothing is lost by that, but the log grows.
    public var checkpointFailure: JournalError?
}

/// Is told, on the journal's own thread and in order, what became durable.
///
/// All calls must return soon: no commit happens meanwhile. They may call `append` and `acknowledge`, not `close`.
public protocol JournalHandler: AnyObject, Sendable {
    /// Everything up to and including `sequence` is on the medium. Called once after each commit, not for each record;
    /// after a failure it is also the sign that the disk works again.
    func durable(through sequence: Int64)
    /// A commit failed and nothing of it is on the medium. What was to be written stays queued and is tried again with
    /// growing pauses; this is called after every attempt that failed.
    func failed(_ error: JournalError)
    /// The room on its file system has come to another level; at the start only if it is not ok.
    func disk(_ level: DiskLevel)
}

extension JournalHandler {
    /// Nothing: for those who only write.
    public func disk(_ level: DiskLevel) {}
}
