import Vocabulary

@testable import Parking

/// An independent judge of one barrier machine: it hears the same events, sees only the actions, keeps its own model of
/// relays, way and cars, and says which safety rule was broken. Instants are milliseconds from the last event on.
struct BarrierWatch: Hashable {
    /// The settings as whole milliseconds.
    struct Limits {
        let raisePulse, lowerPulse, travel, noShow, clearDelay, deadTime: Int
        let hasPhotocell, hasOpenLimit, hasClosedLimit, hasObstruction, hasArmContact: Bool

        init(_ settings: BarrierSettings) {
            raisePulse = Int(settings.raisePulse.milliseconds)
            lowerPulse = Int(settings.lowerPulse.milliseconds)
            travel = Int(settings.travelLimit.milliseconds)
            noShow = Int(settings.noShowLimit.milliseconds)
            clearDelay = Int(settings.clearDelay.milliseconds)
            deadTime = Int(settings.reverseDeadTime.milliseconds)
            hasPhotocell = settings.hasPhotocell
            hasOpenLimit = settings.hasOpenLimit
            hasClosedLimit = settings.hasClosedLimit
            hasObstruction = settings.hasObstruction
            hasArmContact = settings.hasArmContact
        }
    }

    private(set) var raiseEnd: Int
    private(set) var lowerEnd: Int
    private(set) var loop = SensorState.unknown
    private(set) var photocell = SensorState.unknown
    private(set) var openLimit = SensorState.unknown
    private(set) var closedLimit = SensorState.unknown
    private(set) var obstruction = SensorState.unknown
    private(set) var arm = SensorState.unknown
    private(set) var wasKnocked = false
    /// What the machine has said of its alarms.
    private(set) var told: ActiveAlarms = []
    /// Since when the way has been clear and nothing has been met; nil while it is not clear.
    private(set) var clearSince: Int?
    /// Until when the boom may be on its way down; nil if it is not.
    private(set) var loweringUntil: Int?
    /// When the raise relay must be on at the latest, because of a car under the boom.
    private(set) var raiseDue: Int?
    private(set) var isHeld = false
    private(set) var isOutOfService = false
    /// Until when somebody may stand there who has put the barrier back in service.
    private(set) var graceEnd = 0
    private(set) var waiting: [UUIDv7] = []

    init(_ limits: Limits) {
        raiseEnd = -limits.deadTime
        lowerEnd = -limits.deadTime
    }

    /// - Returns: the rule that was broken; nil if none was.
    mutating func observe(
        _ event: BarrierMachine.Event, at now: Int, _ actions: [BarrierMachine.Action], by machine: BarrierMachine,
        _ limits: Limits
    ) -> String? {
        let wasLowering = loweringUntil.map { now < $0 } ?? false
        hear(event, at: now, limits)
        let isArmLost = limits.hasArmContact && arm != .active
        let isIntruded = wasLowering && (clearSince == nil || event == .obstruction || isArmLost)
        for action in actions {
            if case .withdraw(let transit) = event, action == .notPassed(transit) {
                waiting.removeAll { $0 == transit }
            } else if let fault = see(action, at: now, limits) {
                return fault
            }
        }
        if let until = loweringUntil, now >= until || (!isIntruded && isSeenClosed) {
            loweringUntil = nil
            if lowerEnd > now { return "the lower relay is still on although the boom is down" }
        }
        if isIntruded {
            if lowerEnd > now { return "the lower relay stays on although the way is not clear" }
            if raiseEnd <= now { raiseDue = raiseDue ?? max(now, lowerEnd + limits.deadTime) }
        }
        if let due = raiseDue {
            if now >= due { return "the boom was not raised again for what is under it" }
            guard let deadline = machine.nextDeadline, deadline <= Uptime(milliseconds: Int64(due)) else {
                return "the raise that is due has no deadline"
            }
        }
        return judge(machine, at: now, limits)
    }

    /// Counts all instants from `now` on, and forgets how long ago what no longer matters was.
    mutating func moveOn(to now: Int, _ limits: Limits) {
        raiseEnd = max(raiseEnd - now, -limits.deadTime)
        lowerEnd = max(lowerEnd - now, -limits.deadTime)
        clearSince = clearSince.map { max($0 - now, -limits.clearDelay) }
        graceEnd = max(graceEnd - now, 0)
        loweringUntil = loweringUntil.map { $0 - now }
        raiseDue = raiseDue.map { $0 - now }
    }

    /// A switch that is called faulty shows nothing.
    private var isSeenClosed: Bool {
        closedLimit == .active && !told.contains(.sensorFault(.closedLimit))
            && (openLimit != .active || told.contains(.sensorFault(.openLimit)))
    }

    private mutating func hear(_ event: BarrierMachine.Event, at now: Int, _ limits: Limits) {
        switch event {
        case .open(let transit):
            if !waiting.contains(transit), waiting.count < BarrierMachine.maximumWaiting { waiting.append(transit) }
        case .holdOpen(let isHeld): self.isHeld = isHeld
        case .safetyLoop(let reading): loop = reading
        case .backedOff: loop = .clear
        case .withdraw: break
        case .obstructionContact(let reading): if limits.hasObstruction { obstruction = reading }
        case .armIntact(let reading):
            guard limits.hasArmContact else { break }
            if wasKnocked, reading == .active { graceEnd = now + limits.noShow }
            wasKnocked = reading == .clear || (wasKnocked && reading != .active)
            arm = reading
        case .photocell(let reading): photocell = reading
        case .openLimit(let reading): if limits.hasOpenLimit { openLimit = reading }
        case .closedLimit(let reading): if limits.hasClosedLimit { closedLimit = reading }
        case .obstruction: clearSince = nil
        case .serviceReset: if isOutOfService { graceEnd = now + limits.noShow }
        case .tick: break
        }
        let isClear =
            loop == .clear && (!limits.hasPhotocell || photocell == .clear)
            && (!limits.hasObstruction || obstruction == .clear)
        clearSince = isClear ? clearSince ?? now : nil
    }

