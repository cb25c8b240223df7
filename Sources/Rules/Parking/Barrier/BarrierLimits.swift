internal import Vocabulary

/// What the two limit switches say together.
struct BarrierLimits: Sendable, Hashable {
    /// ``SensorState/unknown`` for a switch that is not fitted; faulty if it does not follow the boom, and both if both
    /// say that the boom is there.
    let open: SensorState
    let closed: SensorState
    /// Every switch that is fitted has been heard of.
    let areTold: Bool
    /// The closed switch reads clear, be it believed or not.
    private let isClosedContradicted: Bool

    init(_ state: BarrierMachine.State, fitted settings: BarrierSettings, rules: BarrierRules) {
        func reading(_ raw: SensorState, _ watch: BarrierMachine.LimitWatch) -> SensorState {
            raw.isReading && watch.missedChanges >= settings.stuckMovements ? .faulty : raw
        }
        let (up, down) = (
            reading(state.openLimit, state.openLimitWatch), reading(state.closedLimit, state.closedLimitWatch)
        )
        let contradict = up == .active && down == .active
        open = contradict ? .faulty : up
        closed = contradict ? .faulty : down
        isClosedContradicted = state.closedLimit == .clear && rules.contains(.clearSwitchIsNotClosed)
        areTold =
            (!settings.hasOpenLimit || open != .unknown) && (!settings.hasClosedLimit || closed != .unknown)
    }

    /// The boom is not up; false if no switch can tell.
    var saysNotOpen: Bool { open == .clear || (!open.isReading && closed == .active) }
    /// The boom is not down; false if no switch can tell.
    ///
    /// Where the closed switch says so, it is believed even when it has not followed the boom for long: it may be
    /// stuck, or the boom may be, halfway down. Time tells the two apart for nobody, and only a person may.
    var saysNotClosed: Bool { isClosedContradicted || closed == .clear || (!closed.isReading && open == .active) }
}

// A switch that never changes although the boom is told to move is faulty until it changes: time is the evidence then.
extension BarrierMachine {
    var limits: BarrierLimits { BarrierLimits(state, fitted: settings, rules: rules) }

    /// A movement begins: which switches it should change.
    mutating func expectLimits(_ direction: Direction) {
        let (openBefore, closedBefore): (SensorState, SensorState) =
            direction == .raise ? (.clear, .active) : (.active, .clear)
        state.openLimitWatch.isChangeDue = settings.hasOpenLimit && state.openLimit == openBefore
        state.closedLimitWatch.isChangeDue = settings.hasClosedLimit && state.closedLimit == closedBefore
    }

    /// A movement was broken off: nothing can be said of the switches.
    mutating func forgetExpectedLimits() {
        state.openLimitWatch.isChangeDue = false
        state.closedLimitWatch.isChangeDue = false
    }

    /// A movement has had all its time.
    mutating func judgeLimits() {
        guard rules.contains(.stuckSwitchIsFaulty) else { return }
        for watch in [\State.openLimitWatch, \State.closedLimitWatch] where state[keyPath: watch].isChangeDue {
            state[keyPath: watch].isChangeDue = false
            state[keyPath: watch].missedChanges = min(
                state[keyPath: watch].missedChanges + 1, settings.stuckMovements)
        }
    }

    /// A switch has been heard.
    static func note(_ reading: SensorState, before: SensorState, _ watch: inout LimitWatch) {
        if before.isReading, reading.isReading, before != reading { watch = LimitWatch() }
        if !reading.isReading { watch.isChangeDue = false }
    }
}
