import Glibc
import Testing
import Vocabulary

@testable import GPIO

@Suite struct LibgpiodTests {
    private func open(_ chip: String, line: Int = 3) -> GPIOError? {
        do {
            let board = try GPIOBoard(outputs: [GPIOOutput(name: "raise", chip: chip, line: line)])
            _ = try LibgpiodDriver(board: board)
            return nil
        } catch {
            return error
        }
    }

    @Test("a chip that is missing is named, with what to do")
    func missing() throws {
        let error = try #require(open("gpiochip-that-is-not-there"))
        #expect(error == .chipMissing(chip: "/dev/gpiochip-that-is-not-there", line: "raise"))
        #expect(
            error.description == """
                opening GPIO line raise: there is no chip /dev/gpiochip-that-is-not-there; run gpiodetect to list the \
                chips, then correct the board file or load the controller's driver
                """)
    }

    @Test("a device that is not a GPIO chip is refused as such", arguments: ["/dev/null", "null"])
    func notAChip(chip: String) throws {
        let error = try #require(open(chip))
        guard case .notAChip("/dev/null", "raise", _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test("an input's chip is missing in the same way, after the outputs are opened")
    func missingInput() throws {
        let board = try GPIOBoard(
            outputs: [], inputs: [GPIOInput(name: "loop", chip: "/nowhere/chip", line: 0, bias: .pullUp)])
        #expect(throws: GPIOError.chipMissing(chip: "/nowhere/chip", line: "loop")) { try LibgpiodDriver(board: board) }
    }

    @Test(
        "what the library answers becomes an error that says what to do",
        arguments: [
            (true, EBUSY, "held by \"gpio-fan\""),
            (true, EPERM, "no permission for /dev/gpiochip0"),
            (false, EACCES, "no permission for /dev/gpiochip0"),
            (false, ENOENT, "there is no chip /dev/gpiochip0"),
            (false, ENODEV, "is not a GPIO chip"),
            (false, ENOTTY, "is not a GPIO chip"),
            (true, EINVAL, "requesting line 3 of /dev/gpiochip0 failed with Invalid argument, errno 22"),
            (false, EMFILE, "Too many open files, errno 24"),
        ])
    func meaning(isChipOpen: Bool, code: Int32, text: String) {
        let error = openingError(
            isChipOpen: isChipOpen, code: code, lines: 8, consumer: "gpio-fan", name: "raise", chip: "/dev/gpiochip0",
            offset: 3)
        #expect(error.description.contains(text), "\(error)")
        #expect(error.description.hasPrefix("opening GPIO line raise: "))
    }

    @Test("a line beyond the chip's last is refused with their number", arguments: [(7, false), (8, true), (9, true)])
    func range(offset: Int, isBeyond: Bool) {
        let error = openingError(
            isChipOpen: true, code: EINVAL, lines: 8, consumer: "", name: "raise", chip: "c", offset: offset)
        #expect((error == .noSuchLine(chip: "c", line: "raise", offset: offset, lines: 8)) == isBeyond)
    }

    @Test(
        "the age of an edge carries over to the boot clock; a stamp of another clock counts as now",
        arguments: [
            (5_000_000_000, 95_000_000_000), (4_999_999_999, 94_999_999_999), (0, 90_000_000_000),
            (10_000_000_000, 100_000_000_000), (10_000_000_001, 100_000_000_000),
            (1_700_000_000_000_000_000, 100_000_000_000), (.min, 100_000_000_000),
        ] as [(Int64, Int64)])
    func edgeTimes(stamp: Int64, expected: Int64) {
        let instant = edgeTime(
            kernelNanoseconds: stamp, monotonic: Uptime(nanoseconds: 10_000_000_000),
            boot: Uptime(nanoseconds: 100_000_000_000))
        #expect(instant == Uptime(nanoseconds: expected))
    }

    @Test("an edge older than ten seconds is of another clock", arguments: [(1_000, true), (999, false)])
    func oldEdge(stampMilliseconds: Int64, isKept: Bool) {
        let boot = Uptime(milliseconds: 50_000)
        let instant = edgeTime(
            kernelNanoseconds: stampMilliseconds * 1_000_000, monotonic: Uptime(milliseconds: 11_000), boot: boot)
        #expect(instant == (isKept ? Uptime(milliseconds: 40_000) : boot))
    }
}
