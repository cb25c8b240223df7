internal import Vocabulary

// How sensors, cars and boom hear of each other within one step.
extension LaneGate {
    private func stuckAfter(_ sensor: LaneSensor) -> Uptime.Span? {
        sensor.canBeStuck && rules.contains(.stuckIsFaulty) ? settings.stuckAfter : nil
    }

    private var recoversAfter: Uptime.Span {
        rules.contains(.faultsLast) ? settings.sensorRecoversAfter : Uptime.Span(nanoseconds: 0)
    }

    func deadline(of sensor: LaneSensor) -> Uptime? {
        watches[sensor.index].deadline(stuckAfter: stuckAfter(sensor), recoversAfter: recoversAfter)
    }

    /// Something about a sensor changes; what it is worth afterwards is heard if that is another thing.
    mutating func hear(
        _ sensor: LaneSensor, at now: Uptime, _ outcome: inout Outcome, _ change: (inout SensorWatch) -> Void
    ) {
        guard isFitted(sensor) else { return }
        let before = watches[sensor.index].reading
        change(&watches[sensor.index])
        watches[sensor.index].advance(to: now, stuckAfter: stuckAfter(sensor), recoversAfter: recoversAfter)
        let reading = watches[sensor.index].reading
        if reading != before { deliver(sensor, reading, at: now, &outcome) }
    }

    private mutating func deliver(
        _ sensor: LaneSensor, _ reading: SensorState, at now: Uptime, _ outcome: inout Outcome
    ) {
        switch sensor {
        case .approachLoop: run(cars.handle(.approachLoop(reading), at: now), at: now, &outcome)
        case .safetyLoop:
            let actions = cars.handle(.safetyLoop(reading), at: now)
            let isBackwards = actions.contains(.backedOff) && rules.contains(.seesBackingOff)
            drive(isBackwards ? .backedOff : .safetyLoop(reading), at: now, &outcome)
            run(actions, at: now, &outcome)
        case .photocell: drive(.photocell(reading), at: now, &outcome)
        case .openLimit: drive(.openLimit(reading), at: now, &outcome)
        case .closedLimit: drive(.closedLimit(reading), at: now, &outcome)
        case .armIntact: drive(.armIntact(reading), at: now, &outcome)
        case .obstruction:
            if barrier.settings.hasObstruction {
                drive(.obstructionContact(reading), at: now, &outcome)
            } else if reading == .active {
                drive(.obstruction, at: now, &outcome)
            }
        }
    }

    mutating func carEvent(_ event: LaneMachine.Event, at now: Uptime, _ outcome: inout Outcome) {
        switch event {
        case .read(let plate, _) where cars.explainsApproach(plate):
            watches[LaneSensor.approachLoop.index].explain(at: now)
        default: break
        }
        let actions = cars.handle(event, at: now)
        if case .letThrough = event, !actions.isEmpty {
            watches[LaneSensor.safetyLoop.index].explain(at: now)
            watches[LaneSensor.photocell.index].explain(at: now)
        }
        run(actions, at: now, &outcome)
    }

    mutating func tick(_ newTransit: UUIDv7, at now: Uptime, _ outcome: inout Outcome) {
        for sensor in LaneSensor.allCases {
            if let deadline = deadline(of: sensor), now >= deadline { hear(sensor, at: now, &outcome) { _ in } }
        }
        if let deadline = barrier.nextDeadline, now >= deadline { drive(.tick, at: now, &outcome) }
        if let deadline = cars.nextDeadline, now >= deadline {
            run(cars.handle(.tick(newTransit: newTransit), at: now), at: now, &outcome)
        }
    }

