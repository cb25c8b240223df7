internal import Glibc

/// Why a line could not be opened, moved or read.
public enum GPIOError: Error, Equatable, Sendable {
    // The board's description.
    case badBoard([GPIOBoardProblem])
    // Opening.
    case chipMissing(chip: String, line: String)
    case notAChip(chip: String, line: String, code: Int32)
    case notPermitted(chip: String, line: String, code: Int32)
    case noSuchLine(chip: String, line: String, offset: Int, lines: Int)
    case lineBusy(chip: String, line: String, offset: Int, consumer: String)
    case openFailed(chip: String, line: String, offset: Int, code: Int32)
    // Refusals: nothing was moved.
    case unknownOutput(String, known: [String])
    case unknownInput(String, known: [String])
    case pulseTooShort(output: String, milliseconds: Int)
    case pulseTooLong(output: String, milliseconds: Int, alreadyOnMilliseconds: Int, maximumMilliseconds: Int)
    case interlocked(output: String, by: String)
    case held(output: String)
    case notHoldable(output: String)
    case stuck(output: String)
    case endsNotTaken(output: String, waiting: Int)
    case inputsNotTaken(input: String, waiting: Int)
    case notStarted
    case alreadyStarted
    case closed
    // Failures of a line that was open.
    case driveFailed(output: String, active: Bool, code: Int32)
    case readFailed(input: String, code: Int32)
    case lineLost(input: String)
    case chattering(input: String, maximumEdgesPerSecond: Int)
    // The machine.
    case resources(action: String, code: Int32)
    // The twin's socket.
    case socketPathTooLong(path: String, limit: Int)
    case notASocket(path: String)
    case socketInUse(path: String)
    case socketFailed(path: String, action: String, code: Int32)
}

extension GPIOError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .badBoard(let problems):
            "the board's description has \(problems.count) problem(s): "
                + problems.map(\.description).joined(separator: "; ")
        case .chipMissing, .notAChip, .notPermitted, .noSuchLine, .lineBusy, .openFailed:
            openingDescription
        case .unknownOutput, .unknownInput, .pulseTooShort, .pulseTooLong, .interlocked, .held, .notHoldable, .stuck,
            .endsNotTaken, .inputsNotTaken, .notStarted, .alreadyStarted, .closed:
            refusalDescription
        case .driveFailed, .readFailed, .lineLost, .chattering, .resources:
            failureDescription
        case .socketPathTooLong, .notASocket, .socketInUse, .socketFailed:
            socketDescription
        }
    }

    private var openingDescription: String {
        switch self {
        case .chipMissing(let chip, let line):
            "opening GPIO line \(line): there is no chip \(chip); "
                + "run gpiodetect to list the chips, then correct the board file or load the controller's driver"
        case .notAChip(let chip, let line, let code):
            "opening GPIO line \(line): \(chip) is not a GPIO chip (\(errorText(code))); "
                + "run gpiodetect to list the chips"
        case .notPermitted(let chip, let line, let code):
            "opening GPIO line \(line): no permission for \(chip) (\(errorText(code))); add the service's user to the "
                + "group that owns the device (ls -l \(chip); often gpio) and allow it in the unit's DeviceAllow"
        case .noSuchLine(let chip, let line, let offset, let lines):
            "opening GPIO line \(line): \(chip) has \(lines) line(s), there is no line \(offset); "
                + "run gpioinfo to list them"
        case .lineBusy(let chip, let line, let offset, let consumer):
            "opening GPIO line \(line): line \(offset) of \(chip) is held by "
                + (consumer.isEmpty ? "another program or driver" : "\"\(consumer)\"")
                + "; stop it, or choose another line (gpioinfo shows who holds which)"
        case .openFailed(let chip, let line, let offset, let code):
            "opening GPIO line \(line): requesting line \(offset) of \(chip) failed with \(errorText(code)); "
                + "check that the controller supports edges and the bias asked for"
        default: ""
        }
    }

    private var refusalDescription: String {
        switch self {
        case .unknownOutput(let name, let known):
            "there is no GPIO output \"\(name)\"; the board has \(list(known))"
        case .unknownInput(let name, let known):
            "there is no GPIO input \"\(name)\"; the board has \(list(known))"
        case .pulseTooShort(let output, let milliseconds):
            "pulse of \(milliseconds) ms on \(output) refused: it must last at least 1 ms"
        case .pulseTooLong(let output, let milliseconds, let already, let maximum):
            "pulse of \(milliseconds) ms on \(output) refused: with the \(already) ms it is on already it passes its "
                + "maximum of \(maximum) ms; release it first or ask for less"
        case .interlocked(let output, let other):
            "energising \(output) refused: \(other) is on and the two are interlocked; release \(other) first"
        case .held(let output):
            "pulse on \(output) refused: it is held on; release it first"
        case .notHoldable(let output):
            "holding \(output) on refused: its board entry does not allow it; pulse it instead"
        case .stuck(let output):
            "energising \(output) refused: switching it off failed before; check the controller, then release it"
        case .endsNotTaken(let output, let waiting):
            "energising \(output) refused: \(waiting) ended pulses wait for an event handler that does not return"
        case .inputsNotTaken(let input, let waiting):
            "changing \(input) refused: \(waiting) changes wait for the driver's thread; start it, or wait"
        case .notStarted: "the GPIO driver is not started: start it with an event handler first"
        case .alreadyStarted: "the GPIO driver is started already: it has one event handler"
        case .closed: "the GPIO driver is closed: its lines are released; open a new one"
        default: ""
        }
    }

    private var failureDescription: String {
        switch self {
        case .driveFailed(let output, let active, let code):
            "switching \(output) \(active ? "on" : "off") failed with \(errorText(code)); check the controller"
        case .readFailed(let input, let code):
            "reading \(input) failed with \(errorText(code)); its level is unknown; it is read again every "
                + "second; check the controller"
        case .lineLost(let input):
            "\(input) is gone: its controller was removed or has failed; its level is unknown until a restart"
        case .chattering(let input, let maximum):
            "\(input) changes more than \(maximum) times a second: its level is unknown until it is quiet for a "
                + "second; check sensor, wiring and bias"
        case .resources(let action, let code):
            "starting the GPIO driver: \(action) failed with \(errorText(code)); check the limits of the service"
        default: ""
        }
    }

    private var socketDescription: String {
        switch self {
        case .socketPathTooLong(let path, let limit):
            "listening on \(path): the path is longer than \(limit) bytes; choose a shorter one"
        case .notASocket(let path):
            "listening on \(path): there is a file that is not a socket; move it away or choose another path"
        case .socketInUse(let path):
            "listening on \(path): another program is listening there; stop it or choose another path"
        case .socketFailed(let path, let action, let code):
            "listening on \(path): \(action) failed with \(errorText(code)); check the folder and its permissions"
        default: ""
        }
    }
}

private func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.joined(separator: ", ")
}

/// What an errno value means: `No such file or directory, errno 2`.
private func errorText(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { text in
        guard let start = text.baseAddress, strerror_r(code, start, text.count) == 0 else { return "errno \(code)" }
        return "\(String(cString: start)), errno \(code)"
    }
}
