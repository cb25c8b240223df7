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
        case .obstruction: "obstruction"
        case .armIntact: "armIntact"
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
        case .armKnocked: "armKnocked"
        case .positionUnknown: "positionUnknown"
        case .tailgate: "tailgate"
        }
    }
}
