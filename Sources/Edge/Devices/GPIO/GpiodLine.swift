internal import CGpiod
internal import Glibc

/// One requested line of one chip, and the only owner of its handle: the line is released with it.
///
/// Not thread-safe: the driver uses an output under its lock and an input on its thread.
struct GpiodLine: ~Copyable {
    enum Use {
        case output(GPIOOutput)
        case input(GPIOInput)
    }

    private let handle: UnsafeMutablePointer<turnpike_gpio_line>

    /// Requests the line: an output starts inactive, an input signals both edges, or its pulses.
    init(_ use: Use) throws(GPIOError) {
        let position: (name: String, chip: String, offset: Int)
        var failure = turnpike_gpio_failure()
        let opened: UnsafeMutablePointer<turnpike_gpio_line>?
        switch use {
        case .output(let output):
            position = (output.name, gpioChipPath(output.chip), output.line)
            opened = turnpike_gpio_open(
                position.chip, UInt32(output.line), true, false, output.activeLow,
                Int32(TURNPIKE_GPIO_BIAS_AS_IS.rawValue), &failure)
        case .input(let input):
            position = (input.name, gpioChipPath(input.chip), input.line)
            opened = turnpike_gpio_open(
                position.chip, UInt32(input.line), false, input.countsPulses, input.activeLow,
                Int32(input.bias.shimValue.rawValue), &failure)
        }
        guard let opened else {
            throw GpiodLine.error(failure, name: position.name, chip: position.chip, offset: position.offset)
        }
        handle = opened
    }

    deinit { turnpike_gpio_close(handle) }

    /// The descriptor to poll; of an input only.
    var descriptor: Int32 { turnpike_gpio_descriptor(handle) }

    /// - Returns: 0, or the errno value of the failure.
    func set(_ active: Bool) -> Int32 {
        turnpike_gpio_set(handle, active) == 0 ? 0 : errno
    }

    /// - Returns: the level, or nil and the errno value of the failure.
    func level() -> (active: Bool?, code: Int32) {
        let value = turnpike_gpio_get(handle)
        return value < 0 ? (nil, errno) : (value != 0, 0)
    }

    /// Takes the edges that are waiting, 16 at most; poll first, for it blocks when there are none.
    ///
    /// - Returns: 0, or the errno value of the failure.
    func takeEdges(_ body: (_ active: Bool, _ kernelNanoseconds: Int64) -> Void) -> Int32 {
        withUnsafeTemporaryAllocation(of: turnpike_gpio_edge.self, capacity: Int(TURNPIKE_GPIO_EDGES)) { edges in
            let count = turnpike_gpio_read_edges(handle, edges.baseAddress)
            guard count >= 0 else { return errno }
            for edge in edges[..<Int(count)] { body(edge.active, edge.monotonic_ns) }
            return 0
        }
    }

    private static func error(
        _ failure: turnpike_gpio_failure, name: String, chip: String, offset: Int
    ) -> GPIOError {
        let consumer = withUnsafeBytes(of: failure.consumer) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return openingError(
            isChipOpen: failure.stage != Int32(TURNPIKE_GPIO_STAGE_CHIP.rawValue), code: failure.code,
            lines: Int(failure.lines), consumer: consumer, name: name, chip: chip, offset: offset)
    }
}

/// What a failed request means.
///
/// - Parameters:
///   - isChipOpen: the chip was opened; `lines` is how many lines it has.
///   - code: the errno value.
func openingError(
    isChipOpen: Bool, code: Int32, lines: Int, consumer: String, name: String, chip: String, offset: Int
) -> GPIOError {
    switch code {
    case EACCES, EPERM:
        .notPermitted(chip: chip, line: name, code: code)
    case ENOENT where !isChipOpen:
        .chipMissing(chip: chip, line: name)
    case ENOTTY where !isChipOpen, ENODEV where !isChipOpen, ENXIO where !isChipOpen, EINVAL where !isChipOpen:
        .notAChip(chip: chip, line: name, code: code)
    case _ where isChipOpen && offset >= lines:
        .noSuchLine(chip: chip, line: name, offset: offset, lines: lines)
    case EBUSY where isChipOpen:
        .lineBusy(chip: chip, line: name, offset: offset, consumer: consumer)
    default:
        .openFailed(chip: chip, line: name, offset: offset, code: code)
    }
}

extension GPIOBias {
    fileprivate var shimValue: turnpike_gpio_bias {
        switch self {
        case .asIs: TURNPIKE_GPIO_BIAS_AS_IS
        case .disabled: TURNPIKE_GPIO_BIAS_DISABLED
        case .pullUp: TURNPIKE_GPIO_BIAS_PULL_UP
        case .pullDown: TURNPIKE_GPIO_BIAS_PULL_DOWN
        }
    }
}
