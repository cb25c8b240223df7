import Canteen
import JSONText
import Purses
import Simulation
import Testing
import Vocabulary

@Suite("A school week at three gates")
struct WeekTests {
    static let path = "Scenarios/canteen/school-week.json5"
    /// Nobody's clock jumps: a box that thinks it is supper time serves supper.
    static let faults = Set(SimulatedFault.allCases).subtracting([.clockJumps])

    /// The week of the file, with fewer pupils.
    static func run(
        _ seed: UInt64, pupils: Int64, edit: ((String) -> String)? = nil, change: ((inout WeekSetup) -> Void)? = nil
    ) throws -> WeekReport {
        let file = Runs.path(path)
        let text = String(decoding: Runs.bytes(file), as: UTF8.self)
        // A tenth of the staff: the pupils are what scenes speak of.
        let small = (edit?(text) ?? text).replacing("staff: 40", with: "staff: 4")
        var week = try WeekFile(Array(small.utf8), file: path)
        week.pupils = pupils
        let gate = Runs.path("Scenarios/canteen/\(week.scenario)")
        let rules = Runs.path("Scenarios/canteen/\(week.purseRules)")
        var setup = WeekSetup(seed: seed, folder: "/dev/shm")
        change?(&setup)
        return try Simulation.run(
            week, scenario: try CanteenScenario(Runs.bytes(gate), file: gate),
            rules: try PurseRules(Runs.bytes(rules), file: rules), setup)
    }

    @Test(
        "the week of the file: everybody is told what the scenes say, the books agree, and nobody waits longer offline")
    func wholeWeek() throws {
        let report = try Self.run(1, pupils: 60)
        #expect(report.isRight, "\(report)")
        #expect(report.meals > 350 && report.paidOnline > 50 && report.paidFromLease > 50 && report.refunds > 0)
        #expect(report.notPassed > 0 && report.twoOnOne > 0 && report.hungry == 0 && report.counts.replayed > 0)
        #expect(report.byPurse.count == 3 && report.balancesCompared > 50)
        for word in ["alreadyServed", "shortage", "unknownCard", "unknownFace", "notLive", "noMoreHelpings"] {
            #expect(report.refused[word] ?? 0 > 0, "nobody was told \(word)")
        }
        // A slow sync of a box's disk is in both.
        #expect(report.cut.count > 3 && report.online.count > 350)
        #expect(report.cut.median <= report.online.median + 5_000)
        #expect(report.cut.worst <= report.online.worst)
    }

    @Test("whatever goes wrong, openings, purses, leases and limits agree in the end", arguments: UInt64(1)...10)
    func allFaults(seed: UInt64) throws {
        let report = try Self.run(seed, pupils: 20, change: { ($0.faults, $0.calm) = (Self.faults, 12) })
        #expect(report.isRight, "\(report)")
        #expect(report.meals > 60 && report.counts.crashes > 20)
    }

    @Test("each rule that is switched off is found", arguments: WeekSabotage.allCases)
    func found(sabotage: WeekSabotage) throws {
        let report = try Self.run(
            1, pupils: 30, edit: { $0.replacing("duplicate: 15", with: "duplicate: 90") },
            change: { $0.sabotage = sabotage })
        let failure = try #require(report.failure, "\(sabotage) was not found")
        print("\(sabotage): \(failure)")
    }

    @Test("the same seed does the same again, to the last digest; another seed does not")
    func replay() throws {
        let digests = try [3, 3, 4].map { try Self.run($0, pupils: 20).digest }
        #expect(digests[0] == digests[1] && digests[0] != digests[2])
    }

    @Test(
        "what a scene expects and does not come is a difference",
        arguments: [
            ("visit gate-1 p0001 face -> alreadyServed", "visit gate-1 p0001 face -> paid"),
            ("visit gate-1 p0004 card -> unknownCard", "visit gate-1 p0004 card -> paid"),
            ("visit gate-2 p0002 face -> shortage", "visit gate-2 p0002 face -> paid"),
        ])
    func difference(from: String, to: String) throws {
        let report = try Self.run(1, pupils: 20, edit: { $0.replacing(from, with: to) })
        #expect(report.differences.count == 1 && report.failure == nil, "\(report)")
    }

    @Test(
        "a week that cannot be is refused",
        arguments: [
            ("2026-11-16", "2026-11-17"), ("cut all 25", "cut everything 25"),
            ("mon 23:00 power gate-1", "mon 24:00 power gate-1"),
            ("replace gate-2", "replace gate-9"), ("issue nutrition 30.00", "issue nutrition 30"),
            ("face -> alreadyServed", "nose -> alreadyServed"), ("end p0004", "end p9999"),
            ("top-up staff cash", "top-up staff gold"), ("period: \"tea\"", "period: \"midnight\""),
        ])
    func refused(from: String, to: String) throws {
        #expect(throws: (any Error).self) { try Self.run(1, pupils: 20, edit: { $0.replacing(from, with: to) }) }
    }
}
