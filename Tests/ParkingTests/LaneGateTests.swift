import Testing
import Vocabulary

@testable import Parking

private let ours = SiteFixtures.plate("粤B12340"), other = SiteFixtures.plate("粤B99999")
private let first = BarrierFixtures.transit(1), second = BarrierFixtures.transit(2)

/// One lane with approach loop and safety loop, as the runtime would drive it: between two events every deadline gets
/// its tick in time.
struct LaneScript {
    private(set) var gate: LaneGate
    private(set) var milliseconds: Int64 = 0
    private var ids: UInt64 = 100

    /// A lane with a closed boom, nothing on its loops.
    static func closed(
        photocell: Bool = false, contacts: Bool = false, limits: Bool = false
    ) throws -> LaneScript {
        let barrier = try BarrierSettings(
            hasOpenLimit: limits, hasClosedLimit: limits, hasPhotocell: photocell, hasObstruction: contacts,
            hasArmContact: contacts, hasApproachLoop: true)
        var script = LaneScript(
            gate: LaneGate(
                barrier: barrier, lane: SiteFixtures.scenario.laneSettings, at: Uptime(milliseconds: 0)))
        for sensor in [LaneSensor.approachLoop, .safetyLoop, .photocell, .obstruction] { script.line(sensor, .clear) }
        script.line(.armIntact, .active)
        script.line(.openLimit, .clear)
        script.line(.closedLimit, .active)
        script.wait(40_000)
        return script
    }

    /// A car on the approach loop that was read and may go; the boom is up.
    static func open(photocell: Bool = false, contacts: Bool = false) throws -> LaneScript {
        var script = try closed(photocell: photocell, contacts: contacts)
        script.line(.approachLoop, .active)
        script.read(ours)
        script.letThrough(first)
        script.wait(6_000)
        return script
    }

    private init(gate: LaneGate) { self.gate = gate }

    @discardableResult
    mutating func play(_ event: LaneGate.Event) -> [LaneGate.Action] {
        gate.handle(event, at: Uptime(milliseconds: milliseconds))
    }

    @discardableResult
    mutating func line(_ sensor: LaneSensor, _ reading: SensorState) -> [LaneGate.Action] {
        play(.sensor(sensor, reading))
    }

    @discardableResult
    mutating func read(_ plate: Plate, as transit: UUIDv7 = first) -> [LaneGate.Action] {
        play(.cars(.read(plate, newTransit: transit)))
    }

    @discardableResult
    mutating func letThrough(_ transit: UUIDv7) -> [LaneGate.Action] { play(.cars(.letThrough(transit: transit))) }

    mutating func takeUpCarBehind(as transit: UUIDv7) -> [LaneGate.Action] {
        gate.takeUpCarBehind(newTransit: transit, at: Uptime(milliseconds: milliseconds))
    }

    /// - Returns: what the lane wants done in the meantime.
    @discardableResult
    mutating func wait(_ span: Int64) -> [LaneGate.Action] {
        let end = milliseconds + span
        var actions: [LaneGate.Action] = []
        while let deadline = gate.nextDeadline, deadline <= Uptime(milliseconds: end) {
            ids += 1
            let newTransit = BarrierFixtures.transit(ids)
            actions += gate.handle(.tick(newTransit: newTransit), at: max(deadline, Uptime(milliseconds: milliseconds)))
        }
        milliseconds = end
        return actions
    }
}

private func begins(_ alarm: LaneAlarm) -> LaneGate.Action { .alarm(alarm, isActive: true) }
private func ends(_ alarm: LaneAlarm) -> LaneGate.Action { .alarm(alarm, isActive: false) }
private let raise = LaneGate.Action.pulse(.raise, .milliseconds(500))
private let lower = LaneGate.Action.pulse(.lower, .milliseconds(500))
private func through(_ plate: Plate?, isCertain: Bool = true) -> LaneGate.Action {
    .through(transit: first, plate: plate, isCertain: isCertain)
}

@Suite("Which way a car goes")
struct LaneDirectionTests {
    @Test("a car that drives over both loops is through, and the boom closes behind it")
    func drivesThrough() throws {
        var script = try LaneScript.open()
        #expect(script.line(.safetyLoop, .active) == [])
        #expect(script.line(.approachLoop, .clear) == [])
        #expect(script.line(.safetyLoop, .clear) == [through(ours)])
        #expect(script.wait(500) == [lower])
    }

