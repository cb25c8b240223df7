import ArgumentParser
import CanteenDemo
import Glibc
import Host
import ParkingDemo

/// Shows the main job.
struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows a car park or a canteen on a broker, a platform and boxes that it starts and ends itself.")

    enum Show: String, CaseIterable, ExpressibleByArgument { case morning, parking, canteen }

    @Argument(help: "morning: a short one at a car park; parking: a whole scripted day at two boxes; canteen: a lunch.")
    var show = Show.morning
    @Option(help: "The day that is played (parking).")
    var day = "Scenarios/days/parking-day.json5"
    @Option(help: ArgumentHelp("Play only what is over before this time of the day (parking).", valueName: "06:00"))
    var until: String?
    @Option(help: "The scenario file; left out: that of the show.")
    var scenario: String?
    @Option(help: "The hardware file; its driver must be the twin; left out: that of the show.")
    var hardware: String?

    func run() throws {
        let programs = TextFile.folder(of: try absolute("/proc/self/exe"))
        let agrees =
            switch show {
            case .morning:
                try ParkingDemo.run(
                    programs: programs, scenario: try absolute(scenario ?? "Scenarios/city-car-park.json5"),
                    hardware: try absolute(hardware ?? "Hardware/two-lane-twin.json5"))
            case .parking:
                try ParkingDemo.runDay(
                    programs: programs, day: try absolute(day), until: until,
                    scenario: try absolute(scenario ?? "Scenarios/two-box-car-park.json5"),
                    hardware: try absolute(hardware ?? "Hardware/four-lane-twin.json5"))
            case .canteen:
                try CanteenDemo.run(
                    programs: programs, scenario: try absolute(scenario ?? "Scenarios/canteen/school-hall.json5"),
                    hardware: try absolute(hardware ?? "Hardware/canteen-twin.json5"))
            }
        guard agrees else { throw ExitCode(1) }
    }

    private func absolute(_ path: String) throws -> String {
        guard let resolved = realpath(path, nil) else {
            throw ValidationError("\(path) is not there; start from the project's folder")
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
