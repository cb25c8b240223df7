import Vocabulary

@testable import Parking

/// An independent judge of one lane: it hears what the lines and people say, sees only what is done, keeps its own
/// account of relays, sensors, cars and alarms, and says which rule was broken. Instants are milliseconds from the last
/// event on.
struct LaneWatch: Hashable {
    /// The settings as whole milliseconds.
    struct Limits {
        let raisePulse, lowerPulse, travel, clearDelay, deadTime: Int
        let standing, stuck, recovers, turnedBack, twoCars: Int
        /// By ``LaneSensor/index``.
        let fitted: [Bool]
        /// The sensors that have to be known clear before the boom is lowered.
        let way: [Int]
        /// The exploration is about time limits of standing cars too.
        var isStandingJudged = true
        var areTwoJudged = true

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
            twoCars = Int(lane.twoCarsAfter.milliseconds)
            fitted = LaneSensor.allCases.map { sensor in
                switch sensor {
                case .safetyLoop: true
                case .approachLoop: barrier.hasApproachLoop
                case .photocell: barrier.hasPhotocell
                case .openLimit: barrier.hasOpenLimit
                case .closedLimit: barrier.hasClosedLimit
                case .obstruction: barrier.hasObstruction
                case .armIntact: barrier.hasArmContact
                }
            }
            let fitted = fitted
            way = [LaneSensor.safetyLoop, .photocell, .obstruction].map(\.index).filter { fitted[$0] }
        }
    }

    /// A car that was taken up and has not come to its end.
    struct Car: Hashable {
        var transit: UUIDv7
        var isLetThrough = false
        /// The loops have shown that it left the approach loop, or cannot show anything of it.
        var mayHaveGone: Bool
        /// Since when both loops have been clear after it stood on the approach loop.
        var goneSince: Int?
        var wasOnApproach: Bool
    }

    /// What the lines say, by ``LaneSensor/index``.
    private(set) var lines = [SensorState](repeating: .unknown, count: LaneSensor.allCases.count)
    /// Since when a line that has reported a fault has been without one; nil if it is to be believed.
    private(set) var soundSince = [Int?](repeating: nil, count: LaneSensor.allCases.count)
    private(set) var raiseEnd: Int
    private(set) var lowerEnd: Int
    private(set) var clearSince: Int?
    var loweringUntil: Int?
    private(set) var raiseDue: Int?
    private(set) var isHeld = false
    private(set) var car: Car?
    /// A bit for each alarm that lasts.
    private(set) var told: UInt32 = 0
    /// Those that were told at some moment of the step that is being judged.
    private(set) var toldNow: UInt32 = 0
    /// Somebody, or the fire contact, has asked for the boom since it was last closed; or it was on its way down and
    /// had to turn.
    var isAskedFor = false
    /// When a boom that was told to rise must be up, or known not to be.
    var raisingUntil: Int?
    /// Since when two cars have been on the two loops.
    var twoSince: Int?
    /// A car was on the safety loop, and since it came the approach loop was free.
    var wasUnder = false
    var wasApproachFree = true
    /// Since when the safety loop has been occupied without a car being let through.
    private(set) var occupiedSince: Int?

    init(_ limits: Limits) {
        raiseEnd = -limits.deadTime
        lowerEnd = -limits.deadTime
    }

    func line(_ sensor: LaneSensor) -> SensorState { lines[sensor.index] }

    // MARK: - What happens

    mutating func hear(_ sensor: LaneSensor, _ reading: SensorState, at now: Int, _ limits: Limits) {
        guard limits.fitted[sensor.index] else { return }
        let index = sensor.index
        if sensor == .safetyLoop {
            if reading != .active { occupiedSince = nil } else { occupiedSince = occupiedSince ?? now }
        }
        lines[index] = reading
        // From here until it has behaved for a while it is not to be trusted.
        if reading == .faulty { soundSince[index] = .max } else if soundSince[index] == .max { soundSince[index] = now }
        if reading == .unknown { soundSince[index] = nil }
        let isClear = limits.way.allSatisfy { lines[$0] == .clear }
        clearSince = isClear ? clearSince ?? now : nil
        follow(at: now)
    }

    private mutating func follow(at now: Int) {
        guard var car else { return }
        let isBelieved = told & LaneWatch.bit(.approachLoopFault) == 0
        switch isBelieved ? line(.approachLoop) : .faulty {
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
        self.car = car
    }

    /// A person has looked at the sensors: what they say now counts.
    mutating func vouch() {
        soundSince = soundSince.map { $0 == .max ? $0 : nil }
        if occupiedSince != nil { occupiedSince = 0 }
    }

    mutating func held(_ isHeld: Bool) {
        self.isHeld = isHeld
        if isHeld { isAskedFor = true }
    }

    /// Another car was read behind: the one before it has gone on as far as anybody can tell.
    mutating func readAnother() { car?.mayHaveGone = true }

    mutating func letThrough(_ transit: UUIDv7, at now: Int) {
        isAskedFor = true
        guard car?.transit == transit else { return }
        if car?.isLetThrough == false { occupiedSince = occupiedSince.map { _ in now } }
        car?.isLetThrough = true
    }

    mutating func rename(_ renamed: (UUIDv7) -> UUIDv7) {
        if let transit = car?.transit { car?.transit = renamed(transit) }
    }

    /// A person opens for a car that nobody has seen.
    mutating func expect(_ transit: UUIDv7) {
        car = Car(
            transit: transit, mayHaveGone: line(.approachLoop) != .active,
            wasOnApproach: line(.approachLoop) == .active)
    }

    // MARK: - What is done

    /// - Returns: the rule that was broken; nil if none was.
    mutating func observe(
        _ actions: [LaneGate.Action], at now: Int, by gate: LaneGate, _ limits: Limits
    ) -> String? {
        let wasLowering = loweringUntil.map { now < $0 } ?? false
        toldNow = told
        for action in actions { if let fault = see(action, at: now, limits) { return fault } }
        if loweringUntil == now + limits.travel, lowerEnd > now, let fault = faultOfLoweringForCar() { return fault }
        if let fault = judgeMovement(gate, at: now, limits) { return fault }
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
        follow(at: now)
        followTwo(at: now)
        return judgeAlarms(gate) ?? judgeCars(gate, at: now, limits) ?? judgeBoom(gate, limits)
            ?? judgeTwo(at: now, limits)
    }

    private mutating func see(_ action: LaneGate.Action, at now: Int, _ limits: Limits) -> String? {
        switch action {
        case .pulse(.raise, _):
            if raiseEnd > now || lowerEnd + limits.deadTime > now { return "the raise relay goes on too early" }
            if !isAskedFor, loweringUntil == nil { return "opened by a sensor alone" }
            isAskedFor = true
            raiseEnd = now + limits.raisePulse
            raisingUntil = now + limits.travel
            (loweringUntil, raiseDue) = (nil, nil)
        case .pulse(.lower, _):
            if let fault = faultOfLowering(at: now, limits) { return fault }
            lowerEnd = now + limits.lowerPulse
            loweringUntil = now + limits.travel
            raisingUntil = nil
        case .release(.raise): raiseEnd = min(raiseEnd, now)
        case .release(.lower): lowerEnd = min(lowerEnd, now)
        case .alarm(let alarm, let isActive):
            if alarm.isMomentary { return isActive ? nil : "a moment ends twice" }
            let bit = LaneWatch.bit(alarm)
            if (told & bit != 0) == isActive { return "an alarm begins or ends twice" }
            told ^= bit
            toldNow |= bit
            // From here it is believed again.
            if alarm == .barrier(.sensorFault(.safetyLoop)), occupiedSince != nil { occupiedSince = now }
        case .consider(let transit, _):
            // A car that was taken up without its plate is read at last.
            if car?.transit != transit {
                if car != nil { return "two cars are dealt with at once" }
                expect(transit)
            }
        case .noPlate(let transit):
            if car != nil { return "two cars are dealt with at once" }
            if line(.approachLoop) != .active { return "a car without a plate where none stands" }
            expect(transit)
        case .through(let transit, _, let isCertain):
            guard let car, car.transit == transit else { return "an end without a beginning" }
            self.car = nil
            if !car.isLetThrough { return "a car is through that was not let through" }
            if isCertain, !car.mayHaveGone { return "a car that never left the approach loop is said to be through" }
        case .stayed(let transit, _):
            guard let car, car.transit == transit else { return "an end without a beginning" }
            self.car = nil
            if !car.isLetThrough { return "a car stayed that was not let through" }
        case .abandoned(let transit, _, _):
            guard let car, car.transit == transit else { return "an end without a beginning" }
            self.car = nil
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
        if told & LaneWatch.bit(.barrier(.outOfService)) != 0 { return "lowered out of service" }
        if limits.fitted[LaneSensor.armIntact.index], line(.armIntact) != .active { return "lowered without its arm" }
        if isHeld { return "lowered while held open" }
        return nil
    }

    private func faultOfLoweringForCar() -> String? {
        // While the approach loop is occupied, the car that was let through may have passed and be judged still.
        guard let car, car.isLetThrough, car.goneSince == nil, line(.approachLoop) != .active else { return nil }
        return "lowered in front of a car that was let through"
    }

    // MARK: - What must be so between any two events

    private func judgeAlarms(_ gate: LaneGate) -> String? {
        if LaneWatch.bits(gate) != told { return "an alarm was lost" }
        for sensor in LaneSensor.allCases where lines[sensor.index] == .faulty {
            if told & LaneWatch.bit(LaneWatch.fault(of: sensor)) == 0 { return "a faulty \(sensor) is not told" }
        }
        let isArmTold = LaneWatch.bit(.barrier(.armKnocked)) | LaneWatch.bit(.barrier(.sensorFault(.armIntact)))
        if line(.armIntact) == .clear, told & isArmTold == 0 {
            return "the lost arm is not told"
        }
        return nil
    }

    private func judgeCars(_ gate: LaneGate, at now: Int, _ limits: Limits) -> String? {
        if car?.transit != gate.cars.transit { return "a car is lost" }
        if limits.isStandingJudged, let since = occupiedSince,
            told & LaneWatch.bit(.barrier(.sensorFault(.safetyLoop))) == 0
        {
            if now - since >= limits.stuck { return "a stuck safety loop is not told" }
            if now - since >= limits.standing, gate.barrier.position == .open, loweringUntil == nil,
                gate.standingSince.map({ Uptime(milliseconds: Int64(now - limits.standing)) >= $0 }) ?? true,
                told & LaneWatch.bit(.standing) == 0
            {
                return "a car that stands under the boom is not told"
            }
        }
        if let since = car?.goneSince, now - since > limits.turnedBack {
            return "a car that has turned back is still waited for"
        }
        if let car, gate.nextDeadline == nil, line(.approachLoop) != .active, line(.safetyLoop) != .active {
            return car.isLetThrough ? "a car is waited for without end" : "a car is kept without end"
        }
        return nil
    }

    /// Counts all instants from `now` on.
    mutating func moveOn(to now: Int, _ limits: Limits) {
        raiseEnd = max(raiseEnd - now, -limits.deadTime)
        lowerEnd = max(lowerEnd - now, -limits.deadTime)
        clearSince = clearSince.map { max($0 - now, -limits.clearDelay) }
        loweringUntil = loweringUntil.map { $0 - now }
        toldNow = 0
        raiseDue = raiseDue.map { $0 - now }
        raisingUntil = raisingUntil.map { $0 - now }
        twoSince = limits.areTwoJudged ? twoSince.map { max($0 - now, -limits.twoCars) } : nil
        occupiedSince = limits.isStandingJudged ? occupiedSince.map { max($0 - now, -limits.stuck) } : nil
        soundSince = soundSince.map { since in
            guard let since, since != .max else { return since }
            return since - now <= -limits.recovers ? nil : since - now
        }
        if let gone = car?.goneSince { car?.goneSince = max(gone - now, -limits.turnedBack - 1) }
    }

    /// The power was cut: relays fall, and what the box knew of cars is in its journal.
    mutating func powerCut(_ limits: Limits) {
        let known = lines
        self = LaneWatch(limits)
        lines = known
    }
}
