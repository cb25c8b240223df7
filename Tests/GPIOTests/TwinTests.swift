import Synchronization
import Testing
import Vocabulary

@testable import GPIO

@Suite(.timeLimit(.minutes(1))) struct TwinTests {
    @Test("the levels of all inputs are delivered first, once, in the order of the board")
    func initialLevels() async throws {
        let twin = try GPIOTwin(board: laneBoard())
        let log = EventLog()
        try twin.setInput("photocell", active: true)
        #expect(try twin.read("photocell"))
        try twin.start(log.handler)
        guard case .input("loop", active: false, _) = await log.next() else { throw Unexpected() }
        guard case .input("photocell", active: true, _) = await log.next() else { throw Unexpected() }
        try twin.setInput("loop", active: true)
        guard case .input("loop", active: true, _) = await log.next() else { throw Unexpected() }
        #expect(try twin.read("loop"))
        twin.close()
    }

    @Test("an input that counts pulses tells each of them, and neither its end nor a level")
    func pulses() async throws {
        let twin = try GPIOTwin(
            board: GPIOBoard(
                outputs: [],
                inputs: [
                    GPIOInput(name: "card", chip: "c", line: 0, countsPulses: true),
                    GPIOInput(name: "loop", chip: "c", line: 1, debounceMilliseconds: 0),
                ]))
        let log = EventLog()
        try twin.start(log.handler)
        guard case .input("card", active: false, _) = await log.next() else { throw Unexpected() }
        guard case .input("loop", active: false, _) = await log.next() else { throw Unexpected() }
        for _ in 0..<3 {
            try twin.setInput("card", active: true)
            try twin.setInput("card", active: false)
        }
        var times: [Uptime] = []
        for _ in 0..<3 {
            guard case .pulse("card", let at)? = await log.next() else { throw Unexpected() }
            times.append(at)
        }
        #expect(times == times.sorted() && times[0] < times[2])
        try twin.setInput("loop", active: true)
        guard case .input("loop", active: true, _) = await log.next() else { throw Unexpected() }
        twin.close()
    }

    @Test("more pulses in a second than a device sends are a fault until it is quiet for a second")
    func storm() {
        func at(_ milliseconds: Int64) -> Uptime { Uptime(milliseconds: milliseconds) }
        var watch = PulseWatch(maximumPerSecond: 3)
        #expect([0, 400, 800].map { watch.take(at: at($0)) } == [.pulse, .pulse, .pulse])
        #expect(watch.take(at: at(1_000)) == .pulse && watch.deadline == nil)
        #expect(watch.take(at: at(1_399)) == .storm && watch.take(at: at(1_900)) == .dropped)
        #expect(!watch.isOver(at: at(2_899)) && watch.isOver(at: at(2_900)) && !watch.isOver(at: at(2_900)))
        #expect(watch.take(at: at(2_901)) == .pulse)
    }

    @Test("an output is on when pulse returns and is switched off by the driver, not before its time")
    func pulse() async throws {
        let twin = try GPIOTwin(board: laneBoard())
        let log = EventLog()
        try twin.start(log.handler)
        try twin.pulse("raise", milliseconds: 30)
        #expect(twin.outputChanges().first?.active == true)
        guard case .outputEnded("raise", let end) = await log.next(after: 2) else { throw Unexpected() }
        #expect(try twin.isActive("raise") == false)
        let changes = twin.outputChanges()
        #expect(changes.map(\.active) == [true, false])
        #expect(changes.map(\.milliseconds) == [30, 0])
        #expect(changes.last?.at == end)
        #expect(end - changes[0].at >= .milliseconds(30))
        twin.close()
    }

    @Test("a released output ends at once, with the same event")
    func release() async throws {
        let twin = try GPIOTwin(board: laneBoard(maximumPulseMilliseconds: 60_000))
        let log = EventLog()
        try twin.start(log.handler)
        try twin.pulse("raise", milliseconds: 60_000)
        try twin.release("raise")
        #expect(try twin.isActive("raise") == false)
        guard case .outputEnded("raise", _) = await log.next(after: 2) else { throw Unexpected() }
        try twin.release("raise")
        try twin.pulse("lower", milliseconds: 1)
        guard case .outputEnded("lower", _) = await log.next() else { throw Unexpected() }
        twin.close()
    }

    @Test("the interlock refuses the second output and nothing is moved")
    func interlock() async throws {
        let twin = try GPIOTwin(board: laneBoard(maximumPulseMilliseconds: 60_000))
        try twin.start { _ in }
        try twin.pulse("raise", milliseconds: 60_000)
        #expect(throws: GPIOError.interlocked(output: "lower", by: "raise")) {
            try twin.pulse("lower", milliseconds: 100)
        }
        #expect(try twin.isActive("lower") == false)
        try twin.release("raise")
        try twin.pulse("lower", milliseconds: 100)
        #expect(twin.outputChanges().map(\.output) == ["raise", "raise", "lower"])
        twin.close()
    }

    @Test("the shorter of two pulses ends first, whichever was started first", arguments: [true, false])
    func deadlines(isShortFirst: Bool) async throws {
        let twin = try GPIOTwin(board: laneBoard(maximumPulseMilliseconds: 60_000))
        let log = EventLog()
        try twin.start(log.handler)
        // From here on the driver's thread waits, and only the timer wakes it.
        _ = await log.next()
        _ = await log.next()
        for isShort in [isShortFirst, !isShortFirst] {
            try twin.pulse(isShort ? "raise" : "lamp", milliseconds: isShort ? 20 : 60_000)
        }
        guard case .outputEnded("raise", _) = await log.next() else { throw Unexpected() }
        try twin.release("lamp")
        guard case .outputEnded("lamp", _) = await log.next() else { throw Unexpected() }
        twin.close()
    }

    @Test("a lamp is held on until it is set off; a relay is not to be held")
    func hold() async throws {
        let twin = try GPIOTwin(board: laneBoard())
        let log = EventLog()
        try twin.start(log.handler)
        #expect(throws: GPIOError.notHoldable(output: "raise")) { try twin.set("raise", active: true) }
        try twin.set("lamp", active: true)
        try twin.pulse("raise", milliseconds: 5)
        guard case .outputEnded("raise", _) = await log.next(after: 2) else { throw Unexpected() }
        #expect(try twin.isActive("lamp"))
        try twin.set("lamp", active: false)
        guard case .outputEnded("lamp", _) = await log.next() else { throw Unexpected() }
        twin.close()
    }

    @Test("a bouncing input is reported once, with its final level")
    func bounce() async throws {
        let twin = try GPIOTwin(board: laneBoard(debounceMilliseconds: 400))
        let log = EventLog()
        try twin.start(log.handler)
        for bounce in 0..<7 { try twin.setInput("loop", active: bounce % 2 == 0) }
        #expect(try twin.read("loop") == false)
        guard case .input("loop", active: true, let began) = await log.next(after: 2) else { throw Unexpected() }
        #expect(bootTime() - began >= .milliseconds(400))
        #expect(try twin.read("loop"))
        twin.close()
    }

    @Test("a chattering input is unknown until it is quiet")
    func chatter() async throws {
        // Far more edges than allowed and a long debounce: a machine that pauses this test in between changes nothing.
        let twin = try GPIOTwin(board: laneBoard(debounceMilliseconds: 1_000))
        let log = EventLog()
        let readings = Mutex<[Result<Bool, any Error>]>([])
        try twin.start { [weak twin] event in
            // Here, because the level is known again after a second, whether the test has looked or not.
            if case .fault = event, let twin {
                readings.withLock { $0.append(Result { try twin.read("loop") }) }
            }
            log.handler(event)
        }
        for edge in 0..<1_001 { try twin.setInput("loop", active: edge % 2 == 0) }
        let chattering = GPIOError.chattering(input: "loop", maximumEdgesPerSecond: 100)
        #expect(await log.next(after: 2) == .fault(line: "loop", chattering))
        #expect(throws: chattering) { try readings.withLock { $0 }.first?.get() }
        guard case .input("loop", active: true, _) = await log.next() else { throw Unexpected() }
        #expect(try twin.read("loop"))
        twin.close()
    }

    @Test("close releases every output and delivers nothing more")
    func close() async throws {
        let count = Mutex(0)
        let changes = Mutex<[GPIOTwinChange]>([])
        let twin = try GPIOTwin(board: laneBoard(maximumPulseMilliseconds: 60_000)) { change in
            changes.withLock { $0.append(change) }
        }
        try twin.start { _ in count.withLock { $0 += 1 } }
        try twin.pulse("raise", milliseconds: 60_000)
        try twin.set("lamp", active: true)
        twin.close()
        #expect(try twin.isActive("raise") == false)
        #expect(try twin.isActive("lamp") == false)
        #expect(changes.withLock { $0.filter { !$0.active }.map(\.output) } == ["raise", "lamp"])
        let delivered = count.withLock { $0 }
        try twin.setInput("loop", active: true)
        #expect(throws: GPIOError.closed) { try twin.pulse("raise", milliseconds: 10) }
        #expect(throws: GPIOError.closed) { try twin.release("raise") }
        #expect(throws: GPIOError.closed) { try twin.read("loop") }
        #expect(throws: GPIOError.closed) { try twin.start { _ in } }
        twin.close()
        #expect(count.withLock { $0 } == delivered)
    }

    @Test("the end of a driver that was not closed releases its outputs")
    func end() throws {
        let changes = Mutex<[GPIOTwinChange]>([])
        do {
            let twin = try GPIOTwin(board: laneBoard(maximumPulseMilliseconds: 60_000)) { change in
                changes.withLock { $0.append(change) }
            }
            try twin.start { _ in }
            try twin.pulse("raise", milliseconds: 60_000)
        }
        #expect(changes.withLock { $0.map(\.active) } == [true, false])
    }

    @Test("the handler may pulse, release and close the driver")
    func reentrancy() async throws {
        let twin = try GPIOTwin(board: laneBoard())
        let log = EventLog()
        let slot = Mutex<GPIOTwin?>(twin)
        try twin.start { event in
            switch event {
            case .input("loop", active: true, _):
                try? slot.withLock { $0 }?.pulse("raise", milliseconds: 1)
            case .outputEnded:
                log.handler(event)
                slot.withLock { $0.take() }?.close()
                log.handler(event)
            case .input, .pulse, .fault: break
            }
        }
        try twin.setInput("loop", active: true)
        guard case .outputEnded("raise", _) = await log.next() else { throw Unexpected() }
        guard case .outputEnded("raise", _) = await log.next() else { throw Unexpected() }
        #expect(throws: GPIOError.closed) { try twin.release("raise") }
    }

    @Test("a driver that is not started moves nothing and starts once")
    func notStarted() throws {
        let twin = try GPIOTwin(board: laneBoard())
        #expect(throws: GPIOError.notStarted) { try twin.pulse("raise", milliseconds: 10) }
        #expect(throws: GPIOError.notStarted) { try twin.set("lamp", active: true) }
        #expect(try twin.isActive("raise") == false)
        try twin.start { _ in }
        #expect(throws: GPIOError.alreadyStarted) { try twin.start { _ in } }
        twin.close()
    }

    @Test("unknown names are refused with the known ones")
    func unknown() throws {
        let twin = try GPIOTwin(board: laneBoard())
        let known = ["raise", "lower", "lamp"]
        try twin.start { _ in }
        #expect(throws: GPIOError.unknownOutput("boom", known: known)) { try twin.pulse("boom", milliseconds: 1) }
        #expect(throws: GPIOError.unknownOutput("loop", known: known)) { try twin.release("loop") }
        #expect(throws: GPIOError.unknownInput("raise", known: ["loop", "photocell"])) { try twin.read("raise") }
        twin.close()
    }

    @Test("while the handler does not return, ends wait up to the bound, and then energising is refused")
    func stalledHandler() throws {
        let entered = Signal()
        let mayReturn = Signal()
        let twin = try GPIOTwin(board: laneBoard())
        try twin.start { event in
            guard case .input("loop", active: false, _) = event else { return }
            entered.signal()
            mayReturn.wait()
        }
        defer {
            for _ in 0...TwinLines.maximumWaiting { mayReturn.signal() }
            twin.close()
        }
        entered.wait()
        for _ in 0..<DriverCore.maximumEndsWaiting {
            try twin.pulse("raise", milliseconds: 2_000)
            try twin.release("raise")
        }
        let refusal = GPIOError.endsNotTaken(output: "raise", waiting: DriverCore.maximumEndsWaiting)
        #expect(throws: refusal) { try twin.pulse("raise", milliseconds: 10) }
        for change in 0..<TwinLines.maximumWaiting { try twin.setInput("loop", active: change % 2 == 0) }
        #expect(throws: GPIOError.inputsNotTaken(input: "loop", waiting: TwinLines.maximumWaiting)) {
            try twin.setInput("loop", active: true)
        }
        #expect(twin.outputChanges().count == TwinLines.maximumRemembered)
    }
}

struct Unexpected: Error {}
