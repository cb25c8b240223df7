internal import Delivery
public import Effects
internal import GPIO
internal import Host
internal import Journal
public import Logging
internal import MQTTLink
public import Readers
public import Vocabulary
internal import Wire

/// A running box: the threads around one rule core, from the opened journal to the last commit.
///
/// It is ready when the store is open; whether the broker can be reached does not matter to that.
public final class Box<Core: EdgeCore>: Sendable {
    public let board: StatusBoard
    private let queue: LoopQueue<Core.Own>
    private let journal: Journal
    private let link: MQTTLink
    private let courier: Courier<Core.Own>
    private let driver: any GPIODriver
    private let hardware: HardwareFile
    private let display: LaneDisplay
    private let scanners = Monitor<CodeScanners?>(nil)
    private let readers = Monitor<Readers?>(nil)
    private let thread: HostThread
    private let notify: Notify
    private let logger: Logger

    /// Opens the journal, makes the core from what it kept, and starts the threads.
    ///
    /// - Parameters:
    ///   - states: the kinds of state that the core wants to begin with; `vouching` are those among them that say that
    ///     others are complete.
    ///   - elsewhere: outputs that are not on the board, by name: they are driven by these.
    ///   - told: is given each notice for a lane, on the decision loop's thread; it must not wait.
    ///   - watch: is shown the core after each turn of the decision loop, on its thread; it must not wait.
    ///   - core: makes the rule core.
    /// - Throws: what cannot be opened, in words for the engineer.
    public init(
        configuration: BoxConfiguration, hardware: HardwareFile, states: [String], vouching: Set<String> = [],
        display displayOptions: LaneDisplay.Options = .init(), logger: Logger, version: String,
        elsewhere: [String: any OutputDriver] = [:],
        told: @escaping @Sendable (LaneID, Notice) -> Void = { _, _ in },
        watch: @escaping @Sendable (Core, BoxStatus) -> Void = { _, _ in },
        core: (_ kept: [String: [(key: String, value: [UInt8])]], _ ids: IDMaker, _ now: ClockReading) -> Core
    ) throws {
        let queue = LoopQueue<Core.Own>()
        let key = try BoxIdentity.key(in: configuration.stateFolder)
        let path = BoxIdentity.journalPath(in: configuration.stateFolder)
        var options = JournalOptions()
        options.disk.warnBelow = configuration.disk.warnBelowMegabytes << 20
        options.disk.refuseBelow = configuration.disk.refuseBelowMegabytes << 20
        journal = try Journal.openOrReplace(
            path: path, device: configuration.device, newEpoch: { Hexadecimal.text(SecureRandom.bytes(8)) },
            now: .now(), vouching: vouching, options: options, handler: JournalListener(queue: queue))
        let reader = try JournalReader(path: path)
        var kept: [String: [(key: String, value: [UInt8])]] = [:]
        for kind in states { try reader.states(kind) { key, value in kept[kind, default: []].append((key, value)) } }
        let core = core(kept, Box.ids(), .now())
        driver = try hardware.makeDriver(defaultSocket: "\(configuration.stateFolder)/gpio.sock")
        link = try Box.link(configuration, queue)
        courier = try Courier(
            journalPath: path, device: configuration.device, epoch: journal.identity.epoch, key: key, link: link,
            queue: queue)
        board = StatusBoard(device: configuration.device)
        let board = board
        display = try LaneDisplay(hardware.lanes, options: displayOptions, logger: logger) { device, fault in
            board.update { $0.faults[device] = fault }
        }
        self.hardware = hardware
        let damaged = Journal.damagedFiles(beside: path)
        board.update {
            $0.damagedJournals = damaged
            if let clock = configuration.rehearsalClock {
                $0.faults["rehearsal"] = "the wall clock is that of \(clock)"
            }
        }
        Box.tell(journal.replacement, damaged, logger)
        let refusals = RefusalBook(standing: try reader.refusals())
        notify = Notify()
        self.queue = queue
        self.logger = logger
        let loop = HandedOver(
            DecisionLoop(
                core: core, queue: queue, journal: journal, link: link, courier: courier, driver: driver,
                elsewhere: elsewhere, board: board, display: display, notify: notify, logger: logger,
                dice: Box.ids(), version: version,
                keepRecordsDays: configuration.keepRecordsDays, refusals: refusals, told: told, watch: watch))
        thread = try HostThread(name: "decisions") { loop.value.run() }
        try driver.start { [readers] event in
            // The pulses of a card reader are no sensor's.
            if readers.withLock({ $0 })?.take(event) != true { queue.offer(.gpio(event)) }
        }
        try link.start()
        let (head, queued) = (journal.head.sequence, journal.head.sequence - journal.acknowledgedThrough)
        logger.info(
            "ready: journal epoch \(journal.identity.epoch), \(head) records, \(queued) of them to be delivered")
        notify.ready(status: "\(queued) records to be delivered")
    }

