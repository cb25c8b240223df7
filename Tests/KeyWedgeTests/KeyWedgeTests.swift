import KeyWedge
import Testing
import Vocabulary

@Suite("A scanner that types like a keyboard")
struct KeyWedgeTests {
    private func type(
        _ text: String, every gap: Int64 = 2, from start: Int64 = 1_000, into wedge: inout KeyWedge
    ) -> [KeyWedge.Output] {
        text.utf8.enumerated().flatMap { place, character in
            wedge.take(character, at: Uptime(milliseconds: start + Int64(place) * gap))
        }
    }

    @Test("a line ends with CR, LF or Tab, or both of the first two", arguments: ["\r", "\n", "\t", "\r\n"])
    func ends(_ end: String) {
        var wedge = KeyWedge()
        #expect(type("134567890123456789\(end)", into: &wedge) == [.scan(Array("134567890123456789".utf8))])
        #expect(wedge.deadline == nil)
    }

    @Test("a line without an end is over after the pause, and not before", arguments: [99, 100])
    func pause(_ milliseconds: Int64) {
        var wedge = KeyWedge()
        #expect(type("0008106606", into: &wedge).isEmpty)
        let output = wedge.tick(at: Uptime(milliseconds: 1_018 + milliseconds))
        #expect(output == (milliseconds == 100 ? .scan(Array("0008106606".utf8)) : nil))
    }

    @Test("what a person types is no scan: one gap that is too long is enough", arguments: [35, 36])
    func person(_ gap: Int64) {
        var wedge = KeyWedge()
        _ = type("00081", into: &wedge)
        let outputs = type("06606\r", from: 1_008 + gap, into: &wedge)
        #expect(outputs == [gap == 35 ? .scan(Array("0008106606".utf8)) : .typed(characters: 10)])
    }

    @Test("an Enter that a person presses after a short while makes no scan of the line")
    func enter() {
        var wedge = KeyWedge()
        _ = type("0008106606", into: &wedge)
        #expect(type("\r", from: 1_018 + 60, into: &wedge) == [.typed(characters: 10)])
    }

    @Test("keys hit together by accident are no scan", arguments: [3, 4])
    func accident(_ count: Int) {
        var wedge = KeyWedge()
        let line = String(repeating: "1", count: count)
        #expect(type(line + "\r", into: &wedge) == [count == 4 ? .scan(Array(line.utf8)) : .typed(characters: 3)])
    }

    @Test("a line that is too long is told once, and the next one is read", arguments: [20, 21, 500])
    func tooLong(_ count: Int) {
        var wedge = KeyWedge(longest: 20)
        let line = String(repeating: "7", count: count)
        let outputs = type(line + "\r1234\r", into: &wedge)
        #expect(outputs == [count == 20 ? .scan(Array(line.utf8)) : .tooLong, .scan(Array("1234".utf8))])
    }

    @Test("half a line never becomes the beginning of the next")
    func brokenOff() {
        var wedge = KeyWedge()
        _ = type("1345", into: &wedge)
        #expect(
            type("28123456\r", from: 2_000, into: &wedge) == [.scan(Array("1345".utf8)), .scan(Array("28123456".utf8))])
    }

    @Test("keys become the characters of a US keyboard, shifted or not, and a key held down counts once")
    func keys() {
        var keys = KeyEvents()
        let events: [(UInt16, Int32)] = [
            (2, 1), (2, 0), (42, 1), (30, 1), (30, 2), (30, 0), (2, 1), (42, 0), (30, 1), (44, 1), (57, 1), (79, 1),
            (59, 1), (255, 1), (28, 1),
        ]
        #expect(events.compactMap { keys.take(code: $0.0, value: $0.1) } == Array("1A!az 1\r".utf8))
    }

    @Test("every key code is a printable character, an end of line, or nothing", arguments: [false, true])
    func allKeys(_ isShifted: Bool) {
        var keys = KeyEvents()
        if isShifted { _ = keys.take(code: 54, value: 1) }
        let characters = (UInt16.min...UInt16.max).filter { $0 != 42 && $0 != 54 }.compactMap {
            keys.take(code: $0, value: 1)
        }
        #expect(characters.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x0D || $0 == 0x09 })
        let expected = isShifted ? "!\"#$%&()*+:<>?@ABCZ^_{|}~" : "'-=;,./0123456789[\\]`abcz"
        #expect(Set(expected.utf8).isSubset(of: Set(characters)))
    }
}
