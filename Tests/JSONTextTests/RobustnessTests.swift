import JSONText
import Testing

@Suite("Documents that were cut short or changed on the way")
struct RobustnessTests {
    static let plain = #"""
        {"seq":12,"at":-1700000000000,"plate":"粤B12345","note":"a\n\u00e9 \ud83d\ude97","list":[1,2.5e3,true,null],
         "deep":[[{"a":{"b":[]}}]],"empty":{}}
        """#
    static let edited = #"""
        // A car park
        {
            'lanes': [ { name: 'exit-1', relay: 0x1F, "wide": +5, half: .5, }, ], /* two
            lines */ note: "it's \
        fine", // done
        }
        """#

    @Test(
        "cut at any byte, a document is refused",
        arguments: [(plain, JSONDialect.json), (plain, .json5), (edited, .json5)])
    func truncated(text: String, dialect: JSONDialect) throws {
        let bytes = Array(text.utf8)
        #expect(throws: Never.self) { try parse(bytes: bytes, dialect) }
        for length in 0..<bytes.count {
            let error = #expect(throws: JSONError.self, "cut to \(length) bytes") {
                try parse(bytes: Array(bytes.prefix(length)), dialect)
            }
            #expect(error.map { isWithin($0.position, bytes.prefix(length)) } == true, "cut to \(length) bytes")
        }
    }

    @Test("20,000 documents with bytes changed, left out or put in are read or refused, and do no harm")
    func mutated() {
        var dice = Dice(seed: 0x7E57_0001)
        let interesting =
            Array("{}[]\",:\\'/*+-.0eEux \n\r".utf8) + [0x00, 0x1F, 0x7F, 0x80, 0xC0, 0xED, 0xEF, 0xF4, 0xFF]
        let originals = [(Array(Self.plain.utf8), JSONDialect.json), (Array(Self.edited.utf8), .json5)]
        var accepted = 0, refused = 0, misplaced = 0
        for round in 0..<20_000 {
            var (bytes, dialect) = originals[round % 2]
            for _ in 0..<Int.random(in: 1...4, using: &dice) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &dice)
                switch Int.random(in: 0..<5, using: &dice) {
                case 0: bytes[place] = interesting.randomElement(using: &dice)!
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
                case 2: bytes.remove(at: place)
                case 3: bytes.insert(interesting.randomElement(using: &dice)!, at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &dice)))
                }
            }
            do {
                _ = try parse(bytes: bytes, dialect)
                accepted += 1
            } catch {
                refused += 1
                if !isWithin(error.position, bytes[...]) { misplaced += 1 }
            }
        }
        // Both must happen often, or the changes test nothing.
        #expect(accepted > 1000)
        #expect(refused > 10_000)
        #expect(misplaced == 0)
    }

    /// Whether the position is a byte of the text, or the place just after its last.
    private func isWithin(_ position: TextPosition, _ bytes: ArraySlice<UInt8>) -> Bool {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard position.line >= 1, position.line <= lines.count, position.column >= 1 else { return false }
        return position.column <= lines[position.line - 1].count + 1
    }
}
