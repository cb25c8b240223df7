import Testing
import Vocabulary

@testable import Parking

private let ours = SiteFixtures.plate("粤B12340"), other = SiteFixtures.plate("粤B99999")

/// One lane to be explored: what is fitted, what happens to it, and how many states there are to be found at least.
struct LaneSite: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let barrier: BarrierSettings
    let lane: LaneSettings
    let happenings: [LaneExplorer.Happening]
    let rules: LaneRules
    let leastStates: Int
    /// Nil where every state is visited.
    var bound: Int?

    func explorer(rules: LaneRules? = nil, barrierRules: BarrierRules = .all, bound: Int? = nil) -> LaneExplorer {
        var explorer = LaneExplorer(
            barrier: barrier, lane: lane, happenings: happenings, barrierRules: barrierRules,
            rules: rules ?? self.rules, judgesStanding: self.rules.contains(.tellsStanding),
            maximumStates: bound ?? self.bound ?? .max)
        explorer.judgesTwoCars = self.rules.contains(.tellsTwoCars)
        explorer.judgesRecovery = rules == nil && barrierRules == .all
        return explorer
    }
}

extension LaneSite {
    private typealias Happening = LaneExplorer.Happening

    /// Time limits that one exploration is not about only multiply its states.
    static let untimed = LaneRules.all.subtracting([.stuckIsFaulty, .tellsStanding, .tellsTwoCars])
    static let working: [SensorState] = [.clear, .active]
    static let failing: [SensorState] = [.clear, .active, .faulty]
    private static let people: [LaneExplorer.Happening] = [.openedByHand, .serviceReset]
    private static let mishaps: [LaneExplorer.Happening] = [.fire(true), .fire(false), .powerCut, .obstruction]

    private static func lane(noPlate: Uptime.Span? = nil, long: Int64 = 1) -> LaneSettings {
        LaneSettings(
            sameCarFor: .seconds(0), forgetHeldAfter: .seconds(2), carBehindFor: .seconds(0), noPlateAfter: noPlate,
            turnedBackAfter: .seconds(1), reversalJudgedWithin: .seconds(1), standingAfter: .seconds(long),
            twoCarsAfter: .seconds(1), stuckAfter: .seconds(2 * long), sensorRecoversAfter: .seconds(long))
    }

    /// The safety loop and what else is fitted, each reading as given, with a car that is read and let through.
    private static func site(
        _ description: String, _ others: Set<LaneSensor>, readings: [SensorState], more: [LaneExplorer.Happening],
        rules: LaneRules = .all, noPlate: Uptime.Span? = nil, least: Int
    ) throws -> LaneSite {
        let fitted = others.union([.safetyLoop])
        let lines = LaneSensor.allCases.filter(fitted.contains).flatMap { sensor in
            readings.map { LaneExplorer.Happening.line(sensor, $0) }
        }
        return LaneSite(
            testDescription: description, barrier: try BarrierFixtures.seconds(fitted), lane: lane(noPlate: noPlate),
            happenings: [.read(ours), .letThrough] + lines + more, rules: rules, leastStates: least)
    }

    static func cars() throws -> LaneSite {
        try site(
            "approach loop and safety loop, cars that come, go and back", [.approachLoop], readings: working, more: [],
            rules: untimed.union(.tellsTwoCars), least: 1_000)
    }

    static func faults() throws -> LaneSite {
        LaneSite(
            testDescription: "sensors that fail, are stuck and recover", barrier: try BarrierFixtures.seconds([]),
            lane: lane(long: 2), happenings: failing.map { .line(.safetyLoop, $0) } + people, rules: .all,
            leastStates: 250)
    }

    static func fire() throws -> LaneSite {
        LaneSite(
            testDescription: "fire and power cuts, with cars that nobody reads",
            barrier: try BarrierFixtures.seconds([.approachLoop]), lane: lane(noPlate: .seconds(1)),
            happenings: working.flatMap { [.line(.approachLoop, $0), .line(.safetyLoop, $0)] }
                + [.openedByHand, .fire(true), .fire(false), .powerCut], rules: untimed, leastStates: 1_000)
    }

    /// A boom that may stick halfway, whose closed switch works.
    static func switches() throws -> LaneSite {
        try site(
            "safety loop and closedLimit", [.closedLimit], readings: working, more: people, rules: untimed, least: 300)
    }

    /// What `script/test` visits to the last state: each sensor beside the safety loop.
    static func quick() throws -> [LaneSite] {
        try [cars(), faults(), fire()]
            + [LaneSensor.photocell, .openLimit, .closedLimit, .obstruction, .armIntact].map { sensor in
                try site(
                    "safety loop and \(sensor.rawValue)", [sensor], readings: working, more: people, rules: untimed,
                    least: 300)
            }
    }

    /// What `script/explore` visits to the last state: each sensor with everything that can happen, and each pair of
    /// sensors beside the safety loop, failing and recovering.
    static func deep() throws -> [LaneSite] {
        var sites = [
            try site(
                "safety loop, everything happening", [], readings: SensorState.allCases, more: people + mishaps,
                least: 2_500)
        ]
        let others = LaneSensor.allCases.filter { $0 != .safetyLoop }
        for sensor in others {
            sites.append(
                try site(
                    "safety loop and \(sensor.rawValue), everything happening", [sensor], readings: failing,
                    more: people + mishaps, noPlate: sensor == .approachLoop ? .seconds(1) : nil, least: 10_000))
        }
        for (index, first) in others.enumerated() {
            for second in others[(index + 1)...] {
                sites.append(
                    try site(
                        "safety loop, \(first.rawValue) and \(second.rawValue)", [first, second],
                        readings: first == .approachLoop ? working : failing, more: people, least: 10_000))
            }
        }
        return sites
    }

    static func everything(bound: Int) throws -> LaneSite {
        var happenings: [LaneExplorer.Happening] =
            [.read(ours), .read(other), .letThrough, .hold] + people + mishaps
        for sensor in LaneSensor.allCases { happenings += SensorState.allCases.map { .line(sensor, $0) } }
        return LaneSite(
            testDescription: "everything fitted and everything happening",
            barrier: try BarrierFixtures.seconds(Set(LaneSensor.allCases)), lane: lane(noPlate: .seconds(1)),
            happenings: happenings, rules: .all, leastStates: bound, bound: bound)
    }
}
