import Vocabulary

@testable import Parking

// One step of an exploration, as the runtime would play it.
extension LaneExplorer {
    func steps(_ gate: LaneGate) -> [Step] {
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
    func canonical(_ node: Node) -> Node {
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
