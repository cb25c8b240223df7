import Vocabulary
import Wire

@testable import Delivery

/// A seeded generator (SplitMix64): the same seed gives the same run everywhere, so a failure can be run again.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func chance(oneIn count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }
}

/// A box, a lossy network and a tiny platform, all on one virtual clock.
struct DeliveryWorld {
    /// Something on its way, or planned.
    private enum Happening {
        case courierAnswers(first: Int64, last: Int64)
        case batchArrives(first: Int64, last: Int64)
        case acknowledgementArrives(Acknowledgement)
    }

    static let epoch = "epoch-1"
    /// Records in a batch at most.
    static let batchSize: Int64 = 5

    private(set) var machine: DeliveryMachine
    private(set) var dice: Dice
    private(set) var now = Uptime(milliseconds: 1_000)
    private(set) var faults: [String] = []
    /// What the platform has.
    private(set) var platform: Int64 = 0
    private(set) var durable: Int64 = 0
    private(set) var sends = 0
    private(set) var rewinds: [Int64] = []
    private var plan: [(at: Uptime, what: Happening)] = []
    private var isLinkUp = false
    private var isCourierBusy = false
    /// What the journal has written down of the acknowledgements; it may lag.
    private var persisted: Int64 = 0
    /// One in so many messages is lost; 0: none. As many are doubled.
    var lossOneIn = 0
    /// Refuses every batch that begins here.
    var poison: Int64?

    init(seed: UInt64) {
        dice = Dice(seed: seed)
        machine = DeliveryMachine(epoch: DeliveryWorld.epoch, acknowledged: 0, durable: 0)
    }

    var isDelivered: Bool { platform == durable && machine.acknowledged == durable }

    // MARK: What the outside does

    mutating func write(_ count: Int64) {
        durable += count
        tell(.durable(through: durable))
    }

    mutating func link(isUp: Bool) {
        isLinkUp = isUp
        if !isUp {
            plan.removeAll { if case .courierAnswers = $0.what { false } else { dice.chance(oneIn: 2) } }
        }
        tell(isUp ? .linkUp : .linkDown)
    }

    mutating func restart() {
        plan.removeAll { if case .courierAnswers = $0.what { true } else { false } }
        isCourierBusy = false
        machine = DeliveryMachine(epoch: DeliveryWorld.epoch, acknowledged: persisted, durable: durable)
        if isLinkUp { tell(.linkUp) }
    }

    mutating func restorePlatform(to sequence: Int64) { platform = min(platform, sequence) }

    mutating func tell(_ event: DeliveryMachine.Event) {
        for action in machine.handle(event, at: now, dice: dice.next()) { perform(action) }
        if event == .tick, let next = machine.nextDeadline, next <= now {
            faults.append("a tick that was due is due again at once")
        }
        if machine.acknowledged > durable { faults.append("more is acknowledged than was written") }
    }

    // MARK: Time

    /// Lets time go by, and whatever is planned happen.
    mutating func run(for span: Uptime.Span, until isDone: (DeliveryWorld) -> Bool = { _ in false }) {
        let end = now + span
        var steps = 0
        while !isDone(self) {
            steps += 1
            guard steps < 20_000, faults.count < 10 else {
                faults.append("time does not go on: the machine is busy with nothing")
                return
            }
            let planned = plan.indices.min { plan[$0].at < plan[$1].at }
            let tick = machine.nextDeadline
            guard let next = [planned.map { plan[$0].at }, tick].compactMap({ $0 }).min(), next <= end else { break }
            now = max(now, next)
            if let planned, plan[planned].at <= now {
                let happening = plan.remove(at: planned).what
                happen(happening)
            } else {
                tell(.tick)
            }
        }
        if !isDone(self) { now = max(now, end) }
    }

    private mutating func happen(_ happening: Happening) {
        switch happening {
        case .courierAnswers(let first, let last):
            isCourierBusy = false
            guard isLinkUp, lossOneIn == 0 || !dice.chance(oneIn: lossOneIn * 2) else { return tell(.notSent) }
            travel(.batchArrives(first: first, last: last))
            tell(.sent(first: first, last: last))
        case .batchArrives(let first, let last):
            travel(.acknowledgementArrives(answer(first, last)))
        case .acknowledgementArrives(let acknowledgement):
            if isLinkUp { tell(.acknowledgement(acknowledgement)) }
        }
    }

    private mutating func answer(_ first: Int64, _ last: Int64) -> Acknowledgement {
        guard first <= platform + 1 else {
            return .expected(epoch: DeliveryWorld.epoch, sequence: platform + 1, because: "gap")
        }
        if first == poison { return .expected(epoch: DeliveryWorld.epoch, sequence: first, because: "signature") }
        platform = max(platform, last)
        return .through(epoch: DeliveryWorld.epoch, sequence: platform)
    }

    /// Over the network: in order, or, where messages are lost, also late, overtaken and twice.
    private mutating func travel(_ happening: Happening) {
        for _ in 0..<(lossOneIn > 0 && dice.chance(oneIn: lossOneIn) ? 2 : 1) {
            if lossOneIn > 0, dice.chance(oneIn: lossOneIn) { continue }
            let delay = lossOneIn > 0 ? Int64.random(in: 1...400, using: &dice) : 10
            plan.append((now + .milliseconds(delay), happening))
        }
    }

    private mutating func perform(_ action: DeliveryMachine.Action) {
        switch action {
        case .send(let first, let through):
            sends += 1
            if isCourierBusy { faults.append("a batch is asked for while another is being read") }
            if first < 1 || first > through || through > durable { faults.append("a batch of nothing, \(first)…") }
            isCourierBusy = true
            let last = min(through, first + DeliveryWorld.batchSize - 1)
            plan.append((now + .milliseconds(1), .courierAnswers(first: first, last: last)))
        case .acknowledged(let through):
            if through > durable { faults.append("acknowledged beyond what was written") }
            persisted = max(0, through - Int64.random(in: 0...12, using: &dice))
        case .rewound(let sequence):
            rewinds.append(sequence)
            persisted = min(persisted, sequence - 1)
        case .refused:
            break
        }
    }
}
