/// What the sign of a lane tells drivers about the lane itself.
public enum LaneWarning: String, CaseIterable, Hashable, Sendable {
    /// The fire alarm has opened every boom.
    case fire
    /// A car stands under the boom.
    case moveOn
    /// A second car is too close.
    case oneCarAtATime
    /// The barrier does not work.
    case outOfService
    /// Nothing is wrong any more.
    case ready

    var step: Notice.Step {
        switch self {
        case .fire: .laneFire
        case .moveOn: .laneMoveOn
        case .oneCarAtATime: .laneOneCarAtATime
        case .outOfService: .laneOutOfService
        case .ready: .laneReady
        }
    }
}
