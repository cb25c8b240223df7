import Testing
import Vocabulary

@testable import Canteen

@Suite("A turnstile")
struct TurnstileTests {
    static let settings = TurnstileSettings(
        relay: "r", pulse: .milliseconds(500), sensor: "s", passWithin: .seconds(6), emergency: "fire")
    static let a = id(1), b = id(2)

    static func id(_ number: UInt64) -> UUIDv7 { UUIDv7(at: WallTime(milliseconds: 1), random: (number, number)) }

    struct Bench {
        var machine: TurnstileMachine
        var now = Uptime(milliseconds: 1_000)
        init(_ settings: TurnstileSettings = TurnstileTests.settings) {
            machine = TurnstileMachine(settings)
            _ = machine.handle(.sensor(.clear), at: now)
        }

        mutating func tell(_ event: TurnstileMachine.Event, after milliseconds: Int64 = 0) -> [TurnstileMachine.Action]
        {
            now = now + .milliseconds(milliseconds)
            return machine.handle(event, at: now)
        }
    }

    @Test("it opens for one, and the sensor says that one passed")
    func passes() {
        var bench = Bench()
        #expect(bench.tell(.admit(Self.a)) == [.open(Self.a)])
        #expect(bench.machine.awaited == Self.a && !bench.machine.isReady)
        #expect(bench.tell(.admit(Self.b)) == [.busy(Self.b)])
        #expect(bench.tell(.sensor(.active), after: 2_000) == [])
        #expect(bench.tell(.sensor(.clear), after: 500) == [.passed(Self.a)])
        #expect(bench.machine.isReady)
    }

    @Test("who is not in the sensor in time has not passed; who is in it by then has", arguments: [5_999, 6_000])
    func late(milliseconds: Int64) {
        var bench = Bench()
        _ = bench.tell(.admit(Self.a))
        let actions = bench.tell(.sensor(.active), after: milliseconds)
        #expect(actions == (milliseconds < 6_000 ? [] : [.notPassed(Self.a), .passedUnopened]))
    }

