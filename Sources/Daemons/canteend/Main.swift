import ArgumentParser
import EdgeRuntime
import Logging
import ServiceLifecycle
import UnixSignals

/// The daemon of one canteen: tills, turnstiles, payments.
@main
struct Canteend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "canteend",
        abstract: "Runs a canteen's tills and turnstiles: knows who comes, has the meal paid, lets them pass.",
        version: CanteenBox.version)

    @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
    var config: String

    @Flag(help: "Log more, for finding a fault.")
    var verbose = false

    func run() async throws {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "canteend")
        logger.logLevel = verbose ? .debug : .info
        let canteen: CanteenBox
        do { canteen = try CanteenBox(configuration: config, logger: logger) } catch {
            logger.critical("cannot start with \(config):\n\(error)")
            throw ExitCode(78)  // EX_CONFIG: systemd's unit does not restart on it
        }
        let group = ServiceGroup(
            services: [
                BoxService(box: canteen.box), canteen.faces, canteen.modules, canteen.registers, canteen.server,
            ],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger)
        try await group.run()
    }
}
