public import Effects
public import Vocabulary
public import Wire

/// What reaches a box from the threads around it; `Own` is the rule core's own event.
public enum BoxInput<Own: Sendable>: Sendable {
    case own(Own)
    case sensor(String, SensorState)
    case linkUp
    case linkDown
    /// A message of the platform, by its topic.
    case message(topic: String, payload: [UInt8], correlation: [UInt8]?)
    /// Everything up to this record is on the medium.
    case durable(through: Int64)
    /// A commit failed, and why; it is tried again.
    case journalFailed(String)
    /// The room for the journal has come to another level.
    case disk(DiskLevel)
    /// The batch that was asked for left, with these records.
    case batchSent(first: Int64, last: Int64)
    /// The batch that was asked for could not leave, and why.
    case batchNotSent(String)
    /// A deadline has come.
    case tick
}

/// What is to be written together or not at all.
public struct BoxWrite: Equatable, Sendable {
    public var records: [Record]
    public var state: [StateChange]

    public init(records: [Record], state: [StateChange]) {
        self.records = records
        self.state = state
    }
}

/// What the journal says of a write.
public enum AppendResult: Equatable, Sendable {
    /// It is queued for the disk, and its last record has this number (without records: the journal's last one).
    case taken(last: Int64)
    /// As much waits for the disk as is allowed; it may fit later.
    case full(why: String)
    /// The journal will never take it: too large, or not well formed.
    case impossible(why: String)
}

/// A message to the platform, with what MQTT carries beside it.
public struct BoxMessage: Equatable, Sendable {
    public var topic: String
    public var payload: [UInt8]
    public var isRetained = false
    public var responseTopic: String?
    public var correlation: [UInt8]?
    public var expirySeconds: UInt32?

    public init(
        topic: String, payload: [UInt8], isRetained: Bool = false, responseTopic: String? = nil,
        correlation: [UInt8]? = nil, expirySeconds: UInt32? = nil
    ) {
        self.topic = topic
        self.payload = payload
        self.isRetained = isRetained
        self.responseTopic = responseTopic
        self.correlation = correlation
        self.expirySeconds = expirySeconds
    }
}

/// What a box wants done, in order.
public enum BoxAction: Equatable, Sendable {
    /// Hand the write to the journal and answer with ``BoxMachine/appended(_:at:)`` before anything else.
    case append(BoxWrite)
    /// The platform has every record up to this one: the journal may note it.
    case acknowledge(through: Int64)
    /// Read, sign and send one batch of durable records from this one on; answer with `.batchSent` or `.batchNotSent`.
    case sendBatch(first: Int64, through: Int64)
    /// To the broker, at least once; one that cannot be sent is dropped, for the core asks again.
    case publish(BoxMessage)
    /// Report how the box is; lost without harm.
    case reportHealth(queued: Int64, isJournalHealthy: Bool)
    /// Energise an output for a bounded time, at once.
    case pulse(output: String, Uptime.Span)
    /// De-energise an output at once.
    case hold(output: String)
    case release(output: String)
    case show(lane: LaneID, Notice)
    /// How a refund stands, for who asked for it.
    case refund(PaymentID, RefundProgress)
    /// Why the journal takes no writes; nil while it does.
    case journalFault(String?)
    /// Something of this name is at fault, or is no longer.
    case fault(String, String?)
    /// An alarm of a lane stands, or is over.
    case alarm(LaneCondition, isActive: Bool)
    /// Something happened at a lane at this moment and is over.
    case happened(LaneCondition)
    case log(LogLevel, String)
}
