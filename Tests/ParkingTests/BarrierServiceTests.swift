import Testing
import Vocabulary

@testable import Parking

private let car = BarrierFixtures.transit(1)
private let next = BarrierFixtures.transit(2)

@Suite("People and faults at a barrier")
struct BarrierServiceTests {
    @Test("at power-up nothing moves, and a closed limit switch makes the boom closed")
    func powerUpClosed() throws {
        var script = try BarrierScript.atPowerUp(closedLimit: true)
        #expect(script.machine.position == .unknown)
        #expect(script.play(.closedLimit(.active)) == [])
        #expect(script.machine.position == .closed)
        #expect(script.wait(60_000) == [])
    }

    @Test("at power-up a boom of unknown position is told, and lowered after the no-show limit if the way is clear")
    func powerUpOpen() throws {
        var script = try BarrierScript.atPowerUp()
        #expect(script.play(.safetyLoop(.clear)) == [.alarm(.positionUnknown, active: true)])
        #expect(script.play(.photocell(.clear)) == [])
        #expect(script.wait(29_999) == [])
        #expect(script.wait(1) == [.lower, .alarm(.positionUnknown, active: false)])
    }

    @Test("a boom whose sensors are never heard of stays up and says which ones")
    func powerUpDeaf() throws {
        var script = try BarrierScript.atPowerUp(closedLimit: true)
        #expect(script.play(.safetyLoop(.clear)) == [])
        #expect(
            script.wait(600_000) == [
                .alarm(.sensorFault(.photocell), active: true), .alarm(.sensorFault(.closedLimit), active: true),
            ])
        #expect(script.play(.photocell(.clear)) == [.alarm(.sensorFault(.photocell), active: false)])
        #expect(script.wait(60_000) == [])
        #expect(script.play(.closedLimit(.clear)) == [.lower, .alarm(.sensorFault(.closedLimit), active: false)])
    }

    @Test("a car may leave right after power-up, whatever is known")
    func powerUpCar() throws {
        var script = try BarrierScript.atPowerUp(openLimit: true, closedLimit: true)
        #expect(script.play(.open(transit: car)) == [.raise])
    }

    @Test("a faulty sensor is told at once, keeps an open boom open, and the boom closes when it works again")
    func faultySensor() throws {
        var script = try BarrierScript.open(for: car)
        #expect(script.play(.photocell(.faulty)) == [.alarm(.sensorFault(.photocell), active: true)])
        #expect(script.wait(600_000) == [.notPassed(car)])
        #expect(script.play(.photocell(.clear)) == [.alarm(.sensorFault(.photocell), active: false)])
        #expect(script.wait(500) == [.lower])
    }

    @Test("a fire opens the boom, keeps it open past every limit, and lets it close when it is over")
    func fire() throws {
        var script = try BarrierScript.closed()
        #expect(script.play(.holdOpen(true)) == [.raise])
        #expect(script.wait(3_600_000) == [])
        #expect(script.play(.safetyLoop(.active)) == [])
        #expect(script.play(.safetyLoop(.clear)) == [])
        #expect(script.wait(10_000) == [])
        #expect(script.play(.holdOpen(true)) == [])
        #expect(script.play(.holdOpen(false)) == [.lower])
    }

    @Test("a fire gives a boom that is thought to be open another raise pulse")
    func fireAtOpenBoom() throws {
        var script = try BarrierScript.open(for: car)
        #expect(script.play(.holdOpen(true)) == [.raise])
    }

    @Test("after n obstructions the boom is tried again, after one more it stays open", arguments: [0, 1, 3])
    func obstructions(retries: Int) throws {
        var script = try BarrierScript.closed(retries: retries)
        _ = script.play(.open(transit: car))
        #expect(script.wait(36_000) == [.notPassed(car), .lower])
        for attempt in 0..<retries {
            var expected: [BarrierMachine.Action] = [.release(.lower)]
            if attempt == 0 { expected.append(.alarm(.obstructed, active: true)) }
            #expect(script.play(.obstruction) == expected)
            #expect(script.wait(6_100) == [.raise, .lower])
        }
        #expect(script.play(.obstruction).contains(.alarm(.outOfService, active: true)))
        #expect(script.wait(3_600_000) == [.raise])
        #expect(script.machine.isInService == false)
    }

    @Test("a boom that does not get up is out of service, and the car keeps its time to leave by hand")
    func doesNotOpen() throws {
        var script = try BarrierScript.closed(openLimit: true, closedLimit: true)
        #expect(script.play(.open(transit: car)) == [.raise])
        #expect(script.wait(5_999) == [])
        #expect(script.wait(1) == [.alarm(.didNotOpen, active: true), .alarm(.outOfService, active: true)])
        #expect(script.wait(29_999) == [])
        #expect(script.wait(1) == [.notPassed(car)])
        #expect(script.wait(600_000) == [])
        #expect(script.play(.open(transit: next)) == [.raise])
    }

    @Test("without an open limit switch, a closed one that does not let go shows that the boom did not rise")
    func staysClosed() throws {
        var script = try BarrierScript.closed(closedLimit: true)
        #expect(script.play(.open(transit: car)) == [.raise])
        #expect(script.wait(6_000) == [.alarm(.didNotOpen, active: true), .alarm(.outOfService, active: true)])
    }

    @Test("a boom that does not get down is raised and tried again, then left open and out of service")
    func doesNotClose() throws {
        var script = try BarrierScript.closed(closedLimit: true, retries: 1)
        _ = script.play(.open(transit: car))
        _ = script.play(.closedLimit(.clear))
        #expect(script.wait(36_000) == [.notPassed(car), .lower])
        #expect(script.wait(12_000) == [.raise, .lower])
        #expect(
            script.wait(6_000) == [
                .raise, .alarm(.didNotClose, active: true), .alarm(.outOfService, active: true),
            ])
        #expect(script.wait(600_000) == [])
    }

    @Test("after the service reset the boom closes again, but not before the no-show limit")
    func serviceReset() throws {
        var script = try BarrierScript.closed(retries: 0)
        _ = script.play(.open(transit: car))
        _ = script.wait(36_000)
        _ = script.play(.obstruction)
        #expect(script.wait(60_000) == [.raise])
        #expect(
            script.play(.serviceReset) == [
                .alarm(.obstructed, active: false), .alarm(.outOfService, active: false),
            ])
        #expect(script.wait(29_999) == [])
        #expect(script.wait(1) == [.lower])
        #expect(script.wait(6_000) == [])
        #expect(script.play(.serviceReset) == [])
    }

    @Test("an arm that is lifted or knocked off its switch raises an alarm until it is back")
    func movedByItself() throws {
        var script = try BarrierScript.closed(closedLimit: true)
        #expect(script.play(.closedLimit(.clear)) == [.alarm(.movedByItself, active: true)])
        #expect(script.wait(5_000) == [])
        #expect(script.play(.closedLimit(.active)) == [.alarm(.movedByItself, active: false)])
        #expect(script.play(.closedLimit(.clear)) == [.alarm(.movedByItself, active: true)])
        #expect(script.wait(30_000) == [.lower])
    }

    @Test(
        "an open boom that sinks by itself is raised again if a car is under it or is to come, and only then",
        arguments: [(car: true, under: false, raised: true), (false, true, true), (false, false, false)])
    func sinks(car isToCome: Bool, under isUnder: Bool, raised: Bool) throws {
        var script = try BarrierScript.closed(openLimit: true)
        _ = script.play(.open(transit: car))
        _ = script.wait(1_000)
        _ = script.play(.openLimit(.active))
        _ = script.play(.safetyLoop(.active))
        if !isUnder { _ = script.play(.safetyLoop(.clear)) }
        if isToCome { _ = script.play(.open(transit: next)) }
        let actions = script.play(.openLimit(.clear))
        #expect(actions.contains(.raise) == raised)
        #expect(actions.contains(.alarm(.movedByItself, active: true)))
    }

    @Test("limit switches end a movement before its time, and a running lower pulse with it")
    func limitSwitches() throws {
        var script = try BarrierScript.closed(openLimit: true, closedLimit: true)
        #expect(script.play(.open(transit: car)) == [.raise])
        #expect(script.play(.closedLimit(.clear)) == [])
        #expect(script.wait(900) == [])
        #expect(script.play(.openLimit(.active)) == [])
        #expect(script.machine.position == .open)
        _ = script.play(.safetyLoop(.active))
        _ = script.play(.safetyLoop(.clear))
        #expect(script.wait(500) == [.lower])
        #expect(script.play(.openLimit(.clear)) == [])
        #expect(script.wait(400) == [])
        #expect(script.play(.closedLimit(.active)) == [.release(.lower)])
        #expect(script.machine.position == .closed)
    }

    @Test("two limit switches that contradict each other are both faulty, and time is the evidence instead")
    func contradiction() throws {
        var script = try BarrierScript.closed(openLimit: true, closedLimit: true)
        #expect(
            script.play(.openLimit(.active)) == [
                .alarm(.sensorFault(.openLimit), active: true), .alarm(.sensorFault(.closedLimit), active: true),
            ])
        #expect(script.play(.open(transit: car)) == [.raise])
        #expect(script.wait(5_999) == [])
        #expect(script.machine.position == .raising)
        #expect(script.wait(1) == [])
        #expect(script.machine.position == .open)
    }

    @Test("an instant before the last one counts as the last one")
    func timeRunsBack() throws {
        var machine = try BarrierScript.open(for: car).machine
        let deadline = try #require(machine.nextDeadline)
        #expect(machine.handle(.open(transit: car), at: Uptime(milliseconds: 5)) == [])
        #expect(machine.nextDeadline == deadline)
    }

    @Test("a car seen after the travel time, but before the late tick, still makes the boom rise")
    func lateTick() throws {
        var machine = try BarrierScript.open(for: car).machine
        let closing = try #require(machine.nextDeadline)
        #expect(machine.handle(.tick, at: closing) == [.notPassed(car), .lower])
        #expect(machine.handle(.safetyLoop(.active), at: closing + .seconds(7)) == [.raise])
    }

    @Test("obstructions are counted anew when the boom has closed")
    func countedAnew() throws {
        var script = try BarrierScript.closed(retries: 1)
        for _ in 1...5 {
            _ = script.play(.open(transit: car))
            #expect(script.wait(36_000) == [.notPassed(car), .lower])
            #expect(script.play(.obstruction) == [.release(.lower), .alarm(.obstructed, active: true)])
            #expect(script.wait(12_100) == [.raise, .lower, .alarm(.obstructed, active: false)])
            #expect(script.machine.position == .closed)
        }
        #expect(script.machine.isInService)
    }
}

