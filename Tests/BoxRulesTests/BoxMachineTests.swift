import BoxRules
import Delivery
import Effects
import Testing
import Vocabulary
import Wire

/// A core that writes what it is told to and remembers what it hears.
private struct Scribe: EdgeCore {
    enum Own: Sendable {
        case write(Int64, token: UInt64?)
        case raise
    }

    var heard: [String] = []
    var nextDeadline: Uptime? { nil }
    var livePayments: Int { 0 }

    mutating func handle(_ event: EdgeEvent<Own>, at now: ClockReading) -> [EdgeEffect] {
        switch event {
        case .own(.write(let number, let token)):
            return [
                .persist(records: [.started(version: "\(number)")], state: [], token: token.map { WriteToken($0) }),
                .log(.info, "after \(number)"),
            ]
        case .own(.raise): return [.pulse(output: "raise", .seconds(1))]
        case .durable(let token):
            heard.append("durable \(token.number)")
            return [.pulse(output: "raise", .seconds(1))]
        case .lost(let token):
            heard.append("lost \(token.number)")
            return [.persist(records: [.started(version: "held")], state: [], token: nil)]
        case .journal(let isHealthy):
            heard.append(isHealthy ? "healthy" : "failing")
        case .disk(let level):
            heard.append("disk \(level)")
        case .settledWithPlatform:
            heard.append("settled")
        case .tick, .linkUp, .linkDown, .answer, .announced, .sensor:
            break
        }
        return []
    }
}

/// Runs a machine over a journal that takes so many records.
private struct Bench {
    var machine: BoxMachine<Scribe>
    var room = Int.max
    var isTooLarge: (BoxWrite) -> Bool = { _ in false }
    var written: [String] = []
    var alarms: [Record.Event] = []
    var state: [StateChange] = []
    var actions: [BoxAction] = []
    let now = ClockReading(
        uptime: Uptime(milliseconds: 1_000), wall: WallTime(milliseconds: 1_750_000_000_000), isSynchronised: true)

    init() throws {
        machine = BoxMachine(
            core: Scribe(), device: try DeviceID("box-1"), epoch: "epoch", version: "1", head: 0, acknowledged: 0,
            dice: IDMaker(seed: (1, 2, 3, 4)))
    }

    mutating func tell(_ input: BoxInput<Scribe.Own>) {
        machine.handle(input, at: now)
        while let action = machine.nextAction(at: now) {
            if case .append(let write) = action {
                machine.appended(append(write), at: now)
            } else {
                actions.append(action)
            }
        }
    }

    private mutating func append(_ write: BoxWrite) -> AppendResult {
        if isTooLarge(write) { return .impossible(why: "too large") }
        guard room > 0 else { return .full(why: "no room") }
        room -= 1
        state += write.state
        for case .boxAlarm(let code, let isActive) in write.records.map(\.event) {
            alarms.append(.boxAlarm(code: code, isActive: isActive))
        }
        for case .started(let version) in write.records.map(\.event) { written.append(version) }
        return .taken(last: Int64(written.count))
    }
}

@Suite("A box and its journal")
struct BoxMachineTests {
    @Test("what waits for a write is told when exactly its record is on disk", arguments: [(2, 0), (3, 1), (4, 1)])
    func durable(through: Int64, told: Int) throws {
        var bench = try Bench()
        for number in Int64(1)...5 { bench.tell(.own(.write(number, token: number == 3 ? 7 : nil))) }
        bench.tell(.durable(through: through))
        #expect(bench.machine.core.heard == (told == 1 ? ["durable 7"] : []))
    }

    @Test("a write that nothing waits for is kept while there is no room, and comes before every later one")
    func keptInOrder() throws {
        var bench = try Bench()
        bench.room = 1
        for number in Int64(1)...4 { bench.tell(.own(.write(number, token: nil))) }
        #expect(bench.written == ["1"])
        #expect(bench.machine.core.heard == ["failing"])
        #expect(bench.machine.recordsRefused == 3)
        bench.room = 2
        bench.tell(.durable(through: 1))
        #expect(bench.written == ["1", "2", "3"])
        #expect(bench.machine.core.heard == ["failing"])
        bench.room = .max
        bench.tell(.durable(through: 3))
        bench.tell(.own(.write(5, token: nil)))
        #expect(bench.written == ["1", "2", "3", "4", "5"])
        #expect(bench.machine.core.heard == ["failing", "healthy"])
        #expect(bench.machine.recordsGivenUp == 0 && bench.machine.recordsRefused == 0)
    }

    @Test("a write that a boom waits for is lost at once, even if there was room for it behind those that wait")
    func lostBehindOthers() throws {
        var bench = try Bench()
        bench.room = 0
        bench.tell(.own(.write(1, token: nil)))
        bench.room = 1
        bench.tell(.own(.write(2, token: 9)))
        #expect(bench.machine.core.heard == ["failing", "lost 9"])
        #expect(bench.written.isEmpty)
        bench.room = .max
        bench.tell(.durable(through: 0))
        #expect(bench.written == ["1", "held"])
        #expect(!bench.actions.contains { if case .pulse = $0 { true } else { false } })
    }

