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
        case .backedOff:
            state.safetyLoop = .clear
            noteWay(at: now)
            if case .open = state.phase { state.phase = .open(until: waitEnd(from: now)) }
            return .nothing
        case .withdraw(let transit):
            withdraw(transit, at: now, &actions)
            return .nothing
        case .photocell, .openLimit, .closedLimit, .obstruction, .obstructionContact, .armIntact:
            return noteFitted(event, at: now)
        case .tick:
            return .nothing
        case .serviceReset:
            returnToService(at: now)
            return .nothing
        }
    }

    /// What not every barrier has.
    private mutating func noteFitted(_ event: Event, at now: Uptime) -> Demand {
        switch event {
        case .photocell(let reading) where settings.hasPhotocell:
            state.photocell = reading
            noteWay(at: now)
        case .openLimit(let reading) where settings.hasOpenLimit:
            BarrierMachine.note(reading, before: state.openLimit, &state.openLimitWatch)
            state.openLimit = reading
        case .closedLimit(let reading) where settings.hasClosedLimit:
            BarrierMachine.note(reading, before: state.closedLimit, &state.closedLimitWatch)
            state.closedLimit = reading
        case .obstruction:
            // Whatever it was may still be there, unseen by loop and photocell.
            if state.clearSince != nil { state.clearSince = now }
            return .obstruction
        case .obstructionContact(let reading) where settings.hasObstruction:
            state.obstruction = reading
            noteWay(at: now)
            return reading == .active ? .obstruction : .nothing
        case .armIntact(let reading) where settings.hasArmContact:
            noteArm(reading, at: now)
        default:
            break
        }
        return .nothing
    }

    private mutating func noteArm(_ reading: SensorState, at now: Uptime) {
        state.arm = reading
        if reading == .clear { state.alarms.insert(.armKnocked) }
        if reading == .active, state.alarms.contains(.armKnocked) {
            state.alarms.remove(.armKnocked)
            // Somebody has just put it back and may still stand under the boom.
            state.graceEnd = now + settings.noShowLimit
        }
    }

    private mutating func withdraw(_ transit: UUIDv7, at now: Uptime, _ actions: inout [Action]) {
        guard let index = state.waiting.firstIndex(of: transit) else { return }
        state.waiting.remove(at: index)
        actions.append(.notPassed(transit))
        guard state.waiting.isEmpty else { return }
        state.loopWasBlind = false
        if case .open = state.phase { state.phase = .open(until: now) }
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
        if case .closed = state.phase {
            if state.alarms.contains(.armKnocked) { actions.append(.alarm(.tailgate, active: true)) }
            return
        }
        if !state.waiting.isEmpty {
            actions.append(.passed(state.waiting.removeFirst()))
            state.loopWasBlind = false
        } else if state.isInService, !state.isHeldOpen {
            // Nobody knows whom a boom of unknown position was opened for: no accusation, unless it was forced.
            if case .unknown = state.phase, state.alarms.isDisjoint(with: [.movedByItself, .armKnocked]) { return }
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
            && (!settings.hasObstruction || !rules.contains(.edgeBlocks) || counts(asClear: state.obstruction))
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
