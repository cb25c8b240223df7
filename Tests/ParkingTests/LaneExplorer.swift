import Vocabulary

@testable import Parking

private let ours = SiteFixtures.plate("粤B12340")

/// Visits every state that a lane can reach from power-up, by every order of the given happenings, and has a
/// ``LaneWatch`` judge each step.
struct LaneExplorer {
    /// What can happen in a lane.
    enum Happening: Hashable {
        case line(LaneSensor, SensorState)
        case read(Plate)
        /// The verdict on the car that is being dealt with.
        case letThrough, hold
        case openedByHand
        case fire(Bool)
        case serviceReset
        case obstruction
        case powerCut
        case tick
    }

    struct Result {
        var states = 0
        var transitions = 0
        /// Every reachable state was visited; false if the bound on states or a fault ended the search.
        var isComplete = false
        /// The rule that was broken, and how to get there; nil if all is well.
        var fault: String?
    }

    struct Node: Hashable {
        var gate: LaneGate
        var watch: LaneWatch
    }

    private struct Visit {
        var node: Node
        var index: Int
    }

    /// How each state was first reached, from the first on, which is number 0.
    struct Origins {
        private var parents: [Int32] = [], steps: [Step] = []

        var count: Int { steps.count }

        mutating func note(_ step: Step, from index: Int) {
            parents.append(Int32(index))
            steps.append(step)
        }

        func path(to index: Int) -> String {
            var words: [String] = []
            var index = index
            while index > 0 {
                words.append("\(steps[index - 1])")
                index = Int(parents[index - 1])
            }
            return words.reversed().joined(separator: ", ")
        }
    }

    struct Step: CustomStringConvertible {
        var happening: Happening
        var after: Int
        var description: String { after == 0 ? "\(happening)" : "+\(after) ms \(happening)" }
    }

    let barrier: BarrierSettings
    let lane: LaneSettings
    let happenings: [Happening]
    var barrierRules = BarrierRules.all
    var rules = LaneRules.all
    var judgesStanding = true
    var judgesTwoCars = false
    var judgesRecovery = true
    var maximumStates = 1_000_000
    /// How far a tick that is not due moves the time on.
    var stepMilliseconds = 1_000

    /// At most so many cars have an id at once: the one that is dealt with, and those the boom waits for.
    static let mostCars = 4
    private static let pool = (1...mostCars).map { BarrierFixtures.transit(UInt64($0)) }

    static func number(of transit: UUIDv7) -> Int { (pool.firstIndex(of: transit) ?? -2) + 1 }
    static func number(of plate: Plate) -> Int { plate == ours ? 1 : 2 }

    func start() -> Node {
        let machine = BarrierMachine(settings: barrier, rules: barrierRules, at: Uptime(milliseconds: 0))
        return Node(gate: LaneGate(machine, lane: lane, rules: rules), watch: LaneWatch(.init(barrier, lane)))
    }

    func run() -> Result {
        var limits = LaneWatch.Limits(barrier, lane)
        limits.isStandingJudged = judgesStanding
        limits.areTwoJudged = rules.contains(.tellsTwoCars) || judgesTwoCars
        var recovery = LaneRecovery(explorer: self, limits: limits)
        var level = [Visit(node: canonical(start()), index: 0)]
        var origins = Origins()
        var known: Set<LaneKey> = [key(level[0].node)]
        var result = Result()
        while !level.isEmpty {
            var next: [Visit] = []
            for visit in level {
                if known.count >= maximumStates { break }
                for step in steps(visit.node.gate) {
                    result.transitions += 1
                    var node = visit.node
                    if let fault = play(step, &node, limits) {
                        result.fault = "\(fault): \(origins.path(to: visit.index)) \(step)"
                        result.states = known.count
                        return result
                    }
                    guard known.insert(key(node)).inserted else { continue }
                    origins.note(step, from: visit.index)
                    next.append(Visit(node: node, index: origins.count))
                    if judgesRecovery, let fault = recovery.fault(of: node) {
                        result.fault = "\(fault): \(origins.path(to: origins.count))"
                        result.states = known.count
                        return result
                    }
                }
            }
            if known.count >= maximumStates { break }
            level = next
        }
        result.isComplete = level.isEmpty
        result.states = known.count
        return result
    }

    func key(_ node: Node) -> LaneKey { LaneKey(node, stepMilliseconds: stepMilliseconds) }

    private func steps(_ gate: LaneGate) -> [Step] {
        var steps = happenings.map { Step(happening: $0, after: 0) }
        guard let due = gate.nextDeadline else { return steps }
        let deadline = max(0, Int(due.nanoseconds / 1_000_000))
        steps.append(Step(happening: .tick, after: deadline))
        // In the moment of the deadline, before its tick.
        if deadline > 0 { steps += happenings.map { Step(happening: $0, after: deadline) } }
        if deadline > stepMilliseconds { steps.append(Step(happening: .tick, after: stepMilliseconds)) }
        return steps
    }

