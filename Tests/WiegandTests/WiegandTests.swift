import Testing
import Vocabulary
import Wiegand

/// A seeded generator (SplitMix64): the same seed gives the same test.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

private func bits(_ text: String) -> [Bool] { text.filter { $0 != " " }.map { $0 == "1" } }

@Suite("Cards of a reader with two wires")
struct WiegandTests {
    // Facility 123 = 01111011, number 45678 = 1011001001101110. The first half, 011110111011, has nine ones: its even
    // parity is 1. The second, 001001101110, has six: its odd parity is 1.
    private let frame = bits("1 01111011 1011001001101110 1")

    @Test("26 bits are facility and number, and both ways of printing them")
    func bits26() throws {
        let card = try WiegandFormat.bits26.card(frame)
        #expect(card.facility == 123 && card.number == 45_678)
        #expect(card.printed == "123,45678")
        #expect(card.tenDigits == "0008106606")
    }

    @Test("one bit turned over anywhere is no card", arguments: 0..<26)
    func oneBit(_ place: Int) {
        var damaged = frame
        damaged[place].toggle()
        let parity = place < 13 ? 0 : 25
        #expect(throws: WiegandError.badParity(place: parity)) { try WiegandFormat.bits26.card(damaged) }
    }

    @Test("34 bits are two halves of 16")
    func bits34() throws {
        let card = try WiegandFormat.bits34.card(bits("1 0000000000000001 0000000000000011 1"))
        #expect(card.facility == 1 && card.number == 3 && card.whole == 65_539)
    }

    @Test("a wire that is broken is no card, though a format without parities would take it", arguments: [true, false])
    func brokenWire(_ bit: Bool) throws {
        let format = try WiegandFormat(bits: 32, facility: nil, number: 0..<32, parities: [])
        #expect(throws: WiegandError.brokenWire) { try format.card(Array(repeating: bit, count: 32)) }
    }

    @Test("a format that cannot be read is refused when it is written down")
    func badFormats() {
        #expect(throws: WiegandFormatError.badLength(3)) {
            try WiegandFormat(bits: 3, facility: nil, number: 0..<3, parities: [])
        }
        #expect(throws: WiegandFormatError.outside(0..<38, 37)) {
            try WiegandFormat(bits: 37, facility: nil, number: 0..<38, parities: [])
        }
        #expect(throws: WiegandFormatError.tooManyDataBits) {
            try WiegandFormat(bits: 70, facility: 0..<6, number: 6..<65, parities: [])
        }
        #expect(throws: WiegandFormatError.parityCoversItself(place: 3)) {
            try WiegandFormat(
                bits: 26, facility: nil, number: 1..<25, parities: [.init(place: 3, covers: 1..<9, isOdd: true)])
        }
        #expect(throws: WiegandFormatError.facilityNotBeforeNumber) {
            try WiegandFormat(bits: 26, facility: 8..<16, number: 1..<9, parities: [])
        }
    }

    @Test("a frame is over when no pulse came for the pause, and not before", arguments: [49, 50])
    func pause(_ milliseconds: Int64) throws {
        var reader = WiegandBits()
        for (place, bit) in frame.enumerated() {
            #expect(reader.take(bit, at: Uptime(milliseconds: 1_000 + Int64(place) * 2)) == nil)
        }
        let card = try WiegandFormat.bits26.card(frame)
        #expect(reader.tick(at: Uptime(milliseconds: 1_050 + milliseconds)) == (milliseconds == 50 ? .card(card) : nil))
        #expect((reader.deadline == nil) == (milliseconds == 50))
    }

    @Test("a frame of another length is told, also one without an end", arguments: [25, 27, 128, 129, 5_000])
    func lengths(_ count: Int) {
        var reader = WiegandBits()
        for place in 0..<count { _ = reader.take(true, at: Uptime(milliseconds: Int64(place))) }
        #expect(
            reader.tick(at: Uptime(milliseconds: 10_000)) == .refused(.wrongLength(found: count, expected: 26)))
        #expect(reader.deadline == nil)
    }
}

@Suite("Cards of a reader that writes text")
struct CardTextTests {
    @Test(
        "the number as the reader is set to write it",
        arguments: [
            ("0008106606", CardText.Style.decimal), (" 7BB26E ", .hexadecimal), ("6eb27b", .hexadecimalReversed),
            ("123,45678", .printed),
        ])
    func styles(_ text: String, _ style: CardText.Style) throws {
        #expect(try CardText.read(Array(text.utf8), style).tenDigits == "0008106606")
    }

    @Test(
        "what is no number says what is wrong and never the number",
        arguments: [
            ("", CardText.Style.decimal, CardTextError.empty), ("12a4", .decimal, .badCharacter(3)),
            ("18446744073709551616", .decimal, .tooLarge), ("123", .hexadecimalReversed, .halfAByte),
            ("256,1", .printed, .notPrinted), ("1,65536", .printed, .notPrinted), (",1", .printed, .notPrinted),
            ("123456789012345678901", .decimal, .tooLong(21)),
        ])
    func refused(_ text: String, _ style: CardText.Style, _ error: CardTextError) {
        #expect(throws: error) { try CardText.read(Array(text.utf8), style) }
        #expect(text.isEmpty || !error.description.contains(text))
    }

    // The published example of an EM4100 reader: 62 E3 08 6C ED, check byte 08.
    private let frame = [0x02] + Array("62E3086CED08".utf8) + [0x03]

    @Test("a framed card is read wherever the stream is cut", arguments: 0...14)
    func cut(_ place: Int) {
        var frames = CardFrames()
        let outputs = frames.take(Array(frame[..<place])) + frames.take(Array(frame[place...]))
        guard case .card(let card)? = outputs.first, outputs.count == 1 else { Issue.record("no card"); return }
        #expect(card.whole == 0xE308_6CED)
    }

    @Test("a framed card with one wrong digit is refused", arguments: 1...12)
    func damaged(_ place: Int) {
        var damaged = frame
        damaged[place] = damaged[place] == 0x31 ? 0x32 : 0x31
        var frames = CardFrames()
        #expect(frames.take(damaged) == [.refused(.badChecksum)])
    }

    @Test("a frame without an end is told and the next one is read")
    func endless() {
        var frames = CardFrames()
        let outputs = frames.take([0x02] + Array(repeating: 0x30, count: 100)) + frames.take(frame)
        #expect(outputs.count == 2 && outputs.first == .refused(.tooLong(15)))
    }

    @Test("no bytes make it stop", arguments: 1...20 as ClosedRange<UInt64>)
    func random(_ seed: UInt64) {
        var dice = Dice(state: seed), frames = CardFrames()
        let alphabet: [UInt8] = [2, 3, 0x30, 0x39, 0x41, 0x46, 0x2C, 0x20, 0xFF]
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...30, using: &dice)).map { _ in alphabet.randomElement(using: &dice)! }
            #expect(frames.take(bytes).count <= bytes.count)
            for style in [CardText.Style.decimal, .hexadecimal, .hexadecimalReversed, .printed] {
                if let card = try? CardText.read(bytes, style) { #expect(!card.printed.isEmpty) }
            }
        }
    }
}
