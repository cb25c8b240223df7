internal import Vocabulary

// Which way a car went, by the two loops.
//
// The approach loop lies so that a car that waits before the boom stands on it, and leaves it forwards only when it is
// on the safety loop already. So a car that leaves the safety loop without ever having left the approach loop has
// backed off; one that is on neither for a while has turned back. When the approach loop became occupied again while
// the car was on the safety loop, it is either the next car or this one backing out: who is read next tells.
extension LaneMachine {
    mutating func approachLoop(_ reading: SensorState, at now: Uptime) -> [Action] {
        state.approach = reading
        if reading != .active {
            state.explainedBy = nil
            state.unattendedSince = nil
            state.wasApproachFree = true
        } else if state.current == nil, settings.noPlateAfter != nil {
            state.unattendedSince = now
        }
        guard let car = state.current else { return [] }
        if case .leaving(_, let isCertain) = car.phase {
            switch reading {
            case .clear: return reversedOut(at: now)
            case .faulty, .unknown: return through(isCertain: isCertain, at: now)
            case .active: return []
            }
        }
        switch (reading, car.place) {
        case (.active, .unseen): state.current?.place = .onLoop
        case (.active, .offLoop):
            if state.safety == .active { state.current?.isFollowed = true } else { state.current?.place = .onLoop }
        case (.clear, .onLoop): state.current?.place = .offLoop
        case (.clear, .offLoop): state.current?.isFollowed = false
        case (.faulty, _), (.unknown, _): state.current?.place = .unseen
        case (.active, .onLoop), (.clear, .unseen): break
        }
        noteGone(at: now)
        return []
    }

    mutating func safetyLoop(_ reading: SensorState, at now: Uptime) -> [Action] {
        let before = state.safety
        state.safety = reading
        if reading == .active, before != .active { state.wasApproachFree = state.approach != .active }
        guard let car = state.current else { return [] }
        if case .leaving(_, let isCertain) = car.phase {
            // The car that came onto the approach loop follows.
            return reading == .clear ? [] : through(isCertain: isCertain, at: now)
        }
        guard before == .active, reading == .clear else {
            noteGone(at: now)
            return []
        }
        // Another that was read behind this one shows that it has gone on.
        if car.place == .onLoop, state.approach == .active, state.behind == nil {
            state.current?.hasBackedOff = true
            return [.backedOff]
        }
        if car.phase != .goingThrough, state.approach == .active { state.current?.place = .onLoop }
        noteGone(at: now)
        return []
    }

    /// A car that was on the approach loop and is on neither now may have gone.
    private mutating func noteGone(at now: Uptime) {
        guard let car = state.current else { return }
        let isGone = car.place == .offLoop && state.approach == .clear && state.safety == .clear
        state.current?.goneSince = isGone ? car.goneSince ?? now : nil
    }

    /// The barrier says that the car is through, for certain or because it could not count.
    mutating func passed(_ transit: UUIDv7, isCertain: Bool, at now: Uptime) -> [Action] {
        guard let car = state.current, car.transit == transit else { return [] }
        if car.phase == .goingThrough, car.isFollowed, state.approach == .active, state.behind == nil {
            state.current?.phase = .leaving(until: now + settings.reversalJudgedWithin, isCertain: isCertain)
            state.current?.goneSince = nil
            return []
        }
        return through(isCertain: isCertain, at: now)
    }

    /// The barrier says that nobody came.
    mutating func notPassed(_ transit: UUIDv7, at now: Uptime) -> [Action] {
        guard let car = state.current, car.transit == transit else { return [] }
        if car.hasBackedOff, car.place == .onLoop {
            // It left the safety loop, the approach loop never became clear, and nobody has seen it since: it backed
            // off, or the approach loop is stuck.
            return through(isCertain: false, at: now)
        }
        end(at: now)
        return [.stayed(transit: transit, plate: car.plate)]
    }

    /// A car that had been let through, and was under the boom, is before it again.
    mutating func reversedOut(at now: Uptime) -> [Action] {
        guard let car = state.current else { return [] }
        end(at: now)
        return [.tell(.reversedOut), .stayed(transit: car.transit, plate: car.plate)]
    }

    mutating func turnedBack(_ newTransit: UUIDv7, at now: Uptime) -> [Action] {
        guard let car = state.current else { return [] }
        if car.phase == .goingThrough {
            state.current?.goneSince = nil
            state.current?.place = .unseen
            return [.tell(.turnedBack), .withdraw(transit: car.transit)]
        }
        return [.tell(.turnedBack)] + abandon(.turnedBack, at: now)
            + takeUpCarBehind(newTransit: newTransit, at: now)
    }

    /// Somebody drove through who was not let through: if the car that is being dealt with is not before the boom any
    /// more, it was that one.
    mutating func tailgated(at now: Uptime) -> [Action] {
        guard let car = state.current, car.isUndecided, car.place != .onLoop else { return [] }
        return abandon(.tailgated, at: now)
    }

    /// The approach loop is occupied by this car, and not by one that came before.
    func explainsApproach(_ plate: Plate) -> Bool {
        state.explainedBy.map { LaneMachine.isSameCar($0, plate) } ?? true
    }

    /// The same lane with every instant counted from `now`, and those so far back that they make no difference any more
    /// set to nothing. Two machines with equal normalised states behave alike from here on.
    func normalised(at now: Uptime) -> LaneMachine {
        let back = Uptime(nanoseconds: 0) - now
        var result = self
        result.state.unattendedSince = state.unattendedSince.map { $0 + back }
        if let since = result.state.current?.since {
            result.state.current?.since = max(
                since + back, Uptime(nanoseconds: 0) + Uptime.Span(nanoseconds: -settings.forgetHeldAfter.nanoseconds))
        }
        if state.current?.phase == .goingThrough { result.state.current?.since = Uptime(nanoseconds: 0) }
        if let gone = result.state.current?.goneSince { result.state.current?.goneSince = gone + back }
        if case .leaving(let until, let isCertain) = state.current?.phase {
            result.state.current?.phase = .leaving(until: until + back, isCertain: isCertain)
            result.state.current?.since = Uptime(nanoseconds: 0)
        }
        // Asked for only while the safety loop is occupied, and set anew when it becomes so.
        if state.safety != .active { result.state.wasApproachFree = true }
        // An old sighting behind still tells that the car before it went on.
        result.state.behind?.at = max(
            (state.behind?.at ?? now) + back,
            Uptime(nanoseconds: 0) + Uptime.Span(nanoseconds: -settings.carBehindFor.nanoseconds - 1))
        result.state.lastThrough?.at = (state.lastThrough?.at ?? now) + back
        if let last = state.lastThrough, now > last.at + settings.sameCarFor { result.state.lastThrough = nil }
        return result
    }
}
