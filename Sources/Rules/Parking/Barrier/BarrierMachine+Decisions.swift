internal import Vocabulary

// The second half of a step: what follows from what is known.
extension BarrierMachine {
    /// A step decides at most this often; it ends earlier, when a decision changes nothing any more. A raised boom can
    /// be lowered only after its pulse, and a lowered one is raised once, so decisions cannot go round in a circle.
    private static let maximumDecisions = 4

    mutating func settle(_ demand: Demand, at now: Uptime, _ actions: inout [Action]) {
        var demand = demand
        for _ in 0..<BarrierMachine.maximumDecisions {
            let before = (state.phase, state.waiting.count)
            decide(demand, at: now, &actions)
            if before == (state.phase, state.waiting.count) { return }
            demand = .nothing
        }
    }

    private mutating func decide(_ demand: Demand, at now: Uptime, _ actions: inout [Action]) {
        switch state.phase {
        case .closed:
            if limits.open == .active || limits.saysNotClosed {
                state.alarms.insert(.movedByItself)
                state.phase = .unknown(until: now + settings.noShowLimit)
            } else if mustRise(demand) {
                raise(at: now, &actions)
            }
        case .waitingToRaise(let at):
            if now >= at { startRaising(at: now, &actions) }
        case .raising(let until):
            if limits.open == .active {
                arriveOpen(at: now)
            } else if now >= until {
                judgeLimits()
                if limits.saysNotOpen { failToOpen(at: now) } else { arriveOpen(at: now) }
            }
        case .open(let until):
            if limits.closed == .active {
                stray(to: state.waiting.isEmpty ? .closed : .unknown(until: until), at: now, &actions)
            } else if limits.open == .clear {
                stray(to: .unknown(until: now + settings.noShowLimit), at: now, &actions)
            } else if demand == .raiseAnyway || (demand == .raise && settings.closesItself) {
                // One that closes by itself may be down already.
                raise(at: now, &actions)
            } else {
                wait(until: until, at: now, &actions)
            }
        case .unknown(let until):
            if mustRise(demand) {
                raise(at: now, &actions)
            } else if limits.closed == .active, state.waiting.isEmpty {
                state.alarms.remove(.movedByItself)
                state.phase = .closed
            } else {
                // A car that a boom failed to stay up for keeps its time: somebody may lift the boom by hand.
                wait(until: until, at: now, &actions)
            }
        case .lowering(let until):
            decideLowering(demand, until: until, at: now, &actions)
        }
    }

    private mutating func decideLowering(_ demand: Demand, until: Uptime, at now: Uptime, _ actions: inout [Action]) {
        // Safety before evidence: a late tick must not make a boom closed that a car stands under.
        if demand == .obstruction, rules.contains(.reopensForObstruction) {
            state.alarms.insert(.obstructed)
            countFailedClosing()
            raise(at: now, &actions)
        } else if state.clearSince == nil, rules.contains(.reopensForSensor) {
            raise(at: now, &actions)
        } else if !armStands {
            raise(at: now, &actions)
        } else if mustRise(demand) {
            raise(at: now, &actions)
        } else if limits.closed == .active {
            arriveClosed(at: now, &actions)
        } else if now >= until {
            judgeLimits()
            if limits.saysNotClosed {
                if countFailedClosing() { state.alarms.insert(.didNotClose) }
                raise(at: now, &actions)
            } else {
                arriveClosed(at: now, &actions)
            }
        }
    }

    /// In service a car to come or a hold is enough; out of service only the event itself moves the boom, because
    /// somebody may be working at it.
    private func mustRise(_ demand: Demand) -> Bool {
        state.isInService
            ? state.isHeldOpen || !state.waiting.isEmpty
            : demand == .raise || demand == .raiseAnyway
    }

    // MARK: Raising

    private mutating func raise(at now: Uptime, _ actions: inout [Action]) {
        forgetExpectedLimits()
        if state.relays.isOn(.lower, at: now), rules.contains(.cutsLowerPulse) {
            actions.append(.release(.lower))
            state.relays.setEnd(of: .lower, now)
        }
        var start = now
        if let end = state.relays.end(of: .lower), rules.contains(.keepsDeadTime) {
            start = max(start, end + settings.reverseDeadTime)
        }
        if state.relays.isOn(.raise, at: now), let end = state.relays.end(of: .raise) {
            // A new edge, and a pulse of the full length, not a longer one.
            start = max(start, end + settings.reverseDeadTime)
        }
        if start > now { state.phase = .waitingToRaise(at: start) } else { startRaising(at: now, &actions) }
    }

    private mutating func startRaising(at now: Uptime, _ actions: inout [Action]) {
        actions.append(.pulse(.raise, settings.raisePulse))
        state.relays.setEnd(of: .raise, now + settings.raisePulse)
        expectLimits(.raise)
        state.phase = .raising(until: now + settings.travelLimit)
    }

    private mutating func arriveOpen(at now: Uptime) {
        state.alarms.remove(.movedByItself)
        state.phase = .open(until: waitEnd(from: now))
    }

    private mutating func failToOpen(at now: Uptime) {
        state.isInService = false
        state.alarms.formUnion([.didNotOpen, .outOfService])
        state.phase = .unknown(until: now + settings.noShowLimit)
    }

    /// An open boom has left its place without being told to. It is raised again if anybody needs it or may be under
    /// it.
    private mutating func stray(to phase: Phase, at now: Uptime, _ actions: inout [Action]) {
        state.alarms.insert(.movedByItself)
        state.phase = phase
        if state.isInService, state.isHeldOpen || !state.waiting.isEmpty || state.clearSince == nil {
            raise(at: now, &actions)
        }
    }

    // MARK: Waiting and lowering