    /// Plays one step as the runtime would: whatever is due already is done first, and what a car's end leads to after.
    /// - Returns: the rule that was broken.
    func play(_ step: Step, _ node: inout Node, _ limits: LaneWatch.Limits) -> String? {
        let now = Uptime(milliseconds: Int64(step.after))
        var actions: [LaneGate.Action] = []
        switch step.happening {
        case .line(let sensor, let reading):
            node.watch.hear(sensor, reading, at: step.after, limits)
            actions = node.gate.handle(.sensor(sensor, reading), at: now)
        case .read(let plate):
            if let known = node.gate.cars.plate, known != plate { node.watch.readAnother() }
            if node.gate.cars.plate == nil, !node.gate.cars.isUnread { node.watch.readAnother() }
            actions = node.gate.handle(.cars(.read(plate, newTransit: free(node))), at: now)
        case .letThrough, .hold:
            guard let transit = node.gate.cars.transit else { return nil }
            if step.happening == .hold {
                actions = node.gate.handle(.cars(.hold(transit: transit)), at: now)
            } else {
                node.watch.letThrough(transit, at: step.after)
                actions = node.gate.handle(.cars(.letThrough(transit: transit)), at: now)
            }
        case .openedByHand: actions = openByHand(&node, at: step.after)
        case .fire(let isFire):
            node.watch.held(isFire)
            actions = node.gate.handle(.barrier(.holdOpen(isFire)), at: now)
        case .serviceReset:
            actions = node.gate.handle(.barrier(.serviceReset), at: now)
            node.watch.vouch()
        case .obstruction: actions = node.gate.handle(.barrier(.obstruction), at: now)
        case .powerCut:
            node.gate = start().gate
            node.watch.powerCut(limits)
            for sensor in LaneSensor.allCases where limits.fitted[sensor.index] {
                node.watch.hear(sensor, node.watch.line(sensor), at: 0, limits)
                actions += node.gate.handle(.sensor(sensor, node.watch.line(sensor)), at: Uptime(milliseconds: 0))
            }
        case .tick: actions = node.gate.handle(.tick(newTransit: free(node)), at: now)
        }
        let after = step.happening == .powerCut ? 0 : step.after
        if let fault = finish(actions, &node, at: after, limits) { return fault }
        node.watch.moveOn(to: after, limits)
        node.gate = node.gate.normalised(at: Uptime(milliseconds: Int64(after)))
        node = canonical(node)
        return nil
    }

    /// The same with the ids numbered anew: nothing depends on which id a car has.
    private func canonical(_ node: Node) -> Node {
        var order = [node.gate.cars.transit].compactMap { $0 }
        for transit in node.gate.barrier.waitingTransits where !order.contains(transit) { order.append(transit) }
        if order == Array(LaneExplorer.pool.prefix(order.count)) { return node }
        func renamed(_ transit: UUIDv7) -> UUIDv7 {
            guard let index = order.firstIndex(of: transit) else { preconditionFailure("an id that nobody bears") }
            return LaneExplorer.pool[index]
        }
        var node = node
        node.gate.barrier.state.waiting = node.gate.barrier.state.waiting.map(renamed)
        if let transit = node.gate.cars.transit { node.gate.cars.state.current?.transit = renamed(transit) }
        node.watch.rename(renamed)
        return node
    }

    /// As the site does: the lane waits for the car under the transit of the record, and the boom is asked in any case.
    private func openByHand(_ node: inout Node, at after: Int) -> [LaneGate.Action] {
        let now = Uptime(milliseconds: Int64(after))
        let transit = node.gate.cars.transit ?? free(node)
        if node.gate.cars.transit == nil {
            node.gate.cars.expectByHand(transit, at: now)
            node.watch.expect(transit)
        }
        node.watch.letThrough(transit, at: after)
        let first = node.gate.handle(.cars(.letThrough(transit: transit)), at: now)
        return first + node.gate.handle(.barrier(.open(transit: transit)), at: now)
    }

    private func finish(
        _ actions: [LaneGate.Action], _ node: inout Node, at after: Int, _ limits: LaneWatch.Limits
    ) -> String? {
        let now = Uptime(milliseconds: Int64(after))
        var actions = actions
        if actions.contains(where: { $0.endsACar }) {
            actions += node.gate.takeUpCarBehind(newTransit: free(node), at: now)
        }
        // What has become due by this very event, the runtime does before it waits again.
        var rounds = 0
        while let due = node.gate.nextDeadline, due <= now {
            let more = node.gate.handle(.tick(newTransit: free(node)), at: now)
            actions += more
            if more.contains(where: { $0.endsACar }) {
                actions += node.gate.takeUpCarBehind(newTransit: free(node), at: now)
            }
            rounds += 1
            if rounds > 8 { return "something is due for ever" }
        }
        return node.watch.observe(actions, at: after, by: node.gate, limits)
    }

    /// The first id that no car bears.
    private func free(_ node: Node) -> UUIDv7 {
        let used = node.gate.barrier.waitingTransits + [node.gate.cars.transit].compactMap { $0 }
        guard let free = LaneExplorer.pool.first(where: { !used.contains($0) }) else {
            preconditionFailure("more cars than ids")
        }
        return free
    }
}

extension LaneGate.Action {
    /// The lane is free after it, and the car behind is looked at.
    fileprivate var endsACar: Bool {
        switch self {
        case .through, .stayed: true
        case .pulse, .release, .alarm, .consider, .noPlate, .abandoned: false
        }
    }
}
