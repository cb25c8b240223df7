internal import Effects
internal import Vocabulary
internal import Wire

/// Sensors and booms: what the lines report, and what follows for boom, records and people.
extension ParkingSite {
    mutating func sensor(_ name: String, _ reading: SensorState, at now: ClockReading) {
        guard let dot = name.firstIndex(of: "."), let id = try? LaneID(String(name[..<dot])), let index = index(of: id)
        else { return }
        let word = String(name[name.index(after: dot)...])
        if let sensor = LaneSensor(rawValue: word) {
            gate(index, .sensor(sensor, reading), at: now)
        } else if word == "fireAlarm" {
            fire(index, name, reading, at: now)
        } else if word == "ticketButton", reading == .active {
            ticketRequested(index, nil, at: now)
        }
    }

    /// One fire contact opens every lane and keeps it open. One that is faulty counts as a fire: an open boom lets
    /// people out.
    private mutating func fire(_ index: Int, _ name: String, _ reading: SensorState, at now: ClockReading) {
        let wasFire = !fireAlarms.isEmpty
        let isActive = reading == .active || reading == .faulty
        guard isActive != fireAlarms.contains(name) else { return }
        if isActive { fireAlarms.insert(name) } else { fireAlarms.remove(name) }
        let isFire = !fireAlarms.isEmpty
        if isFire != wasFire {
            for each in lanes.indices {
                gate(each, .barrier(.holdOpen(isFire)), at: now)
                if isFire { show(each, .lane(.fire)) } else { showAgain(each) }
            }
        }
        alarm(index, .fire, isActive: isActive)
    }

    /// Hands an event to the cars of a lane and carries out what follows.
    mutating func lane(_ index: Int, _ event: LaneMachine.Event, at now: ClockReading) {
        gate(index, .cars(event), at: now)
    }

    /// Hands an event to the boom of a lane and carries out what follows.
    mutating func barrier(_ index: Int, _ event: BarrierMachine.Event, at now: ClockReading) {
        gate(index, .barrier(event), at: now)
    }

    mutating func gate(_ index: Int, _ event: LaneGate.Event, at now: ClockReading) {
        carryOut(lanes[index].gate.handle(event, at: now.uptime), lane: index, at: now)
    }

    private mutating func carryOut(_ actions: [LaneGate.Action], lane index: Int, at now: ClockReading) {
        let id = lanes[index].definition.id
        for action in actions {
            switch action {
            case .pulse(let relay, let span):
                effects.append(.pulse(output: "\(id).\(relay.word)", span))
                persist([
                    .pulse(
                        transit: lanes[index].machine.transit, lane: id, relay: relay.word,
                        milliseconds: span.milliseconds)
                ])
            case .release(let relay):
                effects.append(.release(output: "\(id).\(relay.word)"))
            case .alarm(let alarm, let isActive):
                self.alarm(index, alarm, isActive: isActive)
                warn(index, alarm, isActive: isActive)
            case .consider(let transit, let plate): takeUp(index, transit, plate, at: now)
            case .noPlate(let transit): noPlate(index, transit, at: now)
            case .through(let transit, _, let isCertain):
                through(index, transit, isCertain ? .passed : .unknown, at: now)
                takeUpCarBehind(index, at: now)
            case .stayed(let transit, _):
                stayedOutside(index, transit)
                takeUpCarBehind(index, at: now)
            case .abandoned(let transit, let plate, let departure):
                abandoned(index, transit, plate, departure, at: now)
            }
        }
    }

    mutating func takeUpCarBehind(_ index: Int, at now: ClockReading) {
        let newTransit = ids.next(at: now.wall)
        carryOut(
            lanes[index].gate.takeUpCarBehind(newTransit: newTransit, at: now.uptime), lane: index, at: now)
    }

    /// A car waits whose plate no camera has read: nothing is decided about it until it is read or a person comes.
    mutating func noPlate(_ index: Int, _ transit: UUIDv7, at now: ClockReading) {
        lanes[index].transaction = Transaction(transit: transit)
        hold(index, transit, .plateNotRead, because: "plateNotRead", at: now)
    }

    mutating func abandoned(
        _ index: Int, _ transit: UUIDv7, _ plate: Plate?, _ departure: LaneMachine.Departure, at now: ClockReading
    ) {
        let id = lanes[index].definition.id
        let name = plate?.description ?? "a car without a plate"
        effects.append(.log(.info, "\(id): \(name) has gone without being let through (\(departure.rawValue))"))
        abandonPayment(lane: index, at: now)
        if departure == .tailgated, lanes[index].definition.direction == .exit,
            let stay = lanes[index].transaction?.stay.flatMap({ stays[$0] })
        {
            return tailgatedOut(index, transit, stay, at: now)
        }
        neverEntered(
            index, transit,
            after: [
                .decision(
                    transit: transit, lane: id, plate: plate, stay: nil, verdict: .refuse, reason: departure.rawValue)
            ])
    }

    // MARK: - Telling people

    mutating func alarm(_ index: Int, _ alarm: LaneAlarm, isActive: Bool) {
        let id = lanes[index].definition.id
        let ending = isActive ? "" : " is over"
        effects.append(
            .log(
                isActive ? .error : .info,
                "\(id): \(alarm.english)\(ending) / \(alarm.chinese)\(isActive ? "" : "（已解除）")"))
        persist([.alarm(lane: id, code: alarm.code, isActive: isActive)])
        let condition = alarm.condition(id)
        effects.append(alarm.isMomentary ? .happened(condition) : .alarm(condition, isActive: isActive))
    }

    /// What the sign of the lane says about it to the driver.
    private mutating func warn(_ index: Int, _ alarm: LaneAlarm, isActive: Bool) {
        guard let warning = ParkingSite.warning(of: alarm), fireAlarms.isEmpty else { return }
        if isActive { show(index, .lane(warning)) } else { showAgain(index) }
    }

    private static func warning(of alarm: LaneAlarm) -> LaneWarning? {
        switch alarm {
        case .standing: .moveOn
        case .twoCars, .barrier(.tailgate): .oneCarAtATime
        case .barrier(.outOfService): .outOfService
        default: nil
        }
    }

    /// What the lane warned of is over: what else is wrong comes first, then what the car that still waits was told.
    private mutating func showAgain(_ index: Int) {
        let lane = lanes[index]
        if let warning = lane.gate.activeAlarms.lazy.compactMap({ ParkingSite.warning(of: $0) }).first {
            show(index, .lane(warning))
        } else if let car = lane.transaction, let notice = car.notice, lane.machine.transit == car.transit {
            show(index, notice)
        } else {
            show(index, .lane(.ready))
        }
    }
}
