import Payments
import Services
import Vocabulary
import Wire

/// One box with its leases, on a disk that forgets what was not synced, behind a network that loses and repeats.
final class LeaseBox {
    private struct Write {
        var record: Record.Event?
        var state: StateChange?
        var returns: LeaseID?
        /// When it was spent.
        var at: Int64 = 0
    }

    let index: Int
    private(set) var keeper: LeaseKeeper
    private var uptime = Uptime(milliseconds: 60_000)
    private var boots = 0
    /// How far the wall clock is off; a synchronised one is right.
    private var jump: Int64 = 0
    private(set) var isLinkUp = false
    private var unsynced: [Write] = []
    private var kept: [String: [UInt8]] = [:]
    /// What is durable and has not been sent.
    private(set) var undrained: [(at: Int64, event: Record.Event)] = []
    private(set) var outgoing: [(order: LeaseOrder, ask: UInt64, at: Uptime)] = []
    private(set) var incoming: [(id: LeaseID, outcome: LeaseOutcome, ask: UInt64)] = []
    /// What was handed out: durable spends.
    private(set) var served: [Charge] = []

    static let policy = LeasePolicy(
        amount: Fen(1_000), seconds: 900, renewBelow: Fen(300), renewBefore: .seconds(200),
        giveBackUnusedAfter: .seconds(700), most: 4)

    init(_ index: Int, at time: Int64) {
        self.index = index
        keeper = LeaseKeeper(
            policy: LeaseBox.policy, boot: "b0",
            at: ClockReading(uptime: uptime, wall: WallTime(milliseconds: time), isSynchronised: true))
    }

    /// When the oldest spend was made that the platform does not know.
    var oldest: Int64? {
        (undrained.map(\.at) + unsynced.filter { $0.record != nil }.map(\.at)).min()
    }

    func reading(_ time: Int64) -> ClockReading {
        ClockReading(uptime: uptime, wall: WallTime(milliseconds: time + jump), isSynchronised: jump == 0)
    }

    func pass(seconds: Int64) { uptime = uptime + .seconds(seconds) }

    func setClock(off jump: Int64) { self.jump = jump }

    func link(isUp: Bool, at time: Int64) {
        guard isUp != isLinkUp else { return }
        isLinkUp = isUp
        if isUp { return take(keeper.linkUp(at: reading(time))) }
        keeper.linkDown()
        (outgoing, incoming) = ([], [])
    }

    func want(_ holder: Holder, _ id: LeaseID, at time: Int64) {
        take(keeper.want(.purse(holder), id: id, at: reading(time)))
    }

    func tick(at time: Int64) { take(keeper.tick(at: reading(time))) }

    func giveAllBack(at time: Int64) { take(keeper.giveAllBack(at: reading(time))) }

    /// Spends if the lease allows it; it counts when it is on disk.
    func spend(_ charge: Charge, at time: Int64) {
        guard let holder = charge.instrument.holder,
            let spend = try? keeper.spend(charge.quote.total, on: .purse(holder), at: reading(time))
        else { return }
        unsynced.append(Write(record: .leaseSpent(spend.lease, charge), state: spend.state, at: time))
    }

    /// The disk syncs some of what waits, in order.
    func sync(_ count: Int, at time: Int64) {
        for _ in 0..<min(count, unsynced.count) {
            let write = unsynced.removeFirst()
            switch write.state {
            case .put(_, let key, let value): kept[key] = value
            case .remove(_, let key): kept[key] = nil
            case .removeAll, nil: break
            }
            if let record = write.record {
                undrained.append((write.at, record))
                if case .leaseSpent(_, let charge, _) = record { served.append(charge) }
            }
            if let id = write.returns { take(keeper.returnIsDurable(id, at: reading(time))) }
        }
    }

    /// The power goes, or the daemon dies; what was not synced is gone.
    func crash(isReboot: Bool, at time: Int64) {
        unsynced = []
        (outgoing, incoming) = ([], [])
        isLinkUp = false
        if isReboot {
            boots += 1
            uptime = Uptime(milliseconds: 20_000)
        }
        keeper = LeaseKeeper(
            policy: LeaseBox.policy, boot: "b\(boots)",
            kept: kept.values.compactMap { FloatLease(stateValue: $0) }, at: reading(time))
    }

    /// What has not expired at the broker.
    func takeOutgoing(at time: Int64) -> (order: LeaseOrder, ask: UInt64)? {
        outgoing.removeAll { uptime - $0.at > .seconds(30) }
        return outgoing.isEmpty ? nil : { ($0.order, $0.ask) }(outgoing.removeFirst())
    }

    func put(_ id: LeaseID, _ outcome: LeaseOutcome, _ ask: UInt64) { incoming.append((id, outcome, ask)) }

    /// An answer arrives, not always the oldest first.
    func hear(_ index: Int, at time: Int64) {
        let answer = incoming.remove(at: index)
        take(keeper.answer(answer.id, answer.outcome, ask: answer.ask, at: reading(time)))
    }

    func drain(_ send: ([Record.Event]) throws -> Void, at time: Int64) throws {
        guard !undrained.isEmpty else { return }
        try send(undrained.map(\.event))
        undrained = []
        if unsynced.isEmpty { take(keeper.settled(at: reading(time))) }
    }

    private func take(_ actions: [LeaseKeeper.Action]) {
        for action in actions {
            switch action {
            case .send(let order, let ask): if isLinkUp { outgoing.append((order, ask, uptime)) }
            case .keep(let change): unsynced.append(Write(state: change))
            case .keepReturn(let change, let id): unsynced.append(Write(state: change, returns: id))
            case .refused: break
            }
        }
    }
}
