import Parking
import Simulation
import Testing
import Vocabulary

@Suite("The simulation's judge is awake")
struct CheckerIsAliveTests {
    /// How many seeds it may take to find a rule that is switched off.
    static let mostSeeds: UInt64 = 40

    @Test("each rule that is switched off is found", arguments: Sabotage.allCases)
    func found(sabotage: Sabotage) throws {
        for seed in UInt64(1)...Self.mostSeeds {
            var setup = Runs.short(seed)
            setup.sabotage = sabotage
            if let failure = try Simulation.run(setup).failure {
                print("\(sabotage) found with seed \(seed): \(failure)")
                return
            }
        }
        Issue.record("\(sabotage) was not found in \(Self.mostSeeds) runs")
    }
}
