internal import BoxRules
internal import SQLite
internal import Services
internal import Vocabulary
internal import Wire

/// The platform: the real store, books and payments over a real SQLite file, behind a model of its workers.
///
/// A worker takes a message, commits, and only then answers. It dies between two messages, or between a commit and its
/// answer; what SQLite had not committed is gone by SQLite's own doing. With two workers any of them takes any message,
/// and one that stalls acts on a message long after the other has acted on later ones.
final class PlatformModel {
    let world: World
    private let configuration: PlatformConfiguration
    private(set) var stores: [PlatformStore] = []
    /// Each worker's line to the payment networks, and when it is turned next.
    var lines: [AcquirerLine] = []
    var plannedTurns: [Uptime?] = []
    /// For the checks and the checkpoints.
    let database: Database
    private var dice: Dice
    private(set) var run = 0
    private(set) var isUp = false
    /// How many more messages are survived, and whether the last one is still committed; nil: no restart is planned.
    private var messagesLeft: Int64?
    private var committed = 0
    /// How often a worker stalls on a message while the other goes on: rarely in some runs, in others all the time.
    private let stallsPerMille: Int64
    /// When the next charge that waits for leases is decided.
    var plannedWait: Int64?
    /// What boxes were told of the lists of persons.
    var peopleTold: [Slug: Int64] = [:]
    /// A rule of the platform that is switched off: changes what a box is told, or what the books hold.
    var sabotaged: (Response) -> Response = { $0 }
    var keepsQuiet: (Announcement) -> Bool = { _ in false }
    var tamper: ((Incoming, Response, borrowing Database) -> Void)?

    init(_ world: World, _ configuration: PlatformConfiguration) throws {
        self.world = world
        self.configuration = configuration
        dice = Dice(seed: world.setup.seed, 3)
        stallsPerMille = dice.pick([10, 30, 120])
        _ = try PlatformStore(configuration, at: world.wallAtStart) { _ in }
        var options = DatabaseOptions()
        options.autocheckpointPages = 0
        database = try Database(path: configuration.database, options: options)
    }

    func open() {
        run += 1
        do {
            let workers = world.has(.twoWorkers) ? 2 : 1
            stores = try (0..<workers).map { _ in
                try PlatformStore(configuration, at: world.wall, dice: CouponDice(dice.bits())) { [world] notice in
                    world.note("platform", 0, "the platform: \(notice)")
                }
            }
            isUp = true
            openLines()
            beat()
            lookAtPeople()
            tellOfPurses()
        } catch { world.fail("the platform does not start: \(error)") }
    }

    /// After so many more messages the platform dies.
    func planRestart(messages: Int64) { messagesLeft = messages }

    /// It dies now, and comes back within a minute.
    func restart() { die() }

    private func die() {
        messagesLeft = nil
        guard isUp else { return }
        world.counts.platformRestarts += 1
        world.note("platform dies", 0, "the platform dies")
        isUp = false
        (stores, lines, plannedTurns, plannedWait) = ([], [], [], nil)
        run += 1
        world.after(dice.between(200_000, world.isQuiet ? 1_000_000 : 60_000_000)) { self.open() }
    }

    func receive(_ message: BoxMessage) {
        let arrival = Arrival(
            topic: message.topic, payload: message.payload, responseTopic: message.responseTopic,
            correlation: message.correlation)
        switch arrival {
        case .notice: world.fail("a payment network speaks where there is none")
        case .ignored(let why): world.fail("the platform ignores a box: \(why)")
        case .work(let incoming):
            guard isUp else {
                world.counts.messagesLost += 1
                return
            }
            guard incoming.kind == .request || incoming.kind == .records else { return everyWorker(incoming) }
            let worker = Int(dice.below(Int64(stores.count)))
            var pause = dice.between(300, 3_000)
            if stores.count > 1, dice.chance(perMille: stallsPerMille) { pause += dice.between(100_000, 90_000_000) }
            let run = run
            world.after(pause) {
                guard self.run == run, self.isUp else {
                    self.world.counts.messagesLost += 1
                    return
                }
                self.work(incoming, worker)
            }
        }
    }

    /// What a box says of itself every worker hears, one of them at once and the others when they come to it.
    private func everyWorker(_ incoming: Incoming) {
        let (prompt, run) = (Int(dice.below(Int64(stores.count))), run)
        for worker in stores.indices {
            world.after(worker == prompt ? 300 : dice.between(300, 90_000_000)) {
                guard self.run == run, self.isUp else { return }
                self.work(incoming, worker)
            }
        }
    }

    private func work(_ incoming: Incoming, _ worker: Int) {
        if let left = messagesLeft {
            messagesLeft = left - 1
            if left <= 0 { return die() }
        }
        let store = stores[worker]
        // The last message before the end is committed and never answered.
        let isLast = messagesLeft == 0 && dice.chance(perMille: 500)
        let topics = Topics(incoming.device)
        switch incoming.kind {
        case .request:
            guard let honest = store.answer([incoming], at: world.wall).first else { return }
            tidy()
            let response = sabotaged(honest)
            world.checker.answered(incoming, response)
            sabotage(incoming, response)
            tellOfLists(store)
            defer { tellOfPurses() }
            if isLast {
                giveOut(store, worker)
                return die()
            }
            lines[worker].answer([incoming], [response], store, at: uptime)
            planTurn(worker)
        case .records:
            do {
                let word = try store.ingest(incoming.payload, from: incoming.device, at: world.wall)
                tidy()
                world.note("platform", 1, "the platform to \(incoming.device): \(word)")
                giveOut(store, worker)
                tellOfLists(store)
                defer { tellOfPurses() }
                if isLast { return die() }
                world.broker.toBox(incoming.device, topics.acknowledgement, word.payload, correlation: nil)
            } catch { world.fail("the platform cannot store a batch: \(error)") }
        case .presence, .health:
            do {
                for device in try store.hear([incoming], contacts: [:], at: world.wall) {
                    world.broker.toBox(
                        device, Topics(device).event, Announcement.journalContested.payload, correlation: nil)
                }
                tellOfPurses()
            } catch { world.fail("the platform cannot note that a box is there: \(error)") }
        }
    }

    /// Copies the write-ahead log back now and then, as the store's own thread does in production.
    private func tidy() {
        committed += 1
        guard committed.isMultiple(of: 200) else { return }
        do { _ = try database.checkpoint() } catch { world.fail("the platform's log cannot be copied: \(error)") }
    }

    private func sabotage(_ incoming: Incoming, _ response: Response) {
        if let tamper { tamper(incoming, response, database) }
        guard world.setup.sabotage == .forgetTombstones else { return }
        do { try database.execute("DELETE FROM payments WHERE state = 'reversed' AND charge IS NULL") } catch {
            world.fail("the sabotage failed: \(error)")
        }
    }
}

/// What the platform draws coupons with: the run's own dice.
private struct CouponDice: RandomNumberGenerator {
    private var dice: Dice
    init(_ seed: UInt64) { dice = Dice(seed: seed, 1) }
    mutating func next() -> UInt64 { dice.bits() }
}
