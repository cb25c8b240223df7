public import Delivery
public import Effects
public import Vocabulary
internal import Wire

/// All that a box decides, around one rule core: which write belongs to which decision, what may be promised while the
/// journal fails, what is delivered and when. Pure: the daemon and the simulation run this same value.
///
/// A runner hands inputs to ``handle(_:at:)`` and then carries out ``nextAction()`` after ``nextAction()`` until there
/// is none. A power cut may come between any two actions.
public struct BoxMachine<Core: EdgeCore>: Sendable {
    /// How often the box reports its health while the link is up.
    static var healthInterval: Uptime.Span { .seconds(30) }

    private enum Pending {
        case action(BoxAction)
        case write(BoxWrite, WriteToken?)
    }

    /// Which write the journal is being asked to take.
    private enum Asking {
        case fresh(BoxWrite, WriteToken?)
        case held(BoxWrite)
    }

    public private(set) var core: Core
    private var delivery: DeliveryMachine
    private var dice: IDMaker
    private let topics: Topics
    private let version: String
    private let epoch: String
    private var pending = WaitingLine<Pending>()
    private var asking: Asking?
    private var refused = RefusedWrites()
    /// Refused writes are offered again: the disk has taken something since.
    private var offersAgain = false
    /// Writes whose durability the core waits for, in the order of their records.
    private var awaited = WaitingLine<(sequence: Int64, token: WriteToken)>()
    private var isLinkUp = false
    private var nextHealth = Uptime(nanoseconds: 0)
    /// Whether the journal takes writes and the disk takes the journal's.
    public private(set) var isJournalHealthy = true
    /// The last record the journal has taken.
    public private(set) var head: Int64
    /// Records the platform has refused and not taken since.
    public private(set) var refusals: RefusalBook
    /// The room for the journal.
    public private(set) var diskLevel = DiskLevel.ok

    /// - Parameters:
    ///   - head: the journal's last record; at a start every record is durable.
    ///   - acknowledged: the last record the platform is known to have.
    ///   - refusals: those an earlier run kept.
    public init(
        core: Core, device: DeviceID, epoch: String, version: String, head: Int64, acknowledged: Int64, dice: IDMaker,
        refusals: RefusalBook = RefusalBook()
    ) {
        self.core = core
        self.epoch = epoch
        self.version = version
        self.head = head
        self.dice = dice
        self.refusals = refusals
        topics = Topics(device)
        delivery = DeliveryMachine(epoch: epoch, acknowledged: acknowledged, durable: head)
    }

    /// Records that are durable and not confirmed by the platform.
    public var queued: Int64 { delivery.queued }
    /// The last durable record.
    public var durableThrough: Int64 { delivery.durableThrough }
    /// Records that the journal could never take or that no room was left for; each was reported as an error.
    public var recordsGivenUp: Int { refused.recordsGivenUp }
    /// Records that wait in memory until the journal has room.
    public var recordsRefused: Int { refused.records }

    /// When the machine next wants a tick.
    public var nextDeadline: Uptime? {
        var earliest = core.nextDeadline
        for deadline in [delivery.nextDeadline, isLinkUp ? nextHealth : nil] {
            if let deadline { earliest = min(earliest ?? deadline, deadline) }
        }
        return earliest
    }

    /// Notes that the box has started.
    public mutating func start(at now: ClockReading) {
        queue([.started(version: version)], [], token: nil, at: now)
    }

    // MARK: - What comes in

    public mutating func handle(_ input: BoxInput<Core.Own>, at now: ClockReading) {
        switch input {
        case .own(let own): decide(.own(own), at: now)
        case .sensor(let name, let state): decide(.sensor(name, state), at: now)
        case .linkUp: linkUp(at: now)
        case .linkDown:
            isLinkUp = false
            deliver(.linkDown, at: now)
            decide(.linkDown, at: now)
        case .message(let topic, let payload, let correlation): received(topic, payload, correlation, at: now)
        case .durable(let through): durable(through, at: now)
        case .journalFailed(let why):
            log(.error, why)
            setHealthy(false, because: why, at: now)
        case .disk(let level): disk(level, at: now)
        case .batchSent(let first, let last): deliver(.sent(first: first, last: last), at: now)
        case .batchNotSent(let why):
            log(.warning, "a batch of records was not sent: \(why)")
            deliver(.notSent, at: now)
        case .tick: tick(at: now)
        }
    }

    private mutating func tick(at now: ClockReading) {
        if let deadline = core.nextDeadline, now.uptime >= deadline { decide(.tick, at: now) }
        if let deadline = delivery.nextDeadline, now.uptime >= deadline { deliver(.tick, at: now) }
        if isLinkUp, now.uptime >= nextHealth {
            nextHealth = now.uptime + Self.healthInterval
            act(.reportHealth(queued: queued, isJournalHealthy: isJournalHealthy))
        }
    }

