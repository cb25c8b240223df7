import ArgumentParser
import Glibc
import Host
import ParkingDemo

/// Shows the main job.
struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows a morning at a car park, on a broker, a platform and a box that it starts and ends itself.")

    @Option(help: "The scenario file.")
    var scenario = "Scenarios/city-car-park.json5"
    @Option(help: "The hardware file; its driver must be the twin.")
    var hardware = "Hardware/two-lane-twin.json5"

    func run() throws {
        let programs = TextFile.folder(of: try absolute("/proc/self/exe"))
        guard
            try ParkingDemo.run(programs: programs, scenario: try absolute(scenario), hardware: try absolute(hardware))
        else { throw ExitCode(1) }
    }

    private func absolute(_ path: String) throws -> String {
        guard let resolved = realpath(path, nil) else {
            throw ValidationError("\(path) is not there; start from the project's folder")
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
