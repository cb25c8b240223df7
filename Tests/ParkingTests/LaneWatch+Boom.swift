import Vocabulary

@testable import Parking

// What the judge knows of the boom itself, and of two cars at once.
extension LaneWatch {
    /// A movement has an end: it arrives, is told, or turns.
    mutating func judgeMovement(_ gate: LaneGate, at now: Int, _ limits: Limits) -> String? {
        let position = gate.barrier.position
        if let until = raisingUntil {
            if now >= until {
                if position == .raising { return "a rising boom has no end" }
                // Believed by the barrier in the very moment, the switch may be called stuck, or the boom moved.
                let said: [BarrierAlarm] = [.didNotOpen, .movedByItself, .sensorFault(.openLimit)]
                if isSeen(.openLimit, .clear, limits), said.allSatisfy({ toldNow & LaneWatch.bit(.barrier($0)) == 0 }) {
                    return "a boom that did not rise is not told"
                }
            }
            if now >= until || position != .raising { raisingUntil = nil }
        }
        if let until = loweringUntil {
            if now >= until, position == .lowering { return "a lowering boom has no end" }
            if now >= until || position == .closed { loweringUntil = nil }
        }
        if position == .closed { isAskedFor = isHeld }
        guard position == .raising || position == .lowering else { return nil }
        let latest = Uptime(milliseconds: Int64(now + limits.travel))
        return gate.nextDeadline.map { $0 <= latest } == true ? nil : "a moving boom has no deadline"
    }

    func judgeBoom(_ gate: LaneGate, _ limits: Limits) -> String? {
        let position = gate.barrier.position
        if isHeld, !isTold(.outOfService), position == .closed || position == .lowering {
            return "held open, and yet down"
        }
        if position == .closed, limits.fitted[LaneSensor.closedLimit.index], line(.closedLimit) == .clear,
            soundSince[LaneSensor.closedLimit.index] == nil
        {
            return "taken for closed although its closed switch reads clear"
        }
        if limits.isStandingJudged, gate.nextDeadline == nil, position != .closed, !isHeld, told == 0 {
            return "the boom stays up and nobody is told why"
        }
        return nil
    }

    mutating func followTwo(at now: Int) {
        let (approach, safety) = (believed(.approachLoop), believed(.safetyLoop))
        if approach != .active {
            wasApproachFree = true
        } else if safety == .active, !wasUnder {
            wasApproachFree = false
        }
        wasUnder = safety == .active
        let areTwo = approach == .active && wasUnder && wasApproachFree
        if !wasUnder { wasApproachFree = true }
        twoSince = areTwo ? twoSince ?? now : nil
    }

    func judgeTwo(at now: Int, _ limits: Limits) -> String? {
        guard limits.areTwoJudged else { return nil }
        let isTold = told & LaneWatch.bit(.twoCars) != 0
        if isTold, believed(.approachLoop) != .active || !wasUnder { return "two cars are told where there is one" }
        guard let since = twoSince else { return nil }
        return now - since >= limits.twoCars && !isTold ? "two cars at once are not told" : nil
    }

    private func isTold(_ alarm: BarrierAlarm) -> Bool { told & LaneWatch.bit(.barrier(alarm)) != 0 }

    /// What a line says, unless its sensor is told to be faulty.
    private func believed(_ sensor: LaneSensor) -> SensorState {
        told & LaneWatch.bit(LaneWatch.fault(of: sensor)) != 0 ? .faulty : line(sensor)
    }

    private func isSeen(_ sensor: LaneSensor, _ reading: SensorState, _ limits: Limits) -> Bool {
        limits.fitted[sensor.index] && believed(sensor) == reading && soundSince[sensor.index] == nil
    }

    // MARK: - Alarms as bits

    static func bit(_ alarm: LaneAlarm) -> UInt32 {
        switch alarm {
        case .barrier(let alarm): UInt32(ActiveAlarms.of(alarm).rawValue)
        case .approachLoopFault: UInt32(LaneGate.Lasting.approachLoopFault.rawValue) << 16
        case .standing: UInt32(LaneGate.Lasting.standing.rawValue) << 16
        case .twoCars: UInt32(LaneGate.Lasting.twoCars.rawValue) << 16
        case .plateNotRead: UInt32(LaneGate.Lasting.plateNotRead.rawValue) << 16
        case .fire, .turnedBack, .reversedOut: 0
        }
    }

    static func bits(_ gate: LaneGate) -> UInt32 {
        UInt32(gate.barrier.state.alarms.rawValue) | UInt32(gate.lasting.rawValue) << 16
    }

    static func fault(of sensor: LaneSensor) -> LaneAlarm {
        switch sensor {
        case .approachLoop: .approachLoopFault
        case .safetyLoop: .barrier(.sensorFault(.safetyLoop))
        case .photocell: .barrier(.sensorFault(.photocell))
        case .openLimit: .barrier(.sensorFault(.openLimit))
        case .closedLimit: .barrier(.sensorFault(.closedLimit))
        case .obstruction: .barrier(.sensorFault(.obstruction))
        case .armIntact: .barrier(.sensorFault(.armIntact))
        }
    }
}
