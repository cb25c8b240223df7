import Glibc
import Parking
import Simulation
import Vocabulary

/// Runs that are short enough for a debug build and dense enough to be worth it.
enum Runs {
    static let scenario: ParkingScenario = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let path = "/\(root)/Scenarios/city-car-park.json5"
        guard let scenario = try? ParkingScenario(bytes(path), file: path) else {
            preconditionFailure("Scenarios/city-car-park.json5 is good; another test checks that")
        }
        return scenario
    }()

    static func short(_ seed: UInt64) -> SimulationSetup {
        var setup = SimulationSetup(
            seed: seed, span: .seconds(2_700), sites: seed.isMultiple(of: 4) ? 2 : 1, scenario: scenario,
            carsPerDay: 3_500, folder: "/dev/shm")
        setup.longestStayMinutes = 25
        setup.tills = seed.isMultiple(of: 3) ? 2 : 0
        return setup
    }

    private static func bytes(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }
}
