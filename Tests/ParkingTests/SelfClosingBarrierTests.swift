import Testing
import Vocabulary

@testable import Parking

@Suite("A boom that a camera raises and that closes by itself")
struct SelfClosingBarrierTests {
    private typealias Action = BarrierMachine.Action

    private static func machine() throws -> BarrierMachine {
        BarrierMachine(
            settings: try BarrierSettings(
                travelLimit: .seconds(6), noShowLimit: .seconds(10), hasOpenLimit: false, hasClosedLimit: false,
                hasPhotocell: false, closesItself: true), at: at(0))
    }

    private static func at(_ seconds: Int64) -> Uptime { Uptime(nanoseconds: 0) + .seconds(seconds) }
    private static func car(_ number: UInt64) -> UUIDv7 {
        UUIDv7(at: WallTime(milliseconds: 1_700_000_000_000), random: (number, number))
    }

    /// Ticks at every deadline until a time; gives what was done.
    private func run(_ machine: inout BarrierMachine, until end: Uptime) -> [Action] {
        var actions: [Action] = []
        while let deadline = machine.nextDeadline, deadline <= end { actions += machine.handle(.tick, at: deadline) }
        return actions
    }

    private func raises(_ actions: [Action]) -> Int {
        actions.reduce(0) { if case .pulse(.raise, _) = $1 { $0 + 1 } else { $0 } }
    }

    @Test("a car whose passage the loop sees has passed; the next one raises the boom again")
    func withLoop() throws {
        var machine = try Self.machine()
        _ = machine.handle(.safetyLoop(.clear), at: Self.at(0))
        #expect(raises(machine.handle(.open(transit: Self.car(1)), at: Self.at(1))) == 1)
        _ = run(&machine, until: Self.at(8))
        _ = machine.handle(.safetyLoop(.active), at: Self.at(8))
        #expect(machine.handle(.safetyLoop(.clear), at: Self.at(9)) == [.passed(Self.car(1))])
        #expect(run(&machine, until: Self.at(60)).isEmpty)
        // Whether the boom is still up nobody knows: it is raised in any case.
        #expect(raises(machine.handle(.open(transit: Self.car(2)), at: Self.at(61))) == 1)
    }

    @Test("the next car raises the boom even while it is thought to be up")
    func secondCar() throws {
        var machine = try Self.machine()
        _ = machine.handle(.safetyLoop(.clear), at: Self.at(0))
        _ = machine.handle(.open(transit: Self.car(1)), at: Self.at(1))
        _ = run(&machine, until: Self.at(8))
        #expect(machine.position == .open)
        #expect(raises(machine.handle(.open(transit: Self.car(2)), at: Self.at(9))) == 1)
    }

    @Test("without a loop nobody can tell, and the car counts as gone when the no-show limit is over")
    func withoutLoop() throws {
        var machine = try Self.machine()
        #expect(raises(machine.handle(.open(transit: Self.car(1)), at: Self.at(0))) == 1)
        #expect(run(&machine, until: Self.at(15)).isEmpty)
        #expect(run(&machine, until: Self.at(16)) == [.passageUnknown(Self.car(1))])
        #expect(raises(machine.handle(.open(transit: Self.car(2)), at: Self.at(17))) == 1)
    }

    @Test("a car that the loop would have seen and that did not come has not passed")
    func noShow() throws {
        var machine = try Self.machine()
        _ = machine.handle(.safetyLoop(.clear), at: Self.at(0))
        _ = machine.handle(.open(transit: Self.car(1)), at: Self.at(0))
        #expect(run(&machine, until: Self.at(60)) == [.notPassed(Self.car(1))])
    }

    @Test("in a fire it is raised, and again each time it may have closed by itself, until the contact lets go")
    func fire() throws {
        var machine = try Self.machine()
        #expect(raises(machine.handle(.holdOpen(true), at: Self.at(0))) == 1)
        let held = raises(run(&machine, until: Self.at(100)))
        #expect((5...7).contains(held), "\(held)")
        _ = machine.handle(.holdOpen(false), at: Self.at(101))
        #expect(raises(run(&machine, until: Self.at(200))) == 0)
    }

    @Test("a car behind another is an alarm while the boom is surely up")
    func tailgate() throws {
        var machine = try Self.machine()
        _ = machine.handle(.safetyLoop(.clear), at: Self.at(0))
        _ = machine.handle(.open(transit: Self.car(1)), at: Self.at(0))
        _ = run(&machine, until: Self.at(7))
        for second in [8, 10] as [Int64] {
            _ = machine.handle(.safetyLoop(.active), at: Self.at(second))
            let left = machine.handle(.safetyLoop(.clear), at: Self.at(second + 1))
            #expect(left == (second == 8 ? [.passed(Self.car(1))] : [.alarm(.tailgate, active: true)]))
        }
    }

    @Test("whatever happens in 50,000 steps, the box never lowers it, and raises it only for a car or a fire")
    func neverLowered() throws {
        var machine = try Self.machine()
        var dice = UInt64(7)
        func roll(_ sides: UInt64) -> UInt64 {
            dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (dice >> 33) % sides
        }
        let readings: [SensorState] = [.clear, .active, .faulty, .unknown]
        var now = Self.at(0)
        var (raised, lowered, wanted) = (0, 0, 0)
        for step in 0..<50_000 {
            now = now + .milliseconds(Int64(roll(4_000)))
            let event: BarrierMachine.Event =
                switch roll(8) {
                case 0: .open(transit: Self.car(UInt64(step)))
                case 1: .holdOpen(roll(4) == 0)
                case 2, 3: .safetyLoop(readings[Int(roll(4))])
                case 4: .photocell(readings[Int(roll(4))])
                case 5: .obstruction
                case 6: .serviceReset
                default: .tick
                }
            let isAwaited = !machine.waitingTransits.isEmpty || machine.isHeldOpen
            for action in machine.handle(event, at: now) {
                switch action {
                case .pulse(.raise, _):
                    raised += 1
                    switch event {
                    case .open, .holdOpen: wanted += 1
                    case .safetyLoop, .photocell, .openLimit, .closedLimit, .obstruction, .tick, .serviceReset,
                        .backedOff, .withdraw, .obstructionContact, .armIntact:
                        if isAwaited { wanted += 1 }
                    }
                case .pulse(.lower, _), .release(.lower): lowered += 1
                case .release(.raise), .passed, .notPassed, .passageUnknown, .alarm: break
                }
            }
        }
        #expect(lowered == 0)
        #expect(raised > 1_000 && raised == wanted)
    }
}
