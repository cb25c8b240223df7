import Testing

@testable import GPIO

@Suite struct BoardTests {
    private func problems(
        outputs: [GPIOOutput] = [], inputs: [GPIOInput] = [], interlocks: [[String]] = []
    ) -> [GPIOBoardProblem] {
        GPIOBoard.problems(outputs: outputs, inputs: inputs, interlocks: interlocks)
    }

    private func output(_ name: String, line: Int = 1, maximum: Int = 2_000) -> GPIOOutput {
        GPIOOutput(name: name, chip: "gpiochip0", line: line, maximumPulseMilliseconds: maximum)
    }

    @Test("a sound board has no problems and keeps its parts")
    func sound() throws {
        let board = try laneBoard()
        #expect(board.outputs.map(\.name) == ["raise", "lower", "lamp"])
        #expect(board.inputs.map(\.name) == ["loop", "photocell"])
        #expect(board.interlocks == [["raise", "lower"]])
    }

    @Test(
        "a name is one word of at most 32 characters",
        arguments: [
            ("a", true), ("lane-1.raise_2", true), (String(repeating: "x", count: 32), true), ("", false),
            ("two words", false), ("new\nline", false), ("杆", false), (String(repeating: "x", count: 33), false),
        ])
    func names(name: String, isGood: Bool) {
        #expect(problems(outputs: [output(name)]) == (isGood ? [] : [.badName(name)]))
    }

    @Test("a maximum pulse is 1 to 60,000 ms", arguments: [(0, false), (1, true), (60_000, true), (60_001, false)])
    func pulses(milliseconds: Int, isGood: Bool) {
        #expect(problems(outputs: [output("raise", maximum: milliseconds)]).isEmpty == isGood)
    }

    @Test("a debounce time is 0 to 10,000 ms", arguments: [(-1, false), (0, true), (10_000, true), (10_001, false)])
    func debounces(milliseconds: Int, isGood: Bool) {
        let input = GPIOInput(name: "loop", chip: "gpiochip0", line: 1, debounceMilliseconds: milliseconds)
        #expect(problems(inputs: [input]).isEmpty == isGood)
    }

    @Test("the edge limit is 1 to 1,000 per second", arguments: [(0, false), (1, true), (1_000, true), (1_001, false)])
    func edgeLimits(limit: Int, isGood: Bool) {
        let input = GPIOInput(name: "loop", chip: "gpiochip0", line: 1, maximumEdgesPerSecond: limit)
        #expect(problems(inputs: [input]).isEmpty == isGood)
    }

    @Test("64 outputs are the most", arguments: [(64, true), (65, false)])
    func count(lines: Int, isGood: Bool) {
        #expect(problems(outputs: (0..<lines).map { output("o\($0)", line: $0) }).isEmpty == isGood)
    }

    @Test("everything that is wrong is found at once, in order")
    func all() {
        let found = problems(
            outputs: [output("raise"), output("raise", line: 2), output("lower", line: 1), output("lamp", line: -1)],
            inputs: [
                GPIOInput(name: "loop", chip: "", line: 7), GPIOInput(name: "cell", chip: "/dev/gpiochip0", line: 2),
            ],
            interlocks: [["raise"], ["raise", "boom"], ["raise", "raise"]])
        #expect(
            found == [
                .duplicateName("raise"),
                .duplicateLine(name: "lower", other: "raise", chip: "gpiochip0", line: 1),
                .negativeLine(name: "lamp", line: -1),
                .emptyChip(name: "loop"),
                .duplicateLine(name: "cell", other: "raise", chip: "/dev/gpiochip0", line: 2),
                .interlockTooSmall(group: ["raise"]),
                .interlockUnknownOutput("boom"),
                .interlockTooSmall(group: ["raise", "raise"]),
            ])
    }

    @Test("a board that is not sound is refused with all its problems")
    func refused() {
        #expect(throws: GPIOError.badBoard([.badName(""), .badName("a b")])) {
            try GPIOBoard(outputs: [output(""), output("a b", line: 2)])
        }
    }
}
