import Vocabulary

@testable import Parking

/// An independent judge of one lane: it hears what the lines and people say, sees only what is done, keeps its own
/// account of relays, sensors, cars and alarms, and says which rule was broken. Instants are milliseconds from the last
/// event on; one that is very long ago is as good as `longAgo`.
struct LaneWatch: Hashable {
    /// The settings as whole milliseconds.
    struct Limits {
        let raisePulse, lowerPulse, travel, clearDelay, deadTime: Int
        let standing, stuck, recovers, turnedBack: Int
        let fitted: Set<LaneSensor>
        let longAgo: Int

        init(_ barrier: BarrierSettings, _ lane: LaneSettings) {
            raisePulse = Int(barrier.raisePulse.milliseconds)
            lowerPulse = Int(barrier.lowerPulse.milliseconds)
            travel = Int(barrier.travelLimit.milliseconds)
            clearDelay = Int(barrier.clearDelay.milliseconds)
            deadTime = Int(barrier.reverseDeadTime.milliseconds)
            standing = Int(lane.standingAfter.milliseconds)
            stuck = Int(lane.stuckAfter.milliseconds)
            recovers = Int(lane.sensorRecoversAfter.milliseconds)
            turnedBack = Int(lane.turnedBackAfter.milliseconds)
            var fitted: Set<LaneSensor> = [.safetyLoop]
            if barrier.hasApproachLoop { fitted.insert(.approachLoop) }
            if barrier.hasPhotocell { fitted.insert(.photocell) }
            if barrier.hasOpenLimit { fitted.insert(.openLimit) }
            if barrier.hasClosedLimit { fitted.insert(.closedLimit) }
            if barrier.hasObstruction { fitted.insert(.obstruction) }
            if barrier.hasArmContact { fitted.insert(.armIntact) }
            self.fitted = fitted
            longAgo = -max(clearDelay, deadTime, recovers)
        }

        /// Those that have to be known clear before the boom is lowered.
        var way: [LaneSensor] { [.safetyLoop, .photocell, .obstruction].filter { fitted.contains($0) } }
    }

    /// A car that was taken up and has not come to its end.
    struct Car: Hashable {
        var isLetThrough = false
        /// The loops have shown that it left the approach loop, or cannot show anything of it.
        var mayHaveGone: Bool
        /// Since when both loops have been clear after it stood on the approach loop.
        var goneSince: Int?
        var wasOnApproach: Bool
    }

    private(set) var lines: [LaneSensor: SensorState] = [:]
    /// Since when a line that has reported a fault has been without one; absent if it never has.
    private(set) var soundSince: [LaneSensor: Int] = [:]
    private(set) var raiseEnd: Int
    private(set) var lowerEnd: Int
    private(set) var clearSince: Int?
    private(set) var loweringUntil: Int?
    private(set) var raiseDue: Int?
    private(set) var isHeld = false
    private(set) var cars: [UUIDv7: Car] = [:]
    private(set) var told: Set<LaneAlarm> = []
    /// Since when the safety loop has been occupied without a car being let through.
    private(set) var occupiedSince: Int?

    init(_ limits: Limits) {
        raiseEnd = limits.longAgo
        lowerEnd = limits.longAgo
    }

    func line(_ sensor: LaneSensor) -> SensorState { lines[sensor] ?? .unknown }

    // MARK: - What happens

    mutating func hear(_ sensor: LaneSensor, _ reading: SensorState, at now: Int, _ limits: Limits) {
        guard limits.fitted.contains(sensor) else { return }
        if sensor == .safetyLoop {
            if reading != .active { occupiedSince = nil } else { occupiedSince = occupiedSince ?? now }
        }
        lines[sensor] = reading
        // From here until it has behaved for a while it is not to be trusted.
        if reading == .faulty { soundSince[sensor] = .max } else if soundSince[sensor] == .max { soundSince[sensor] = now }
        if reading == .unknown { soundSince[sensor] = nil }
        let isClear = limits.way.allSatisfy { line($0) == .clear }
        clearSince = isClear ? clearSince ?? now : nil
        for transit in cars.keys { follow(transit, at: now) }
    }

