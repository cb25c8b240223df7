internal import Delivery
internal import DequeModule
internal import Effects
internal import GPIO
internal import Host
internal import Journal
internal import Logging
internal import MQTTLink
internal import Vocabulary
internal import Wire

/// The one thread that owns the rule core: it hears everything in order, decides, and has effects carried out.
///
/// Nothing in it blocks: the disk, the network and the HTTP server have threads of their own. A relay is switched on
/// this thread, within the call that decided it.
struct DecisionLoop<Core: EdgeCore> {
    private let queue: LoopQueue<Core.Own>
    private let journal: Journal
    private let link: MQTTLink
    private let courier: Courier<Core.Own>
    private let driver: any GPIODriver
    private let board: StatusBoard
    private let notify: Notify
    private let logger: Logger
    private let topics: Topics
    private let version: String
    private var core: Core
    private var delivery: DeliveryMachine
    private var dice: IDMaker
    /// Writes whose durability the core waits for, in the order of their records.
    private var awaited: Deque<(sequence: Int64, token: WriteToken)> = []
    private var isJournalHealthy = true
    private var nextWatchdog: Uptime?
    private var nextHealth = Uptime(nanoseconds: 0)
    private let keepRecords: Int64
    private var nextPruning = BootClock.now() + .seconds(60)

    init(
        core: Core, queue: LoopQueue<Core.Own>, journal: Journal, link: MQTTLink, courier: Courier<Core.Own>,
        driver: any GPIODriver, board: StatusBoard, notify: Notify, logger: Logger, dice: IDMaker, version: String,
        keepRecordsDays: Int
    ) {
        keepRecords = Int64(keepRecordsDays) * 86_400_000
        self.core = core
        self.queue = queue
        self.journal = journal
        self.link = link
        self.courier = courier
        self.driver = driver
        self.board = board
        self.notify = notify
        self.logger = logger
        self.dice = dice
        self.version = version
        topics = Topics(journal.identity.device)
        delivery = DeliveryMachine(
            epoch: journal.identity.epoch, acknowledged: journal.acknowledgedThrough, durable: journal.head.sequence)
    }

    /// How often the box reports its health while the link is up.
    private static var healthInterval: Uptime.Span { .seconds(30) }

    /// Runs until told to stop.
    mutating func run() {
        write([.started(version: version)], [], token: nil, at: .now())
        if let interval = notify.watchdogInterval { nextWatchdog = BootClock.now() + half(interval) }
        while true {
            let inputs = queue.source.take(until: nextDeadline)
            let now = ClockReading.now()
            for input in inputs {
                if case .stop = input { return }
                take(input, at: now)
            }
            passTime(at: inputs.isEmpty ? now : .now())
        }
    }

    private var nextDeadline: Uptime? {
        var earliest = core.nextDeadline
        for deadline in [delivery.nextDeadline, nextWatchdog, nextPruning, link.isUp ? nextHealth : nil] {
            if let deadline { earliest = min(earliest ?? deadline, deadline) }
        }
        return earliest
    }

    private mutating func passTime(at now: ClockReading) {
        if let deadline = core.nextDeadline, now.uptime >= deadline { decide(.tick, at: now) }
        if let deadline = delivery.nextDeadline, now.uptime >= deadline { deliver(.tick, at: now) }
        if let due = nextWatchdog, now.uptime >= due, let interval = notify.watchdogInterval {
            notify.watchdog()
            nextWatchdog = now.uptime + half(interval)
        }
        if link.isUp, now.uptime >= nextHealth {
            nextHealth = now.uptime + DecisionLoop.healthInterval
            publishHealth(at: now)
        }
        if now.uptime >= nextPruning {
            nextPruning = now.uptime + .seconds(3_600)
            prune(at: now)
        }
    }

    /// Forgets what the platform confirmed long ago; a wall clock that nobody vouches for decides no such thing.
    private func prune(at now: ClockReading) {
        guard now.isSynchronised else { return }
        do throws(JournalError) {
            try journal.prune(before: WallTime(milliseconds: now.wall.milliseconds - keepRecords), limit: 100_000)
        } catch { logger.error("old records were not removed: \(error)") }
    }

