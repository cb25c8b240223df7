import Synchronization
import Testing
import Vocabulary

@testable import GPIO

@Suite(.timeLimit(.minutes(1))) struct DriverFailureTests {
    private final class Rig {
        let lines: FaultyLines
        let core: DriverCore
        let log = EventLog()

        init() throws {
            let board = try laneBoard()
            let bell = try Bell()
            lines = FaultyLines(board: board, bell: bell)
            core = try DriverCore(board: board, lines: lines, bell: bell)
        }

        deinit { core.close() }

        func start() throws { try core.start(log.handler) }

        func isOn(_ output: Int) -> Bool { lines.state.withLock { $0.outputs[output] } }
    }

    @Test("an output that fails to switch on is switched off again, and its interlock is free")
    func switchingOnFails() throws {
        let rig = try Rig()
        try rig.start()
        rig.lines.state.withLock { $0.failingOn = 5 }
        #expect(throws: GPIOError.driveFailed(output: "raise", active: true, code: 5)) {
            try rig.core.pulse("raise", milliseconds: 100)
        }
        #expect(!rig.isOn(0))
        rig.lines.state.withLock { $0.failingOn = 0 }
        try rig.core.pulse("lower", milliseconds: 100)
        #expect(rig.isOn(1))
    }

    @Test("an output that fails to switch off at its end is told once, tried again, and blocks its interlock meanwhile")
    func switchingOffFails() async throws {
        let rig = try Rig()
        try rig.start()
        rig.lines.state.withLock { $0.failuresOff = .max }
        try rig.core.pulse("raise", milliseconds: 1)
        let failure = GPIOError.driveFailed(output: "raise", active: false, code: 5)
        #expect(await rig.log.next(after: 2) == .fault(line: "raise", failure))
        #expect(rig.isOn(0))
        #expect(throws: GPIOError.interlocked(output: "lower", by: "raise")) {
            try rig.core.pulse("lower", milliseconds: 1)
        }
        #expect(throws: GPIOError.stuck(output: "raise")) { try rig.core.pulse("raise", milliseconds: 1) }
        rig.lines.state.withLock { $0.failuresOff = 0 }
        guard case .outputEnded("raise", _) = await rig.log.next() else { throw Unexpected() }
        #expect(!rig.isOn(0))
        try rig.core.pulse("lower", milliseconds: 1)
    }

    @Test("a release that fails says so and is tried again by the driver")
    func releaseFails() async throws {
        let rig = try Rig()
        try rig.start()
        try rig.core.pulse("raise", milliseconds: 2_000)
        rig.lines.state.withLock { $0.failuresOff = 1 }
        let failure = GPIOError.driveFailed(output: "raise", active: false, code: 5)
        #expect(throws: failure) { try rig.core.release("raise") }
        #expect(await rig.log.next(after: 2) == .fault(line: "raise", failure))
        guard case .outputEnded("raise", _) = await rig.log.next() else { throw Unexpected() }
        #expect(!rig.isOn(0))
    }

    @Test("an output that fails both ways is switched off by the driver as soon as it can")
    func bothFail() async throws {
        let rig = try Rig()
        try rig.start()
        rig.lines.state.withLock {
            $0.failingOn = 5
            $0.failuresOff = .max
        }
        #expect(throws: GPIOError.driveFailed(output: "raise", active: true, code: 5)) {
            try rig.core.pulse("raise", milliseconds: 100)
        }
        #expect(rig.isOn(0))
        let failure = GPIOError.driveFailed(output: "raise", active: false, code: 5)
        #expect(await rig.log.next(after: 2) == .fault(line: "raise", failure))
        rig.lines.state.withLock { $0.failuresOff = 0 }
        guard case .outputEnded("raise", _) = await rig.log.next() else { throw Unexpected() }
        #expect(!rig.isOn(0))
    }

    @Test("an input that cannot be read is a fault, unknown, and told again once it can be read")
    func readingFails() async throws {
        let rig = try Rig()
        rig.lines.state.withLock { $0.unreadable = 0 }
        try rig.start()
        let failure = GPIOError.readFailed(input: "loop", code: 5)
        #expect(await rig.log.next() == .fault(line: "loop", failure))
        guard case .input("photocell", active: false, _) = await rig.log.next() else { throw Unexpected() }
        #expect(throws: failure) { try rig.core.read("loop") }
        rig.lines.state.withLock { $0.unreadable = nil }
        guard case .input("loop", active: false, _) = await rig.log.next() else { throw Unexpected() }
        #expect(try rig.core.read("loop") == false)
    }

    @Test("an edge the kernel has dropped is found by reading the line after the burst")
    func droppedEdge() async throws {
        let rig = try Rig()
        try rig.start()
        _ = await rig.log.next()
        _ = await rig.log.next()
        // The queue says active, the line has gone back since.
        rig.lines.observe(.edge(input: 0, active: true, at: bootTime()))
        guard case .input("loop", active: true, _) = await rig.log.next() else { throw Unexpected() }
        guard case .input("loop", active: false, _) = await rig.log.next() else { throw Unexpected() }
    }

    @Test("a line that is gone is a fault and stays unknown")
    func lost() async throws {
        let rig = try Rig()
        try rig.start()
        rig.lines.observe(.lost(input: 1))
        let lost = GPIOError.lineLost(input: "photocell")
        #expect(await rig.log.next(after: 2) == .fault(line: "photocell", lost))
        #expect(throws: lost) { try rig.core.read("photocell") }
        #expect(try rig.core.read("loop") == false)
    }

    @Test("the lines are shut down once the driver is closed, started or not", arguments: [true, false])
    func shutDown(isStarted: Bool) throws {
        let rig = try Rig()
        if isStarted { try rig.start() }
        rig.core.close()
        #expect(rig.lines.state.withLock { $0.isShutDown })
    }
}
