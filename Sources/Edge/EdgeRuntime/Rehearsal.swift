internal import Host
public import Logging

/// Whether a box runs for real, or rehearses a day on another wall clock.
public enum Rehearsal {
    /// - Returns: the name of this run of the machine; none in a rehearsal, where the boot clock does not go with the
    ///   wall clock and measures no stay.
    /// - Throws: ``RealLines``, or what is wrong with the clock's file.
    public static func boot(
        _ configuration: BoxConfiguration, _ hardware: HardwareFile, _ logger: Logger
    ) throws -> String {
        guard let file = configuration.rehearsalClock else { return try BootID.read() }
        guard case .twin = hardware.driver else { throw RealLines(hardware: configuration.hardware) }
        try RehearsalClock(file).begin()
        logger.critical("REHEARSAL: the wall clock is that of \(file); neither money nor records are real")
        return ""
    }

    /// A rehearsal on a board that moves real booms.
    public struct RealLines: Error, CustomStringConvertible {
        let hardware: String
        public var description: String {
            "rehearsalClock is for boards in memory only, and \(hardware) has real lines: take rehearsalClock out of "
                + "the box file, or name a board whose driver is the twin"
        }
    }
}
