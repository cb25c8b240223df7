import Glibc
import Testing
import Vocabulary

@testable import Parking

/// The lane with its cars, sensors and boom together, in every state that any order of happenings can lead to.
@Suite("Every state of a lane")
struct LaneExplorationTests {
    /// Where there are too many states to visit them all at every run, `script/explore` goes on.
    private static let isDeep = getenv("TURNPIKE_EXPLORE") != nil

    static func closed() throws -> [LaneSite] { try LaneSite.quick() + (isDeep ? LaneSite.deep() : []) }

    @Test("in no order of happenings is a car closed on, a car lost, or an alarm lost", arguments: try closed())
    func safe(site: LaneSite) {
        let result = site.explorer().run()
        if Self.isDeep { print("\(site.testDescription): \(result)") }
        #expect(result.fault == nil)
        #expect(result.isComplete)
        #expect(result.states >= site.leastStates)
    }

    /// All sensors at once have more states than anybody can visit: the first ones in the order of happenings, and
    /// those that long random days come to.
    @Test("with everything fitted and everything happening, the first states are safe too")
    func everything() throws {
        let site = try LaneSite.everything(bound: Self.isDeep ? 1_000_000 : 1_000)
        let result = site.explorer().run()
        if Self.isDeep { print("\(site.testDescription): \(result)") }
        #expect(result.fault == nil)
        #expect(result.states >= site.leastStates)
    }

    @Test("a long random day with everything fitted and everything happening is safe", arguments: 1...4)
    func randomDay(seed: UInt64) throws {
        let result = try LaneSite.everything(bound: 0).explorer().walk(
            steps: Self.isDeep ? 500_000 : 4_000, seed: seed)
        if Self.isDeep { print("random day \(seed): \(result)") }
        #expect(result.fault == nil)
        #expect(result.states > 2_000, "it goes round in circles")
        #expect(result.lowerings > 20 && result.passages > 20)
    }

    @Test("the packed states tell apart what is different, and nothing else")
    func packed() throws {
        let explorer = try LaneSite.faults().explorer()
        let (nodes, keys) = explorer.distinct(steps: 3_000, seed: 5)
        #expect(nodes == keys)
        #expect(nodes > 100)
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
            (.tellsTwoCars, "two cars at once are not told"),
        ])
    func broken(rule: LaneRules, fault: String) throws {
        let isOfSensors = [.stuckIsFaulty, .faultsLast, .tellsStanding].contains(rule)
        let site = isOfSensors ? try LaneSite.faults() : try LaneSite.cars()
        let result = site.explorer(rules: site.rules.subtracting(rule)).run()
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
            (.clearSwitchIsNotClosed, "taken for closed although its closed switch reads clear"),
        ])
    func brokenBoom(rule: BarrierRules, fault: String) throws {
        let site =
            switch rule {
            case .holdWins: try LaneSite.fire()
            case .clearSwitchIsNotClosed: try LaneSite.switches()
            default: try LaneSite.faults()
            }
        let result = site.explorer(barrierRules: .all.subtracting(rule)).run()
        #expect(result.fault?.hasPrefix(fault) == true, "found instead: \(result.fault ?? "nothing")")
    }
}
