internal import BoxRules
internal import Delivery
internal import Effects
internal import GPIO
internal import Host
internal import Journal
internal import Logging
internal import MQTTLink
internal import Vocabulary
internal import Wire

/// The one thread that owns the box's rules: it hears everything in order, has them decide, and carries it out.
///
/// Nothing in it blocks: the disk, the network and the HTTP server have threads of their own. A relay is switched on
/// this thread, within the call that decided it. What is decided stands in ``BoxMachine``; here is only what a real
/// box adds: clocks, lines, sockets, the log, the watchdog.
struct DecisionLoop<Core: EdgeCore> {
    private let queue: LoopQueue<Core.Own>
    private let journal: Journal
    private let link: MQTTLink
    private let courier: Courier<Core.Own>
    private let driver: any GPIODriver
    private let elsewhere: [String: any OutputDriver]
    private let board: StatusBoard
    private let display: LaneDisplay
    private let notify: Notify
    private let logger: Logger
    private let topics: Topics
    private var machine: BoxMachine<Core>
    private var nextWatchdog: Uptime?
    /// The last attempt to commit failed.
    private var isFailing = false
    private let keepRecordsDays: Int
    /// Looks at the rules after each turn of the loop; it must not wait.
    private let watch: @Sendable (Core, BoxStatus) -> Void
    private let told: @Sendable (LaneID, Notice) -> Void
    private var nextPruning = BootClock.now() + .seconds(60)

    init(
        core: Core, queue: LoopQueue<Core.Own>, journal: Journal, link: MQTTLink, courier: Courier<Core.Own>,
        driver: any GPIODriver, elsewhere: [String: any OutputDriver], board: StatusBoard, display: LaneDisplay,
        notify: Notify, logger: Logger, dice: IDMaker, version: String,
        keepRecordsDays: Int, refusals: RefusalBook,
        told: @escaping @Sendable (LaneID, Notice) -> Void, watch: @escaping @Sendable (Core, BoxStatus) -> Void
    ) {
        self.told = told
        self.keepRecordsDays = keepRecordsDays
        self.watch = watch
        self.queue = queue
        self.journal = journal
        self.link = link
        self.courier = courier
        self.driver = driver
        self.elsewhere = elsewhere
        self.board = board
        self.display = display
        self.notify = notify
        self.logger = logger
        topics = Topics(journal.identity.device)
        machine = BoxMachine(
            core: core, device: journal.identity.device, epoch: journal.identity.epoch, version: version,
            head: journal.head.sequence, acknowledged: journal.acknowledgedThrough, dice: dice,
            refusals: refusals)
    }

    /// Runs until told to stop.
    mutating func run() {
        let start = ClockReading.now()
        machine.start(at: start)
        carryOut(at: start)
        if let interval = notify.watchdogInterval { nextWatchdog = BootClock.now() + half(interval) }
        while true {
            let inputs = queue.source.take(until: nextDeadline)
            let now = ClockReading.now()
            for input in inputs {
                if case .stop = input { return }
                take(input, at: now)
            }
            passTime(at: inputs.isEmpty ? now : .now())
            watch(machine.core, board.current)
        }
    }

    private var nextDeadline: Uptime? {
        var earliest = machine.nextDeadline
        for deadline in [nextWatchdog, nextPruning] {
            if let deadline { earliest = min(earliest ?? deadline, deadline) }
        }
        return earliest
    }

    private mutating func passTime(at now: ClockReading) {
        if let deadline = machine.nextDeadline, now.uptime >= deadline { tell(.tick, at: now) }
        if let due = nextWatchdog, now.uptime >= due, let interval = notify.watchdogInterval {
            notify.watchdog()
            nextWatchdog = now.uptime + half(interval)
        }
        if now.uptime >= nextPruning {
            nextPruning = now.uptime + .seconds(3_600)
            prune(at: now)
        }
    }

