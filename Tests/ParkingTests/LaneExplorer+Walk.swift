import Vocabulary

@testable import Parking

// Random days: they come to states that are too far away for a search in order.
extension LaneExplorer {
    /// One order of happenings, mostly of a lane at which everything works: otherwise the boom would hardly ever close.
    func walk(steps count: Int, seed: UInt64) -> Result {
        var dice = SeededGenerator(seed: seed)
        let limits = limits
        var node = start()
        var known: Set<LaneKey> = []
        var recovery = LaneRecovery(explorer: self, limits: limits)
        var latest: [Step] = []
        var result = Result()
        for _ in 0..<count {
            let step = nextStep(of: node, &dice)
            latest = latest.suffix(40) + [step]
            let before = (node.gate.barrier.position, node.watch.car)
            result.transitions += 1
            result.fault = play(step, &node, limits)
            if result.fault == nil, known.insert(key(node)).inserted { result.fault = recovery.fault(of: node) }
            if let fault = result.fault {
                result.fault = "\(fault): … \(latest.map(\.description).joined(separator: ", "))"
                break
            }
            if node.gate.barrier.position == .lowering, before.0 != .lowering { result.lowerings += 1 }
            if before.1?.isLetThrough == true, node.watch.car == nil { result.passages += 1 }
        }
        result.states = known.count
        return result
    }

    private func nextStep(of node: Node, _ dice: inout SeededGenerator) -> Step {
        let choices = steps(node.gate)
        switch Int.random(in: 0..<10, using: &dice) {
        case 0...2:
            // A line that is not as it is at rest becomes so.
            for sensor in LaneSensor.allCases.shuffled(using: &dice) {
                let rest = atRest(sensor, node)
                if node.watch.line(sensor) != rest { return Step(happening: .line(sensor, rest), after: 0) }
            }
        case 3...5:
            if let tick = choices.first(where: { $0.happening == .tick }) { return tick }
        case 6: return Step(happening: node.gate.barrier.isInService ? .letThrough : .serviceReset, after: 0)
        default: break
        }
        return choices.randomElement(using: &dice) ?? Step(happening: .tick, after: 0)
    }

    private func atRest(_ sensor: LaneSensor, _ node: Node) -> SensorState {
        switch sensor {
        case .approachLoop, .safetyLoop, .photocell, .obstruction: .clear
        case .armIntact: .active
        case .openLimit: [.raising, .open].contains(node.gate.barrier.position) ? .active : .clear
        case .closedLimit: [.lowering, .closed].contains(node.gate.barrier.position) ? .active : .clear
        }
    }

    /// How many states a random day comes to, told apart by everything in them and by their keys.
    func distinct(steps count: Int, seed: UInt64) -> (nodes: Int, keys: Int) {
        var dice = SeededGenerator(seed: seed)
        let limits = limits
        var node = start()
        var nodes: [Node: LaneKey] = [:]
        for _ in 0..<count {
            guard let step = steps(node.gate).randomElement(using: &dice) else { break }
            if play(step, &node, limits) != nil { break }
            nodes[node] = key(node)
        }
        return (nodes.count, Set(nodes.values).count)
    }
}