    private mutating func follow(_ transit: UUIDv7, at now: Int) {
        guard var car = cars[transit] else { return }
        switch line(.approachLoop) {
        case .active:
            car.wasOnApproach = true
            car.goneSince = nil
        case .clear:
            car.mayHaveGone = true
            let isGone = car.wasOnApproach && line(.safetyLoop) == .clear
            car.goneSince = isGone ? car.goneSince ?? now : nil
        case .faulty, .unknown:
            car.mayHaveGone = true
            car.wasOnApproach = false
            car.goneSince = nil
        }
        cars[transit] = car
    }

    /// A person has looked at the sensors: what they say now counts.
    mutating func vouch() {
        soundSince = soundSince.filter { $0.value == .max }
        if occupiedSince != nil { occupiedSince = 0 }
    }

    mutating func held(_ isHeld: Bool) { self.isHeld = isHeld }

    /// Another car was read behind: the one before it has gone on as far as anybody can tell.
    mutating func readAnother() { for transit in cars.keys { cars[transit]?.mayHaveGone = true } }

    mutating func letThrough(_ transit: UUIDv7, at now: Int) {
        if cars[transit]?.isLetThrough == false { occupiedSince = occupiedSince.map { _ in now } }
        cars[transit]?.isLetThrough = true
    }

    /// A person opens for a car that nobody has seen.
    mutating func expect(_ transit: UUIDv7) {
        cars[transit] = Car(mayHaveGone: line(.approachLoop) != .active, wasOnApproach: line(.approachLoop) == .active)
    }

    // MARK: - What is done

    /// - Returns: the rule that was broken; nil if none was.
    mutating func observe(
        _ actions: [LaneGate.Action], at now: Int, by gate: LaneGate, _ limits: Limits
    ) -> String? {
        let wasLowering = loweringUntil.map { now < $0 } ?? false
        for action in actions { if let fault = see(action, at: now, limits) { return fault } }
        if let until = loweringUntil, now >= until || gate.barrier.position == .closed { loweringUntil = nil }
        if wasLowering, clearSince == nil, gate.barrier.position != .closed {
            if lowerEnd > now { return "the lower relay stays on although the way is not clear" }
            if raiseEnd <= now { raiseDue = raiseDue ?? max(now, lowerEnd + limits.deadTime) }
        }
        if let due = raiseDue {
            if now >= due { return "the boom was not raised again for what is under it" }
            guard let deadline = gate.nextDeadline, deadline <= Uptime(milliseconds: Int64(due)) else {
                return "the raise that is due has no deadline"
            }
        }
        return judgeAlarms(gate) ?? judgeCars(gate, at: now, limits)
    }

    private mutating func see(_ action: LaneGate.Action, at now: Int, _ limits: Limits) -> String? {
        switch action {
        case .pulse(.raise, _):
            if raiseEnd > now || lowerEnd + limits.deadTime > now { return "the raise relay goes on too early" }
            raiseEnd = now + limits.raisePulse
            (loweringUntil, raiseDue) = (nil, nil)
        case .pulse(.lower, _):
            if let fault = faultOfLowering(at: now, limits) { return fault }
            lowerEnd = now + limits.lowerPulse
            loweringUntil = now + limits.travel
        case .release(.raise): raiseEnd = min(raiseEnd, now)
        case .release(.lower): lowerEnd = min(lowerEnd, now)
        case .alarm(let alarm, let isActive):
            if alarm.isMomentary { return isActive ? nil : "a moment ends twice" }
            if told.contains(alarm) == isActive { return "an alarm begins or ends twice" }
            if isActive { told.insert(alarm) } else { told.remove(alarm) }
        case .consider(let transit, _):
            // A car that was taken up without its plate is read at last.
            if cars[transit] == nil {
                if !cars.isEmpty { return "two cars are dealt with at once" }
                expect(transit)
            }
        case .noPlate(let transit):
            if !cars.isEmpty { return "two cars are dealt with at once" }
            if line(.approachLoop) != .active { return "a car without a plate where none stands" }
            expect(transit)
        case .through(let transit, _, let isCertain):
            guard let car = cars.removeValue(forKey: transit) else { return "an end without a beginning" }
            if !car.isLetThrough { return "a car is through that was not let through" }
            if isCertain, !car.mayHaveGone { return "a car that never left the approach loop is said to be through" }
        case .stayed(let transit, _):
            guard let car = cars.removeValue(forKey: transit) else { return "an end without a beginning" }
            if !car.isLetThrough { return "a car stayed that was not let through" }
        case .abandoned(let transit, _, _):
            guard let car = cars.removeValue(forKey: transit) else { return "an end without a beginning" }
            if car.isLetThrough { return "a car on its way through is given up" }
        }
        return nil
    }

