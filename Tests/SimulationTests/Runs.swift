import Glibc
import Parking
import Simulation
import Synchronization
import Vocabulary

/// Runs that are short enough for a debug build and dense enough to be worth it.
enum Runs {
    static let scenario = read("Scenarios/city-car-park.json5")
    static let twoBoxes = read("Scenarios/two-box-car-park.json5")

    private static func read(_ name: String) -> ParkingScenario {
        let path = path(name)
        guard let scenario = try? ParkingScenario(bytes(path), file: path) else {
            preconditionFailure("\(name) is good; another test checks that")
        }
        return scenario
    }

    /// A file of the project.
    static func path(_ name: String) -> String {
        "/\(#filePath.split(separator: "/").dropLast(3).joined(separator: "/"))/\(name)"
    }

    static func short(_ seed: UInt64) -> SimulationSetup {
        var setup = SimulationSetup(
            seed: seed, span: .seconds(2_700), sites: seed.isMultiple(of: 4) ? 2 : 1, scenario: scenario,
            carsPerDay: 3_500, folder: "/dev/shm")
        setup.longestStayMinutes = 25
        setup.tills = seed.isMultiple(of: 3) ? 2 : 0
        return setup
    }

    private static let reports = Mutex<[UInt64: SimulationReport]>([:])

    /// What the short run of this seed has given; it is made once, whichever test asks first.
    static func report(_ seed: UInt64) throws -> SimulationReport {
        if let known = reports.withLock({ $0[seed] }) { return known }
        let report = try Simulation.run(short(seed))
        reports.withLock { $0[seed] = report }
        return report
    }

    static func bytes(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }
}