    /// How many days confirmed records stay when the disk is getting full, and when it is nearly full.
    private static var keepDaysWhenLow: Int { 7 }
    private static var keepDaysWhenCritical: Int { 1 }

    /// Forgets what the platform confirmed long ago; a wall clock that nobody vouches for decides no such thing.
    private func prune(at now: ClockReading) {
        guard now.isSynchronised else { return }
        let days =
            switch machine.isJournalHealthy ? machine.diskLevel : .critical {
            case .ok: keepRecordsDays
            case .low: min(keepRecordsDays, Self.keepDaysWhenLow)
            case .critical: min(keepRecordsDays, Self.keepDaysWhenCritical)
            }
        let keepRecords = Int64(days) * 86_400_000
        do throws(JournalError) {
            try journal.prune(before: WallTime(milliseconds: now.wall.milliseconds - keepRecords), limit: 100_000)
        } catch { logger.error("old records were not removed: \(error)") }
    }

    // MARK: - What comes in

    private mutating func tell(_ input: BoxInput<Core.Own>, at now: ClockReading) {
        machine.handle(input, at: now)
        carryOut(at: now)
    }

    private mutating func take(_ input: LoopInput<Core.Own>, at now: ClockReading) {
        switch input {
        case .own(let own): tell(.own(own), at: now)
        case .gpio(let event): sensed(event, at: now)
        case .linkUp:
            logger.info("link up")
            board.update {
                $0.isLinkUp = true
                $0.linkFault = nil
            }
            tell(.linkUp, at: now)
        case .linkDown(let why): linkDown(why, at: now)
        case .message(let message):
            tell(
                .message(topic: message.topic, payload: message.payload, correlation: message.correlation), at: now)
        case .durable(let through):
            isFailing = false
            tell(.durable(through: through), at: now)
        case .journalFailed(let error):
            tell(.journalFailed(error.description), at: now)
            // Old records may be what makes room; while it fails they are looked for once a minute.
            nextPruning = min(nextPruning, now.uptime + (isFailing ? .seconds(60) : .seconds(0)))
            isFailing = true
        case .disk(let level): disk(level, at: now)
        case .batchSent(let first, let last): tell(.batchSent(first: first, last: last), at: now)
        case .batchNotSent(let why): tell(.batchNotSent(why), at: now)
        case .stop: break
        }
    }

    private mutating func disk(_ level: DiskLevel, at now: ClockReading) {
        if level > machine.diskLevel { nextPruning = now.uptime }
        tell(.disk(level), at: now)
    }

    private mutating func linkDown(_ why: String, at now: ClockReading) {
        let wasUp = board.current.isLinkUp
        board.update {
            $0.isLinkUp = false
            $0.linkFault = why
        }
        if wasUp { logger.warning("link down: \(why)") } else { logger.debug("link still down: \(why)") }
        tell(.linkDown, at: now)
    }

    private mutating func sensed(_ event: GPIOEvent, at now: ClockReading) {
        switch event {
        case .input(let name, let active, _):
            board.update { $0.faults[name] = nil }
            tell(.sensor(name, active ? .active : .clear), at: now)
        case .outputEnded, .pulse:
            break
        case .fault(let line, let error):
            logger.error("\(line ?? "board"): \(error)")
            board.update { $0.faults[line ?? "board"] = error.description }
            if let line { tell(.sensor(line, .faulty), at: now) }
        }
    }

    // MARK: - What goes out

    private mutating func carryOut(at now: ClockReading) {
        while let action = machine.nextAction(at: now) { perform(action, at: now) }
        let (queued, head, live) = (machine.queued, machine.durableThrough, machine.core.livePayments)
        let (disk, refusals) = (journal.diskReading, machine.refusals.standing)
        board.update {
            $0.disk = disk.level
            $0.diskFreeBytes = disk.freeBytes
            $0.refusals = refusals
            $0.queued = queued
            $0.head = head
            $0.livePayments = live
        }
    }

