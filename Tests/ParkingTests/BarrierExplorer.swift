import Vocabulary

@testable import Parking

/// Visits every state that a barrier machine can reach from power-up, by every order of the given events, and has a
/// ``BarrierWatch`` judge each step.
struct BarrierExplorer {
    /// What was found.
    struct Result {
        var states = 0
        var transitions = 0
        /// Every reachable state was visited; false if the bound on states or a fault ended the search.
        var isComplete = false
        /// The rule that was broken, and how to get there; nil if all is well.
        var fault: String?
    }

    private struct Node: Hashable {
        var state: BarrierMachine.State
        var watch: BarrierWatch

        /// The parts that tell most states apart; equality looks at all.
        func hash(into hasher: inout Hasher) {
            hasher.combine(state)
            hasher.combine(watch.raiseEnd)
            hasher.combine(watch.lowerEnd)
        }
    }

    private struct Step: CustomStringConvertible {
        var event: BarrierMachine.Event
        var after: Int
        var description: String { after == 0 ? "\(event)" : "+\(after) ms \(event)" }
    }

    let settings: BarrierSettings
    let rules: BarrierRules
    /// What can happen at any moment; ticks come by themselves.
    let events: [BarrierMachine.Event]
    /// The search ends at this many states.
    let maximumStates: Int
    /// How far a tick that is not due moves the time on; all instants stay multiples of it.
    let stepMilliseconds: Int

    private var limits: BarrierWatch.Limits { BarrierWatch.Limits(settings) }

    init(
        _ settings: BarrierSettings, rules: BarrierRules = .all, events: [BarrierMachine.Event],
        maximumStates: Int = 1_000_000, stepMilliseconds: Int = 250
    ) {
        self.settings = settings
        self.rules = rules
        self.events = events
        self.maximumStates = maximumStates
        self.stepMilliseconds = stepMilliseconds
    }

    func run() -> Result {
        let limits = limits
        var machine = BarrierMachine(settings: settings, rules: rules, at: Uptime(milliseconds: 0))
        var nodes = [Node(state: machine.state, watch: BarrierWatch(limits))]
        var origins: [(node: Int, step: Step)] = [(-1, Step(event: .tick, after: 0))]
        var indices = [nodes[0]: 0]
        /// For each state the one it comes to if nothing happens but its deadline; -1 if it is at rest.
        var leftAlone: [Int] = []
        var result = Result()
        var index = 0
        while index < nodes.count {
            let node = nodes[index]
            machine.state = node.state
            let deadline = machine.nextDeadline.map { Int($0.nanoseconds / 1_000_000) }
            leftAlone.append(-1)
            for step in steps(deadline: deadline) {
                result.transitions += 1
                machine.state = node.state
                var watch = node.watch
                let now = Uptime(milliseconds: Int64(step.after))
                let actions = machine.handle(step.event, at: now)
                var fault = watch.observe(step.event, at: step.after, actions, by: machine, limits)
                watch.moveOn(to: step.after, limits)
                let next = Node(state: machine.normalised(at: now).state, watch: watch)
                let known = indices[next]
                if known == nil, fault == nil, !machine.handle(.tick, at: now).isEmpty {
                    fault = "the step left something undone that a tick then does"
                }
                if let fault {
                    result.fault = "\(fault): \(path(to: index, origins)) \(step) -> \(actions)"
                    result.states = nodes.count
                    return result
                }
                if known == nil {
                    indices[next] = nodes.count
                    nodes.append(next)
                    origins.append((index, step))
                }
                if step.event == .tick, step.after == deadline { leftAlone[index] = known ?? nodes.count - 1 }
            }
            index += 1
            if nodes.count >= maximumStates { break }
        }
        result.states = nodes.count
        result.isComplete = index == nodes.count
        if let index = endless(leftAlone) { result.fault = "never comes to rest: \(path(to: index, origins))" }
        return result
    }

    /// Every event now, and in the moment of the deadline before the tick; ticks a little later, in time, and late.
    private func steps(deadline: Int?) -> [Step] {
        var steps = events.map { Step(event: $0, after: 0) }
        steps.append(Step(event: .tick, after: stepMilliseconds))
        if let deadline {
            if deadline != stepMilliseconds { steps.append(Step(event: .tick, after: deadline)) }
            steps.append(Step(event: .tick, after: deadline + stepMilliseconds))
            steps += events.map { Step(event: $0, after: deadline) }
        }
        return steps
    }

    /// A state from which deadline follows deadline in a circle; nil if every one comes to rest.
    private func endless(_ leftAlone: [Int]) -> Int? {
        var visit = [Int](repeating: -1, count: leftAlone.count)
        for start in leftAlone.indices where visit[start] < 0 {
            var index = start
            while index >= 0, index < leftAlone.count, visit[index] < 0 {
                visit[index] = start
                index = leftAlone[index]
            }
            if index >= 0, index < leftAlone.count, visit[index] == start { return index }
        }
        return nil
    }

    private func path(to index: Int, _ origins: [(node: Int, step: Step)]) -> String {
        var steps: [String] = []
        var index = index
        while index > 0 {
            steps.append("\(origins[index].step)")
            index = origins[index].node
        }
        return steps.reversed().joined(separator: ", ")
    }
}
