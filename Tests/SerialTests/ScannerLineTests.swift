import Serial
import Testing
import Vocabulary

@Suite("Lines of a code scanner")
struct ScannerLineTests {
    private func take(_ parts: [String], every span: Uptime.Span = .milliseconds(1)) -> [ScannerLines.Output] {
        var lines = ScannerLines(longest: 20)
        var now = Uptime(milliseconds: 1_000)
        return parts.flatMap { part in
            now = now + span
            return lines.take(Array(part.utf8), at: now)
        }
    }

    @Test(
        "a line ends with CR, LF or Tab, or both of the first two, as the scanner is set",
        arguments: ["\r", "\n", "\t", "\r\n", "\n\r"])
    func ends(_ end: String) {
        #expect(
            take(["134567890123456789\(end)623456\(end)"]) == [
                .line(Array("134567890123456789".utf8)), .line(Array("623456".utf8)),
            ])
    }

    @Test("a line that comes in pieces is one line, wherever it is cut", arguments: 0...20)
    func pieces(_ cut: Int) {
        let text = "134567890123456789\r\n"
        #expect(
            take([String(text.prefix(cut)), String(text.dropFirst(cut))]) == [
                .line(Array("134567890123456789".utf8))
            ])
    }

    @Test("half a code that is not continued never becomes the beginning of the next", arguments: [500, 501])
    func brokenOff(_ pause: Int64) {
        let outputs = take(["1345", "28123456\r"], every: .milliseconds(pause))
        #expect(
            outputs
                == (pause > 500
                    ? [.brokenOff(bytes: 4), .line(Array("28123456".utf8))] : [.line(Array("134528123456".utf8))]))
    }

    @Test(
        "a line that is too long is skipped to its end, told once, and the next one is read", arguments: [20, 21, 60])
    func tooLong(_ count: Int) {
        let outputs = take([String(repeating: "7", count: count), "\r12\r"])
        let whole = ScannerLines.Output.line(Array(repeating: UInt8(ascii: "7"), count: count))
        #expect(outputs == [count == 20 ? whole : .tooLong, .line(Array("12".utf8))])
    }
}