    private mutating func linkUp(at now: ClockReading) {
        isLinkUp = true
        nextHealth = now.uptime
        // Only what is on disk: an announced head that fell after a power cut would look like a copied journal.
        let presence = Presence.online(
            birth: dice.next(at: now.wall), version: version, epoch: epoch, head: durableThrough,
            purseRules: core.purseRulesDigest)
        act(.publish(BoxMessage(topic: topics.presence, payload: presence.payload, isRetained: true)))
        deliver(.linkUp, at: now)
        decide(.linkUp, at: now)
    }

    private mutating func received(
        _ topic: String, _ payload: [UInt8], _ correlation: [UInt8]?, at now: ClockReading
    ) {
        switch topic {
        case topics.response:
            guard let correlation, correlation.count == 8 else {
                return log(.warning, "an answer without our correlation data came: ignored")
            }
            let number = correlation.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            do throws(WireError) {
                let response = try Response(payload: payload)
                decide(.answer(RequestToken(number), response), at: now)
            } catch { log(.error, "an answer of the platform cannot be read: \(error)") }
        case topics.acknowledgement:
            guard let acknowledgement = Acknowledgement(payload: payload) else {
                return log(.error, "an acknowledgement of the platform cannot be read: ignored")
            }
            deliver(.acknowledgement(acknowledgement), at: now)
        case topics.event:
            switch Announcement(payload: payload) {
            case .journalContested: contested()
            case .some(let announcement): decide(.announced(announcement), at: now)
            case nil: log(.info, "an event that this version does not know was ignored")
            }
        default:
            log(.warning, "a message on \(topic) is not for this box: ignored")
        }
    }

    /// Nothing stops for it: cars are let out as ever, and every record is kept.
    private mutating func contested() {
        log(
            .error,
            """
            the platform hears two journals under this box's name, of a copied disk, or of an old one in use again: \
            run one of them only, and ask the platform's engineer (turnpike incidents)
            """)
    }

    // MARK: - The core

    private mutating func decide(_ event: EdgeEvent<Core.Own>, at now: ClockReading) {
        let before = core.livePayments
        for effect in core.handle(event, at: now) {
            switch effect {
            case .persist(let records, let state, let token): queue(records, state, token: token, at: now)
            case .send(let request, let token, let expires): send(request, token, expires)
            case .pulse(let output, let span): act(.pulse(output: output, span))
            case .hold(let output): act(.hold(output: output))
            case .release(let output): act(.release(output: output))
            case .show(let lane, let notice): act(.show(lane: lane, notice))
            case .refund(let id, let progress): act(.refund(id, progress))
            case .fault(let name, let why): act(.fault(name, why))
            case .alarm(let condition, let isActive): act(.alarm(condition, isActive: isActive))
            case .happened(let condition): act(.happened(condition))
            case .log(let level, let text): log(level, text)
            }
        }
        if core.livePayments != before { deliver(.livePayments(core.livePayments), at: now) }
    }

    private mutating func send(_ request: Request, _ token: RequestToken, _ expires: Uptime.Span) {
        let correlation = withUnsafeBytes(of: token.number.bigEndian) { [UInt8]($0) }
        act(
            .publish(
                BoxMessage(
                    topic: topics.request, payload: request.payload, responseTopic: topics.response,
                    correlation: correlation, expirySeconds: UInt32(max(1, expires.milliseconds / 1_000)))))
    }

    // MARK: - Writes

    private mutating func queue(
        _ events: [Record.Event], _ state: [StateChange], token: WriteToken?, at now: ClockReading
    ) {
        precondition(token == nil || !events.isEmpty, "only a write with a record is ever called durable")
        let records = events.map { Record(at: now.wall, isSynchronised: now.isSynchronised, event: $0) }
        pending.append(.write(BoxWrite(records: records, state: state), token))
    }

    /// What to carry out next; nil when everything is done.
    public mutating func nextAction(at now: ClockReading) -> BoxAction? {
        precondition(asking == nil, "the journal's answer to the last write is missing")
        while true {
            if offersAgain {
                if let write = refused.first {
                    asking = .held(write)
                    return .append(write)
                }
                offersAgain = false
                setHealthy(true, because: nil, at: now)
            }
            switch pending.takeFirst() {
            case nil: return nil
            case .action(let action): return action
            case .write(let write, let token):
                guard !refused.isEmpty else {
                    asking = .fresh(write, token)
                    return .append(write)
                }
                // Those before it must come first, and there is no room yet.
                refuse(write, token, because: "earlier records still wait for room", at: now)
            }
        }
    }

