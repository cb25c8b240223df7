import Canteen
import CanteenFit
import Delivery
import EdgeRuntime
import FaceLink
import FaceTerminal
import Host
import Logging
import ServiceLifecycle
import Synchronization
import Vocabulary
import Wire

/// The face terminals of a box: who stands before one is handed to the rules, and whoever may eat is brought to it.
final class FaceService: Service {
    private let hardware: CanteenHardware
    private let scenario: CanteenScenario
    private let stateFolder: String
    private let logger: Logger
    private let offer = Mutex<@Sendable (CanteenEvent) -> Bool>({ _ in false })
    /// Nil: terminals are filled elsewhere, or there are none.
    private let roster: Mutex<FaceRoster?>
    private let link = Mutex<FaceLink?>(nil)

    init(
        _ hardware: CanteenHardware, _ scenario: CanteenScenario, _ configuration: BoxConfiguration, logger: Logger
    ) {
        self.hardware = hardware
        self.scenario = scenario
        stateFolder = configuration.stateFolder
        self.logger = logger
        let pictures = hardware.terminals == nil ? nil : hardware.pictures
        roster = Mutex(pictures.map { FaceRoster(pictures: $0) })
    }

    /// Says who takes what terminals see; call it before the service runs.
    func use(_ take: @escaping @Sendable (CanteenEvent) -> Bool) { offer.withLock { $0 = take } }

    func run() async throws {
        guard let terminals = hardware.terminals else {
            try? await gracefulShutdown()
            return
        }
        let (folder, calendar) = (stateFolder, scenario.calendar)
        let backoff = Backoff(first: .milliseconds(500), longest: .seconds(15))
        let link = try FaceLink(
            terminals, freshSeconds: scenario.waits.recordFresh.milliseconds / 1_000,
            notes: { () throws(FaceNotesError) -> any FaceNotes in try FaceNotesFile(folder: folder) },
            localSeconds: { calendar.zone.localSeconds(at: WallClock.now()) },
            backoff: { .nanoseconds(backoff.wait(attempt: $0, dice: SecureRandom.bits64()).nanoseconds) },
            take: { self.take($0) }, tell: { self.hear($0) })
        self.link.withLock { $0 = link }
        try link.start()
        if let faces = roster.withLock({ $0?.faces }) { link.want(faces) }
        try? await gracefulShutdown()
        // Stopping waits for threads: a thread of its own, not one of the shared pool.
        await withCheckedContinuation { continuation in
            let stop: @Sendable () -> Void = {
                link.stop()
                continuation.resume()
            }
            do { _ = try HostThread(name: "stop faces", body: stop) } catch { stop() }
        }
    }

    // MARK: - Who should be known

    /// Brings whoever came to the list to the terminals, and takes away who left; on the decision loop's thread.
    func watch(_ site: CanteenSite) {
        let news = roster.withLock { $0?.hear(version: site.peopleVersion) { site.listedPeople } }
        guard let news else { return }
        for (holder, why) in news.unfit { logger.error("\(holder) cannot be brought to the terminals: \(why)") }
        link.withLock { $0 }?.want(news.faces)
    }

    /// A lane's terminals were replaced or emptied: everybody is brought to them anew.
    /// - Returns: false if the lane has none.
    func replaced(at lane: LaneID) -> Bool {
        let terminals = hardware.terminals?.terminals.filter { $0.lane == lane } ?? []
        guard let link = link.withLock({ $0 }), !terminals.isEmpty else { return false }
        for terminal in terminals {
            logger.info("face terminal \(terminal.id): replaced; everybody is brought to it anew")
            link.replaced(terminal.id)
        }
        return true
    }

    // MARK: - Who came

    /// On the link's own thread; never blocks.
    private func take(_ arrival: FaceArrival) -> Bool {
        offer.withLock { $0 }(CanteenEvent(arrival, in: scenario.calendar.zone))
    }

    private func hear(_ news: FaceNews) {
        switch news {
        case .up: logger.info("face terminals: connected to their broker")
        case .down(let why): logger.warning("face terminals: \(why)")
        case .heard(let terminal): logger.info("face terminal \(terminal): there")
        case .silent(let terminal): logger.warning("face terminal \(terminal): silent; see its power and network")
        case .clock(let terminal, let off?):
            logger.error("face terminal \(terminal): its clock is \(off) s off; it charges nobody until it is set")
        case .clock(let terminal, nil): logger.info("face terminal \(terminal): its clock is right again")
        case .history(let terminal, let finding):
            logger.warning("face terminal \(terminal): a record charges nobody: \(finding)")
        case .busy(let terminal): logger.warning("face terminal \(terminal): too far behind, it will send again")
        case .stranger(_, let lane): _ = offer.withLock { $0 }(.notKnown(lane, .unknown))
        case .garbage(let terminal, let error):
            logger.warning("face terminal \(terminal ?? "unknown"): not understood: \(error)")
        case .unknownTerminal(let id):
            logger.warning("a face terminal \(id.prefix(64)) speaks and is not in the hardware file")
        case .pushed(let terminal, let remaining):
            logger.info("face terminal \(terminal): \(remaining) people are still to be brought or removed")
        case .refused(let terminal, let person, let code):
            let masked = (try? Slug(person)).map { "\(Holder(.member, $0))" } ?? "somebody"
            logger.error("face terminal \(terminal): did not take \(masked), code \(code.prefix(32))")
        case .unanswered(let terminal, let attempts):
            logger.warning("face terminal \(terminal): a batch was not answered \(attempts) times; tried again later")
        case .notes(let error?): logger.error("\(error)")
        case .notes(nil): logger.info("what terminals were sent is kept again")
        }
    }
}
