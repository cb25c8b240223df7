import Vocabulary

@testable import Parking

/// From wherever a lane is: once the fire is over, every sensor works and the way is free, does it come back to a closed
/// boom, in service, with no car and no alarm, by waiting and at most one service reset?
struct LaneRecovery {
    let explorer: LaneExplorer
    let limits: LaneWatch.Limits
    /// States from which that has been seen.
    private var known: Set<LaneKey> = []

    /// More than any lane needs: each step is a deadline.
    private static let mostSteps = 60

    init(explorer: LaneExplorer, limits: LaneWatch.Limits) {
        self.explorer = explorer
        self.limits = limits
    }

    /// - Returns: what keeps it from coming back; nil if nothing does.
    mutating func fault(of node: LaneExplorer.Node) -> String? {
        var node = node
        if let fault = heal(&node) { return "\(fault), when all is well again" }
        var seen: [LaneKey] = [], hasMoved = false
        for _ in 0..<LaneRecovery.mostSteps {
            let key = explorer.key(node)
            if known.contains(key) { break }
            seen.append(key)
            if isReady(node) { break }
            let happening: LaneExplorer.Happening, after: Int
            if let due = node.gate.nextDeadline {
                (happening, after) = (.tick, min(max(0, Int(due.nanoseconds / 1_000_000)), boomMoves(node)))
            } else if !node.gate.barrier.isInService {
                (happening, after) = (.serviceReset, 0)
            } else if !node.gate.activeAlarms.isEmpty, node.gate.activeAlarms.allSatisfy(endsByMoving), !hasMoved {
                // A switch that did not follow the boom is believed again when it does, and a boom that was moved
                // by hand has to move as it should.
                hasMoved = true
                (happening, after) = (.openedByHand, 0)
            } else {
                return "the lane does not come back to a closed boom, \(node.gate.barrier.position), "
                    + "\(node.gate.activeAlarms.map(\.code))"
            }
            if let fault = explorer.play(.init(happening: happening, after: after), &node, limits) {
                return "\(fault), when all is well again"
            }
            if let fault = followBoom(&node) { return "\(fault), when all is well again" }
        }
        if let last = seen.last, !known.contains(explorer.key(node)), last != explorer.key(node) || !isReady(node) {
            return "the lane never comes to rest"
        }
        known.formUnion(seen)
        return nil
    }

    /// Until the next movement that was asked for.
    private func endsByMoving(_ alarm: LaneAlarm) -> Bool {
        [.sensorFault(.openLimit), .sensorFault(.closedLimit), .movedByItself].map { .barrier($0) }.contains(alarm)
    }

    private func isReady(_ node: LaneExplorer.Node) -> Bool {
        node.gate.barrier.position == .closed && node.gate.barrier.isInService && node.gate.cars.transit == nil
            && node.gate.barrier.waitingTransits.isEmpty && node.gate.activeAlarms.isEmpty
            && node.gate.nextDeadline == nil
    }

    /// The fire is over, the way is free, the arm is in its holder, and the limit switches say what they should.
    private func heal(_ node: inout LaneExplorer.Node) -> String? {
        var happenings: [LaneExplorer.Happening] = [.fire(false)]
        for sensor in LaneSensor.allCases where limits.fitted[sensor.index] {
            let reading: SensorState =
                switch sensor {
                case .approachLoop, .safetyLoop, .photocell, .obstruction: .clear
                case .armIntact: .active
                case .openLimit: node.gate.barrier.position == .open ? .active : .clear
                case .closedLimit: node.gate.barrier.position == .closed ? .active : .clear
                }
            if node.watch.line(sensor) != reading { happenings.append(.line(sensor, reading)) }
        }
        for happening in happenings {
            if let fault = explorer.play(.init(happening: happening, after: 0), &node, limits) { return fault }
        }
        return nil
    }

    /// How long the boom takes to leave one switch and reach the other: one step each.
    private func boomMoves(_ node: LaneExplorer.Node) -> Int {
        switch node.gate.barrier.position {
        case .raising, .lowering: explorer.stepMilliseconds
        case .closed, .open, .unknown: .max
        }
    }

    private func followBoom(_ node: inout LaneExplorer.Node) -> String? {
        let isUp: Bool
        switch node.gate.barrier.state.phase {
        case .raising: isUp = true
        case .lowering: isUp = false
        case .closed, .waitingToRaise, .open, .unknown: return nil
        }
        // With the pulse the boom leaves one end, and a step later it is at the other.
        let isThere = isUp ? node.watch.raiseEnd <= 0 : node.watch.lowerEnd <= 0
        let readings: [(LaneSensor, SensorState)] = [
            (.openLimit, isUp && isThere ? .active : .clear), (.closedLimit, !isUp && isThere ? .active : .clear),
        ]
        for (sensor, reading) in readings
        where limits.fitted[sensor.index] && node.watch.line(sensor) != reading {
            if let fault = explorer.play(.init(happening: .line(sensor, reading), after: 0), &node, limits) {
                return fault
            }
        }
        return nil
    }
}
