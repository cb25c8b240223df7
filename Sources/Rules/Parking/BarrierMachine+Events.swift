internal import Vocabulary

// The first half of a step: what an event changes in what is known.
extension BarrierMachine {
    mutating func note(_ event: Event, at now: Uptime, _ actions: inout [Action]) -> Demand {
        switch event {
        case .open(let transit):
            admit(transit, at: now, &actions)
            return .raise
        case .holdOpen(let isHeld):
            guard isHeld != state.isHeldOpen else { return .nothing }
            state.isHeldOpen = isHeld
            if isHeld { return .raiseAnyway }
            if case .open = state.phase { state.phase = .open(until: waitEnd(from: now)) }
            return .nothing
        case .safetyLoop(let reading):
            noteSafetyLoop(reading, at: now, &actions)
            return .nothing
        case .photocell(let reading):
            if settings.hasPhotocell { state.photocell = reading }
            noteWay(at: now)
            return .nothing
        case .openLimit(let reading):
            if settings.hasOpenLimit { state.openLimit = reading }
            return .nothing
        case .closedLimit(let reading):
            if settings.hasClosedLimit { state.closedLimit = reading }
            return .nothing
        case .obstruction:
            // Whatever it was may still be there, unseen by loop and photocell.
            if state.clearSince != nil { state.clearSince = now }
            return .obstruction
        case .tick:
            return .nothing
        case .serviceReset:
            returnToService(at: now)
            return .nothing
        }
    }

    private mutating func admit(_ transit: UUIDv7, at now: Uptime, _ actions: inout [Action]) {
        if !state.waiting.contains(transit) {
            guard state.waiting.count < BarrierMachine.maximumWaiting else {
                actions.append(.passageUnknown(transit))
                return
            }
            if state.waiting.isEmpty { state.loopWasBlind = !state.safetyLoop.isReading }
            state.waiting.append(transit)
        }
        switch state.phase {
        case .open: state.phase = .open(until: waitEnd(from: now))
        case .unknown: state.phase = .unknown(until: waitEnd(from: now))
        case .closed, .waitingToRaise, .raising, .lowering: break
        }
    }

    private mutating func noteSafetyLoop(_ reading: SensorState, at now: Uptime, _ actions: inout [Action]) {
        let before = state.safetyLoop
        state.safetyLoop = reading
        noteWay(at: now)
        if !reading.isReading, !state.waiting.isEmpty { state.loopWasBlind = true }
        if before == .active, reading == .clear { notePassage(at: now, &actions) }
    }

    /// A car has left the safety loop. With the boom down it has only backed off.
    ///
    /// It counts while the boom is still rising: without a limit switch that phase lasts longer than the movement, and
    /// drivers do not wait for the last degrees.
    private mutating func notePassage(at now: Uptime, _ actions: inout [Action]) {
        if case .closed = state.phase { return }
        if !state.waiting.isEmpty {
            actions.append(.passed(state.waiting.removeFirst()))
            state.loopWasBlind = false
        } else if state.isInService, !state.isHeldOpen {
            // Nobody knows whom a boom of unknown position was opened for: no accusation.
            if case .unknown = state.phase { return }
            actions.append(.alarm(.tailgate, active: true))
        }
        if case .open = state.phase { state.phase = .open(until: waitEnd(from: now)) }
    }

    private mutating func returnToService(at now: Uptime) {
        guard !state.isInService else { return }
        state.isInService = true
        state.failedClosings = 0
        state.alarms.subtract([.didNotOpen, .didNotClose, .obstructed, .movedByItself, .outOfService])
        // Somebody has just worked at the barrier and may still stand under the boom.
        state.graceEnd = now + settings.noShowLimit
    }

    /// How long an open boom waits for the next car: not at all if none is to come.
    /// One that closes by itself counts as open for as long as its movement takes.
    func waitEnd(from now: Uptime) -> Uptime {
        if !state.waiting.isEmpty { return now + settings.noShowLimit }
        guard settings.closesItself else { return now }
        return now + (state.isHeldOpen ? settings.noShowLimit : settings.travelLimit)
    }

    private mutating func noteWay(at now: Uptime) {
        let isClear =
            counts(asClear: state.safetyLoop)
            && (!settings.hasPhotocell || !rules.contains(.photocellBlocks) || counts(asClear: state.photocell))
        state.clearSince = isClear ? state.clearSince ?? now : nil
    }

    private func counts(asClear reading: SensorState) -> Bool {
        switch reading {
        case .clear: true
        case .active: false
        case .faulty: !rules.contains(.faultySensorBlocks)
        case .unknown: !rules.contains(.unknownSensorBlocks)
        }
    }
}

extension SensorState {
    /// It tells something: clear or active.
    var isReading: Bool { self == .clear || self == .active }
}