    @Test("the effects of the decision come before what its refused write leads to")
    func order() throws {
        var bench = try Bench()
        bench.room = 0
        bench.tell(.own(.write(1, token: 9)))
        #expect(bench.actions.first == .log(.info, "after 1"))
        #expect(bench.machine.core.heard == ["failing", "lost 9"])
    }

    @Test("a write that can never be taken is reported and stands in nobody's way")
    func impossible() throws {
        var bench = try Bench()
        bench.isTooLarge = { write in write.records.contains { $0.event == .started(version: "2") } }
        bench.tell(.own(.write(1, token: nil)))
        bench.tell(.own(.write(2, token: nil)))
        bench.tell(.own(.write(2, token: 4)))
        bench.tell(.own(.write(3, token: nil)))
        #expect(bench.written == ["1", "held", "3"])
        #expect(bench.machine.core.heard == ["lost 4"])
        #expect(bench.machine.recordsGivenUp == 2)
        #expect(bench.actions.contains { if case .log(.error, _) = $0 { true } else { false } })
    }

    @Test("beyond the bound on refused writes each one is reported and counted, none in silence")
    func bound() throws {
        var bench = try Bench()
        bench.room = 0
        for number in Int64(1)...8_194 { bench.tell(.own(.write(number, token: nil))) }
        #expect(bench.machine.recordsRefused == 8_192)
        #expect(bench.machine.recordsGivenUp == 2)
        let errors = bench.actions.count {
            if case .log(.error, let text) = $0 { text.contains("cannot be kept") } else { false }
        }
        #expect(errors == 2)
    }

    @Test("nothing counts as settled with the platform while a record waits for room", arguments: [true, false])
    func settled(hasRoom: Bool) throws {
        var bench = try Bench()
        bench.tell(.linkUp)
        bench.tell(.own(.write(1, token: nil)))
        bench.tell(.durable(through: 1))
        if !hasRoom { bench.room = 0 }
        if !hasRoom { bench.tell(.own(.write(2, token: nil))) }
        bench.tell(
            .message(
                topic: "turnpike/1/box-1/down/ack",
                payload: Acknowledgement.through(epoch: "epoch", sequence: 1).payload,
                correlation: nil))
        #expect(bench.actions.contains(.acknowledge(through: 1)))
        #expect(bench.machine.core.heard.contains("settled") == hasRoom)
    }
}

@Suite("A box and its disk")
struct BoxDiskTests {
    @Test(
        "each alarm is recorded when it begins and when it ends, and the core is told every level",
        arguments: [
            ([DiskLevel.low, .critical, .low, .ok], ["+diskLow", "+diskCritical", "-diskCritical", "-diskLow"]),
            ([.critical, .ok], ["+diskLow", "+diskCritical", "-diskLow", "-diskCritical"]),
            ([.ok, .low, .low], ["+diskLow"]),
        ])
    func alarms(levels: [DiskLevel], expected: [String]) throws {
        var bench = try Bench()
        for level in levels { bench.tell(.disk(level)) }
        let seen = bench.alarms.map { event in
            guard case .boxAlarm(let code, let isActive) = event else { return "another" }
            return "\(isActive ? "+" : "-")\(code)"
        }
        #expect(seen == expected)
        var told: [String] = []
        var before = DiskLevel.ok
        for level in levels where level != before {
            told.append("disk \(level)")
            before = level
        }
        #expect(bench.machine.core.heard.filter { $0.hasPrefix("disk") } == told)
        #expect(bench.machine.diskLevel == levels.last)
    }

    @Test("what the platform refuses is kept with its reason and count, and forgotten when it takes it")
    func refusals() throws {
        var bench = try Bench()
        bench.tell(.linkUp)
        for number in Int64(1)...3 { bench.tell(.own(.write(number, token: nil))) }
        bench.tell(.durable(through: 3))
        let topic = Topics(try DeviceID("box-1")).acknowledgement
        func word(_ text: String) -> BoxInput<Scribe.Own> {
            .message(topic: topic, payload: Array(text.utf8), correlation: nil)
        }
        for _ in 0..<2 { bench.tell(word(#"{"epoch":"epoch","expected":2,"because":"brokenChain"}"#)) }
        let expected = Refusal(
            sequence: 2, because: "brokenChain", since: WallTime(milliseconds: 1_750_000_000_000), times: 2)
        #expect(bench.machine.refusals.standing == [expected])
        #expect(bench.state.last == .put(kind: Refusal.stateKind, key: "2", value: expected.stateValue))
        // A gap is no refusal.
        bench.tell(word(#"{"epoch":"epoch","expected":2,"because":"gap"}"#))
        #expect(bench.state.count == 2)
        bench.tell(word(#"{"epoch":"epoch","through":3}"#))
        #expect(bench.machine.refusals.standing == [])
        #expect(bench.state.last == .remove(kind: Refusal.stateKind, key: "2"))
    }
}
