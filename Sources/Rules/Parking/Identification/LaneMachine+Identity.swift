internal import Vocabulary

/// What people say of the car at a lane.
extension LaneMachine {
    /// The boom opens, or is open, for the car: it is too late to decide anything about it.
    var isGoingThrough: Bool {
        guard let car = state.current else { return false }
        return car.phase != .deciding && car.phase != .held
    }

    /// The plate of the car that is being dealt with is another, or is known at last: it is decided about anew.
    /// - Returns: false, with nothing changed, if there is no such car or the boom opens for it.
    mutating func correct(_ plate: Plate?) -> Bool {
        guard state.current != nil, !isGoingThrough else { return false }
        state.current?.plate = plate
        state.current?.isUnread = plate == nil
        state.current?.phase = .deciding
        return true
    }

    /// A person speaks of a car that no camera has read: it is taken up under this transit.
    mutating func expectUnread(_ transit: UUIDv7, at now: Uptime) {
        expectByHand(transit, at: now)
        state.current?.isUnread = true
    }

    /// The car of this plate went away backwards before the boom opened for it.
    mutating func turnBack(_ plate: Plate, at now: Uptime) -> [Action] {
        guard !isGoingThrough, let known = state.current?.plate, LaneMachine.isSameCar(known, plate) else { return [] }
        return abandon(.turnedBack, at: now)
    }
}
