internal import Vocabulary

/// What the two limit switches say together.
struct BarrierLimits: Sendable, Hashable {
    /// ``SensorState/unknown`` for a switch that is not fitted; faulty if both say that the boom is there.
    let open: SensorState
    let closed: SensorState
    /// Every switch that is fitted has been heard of.
    let areTold: Bool

    init(_ state: BarrierMachine.State, fitted settings: BarrierSettings) {
        let contradict = state.openLimit == .active && state.closedLimit == .active
        open = contradict ? .faulty : state.openLimit
        closed = contradict ? .faulty : state.closedLimit
        areTold =
            (!settings.hasOpenLimit || open != .unknown) && (!settings.hasClosedLimit || closed != .unknown)
    }

    /// The boom is not up; false if no switch can tell.
    var saysNotOpen: Bool { open == .clear || (!open.isReading && closed == .active) }
    /// The boom is not down; false if no switch can tell.
    var saysNotClosed: Bool { closed == .clear || (!closed.isReading && open == .active) }
}

extension BarrierMachine {
    var limits: BarrierLimits { BarrierLimits(state, fitted: settings) }
}
