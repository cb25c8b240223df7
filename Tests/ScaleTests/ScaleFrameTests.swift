import Scale
import Testing
import Vocabulary

@Suite("What scales write")
struct ScaleFrameTests {
    private func weight(_ grams: Int64, tare: Int64? = nil, stable: Bool? = nil, negative: Bool = false) -> ScaleReading
    {
        ScaleReading(
            net: Grams(grams), tare: tare.map(Grams.init), isStable: stable, isOverRange: false, isNegative: negative)
    }

    /// A Toledo message with its checksum by another way than the code's: what is missing to a multiple of 128.
    private func toledo(point: UInt8 = 5, status: UInt8 = 16, _ digits: String = "000317000000") -> [UInt8] {
        let frame = [0x02, 0x20 | point, 0x20 | status, 0x20] + Array(digits.utf8) + [0x0D]
        let sum = frame.reduce(0) { $0 + Int($1) }
        return frame + [UInt8((128 - sum % 128) % 128)]
    }

    private func read(_ bytes: [UInt8], _ kind: ScaleProtocol) -> [ScaleFrames.Output] {
        var frames = ScaleFrames(kind)
        return frames.take(bytes)
    }

    @Test(
        "a Toledo weight has its point where the status says",
        arguments: zip([0, 1, 2, 3, 4, 5] as [UInt8], [31_700_000, 3_170_000, 317_000, 31_700, 3_170, 317]))
    func points(_ point: UInt8, _ grams: Int64) {
        #expect(read(toledo(point: point), .toledo(hasChecksum: true)) == [.reading(weight(grams, stable: true))])
    }

    @Test("a Toledo weight says net and tare, movement, over range and below zero")
    func status() {
        let kind = ScaleProtocol.toledo(hasChecksum: true)
        #expect(
            read(toledo(status: 16 | 1, "000317000050"), kind) == [.reading(weight(317, tare: 50, stable: true))])
        #expect(read(toledo(status: 16 | 8), kind) == [.reading(weight(317, stable: false))])
        #expect(read(toledo(status: 16 | 2), kind) == [.reading(weight(317, stable: true, negative: true))])
        var over = weight(0, stable: true)
        over.isOverRange = true
        #expect(read(toledo(status: 16 | 4, "      000000"), kind) == [.reading(over)])
        #expect(read(toledo(status: 0), kind) == [.refused(.badUnit)])
        #expect(read(toledo("   317000000"), kind) == [.reading(weight(317, stable: true))])
    }

    @Test("a Toledo message with one bit turned over is refused", arguments: 1..<18)
    func damaged(_ place: Int) {
        var frame = toledo()
        frame[place] ^= 1
        let outputs = read(frame, .toledo(hasChecksum: true))
        #expect(outputs == [.refused(place == 16 ? .notAFrame : .badChecksum)])
    }

    @Test("a Toledo scale without a checksum is read if it is set so, wherever the stream is cut", arguments: 0...34)
    func cut(_ place: Int) {
        let stream = Array(toledo().dropLast()) + Array(toledo().dropLast())
        var frames = ScaleFrames(.toledo(hasChecksum: false))
        let outputs = frames.take(Array(stream[..<place])) + frames.take(Array(stream[place...]))
        #expect(outputs == Array(repeating: .reading(weight(317, stable: true)), count: 2))
    }

    @Test("a port that is opened in the middle of a message finds the next one")
    func middle() {
        let kind = ScaleProtocol.toledo(hasChecksum: true)
        #expect(read(Array(toledo()[5...]) + toledo(), kind) == [.reading(weight(317, stable: true))])
        let outputs = read([0x02, 0x30] + toledo() + toledo(), kind)
        #expect(outputs.first == .refused(.notAFrame) && outputs.last == .reading(weight(317, stable: true)))
    }

    // 2B ^ 30 ^ 30 ^ 30 ^ 33 ^ 31 ^ 37 ^ 33 = 1D: the three zeros leave one, the two threes leave none.
    @Test("a Yaohua weight is read with either way of writing the check", arguments: ["1D", "1d", "1="])
    func yaohua(_ check: String) {
        let frame = [0x02] + Array("+0003173".utf8) + Array(check.utf8) + [0x03]
        #expect(read(frame, .yaohua(unit: .kilogram)) == [.reading(weight(317))])
        #expect(read(frame, .yaohua(unit: .jin)) == [.refused(.finerThanAGram)])
    }

    @Test("a Yaohua message with one wrong character is refused", arguments: 1...10)
    func yaohuaDamaged(_ place: Int) {
        var frame = [0x02] + Array("+0003173".utf8) + Array("1D".utf8) + [0x03]
        frame[place] ^= 1
        #expect(
            read(frame, .yaohua(unit: .kilogram)) == [.refused(place == 1 ? .notAFrame : .badChecksum)])
    }

    @Test(
        "a text weight is read as it is written",
        arguments: [
            ("wn0003.17kg\r\n", 3_170, nil), ("ww0003.17kg\r", 3_170, nil), ("WG  3.170kg\n", 3_170, nil),
            ("ST,GS,+0012450g\r\n", 12_450, true), ("US,NT,+  12.450kg\r\n", 12_450, false),
            ("ST,NT,+   1.500 jin\r\n", 750, true), ("\u{02}+00.317\u{03}", 317, nil), ("=71.3000=", 3_170, nil),
            ("=713.00=", 317, nil), ("ST,+0.317kg\r", 317, true),
        ] as [(String, Int64, Bool?)])
    func texts(_ text: String, _ grams: Int64, _ stable: Bool?) {
        #expect(read(Array(text.utf8), .text(unit: .kilogram)) == [.reading(weight(grams, stable: stable))])
    }

    @Test("a text weight below zero or over range is told as such", arguments: [" -0.005kg\r", "ST,GS,-0.005kg\r"])
    func signs(_ text: String) {
        guard case .reading(let reading)? = read(Array(text.utf8), .text(unit: .gram)).first else {
            Issue.record("no reading")
            return
        }
        #expect(reading.isNegative && reading.net == Grams(5))
        guard case .reading(let over)? = read(Array("OL,GS,------\r".utf8), .text(unit: .gram)).first else {
            Issue.record("no reading")
            return
        }
        #expect(over.isOverRange && over.isStable == false)
    }

    @Test(
        "what is no weight of goods is refused",
        arguments: [
            ("wt0003.17kg\r", ScaleFault.notAFrame), ("0.3175kg\r", .finerThanAGram), ("1.2.3kg\r", .notDigits),
            ("1.5lb\r", .badUnit), ("XX,GS,+1kg\r", .notAFrame), ("ST,TR,+1kg\r", .notAFrame), ("kg\r", .notDigits),
            ("9999999999999kg\r", .notDigits), ("0.0000001kg\r", .badDecimals(7)),
        ])
    func refused(_ text: String, _ fault: ScaleFault) {
        #expect(read(Array(text.utf8), .text(unit: .kilogram)) == [.refused(fault)])
        #expect(fault.description.contains("scale"))
    }

    @Test("a line without an end is told once, and the next one is read", arguments: [64, 65, 900])
    func endless(_ count: Int) {
        let outputs = read(Array(repeating: 0x41, count: count) + Array("\r0.317\r".utf8), .text(unit: .kilogram))
        #expect(outputs == [.refused(count > 64 ? .tooLong : .notDigits), .reading(weight(317))])
    }

    @Test("no bytes make it stop, and no weight is below zero", arguments: 1...20 as ClosedRange<UInt64>)
    func random(_ seed: UInt64) {
        var state = seed
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        let alphabet = Array("0123456789.+-=wnt,STUOLGSkg \r\n\u{02}\u{03}".utf8) + [0x82, 0xFF, 0x24]
        for kind: ScaleProtocol in [
            .toledo(hasChecksum: true), .toledo(hasChecksum: false), .yaohua(unit: .jin),
            .text(unit: .kilogram),
        ] {
            var frames = ScaleFrames(kind)
            for _ in 0..<200 {
                let bytes = (0..<Int(next() % 40)).map { _ in alphabet[Int(next()) % alphabet.count] }
                for output in frames.take(bytes) {
                    if case .reading(let reading) = output { #expect(reading.net.count >= 0) }
                }
            }
        }
    }
}

