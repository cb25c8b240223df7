/// One of the sensors that belong to a boom.
public enum BarrierSensor: UInt8, Sendable, Hashable, CaseIterable {
    /// The induction loop under the boom; it also counts the cars.
    case safetyLoop
    /// The light beam across the lane, beside the boom.
    case photocell
    /// The switch that the boom closes when it is fully up.
    case openLimit
    /// The switch that the boom closes when it is fully down.
    case closedLimit
    /// The pressure edge or current limit of the barrier, where it is wired to the box as a contact.
    case obstruction
    /// The contact that is made while the arm sits in its holder.
    case armIntact
}

/// Something about a boom that a person should look at.
public enum BarrierAlarm: Sendable, Hashable {
    /// The boom was told to rise and did not get there within the travel limit. Until the service reset.
    case didNotOpen
    /// The boom did not get down within the travel limit, more often than allowed. Until the service reset.
    case didNotClose
    /// A sensor is faulty, or it is unknown and therefore keeps the boom open. Until it works again.
    case sensorFault(BarrierSensor)
    /// The barrier's own pressure edge met something while lowering. Until the boom has closed.
    case obstructed
    /// A limit switch says that the boom moved without being told to: lifted by hand, knocked, moved by its own remote
    /// control. Until the next movement that was asked for has ended, or the boom is seen closed again.
    case movedByItself
    /// The boom does not close any more. Until the service reset.
    case outOfService
    /// The arm has been knocked out of its holder or broken off. Until it is back.
    case armKnocked
    /// After power-up nothing tells where the boom is. Until it is known or has been moved.
    case positionUnknown
    /// A car went through that nobody had authorised. Sent once a car, never taken back.
    case tailgate
}

/// The alarms that last, as a set; ``BarrierAlarm/tailgate`` does not last.
struct ActiveAlarms: OptionSet, Sendable, Hashable {
    let rawValue: UInt16

    static let didNotOpen = ActiveAlarms(rawValue: 1 << 6)
    static let didNotClose = ActiveAlarms(rawValue: 1 << 7)
    static let obstructed = ActiveAlarms(rawValue: 1 << 8)
    static let movedByItself = ActiveAlarms(rawValue: 1 << 9)
    static let outOfService = ActiveAlarms(rawValue: 1 << 10)
    static let armKnocked = ActiveAlarms(rawValue: 1 << 11)
    static let positionUnknown = ActiveAlarms(rawValue: 1 << 12)

    static func sensorFault(_ sensor: BarrierSensor) -> ActiveAlarms { ActiveAlarms(rawValue: 1 << sensor.rawValue) }

    /// Every alarm that can last, in the order in which changes are reported.
    private static let named: [(ActiveAlarms, BarrierAlarm)] =
        [
            (.didNotOpen, .didNotOpen), (.didNotClose, .didNotClose), (.obstructed, .obstructed),
            (.movedByItself, .movedByItself), (.outOfService, .outOfService), (.armKnocked, .armKnocked),
            (.positionUnknown, .positionUnknown),
        ] + BarrierSensor.allCases.map { (sensorFault($0), .sensorFault($0)) }

    /// The alarms in this set, one by one.
    var list: [BarrierAlarm] { ActiveAlarms.named.filter { contains($0.0) }.map(\.1) }
}
