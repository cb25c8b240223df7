internal import Effects
internal import Vocabulary
internal import Wire

/// Plate reads: from several reads of several cameras to one car at a lane.
extension ParkingSite {
    mutating func plateRead(_ id: LaneID, _ sighting: PlateSighting, at now: ClockReading) {
        guard let index = index(of: id) else {
            effects.append(.log(.error, "a camera reports lane \(id), which the scenario does not have: read ignored"))
            return
        }
        guard sighting.confidence >= scenario.minimumConfidence else {
            effects.append(
                .log(
                    .warning,
                    "\(id): read \(sighting.plate) with confidence \(sighting.confidence) %, "
                        + "below \(scenario.minimumConfidence) %: ignored"
                ))
            return
        }
        carryOut(lanes[index].fusion.take(sighting, at: now.uptime), lane: index, at: now)
    }

    /// The time for more reads of a car is over.
    mutating func readsDecided(_ index: Int, at now: ClockReading) {
        carryOut(lanes[index].fusion.tick(at: now.uptime), lane: index, at: now)
    }

    private mutating func carryOut(_ actions: [ReadFusion.Action], lane index: Int, at now: ClockReading) {
        let id = lanes[index].definition.id
        for action in actions {
            switch action {
            case .decided(let verdict):
                lanes[index].note(verdict)
                if !verdict.isUnanimous {
                    effects.append(.log(.info, "\(id): \(verdict.reads) reads come to \(verdict.plate)"))
                }
                read(index, verdict.plate, decided: verdict.plate, at: now)
            case .again(let sighting, let decided):
                if sighting.isFake { fakeAfterAll(index, decided, at: now) }
                read(index, sighting.plate, decided: decided, at: now)
            case .contradicts(let sighting, let decided):
                let camera = sighting.camera?.text ?? "a camera"
                effects.append(
                    .log(
                        .warning,
                        "\(id): \(camera) reads \(sighting.plate) where the others read \(decided): "
                            + "left out unless it is read again"))
            }
        }
    }

    private mutating func read(_ index: Int, _ plate: Plate, decided: Plate, at now: ClockReading) {
        if let transaction = lanes[index].transaction, let reason = transaction.heldFor,
            reason == .noEntryRecord || reason == .severalCandidates || transaction.identity.isOwnerDoubtful,
            transaction.identity.ticket == nil,
            stays[plate] != nil, lanes[index].machine.correctHeld(plate)
        {
            // Held only because the first read was wrong: a car of exactly this plate is inside.
            lanes[index].transaction = Transaction(
                transit: transaction.transit, plate: plate, vehicle: transaction.vehicle)
            return consider(index, transaction.transit, at: now)
        }
        lane(index, .read(decided, newTransit: ids.next(at: now.wall)), at: now)
    }

    /// A later read says that the plate is a picture or a copy: unless the boom opens already, the car is held.
    private mutating func fakeAfterAll(_ index: Int, _ plate: Plate, at now: ClockReading) {
        guard var verdict = lanes[index].seen(plate), !verdict.isFake else { return }
        verdict.isFake = true
        lanes[index].note(verdict)
        guard let transaction = lanes[index].transaction, transaction.plate == plate,
            lanes[index].machine.transit == transaction.transit, !lanes[index].machine.isGoingThrough
        else { return }
        abandonPayment(lane: index, at: now)
        lanes[index].transaction?.quote = nil
        _ = holdsFake(index, transaction.transit, at: now)
    }

    /// A plate that a camera takes for a picture or a copy opens nothing.
    mutating func holdsFake(_ index: Int, _ transit: UUIDv7, at now: ClockReading) -> Bool {
        let lane = lanes[index]
        guard let plate = lane.transaction?.plate, lane.seen(plate)?.isFake == true else { return false }
        let id = lane.definition.id
        effects.append(.log(.error, "\(id): the camera takes \(plate) for a picture or a copy"))
        raise(index, .fakePlate)
        hold(index, transit, .fakePlate, because: "fakePlate", at: now)
        return true
    }

    /// A camera saw the car drive away backwards. Where the boom opens already, the sensors say what becomes of it.
    mutating func turnedBack(_ index: Int, _ plate: Plate, at now: ClockReading) {
        lanes[index].fusion.forget(plate)
        let actions = lanes[index].machine.turnBack(plate, at: now.uptime)
        guard !actions.isEmpty else { return }
        for case .abandoned(let transit, let known, let departure) in actions {
            abandoned(index, transit, known, departure, at: now)
        }
        takeUpCarBehind(index, at: now)
    }
}

extension ParkingSite.Lane {
    /// The plates of two cars may be under way at once; four are enough.
    mutating func note(_ verdict: PlateVerdict) {
        seen.removeAll { $0.plate == verdict.plate }
        if seen.count >= 4 { seen.removeFirst() }
        seen.append(verdict)
    }

    func seen(_ plate: Plate?) -> PlateVerdict? { seen.last { $0.plate == plate } }
}
