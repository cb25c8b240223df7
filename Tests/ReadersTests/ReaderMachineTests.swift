import JSONText
import Scale
import Serial
import Testing
import Vocabulary
import Wiegand

@testable import Readers

let gate = try! Slug("gate-1")
let line = SerialSettings(path: "/dev/ttyUSB0")

func at(_ milliseconds: Int64) -> Uptime { Uptime(milliseconds: milliseconds) }

/// The bits of a 26-bit frame, with its parities.
func frame(facility: UInt64, number: UInt64) -> [Bool] {
    let data = (0..<24).map { (facility << 16 | number) >> UInt64(23 - $0) & 1 == 1 }
    let even = !data[..<12].count { $0 }.isMultiple(of: 2), odd = data[12...].count { $0 }.isMultiple(of: 2)
    return [even] + data + [odd]
}

@Suite("What a box's readers read")
struct ReaderMachineTests {
    private func machine(_ kind: ReaderDevices.Kind) -> ReaderMachine {
        ReaderMachine(ReaderDevices.Reader(lane: gate, kind: kind))
    }

    private func cards(_ news: [ReaderNews]) -> [String] {
        news.compactMap { if case .card(_, let card) = $0 { card.printed } else { nil } }
    }

    private func wiegand() -> ReaderMachine { machine(.wiegand(data0: "d0", data1: "d1", formats: [.bits26])) }

    @Test("the pulses of two wires are put in the order of their times, whichever wire is read first")
    func wires() {
        var reader = wiegand()
        let bits = frame(facility: 123, number: 45_678).enumerated().map { (bit: $1, at: at(1_000 + Int64($0) * 2)) }
        // As a driver reads them that was held up: first all of one wire, then all of the other.
        for wire in [false, true] {
            for pulse in bits where pulse.bit == wire { #expect(reader.take(.pulse(wire), at: pulse.at).isEmpty) }
        }
        #expect(reader.deadline == at(1_050 + 70) && reader.tick(at: at(1_119)).isEmpty)
        #expect(cards(reader.tick(at: at(1_120))) == ["123,45678"] && reader.deadline == nil)
        #expect(reader.tick(at: at(2_000)).isEmpty)
    }

    @Test("a frame with a lost pulse is no card, nor is one that noise ran into; the next one is read")
    func lostPulse() {
        var reader = wiegand()
        let bits = frame(facility: 1, number: 2)
        for (index, bit) in bits.dropLast().enumerated() { _ = reader.take(.pulse(bit), at: at(Int64(index))) }
        #expect(reader.tick(at: at(500)).allSatisfy { if case .unreadable = $0 { true } else { false } })
        for (index, bit) in bits.prefix(13).enumerated() { _ = reader.take(.pulse(bit), at: at(2_000 + Int64(index))) }
        _ = reader.take(.lost, at: at(2_013))
        for (index, bit) in bits.dropFirst(13).enumerated() {
            _ = reader.take(.pulse(bit), at: at(2_014 + Int64(index)))
        }
        #expect(cards(reader.tick(at: at(2_500))).isEmpty)
        for (index, bit) in bits.enumerated() { _ = reader.take(.pulse(bit), at: at(5_000 + Int64(index))) }
        #expect(cards(reader.tick(at: at(5_500))) == ["001,00002"])
    }

    @Test("a wire that never rests fills no memory, and the frame after the rest is read")
    func storm() {
        var reader = wiegand()
        for index in 0..<100_000 { _ = reader.take(.pulse(true), at: at(Int64(index))) }
        #expect(cards(reader.tick(at: at(101_000))).isEmpty)
        for (index, bit) in frame(facility: 1, number: 2).enumerated() {
            _ = reader.take(.pulse(bit), at: at(200_000 + Int64(index)))
        }
        #expect(cards(reader.tick(at: at(201_000))) == ["001,00002"])
    }

    @Test("a serial card reader's line is a card in its style; what is none is told once a second, without its number")
    func text() {
        var reader = machine(.cardText(line, .decimal))
        #expect(cards(reader.take(.bytes(Array("00123".utf8)), at: at(0))).isEmpty)
        #expect(cards(reader.take(.bytes(Array("45678\r\n".utf8)), at: at(10))) == ["0012345678"])
        guard case .unreadable(gate, let why)? = reader.take(.bytes(Array("98765x\r".utf8)), at: at(20)).first else {
            Issue.record("it was taken for a card")
            return
        }
        #expect(!why.contains("98765"))
        #expect(reader.take(.bytes(Array("y\r".utf8)), at: at(1_019)).isEmpty)
        #expect(reader.take(.bytes(Array("y\r".utf8)), at: at(1_020)).count == 1)
    }

    @Test("a line that was cut off when its device went away never joins the first one after it")
    func cutOff() {
        var reader = machine(.cardText(line, .decimal))
        #expect(reader.take(.opened, at: at(0)).isEmpty)
        _ = reader.take(.bytes(Array("0012".utf8)), at: at(0))
        #expect(reader.take(.failed("gone"), at: at(1)) == [.fault(device: line.path, "gone")])
        #expect(reader.take(.failed("gone"), at: at(2)).isEmpty)
        #expect(reader.take(.opened, at: at(3)) == [.fault(device: line.path, nil)])
        #expect(cards(reader.take(.bytes(Array("0099\r".utf8)), at: at(4))) == ["0000000099"])
    }

    @Test("a scanner's line is a code, whatever stands in it")
    func codes() {
        var reader = machine(.codes(line))
        #expect(
            reader.take(.bytes(Array("284718294718294712\r\nTP1-收\r".utf8)), at: at(0))
                == [.code(gate, "284718294718294712"), .code(gate, "TP1-收")])
    }

