internal import Acquiring
internal import SQLite
internal import Services
internal import Vocabulary
internal import Wire

/// The payment network behind the platform: the sandbox's book, over a network that takes its time and loses answers.
final class PaymentNetwork {
    private let world: World
    private let book: SandboxBook
    private var dice: Dice

    init(_ world: World) throws {
        self.world = world
        book = try SandboxBook(path: ":memory:")
        dice = Dice(seed: world.setup.seed, 9)
    }

    /// The platform's worker makes a call; the answer comes, or after the longest wait the word that none came.
    func call(_ task: AcquirerTask, _ answer: @escaping (AcquirerResult) -> Void) {
        let isSlow = world.has(.delay) && dice.chance(perMille: 60)
        world.after(isSlow ? dice.between(1_000_000, 11_000_000) : dice.between(40_000, 400_000)) {
            let isLost = self.world.has(.loss) && self.dice.chance(perMille: 40)
            // What is lost is lost on the way there or on the way back.
            if isLost, self.dice.chance(perMille: 400) {
                return self.world.after(8_000_000) { answer(AcquirerResult(task: task, answer: .unknown)) }
            }
            do {
                let said = try self.book.answer(task.call, at: self.world.wall)
                self.world.note("network", 0, "the payment network to \(task.call.order): \(said)")
                self.world.after(isLost ? 8_000_000 : self.dice.between(40_000, 400_000)) {
                    answer(AcquirerResult(task: task, answer: isLost ? .unknown : said))
                }
            } catch { self.world.fail("the payment network's book: \(error)") }
        }
    }

    /// Somebody scans the code that a box shows, and pays.
    func pay(_ order: PaymentID) {
        do {
            guard try book.pay(order) != nil else { return }
            world.note("scanned", 0, "somebody pays order \(order)")
        } catch { world.fail("the payment network's book: \(error)") }
    }

    /// What the network holds of an order, refunds taken off.
    func held(_ order: PaymentID) throws -> Int64 { try book.held(order).count }
}

/// The platform's way to the payment network, through the line that the daemon has, and what it does unasked.
extension PlatformModel {
    var uptime: Uptime { Uptime(nanoseconds: world.now * 1_000) }

    /// Each worker has a line of its own, which ends with it: questions it has kept are then never answered.
    func openLines() {
        let run = run
        lines = stores.indices.map { worker in
            AcquirerLine(
                at: uptime,
                offer: { [unowned self] task in
                    world.network.call(task) { result in
                        if self.run == run, self.isUp { self.heard(result, worker) }
                    }
                    return true
                }, send: { [unowned self] in send($0) },
                report: { [unowned self] notice in
                    if notice.severity == .error { world.fail("the platform's line to the networks: \(notice)") }
                })
        }
        plannedTurns = stores.map { _ in nil }
        for worker in stores.indices { planTurn(worker) }
    }

    /// Hands out what a store has decided to ask.
    func giveOut(_ store: PlatformStore, _ worker: Int) {
        lines[worker].giveOut(store, at: uptime)
        planTurn(worker)
    }

    private func heard(_ result: AcquirerResult, _ worker: Int) {
        lines[worker].take([.result(result)], stores[worker], at: uptime, wall: world.wall)
        planTurn(worker)
        tellOfLists(stores[worker])
    }

    /// Turns a worker's line when it wants to be turned.
    func planTurn(_ worker: Int) {
        guard let due = lines[worker].due else { return }
        if let planned = plannedTurns[worker], planned <= due { return }
        plannedTurns[worker] = due
        let run = run
        world.at((due.nanoseconds + 999) / 1_000) {
            guard self.run == run, self.isUp, self.plannedTurns[worker] == due else { return }
            self.plannedTurns[worker] = nil
            self.lines[worker].turn(self.stores[worker], at: self.uptime, wall: self.world.wall)
            self.tellOfLists(self.stores[worker])
            self.planTurn(worker)
        }
    }

    private func send(_ outgoing: Outgoing) {
        let (device, topics) = (outgoing.device, Topics(outgoing.device))
        switch outgoing.content {
        case .response(let response, let correlation):
            world.note("sends", 0, "the platform sends \(device): \(response)")
            world.checker.heard(response)
            world.broker.toBox(device, topics.response, response.payload, correlation: correlation)
        case .acknowledgement(let word):
            world.broker.toBox(device, topics.acknowledgement, word.payload, correlation: nil)
        case .announcement(let announcement):
            if case .paymentChanged = announcement { world.counts.answeredLate += 1 }
            tell(device, announcement)
        }
    }

    /// Every minute, as the platform's own thread does: debts whose time has come, leases that are over.
    func beat() {
        let run = run
        world.after(VirtualTime.minutes(1)) {
            guard self.run == run, self.isUp else { return }
            for (worker, store) in self.stores.enumerated() {
                do { _ = try store.tend(at: self.world.wall) } catch {
                    self.world.fail("the platform's turn failed: \(error)")
                }
                self.giveOut(store, worker)
                self.tellOfLists(store)
            }
            self.tellOfPurses()
            self.beat()
        }
    }

    func tellOfLists(_ store: PlatformStore) {
        guard store.takeDenialChange() else { return }
        for box in world.boxes { tell(box.device, .listChanged(.denials)) }
    }

    func tell(_ device: DeviceID, _ announcement: Announcement) {
        guard !keepsQuiet(announcement) else { return }
        world.broker.toBox(device, Topics(device).event, announcement.payload, correlation: nil)
    }
}
