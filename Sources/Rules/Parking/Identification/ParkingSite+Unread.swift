internal import Effects
internal import Vocabulary

/// Cars that a camera saw and could not read: the camera says at once what the loops would tell only after a while.
extension ParkingSite {
    /// How long a plate is waited for that another read of the same car, or another camera, may bring.
    static let unreadAfter = Uptime.Span.seconds(2)

    /// A camera saw a vehicle without a plate. Of a car that is being dealt with it tells nothing new.
    mutating func seenWithoutPlate(_ index: Int, _ camera: Slug?, _ readID: String?, at now: ClockReading) {
        guard lanes[index].fusion.isNew(readID, of: camera, nil), lanes[index].machine.transit == nil else { return }
        if lanes[index].unreadSince == nil { lanes[index].unreadSince = now.uptime }
    }

    /// The time for a plate is over: the car is taken up as one that nobody could read.
    mutating func unreadDue(_ index: Int, at now: ClockReading) {
        guard let since = lanes[index].unreadSince, now.uptime >= since + ParkingSite.unreadAfter else { return }
        lanes[index].unreadSince = nil
        let lane = lanes[index]
        guard lane.machine.transit == nil, lane.fusion.nextDeadline == nil, mayBeAnother(lane, since) else { return }
        let transit = ids.next(at: now.wall)
        lanes[index].machine.expectUnread(transit, at: now.uptime)
        noPlate(index, transit, at: now)
    }

    /// Whether what the camera saw is a car that waits, and not the one that has just gone through, seen from behind.
    private func mayBeAnother(_ lane: Lane, _ seen: Uptime) -> Bool {
        switch lane.machine.state.approach {
        case .active: return true
        case .clear: return false
        case .unknown, .faulty:
            guard let last = lane.lastThrough else { return true }
            return seen > last + lane.machine.settings.sameCarFor
        }
    }
}
