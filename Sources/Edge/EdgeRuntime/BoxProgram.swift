public import Logging
public import ServiceLifecycle
internal import UnixSignals

/// What every box's daemon does around its own parts: the log, the files, the signals.
public enum BoxProgram {
    /// With what a daemon ends that cannot start with its files (EX_CONFIG): systemd's unit does not restart on it.
    public static let badConfiguration: Int32 = 78

    /// Runs a daemon until it is told to end.
    /// - Parameters:
    ///   - file: the box file, for the log.
    ///   - services: makes the daemon's parts; ends in the order of this list.
    /// - Returns: false if its parts cannot be made; why is in the log.
    public static func run(
        _ name: String, file: String, isVerbose: Bool, services: (Logger) throws -> [any Service]
    ) async throws -> Bool {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: name)
        logger.logLevel = isVerbose ? .debug : .info
        let parts: [any Service]
        do { parts = try services(logger) } catch {
            logger.critical("cannot start with \(file):\n\(error)")
            return false
        }
        let group = ServiceGroup(services: parts, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try await group.run()
        return true
    }
}