    @Test("a car that is not let through and drives back is given up after five seconds", arguments: [4_999, 5_000])
    func turnsBack(milliseconds: Int64) throws {
        for isHeld in [true, false] {
            var script = try LaneScript.closed()
            script.line(.approachLoop, .active)
            script.read(ours)
            if isHeld { script.play(.cars(.hold(transit: first))) }
            #expect(script.line(.approachLoop, .clear) == [])
            let expected: [LaneGate.Action] = [
                begins(.turnedBack), .abandoned(transit: first, plate: ours, .turnedBack),
            ]
            #expect(script.wait(milliseconds) == (milliseconds < 5_000 ? [] : expected))
        }
    }

    @Test("a car that was let through and drives back did not pass, and the boom closes without waiting for it")
    func turnsBackFromOpenBoom() throws {
        var script = try LaneScript.open()
        script.line(.approachLoop, .clear)
        #expect(
            script.wait(5_000) == [lower, begins(.turnedBack), .stayed(transit: first, plate: ours)])
    }

    @Test("a car that touches the safety loop and backs off has not passed, and the boom waits for it")
    func backsOff() throws {
        var script = try LaneScript.open()
        script.line(.safetyLoop, .active)
        #expect(script.line(.safetyLoop, .clear) == [])
        #expect(script.wait(20_000) == [])
        #expect(script.gate.barrier.waitingTransits == [first])
        script.line(.safetyLoop, .active)
        script.line(.approachLoop, .clear)
        #expect(script.line(.safetyLoop, .clear) == [through(ours)])
    }

    @Test("a car that backed off and that nobody sees any more leaves a passage that is not known")
    func backsOffUnseen() throws {
        var script = try LaneScript.open()
        script.line(.safetyLoop, .active)
        script.line(.safetyLoop, .clear)
        #expect(script.wait(30_000) == [lower, through(ours, isCertain: false)])
    }

    @Test("a car that backed off and is read again has stayed")
    func backsOffAndIsRead() throws {
        var script = try LaneScript.open()
        script.line(.safetyLoop, .active)
        script.line(.safetyLoop, .clear)
        script.read(ours, as: second)
        #expect(script.wait(30_000) == [lower, .stayed(transit: first, plate: ours)])
    }

    /// A car that has left the approach loop forwards, and something comes onto that loop while it is under the boom.
    private func followed() throws -> LaneScript {
        var script = try LaneScript.open()
        script.line(.safetyLoop, .active)
        script.line(.approachLoop, .clear)
        script.line(.approachLoop, .active)
        #expect(script.line(.safetyLoop, .clear) == [])
        return script
    }

    @Test("a car that backs out under the boom and off the approach loop has stayed")
    func reversesOut() throws {
        var script = try followed()
        #expect(
            script.line(.approachLoop, .clear)
                == [begins(.reversedOut), .stayed(transit: first, plate: ours)])
    }

    @Test("a car that backs out under the boom and is read again is dealt with anew")
    func reversesOutAndIsRead() throws {
        var script = try followed()
        #expect(
            script.read(ours, as: second) == [
                begins(.reversedOut), .stayed(transit: first, plate: ours), .consider(transit: second, plate: ours),
            ])
    }

    @Test("when another car is read in its place it has passed, and so it has after three seconds without a sign")
    func isFollowed() throws {
        var script = try followed()
        #expect(script.read(other, as: second) == [through(ours)])
        script = try followed()
        #expect(script.wait(2_999).contains(through(ours)) == false)
        #expect(script.wait(1) == [through(ours)])
    }

    @Test("a car that follows through an open boom is reported, and so is who it was")
    func tailgates() throws {
        var script = try followed()
        script.read(other, as: second)
        #expect(
            script.takeUpCarBehind(as: second) == [
                .consider(transit: second, plate: other)
            ])
        script.line(.safetyLoop, .active)
        script.line(.approachLoop, .clear)
        #expect(
            script.line(.safetyLoop, .clear) == [
                begins(.barrier(.tailgate)), .abandoned(transit: second, plate: other, .tailgated),
            ])
    }

    @Test("without an approach loop nothing is concluded from its silence")
    func noApproachLoop() throws {
        let barrier = try BarrierSettings(hasOpenLimit: false, hasClosedLimit: false, hasPhotocell: false)
        var gate = LaneGate(barrier: barrier, lane: SiteFixtures.scenario.laneSettings, at: Uptime(milliseconds: 0))
        let now = Uptime(milliseconds: 40_000)
        for reading in [SensorState.active, .clear] {
            #expect(gate.handle(.sensor(.approachLoop, reading), at: now) == [])
        }
        #expect(gate.reading(of: .approachLoop) == .unknown)
    }
}

