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

    public var chinese: String {
        switch self {
        case .fire: "火警 请立即驶离"
        case .moveOn: "请勿停留 请驶离"
        case .oneCarAtATime: "一车一杆 请勿跟车"
        case .outOfService: "车道停用 请走其他车道"
        case .ready: "一车一杆 减速慢行"
        }
    }

    public var english: String {
        switch self {
        case .fire: "Fire alarm. Leave now"
        case .moveOn: "Do not stop here. Please drive on"
        case .oneCarAtATime: "One car at a time. Please wait"
        case .outOfService: "Lane out of service. Please use another lane"
        case .ready: "One car at a time. Drive slowly"
        }
    }
}