@Suite("Barrier settings")
struct BarrierSettingsTests {
    @Test("a pulse is bounded on both sides", arguments: [(49, false), (50, true), (2_000, true), (2_001, false)])
    func pulse(milliseconds: Int64, isAllowed: Bool) throws {
        let span = Uptime.Span.milliseconds(milliseconds)
        func make(raise: Uptime.Span, lower: Uptime.Span) throws(BarrierSettingsError) {
            _ = try BarrierSettings(
                raisePulse: raise, lowerPulse: lower, hasOpenLimit: false, hasClosedLimit: false, hasPhotocell: false)
        }
        let normal = Uptime.Span.milliseconds(500)
        if isAllowed {
            try make(raise: span, lower: normal)
            try make(raise: normal, lower: span)
        } else {
            let range = BarrierSettings.pulseRange
            #expect(throws: BarrierSettingsError.outOfRange(.raisePulse, found: span, allowed: range)) {
                try make(raise: span, lower: normal)
            }
            #expect(throws: BarrierSettingsError.outOfRange(.lowerPulse, found: span, allowed: range)) {
                try make(raise: normal, lower: span)
            }
        }
    }

    @Test(
        "the travel limit leaves room for the longer pulse and the dead time", arguments: [(699, false), (700, true)])
    func travel(milliseconds: Int64, isAllowed: Bool) {
        func make() throws(BarrierSettingsError) {
            _ = try BarrierSettings(
                lowerPulse: .milliseconds(600), travelLimit: .milliseconds(milliseconds), hasOpenLimit: false,
                hasClosedLimit: false, hasPhotocell: false)
        }
        if isAllowed {
            #expect(throws: Never.self) { try make() }
        } else {
            let error = #expect(throws: BarrierSettingsError.self) { try make() }
            #expect(
                error?.description == "barrier setting travelLimit is 699 ms; use at least 700 ms, "
                    + "the longer pulse and reverseDeadTime together")
        }
    }

    @Test("retries are bounded", arguments: [(-1, false), (0, true), (10, true), (11, false)])
    func retries(count: Int, isAllowed: Bool) {
        let settings = try? BarrierSettings(
            hasOpenLimit: false, hasClosedLimit: false, hasPhotocell: false, obstructionRetries: count)
        #expect((settings != nil) == isAllowed)
    }
}