    /// Hands an event of the outside world to the core.
    /// - Returns: false when the box is too far behind to take it; nothing happens then.
    public func offer(_ own: Core.Own) -> Bool { queue.offerFromOutside(own) }

    /// Opens the lines of the code scanners.
    ///
    /// - Parameter scanned: gets what is scanned, a line at a time, on a scanner's thread; must not block.
    /// - Throws: what could not be started; a scanner that is not there now is a fault of the box, and tried again.
    public func startScanners(_ scanned: @escaping @Sendable (LaneID, String) -> Void) throws {
        let board = board
        let started = try CodeScanners(
            hardware.lanes.scanners, logger: logger,
            report: { device, fault in board.update { $0.faults[device] = fault } }, scanned: scanned)
        scanners.withLock { $0 = started }
    }

    /// Opens the readers of cards, codes and weights.
    ///
    /// - Parameter heard: gets what they read, in order, on the readers' thread; must not block. Faults are told by the
    ///   box's status, not here.
    /// - Throws: what could not be started; a reader that is not there now is a fault of the box, and tried again.
    public func startReaders(_ heard: @escaping @Sendable (ReaderNews) -> Void) throws {
        guard !hardware.readers.readers.isEmpty else { return }
        let (board, logger) = (board, logger)
        let started = try Readers(hardware.readers) { news in
            switch news {
            case .fault(let device, let fault):
                board.update { $0.faults[device] = fault }
                if let fault { logger.warning("\(fault)") } else { logger.info("reader \(device) works") }
            case .unreadable(let lane, let why):
                logger.warning("\(lane): \(why)")
                heard(news)
            case .card, .code, .weight: heard(news)
            }
        }
        readers.withLock { $0 = started }
    }

    /// Ends the threads in an order that loses nothing: no new input, no half-sent batch, everything written committed.
    /// Takes 5 s at most with a disk that works.
    public func stop() {
        notify.stopping()
        driver.close()
        scanners.withLock { $0 }?.stop()
        readers.withLock { $0 }?.stop()
        queue.offer(.stop)
        thread.join()
        courier.stop()
        display.stop()
        link.stop()
        let isComplete = journal.close()
        if isComplete {
            logger.info("stopped; everything written is on disk")
        } else {
            logger.critical("stopped, but the disk did not take the last records: nothing visible depended on them")
        }
    }

    private static func tell(_ replacement: JournalReplacement?, _ damaged: [String], _ logger: Logger) {
        if let replacement {
            logger.critical(
                """
                the journal was damaged and is kept as \(replacement.file); a new one begins. \(replacement.why). \
                Copy the file away and look at the medium
                """)
        } else if !damaged.isEmpty {
            logger.warning("damaged journals are kept in the state folder: \(damaged.joined(separator: ", "))")
        }
    }

    private static func ids() -> IDMaker {
        IDMaker(seed: (SecureRandom.bits64(), SecureRandom.bits64(), SecureRandom.bits64(), SecureRandom.bits64()))
    }

    private static func link(_ configuration: BoxConfiguration, _ queue: LoopQueue<Core.Own>) throws -> MQTTLink {
        let broker = configuration.mqtt
        let topics = Topics(configuration.device)
        var link = MQTTLinkConfiguration(host: broker.host, port: broker.port, clientID: configuration.device.text)
        link.keepAliveSeconds = broker.keepAliveSeconds
        link.username = broker.username
        link.password = broker.password
        if let caFile = broker.caFile {
            link.tls = MQTTLinkConfiguration.TLS(
                caFile: caFile, certificateFile: broker.certificateFile, keyFile: broker.keyFile)
        }
        link.will = MQTTMessage(topic: topics.presence, payload: Presence.offline.payload, retain: true)
        link.subscriptions = [
            .init(topics.response, .atLeastOnce), .init(topics.acknowledgement, .atLeastOnce),
            .init(topics.event, .atLeastOnce),
        ]
        let backoff = Backoff(
            first: .milliseconds(500), longest: .seconds(Int64(broker.longestReconnectSeconds)))
        return try MQTTLink(configuration: link, handler: LinkListener(queue: queue)) { failures in
            let wait = backoff.wait(attempt: failures, dice: SecureRandom.bits64())
            return .nanoseconds(wait.nanoseconds)
        }
    }
}
