extension BarrierMachine.Direction {
    /// The word in records and in the names of outputs: `exit-1.raise`.
    var word: String {
        switch self {
        case .raise: "raise"
        case .lower: "lower"
        }
    }
}

extension BarrierSensor {
    var word: String {
        switch self {
        case .safetyLoop: "safetyLoop"
        case .photocell: "photocell"
        case .openLimit: "openLimit"
        case .closedLimit: "closedLimit"
        }
    }
}

extension BarrierAlarm {
    /// The word in records.
    public var code: String {
        switch self {
        case .didNotOpen: "didNotOpen"
        case .didNotClose: "didNotClose"
        case .sensorFault(let sensor): "sensorFault-\(sensor.word)"
        case .obstructed: "obstructed"
        case .movedByItself: "movedByItself"
        case .outOfService: "outOfService"
        case .tailgate: "tailgate"
        }
    }
}

extension BarrierAlarm: CustomStringConvertible {
    /// For the log.
    public var description: String {
        switch self {
        case .didNotOpen: "the boom did not open in time; look at motor and limit switch"
        case .didNotClose: "the boom did not close in time; look at motor and limit switch"
        case .sensorFault(let sensor): "the \(sensor.word) is faulty or not heard; the boom stays open for it"
        case .obstructed: "the boom met something while closing"
        case .movedByItself: "the boom moved without being told to (lifted by hand, knocked, or a remote control)"
        case .outOfService: "the lane is out of service; put it back when the barrier is in order"
        case .tailgate: "a car went through behind another without being let through"
        }
    }
}
