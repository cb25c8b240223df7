internal import Vocabulary

extension BarrierMachine {
    /// Where the boom is, or is on its way to.
    enum Phase: Sendable, Hashable {
        /// Down, by its limit switch or because its travel time is over.
        case closed
        /// To be raised as soon as the relays have rested. Nothing moves the boom meanwhile.
        case waitingToRaise(at: Uptime)
        /// The raise pulse has been given; the boom must be up by then.
        case raising(until: Uptime)
        /// Up. It waits for a car until then, and is lowered after that as soon as the way has been clear long enough.
        case open(until: Uptime)
        /// Not known: after power-up, a movement nobody asked for, or a failure to rise. It may be in
        /// use, so it is treated as open until then.
        case unknown(until: Uptime)
        /// The lower pulse has been given; the boom must be down by then. The way is watched all the time.
        case lowering(until: Uptime)
    }

    /// Whether a limit switch follows the boom.
    struct LimitWatch: Sendable, Hashable {
        /// The movement that is under way should change it.
        var isChangeDue = false
        /// Movements in a row that should have changed it and did not; no more than make it faulty.
        var missedChanges = 0
    }

    /// Everything that changes. Small and hashable, so that an exploration can tell states apart.
    struct State: Sendable, Hashable {
        var phase: Phase
        /// The last instant given to ``BarrierMachine/handle(_:at:)``.
        var latest: Uptime
        var relays = BarrierRelays()
        var safetyLoop = SensorState.unknown
        var photocell = SensorState.unknown
        var openLimit = SensorState.unknown
        var closedLimit = SensorState.unknown
        var obstruction = SensorState.unknown
        var arm = SensorState.unknown
        /// What the movement that is under way should change, and how often in a row it did not.
        var openLimitWatch = LimitWatch()
        var closedLimitWatch = LimitWatch()
        /// Since when the way has been known to be clear; nil while it is not.
        var clearSince: Uptime?
        /// The authorised cars that have not gone through yet, in the order of their authorisation.
        var waiting: [UUIDv7] = []
        /// The safety loop could not count for a while since the first of ``waiting`` became the first.
        var loopWasBlind = false
        var isHeldOpen = false
        var isInService = true
        /// Obstructions and closings that took too long since the boom was last closed.
        var failedClosings = 0
        /// The boom is not lowered before, because it has just been put back in service; nil when that is over.
        var graceEnd: Uptime?
        var alarms: ActiveAlarms = []
    }

    /// The same state with every instant counted from `now`, and those so far back that they make no difference any
    /// more set to the last that does. Two machines with equal normalised states behave alike from here on.
    ///
    /// - Parameter now: the instant of the last event.
    func normalised(at now: Uptime) -> BarrierMachine {
        let back = Uptime(nanoseconds: 0) - now
        var result = self
        result.state.latest = Uptime(nanoseconds: 0)
        result.state.relays.forgetRested(at: now, deadTime: settings.reverseDeadTime)
        result.state.relays.shift(by: back)
        if let since = state.clearSince {
            result.state.clearSince = max(
                since + back, Uptime(nanoseconds: 0) + Uptime.Span(nanoseconds: -settings.clearDelay.nanoseconds))
        }
        result.state.graceEnd = state.graceEnd.flatMap { $0 > now ? $0 + back : nil }
        // Set anew when the first car waits, and when the boom is put back into service.
        if state.waiting.isEmpty { result.state.loopWasBlind = false }
        if !state.isInService { result.state.failedClosings = 0 }
        switch state.phase {
        case .raising, .lowering: break
        // What a movement should change is noted anew when the next one begins.
        case .closed, .waitingToRaise, .open, .unknown:
            result.state.openLimitWatch.isChangeDue = false
            result.state.closedLimitWatch.isChangeDue = false
        }
        switch state.phase {
        case .closed: break
        case .waitingToRaise(let at): result.state.phase = .waitingToRaise(at: at + back)
        case .raising(let until): result.state.phase = .raising(until: until + back)
        case .open(let until): result.state.phase = .open(until: max(until + back, result.state.latest))
        case .unknown(let until): result.state.phase = .unknown(until: max(until + back, result.state.latest))
        case .lowering(let until): result.state.phase = .lowering(until: until + back)
        }
        return result
    }
}
