import ArgumentParser
import EdgeRuntime

/// The daemon of one car park: cameras, barriers, payments.
@main
struct Parkingd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parkingd", abstract: "Runs a car park's lanes: reads plates, has them paid, moves the booms.",
        version: ParkingBox.version)

    @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
    var config: String

    @Flag(help: "Log more, for finding a fault.")
    var verbose = false

    func run() async throws {
        let isStarted = try await BoxProgram.run("parkingd", file: config, isVerbose: verbose) { logger in
            let box = try ParkingBox(configuration: config, logger: logger)
            return [BoxService(box: box.box), box.cameras, box.server]
        }
        guard isStarted else { throw ExitCode(BoxProgram.badConfiguration) }
    }
}
