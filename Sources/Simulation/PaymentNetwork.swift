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

/// The platform's way to the payment network, and what it does unasked.
extension PlatformModel {
    /// Hands out what a store has decided to ask.
    func giveOut(_ store: PlatformStore, _ worker: Int) {
        let run = run
        for task in store.takeTasks() {
            hasOrders = true
            world.network.call(task) { result in
                guard self.run == run, self.isUp else { return }
                self.heard(result, worker)
            }
        }
    }

    private func heard(_ result: AcquirerResult, _ worker: Int) {
        let store = stores[worker]
        do {
            for (device, response) in try store.hear([result], at: world.wall) {
                world.checker.heard(response)
                if case .payment(let id, let outcome) = response, outcome != .unknown, outcome != .pending {
                    tell(device, .paymentChanged(id))
                }
            }
            giveOut(store, worker)
            tellOfLists(store)
        } catch { world.fail("the platform cannot book what a network said: \(error)") }
    }

    /// Every few seconds, as the platform's own thread does: orders that are due, debts whose time has come.
    func beat() {
        let run = run
        world.after(5_000_000) {
            guard self.run == run, self.isUp else { return }
            self.beats += 1
            for (worker, store) in self.stores.enumerated() {
                do {
                    if self.hasOrders { try store.turn(at: self.world.wall) }
                    if self.beats.isMultiple(of: 12) { _ = try store.tend(at: self.world.wall) }
                } catch { self.world.fail("the platform's turn failed: \(error)") }
                self.giveOut(store, worker)
                self.tellOfLists(store)
            }
            self.beat()
        }
    }

    func tellOfLists(_ store: PlatformStore) {
        guard store.takeDenialChange() else { return }
        for box in world.boxes { tell(box.device, .listChanged(.denials)) }
    }

    private func tell(_ device: DeviceID, _ announcement: Announcement) {
        world.broker.toBox(device, Topics(device).event, announcement.payload, correlation: nil)
    }
}