    /// The journal's answer to an ``BoxAction/append(_:)``.
    public mutating func appended(_ result: AppendResult, at now: ClockReading) {
        guard let asked = asking.take() else { preconditionFailure("no write was handed to the journal") }
        switch (asked, result) {
        case (.fresh(_, let token), .taken(let last)):
            head = max(head, last)
            if let token { awaited.append((last, token)) }
        case (.held, .taken(let last)):
            head = max(head, last)
            refused.takeFirst()
        case (.fresh(let write, let token), .full(let why)):
            setHealthy(false, because: why, at: now)
            refuse(write, token, because: why, at: now)
        case (.held, .full(let why)):
            offersAgain = false
            setHealthy(false, because: why, at: now)
        case (.fresh(let write, let token), .impossible(let why)):
            giveUp(write, because: why)
            if let token {
                decide(.lost(token), at: now)
            } else if !write.records.isEmpty, !write.state.isEmpty {
                // What the core remembers must outlive a restart even where its account of it cannot be kept.
                pending.append(.write(BoxWrite(records: [], state: write.state), nil))
            }
        case (.held(let write), .impossible(let why)):
            refused.takeFirst()
            giveUp(write, because: why)
        }
    }

    private mutating func refuse(_ write: BoxWrite, _ token: WriteToken?, because why: String, at now: ClockReading) {
        if let token { return decide(.lost(token), at: now) }
        if !refused.hold(write) { giveUp(write, because: "\(why), and \(RefusedWrites.mostRecords) wait in memory") }
    }

    private mutating func giveUp(_ write: BoxWrite, because why: String) {
        refused.recordsGivenUp += write.records.count
        let kinds = write.records.map(\.event.kind).joined(separator: ", ")
        log(.error, "\(write.records.count) records (\(kinds)) cannot be kept: \(why)")
    }

    // MARK: - Journal and delivery

    private mutating func durable(_ through: Int64, at now: ClockReading) {
        if refused.isEmpty {
            setHealthy(true, because: nil, at: now)
        } else {
            // What is on disk has left the queue: there may be room now.
            offersAgain = true
        }
        while let first = awaited.first, first.sequence <= through {
            _ = awaited.takeFirst()
            decide(.durable(first.token), at: now)
        }
        deliver(.durable(through: through), at: now)
    }

    private mutating func setHealthy(_ isHealthy: Bool, because why: String?, at now: ClockReading) {
        guard isHealthy != isJournalHealthy else { return }
        isJournalHealthy = isHealthy
        if isHealthy {
            log(.info, "the journal takes writes again")
        } else {
            log(.error, "the journal takes no writes: \(why ?? "for a reason it does not give")")
        }
        act(.journalFault(why))
        decide(.journal(isHealthy: isHealthy), at: now)
    }

    private mutating func deliver(_ event: DeliveryMachine.Event, at now: ClockReading) {
        for action in delivery.handle(event, at: now.uptime, dice: dice.dice()) {
            switch action {
            case .send(let first, let through): act(.sendBatch(first: first, through: through))
            case .acknowledged(let through):
                act(.acknowledge(through: through))
                keep(refusals.acknowledged(through: through), at: now)
                if through >= head, refused.isEmpty { decide(.settledWithPlatform, at: now) }
            case .refused(let sequence, let why):
                log(.error, "the platform refused records from \(sequence) on (\(why)); they are kept and sent again")
                keep(refusals.refused(sequence, because: why, at: now.wall), at: now)
            case .rewound(let sequence):
                log(.warning, "the platform has lost records from \(sequence) on; they are sent again")
            }
        }
    }

    /// Changes of state that nobody waits for.
    private mutating func keep(_ changes: [StateChange], at now: ClockReading) {
        if !changes.isEmpty { queue([], changes, token: nil, at: now) }
    }

    private mutating func disk(_ level: DiskLevel, at now: ClockReading) {
        let before = diskLevel
        guard level != before else { return }
        diskLevel = level
        var alarms: [Record.Event] = []
        for (code, limit) in [("diskLow", DiskLevel.low), ("diskCritical", .critical)]
        where (before >= limit) != (level >= limit) {
            alarms.append(.boxAlarm(code: code, isActive: level >= limit))
        }
        switch level {
        case .ok: log(.info, "there is room on the disk again")
        case .low: log(.warning, "the disk is getting full: free room on the state folder's file system")
        case .critical: log(.error, "the disk is nearly full: nothing is promised offline until there is room again")
        }
        queue(alarms, [], token: nil, at: now)
        decide(.disk(level), at: now)
    }

    private mutating func act(_ action: BoxAction) { pending.append(.action(action)) }
    private mutating func log(_ level: LogLevel, _ text: String) { act(.log(level, text)) }
}