    private func faultOfLowering(at now: Int, _ limits: Limits) -> String? {
        if raiseEnd > now { return "the lower relay goes on while the raise relay is on" }
        if max(raiseEnd, lowerEnd) + limits.deadTime > now { return "the lower relay goes on within the dead time" }
        guard let since = clearSince else { return "lowered while the way is not known clear" }
        if now < since + limits.clearDelay { return "lowered before the way was clear long enough" }
        for sensor in limits.way {
            if let sound = soundSince[sensor], sound == .max || now < sound + limits.recovers {
                return "lowered on the word of a sensor that was faulty just now"
            }
        }
        if told.contains(.barrier(.outOfService)) { return "lowered out of service" }
        if limits.fitted.contains(.armIntact), line(.armIntact) != .active { return "lowered without its arm" }
        if isHeld { return "lowered while held open" }
        if cars.values.contains(where: { $0.isLetThrough && $0.goneSince == nil }), line(.approachLoop) != .active {
            // One that is judged to be leaving has gone from the boom's way, whichever way it went.
            return "lowered in front of a car that was let through"
        }
        return nil
    }

    // MARK: - What must be so between any two events

    private func judgeAlarms(_ gate: LaneGate) -> String? {
        if Set(gate.activeAlarms) != told { return "an alarm was lost" }
        for (sensor, reading) in lines where reading == .faulty {
            if !told.contains(LaneWatch.fault(of: sensor)) { return "a faulty \(sensor) is not told" }
        }
        if line(.armIntact) == .clear, !told.contains(.barrier(.armKnocked)) { return "the lost arm is not told" }
        return nil
    }

    private func judgeCars(_ gate: LaneGate, at now: Int, _ limits: Limits) -> String? {
        if Set(cars.keys) != Set([gate.cars.transit].compactMap { $0 }) { return "a car is lost" }
        if let since = occupiedSince, !told.contains(.barrier(.sensorFault(.safetyLoop))) {
            if now - since >= limits.stuck { return "a stuck safety loop is not told" }
            if now - since >= limits.standing, gate.barrier.position == .open, loweringUntil == nil,
                gate.standingSince.map({ Uptime(milliseconds: Int64(now - limits.standing)) >= $0 }) ?? true,
                !told.contains(.standing)
            {
                return "a car that stands under the boom is not told"
            }
        }
        for car in cars.values {
            if let since = car.goneSince, now - since > limits.turnedBack {
                return "a car that has turned back is still waited for"
            }
        }
        guard gate.nextDeadline == nil else { return nil }
        for car in cars.values where line(.approachLoop) != .active {
            return car.isLetThrough ? "a car is waited for without end" : "a car is kept without end"
        }
        return nil
    }

    static func fault(of sensor: LaneSensor) -> LaneAlarm {
        switch sensor {
        case .approachLoop: .approachLoopFault
        case .safetyLoop: .barrier(.sensorFault(.safetyLoop))
        case .photocell: .barrier(.sensorFault(.photocell))
        case .openLimit: .barrier(.sensorFault(.openLimit))
        case .closedLimit: .barrier(.sensorFault(.closedLimit))
        case .obstruction: .barrier(.sensorFault(.obstruction))
        case .armIntact: .barrier(.sensorFault(.armIntact))
        }
    }

    /// Counts all instants from `now` on.
    mutating func moveOn(to now: Int, _ limits: Limits) {
        raiseEnd = max(raiseEnd - now, limits.longAgo)
        lowerEnd = max(lowerEnd - now, limits.longAgo)
        clearSince = clearSince.map { max($0 - now, limits.longAgo) }
        loweringUntil = loweringUntil.map { $0 - now }
        raiseDue = raiseDue.map { $0 - now }
        occupiedSince = occupiedSince.map { max($0 - now, -limits.stuck) }
        soundSince = soundSince.compactMapValues { since in
            if since == .max { return since }
            return since - now <= -limits.recovers ? nil : since - now
        }
        for (transit, car) in cars {
            cars[transit]?.goneSince = car.goneSince.map { max($0 - now, -limits.turnedBack - 1) }
        }
    }

    /// The power was cut: relays fall, and what the box knew of cars is in its journal.
    mutating func powerCut(_ limits: Limits) {
        let known = lines
        self = LaneWatch(limits)
        lines = known
    }
}
