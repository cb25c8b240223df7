import GPIO
import Glibc
import Host
import Readers
import Scale
import Serial
import StandIns
import Synchronization
import Testing
import Vocabulary
import Wiegand

/// What a box's readers told.
private final class Told: Sendable {
    let news = Monitor<[ReaderNews]>([])

    var handler: @Sendable (ReaderNews) -> Void {
        { [news] item in
            news.withLock { $0.append(item) }
            news.wakeAll()
        }
    }

    func wait(seconds: Int64 = 10, _ isIt: @escaping (ReaderNews) -> Bool) -> Bool {
        news.wait(until: BootClock.now() + .seconds(seconds)) { $0.contains(where: isIt) ? true : nil } ?? false
    }

    var all: [ReaderNews] { news.withLock { $0 } }
}

@Suite("Readers on real lines", .serialized)
struct ReadersTests {
    private let told = Told()
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("turnpike-readers") }

    private func devices(_ kind: ReaderDevices.Kind) -> ReaderDevices {
        ReaderDevices(readers: [.init(lane: gate, kind: kind)])
    }

    @Test("a card at a reader on two wires is read through the board, and other inputs are left to the box")
    func wiegand() throws {
        let readers = try Readers(
            devices(.wiegand(data0: "d0", data1: "d1", formats: [.bits26])), tell: told.handler)
        defer { readers.stop() }
        let board = try GPIOBoard(
            outputs: [],
            inputs: ["d0", "d1", "passage"].enumerated().map {
                GPIOInput(name: $1, chip: "c", line: $0, maximumEdgesPerSecond: 500, countsPulses: $1 != "passage")
            })
        let twin = try GPIOTwin(board: board)
        defer { twin.close() }
        let left = Monitor<[GPIOEvent]>([])
        try twin.start { event in if !readers.take(event) { left.withLock { $0.append(event) } } }
        for bit in frame(facility: 123, number: 45_678) {
            let wire = bit ? "d1" : "d0"
            try twin.setInput(wire, active: true)
            try twin.setInput(wire, active: false)
        }
        try twin.setInput("passage", active: true)
        #expect(told.wait { if case .card(gate, let card) = $0 { card.printed == "123,45678" } else { false } })
        #expect(left.withLock { $0.allSatisfy { if case .input = $0 { true } else { false } } })
    }

    @Test("a serial card reader that is pulled out is told once, and reads on when it is back")
    func serial() throws {
        let far = try PseudoTerminal(at: folder.path + "/card")
        let readers = try Readers(
            devices(.cardFrames(SerialSettings(path: far.path))), tell: told.handler)
        defer { readers.stop() }
        // 02, version 01 and number 00BC614E, their XOR, 03.
        let card = [UInt8](arrayLiteral: 2) + Array("0100BC614E92".utf8) + [3]
        func present() -> Bool {
            far.send(card)
            return told.wait(seconds: 1) { if case .card = $0 { true } else { false } }
        }
        // Until the line is open nobody hears it.
        #expect((0..<10).contains { _ in present() })
        far.unplug()
        #expect(told.wait { if case .fault(far.path, .some) = $0 { true } else { false } })
        try far.plugIn()
        #expect(told.wait { $0 == .fault(device: far.path, nil) })
        let before = told.all.count
        far.send(card)
        #expect(told.news.wait(until: BootClock.now() + .seconds(10)) { $0.count > before ? true : nil } == true)
        guard case .card(_, let read)? = told.all.last else {
            Issue.record("\(told.all)")
            return
        }
        #expect(read.tenDigits == "0012345678")
    }

    @Test("a scale that weighs when asked is asked, and its weight arrives")
    func scale() throws {
        let far = try PseudoTerminal(at: folder.path + "/scale")
        let readers = try Readers(
            devices(
                .scale(
                    SerialSettings(path: far.path), .text(unit: .gram),
                    request: .init(bytes: [0x57, 0x0D], everyMilliseconds: 50), equalReadings: 3)),
            tell: told.handler)
        defer { readers.stop() }
        for _ in 0..<4 {
            let asked = far.read { $0.contains(0x0D) }
            #expect(asked.starts(with: [0x57, 0x0D]))
            far.send(Array("ST,GS,+0000317g\r\n".utf8))
        }
        #expect(told.wait { $0 == .weight(gate, .chargeable(Grams(317))) })
        // It answers no more.
        #expect(told.wait { $0 == .weight(gate, nil) })
    }

    /// `struct input_event` of a 64-bit machine.
    private func event(_ type: UInt16, _ code: UInt16, _ value: Int32, at: Uptime) -> [UInt8] {
        var bytes: [UInt8] = []
        func put<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        put(at.nanoseconds / 1_000_000_000)
        put(at.nanoseconds % 1_000_000_000 / 1_000)
        put(type)
        put(code)
        put(value)
        return bytes
    }

    private func typing(_ digits: String) -> [UInt8] {
        let now = BootClock.now()
        let codes: [UInt16] = digits.utf8.map { $0 == 0x30 ? 11 : UInt16($0) - 0x2F } + [28]
        var bytes: [UInt8] = []
        for (index, code) in codes.enumerated() {
            let at = now + .milliseconds(Int64(index) * 3)
            bytes += event(4, 4, 458_792, at: at)
            for value in [Int32(1), 0] {
                bytes += event(1, code, value, at: at)
                bytes += event(0, 0, 0, at: at)
            }
        }
        return bytes
    }

    @Test("a scanner that types is read from the kernel's own bytes; one that goes away is told and opened again")
    func keyboard() throws {
        let pipes = Monitor<[Int32]>([])
        let opened = Atomic<Int>(0)
        let readers = try Readers(
            devices(.keyboard(path: "/dev/input/event9", cards: nil)),
            open: { _ in
                opened.add(1, ordering: .relaxed)
                var ends: [Int32] = [-1, -1]
                guard pipe(&ends) == 0 else { return -1 }
                _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
                pipes.withLock { $0.append(ends[1]) }
                pipes.wakeAll()
                return ends[0]
            }, tell: told.handler)
        defer { readers.stop() }
        func writer(_ number: Int) throws -> Int32 {
            try #require(pipes.wait(until: BootClock.now() + .seconds(10)) { $0.count > number ? $0[number] : nil })
        }
        let first = try writer(0)
        let bytes = typing("284718294718294712")
        #expect(write(first, bytes, bytes.count) == bytes.count)
        #expect(told.wait { $0 == .code(gate, "284718294718294712") })
        close(first)
        #expect(told.wait { if case .fault("/dev/input/event9", .some) = $0 { true } else { false } })
        let second = try writer(1)
        #expect(told.wait { $0 == .fault(device: "/dev/input/event9", nil) })
        let more = typing("555")
        #expect(write(second, more, more.count) == more.count)
        let again = typing("99999")
        #expect(write(second, again, again.count) == again.count)
        #expect(told.wait { $0 == .code(gate, "99999") })
        // Three keys and Enter can be an accident.
        #expect(!told.all.contains(.code(gate, "555")))
        close(second)
    }

    @Test("a path that is no input device is a fault that says so")
    func noKeyboard() throws {
        try folder.write("text", to: "file")
        let readers = try Readers(
            devices(.keyboard(path: folder.path + "/file", cards: nil)), tell: told.handler)
        defer { readers.stop() }
        #expect(told.wait { if case .fault(_, let why?) = $0 { why.contains("no input device") } else { false } })
    }
}
