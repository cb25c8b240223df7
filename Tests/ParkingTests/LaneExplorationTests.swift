import Glibc
import Testing
import Vocabulary

@testable import Parking

private let ours = SiteFixtures.plate("粤B12340"), other = SiteFixtures.plate("粤B99999")

/// The lane with its cars, sensors and boom together, in every state that any order of happenings can lead to.
@Suite("Every state of a lane")
struct LaneExplorationTests {
    struct Site: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let barrier: BarrierSettings
        let lane: LaneSettings
        let happenings: [LaneExplorer.Happening]
        let rules: LaneRules
        let leastStates: Int
        /// Nil where every state is visited.
        var bound: Int?
    }

    private static func lane(noPlate: Uptime.Span? = nil) -> LaneSettings {
        LaneSettings(
            sameCarFor: .seconds(0), forgetHeldAfter: .seconds(2), carBehindFor: .seconds(0), noPlateAfter: noPlate,
            turnedBackAfter: .seconds(1), reversalJudgedWithin: .seconds(1), standingAfter: .seconds(2),
            twoCarsAfter: .seconds(1), stuckAfter: .seconds(4), sensorRecoversAfter: .seconds(2))
    }

    /// Time limits that one exploration is not about only multiply its states.
    private static let untimed = LaneRules.all.subtracting([.stuckIsFaulty, .tellsStanding, .tellsTwoCars])
    private static let withTwoCars = untimed.union(.tellsTwoCars)

    private typealias Happening = LaneExplorer.Happening

    private static func loop(_ sensor: LaneSensor, _ states: SensorState...) -> [Happening] {
        (states.isEmpty ? [.clear, .active] : states).map { .line(sensor, $0) }
    }

    private static func cars() throws -> Site {
        Site(
            testDescription: "approach loop and safety loop, cars that come, go and back",
            barrier: try BarrierFixtures.seconds(approach: true), lane: lane(),
            happenings: loop(.approachLoop) + loop(.safetyLoop) + [.read(ours), .letThrough], rules: untimed,
            leastStates: 4_000, bound: 5_000)
    }

    private static func faults() throws -> Site {
        Site(
            testDescription: "sensors that fail, are stuck and recover", barrier: try BarrierFixtures.seconds(),
            lane: lane(), happenings: loop(.safetyLoop, .clear, .active, .faulty) + [.openedByHand, .serviceReset],
            rules: .all, leastStates: 600)
    }

    private static func fire() throws -> Site {
        Site(
            testDescription: "fire and power cuts, with cars that nobody reads",
            barrier: try BarrierFixtures.seconds(approach: true), lane: lane(noPlate: .seconds(1)),
            happenings: loop(.approachLoop, .clear, .active, .faulty) + loop(.safetyLoop)
                + [.openedByHand, .fire(true), .fire(false), .powerCut],
            rules: withTwoCars, leastStates: 4_000, bound: 4_000)
    }

    private static func everything() throws -> Site {
        var happenings: [Happening] = [
            .read(ours), .read(other), .letThrough, .hold, .openedByHand, .fire(true), .fire(false), .serviceReset,
            .obstruction, .powerCut,
        ]
        for sensor in LaneSensor.allCases { happenings += SensorState.allCases.map { .line(sensor, $0) } }
        return Site(
            testDescription: "everything fitted and everything happening",
            barrier: try BarrierFixtures.seconds(photocell: true, approach: true, limits: true, contacts: true),
            lane: lane(noPlate: .seconds(1)), happenings: happenings, rules: .all, leastStates: 1_000, bound: 1_000)
    }

    static func sites() throws -> [Site] { try [cars(), faults(), fire(), everything()] }

    private static func explorer(_ site: Site, rules: LaneRules, barrierRules: BarrierRules = .all) -> LaneExplorer {
        let wanted = getenv("TURNPIKE_EXPLORE_STATES").flatMap { Int(String(cString: $0)) }
        var explorer = LaneExplorer(
            barrier: site.barrier, lane: site.lane, happenings: site.happenings, barrierRules: barrierRules,
            rules: rules, judgesStanding: site.rules.contains(.tellsStanding),
            maximumStates: site.bound.map { wanted ?? $0 } ?? 1_000_000)
        explorer.judgesTwoCars = site.rules.contains(.tellsTwoCars)
        explorer.judgesRecovery = rules == site.rules && barrierRules == .all
        return explorer
    }

    /// Where there are too many states to visit them all at every run, TURNPIKE_EXPLORE_STATES goes on.
    @Test("in no order of happenings is a car closed on, a car lost, or an alarm lost", arguments: try sites())
    func safe(site: Site) {
        let result = LaneExplorationTests.explorer(site, rules: site.rules).run()
        if getenv("TURNPIKE_EXPLORE_STATES") != nil { print(site.testDescription, result) }
        #expect(result.fault == nil)
        #expect(result.isComplete || site.bound != nil)
        #expect(result.states >= site.leastStates)
    }

    @Test(
        "a lane that lacks one rule is caught",
        arguments: [
            (LaneRules.stuckIsFaulty, "a stuck safety loop is not told"),
            (.faultsLast, "lowered on the word of a sensor that was faulty just now"),
            (.seesBackingOff, "a car that never left the approach loop is said to be through"),
            (.withdraws, "a car that has turned back is still waited for"),
            (.passagesArrive, "a car is waited for without end"),
            (.tellsStanding, "a car that stands under the boom is not told"),
        ])
    func broken(rule: LaneRules, fault: String) throws {
        let isOfSensors = [.stuckIsFaulty, .faultsLast, .tellsStanding].contains(rule)
        let site = isOfSensors ? try Self.faults() : try Self.cars()
        let result = Self.explorer(site, rules: site.rules.subtracting(rule)).run()
        #expect(result.fault?.hasPrefix(fault) == true, "found instead: \(result.fault ?? "nothing")")
    }

    @Test(
        "a lane whose boom lacks one rule is caught",
        arguments: [
            (BarrierRules.faultySensorBlocks, "lowered while the way is not known clear"),
            (.waitsForClearDelay, "lowered before the way was clear long enough"),
            (.reopensForSensor, "the lower relay stays on although the way is not clear"),
            (.cutsLowerPulse, "the lower relay stays on although the way is not clear"),
            (.keepsDeadTime, "the raise relay goes on too early"),
            (.holdWins, "lowered while held open"),
        ])
    func brokenBoom(rule: BarrierRules, fault: String) throws {
        let site = rule == .holdWins ? try Self.fire() : try Self.faults()
        let result = Self.explorer(site, rules: site.rules, barrierRules: .all.subtracting(rule)).run()
        #expect(result.fault?.hasPrefix(fault) == true, "found instead: \(result.fault ?? "nothing")")
    }
}