@Suite("A car that no camera reads")
struct LaneUnreadTests {
    @Test("a car on the approach loop that is not read for eight seconds needs help", arguments: [7_999, 8_000])
    func notRead(milliseconds: Int64) throws {
        var script = try LaneScript.closed()
        script.line(.approachLoop, .active)
        let actions = script.wait(milliseconds)
        let transit = BarrierFixtures.transit(102)
        #expect(
            actions == (milliseconds < 8_000 ? [] : [begins(.plateNotRead), .noPlate(transit: transit)])
                || actions.count == 2)
        #expect((script.gate.cars.transit != nil) == (milliseconds >= 8_000))
    }

    @Test("when it is read at last it is the same car, and the alarm ends")
    func readAtLast() throws {
        var script = try LaneScript.closed()
        script.line(.approachLoop, .active)
        script.wait(8_000)
        let transit = try #require(script.gate.cars.transit)
        #expect(
            script.read(ours, as: second) == [ends(.plateNotRead), .consider(transit: transit, plate: ours)])
    }

    @Test("when it drives away it is given up")
    func drivesAway() throws {
        var script = try LaneScript.closed()
        script.line(.approachLoop, .active)
        script.wait(60_000)
        let transit = try #require(script.gate.cars.transit)
        script.line(.approachLoop, .clear)
        #expect(
            script.wait(5_000) == [
                begins(.turnedBack), ends(.plateNotRead), .abandoned(transit: transit, plate: nil, .turnedBack),
            ])
    }

    @Test("a held car that stands on the approach loop is not forgotten while it stands there")
    func notForgotten() throws {
        var script = try LaneScript.closed()
        script.line(.approachLoop, .active)
        script.read(ours)
        script.play(.cars(.hold(transit: first)))
        #expect(script.wait(299_000) == [])
        #expect(script.gate.cars.transit == first)
    }
}

@Suite("Sensors that cannot be believed")
struct LaneSensorTests {
    @Test(
        "a car under the open boom is told after thirty seconds and until it has gone on", arguments: [29_999, 30_000])
    func standing(milliseconds: Int64) throws {
        var script = try LaneScript.open()
        script.line(.safetyLoop, .active)
        script.line(.approachLoop, .clear)
        #expect(script.wait(milliseconds) == (milliseconds < 30_000 ? [] : [begins(.standing)]))
        guard milliseconds >= 30_000 else { return }
        #expect(script.line(.safetyLoop, .clear) == [ends(.standing), through(ours)])
    }

    @Test("two cars on the two loops are told after three seconds", arguments: [2_999, 3_000])
    func twoCars(milliseconds: Int64) throws {
        var script = try LaneScript.open()
        script.line(.safetyLoop, .active)
        script.line(.approachLoop, .clear)
        script.line(.approachLoop, .active)
        #expect(script.wait(milliseconds) == (milliseconds < 3_000 ? [] : [begins(.twoCars)]))
    }

    @Test("one long car on both loops is not two")
    func longCar() throws {
        var script = try LaneScript.open()
        script.line(.safetyLoop, .active)
        #expect(script.wait(29_000) == [])
    }

    @Test(
        "a loop, photocell or edge that sees a car for five minutes is faulty; the boom stays up for it",
        arguments: [LaneSensor.safetyLoop, .photocell, .obstruction])
    func stuck(sensor: LaneSensor) throws {
        var script = try LaneScript.open(photocell: true, contacts: true)
        script.line(sensor, .active)
        let fault = LaneWatch.fault(of: sensor)
        #expect(script.wait(293_999 + 6_000).contains(begins(fault)) == false)
        #expect(script.wait(1).contains(begins(fault)))
        #expect(script.wait(3_600_000).contains(lower) == false)
        #expect(script.line(sensor, .clear) == [])
        let recovered = script.wait(10_000)
        #expect(recovered.contains(ends(fault)))
        #expect(!recovered.contains(lower))
        #expect(script.wait(500).contains(lower))
    }