    @Test("what a scanner types is a code; what a person types is none; lost keys spoil the line that they are of")
    func keys() {
        var reader = machine(.keyboard(path: "/dev/input/event3", cards: nil))
        /// Types digits and Enter, a key every so many milliseconds.
        func type(_ text: String, from start: Int64, every gap: Int64, loses: Int? = nil) -> [ReaderNews] {
            var news: [ReaderNews] = []
            let codes: [UInt16] = text.utf8.map { $0 == 0x30 ? 11 : UInt16($0) - 0x2F } + [28]
            for (index, digit) in codes.enumerated() {
                let now = at(start + Int64(index) * gap)
                if index == loses { news += reader.take(.lost, at: now) }
                for value in [Int32(1), 0] { news += reader.take(.key(code: digit, value: value), at: now) }
            }
            return news
        }
        #expect(type("28471", from: 1_000, every: 5) == [.code(gate, "28471")])
        #expect(type("28471", from: 2_000, every: 80).isEmpty)
        let spoilt = type("28471", from: 4_000, every: 5, loses: 3)
        #expect(spoilt.count == 1 && !spoilt.contains(.code(gate, "28471")))
        #expect(type("55555", from: 6_000, every: 5) == [.code(gate, "55555")])
        // One whose lines have no end.
        for (index, digit) in [UInt16(2), 3, 4, 5].enumerated() {
            _ = reader.take(.key(code: digit, value: 1), at: at(8_000 + Int64(index)))
        }
        #expect(reader.deadline == at(8_103))
        #expect(reader.tick(at: at(8_103)) == [.code(gate, "1234")])
    }

    private func scale(_ request: ReaderDevices.ScaleRequest? = nil) -> ReaderMachine {
        machine(.scale(line, .text(unit: .gram), request: request, equalReadings: 3))
    }

    @Test("a weight is told when it changes, and as unknown when the scale falls silent")
    func weights() {
        var reader = scale()
        func put(_ text: String, _ time: Int64) -> [ReaderNews] {
            reader.take(.bytes(Array((text + "\r").utf8)), at: at(time))
        }
        #expect(put("ST,GS,+0000000g", 0) == [.weight(gate, .empty)])
        #expect(put("US,GS,+0000250g", 100) == [.weight(gate, .moving)])
        #expect(put("ST,GS,+0000317g", 200) == [.weight(gate, .chargeable(Grams(317)))])
        for time in 3...20 { #expect(put("ST,GS,+0000317g", Int64(time) * 100).isEmpty) }
        #expect(reader.deadline == at(4_000) && reader.tick(at: at(3_999)).isEmpty)
        #expect(reader.tick(at: at(4_000)) == [.weight(gate, nil)])
        #expect(reader.tick(at: at(9_000)).isEmpty && reader.deadline == nil)
        #expect(put("ST,GS,+0000317g", 9_100) == [.weight(gate, .chargeable(Grams(317)))])
        #expect(
            reader.take(.failed("gone"), at: at(9_200))
                == [.weight(gate, nil), .fault(device: line.path, "gone")])
    }

    @Test("a scale that weighs when asked is asked at its pace, while its line works")
    func requests() {
        var reader = scale(ReaderDevices.ScaleRequest(bytes: [0x57], everyMilliseconds: 200))
        #expect(reader.request(at: at(0)) == nil)
        _ = reader.take(.opened, at: at(100))
        #expect(reader.request(at: at(100)) == [0x57] && reader.request(at: at(299)) == nil)
        #expect(reader.deadline == at(300) && reader.request(at: at(300)) == [0x57])
        _ = reader.take(.failed("gone"), at: at(350))
        #expect(reader.request(at: at(900)) == nil)
    }

    @Test("random input in any order never traps")
    func fuzz() {
        var dice = SystemRandomNumberGenerator()
        var machines = [
            wiegand(), machine(.cardText(line, .printed)), machine(.cardFrames(line)), machine(.codes(line)),
            machine(.keyboard(path: "k", cards: .hexadecimal)), scale(),
        ]
        var now: Int64 = 0
        for _ in 0..<20_000 {
            now += Int64.random(in: 0...120, using: &dice)
            let input: ReaderInput =
                switch Int.random(in: 0...6, using: &dice) {
                case 0: .opened
                case 1: .failed("x")
                case 2: .lost
                case 3: .pulse(Bool.random(using: &dice))
                case 4: .key(code: .random(in: 0...200, using: &dice), value: .random(in: -1...2, using: &dice))
                default: .bytes((0..<9).map { _ in UInt8.random(in: 0...255, using: &dice) })
                }
            for index in machines.indices {
                _ = machines[index].take(input, at: at(now))
                _ = machines[index].tick(at: at(now))
            }
        }
    }
}
