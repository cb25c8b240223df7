import ArgumentParser
import Host
import JSONText
import Logging
import Services

/// The centre: decides charges, keeps the books, stores the boxes' records.
@main
struct Platformd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "platformd", abstract: "Runs the central platform: contracts, ledger, the boxes' records.",
        version: "0.1.0")

    @Option(help: ArgumentHelp("The platform's file (JSON5).", valueName: "file"))
    var config: String

    @Flag(help: "Log more, for finding a fault.")
    var verbose = false

    func run() throws {
        Signals.ignoreBrokenPipe()
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "platformd")
        logger.logLevel = verbose ? .debug : .info
        let stop = Monitor(false)
        try Signals.handle([.terminate, .interrupt]) { _ in
            stop.withLock { $0 = true }
            stop.wakeAll()
        }
        let daemon: PlatformDaemon
        do {
            let configuration = try PlatformConfiguration.read(
                try TextFile.read(config), file: config, folder: TextFile.folder(of: config))
            daemon = try PlatformDaemon(configuration, logger: logger)
        } catch {
            logger.critical("cannot start with \(config):\n\(error)")
            throw ExitCode(78)  // EX_CONFIG: systemd's unit does not restart on it
        }
        let notify = Notify()
        logger.info("ready")
        notify.ready()
        stop.wait(until: nil) { $0 ? () : nil }
        notify.stopping()
        daemon.stop()
    }
}
