import Glibc
import Testing
import Vocabulary

@testable import Parking

private let ours = SiteFixtures.plate("粤B12340")

@Suite("pairs") struct LanePairsTests {
    @Test func sizes() throws {
        guard let spec = getenv("PAIRS").map({ String(cString: $0) }) else { return }
        let lane = LaneSettings(
            sameCarFor: .seconds(0), forgetHeldAfter: .seconds(2), carBehindFor: .seconds(0), noPlateAfter: .seconds(1),
            turnedBackAfter: .seconds(1), reversalJudgedWithin: .seconds(1), standingAfter: .seconds(1),
            twoCarsAfter: .seconds(1), stuckAfter: .seconds(2), sensorRecoversAfter: .seconds(1))
        for one in spec.split(separator: ";") {
            let words = one.split(separator: ",").map(String.init)
            var fitted: Set<LaneSensor> = [.safetyLoop]
            var happenings: [LaneExplorer.Happening] = [.read(ours), .letThrough]
            var values: [SensorState] = [.clear, .active, .faulty]
            var rules = LaneRules.all
            for word in words {
                if let sensor = LaneSensor(rawValue: word) { fitted.insert(sensor) }
                switch word {
                case "hand": happenings.append(.openedByHand)
                case "fire": happenings += [.fire(true), .fire(false)]
                case "reset": happenings.append(.serviceReset)
                case "cut": happenings.append(.powerCut)
                case "meets": happenings.append(.obstruction)
                case "untimed": rules.subtract([.stuckIsFaulty, .tellsStanding, .tellsTwoCars])
                case "nostuck": rules.subtract([.stuckIsFaulty])
                case "notwo": rules.subtract([.tellsTwoCars])
                case "known": values = [.clear, .active]
                case "unknown": values = SensorState.allCases
                default: break
                }
            }
            for sensor in fitted { happenings += values.map { .line(sensor, $0) } }
            let clock = ContinuousClock(), began = clock.now
            let result = LaneExplorer(
                barrier: try BarrierFixtures.seconds(fitted), lane: lane, happenings: happenings, rules: rules,
                judgesStanding: rules.contains(.tellsStanding), maximumStates: 3_000_000).run()
            print(one, result, clock.now - began)
        }
    }
}
