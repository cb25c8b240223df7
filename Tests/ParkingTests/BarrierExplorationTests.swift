import Glibc
import Testing
import Vocabulary

@testable import Parking

/// Rule 10 of the design, "the boom never closes on a car", in every state that any order of events can lead to.
@Suite("Every state of a barrier")
struct BarrierExplorationTests {
    /// One barrier, what happens to it, and how many states there are to be found at least.
    struct Site: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let settings: BarrierSettings
        let events: [BarrierMachine.Event]
        let leastStates: Int
    }

    private static let car: [BarrierMachine.Event] = [BarrierFixtures.cars[0]]
    private static let loop: [BarrierMachine.Event] = [.safetyLoop(.clear), .safetyLoop(.active)]
    private static let open: [BarrierMachine.Event] = [.openLimit(.clear), .openLimit(.active), .openLimit(.faulty)]
    private static let closed: [BarrierMachine.Event] = [
        .closedLimit(.clear), .closedLimit(.active), .closedLimit(.faulty),
    ]

    static func sites() throws -> [Site] {
        [
            Site(
                testDescription: "safety loop only, two cars", settings: try BarrierFixtures.coarse(),
                events: BarrierFixtures.cars + BarrierFixtures.people + [.obstruction] + BarrierFixtures.loops
                    + BarrierFixtures.lane, leastStates: 3_500),
            Site(
                testDescription: "contacts for the arm and the pressure edge",
                settings: try BarrierFixtures.coarse(contacts: true, retries: 0),
                events: car + loop + [
                    .obstructionContact(.clear), .obstructionContact(.active), .obstructionContact(.faulty),
                    .armIntact(.clear), .armIntact(.active),
                ], leastStates: 3_000),
            Site(
                testDescription: "safety loop and photocell", settings: try BarrierFixtures.coarse(photocell: true),
                events: car + BarrierFixtures.people + [.obstruction] + BarrierFixtures.loops
                    + BarrierFixtures.photocells, leastStates: 5_000),
            Site(
                testDescription: "both limit switches",
                settings: try BarrierFixtures.coarse(openLimit: true, closedLimit: true, retries: 0),
                events: car + [.obstruction] + loop + open.dropLast() + closed, leastStates: 9_000),
            Site(
                testDescription: "a closed limit switch, with service resets",
                settings: try BarrierFixtures.coarse(closedLimit: true),
                events: car + [.obstruction, .serviceReset, .safetyLoop(.faulty)] + loop + closed,
                leastStates: 8_000),
            Site(
                testDescription: "an open limit switch, with fire alarms",
                settings: try BarrierFixtures.coarse(openLimit: true, retries: 0),
                events: car + [.holdOpen(true), .holdOpen(false), .obstruction] + loop + open, leastStates: 5_500),
        ]
    }

    @Test("in no order of events does the boom close on a car", arguments: try sites())
    func complete(site: Site) {
        let result = BarrierExplorer(site.settings, events: site.events).run()
        if getenv("TURNPIKE_EXPLORE") != nil { print(site.testDescription, result) }
        #expect(result.fault == nil)
        #expect(result.isComplete)
        #expect(result.states >= site.leastStates)
    }

    /// Too many states to visit them all at every test run: `script/explore` goes further.
    @Test("with everything fitted and everything happening, the first states are safe too")
    func everything() throws {
        let wanted = getenv("TURNPIKE_EXPLORE") == nil ? 5_000 : 300_000
        let settings = try BarrierFixtures.coarse(openLimit: true, closedLimit: true, photocell: true)
        let result = BarrierExplorer(settings, events: BarrierFixtures.everything, maximumStates: wanted).run()
        #expect(result.fault == nil)
        #expect(result.states >= wanted || result.isComplete)
    }

    @Test("a long random day at uneven times is safe", arguments: 1...4)
    func randomDay(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let settings = try BarrierFixtures.uneven(
            openLimit: seed & 1 == 0, closedLimit: seed & 2 == 0, photocell: seed != 3)
        let limits = BarrierWatch.Limits(settings)
        var machine = BarrierMachine(settings: settings, at: Uptime(milliseconds: 0))
        var watch = BarrierWatch(limits)
        // The same machine with the same events, whose clock runs on: normalising must make no difference.
        var twin = machine
        var elapsed: Int64 = 0
        var lowerings = 0
        var passages = 0
        for step in 0..<10_000 {
            var event = BarrierFixtures.everything.randomElement(using: &dice) ?? .tick
            // Mostly a working site, or it would hardly ever close.
            if Int.random(in: 0..<10, using: &dice) < 4 { event = .safetyLoop(.clear) }
            if Int.random(in: 0..<10, using: &dice) < 4 { event = .photocell(.clear) }
            if Int.random(in: 0..<10, using: &dice) < 2 { event = .obstructionContact(.clear) }
            if Int.random(in: 0..<10, using: &dice) < 2 { event = .armIntact(.active) }
            var pause = Int.random(in: 0..<600, using: &dice)
            if Int.random(in: 0..<3, using: &dice) == 0, let deadline = machine.nextDeadline {
                pause = Int((deadline - Uptime(milliseconds: 0)).milliseconds) + Int.random(in: -1...1, using: &dice)
                pause = max(0, pause)
                if Bool.random(using: &dice) { event = .tick }
            }
            let now = Uptime(milliseconds: Int64(pause))
            let actions = machine.handle(event, at: now)
            let fault = watch.observe(event, at: pause, actions, by: machine, limits)
            try #require(fault == nil, "step \(step), \(event)")
            watch.moveOn(to: pause, limits)
            machine = machine.normalised(at: now)
            elapsed += Int64(pause)
            try #require(twin.handle(event, at: Uptime(milliseconds: elapsed)) == actions)
            try #require(twin.normalised(at: Uptime(milliseconds: elapsed)) == machine)
            for action in actions {
                if case .pulse(.lower, _) = action { lowerings += 1 }
                if case .passed = action { passages += 1 }
            }
        }
        #expect(lowerings > 5)
        #expect(passages > 1)
    }

    @Test(
        "a machine that lacks one rule is caught",
        arguments: [
            (BarrierRules.faultySensorBlocks, "lowered while the way is not known clear"),
            (.unknownSensorBlocks, "lowered while the way is not known clear"),
            (.photocellBlocks, "lowered while the way is not known clear"),
            (.waitsForClearDelay, "lowered before the way was clear long enough"),
            (.reopensForSensor, "the lower relay stays on although the way is not clear"),
            (.reopensForObstruction, "the lower relay stays on although the way is not clear"),
            (.cutsLowerPulse, "the lower relay is on and nobody watches the way"),
            (.keepsDeadTime, "the raise relay goes on within the dead time"),
            (.outOfServiceStaysOpen, "lowered out of service"),
            (.holdWins, "lowered while held open"),
            (.armMustStand, "lowered without its arm"),
            (.edgeBlocks, "lowered while the way is not known clear"),
        ])
    func broken(rule: BarrierRules, fault: String) throws {
        let hasContacts = rule == .armMustStand || rule == .edgeBlocks
        let settings = try BarrierFixtures.coarse(photocell: true, contacts: hasContacts)
        let events = Self.car + BarrierFixtures.people + [.obstruction] + BarrierFixtures.loops
        let result = BarrierExplorer(
            settings, rules: .all.subtracting(rule),
            events: events + BarrierFixtures.photocells + (hasContacts ? BarrierFixtures.contacts : [])
        ).run()
        #expect(result.fault?.hasPrefix(fault) == true, "found instead: \(result.fault ?? "nothing")")
    }

    @Test("a machine that tries to close for ever is caught")
    func endless() throws {
        let settings = try BarrierFixtures.coarse(closedLimit: true)
        let events: [BarrierMachine.Event] = [.safetyLoop(.clear), .closedLimit(.clear)]
        let rules = BarrierRules.all.subtracting([.boundsRetries, .stuckSwitchIsFaulty])
        let result = BarrierExplorer(settings, rules: rules, events: events).run()
        #expect(result.fault?.hasPrefix("never comes to rest") == true)
        #expect(BarrierExplorer(settings, events: events).run().fault == nil)
    }
}