    private mutating func perform(_ action: BoxAction, at now: ClockReading) {
        switch action {
        case .append(let write): machine.appended(append(write), at: now)
        case .acknowledge(let through):
            do throws(JournalError) { try journal.acknowledge(through: through) } catch { logger.error("\(error)") }
        case .sendBatch(let first, let through): courier.send(first: first, through: through)
        case .publish(let message): publish(message)
        case .reportHealth(let queued, let isJournalHealthy):
            reportHealth(queued: queued, isJournalHealthy: isJournalHealthy, at: now)
        case .pulse(let output, let span):
            if let other = elsewhere[output] { return other.pulse(milliseconds: Int(span.milliseconds)) }
            drive(output) { driver throws(GPIOError) in
                try driver.pulse(output, milliseconds: Int(span.milliseconds))
            }
        case .hold(let output):
            // What is elsewhere moves by pulses only; no rule core asks for it.
            guard elsewhere[output] == nil else { return }
            drive(output) { driver throws(GPIOError) in try driver.set(output, active: true) }
        case .release(let output):
            // What is elsewhere cannot be recalled; no rule core asks for it (see OutputDriver).
            guard elsewhere[output] == nil else { return }
            drive(output) { driver throws(GPIOError) in try driver.release(output) }
        case .show(let lane, let notice):
            let sign = BoxStatus.Sign(
                lane: lane, chinese: display.texts.text(notice, .chinese),
                english: display.texts.text(notice, .english), code: notice.code)
            board.update { status in
                status.signs.removeAll { $0.lane == lane }
                status.signs.append(sign)
            }
            display.show(lane: lane, notice)
            told(lane, notice)
        case .refund(let id, let progress): board.update { $0.note(id, progress) }
        case .fault(let name, let why): board.update { $0.faults[name] = why }
        case .alarm(let condition, let isActive):
            board.update { $0.note(condition, isActive: isActive, at: now.wall) }
        case .happened(let condition): board.update { $0.happened(condition, at: now.wall) }
        case .journalFault(let why): board.update { $0.journalFault = why }
        case .log(.info, let text): logger.info("\(text)")
        case .log(.warning, let text): logger.warning("\(text)")
        case .log(.error, let text): logger.error("\(text)")
        }
    }

    private func append(_ write: BoxWrite) -> AppendResult {
        let records = write.records.map { JournalRecord(at: $0.at, body: $0.body) }
        do throws(JournalError) {
            return .taken(last: try journal.append(JournalWrite(records: records, state: write.state)).last)
        } catch { return error.isForEver ? .impossible(why: error.description) : .full(why: error.description) }
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

    private func publish(_ message: BoxMessage) {
        do throws(MQTTLinkError) {
            try link.publish(
                MQTTMessage(
                    topic: message.topic, payload: message.payload, retain: message.isRetained,
                    responseTopic: message.responseTopic, correlation: message.correlation,
                    expirySeconds: message.expirySeconds))
        } catch {
            // Not sent is the same as not answered: the core asks again.
            logger.warning("a message on \(message.topic) was not sent: \(error)")
        }
    }

    private func reportHealth(queued: Int64, isJournalHealthy: Bool, at now: ClockReading) {
        let health = Health(
            epoch: journal.identity.epoch, head: machine.durableThrough, queued: queued,
            isJournalHealthy: isJournalHealthy, isClockSynchronised: now.isSynchronised, disk: machine.diskLevel,
            faults: board.current.faults.keys.sorted())
        let message = MQTTMessage(topic: topics.health, payload: health.payload, qos: .atMostOnce)
        do throws(MQTTLinkError) { try link.publish(message) } catch { logger.debug("not published: \(error)") }
    }

    private func half(_ span: Uptime.Span) -> Uptime.Span { Uptime.Span(nanoseconds: span.nanoseconds / 2) }
}