    private mutating func wait(until: Uptime, at now: Uptime, _ actions: inout [Action]) {
        // A car on the loop has come, however long it stays there.
        if now >= until, state.safetyLoop != .active { dismissWaiting(&actions) }
        if settings.closesItself { return loseSight(until: until, at: now, &actions) }
        if let instant = loweringInstant(notBefore: until), now >= instant {
            actions.append(.pulse(.lower, settings.lowerPulse))
            state.relays.setEnd(of: .lower, now + settings.lowerPulse)
            expectLimits(.lower)
            state.phase = .lowering(until: now + settings.travelLimit)
        }
    }

    /// A boom that closes by itself has had its time: where it is, nobody knows. While somebody holds it open it is
    /// raised again each time.
    private mutating func loseSight(until: Uptime, at now: Uptime, _ actions: inout [Action]) {
        guard case .open = state.phase, now >= until, state.waiting.isEmpty else { return }
        if state.isHeldOpen, state.isInService {
            raise(at: now, &actions)
        } else {
            state.phase = .unknown(until: now)
        }
    }

    private mutating func dismissWaiting(_ actions: inout [Action]) {
        guard !state.waiting.isEmpty else { return }
        for transit in state.waiting {
            actions.append(state.loopWasBlind ? .passageUnknown(transit) : .notPassed(transit))
        }
        state.waiting = []
        state.loopWasBlind = false
    }

    /// The first instant at which an open boom may be lowered if nothing changes; nil if something has to change first.
    func loweringInstant(notBefore until: Uptime) -> Uptime? {
        guard isNeededByNobody, armStands, let clearSince = state.clearSince else { return nil }
        if case .unknown = state.phase, !limits.areTold { return nil }
        var instant = max(until, state.graceEnd ?? until)
        if rules.contains(.waitsForClearDelay) { instant = max(instant, clearSince + settings.clearDelay) }
        if rules.contains(.keepsDeadTime), let rested = state.relays.rested(deadTime: settings.reverseDeadTime) {
            instant = max(instant, rested)
        }
        return instant
    }

    /// Nobody needs the boom open, and it is ours to close.
    private var isNeededByNobody: Bool {
        !settings.closesItself
            && (state.isInService || !rules.contains(.outOfServiceStaysOpen))
            && (!state.isHeldOpen || !rules.contains(.holdWins))
            && state.waiting.isEmpty
    }

    /// The arm is where it belongs, as far as a contact can tell. One of which nothing is known does not tell.
    private var armStands: Bool {
        !settings.hasArmContact || !rules.contains(.armMustStand) || state.arm == .active
    }

    private mutating func arriveClosed(at now: Uptime, _ actions: inout [Action]) {
        if state.relays.isOn(.lower, at: now) {
            // From here on the way is not watched, so nothing may push the boom down any more.
            actions.append(.release(.lower))
            state.relays.setEnd(of: .lower, now)
        }
        state.failedClosings = 0
        state.alarms.subtract([.obstructed, .movedByItself])
        state.phase = .closed
    }

    /// - Returns: whether that was once too often, and the boom is out of service now.
    @discardableResult
    private mutating func countFailedClosing() -> Bool {
        guard rules.contains(.boundsRetries) else { return false }
        state.failedClosings += 1
        guard state.failedClosings > settings.obstructionRetries else { return false }
        state.isInService = false
        state.alarms.insert(.outOfService)
        return true
    }

    // MARK: Sensor faults

    /// A fault is told at once. A sensor that is merely unknown is told when it keeps the boom from closing, so that a
    /// lane which stays open says why.
    mutating func noteFaults(at now: Uptime) {
        noteFault(.safetyLoop, state.safetyLoop, keepsOpen: isKeptOpen(at: now))
        if settings.hasPhotocell { noteFault(.photocell, state.photocell, keepsOpen: isKeptOpen(at: now)) }
        var limitsKeepOpen = false
        if case .unknown = state.phase { limitsKeepOpen = isKeptOpen(at: now) }
        if settings.hasOpenLimit { noteFault(.openLimit, limits.open, keepsOpen: limitsKeepOpen) }
        if settings.hasClosedLimit { noteFault(.closedLimit, limits.closed, keepsOpen: limitsKeepOpen) }
        if settings.hasObstruction { noteFault(.obstruction, state.obstruction, keepsOpen: isKeptOpen(at: now)) }
        if settings.hasArmContact { noteFault(.armIntact, state.arm, keepsOpen: isKeptOpen(at: now)) }
        notePosition()
    }

    /// Told once the limit switches have spoken, so that a boom that a switch knows is no news.
    private mutating func notePosition() {
        var isUnknown = false
        if case .unknown = state.phase { isUnknown = limits.areTold && limits.open != .active }
        // Another alarm says why already.
        let isExplained = settings.closesItself || !state.alarms.isDisjoint(with: [.movedByItself, .didNotOpen])
        if isUnknown, !isExplained {
            state.alarms.insert(.positionUnknown)
        } else {
            state.alarms.remove(.positionUnknown)
        }
    }

    private mutating func noteFault(_ sensor: BarrierSensor, _ reading: SensorState, keepsOpen: Bool) {
        switch reading {
        case .clear, .active: state.alarms.remove(.sensorFault(sensor))
        case .faulty: state.alarms.insert(.sensorFault(sensor))
        case .unknown: if keepsOpen { state.alarms.insert(.sensorFault(sensor)) }
        }
    }

    private func isKeptOpen(at now: Uptime) -> Bool {
        switch state.phase {
        case .open(let until), .unknown(let until): isNeededByNobody && now >= until
        case .closed, .waitingToRaise, .raising, .lowering: false
        }
    }
}
