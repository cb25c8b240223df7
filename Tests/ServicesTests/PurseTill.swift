import Payments
import Purses
import Services
import Vocabulary
import Wire

/// One till with its leases of purses, on a disk that forgets what was not synced, behind a network that loses and
/// repeats.
final class PurseTill {
    private struct Write {
        var record: Record.Event?
        var state: StateChange?
        var returns: LeaseID?
    }

    let index: Int
    let rules: PurseRules
    private(set) var keeper: LeaseKeeper
    private var uptime = Uptime(milliseconds: 60_000)
    private var boots = 0
    private(set) var isLinkUp = false
    private var unsynced: [Write] = []
    private var kept: [String: [UInt8]] = [:]
    /// What is durable and has not been sent.
    private(set) var undrained: [Record.Event] = []
    private(set) var outgoing: [(order: LeaseOrder, ask: UInt64)] = []
    private(set) var incoming: [(id: LeaseID, outcome: LeaseOutcome, ask: UInt64)] = []
    /// What was handed out: durable spends.
    private(set) var served: [(charge: Charge, spends: [PurseSpend])] = []
    private(set) var recalls = 0

    static let policy = LeasePolicy(
        amount: Fen(900), seconds: 900, renewBelow: Fen(300), renewBefore: .seconds(200),
        giveBackUnusedAfter: .seconds(700), most: 4)

    init(_ index: Int, rules: PurseRules, at time: WallTime) {
        (self.index, self.rules) = (index, rules)
        keeper = LeaseKeeper(
            policy: PurseTill.policy, boot: "b0", at: ClockReading(uptime: uptime, wall: time, isSynchronised: true))
    }

    func reading(_ time: WallTime) -> ClockReading { ClockReading(uptime: uptime, wall: time, isSynchronised: true) }

    func pass(seconds: Int64) { uptime = uptime + .seconds(seconds) }

    func link(isUp: Bool, at time: WallTime) {
        guard isUp != isLinkUp else { return }
        isLinkUp = isUp
        if isUp { return take(keeper.linkUp(at: reading(time))) }
        keeper.linkDown()
        (outgoing, incoming) = ([], [])
    }

    func want(_ holder: Holder, _ id: LeaseID, at time: WallTime) {
        take(keeper.want(.purse(holder), id: id, at: reading(time)))
    }

    func tick(at time: WallTime) { take(keeper.tick(at: reading(time))) }

    func recalled(_ id: LeaseID, at time: WallTime) {
        recalls += 1
        take(keeper.recalled(id, isBusy: false, at: reading(time)))
    }

    /// Pays from what is lent, if that is enough; it counts when it is on disk.
    func eat(_ charge: Charge, _ guardian: Guardian?, at time: WallTime) throws {
        guard let holder = charge.instrument.holder, let meal = charge.meal else { return }
        let occasion = Occasion(merchant: slug("canteen"), meal: meal)
        let split = keeper.split(
            try Basket(charge.quote), of: .purse(holder), guardian: guardian, on: occasion, by: rules,
            at: reading(time))
        guard case .success(let spends) = split,
            let spend = try? keeper.spend(spends, of: .purse(holder), on: occasion, at: reading(time))
        else { return }
        unsynced.append(Write(record: .leaseSpent(spend.lease, charge, spends: spends), state: spend.state))
    }

    /// The disk syncs some of what waits, in order.
    func sync(_ count: Int, at time: WallTime) {
        for _ in 0..<min(count, unsynced.count) {
            let write = unsynced.removeFirst()
            switch write.state {
            case .put(_, let key, let value): kept[key] = value
            case .remove(_, let key): kept[key] = nil
            case .removeAll, nil: break
            }
            if let record = write.record {
                undrained.append(record)
                if case .leaseSpent(_, let charge, let spends) = record { served.append((charge, spends)) }
            }
            if let id = write.returns { take(keeper.returnIsDurable(id, at: reading(time))) }
        }
    }

    /// The power goes, or the daemon dies; what was not synced is gone.
    func crash(isReboot: Bool, at time: WallTime) {
        unsynced = []
        (outgoing, incoming) = ([], [])
        isLinkUp = false
        if isReboot {
            boots += 1
            uptime = Uptime(milliseconds: 20_000)
        }
        keeper = LeaseKeeper(
            policy: PurseTill.policy, boot: "b\(boots)", kept: kept.values.compactMap { FloatLease(stateValue: $0) },
            at: reading(time))
    }

    func takeOutgoing() -> (order: LeaseOrder, ask: UInt64)? { outgoing.isEmpty ? nil : outgoing.removeFirst() }

    func put(_ id: LeaseID, _ outcome: LeaseOutcome, _ ask: UInt64) { incoming.append((id, outcome, ask)) }

    /// An answer arrives, not always the oldest first.
    func hear(_ index: Int, at time: WallTime) {
        let answer = incoming.remove(at: index)
        take(keeper.answer(answer.id, answer.outcome, ask: answer.ask, at: reading(time)))
    }

    func drain(_ send: ([Record.Event]) throws -> Void, at time: WallTime) throws {
        guard !undrained.isEmpty else { return }
        try send(undrained)
        undrained = []
        if unsynced.isEmpty { take(keeper.settled(at: reading(time))) }
    }

    private func take(_ actions: [LeaseKeeper.Action]) {
        for action in actions {
            switch action {
            case .send(let order, let ask): if isLinkUp { outgoing.append((order, ask)) }
            case .keep(let change): unsynced.append(Write(state: change))
            case .keepReturn(let change, let id): unsynced.append(Write(state: change, returns: id))
            case .refused: break
            }
        }
    }
}