    /// Carries out what the lane says; what it wants of the boom, the boom hears at once.
    mutating func run(_ actions: [LaneMachine.Action], at now: Uptime, _ outcome: inout Outcome) {
        for action in actions {
            switch action {
            case .open(let transit): drive(.open(transit: transit), at: now, &outcome)
            case .withdraw(let transit):
                if rules.contains(.withdraws) { drive(.withdraw(transit: transit), at: now, &outcome) }
            case .backedOff: break
            case .consider(let transit, let plate): outcome.cars.append(.consider(transit: transit, plate: plate))
            case .noPlate(let transit): outcome.cars.append(.noPlate(transit: transit))
            case .through(let transit, let plate, let isCertain):
                outcome.cars.append(.through(transit: transit, plate: plate, isCertain: isCertain))
            case .stayed(let transit, let plate): outcome.cars.append(.stayed(transit: transit, plate: plate))
            case .abandoned(let transit, let plate, let departure):
                outcome.cars.append(.abandoned(transit: transit, plate: plate, departure))
            case .tell(let alarm): outcome.alarms.append(.alarm(alarm, isActive: true))
            }
        }
    }

    /// Carries out what the boom says; what it saw of cars, the lane hears at once. That leads to nothing more for the
    /// boom, so it cannot go round in a circle.
    mutating func drive(_ event: BarrierMachine.Event, at now: Uptime, _ outcome: inout Outcome) {
        for action in barrier.handle(event, at: now) {
            switch action {
            case .pulse(let direction, let span): outcome.relays.append(.pulse(direction, span))
            case .release(let direction): outcome.relays.append(.release(direction))
            case .passed(let transit): passage(.passed(transit: transit), at: now, &outcome)
            case .notPassed(let transit): passage(.notPassed(transit: transit), at: now, &outcome)
            case .passageUnknown(let transit): passage(.passageUnknown(transit: transit), at: now, &outcome)
            case .alarm(let alarm, let isActive):
                outcome.alarms.append(.alarm(.barrier(alarm), isActive: isActive))
                if alarm == .tailgate { run(cars.handle(.tailgated, at: now), at: now, &outcome) }
            }
        }
    }

    private mutating func passage(_ event: LaneMachine.Event, at now: Uptime, _ outcome: inout Outcome) {
        guard rules.contains(.passagesArrive) else { return }
        run(cars.handle(event, at: now), at: now, &outcome)
    }

    // MARK: - Alarms that last

    mutating func noteLasting(at now: Uptime) {
        let isUnder =
            barrier.position != .closed && rules.contains(.tellsStanding)
            && (reading(of: .safetyLoop) == .active || reading(of: .photocell) == .active)
        standingSince = isUnder ? standingSince ?? now : nil
        twoCarsSince = cars.areTwo && rules.contains(.tellsTwoCars) ? twoCarsSince ?? now : nil
        set(.standing, standingSince.map { now >= $0 + settings.standingAfter } ?? false)
        set(.twoCars, twoCarsSince.map { now >= $0 + settings.twoCarsAfter } ?? false)
        set(.approachLoopFault, reading(of: .approachLoop) == .faulty)
        set(.plateNotRead, cars.isUnread && cars.current?.isUndecided == true)
    }

    private mutating func set(_ alarm: Lasting, _ isActive: Bool) {
        if isActive { lasting.insert(alarm) } else { lasting.remove(alarm) }
    }

    /// The same lane with every instant counted from `now`. Two gates with equal normalised states behave alike from
    /// here on.
    func normalised(at now: Uptime) -> LaneGate {
        let back = Uptime(nanoseconds: 0) - now
        var result = self
        result.barrier = barrier.normalised(at: now)
        result.cars = cars.normalised(at: now)
        for sensor in LaneSensor.allCases {
            result.watches[sensor.index] = watches[sensor.index].moved(
                by: back, canBeStuck: stuckAfter(sensor) != nil)
        }
        // It only tells how long a car has stood on the approach loop.
        if stuckAfter(.approachLoop) == nil { result.cars.state.explainedBy = nil }
        // What has been told needs no earlier beginning.
        func moved(_ since: Uptime?, _ limit: Uptime.Span) -> Uptime? {
            since.map { max($0 + back, Uptime(nanoseconds: -limit.nanoseconds)) }
        }
        result.standingSince = moved(standingSince, settings.standingAfter)
        result.twoCarsSince = moved(twoCarsSince, settings.twoCarsAfter)
        return result
    }
}
