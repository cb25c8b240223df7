internal import Effects
internal import Vocabulary
internal import Wire

/// Lanes: what cameras and people report, and what becomes of a car in the end.
extension ParkingSite {
    /// Somebody has looked at the barrier. It moves again when who and why are on disk.
    mutating func serviceReset(_ id: LaneID, _ who: String, _ why: String) {
        guard let index = index(of: id) else { return }
        guard ManualOpening.isNamed(who), ManualOpening.isNamed(why) else {
            return answer(index, .noReason)
        }
        persist(
            [
                .deskAct(
                    DeskAct(
                        .serviceReset, lane: id, DeskAct.Car(transit: lanes[index].machine.transit), who: who, why: why
                    ))
            ],
            then: .serviceReset(lane: index))
    }

    /// The car is through, or nobody can tell: at an exit its stay is over. It was let out on good terms, and a stay
    /// that went on would be charged twice.
    mutating func through(_ index: Int, _ transit: UUIDv7, _ passage: Record.Passage, at now: ClockReading) {
        let lane = lanes[index].definition
        var records: [Record.Event] = [.passage(transit: transit, lane: lane.id, passage)]
        var state: [StateChange] = []
        // Only the stay that the decision was about: a car let out without one must not end another's.
        let ending = lanes[index].transaction?.stay.flatMap { stays[$0] }
        if lane.direction == .exit, let id = ending?.id, let (record, change) = close(id, lane.id, transit) {
            records.append(record)
            state += change
        }
        state += departure(index, transit, ending: ending, at: now)
        persist(records, state: state)
        lanes[index].transaction = nil
        lanes[index].lastThrough = clock.uptime
        lanes[index].fusion.laneIsFree()
    }

    /// The boom opened and the car did not come: at an entry it never was inside. At an exit its stay goes on, and what
    /// it paid holds within the grace.
    mutating func stayedOutside(_ index: Int, _ transit: UUIDv7) {
        let passage = Record.Event.passage(transit: transit, lane: lanes[index].definition.id, .notPassed)
        neverEntered(index, transit, after: [passage])
    }

    /// Ends the lane's transaction; the stay that an entry lane had begun for its car never was.
    /// - Parameter kept: what goes with the first records.
    mutating func neverEntered(
        _ index: Int, _ transit: UUIDv7, after first: [Record.Event], state kept: [StateChange] = []
    ) {
        let lane = lanes[index].definition
        var records = first
        var state = kept
        if let id = stayThatNeverWas(index), let (record, change) = close(id, lane.id, transit) {
            records.append(record)
            state += change
        }
        persist(records, state: state)
        lanes[index].transaction = nil
        lanes[index].fusion.laneIsFree()
    }

    mutating func show(_ index: Int, _ notice: Notice) {
        if case .lane = notice {} else { lanes[index].transaction?.notice = notice }
        effects.append(.show(lane: lanes[index].definition.id, notice))
    }
}