    @Test("whoever follows on the same opening is told of; the next who was let in is not", arguments: [999, 1_000])
    func twoOnOne(milliseconds: Int64) {
        var bench = Bench()
        _ = bench.tell(.admit(Self.a))
        _ = bench.tell(.sensor(.active))
        _ = bench.tell(.sensor(.clear))
        #expect(
            bench.tell(.sensor(.active), after: milliseconds)
                == [milliseconds < 1_000 ? .twoOnOne(Self.a) : .passedUnopened])
        var other = Bench()
        _ = other.tell(.admit(Self.a))
        _ = other.tell(.sensor(.active))
        _ = other.tell(.sensor(.clear))
        #expect(other.tell(.admit(Self.b), after: 550) == [.open(Self.b)])
        #expect(other.tell(.sensor(.active), after: 100) == [])
        #expect(other.tell(.sensor(.clear), after: 100) == [.passed(Self.b)])
    }

    @Test("while the relay is still energised for the one before, nobody is let in: it could not open a second time")
    func pulseStands() {
        var bench = Bench()
        _ = bench.tell(.admit(Self.a))
        _ = bench.tell(.sensor(.active), after: 100)
        _ = bench.tell(.sensor(.clear), after: 100)
        #expect(bench.machine.nextDeadline != nil && !bench.machine.isReady)
        #expect(bench.tell(.admit(Self.b), after: 349) == [.busy(Self.b)])
        #expect(bench.tell(.admit(Self.b), after: 1) == [.open(Self.b)])
    }

    @Test("while somebody stands in it, nobody is let in")
    func occupied() {
        var bench = Bench()
        #expect(bench.tell(.sensor(.active)) == [.passedUnopened])
        #expect(bench.tell(.admit(Self.a)) == [.busy(Self.a)])
    }

    @Test("a sensor that cannot tell undoes nothing, and people still eat", arguments: [SensorState.faulty, .unknown])
    func faulty(state: SensorState) {
        var bench = Bench()
        let alarm: [TurnstileMachine.Action] = state == .faulty ? [.alarm(.sensorFaulty, isActive: true)] : []
        #expect(bench.tell(.sensor(state)) == alarm)
        #expect(bench.tell(.admit(Self.a)) == [.open(Self.a)])
        #expect(bench.tell(.tick, after: 6_000) == [.unknown(Self.a)])
    }

    @Test("a sensor that stays active is stuck: an alarm until it speaks, and who was in it has passed")
    func stuck() {
        var bench = Bench()
        _ = bench.tell(.admit(Self.a))
        _ = bench.tell(.sensor(.active))
        #expect(bench.tell(.tick, after: 9_999) == [])
        #expect(bench.tell(.tick, after: 1) == [.alarm(.sensorStuck, isActive: true), .passed(Self.a)])
        #expect(bench.tell(.admit(Self.b), after: 2_000) == [.open(Self.b)])
        #expect(bench.tell(.tick, after: 6_000) == [.unknown(Self.b)])
        #expect(bench.tell(.sensor(.clear)) == [.alarm(.sensorStuck, isActive: false)])
    }

    @Test("in an emergency it is held open until it is released, and lets nobody in by name")
    func emergency() {
        var bench = Bench()
        _ = bench.tell(.admit(Self.a))
        #expect(
            bench.tell(.emergency(true)) == [.unknown(Self.a), .alarm(.emergency, isActive: true), .hold])
        #expect(bench.tell(.admit(Self.b)) == [.busy(Self.b)])
        let (entered, left) = (bench.tell(.sensor(.active)), bench.tell(.sensor(.clear)))
        #expect(entered.isEmpty && left.isEmpty)
        #expect(bench.machine.nextDeadline == nil)
        let later = bench.tell(.tick, after: 3_600_000)
        #expect(later.isEmpty)
        #expect(bench.tell(.emergency(false)) == [.alarm(.emergency, isActive: false), .release])
        #expect(bench.machine.isReady && bench.machine.nextDeadline == nil)
    }

    /// What every sequence of events must keep to.
    struct Judge {
        var open: UUIDv7?
        var isHeld = false
        var isSensorGood = false
        var faults: [String] = []

        mutating func see(_ actions: [TurnstileMachine.Action]) {
            for action in actions {
                switch action {
                case .open(let id):
                    if open != nil { faults.append("opens while it awaits somebody") }
                    if isHeld { faults.append("opens by name in an emergency") }
                    open = id
                case .passed(let id), .unknown(let id), .notPassed(let id):
                    if open != id { faults.append("says what became of somebody who was not let in") }
                    if case .notPassed = action, !isSensorGood { faults.append("undoes on a sensor that cannot tell") }
                    open = nil
                case .hold: isHeld = true
                case .release: isHeld = false
                case .twoOnOne, .passedUnopened: if isHeld { faults.append("alarms about walking out") }
                case .busy, .alarm: break
                }
            }
        }
    }

    @Test("no sequence of events opens twice, forgets somebody, or undoes what nobody can tell")
    func exhaustive() {
        let steps: [(TurnstileMachine.Event, Int64)] = [
            (.admit(Self.a), 0), (.sensor(.active), 300), (.sensor(.clear), 300), (.sensor(.faulty), 0),
            (.sensor(.unknown), 0), (.emergency(true), 0), (.emergency(false), 0), (.tick, 1_000), (.tick, 6_000),
            (.tick, 12_000),
        ]
        struct Node: Hashable { var machine: TurnstileMachine, open: UUIDv7?, isHeld: Bool, now: Uptime }
        var level: Set<Node> = [
            Node(machine: TurnstileMachine(Self.settings), open: nil, isHeld: false, now: Uptime(milliseconds: 1))
        ]
        var seen = 0
        for _ in 0..<9 {
            var next: Set<Node> = []
            for node in level {
                for (event, span) in steps {
                    var judge = Judge(open: node.open, isHeld: node.isHeld)
                    var machine = node.machine
                    let now = node.now + .milliseconds(span)
                    judge.isSensorGood = node.machine.isSensorGood
                    if case .admit = event, !machine.isReady { continue }
                    judge.see(machine.handle(event, at: now))
                    #expect(judge.faults.isEmpty, "\(judge.faults) after \(event) in \(node.machine)")
                    #expect(machine.awaited == judge.open)
                    // Whoever is awaited has an end in time, unless they stand in the sensor, which has one too.
                    if judge.open != nil { #expect(machine.nextDeadline != nil) }
                    #expect(judge.isHeld == machine.isEmergency)
                    seen += 1
                    next.insert(Node(machine: machine, open: judge.open, isHeld: judge.isHeld, now: now))
                }
            }
            level = next
        }
        #expect(seen > 100_000)
    }
}
