import ArgumentParser
import EdgeRuntime
import Logging
import ServiceLifecycle
import UnixSignals

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
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "parkingd")
        logger.logLevel = verbose ? .debug : .info
        let parking: ParkingBox
        do { parking = try ParkingBox(configuration: config, logger: logger) } catch {
            logger.critical("cannot start with \(config):\n\(error)")
            throw ExitCode(78)  // EX_CONFIG: systemd's unit does not restart on it
        }
        let group = ServiceGroup(
            services: [BoxService(box: parking.box), parking.cameras, parking.server],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger)
        try await group.run()
    }
}