    private mutating func take(_ input: LoopInput<Core.Own>, at now: ClockReading) {
        switch input {
        case .own(let own): decide(.own(own), at: now)
        case .gpio(let event): sensed(event, at: now)
        case .linkUp: linkUp(at: now)
        case .linkDown(let why): linkDown(why, at: now)
        case .message(let message): received(message, at: now)
        case .durable(let through): durable(through, at: now)
        case .journalFailed(let error): journalFailed(error, at: now)
        case .batchSent(let first, let last): deliver(.sent(first: first, last: last), at: now)
        case .batchNotSent(let why):
            logger.warning("a batch of records was not sent: \(why)")
            deliver(.notSent, at: now)
        case .stop: break
        }
    }

    // MARK: - The core

    private mutating func decide(_ event: EdgeEvent<Core.Own>, at now: ClockReading) {
        let before = core.livePayments
        for effect in core.handle(event, at: now) { perform(effect, at: now) }
        if core.livePayments != before { deliver(.livePayments(core.livePayments), at: now) }
    }

    private mutating func perform(_ effect: EdgeEffect, at now: ClockReading) {
        switch effect {
        case .persist(let records, let state, let token):
            write(records, state, token: token, at: now)
        case .send(let request, let token, let expires):
            send(request, token, expires)
        case .pulse(let output, let span):
            drive(output) { driver throws(GPIOError) in
                try driver.pulse(output, milliseconds: Int(span.milliseconds))
            }
        case .release(let output):
            drive(output) { driver throws(GPIOError) in try driver.release(output) }
        case .show(let lane, let notice):
            let sign = BoxStatus.Sign(lane: lane, chinese: notice.chinese, english: notice.english)
            board.update { status in
                status.signs.removeAll { $0.lane == lane }
                status.signs.append(sign)
            }
        case .log(.info, let text): logger.info("\(text)")
        case .log(.warning, let text): logger.warning("\(text)")
        case .log(.error, let text): logger.error("\(text)")
        }
    }

    private func drive(_ output: String, _ action: (any GPIODriver) throws(GPIOError) -> Void) {
        do throws(GPIOError) {
            try action(driver)
        } catch {
            // The boom's travel limit takes the lane out of service; here the engineer learns why.
            logger.error("output \(output): \(error)")
            board.update { $0.faults[output] = error.description }
        }
    }

    private mutating func write(
        _ events: [Record.Event], _ state: [StateChange], token: WriteToken?, at now: ClockReading
    ) {
        let records = events.map { event in
            JournalRecord(
                at: now.wall, body: Record(at: now.wall, isSynchronised: now.isSynchronised, event: event).body)
        }
        do throws(JournalError) {
            let ticket = try journal.append(JournalWrite(records: records, state: state))
            if let token { awaited.append((ticket.last, token)) }
        } catch {
            logger.critical("\(events.count) records were not taken by the journal: \(error)")
            setHealthy(false, because: error.description, at: now)
        }
    }

    private func send(_ request: Request, _ token: RequestToken, _ expires: Uptime.Span) {
        let correlation = withUnsafeBytes(of: token.number.bigEndian) { [UInt8]($0) }
        do throws(MQTTLinkError) {
            try link.publish(
                MQTTMessage(
                    topic: topics.request, payload: request.payload, responseTopic: topics.response,
                    correlation: correlation, expirySeconds: UInt32(max(1, expires.milliseconds / 1_000))))
        } catch {
            // Not sent is the same as not answered: the core asks again.
            logger.warning("a request was not sent: \(error)")
        }
    }

    // MARK: - What comes in

    private mutating func sensed(_ event: GPIOEvent, at now: ClockReading) {
        switch event {
        case .input(let name, let active, _):
            board.update { $0.faults[name] = nil }
            decide(.sensor(name, active ? .active : .clear), at: now)
        case .outputEnded:
            break
        case .fault(let line, let error):
            logger.error("\(line ?? "board"): \(error)")
            board.update { $0.faults[line ?? "board"] = error.description }
            if let line { decide(.sensor(line, .faulty), at: now) }
        }
    }

    private mutating func linkUp(at now: ClockReading) {
        logger.info("link up")
        board.update {
            $0.isLinkUp = true
            $0.linkFault = nil
        }
        nextHealth = now.uptime
        publishPresence()
        deliver(.linkUp, at: now)
        decide(.linkUp, at: now)
    }

