public import Vocabulary
public import Wire

/// Ties an answer to the request it belongs to.
public struct RequestToken: Hashable, Sendable {
    public var number: UInt64
    public init(_ number: UInt64) { self.number = number }
}

/// Ties word of durability to the write it belongs to.
public struct WriteToken: Hashable, Sendable {
    public var number: UInt64
    public init(_ number: UInt64) { self.number = number }
}

/// What reaches a rule core from the runtime; `Own` is what only this kind of core hears.
public enum EdgeEvent<Own: Sendable>: Sendable {
    /// A deadline the core asked for has come.
    case tick
    /// The broker can be reached, and the platform's answers too.
    case linkUp
    case linkDown
    /// The platform answered a request.
    case answer(RequestToken, Response)
    /// The platform says that something happened elsewhere.
    case announced(Announcement)
    /// The write is on disk, synced.
    case durable(WriteToken)
    /// The write was refused and will never be on disk: nothing may be done that waited for it. Told before any other
    /// event, once the effects of the decision that asked for the write have been carried out.
    case lost(WriteToken)
    /// The platform has confirmed every record there was: nothing promised offline is outstanding.
    case settledWithPlatform
    /// Whether the journal takes writes to disk: false while the disk is full or failing.
    case journal(isHealthy: Bool)
    /// The room for the journal has come to another level; ok until this says otherwise.
    case disk(DiskLevel)
    /// The sensor of this name in the hardware file.
    case sensor(String, SensorState)
    case own(Own)
}

/// What a rule core wants done, in order.
public enum EdgeEffect: Equatable, Sendable {
    /// Write to the journal, all or nothing; `token`, if any, comes back when it is on disk.
    case persist(records: [Record.Event], state: [StateChange], token: WriteToken?)
    /// Ask the platform; the answer comes back with the token, or not at all.
    case send(Request, RequestToken, expires: Uptime.Span)
    /// Energise an output for a bounded time.
    case pulse(output: String, Uptime.Span)
    /// Energise an output until it is released: where the way must stay open. Only for outputs whose wiring says so.
    case hold(output: String)
    /// De-energise an output at once.
    case release(output: String)
    /// Show a person at the lane what is going on.
    case show(lane: LaneID, Notice)
    /// Tell who asked for a refund how it stands.
    case refund(PaymentID, RefundProgress)
    /// Show on the box's status, and in its health, that something is at fault, by name; nil: no longer.
    case fault(String, String?)
    /// Show on the box's status that an alarm of a lane stands, or is over.
    case alarm(LaneCondition, isActive: Bool)
    /// Show on the box's status what happened at a lane at this moment and is over.
    case happened(LaneCondition)
    /// Tell the engineer.
    case log(LogLevel, String)
}

/// How a refund stands.
public enum RefundProgress: Hashable, Sendable {
    /// The platform is being asked.
    case underWay
    case ended(Record.RefundState, RefundRefusal?)
    /// The box did not begin it: `offline`, `diskFull` or `tooMany`. Nothing has moved.
    case refusedHere(String)
}

/// How much an engineer should care.
public enum LogLevel: Sendable {
    case info, warning, error
}

/// A rule core: it decides, and does nothing itself. The same value runs in production, in a test and in a simulation.
public protocol EdgeCore: Sendable {
    associatedtype Own: Sendable

    /// - Returns: effects in the order to carry them out.
    mutating func handle(_ event: EdgeEvent<Own>, at now: ClockReading) -> [EdgeEffect]

    /// When the core next wants a ``EdgeEvent/tick``; nil when it waits for nothing.
    var nextDeadline: Uptime? { get }

    /// How many payments wait for their first answer: a drain holds back while there are any.
    var livePayments: Int { get }

    /// By which rules the box splits payments over purses (a content digest); nil: it does not.
    var purseRulesDigest: String? { get }
}

extension EdgeCore {
    public var purseRulesDigest: String? { nil }
}
