import Canteen
import JSONText
import Purses
import Simulation
import Testing
import Vocabulary

@Suite("A school week at three gates")
struct WeekTests {
    static let path = "Scenarios/canteen/school-week.json5"

    /// The week of the file, with fewer pupils.
    static func week(pupils: Int64) throws -> (WeekFile, CanteenScenario, PurseRules) {
        var week = try WeekFile(Runs.bytes(Runs.path(path)), file: path)
        week.pupils = pupils
        let gate = Runs.path("Scenarios/canteen/\(week.scenario)")
        let rules = Runs.path("Scenarios/canteen/\(week.purseRules)")
        return (
            week, try CanteenScenario(Runs.bytes(gate), file: gate), try PurseRules(Runs.bytes(rules), file: rules)
        )
    }

    static func run(_ seed: UInt64, pupils: Int64 = 60, _ change: (inout WeekSetup) -> Void = { _ in }) throws
        -> WeekReport
    {
        let (week, scenario, rules) = try week(pupils: pupils)
        var setup = WeekSetup(seed: seed, folder: "/dev/shm")
        change(&setup)
        return try Simulation.run(week, scenario: scenario, rules: rules, setup)
    }

    @Test("the whole week: everybody is told what the scenes say, and the books agree to the fen")
    func wholeWeek() throws {
        let report = try Self.run(1)
        #expect(report.isRight, "\(report)")
    }
}