    private mutating func linkDown(_ why: String, at now: ClockReading) {
        let wasUp = board.current.isLinkUp
        board.update {
            $0.isLinkUp = false
            $0.linkFault = why
        }
        if wasUp { logger.warning("link down: \(why)") } else { logger.debug("link still down: \(why)") }
        deliver(.linkDown, at: now)
        decide(.linkDown, at: now)
    }

    private mutating func received(_ message: MQTTMessage, at now: ClockReading) {
        switch message.topic {
        case topics.response:
            guard let correlation = message.correlation, correlation.count == 8 else {
                logger.warning("an answer without our correlation data came: ignored")
                return
            }
            let number = correlation.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            do throws(WireError) {
                let response = try Response(payload: message.payload)
                decide(.answer(RequestToken(number), response), at: now)
            } catch {
                logger.error("an answer of the platform cannot be read: \(error)")
            }
        case topics.acknowledgement:
            guard let acknowledgement = Acknowledgement(payload: message.payload) else {
                logger.error("an acknowledgement of the platform cannot be read: ignored")
                return
            }
            deliver(.acknowledgement(acknowledgement), at: now)
        case topics.event:
            if let announcement = Announcement(payload: message.payload) { decide(.announced(announcement), at: now) }
        default:
            logger.warning("a message on \(message.topic) is not for this box: ignored")
        }
    }

    // MARK: - Journal and delivery

    private mutating func durable(_ through: Int64, at now: ClockReading) {
        setHealthy(true, because: nil, at: now)
        while let first = awaited.first, first.sequence <= through {
            awaited.removeFirst()
            decide(.durable(first.token), at: now)
        }
        deliver(.durable(through: through), at: now)
    }

    private mutating func journalFailed(_ error: JournalError, at now: ClockReading) {
        logger.error("\(error)")
        setHealthy(false, because: error.description, at: now)
    }

    private mutating func setHealthy(_ isHealthy: Bool, because why: String?, at now: ClockReading) {
        guard isHealthy != isJournalHealthy else { return }
        isJournalHealthy = isHealthy
        if isHealthy { logger.info("the journal takes writes again") }
        board.update { $0.journalFault = why }
        decide(.journal(isHealthy: isHealthy), at: now)
    }

    private mutating func deliver(_ event: DeliveryMachine.Event, at now: ClockReading) {
        for action in delivery.handle(event, at: now.uptime, dice: dice.dice()) {
            switch action {
            case .send(let first, let through):
                courier.send(first: first, through: through)
            case .acknowledged(let through):
                acknowledged(through, at: now)
            case .refused(let sequence, let why):
                logger.error("the platform refused records from \(sequence) on (\(why)); they are kept and sent again")
            case .rewound(let sequence):
                logger.warning("the platform has lost records from \(sequence) on; they are sent again")
            }
        }
        let (queued, head) = (delivery.queued, delivery.durableThrough)
        board.update {
            $0.queued = queued
            $0.head = head
        }
    }

    private mutating func acknowledged(_ through: Int64, at now: ClockReading) {
        do throws(JournalError) { try journal.acknowledge(through: through) } catch { logger.error("\(error)") }
        if through >= journal.head.sequence { decide(.settledWithPlatform, at: now) }
    }

    // MARK: - What goes out of itself

    private func publishPresence() {
        let (identity, head) = (journal.identity, journal.head.sequence)
        publish(
            MQTTMessage(
                topic: topics.presence,
                payload: Presence.online(version: version, epoch: identity.epoch, head: head).payload, retain: true))
    }

    private func publishHealth(at now: ClockReading) {
        let health = Health(
            queued: delivery.queued, isJournalHealthy: isJournalHealthy, isClockSynchronised: now.isSynchronised,
            faults: board.current.faults.keys.sorted())
        publish(MQTTMessage(topic: topics.health, payload: health.payload, qos: .atMostOnce))
    }

    private func publish(_ message: MQTTMessage) {
        do throws(MQTTLinkError) { try link.publish(message) } catch { logger.debug("not published: \(error)") }
    }

    private func half(_ span: Uptime.Span) -> Uptime.Span { Uptime.Span(nanoseconds: span.nanoseconds / 2) }
}
