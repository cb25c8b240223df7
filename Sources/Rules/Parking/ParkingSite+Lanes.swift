internal import Effects
internal import Vocabulary
internal import Wire

/// Lanes and barriers: what cameras and sensors report, and what the boom does.
extension ParkingSite {
    mutating func plateRead(
        _ id: LaneID, _ plate: Plate, _ confidence: Int, _ vehicle: VehicleClass, at now: ClockReading
    ) {
        guard let index = index(of: id) else {
            effects.append(.log(.error, "a camera reports lane \(id), which the scenario does not have: read ignored"))
            return
        }
        guard confidence >= scenario.minimumConfidence else {
            effects.append(
                .log(
                    .warning,
                    "\(id): read \(plate) with confidence \(confidence) %, "
                        + "below \(scenario.minimumConfidence) %: ignored"
                ))
            return
        }
        lanes[index].note(vehicle, of: plate)
        if let transaction = lanes[index].transaction, transaction.heldFor == .noEntryRecord, stays[plate] != nil,
            lanes[index].machine.correctHeld(plate)
        {
            // Held only because the first read was wrong: a car of exactly this plate is inside.
            lanes[index].transaction = Transaction(transit: transaction.transit, plate: plate, vehicle: vehicle)
            return consider(index, transaction.transit, at: now)
        }
        lane(index, .read(plate, newTransit: ids.next(at: now.wall)), at: now)
    }

    mutating func openedByHand(_ id: LaneID, _ who: String, _ reason: String, at now: ClockReading) {
        guard let index = index(of: id) else { return }
        let transit = lanes[index].machine.transit ?? ids.next(at: now.wall)
        if lanes[index].machine.transit == nil {
            // The lane takes the car it does not know under the transit that the record names.
            lanes[index].machine.expectByHand(transit, at: now.uptime)
        }
        lanes[index].transaction?.heldFor = nil
        abandonPayment(lane: index, at: now)
        persist(
            [.manualOpening(lane: id, transit: transit, who: who, reason: reason)],
            then: .letThrough(lane: index, transit: transit, .goManual))
    }

    /// Hands an event to the lane machine and carries out what it says.
    mutating func lane(_ index: Int, _ event: LaneMachine.Event, at now: ClockReading) {
        for action in lanes[index].machine.handle(event, at: now.uptime) { perform(action, lane: index, at: now) }
    }

    private mutating func perform(_ action: LaneMachine.Action, lane index: Int, at now: ClockReading) {
        let id = lanes[index].definition.id
        switch action {
        case .consider(let transit, let plate):
            lanes[index].transaction = Transaction(
                transit: transit, plate: plate, vehicle: lanes[index].vehicle(of: plate))
            consider(index, transit, at: now)
        case .open(let transit):
            barrier(index, .open(transit: transit), at: now)
        case .through(let transit, _):
            through(index, transit, passageUnknown.remove(transit) == nil ? .passed : .unknown)
            takeUpCarBehind(index, at: now)
        case .stayed(let transit, _):
            stayedOutside(index, transit)
            takeUpCarBehind(index, at: now)
        case .abandoned(let transit, let plate):
            effects.append(.log(.info, "\(id): \(plate) has gone without passing"))
            abandonPayment(lane: index, at: now)
            neverEntered(
                index, transit,
                after: [
                    .decision(transit: transit, lane: id, plate: plate, stay: nil, verdict: .refuse, reason: "wentAway")
                ])
        }
    }

    private mutating func takeUpCarBehind(_ index: Int, at now: ClockReading) {
        let actions = lanes[index].machine.takeUpCarBehind(newTransit: ids.next(at: now.wall), at: now.uptime)
        for action in actions { perform(action, lane: index, at: now) }
    }

    /// The car is through, or nobody can tell: at an exit its stay is over. It was let out on good terms, and a stay
    /// that went on would be charged twice.
    private mutating func through(_ index: Int, _ transit: UUIDv7, _ passage: Record.Passage) {
        let lane = lanes[index].definition
        var records: [Record.Event] = [.passage(transit: transit, lane: lane.id, passage)]
        var state: [StateChange] = []
        // Only the stay that the decision was about: a car let out without one must not end another's.
        if lane.direction == .exit, let id = lanes[index].transaction?.stay,
            let (record, change) = close(id, lane.id, transit)
        {
            records.append(record)
            state += change
        }
        persist(records, state: state)
        lanes[index].transaction = nil
    }

    /// The boom opened and the car did not come: at an entry it never was inside. At an exit its stay goes on, and what
    /// it paid holds within the grace.
    private mutating func stayedOutside(_ index: Int, _ transit: UUIDv7) {
        let passage = Record.Event.passage(transit: transit, lane: lanes[index].definition.id, .notPassed)
        neverEntered(index, transit, after: [passage])
    }

    /// Ends the lane's transaction; the stay that an entry lane had begun for its car never was.
    private mutating func neverEntered(_ index: Int, _ transit: UUIDv7, after first: [Record.Event]) {
        let lane = lanes[index].definition
        var records = first
        var state: [StateChange] = []
        if lane.direction == .entry, let id = lanes[index].transaction?.stay,
            let (record, change) = close(id, lane.id, transit)
        {
            records.append(record)
            state += change
        }
        persist(records, state: state)
        lanes[index].transaction = nil
    }

    // MARK: - Sensors and the boom

    mutating func sensor(_ name: String, _ reading: SensorState, at now: ClockReading) {
        guard let dot = name.firstIndex(of: "."), let id = try? LaneID(String(name[..<dot])), let index = index(of: id)
        else { return }
        switch name[name.index(after: dot)...] {
        case "safetyLoop": barrier(index, .safetyLoop(reading), at: now)
        case "photocell": barrier(index, .photocell(reading), at: now)
        case "openLimit": barrier(index, .openLimit(reading), at: now)
        case "closedLimit": barrier(index, .closedLimit(reading), at: now)
        case "obstruction": if reading == .active { barrier(index, .obstruction, at: now) }
        case "fireAlarm":
            // A fire contact that is faulty counts as a fire: an open boom lets people out.
            if reading == .active || reading == .faulty { fireAlarms.insert(name) } else { fireAlarms.remove(name) }
            for each in lanes.indices { barrier(each, .holdOpen(!fireAlarms.isEmpty), at: now) }
        default: break
        }
    }

    /// Hands an event to the barrier machine and carries out what it says.
    mutating func barrier(_ index: Int, _ event: BarrierMachine.Event, at now: ClockReading) {
        let id = lanes[index].definition.id
        for action in lanes[index].barrier.handle(event, at: now.uptime) {
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
            case .passed(let transit):
                lane(index, .passed(transit: transit), at: now)
            case .notPassed(let transit):
                lane(index, .notPassed(transit: transit), at: now)
            case .passageUnknown(let transit):
                passageUnknown.insert(transit)
                lane(index, .passed(transit: transit), at: now)
            case .alarm(let alarm, let isActive):
                effects.append(
                    .log(isActive ? .error : .info, "\(id): \(alarm.description)\(isActive ? "" : " is over")"))
                persist([.alarm(lane: id, code: alarm.code, isActive: isActive)])
            }
        }
    }

    mutating func show(_ index: Int, _ notice: Notice) {
        effects.append(.show(lane: lanes[index].definition.id, notice))
    }
}
