import Testing
import Vocabulary

@testable import GPIO

@Suite struct RelayBankTests {
    private let raise = 0
    private let lower = 1
    private let lamp = 2

    private func at(_ milliseconds: Int64) -> Uptime { Uptime(milliseconds: milliseconds) }

    private func bank() throws -> RelayBank { RelayBank(board: try laneBoard()) }

    @Test("a pulse is on until its end and due at it")
    func pulse() throws {
        var bank = try bank()
        #expect(try bank.pulse(raise, milliseconds: 500, at: at(1_000)))
        #expect(bank.isOn(raise))
        #expect(bank.nextDeadline == at(1_500))
        #expect(bank.firstDue(at: at(1_499)) == nil)
        #expect(bank.firstDue(at: at(1_500)) == raise)
        bank.switchedOff(raise)
        #expect(!bank.isOn(raise))
        #expect(bank.nextDeadline == nil)
    }

    @Test("a pulse lasts from 1 ms to the maximum", arguments: [(0, false), (1, true), (2_000, true), (2_001, false)])
    func bounds(milliseconds: Int, isAllowed: Bool) throws {
        var bank = try bank()
        let allowed = (try? bank.pulse(raise, milliseconds: milliseconds, at: at(0))) != nil
        #expect(allowed == isAllowed)
        #expect(bank.isOn(raise) == isAllowed)
    }

    @Test("an output is refused while one of its interlock group is on, and accepted once that is off")
    func interlock() throws {
        var bank = try bank()
        _ = try bank.pulse(raise, milliseconds: 100, at: at(0))
        #expect(throws: GPIOError.interlocked(output: "lower", by: "raise")) {
            try bank.pulse(lower, milliseconds: 100, at: at(50))
        }
        // Past its end but not switched off yet: the contact is still closed.
        #expect(throws: GPIOError.interlocked(output: "lower", by: "raise")) {
            try bank.pulse(lower, milliseconds: 100, at: at(200))
        }
        bank.switchedOff(raise)
        #expect(try bank.pulse(lower, milliseconds: 100, at: at(200)))
        #expect(try bank.hold(lamp, at: at(200)))
    }

    @Test("a second pulse extends the first, never shortens it, and never passes the maximum from its start")
    func extension_() throws {
        var bank = try bank()
        _ = try bank.pulse(raise, milliseconds: 1_000, at: at(0))
        #expect(try bank.pulse(raise, milliseconds: 100, at: at(500)) == false)
        #expect(bank.nextDeadline == at(1_000))
        #expect(try bank.pulse(raise, milliseconds: 1_100, at: at(900)) == false)
        #expect(bank.nextDeadline == at(2_000))
        let refusal = GPIOError.pulseTooLong(
            output: "raise", milliseconds: 1_101, alreadyOnMilliseconds: 900, maximumMilliseconds: 2_000)
        #expect(throws: refusal) { try bank.pulse(raise, milliseconds: 1_101, at: at(900)) }
        #expect(bank.nextDeadline == at(2_000))
    }

    @Test("only an output that allows it is held; a held one has no end and takes no pulse")
    func hold() throws {
        var bank = try bank()
        #expect(throws: GPIOError.notHoldable(output: "raise")) { try bank.hold(raise, at: at(0)) }
        #expect(try bank.hold(lamp, at: at(0)))
        #expect(try bank.hold(lamp, at: at(1)) == false)
        #expect(bank.nextDeadline == nil)
        #expect(throws: GPIOError.held(output: "lamp")) { try bank.pulse(lamp, milliseconds: 1, at: at(2)) }
        bank.switchedOff(lamp)
        _ = try bank.pulse(lamp, milliseconds: 10, at: at(3))
        #expect(try bank.hold(lamp, at: at(4)) == false)
        #expect(bank.nextDeadline == nil)
    }

    @Test("an output that cannot be switched off counts as on, is due again 50 times, and then waits for a release")
    func stuck() throws {
        var bank = try bank()
        _ = try bank.pulse(raise, milliseconds: 100, at: at(0))
        var now: Int64 = 100
        let isFirstTold = bank.switchOffFailed(raise, at: at(now))
        #expect(isFirstTold)
        for attempt in 1...RelayBank.maximumRetries {
            #expect(bank.nextDeadline == at(now + 100))
            #expect(bank.firstDue(at: at(now + 99)) == nil)
            now += 100
            #expect(bank.firstDue(at: at(now)) == raise)
            let isTold = bank.switchOffFailed(raise, at: at(now))
            #expect(isTold == (attempt == RelayBank.maximumRetries))
        }
        #expect(bank.nextDeadline == nil)
        #expect(throws: GPIOError.stuck(output: "raise")) { try bank.pulse(raise, milliseconds: 1, at: at(now)) }
        #expect(throws: GPIOError.interlocked(output: "lower", by: "raise")) {
            try bank.pulse(lower, milliseconds: 1, at: at(now))
        }
        bank.switchedOff(raise)
        #expect(try bank.pulse(lower, milliseconds: 1, at: at(now)))
    }
}
