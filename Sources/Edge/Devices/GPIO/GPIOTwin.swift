public import Vocabulary

/// A change of one of the twin's outputs.
public struct GPIOTwinChange: Equatable, Sendable {
    public let output: String
    public let active: Bool
    /// How long it was asked to stay on, in ms; 0 when it is held on or switched off.
    public let milliseconds: Int
    public let at: Uptime
}

/// Relays and sensors in memory: for tests, simulations and demonstrations.
///
/// It differs from ``LibgpiodDriver`` only in its lines: bounds, interlocks, debouncing and the order of events are the
/// same code. Its inputs start inactive; ``setInput(_:active:)`` moves them.
///
/// ### The socket
/// With a socket path another process plays the physical world, over a Unix domain socket (stream, file mode 0600) that
/// is served from the start of the driver to its end. A stale file is replaced, and the file is removed at the end.
/// Both sides send lines of ASCII text ended by a newline; words are separated by one space.
///
/// | line | from | meaning |
/// |---|---|---|
/// | `hello turnpike-gpio 1` | twin | first line; 1 is the version |
/// | `input <name> 0\|1` | twin | every input after `hello`; then each change, and the answer to each `set` |
/// | `output <name> 0\|1` | twin | every output after the inputs |
/// | `on <output> <ms> <uptime ns>` | twin | an output was energised, for that long; 0 ms means held |
/// | `off <output> <uptime ns>` | twin | an output was switched off |
/// | `set <input> 0\|1` | client | moves an input |
/// | `error <text>` | twin | the last line changed nothing, and why |
///
/// Bounds: 4 clients (one more is told so and disconnected); 256 bytes a line (a longer one is an error and is
/// skipped); a client that leaves more than 64 KiB unread is disconnected.
public final class GPIOTwin: GPIODriver {
    private let core: DriverCore
    private let lines: TwinLines

    /// - Parameters:
    ///   - socketPath: where to listen; nil for no socket. At most 107 bytes.
    ///   - watcher: called with every change of an output, on the driver's thread, in order. It must not block.
    /// - Throws: `socketPathTooLong`, `notASocket`, `socketInUse`, `socketFailed`, `resources`.
    public init(
        board: GPIOBoard, socketPath: String? = nil, watcher: (@Sendable (GPIOTwinChange) -> Void)? = nil
    ) throws(GPIOError) {
        let bell = try Bell()
        let server: TwinServer? = if let socketPath { try TwinServer(path: socketPath) } else { nil }
        lines = TwinLines(board: board, bell: bell, server: server, watcher: watcher)
        core = try DriverCore(board: board, lines: lines, bell: bell)
    }

    deinit { core.close() }

    /// Moves an input, as the world would; the level it has already is no change.
    ///
    /// - Throws: `unknownInput`; `inputsNotTaken` when 4,096 changes wait.
    public func setInput(_ input: String, active: Bool) throws(GPIOError) {
        guard let index = core.index(ofInput: input) else {
            throw .unknownInput(input, known: core.board.inputs.map(\.name))
        }
        try lines.setInput(index, active: active)
    }

    /// Whether an output is energised now.
    ///
    /// - Throws: `unknownOutput`.
    public func isActive(_ output: String) throws(GPIOError) -> Bool {
        lines.isActive(try core.index(ofOutput: output))
    }

    /// The last 1,024 changes of outputs, oldest first.
    public func outputChanges() -> [GPIOTwinChange] { lines.rememberedChanges() }

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
