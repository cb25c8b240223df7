internal import Vocabulary

/// Real relays and sensors, through libgpiod 1.6 or 2.
///
/// It owns its lines from `init` until ``close()`` or its end; opening switches every output off. When the process dies
/// the kernel releases the lines, and the controller decides what they do then: most return them to inputs, but the
/// kernels of Raspberry Pi OS keep the last level unless `dtparam=strict_gpiod` is set in config.txt, and so do some
/// port expanders. Wire a relay so that a released line is the safe state, and let the service restart at once: the
/// next start switches every output off.
public final class LibgpiodDriver: GPIODriver {
    private let core: DriverCore

    /// Requests every line of the board.
    ///
    /// - Throws: which line could not be had, why, and what to do about it; nothing stays requested.
    public init(board: GPIOBoard) throws(GPIOError) {
        let bell = try Bell()
        core = try DriverCore(board: board, lines: GpiodLines(board: board), bell: bell)
    }

    deinit { core.close() }

    public func start(_ handler: @escaping @Sendable (GPIOEvent) -> Void) throws(GPIOError) {
        try core.start(handler)
    }

    public func pulse(_ output: String, milliseconds: Int) throws(GPIOError) {
        try core.pulse(output, milliseconds: milliseconds)
    }

    public func set(_ output: String, active: Bool) throws(GPIOError) {
        try core.set(output, active: active)
    }

    public func release(_ output: String) throws(GPIOError) {
        try core.release(output)
    }

    public func read(_ input: String) throws(GPIOError) -> Bool {
        try core.read(input)
    }

    public func close() {
        core.close()
    }
}