    private mutating func see(_ action: BarrierMachine.Action, at now: Int, _ limits: Limits) -> String? {
        switch action {
        case .pulse(.raise, let span):
            if Int(span.milliseconds) != limits.raisePulse { return "a raise pulse of the wrong length" }
            if raiseEnd > now { return "a raise pulse is made longer by another" }
            if lowerEnd > now { return "the raise relay goes on while the lower relay is on" }
            if lowerEnd + limits.deadTime > now { return "the raise relay goes on within the dead time" }
            raiseEnd = now + limits.raisePulse
            loweringUntil = nil
            raiseDue = nil
        case .pulse(.lower, let span):
            if Int(span.milliseconds) != limits.lowerPulse { return "a lower pulse of the wrong length" }
            if let fault = faultOfLowering(at: now, limits) { return fault }
            lowerEnd = now + limits.lowerPulse
            loweringUntil = now + limits.travel
        case .release(.raise): raiseEnd = min(raiseEnd, now)
        case .release(.lower): lowerEnd = min(lowerEnd, now)
        case .passed(let transit):
            guard waiting.first == transit else { return "a car passed out of turn, or twice" }
            waiting.removeFirst()
        case .notPassed(let transit), .passageUnknown(let transit):
            guard waiting.first == transit else { return "a car was given up out of turn, or twice" }
            if loop == .active { return "a car was given up while one stands on the loop" }
            waiting.removeFirst()
        case .alarm(let alarm, let active):
            if alarm == .outOfService { isOutOfService = active }
            let known = ActiveAlarms.of(alarm)
            if !known.isEmpty, told.isSuperset(of: known) == active { return "an alarm begins or ends twice" }
            told.formSymmetricDifference(known)
        }
        return nil
    }

    private func faultOfLowering(at now: Int, _ limits: Limits) -> String? {
        if raiseEnd > now { return "the lower relay goes on while the raise relay is on" }
        if max(raiseEnd, lowerEnd) + limits.deadTime > now { return "the lower relay goes on within the dead time" }
        guard let since = clearSince else { return "lowered while the way is not known clear" }
        if now < since + limits.clearDelay { return "lowered before the way was clear long enough" }
        if isOutOfService { return "lowered out of service" }
        if limits.hasArmContact, arm != .active { return "lowered without its arm" }
        if now < graceEnd { return "lowered onto the person who put it back in service" }
        if isHeld { return "lowered while held open" }
        if !waiting.isEmpty { return "lowered in front of an authorised car" }
        return nil
    }

    /// What must be so between any two events.
    private func judge(_ machine: BarrierMachine, at now: Int, _ limits: Limits) -> String? {
        if machine.waitingTransits != waiting { return "a car was forgotten" }
        if machine.state.alarms != told { return "an alarm was lost" }
        if wasKnocked != told.contains(.armKnocked) { return "the arm is gone, or back, and nobody is told" }
        let faults: [(SensorState, BarrierSensor)] = [
            (loop, .safetyLoop), (photocell, .photocell), (obstruction, .obstruction), (arm, .armIntact),
        ]
        for (reading, sensor) in faults where reading == .faulty && limits.isFitted(sensor) {
            if !told.contains(.sensorFault(sensor)) { return "a faulty sensor is not told" }
        }
        if machine.isInService == isOutOfService { return "the out-of-service alarm does not say what is so" }
        if lowerEnd > now, machine.position != .lowering { return "the lower relay is on and nobody watches the way" }
        if isHeld, !isOutOfService, machine.position == .closed || machine.position == .lowering {
            return "held open, and yet down"
        }
        if let deadline = machine.nextDeadline {
            return deadline > Uptime(milliseconds: Int64(now)) ? nil : "a deadline is not in the future"
        }
        if !waiting.isEmpty, loop != .active { return "a car is waited for without end" }
        let areLimitsTold =
            (!limits.hasOpenLimit || openLimit != .unknown) && (!limits.hasClosedLimit || closedLimit != .unknown)
        let isArmLost = limits.hasArmContact && arm != .active
        let isHindered = clearSince == nil || isHeld || isOutOfService || !areLimitsTold || isArmLost
        if !isHindered, waiting.isEmpty, machine.position != .closed { return "the boom stays up without a reason" }
        return nil
    }
}

extension BarrierWatch.Limits {
    func isFitted(_ sensor: BarrierSensor) -> Bool {
        switch sensor {
        case .safetyLoop: true
        case .photocell: hasPhotocell
        case .openLimit: hasOpenLimit
        case .closedLimit: hasClosedLimit
        case .obstruction: hasObstruction
        case .armIntact: hasArmContact
        }
    }
}

extension ActiveAlarms {
    /// The one alarm as a set; empty for one that does not last.
    static func of(_ alarm: BarrierAlarm) -> ActiveAlarms {
        switch alarm {
        case .didNotOpen: .didNotOpen
        case .didNotClose: .didNotClose
        case .sensorFault(let sensor): .sensorFault(sensor)
        case .obstructed: .obstructed
        case .movedByItself: .movedByItself
        case .outOfService: .outOfService
        case .armKnocked: .armKnocked
        case .positionUnknown: .positionUnknown
        case .tailgate: []
        }
    }
}
