public import Delivery
public import Effects
internal import Synchronization
public import Vocabulary
internal import Wire

/// What the box shows of itself: for its page, its health messages and the people beside it.
public struct BoxStatus: Sendable {
    public struct Sign: Equatable, Sendable {
        public var lane: LaneID
        public var chinese: String
        public var english: String
        /// What a phone is to scan from it.
        public var code: String?
    }

    /// How a refund stands that an attendant asked for.
    public struct Refund: Equatable, Sendable {
        public var id: PaymentID
        /// `underWay`, `refunded`, `refused`, `conflict` or `notBegun`.
        public var state: String
        /// Why, if it was refused or not begun.
        public var reason: String?
    }

    /// An alarm of a lane that stands, or stood for one moment.
    public struct Alarm: Equatable, Sendable {
        public var condition: LaneCondition
        public var since: WallTime
    }

    /// At most this many refunds are remembered here; the journal has them all.
    static let mostRefunds = 100
    /// At most this many moments are remembered here; the oldest gives way.
    static let mostMoments = 20

    public var device: DeviceID
    public var isLinkUp = false
    /// Why the link is down; nil while it is up.
    public var linkFault: String?
    /// Records the platform has not confirmed, and the last one there is.
    public var queued: Int64 = 0
    public var head: Int64 = 0
    /// Why the journal takes no writes; nil while it does.
    public var journalFault: String?
    /// The room for the journal, and the bytes its file system has free.
    public var disk = DiskLevel.ok
    public var diskFreeBytes: Int64?
    /// Damaged journals that stand beside the journal and wait for somebody to look at them.
    public var damagedJournals: [String] = []
    /// Records the platform has refused and not taken since.
    public var refusals: [Refusal] = []
    public var livePayments = 0
    public var signs: [Sign] = []
    /// In the order in which they began; each lane has each code at most once, which bounds them.
    public var alarms: [Alarm] = []
    /// What happened at lanes and was over at once, oldest first.
    public var moments: [Alarm] = []
    /// The last ones, oldest first.
    public var refunds: [Refund] = []
    /// Faults of lines and outputs, by name.
    public var faults: [String: String] = [:]

    mutating func note(_ condition: LaneCondition, isActive: Bool, at now: WallTime) {
        let index = alarms.firstIndex { $0.condition.lane == condition.lane && $0.condition.code == condition.code }
        switch (index, isActive) {
        case (nil, true): alarms.append(Alarm(condition: condition, since: now))
        case (let index?, false): alarms.remove(at: index)
        case (nil, false), (_?, true): break
        }
    }

    mutating func happened(_ condition: LaneCondition, at now: WallTime) {
        if moments.count >= BoxStatus.mostMoments { moments.removeFirst() }
        moments.append(Alarm(condition: condition, since: now))
    }

    mutating func note(_ id: PaymentID, _ progress: RefundProgress) {
        let entry =
            switch progress {
            case .underWay: Refund(id: id, state: "underWay")
            case .ended(let state, let reason): Refund(id: id, state: state.rawValue, reason: reason?.rawValue)
            case .refusedHere(let why): Refund(id: id, state: "notBegun", reason: why)
            }
        refunds.removeAll { $0.id == id }
        if refunds.count >= BoxStatus.mostRefunds { refunds.removeFirst() }
        refunds.append(entry)
    }
}

/// The status, written by the decision loop and read by anybody.
public final class StatusBoard: Sendable {
    private let status: Mutex<BoxStatus>

    public init(device: DeviceID) { status = Mutex(BoxStatus(device: device)) }

    public var current: BoxStatus { status.withLock { $0 } }

    func update(_ change: (inout BoxStatus) -> Void) { status.withLock { change(&$0) } }
}
