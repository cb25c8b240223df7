public import Vocabulary

/// One lane as a whole: what its sensors are worth, which car is where, and what the boom does. Pure.
///
/// It joins ``SensorWatch``, ``LaneMachine`` and ``BarrierMachine``: what one of them concludes the others hear within
/// the same step, so that the joint is explored together with its parts.
public struct LaneGate: Hashable, Sendable {
    public enum Event: Hashable, Sendable {
        /// What the line of a sensor says.
        case sensor(LaneSensor, SensorState)
        /// What cameras and decisions say.
        case cars(LaneMachine.Event)
        /// What people and the fire contact ask of the boom.
        case barrier(BarrierMachine.Event)
        /// ``LaneGate/nextDeadline`` has come; at any other time it does no harm.
        case tick(newTransit: UUIDv7)
    }

    /// Something to be done, in the order given: relays first, then what is told, then what became of cars.
    public enum Action: Hashable, Sendable {
        case pulse(BarrierMachine.Direction, Uptime.Span)
        case release(BarrierMachine.Direction)
        /// An alarm begins or ends; one that ``LaneAlarm/isMomentary`` only begins.
        case alarm(LaneAlarm, isActive: Bool)
        /// Decide about this car.
        case consider(transit: UUIDv7, plate: Plate)
        /// A car waits whose plate has not been read.
        case noPlate(transit: UUIDv7)
        case through(transit: UUIDv7, plate: Plate?, isCertain: Bool)
        case stayed(transit: UUIDv7, plate: Plate?)
        case abandoned(transit: UUIDv7, plate: Plate?, LaneMachine.Departure)
    }

    /// The alarms of this type that last, as a set.
    struct Lasting: OptionSet, Hashable {
        let rawValue: UInt8
        static let approachLoopFault = Lasting(rawValue: 1)
        static let standing = Lasting(rawValue: 2)
        static let twoCars = Lasting(rawValue: 4)
        static let plateNotRead = Lasting(rawValue: 8)

        static let named: [(Lasting, LaneAlarm)] = [
            (.approachLoopFault, .approachLoopFault), (.standing, .standing), (.twoCars, .twoCars),
            (.plateNotRead, .plateNotRead),
        ]
        var list: [LaneAlarm] { Lasting.named.filter { contains($0.0) }.map(\.1) }
    }

    /// What one step leads to, by kind.
    struct Outcome {
        var relays: [Action] = [], alarms: [Action] = [], cars: [Action] = []
        /// A car that went through without being let through is told to the lane once the step is noted.
        var list: [Action] { relays + alarms + cars }
    }

    let settings: LaneSettings
    let rules: LaneRules
    var cars: LaneMachine
    var barrier: BarrierMachine
    var watches: [SensorWatch]
    /// Since when a car has stood under the open boom, and two on the two loops.
    var standingSince: Uptime?
    var twoCarsSince: Uptime?
    var lasting: Lasting = []

    /// A lane at power-up: nothing is known of cars, sensors or boom.
    public init(barrier: BarrierSettings, lane: LaneSettings, at now: Uptime) {
        self.init(BarrierMachine(settings: barrier, at: now), lane: lane, rules: .all)
    }

    init(_ barrier: BarrierMachine, lane: LaneSettings, rules: LaneRules) {
        settings = lane
        self.rules = rules
        cars = LaneMachine(settings: lane)
        self.barrier = barrier
        watches = LaneSensor.allCases.map { _ in SensorWatch() }
    }

    /// Takes in one event and decides what follows from it.
    ///
    /// - Parameter now: time since boot; an instant before the last one counts as the last one.
    public mutating func handle(_ event: Event, at now: Uptime) -> [Action] {
        let now = max(now, barrier.state.latest)
        let before = lasting
        var outcome = Outcome()
        switch event {
        case .sensor(let sensor, let reading): hear(sensor, at: now, &outcome) { $0.hear(reading, at: now) }
        case .cars(let event): carEvent(event, at: now, &outcome)
        case .barrier(let event):
            if event == .serviceReset {
                for sensor in LaneSensor.allCases { hear(sensor, at: now, &outcome) { $0.vouch(at: now) } }
            }
            drive(event, at: now, &outcome)
        case .tick(let newTransit): tick(newTransit, at: now, &outcome)
        }
        noteLasting(at: now)
        outcome.alarms += before.subtracting(lasting).list.map { .alarm($0, isActive: false) }
        outcome.alarms += lasting.subtracting(before).list.map { .alarm($0, isActive: true) }
        return outcome.list
    }

    /// Takes up the car behind once the lane is free; call after the effects of the one before are carried out.
    public mutating func takeUpCarBehind(newTransit: UUIDv7, at now: Uptime) -> [Action] {
        var outcome = Outcome()
        run(cars.takeUpCarBehind(newTransit: newTransit, at: now), at: now, &outcome)
        return outcome.list
    }

    /// When ``Event/tick(newTransit:)`` is due; nil if only an event from outside can change anything. It may be past.
    public var nextDeadline: Uptime? {
        var earliest = [barrier.nextDeadline, cars.nextDeadline].compactMap { $0 }
        for sensor in LaneSensor.allCases {
            if let deadline = deadline(of: sensor) { earliest.append(deadline) }
        }
        if let since = standingSince, !lasting.contains(.standing) { earliest.append(since + settings.standingAfter) }
        if let since = twoCarsSince, !lasting.contains(.twoCars) { earliest.append(since + settings.twoCarsAfter) }
        return earliest.min()
    }

    /// The alarms that have begun and not ended.
    public var activeAlarms: [LaneAlarm] { barrier.activeAlarms.map { .barrier($0) } + lasting.list }

    /// What a sensor is worth.
    func reading(of sensor: LaneSensor) -> SensorState { watches[sensor.index].reading }

    /// A sensor that is not fitted is not heard.
    func isFitted(_ sensor: LaneSensor) -> Bool {
        switch sensor {
        case .approachLoop: barrier.settings.hasApproachLoop
        case .safetyLoop: true
        case .photocell: barrier.settings.hasPhotocell
        case .openLimit: barrier.settings.hasOpenLimit
        case .closedLimit: barrier.settings.hasClosedLimit
        // Without a contact to watch, what it says is still taken for what it is.
        case .obstruction: true
        case .armIntact: barrier.settings.hasArmContact
        }
    }
}

/// The rules of ``LaneGate`` that a test can leave out, see ``BarrierRules``.
struct LaneRules: OptionSet, Hashable, Sendable {
    let rawValue: UInt8
    /// A sensor that is occupied for ever is faulty.
    static let stuckIsFaulty = LaneRules(rawValue: 1)
    /// A faulty sensor has to behave for a while.
    static let faultsLast = LaneRules(rawValue: 2)
    /// A car that leaves the safety loop backwards has not passed.
    static let seesBackingOff = LaneRules(rawValue: 4)
    /// The boom does not wait for a car that has turned back.
    static let withdraws = LaneRules(rawValue: 8)
    /// What the barrier says of a car reaches the lane.
    static let passagesArrive = LaneRules(rawValue: 16)
    /// A car that stands under the boom is told.
    static let tellsStanding = LaneRules(rawValue: 32)

    /// Two cars at once are told.
    static let tellsTwoCars = LaneRules(rawValue: 64)

    static let all = LaneRules(rawValue: 127)
}

extension LaneSensor {
    var index: Int {
        switch self {
        case .approachLoop: 0
        case .safetyLoop: 1
        case .photocell: 2
        case .openLimit: 3
        case .closedLimit: 4
        case .obstruction: 5
        case .armIntact: 6
        }
    }
}
