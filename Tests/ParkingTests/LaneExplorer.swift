import Vocabulary

@testable import Parking

private let ours = SiteFixtures.plate("粤B12340")

/// Visits every state that a lane can reach from power-up, by every order of the given happenings, and has a
/// ``LaneWatch`` judge each step.
struct LaneExplorer {
    /// What can happen in a lane.
    enum Happening: Hashable {
        case line(LaneSensor, SensorState)
        case read(Plate)
        /// The verdict on the car that is being dealt with.
        case letThrough, hold
        case openedByHand
        case fire(Bool)
        case serviceReset
        case obstruction
        case powerCut
        case tick
    }

    struct Result {
        var states = 0
        var transitions = 0
        /// Every reachable state was visited; false if the bound on states or a fault ended the search.
        var isComplete = false
        /// What a random day did.
        var lowerings = 0, passages = 0
        /// The rule that was broken, and how to get there; nil if all is well.
        var fault: String?
    }

    struct Node: Hashable {
        var gate: LaneGate
        var watch: LaneWatch
    }

    private struct Visit {
        var node: Node
        var index: Int
    }

    /// How each state was first reached, from the first on, which is number 0.
    struct Origins {
        private var parents: [Int32] = [], steps: [Step] = []

        var count: Int { steps.count }

        mutating func note(_ step: Step, from index: Int) {
            parents.append(Int32(index))
            steps.append(step)
        }

        func path(to index: Int) -> String {
            var words: [String] = []
            var index = index
            while index > 0 {
                words.append("\(steps[index - 1])")
                index = Int(parents[index - 1])
            }
            return words.reversed().joined(separator: ", ")
        }
    }

    struct Step: CustomStringConvertible {
        var happening: Happening
        var after: Int
        var description: String { after == 0 ? "\(happening)" : "+\(after) ms \(happening)" }
    }

    let barrier: BarrierSettings
    let lane: LaneSettings
    let happenings: [Happening]
    var barrierRules = BarrierRules.all
    var rules = LaneRules.all
    var judgesStanding = true
    var judgesTwoCars = false
    var judgesRecovery = true
    var maximumStates = 1_000_000
    /// How far a tick that is not due moves the time on.
    var stepMilliseconds = 1_000

    /// At most so many cars have an id at once: the one that is dealt with, and those the boom waits for.
    static let mostCars = 4
    static let pool = (1...mostCars).map { BarrierFixtures.transit(UInt64($0)) }

    static func number(of transit: UUIDv7) -> Int { (pool.firstIndex(of: transit) ?? -2) + 1 }
    static func number(of plate: Plate) -> Int { plate == ours ? 1 : 2 }

    func start() -> Node {
        let machine = BarrierMachine(settings: barrier, rules: barrierRules, at: Uptime(milliseconds: 0))
        return Node(gate: LaneGate(machine, lane: lane, rules: rules), watch: LaneWatch(.init(barrier, lane)))
    }

    var limits: LaneWatch.Limits {
        var limits = LaneWatch.Limits(barrier, lane)
        limits.isStandingJudged = judgesStanding
        limits.areTwoJudged = judgesTwoCars
        return limits
    }

    func run() -> Result {
        let limits = limits
        var recovery = LaneRecovery(explorer: self, limits: limits)
        var level = [Visit(node: canonical(start()), index: 0)]
        var origins = Origins()
        var known: Set<LaneKey> = [key(level[0].node)]
        var result = Result()
        while !level.isEmpty {
            var next: [Visit] = []
            for visit in level {
                if known.count >= maximumStates { break }
                for step in steps(visit.node.gate) {
                    result.transitions += 1
                    var node = visit.node
                    if let fault = play(step, &node, limits) {
                        result.fault = "\(fault): \(origins.path(to: visit.index)) \(step)"
                        result.states = known.count
                        return result
                    }
                    guard known.insert(key(node)).inserted else { continue }
                    origins.note(step, from: visit.index)
                    next.append(Visit(node: node, index: origins.count))
                    if judgesRecovery, let fault = recovery.fault(of: node) {
                        result.fault = "\(fault): \(origins.path(to: origins.count))"
                        result.states = known.count
                        return result
                    }
                }
            }
            if known.count >= maximumStates { break }
            level = next
        }
        result.isComplete = level.isEmpty
        result.states = known.count
        return result
    }

    func key(_ node: Node) -> LaneKey { LaneKey(node, stepMilliseconds: stepMilliseconds) }
}