@Suite("Which weight may be charged")
struct ScaleSettlingTests {
    private let still = ScaleReading(
        net: Grams(317), tare: nil, isStable: true, isOverRange: false, isNegative: false)

    private func verdict(_ change: (inout ScaleReading) -> Void) -> ScaleSettling.Verdict {
        var settling = ScaleSettling(), reading = still
        change(&reading)
        return settling.take(reading, at: Uptime(milliseconds: 1))
    }

    @Test("only one that is stable, in range and above zero")
    func rule() {
        #expect(verdict { _ in } == .chargeable(Grams(317)))
        #expect(verdict { $0.isStable = false } == .moving)
        #expect(verdict { $0.isOverRange = true } == .overRange)
        #expect(verdict { $0.isNegative = true } == .negative)
        #expect(verdict { $0.net = Grams(0) } == .empty)
    }

    @Test("a scale that never says it is stable must say the same several times, without a gap", arguments: [500, 501])
    func equal(_ gap: Int64) {
        var settling = ScaleSettling(equalReadings: 3), reading = still
        reading.isStable = nil
        var other = reading
        other.net = Grams(318)
        #expect(settling.take(reading, at: Uptime(milliseconds: 0)) == .moving)
        #expect(settling.take(reading, at: Uptime(milliseconds: 100)) == .moving)
        #expect(settling.take(other, at: Uptime(milliseconds: 200)) == .moving)
        #expect(settling.take(reading, at: Uptime(milliseconds: 300)) == .moving)
        #expect(settling.take(reading, at: Uptime(milliseconds: 400)) == .moving)
        let third = settling.take(reading, at: Uptime(milliseconds: 400 + gap))
        #expect(third == (gap == 500 ? .chargeable(Grams(317)) : .moving))
        settling.interrupt()
        #expect(settling.take(reading, at: Uptime(milliseconds: 410 + gap)) == .moving)
    }
}
