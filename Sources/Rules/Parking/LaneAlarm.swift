internal import Effects
internal import Vocabulary

/// Something about a lane that a person should know: recorded under its ``code`` and told in both languages.
public enum LaneAlarm: Hashable, Sendable {
    /// Of the boom itself.
    case barrier(BarrierAlarm)
    /// The approach loop is faulty: chattering, stuck, or its wire is broken. Until it works again.
    case approachLoopFault
    /// A car stands under the open boom for longer than it takes to pass. Until it has gone on.
    case standing
    /// Two cars are on the two loops at once for longer than it takes to pass. Until one has gone on.
    case twoCars
    /// A car stands before the boom and no camera has read its plate. Until it is read, let through, or gone.
    case plateNotRead
    /// The fire contact is active or faulty: every boom is up and stays up. Until it is clear.
    case fire
    /// A car turned round before the boom. Sent once a car, never taken back.
    case turnedBack
    /// A car that had been let through backed out under the boom. Sent once a car, never taken back.
    case reversedOut

    /// The word in records.
    public var code: String {
        switch self {
        case .barrier(let alarm): alarm.code
        case .approachLoopFault: "sensorFault-approachLoop"
        case .standing: "standing"
        case .twoCars: "twoCars"
        case .plateNotRead: "plateNotRead"
        case .fire: "fire"
        case .turnedBack: "turnedBack"
        case .reversedOut: "reversedOut"
        }
    }

    func condition(_ lane: LaneID) -> LaneCondition {
        LaneCondition(lane: lane, code: code, chinese: chinese, english: english)
    }

    /// It tells of one moment; there is no end to report.
    public var isMomentary: Bool {
        switch self {
        case .barrier(.tailgate), .turnedBack, .reversedOut: true
        case .barrier, .approachLoopFault, .standing, .twoCars, .plateNotRead, .fire: false
        }
    }
}

// What the attendant reads.
extension LaneAlarm {
    public var english: String {
        switch self {
        case .barrier(let alarm): alarm.english
        case .approachLoopFault: "the approach loop is faulty; plates are dealt with as they are read"
        case .standing: "a car stands under the boom; ask the driver to move on"
        case .twoCars: "two cars are at the boom at once; keep the second one back"
        case .plateNotRead: "a car waits and its plate was not read; go and help"
        case .fire: "fire alarm: every boom is open and stays open"
        case .turnedBack: "a car turned back before the boom"
        case .reversedOut: "a car that had been let through backed out again"
        }
    }

    public var chinese: String {
        switch self {
        case .barrier(let alarm): alarm.chinese
        case .approachLoopFault: "触发地感故障，按识别到的车牌处理"
        case .standing: "车辆滞留道闸下，请引导驶离"
        case .twoCars: "两车同时在闸口，请拦住后车"
        case .plateNotRead: "车辆等候但未识别到车牌，请前往协助"
        case .fire: "消防报警：全部道闸已开启并保持"
        case .turnedBack: "车辆在闸前掉头离开"
        case .reversedOut: "已放行车辆倒车退回"
        }
    }
}

extension BarrierAlarm {
    var english: String {
        switch self {
        case .didNotOpen: "the boom did not open in time; look at motor and limit switch"
        case .didNotClose: "the boom did not close in time; look at motor and limit switch"
        case .sensorFault(.openLimit), .sensorFault(.closedLimit):
            "a limit switch (\(sensorWord)) does not follow the boom; its travel time counts instead"
        case .sensorFault: "the \(sensorWord) is faulty or not heard; the boom stays open for it"
        case .obstructed: "the boom met something while closing"
        case .movedByItself: "the boom moved without being told to (lifted by hand, knocked, or a remote control)"
        case .outOfService: "the lane is out of service; put it back when the barrier is in order"
        case .armKnocked: "the arm is out of its holder; put it back, the boom is not lowered before"
        case .positionUnknown: "nothing tells where the boom is after the start; it is lowered when the way is clear"
        case .tailgate: "a car went through without being let through"
        }
    }

    var chinese: String {
        switch self {
        case .didNotOpen: "道闸未按时升起，请检查电机和限位开关"
        case .didNotClose: "道闸未按时落下，请检查电机和限位开关"
        case .sensorFault(.openLimit): "开到位限位开关故障，按运行时间判断"
        case .sensorFault(.closedLimit): "关到位限位开关故障，按运行时间判断"
        case .sensorFault(.safetyLoop): "防砸地感故障，道闸保持开启"
        case .sensorFault(.photocell): "红外对射故障，道闸保持开启"
        case .sensorFault(.obstruction): "遇阻触点故障，道闸保持开启"
        case .sensorFault(.armIntact): "闸杆检测触点故障，道闸保持开启"
        case .obstructed: "道闸下落时遇阻"
        case .movedByItself: "道闸被人为抬起、撞动或遥控"
        case .outOfService: "车道停用，修复后请恢复"
        case .armKnocked: "闸杆脱落，复位前道闸不落杆"
        case .positionUnknown: "启动后道闸位置未知，车道无车时落杆"
        case .tailgate: "车辆未放行跟车通过"
        }
    }

    private var sensorWord: String { if case .sensorFault(let sensor) = self { sensor.word } else { "" } }
}
