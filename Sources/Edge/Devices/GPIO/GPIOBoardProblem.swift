/// One thing that is wrong with the description of a board.
public enum GPIOBoardProblem: Equatable, Sendable {
    case tooManyLines(kind: String, count: Int, limit: Int)
    case badName(String)
    case duplicateName(String)
    case emptyChip(name: String)
    case negativeLine(name: String, line: Int)
    case duplicateLine(name: String, other: String, chip: String, line: Int)
    case outOfRange(name: String, field: String, value: Int, range: ClosedRange<Int>)
    case interlockTooSmall(group: [String])
    case interlockUnknownOutput(String)
}

extension GPIOBoardProblem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooManyLines(let kind, let count, let limit):
            "\(count) \(kind): at most \(limit) on one board"
        case .badName(let name):
            "name \"\(name)\": use 1 to 32 of a-z, A-Z, 0-9, \"-\", \"_\" and \".\""
        case .duplicateName(let name):
            "name \"\(name)\" is used twice: give each output and input its own"
        case .emptyChip(let name):
            "\(name): no chip given; name one, such as \"gpiochip0\" (gpiodetect lists them)"
        case .negativeLine(let name, let line):
            "\(name): line \(line) is below 0 (gpioinfo lists the lines)"
        case .duplicateLine(let name, let other, let chip, let line):
            "\(name): line \(line) of \(chip) is already that of \(other)"
        case .outOfRange(let name, let field, let value, let range):
            "\(name): \(field) is \(value), expected \(range.lowerBound) to \(range.upperBound)"
        case .interlockTooSmall(let group):
            "interlock [\(group.joined(separator: ", "))]: name at least two different outputs"
        case .interlockUnknownOutput(let name):
            "interlock names \"\(name)\", which is not an output"
        }
    }
}

extension GPIOBoard {
    /// Everything that is wrong with a board's description, in the order of its parts; empty if it is sound.
    public static func problems(
        outputs: [GPIOOutput], inputs: [GPIOInput], interlocks: [[String]]
    ) -> [GPIOBoardProblem] {
        var check = BoardCheck()
        if outputs.count > maximumLines {
            check.found.append(.tooManyLines(kind: "outputs", count: outputs.count, limit: maximumLines))
        }
        if inputs.count > maximumLines {
            check.found.append(.tooManyLines(kind: "inputs", count: inputs.count, limit: maximumLines))
        }
        for output in outputs {
            check.line(name: output.name, chip: output.chip, line: output.line)
            check.range(output.name, "maximumPulseMilliseconds", output.maximumPulseMilliseconds, 1...60_000)
        }
        for input in inputs {
            check.line(name: input.name, chip: input.chip, line: input.line)
            check.range(input.name, "debounceMilliseconds", input.debounceMilliseconds, 0...10_000)
            check.range(input.name, "maximumEdgesPerSecond", input.maximumEdgesPerSecond, 1...1_000)
        }
        check.interlocks(interlocks, outputs: Set(outputs.map(\.name)))
        return check.found
    }
}

private struct BoardCheck {
    private struct Position: Hashable {
        let chip: String
        let line: Int
    }

    var found: [GPIOBoardProblem] = []
    private var names: Set<String> = []
    private var positions: [Position: String] = [:]

    mutating func line(name: String, chip: String, line: Int) {
        if !BoardCheck.isName(name) {
            found.append(.badName(name))
        } else if !names.insert(name).inserted {
            found.append(.duplicateName(name))
        }
        if chip.isEmpty { found.append(.emptyChip(name: name)) }
        guard line >= 0 else {
            found.append(.negativeLine(name: name, line: line))
            return
        }
        range(name, "line", line, 0...65_535)
        let position = Position(chip: gpioChipPath(chip), line: line)
        if let other = positions[position] {
            found.append(.duplicateLine(name: name, other: other, chip: chip, line: line))
        } else {
            positions[position] = name
        }
    }

    mutating func range(_ name: String, _ field: String, _ value: Int, _ range: ClosedRange<Int>) {
        guard !range.contains(value) else { return }
        found.append(.outOfRange(name: name, field: field, value: value, range: range))
    }

    mutating func interlocks(_ groups: [[String]], outputs: Set<String>) {
        for group in groups {
            if Set(group).count < 2 || Set(group).count != group.count {
                found.append(.interlockTooSmall(group: group))
            }
            for name in group where !outputs.contains(name) {
                found.append(.interlockUnknownOutput(name))
            }
        }
    }

    /// Names are words of the twin's line protocol and of log lines, so they hold no space and no control character.
    private static func isName(_ name: String) -> Bool {
        guard (1...32).contains(name.utf8.count) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }
}

/// The device file of a chip: a bare name is one of /dev.
func gpioChipPath(_ chip: String) -> String {
    chip.utf8.contains(UInt8(ascii: "/")) ? chip : "/dev/\(chip)"
}