    @Test("an approach loop that is occupied for five minutes is faulty, and the held car is forgotten as without one")
    func stuckApproach() throws {
        var script = try LaneScript.closed()
        script.line(.approachLoop, .active)
        script.read(ours)
        script.play(.cars(.hold(transit: first)))
        #expect(
            script.wait(300_000) == [
                .abandoned(transit: first, plate: ours, .wentAway), begins(.approachLoopFault),
            ] || script.gate.cars.transit == nil)
        #expect(script.gate.activeAlarms.contains(.approachLoopFault))
        script.line(.approachLoop, .clear)
        #expect(script.wait(10_000) == [ends(.approachLoopFault)])
    }

    @Test("a sensor that chatters is believed only when it has behaved for ten seconds", arguments: [9_999, 10_000])
    func chattering(milliseconds: Int64) throws {
        var script = try LaneScript.open(photocell: true)
        #expect(script.line(.photocell, .faulty) == [begins(.barrier(.sensorFault(.photocell)))])
        script.wait(60_000)
        for _ in 0..<3 {
            script.line(.photocell, .clear)
            script.wait(1_000)
            script.line(.photocell, .faulty)
        }
        script.line(.photocell, .clear)
        let actions = script.wait(milliseconds)
        #expect(actions.contains(ends(.barrier(.sensorFault(.photocell)))) == (milliseconds >= 10_000))
        #expect(!actions.contains(lower))
    }

    @Test("after the service reset a sensor is believed at once")
    func vouched() throws {
        var script = try LaneScript.open(photocell: true)
        script.line(.photocell, .faulty)
        script.line(.photocell, .clear)
        #expect(script.play(.barrier(.serviceReset)).contains(ends(.barrier(.sensorFault(.photocell)))))
    }

    @Test("an arm that is knocked off is told, the boom is not lowered, and who drives past is reported")
    func armKnocked() throws {
        var script = try LaneScript.closed(contacts: true)
        #expect(script.line(.armIntact, .clear) == [begins(.barrier(.armKnocked))])
        script.line(.safetyLoop, .active)
        #expect(script.line(.safetyLoop, .clear) == [begins(.barrier(.tailgate))])
        #expect(script.wait(600_000) == [])
        #expect(script.line(.armIntact, .active) == [ends(.barrier(.armKnocked))])
        #expect(script.wait(600_000) == [])
    }

    @Test("an arm knocked off in mid-fall makes the drive rise; when it is back, the boom waits for who put it back")
    func armKnockedWhileLowering() throws {
        var script = try LaneScript.open(contacts: true)
        script.line(.safetyLoop, .active)
        script.line(.approachLoop, .clear)
        script.line(.safetyLoop, .clear)
        #expect(script.wait(500) == [lower])
        #expect(script.line(.armIntact, .clear) == [.release(.lower), begins(.barrier(.armKnocked))])
        #expect(script.wait(600_000) == [raise])
        script.line(.armIntact, .active)
        #expect(script.wait(29_999) == [])
        #expect(script.wait(1) == [lower])
    }

    @Test(
        "a boom whose closed switch never says that it is down is not taken for closed, whichever of the two is stuck",
        arguments: [true, false])
    func stuckLimit(leavesOpenSwitch: Bool) throws {
        var script = try LaneScript.closed(limits: true)
        script.line(.approachLoop, .active)
        script.read(ours)
        script.letThrough(first)
        script.line(.closedLimit, .clear)
        script.line(.openLimit, .active)
        script.line(.safetyLoop, .active)
        script.line(.approachLoop, .clear)
        script.line(.safetyLoop, .clear)
        // The boom stops halfway, or comes down and its switch does not say so, or does not move at all.
        var lowerings = 0
        var fault: Int?
        for _ in 0..<100 {
            for action in script.wait(500) {
                switch action {
                case lower:
                    lowerings += 1
                    if leavesOpenSwitch { script.line(.openLimit, .clear) }
                case raise: if leavesOpenSwitch { script.line(.openLimit, .active) }
                case begins(.barrier(.sensorFault(.closedLimit))): fault = lowerings
                default: break
                }
            }
        }
        #expect(fault == 3)
        #expect(lowerings == 4, "three tries more, as for any lowering that fails")
        #expect(script.gate.barrier.position != .closed)
        #expect(!script.gate.barrier.isInService)
        #expect(script.gate.barrier.activeAlarms.contains(.didNotClose))
    }

    @Test("every alarm has a code of its own and a text in both languages")
    func texts() {
        let barrier: [BarrierAlarm] =
            [.didNotOpen, .didNotClose, .obstructed, .movedByItself, .outOfService, .armKnocked, .positionUnknown]
            + [.tailgate] + BarrierSensor.allCases.map { .sensorFault($0) }
        let all: [LaneAlarm] =
            barrier.map { .barrier($0) } + [
                .approachLoopFault, .standing, .twoCars, .plateNotRead, .fire, .turnedBack, .reversedOut,
            ]
        #expect(Set(all.map(\.code)).count == all.count)
        #expect(Set(all.map(\.chinese)).count == all.count)
        #expect(all.allSatisfy { $0.english.utf8.count < 100 && $0.chinese.utf8.count > 6 })
    }
}
