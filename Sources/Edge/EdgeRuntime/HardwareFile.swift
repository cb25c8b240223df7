public import GPIO
internal import Host
public import JSONText
public import Readers

/// How a board is wired: chip, lines, polarity, debounce, and which driver moves them. A file in Hardware/.
public struct HardwareFile: Equatable, Sendable {
    /// What moves the lines.
    public enum Driver: Equatable, Sendable {
        case libgpiod
        /// In memory; with a socket where another process may play the physical world.
        case twin(socket: String?)
    }

    public var driver: Driver
    public var board: GPIOBoard
    /// The lanes' signs, voices and scanners.
    public var lanes: LaneDevices
    /// What reads cards, codes and weights; none where the kind of site has none.
    public var readers: ReaderDevices

    /// The `kind` member of such a file.
    public static let kind = "hardware"

    /// Reads a hardware file (JSON5).
    ///
    /// - Parameters:
    ///   - hasReaders: whether this kind of site uses `readers`; a file of another one that names some is refused.
    ///   - extra: reads what this kind of site adds to it (barriers, cameras); gets the names of the board's outputs
    ///     and inputs.
    /// - Throws: every fault in it.
    public static func read<Extra>(
        _ text: [UInt8], file: String, hasReaders: Bool = false,
        extra: (ObjectReader, _ outputs: Set<String>, _ inputs: Set<String>) -> Extra?
    ) throws(Findings) -> (HardwareFile, Extra) {
        try DocumentReader.read(text, dialect: .json5, file: file) { (root: ObjectReader) -> (HardwareFile, Extra)? in
            root.expectKind(kind)
            let driver = root.object("driver") { HardwareFile.driver($0) }
            let outputs = root.objects("outputs", count: 0...GPIOBoard.maximumLines) { HardwareFile.output($0) }
            let inputs = root.objects("inputs", count: 0...GPIOBoard.maximumLines) { HardwareFile.input($0) }
            let interlocks = root.objects("interlocks", count: 0...GPIOBoard.maximumLines) { reader in
                reader.parsedList("neverTogether", count: 2...8, expected: "an output's name", HardwareFile.text)
            }
            let problems = GPIOBoard.problems(outputs: outputs, inputs: inputs, interlocks: interlocks)
            for problem in problems {
                root.refuse("outputs", found: problem.description, expected: "a board whose lines fit together")
            }
            let more = extra(root, Set(outputs.map(\.name)), Set(inputs.map(\.name)))
            let lanes = LaneDevices(root, folder: TextFile.folder(of: file))
            let pulses = Set(inputs.filter(\.countsPulses).map(\.name))
            let readers = hasReaders ? ReaderDevices(root, pulses: pulses, taken: lanes.serialPaths) : ReaderDevices()
            guard let driver, let more,
                let board = try? GPIOBoard(outputs: outputs, inputs: inputs, interlocks: interlocks)
            else { return nil }
            return (HardwareFile(driver: driver, board: board, lanes: lanes, readers: readers), more)
        }
    }

    private static func text(_ text: String) throws(Never) -> String { text }

    private enum DriverKind: String, CaseIterable { case libgpiod, twin }

    private static func driver(_ reader: ObjectReader) -> Driver? {
        switch reader.choice("kind") as DriverKind {
        case .libgpiod: .libgpiod
        case .twin: .twin(socket: reader.optionalString("socket", longest: 107))
        }
    }

    private static func output(_ reader: ObjectReader) -> GPIOOutput? {
        GPIOOutput(
            name: reader.string("name", longest: 32), chip: reader.string("chip", longest: 255),
            line: Int(reader.integer("line", in: 0...65_535)), activeLow: reader.bool("activeLow", default: false),
            maximumPulseMilliseconds: Int(
                reader.integer("maximumPulseMilliseconds", in: 1...60_000, unit: "milliseconds", default: 2_000)),
            isHoldable: reader.bool("isHoldable", default: false))
    }

    private static func input(_ reader: ObjectReader) -> GPIOInput? {
        let countsPulses = reader.bool("countsPulses", default: false)
        return GPIOInput(
            name: reader.string("name", longest: 32), chip: reader.string("chip", longest: 255),
            line: Int(reader.integer("line", in: 0...65_535)), activeLow: reader.bool("activeLow", default: false),
            bias: reader.choice("bias", default: .asIs),
            debounceMilliseconds: Int(
                reader.integer("debounceMilliseconds", in: 0...10_000, unit: "milliseconds", default: 20)),
            maximumEdgesPerSecond: Int(
                reader.integer("maximumEdgesPerSecond", in: 1...1_000, default: countsPulses ? 500 : 100)),
            countsPulses: countsPulses)
    }

    /// Makes the driver this file names.
    ///
    /// - Parameter defaultSocket: where a twin without a socket of its own listens; nil for nowhere.
    public func makeDriver(defaultSocket: String? = nil) throws(GPIOError) -> any GPIODriver {
        switch driver {
        case .libgpiod: try LibgpiodDriver(board: board)
        case .twin(let socket): try GPIOTwin(board: board, socketPath: socket ?? defaultSocket)
        }
    }
}
