import Testing
import Vocabulary

@testable import Parking

private let first = BarrierFixtures.transit(1)
private let second = BarrierFixtures.transit(2)

@Suite("Cars at a barrier")
struct BarrierCarTests {
    @Test("a car that may leave finds the boom open, passes, and the boom closes behind it")
    func passes() throws {
        var script = try BarrierScript.closed()
        #expect(script.play(.open(transit: first)) == [.raise])
        #expect(script.wait(6_000) == [])
        #expect(script.machine.position == .open)
        #expect(script.play(.safetyLoop(.active)) == [])
        #expect(script.wait(4_000) == [])
        #expect(script.play(.safetyLoop(.clear)) == [.passed(first)])
        #expect(script.wait(499) == [])
        #expect(script.wait(1) == [.lower])
        #expect(script.wait(6_000) == [])
        #expect(script.machine.position == .closed)
        #expect(script.machine.nextDeadline == nil)
    }

    @Test("a car that is through before the boom is fully up has passed")
    func passesWhileRising() throws {
        var script = try BarrierScript.closed()
        #expect(script.play(.open(transit: first)) == [.raise])
        #expect(script.wait(2_000) == [])
        #expect(script.play(.safetyLoop(.active)) == [])
        #expect(script.wait(1_000) == [])
        #expect(script.play(.safetyLoop(.clear)) == [.passed(first)])
        #expect(script.wait(3_000) == [.lower])
    }

    @Test("the boom waits an hour for a car that has stopped under it", arguments: [true, false])
    func stopsUnderBoom(onLoop: Bool) throws {
        var script = try BarrierScript.open(for: first)
        #expect(script.play(.safetyLoop(.active)) == [])
        if !onLoop {
            #expect(script.play(.photocell(.active)) == [])
            #expect(script.play(.safetyLoop(.clear)) == [.passed(first)])
        }
        #expect(script.wait(3_600_000) == [])
        #expect(script.machine.position == .open)
    }

    @Test("nobody comes for 30 seconds: that is reported, and the boom closes")
    func nobodyComes() throws {
        var script = try BarrierScript.open(for: first)
        #expect(script.wait(29_999) == [])
        #expect(script.wait(1) == [.notPassed(first), .lower])
    }

    @Test("the boom stays open between two cars that may leave, and closes behind the second")
    func twoCars() throws {
        var script = try BarrierScript.open(for: first)
        #expect(script.play(.open(transit: second)) == [])
        #expect(script.play(.safetyLoop(.active)) == [])
        #expect(script.play(.safetyLoop(.clear)) == [.passed(first)])
        #expect(script.wait(29_000) == [])
        #expect(script.play(.safetyLoop(.active)) == [])
        #expect(script.play(.safetyLoop(.clear)) == [.passed(second)])
        #expect(script.wait(500) == [.lower])
    }

    @Test("the same car authorised again counts once and gets the full time anew")
    func sameCarAgain() throws {
        var script = try BarrierScript.open(for: first)
        #expect(script.wait(20_000) == [])
        #expect(script.play(.open(transit: first)) == [])
        #expect(script.machine.waitingTransits == [first])
        #expect(script.wait(29_999) == [])
        #expect(script.wait(1) == [.notPassed(first), .lower])
    }

    @Test("a car that drives out behind another is never closed on, and reported once")
    func tailgates() throws {
        var script = try BarrierScript.open(for: first)
        _ = script.play(.safetyLoop(.active))
        #expect(script.play(.safetyLoop(.clear)) == [.passed(first)])
        #expect(script.wait(300) == [])
        #expect(script.play(.safetyLoop(.active)) == [])
        #expect(script.wait(10_000) == [])
        #expect(script.play(.safetyLoop(.clear)) == [.alarm(.tailgate, active: true)])
        #expect(script.wait(500) == [.lower])
    }

    @Test("a car that drives under the falling boom makes it rise again, after a pause between the relays")
    func underFallingBoom() throws {
        var script = try BarrierScript.open(for: first)
        #expect(script.wait(30_000) == [.notPassed(first), .lower])
        #expect(script.wait(200) == [])
        #expect(script.play(.safetyLoop(.active)) == [.release(.lower)])
        #expect(script.wait(99) == [])
        #expect(script.wait(1) == [.raise])
    }

    @Test(
        "once the lower pulse is over, the boom rises at once for whatever stops being clear",
        arguments: [
            .safetyLoop(.active), .safetyLoop(.faulty), .safetyLoop(.unknown), .photocell(.active),
            .photocell(.faulty), .photocell(.unknown), .open(transit: second), .holdOpen(true),
        ] as [BarrierMachine.Event])
    func reopens(event: BarrierMachine.Event) throws {
        var script = try BarrierScript.open(for: first)
        #expect(script.wait(30_600) == [.notPassed(first), .lower])
        #expect(script.play(event).first == .raise)
    }

    @Test(
        "if the loop cannot count, nobody claims that the car did not pass", arguments: [SensorState.faulty, .unknown])
    func loopFails(reading: SensorState) throws {
        var script = try BarrierScript.open(for: first)
        _ = script.play(.safetyLoop(reading))
        _ = script.wait(10_000)
        #expect(script.play(.safetyLoop(.clear)).contains(.passed(first)) == false)
        #expect(script.wait(20_000) == [.passageUnknown(first), .lower])
    }

    @Test("one car more than can be counted finds the boom open and is reported as unknown")
    func tooManyCars() throws {
        var script = try BarrierScript.closed()
        for number in 1...UInt64(BarrierMachine.maximumWaiting) {
            #expect(script.play(.open(transit: BarrierFixtures.transit(number))).contains(.raise) == (number == 1))
        }
        let last = BarrierFixtures.transit(99)
        #expect(script.play(.open(transit: last)) == [.passageUnknown(last)])
        #expect(script.machine.waitingTransits.count == BarrierMachine.maximumWaiting)
    }

    @Test("a car that touches the loop before a closed boom moves nothing")
    func beforeClosedBoom() throws {
        var script = try BarrierScript.closed()
        #expect(script.play(.safetyLoop(.active)) == [])
        #expect(script.play(.safetyLoop(.clear)) == [])
        #expect(script.wait(60_000) == [])
    }

    @Test("a photocell that is not fitted is not asked")
    func noPhotocell() throws {
        let settings = try BarrierSettings(hasOpenLimit: false, hasClosedLimit: false, hasPhotocell: false)
        var machine = BarrierMachine(settings: settings, at: Uptime(milliseconds: 0))
        #expect(
            machine.handle(.photocell(.faulty), at: Uptime(milliseconds: 0))
                == [.alarm(.positionUnknown, active: true)])
        #expect(machine.handle(.safetyLoop(.clear), at: Uptime(milliseconds: 0)) == [])
        #expect(
            machine.handle(.tick, at: Uptime(milliseconds: 30_000))
                == [.lower, .alarm(.positionUnknown, active: false)])
    }
}
