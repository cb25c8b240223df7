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

    static func sites() throws -> [Site] {
        [
            Site(
                testDescription: "approach loop and safety loop, cars that come, go, follow and back",
                barrier: try BarrierFixtures.seconds(approach: true), lane: lane(),
                happenings: loop(.approachLoop) + loop(.safetyLoop) + [.read(ours), .read(other), .letThrough, .hold],
                rules: untimed, leastStates: 1),
            Site(
                testDescription: "sensors that fail, are stuck and recover",
                barrier: try BarrierFixtures.seconds(),
                lane: lane(),
                happenings: loop(.safetyLoop, .clear, .active, .faulty) + [.openedByHand, .serviceReset],
                rules: .all, leastStates: 1),
            Site(
                testDescription: "fire and power cuts, with cars nobody reads",
                barrier: try BarrierFixtures.seconds(approach: true), lane: lane(noPlate: .seconds(1)),
                happenings: loop(.approachLoop, .clear, .active, .faulty) + loop(.safetyLoop)
                    + [.openedByHand, .fire(true), .fire(false), .powerCut], rules: withTwoCars, leastStates: 1),
        ]
    }

    @Test("in no order of happenings is a car closed on, or lost", arguments: try sites())
    func complete(site: Site) {
        let t0 = clock()
        let result = LaneExplorer(barrier: site.barrier, lane: site.lane, happenings: site.happenings, rules: site.rules, maximumStates: 6_000).run()
        print("LANE", site.testDescription, result.states, result.transitions, result.isComplete, Double(clock() - t0) / 1e6)
        #expect(result.fault == nil)
        #expect(result.isComplete)
        #expect(result.states >= site.leastStates)
    }
}
import Glibc
