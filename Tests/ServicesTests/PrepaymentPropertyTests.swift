import Testing
import Vocabulary

@testable import Services

/// Random stories of three cars at two boxes, paid on the phone and at gates, watched by a ``PrepaymentJudge``.
@Suite("A stay paid in any way and order")
struct PrepaymentPropertyTests {
    /// So many stories are told; each broken rule is found in one of them.
    static let stories = 1...40 as ClosedRange<UInt64>

    @Test(
        "paid on the phone, at either gate, late, twice, with the network cut: no minute is charged twice, nothing is lost"
    )
    func anyOrder() throws {
        var (applied, givenBack, over, charged, overlaps) = (0, 0, 0, 0, 0)
        for seed in Self.stories {
            let judge = try run(seed, .all)
            #expect(judge.faults == [], "seed \(seed)")
            applied += judge.applied.count
            givenBack += judge.givenBack.count
            over += judge.over.count
            charged += judge.charges.count
            overlaps += judge.overlaps
        }
        // The stories tell of everything.
        let told = "\(applied) applied, \(givenBack) given back, \(over) over, \(charged) charges, \(overlaps) overlaps"
        #expect(applied > 80 && givenBack > 25 && over > 70 && charged > 120 && overlaps > 10, "\(told)")
    }

    @Test("a platform that leaves out any one of its rules is found out", arguments: PrepaymentRules.each.indices)
    func alive(index: Int) throws {
        let rules = PrepaymentRules.all.subtracting(PrepaymentRules.each[index])
        let finder = try Self.stories.first { try !run($0, rules).faults.isEmpty }
        #expect(finder != nil, "rule \(index) can be left out unnoticed")
    }

    private func run(_ seed: UInt64, _ rules: PrepaymentRules) throws -> PrepaymentJudge {
        let world = try PrepaymentWorld(seed: seed, rules: rules)
        for _ in 0..<80 where world.judge.faults.isEmpty { try world.step() }
        if world.judge.faults.isEmpty { try world.end() }
        return world.judge
    }
}
