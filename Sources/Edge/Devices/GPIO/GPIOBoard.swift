/// A relay output: one line of one GPIO chip.
///
/// Wire it so that the released line is the safe state: what a line does when its process ends is up to the
/// controller (see ``LibgpiodDriver``).
public struct GPIOOutput: Hashable, Sendable {
    /// What the rest of the system calls it: 1…32 of `a-z A-Z 0-9 - _ .`, unique on the board.
    public var name: String
    /// `gpiochip0`, or a path such as a udev link (chip numbers may change with the kernel).
    public var chip: String
    /// Line offset on the chip, 0 or more.
    public var line: Int
    /// The relay is energised by a low level.
    public var activeLow: Bool
    /// The longest it may stay energised by pulses without a release, 1…60,000 ms.
    public var maximumPulseMilliseconds: Int
    /// It may be held on without a limit (a lamp). Never for a barrier's raise or lower relay.
    public var isHoldable: Bool

    /// Defaults: active high, at most 2,000 ms, not holdable.
    public init(
        name: String, chip: String, line: Int, activeLow: Bool = false, maximumPulseMilliseconds: Int = 2_000,
        isHoldable: Bool = false
    ) {
        self.name = name
        self.chip = chip
        self.line = line
        self.activeLow = activeLow
        self.maximumPulseMilliseconds = maximumPulseMilliseconds
        self.isHoldable = isHoldable
    }
}

/// The resistor a controller connects to an input.
public enum GPIOBias: String, CaseIterable, Sendable {
    /// Leave it as the firmware or device tree set it.
    case asIs
    /// No resistor.
    case disabled
    case pullUp
    case pullDown
}

/// A sensor input: one line of one GPIO chip that signals both edges.
public struct GPIOInput: Hashable, Sendable {
    /// What the rest of the system calls it: 1…32 of `a-z A-Z 0-9 - _ .`, unique on the board.
    public var name: String
    /// `gpiochip0`, or a path such as a udev link (chip numbers may change with the kernel).
    public var chip: String
    /// Line offset on the chip, 0 or more.
    public var line: Int
    /// The sensor is active when the level is low.
    public var activeLow: Bool
    /// The resistor at the input; needs Linux 5.5 unless ``GPIOBias/asIs``.
    public var bias: GPIOBias
    /// A new level is reported once it has stayed this long, 0…10,000 ms; 0 reports every edge.
    public var debounceMilliseconds: Int
    /// More edges (or pulses) than this within any second make the input faulty, 1…1,000.
    public var maximumEdgesPerSecond: Int
    /// Each change to active is told as a pulse, however short, and none is debounced: a wire of a card reader.
    public var countsPulses: Bool

    /// Defaults: active high, bias as it is, 20 ms, 100 edges per second.
    public init(
        name: String, chip: String, line: Int, activeLow: Bool = false, bias: GPIOBias = .asIs,
        debounceMilliseconds: Int = 20, maximumEdgesPerSecond: Int = 100, countsPulses: Bool = false
    ) {
        self.name = name
        self.chip = chip
        self.line = line
        self.activeLow = activeLow
        self.bias = bias
        self.debounceMilliseconds = debounceMilliseconds
        self.maximumEdgesPerSecond = maximumEdgesPerSecond
        self.countsPulses = countsPulses
    }
}

/// The lines one driver owns, checked: names and lines are unique, values in range, interlocks name known outputs.
public struct GPIOBoard: Hashable, Sendable {
    /// At most this many outputs, and as many inputs.
    public static let maximumLines = 64

    public let outputs: [GPIOOutput]
    public let inputs: [GPIOInput]
    /// Groups of outputs of which at most one may be energised at any time.
    public let interlocks: [[String]]

    /// - Throws: ``GPIOError/badBoard(_:)`` with everything that is wrong.
    public init(
        outputs: [GPIOOutput], inputs: [GPIOInput] = [], interlocks: [[String]] = []
    ) throws(GPIOError) {
        let problems = GPIOBoard.problems(outputs: outputs, inputs: inputs, interlocks: interlocks)
        guard problems.isEmpty else { throw .badBoard(problems) }
        self.outputs = outputs
        self.inputs = inputs
        self.interlocks = interlocks
    }
}
