import Testing
import Vocabulary

@testable import Purses

/// Random small baskets and purses, each answer against every way there is to pay.
@Suite("Splits against every way there is to pay")
struct SplitPropertyTests {
    static let seeds: ClosedRange<UInt64> = 1...2_000

    private func faults(_ seed: UInt64, _ checks: PurseChecks) -> [String] {
        var random = RandomPurses(seed: seed)
        let question = random.question()
        var judge = SplitJudge(question)
        judge.check(answer(question, checks))
        return judge.faults
    }

    private func answer(_ question: SplitQuestion, _ checks: PurseChecks) -> Result<[Spend], SplitRefusal> {
        question.rules.split(
            question.basket, of: question.states, guardian: question.guardian, on: question.occasion, checks)
    }

    @Test("every basket is paid in the best of all ways, or refused for the reason there is")
    func bruteForce() {
        var (paid, several) = (0, 0)
        var refusals: [String: Int] = [:]
        for seed in SplitPropertyTests.seeds {
            var random = RandomPurses(seed: seed)
            let question = random.question()
            let answer = self.answer(question, .all)
            var judge = SplitJudge(question)
            judge.check(answer)
            #expect(judge.faults == [], "seed \(seed)")
            switch answer {
            case .success(let spends):
                paid += spends.isEmpty ? 0 : 1
                several += Set(spends.map(\.purse)).count > 1 ? 1 : 0
            case .failure(let refusal): refusals[String("\(refusal)".prefix { $0 != "(" }), default: 0] += 1
            }
        }
        // The questions are of every kind.
        #expect(paid > 400 && several > 50, "\(paid), \(several)")
        #expect(refusals.count == 4 && refusals.values.allSatisfy { $0 > 50 }, "\(refusals)")
    }

    @Test("the order in which purses are given, and asking again, change nothing")
    func deterministic() {
        for seed in SplitPropertyTests.seeds where seed % 10 == 0 {
            var random = RandomPurses(seed: seed)
            var question = random.question()
            let first = answer(question, .all)
            question.states.reverse()
            for index in question.states.indices { question.states[index].lots.reverse() }
            #expect(answer(question, .all) == first, "seed \(seed)")
        }
    }

    @Test("a split that leaves out any one of its rules is found out", arguments: PurseChecks.each.indices)
    func alive(index: Int) {
        let checks = PurseChecks.all.subtracting(PurseChecks.each[index])
        let finder = SplitPropertyTests.seeds.first { !faults($0, checks).isEmpty }
        #expect(finder != nil, "rule \(index) can be left out unnoticed")
    }
}
