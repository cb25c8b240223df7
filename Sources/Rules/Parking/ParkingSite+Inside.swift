internal import Effects
internal import Vocabulary
internal import Wire

/// The cars that count as inside: a person can look at them, and end the stay of one that is gone.
///
/// A car that followed another out, left while a fire held the booms open, or whose exit nobody saw has a stay for
/// ever: it takes a place, and its owner is held at the entry.
extension ParkingSite {
    /// At most this many cars are listed at once.
    public static let mostListed = 100

    /// The cars inside whose plate has this text in it, the earliest entry first; those with a ticket where it is
    /// empty.
    public func carsInside(matching text: String) -> CarsInside {
        let wanted = text.uppercased()
        let found = stays.values.filter { wanted.isEmpty || $0.plate?.text.contains(wanted) == true }
            .sorted { ($0.entered, $0.id) < ($1.entered, $1.id) }
        let cars = found.prefix(ParkingSite.mostListed).map { stay in
            CarInside(
                stay: stay.id, plate: stay.plate, vehicle: stay.vehicle, entered: stay.entered,
                owed: due(stay, at: clock).amount)
        }
        return CarsInside(count: found.count, cars: Array(cars))
    }

    /// Whether a lane deals with the car of this stay.
    private func isAtLane(_ id: StayID) -> Bool {
        lanes.contains { lane in
            lane.transaction?.stay == id && lane.transaction?.transit == lane.machine.transit
        }
    }

    /// A person says that a car is not inside any more.
    mutating func endStay(_ index: Int, _ id: StayID, _ words: DeskWords, at now: ClockReading) {
        guard isJournalHealthy else { return answer(index, .diskFull) }
        guard let stay = stays[id] else { return answer(index, .noSuchStay) }
        guard !isAtLane(id) else { return answer(index, .stayIsAtLane) }
        let unpaid = due(stay, at: now).amount
        let lane = lanes[index].definition.id
        // What became of a payment for it that is still open is asked on: it is for a car that has left.
        guard let (record, change) = close(id, lane, ids.next(at: now.wall)) else { return }
        persist(
            [
                .deskAct(
                    DeskAct(
                        .stayEnded, lane: lane, DeskAct.Car(plate: stay.plate, stay: id), amount: unpaid,
                        entered: stay.entered, who: words.who, why: words.why)),
                record,
            ], state: change, then: .stayChanged(id), undo: Undo(before: stay))
    }

    /// A stay is over: a car that was held because its plate was inside, or because two of it were, goes on by itself.
    mutating func considerWithoutStay(at now: ClockReading) {
        for index in lanes.indices {
            guard let car = lanes[index].transaction, let plate = car.plate,
                lanes[index].machine.transit == car.transit
            else { continue }
            switch car.heldFor {
            case .alreadyInside where stays[plate] == nil: break
            case .severalStays where stays.all(of: plate).count < 2: break
            default: continue
            }
            lanes[index].transaction?.heldFor = nil
            consider(index, car.transit, at: now)
        }
    }
}
