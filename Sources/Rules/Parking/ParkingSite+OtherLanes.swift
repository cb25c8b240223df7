internal import Effects
internal import Vocabulary

/// One stay at two lanes: a camera has read a car that stands at the other, or the car has changed lanes.
extension ParkingSite {
    func isDealtWith(_ stay: StayID, elsewhereThan index: Int) -> Bool {
        lanes.indices.contains { $0 != index && deals($0, with: stay) }
    }

    private func deals(_ index: Int, with stay: StayID) -> Bool {
        lanes[index].transaction?.stay == stay && lanes[index].machine.transit == lanes[index].transaction?.transit
    }

    /// Holds the car whose stay another lane deals with: what is paid there opens nothing here.
    mutating func holdsElsewhere(_ index: Int, _ transit: UUIDv7, _ stay: StayID, at now: ClockReading) -> Bool {
        guard isDealtWith(stay, elsewhereThan: index) else { return false }
        let lane = lanes[index].definition.id
        lanes[index].transaction?.stay = nil
        lanes[index].transaction?.identity.elsewhere = stay
        lanes[index].transaction?.identity.candidates = [stay]
        effects.append(.log(.warning, "\(lane): the stay of this plate is being dealt with at another lane"))
        raise(index, .plateAtTwoLanes)
        hold(index, transit, .atOtherLane, because: "atOtherLane", at: now)
        return true
    }

    /// The other lane has given the stay up, or its car has left: who waited for that is decided about anew. Called at
    /// the end of every event; each lane is looked at once.
    mutating func considerOtherLanes(at now: ClockReading) {
        for index in lanes.indices {
            guard let car = lanes[index].transaction, car.heldFor == .atOtherLane, let stay = car.identity.elsewhere,
                lanes[index].machine.transit == car.transit, !isDealtWith(stay, elsewhereThan: index)
            else { continue }
            lanes[index].transaction?.heldFor = nil
            lanes[index].transaction?.identity.candidates = []
            consider(index, car.transit, at: now)
        }
    }

    /// Whether an attendant may say that the car of a stay stands here now: where it is being paid for, or let through,
    /// it is too late.
    func mayTakeOver(_ stay: StayID, _ index: Int) -> Bool {
        lanes[index].transaction?.identity.elsewhere == stay
            && lanes.indices.allSatisfy { other in
                other == index || !deals(other, with: stay) || lanes[other].transaction?.heldFor != nil
            }
    }

    /// The lane that held the car of this stay holds none of it any more.
    mutating func takeOver(_ stay: StayID, _ index: Int, at now: ClockReading) {
        guard mayTakeOver(stay, index) else { return }
        for other in lanes.indices where other != index && deals(other, with: stay) {
            guard let transit = lanes[other].transaction?.transit else { continue }
            abandonPayment(lane: other, at: now)
            lanes[other].transaction?.stay = nil
            lanes[other].transaction?.quote = nil
            lanes[other].transaction?.payment = nil
            lanes[other].transaction?.identity.elsewhere = stay
            lanes[other].transaction?.identity.candidates = [stay]
            hold(other, transit, .atOtherLane, because: "atOtherLane", at: now)
        }
    }
}
