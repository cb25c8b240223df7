internal import Effects
internal import Vocabulary
internal import Wire

/// Something about the car at a lane that a person should know: it stands until the car has gone.
enum CarAlarm: String, CaseIterable, Hashable, Sendable {
    /// A car of this plate is inside: its exit was missed, or one of the two plates is a copy.
    case plateAlreadyInside
    /// The list of permits bars the plate.
    case barredPlate
    /// The camera takes the plate for a picture or a copy.
    case fakePlate
    /// Another lane deals with the stay of this plate: one of the two has read the other's car.
    case plateAtTwoLanes

    var chinese: String {
        switch self {
        case .plateAlreadyInside: "该车牌已在场内：上次出场漏记，或为套牌，请核对"
        case .barredPlate: "禁入车牌，请核对车辆并通知主管"
        case .fakePlate: "车牌疑似图片或套牌，请到现场核对"
        case .plateAtTwoLanes: "该车牌正在另一车道办理，请到现场核对"
        }
    }

    var english: String {
        switch self {
        case .plateAlreadyInside: "a car of this plate is inside: its exit was missed, or one plate is a copy; compare"
        case .barredPlate: "this plate is barred; compare the car and call the supervisor"
        case .fakePlate: "the camera takes the plate for a picture or a copy; go and look"
        case .plateAtTwoLanes: "this plate is being dealt with at another lane; go and look which car it is"
        }
    }

    func condition(_ lane: LaneID) -> LaneCondition {
        LaneCondition(lane: lane, code: rawValue, chinese: chinese, english: english)
    }
}

extension ParkingSite {
    /// Records an alarm of the car at a lane, and shows it until that car has gone.
    mutating func raise(_ index: Int, _ alarm: CarAlarm) {
        let lane = lanes[index].definition.id
        persist([.alarm(lane: lane, code: alarm.rawValue, isActive: true)])
        guard let transit = lanes[index].transaction?.transit,
            lanes[index].carAlarms.updateValue(transit, forKey: alarm) == nil
        else { return }
        effects.append(.alarm(alarm.condition(lane), isActive: true))
    }

    /// Ends what is shown of cars that are at their lane no more.
    mutating func forgetCarsThatHaveGone() {
        for index in lanes.indices {
            let transit = lanes[index].machine.transit
            for alarm in CarAlarm.allCases {
                guard let car = lanes[index].carAlarms[alarm], car != transit else { continue }
                lanes[index].carAlarms[alarm] = nil
                effects.append(.alarm(alarm.condition(lanes[index].definition.id), isActive: false))
            }
            if let answer = lanes[index].answer, !answer.isNew, answer.car != transit { lanes[index].answer = nil }
            lanes[index].answer?.isNew = false
            lanes[index].answer?.car = transit
        }
    }
}
