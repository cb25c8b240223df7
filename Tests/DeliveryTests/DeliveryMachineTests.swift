import Testing
import Vocabulary
import Wire

@testable import Delivery

private func at(_ milliseconds: Int64) -> Uptime { Uptime(milliseconds: milliseconds) }

/// A machine with the link up and as many records on disk, which has asked for its first batch.
private func begun(_ records: Int64) -> DeliveryMachine {
    var machine = DeliveryMachine(epoch: "e", acknowledged: 0, durable: records)
    #expect(machine.handle(.linkUp, at: at(0), dice: 0) == [.send(first: 1, through: records)])
    return machine
}

@Suite("Delivery of records")
struct DeliveryMachineTests {
    @Test("four batches are under way and no more, until the platform acknowledges one")
    func window() {
        var machine = begun(100)
        for batch in Int64(0)..<3 {
            let actions = machine.handle(.sent(first: batch * 10 + 1, last: batch * 10 + 10), at: at(1), dice: 0)
            #expect(actions == [.send(first: batch * 10 + 11, through: 100)])
        }
        #expect(machine.handle(.sent(first: 31, last: 40), at: at(1), dice: 0) == [])
        #expect(machine.handle(.durable(through: 200), at: at(2), dice: 0) == [])
        #expect(
            machine.handle(.acknowledgement(.through(epoch: "e", sequence: 10)), at: at(3), dice: 0)
                == [.acknowledged(through: 10), .send(first: 41, through: 200)])
    }

    @Test(
        "without an acknowledgement everything under way is sent again after ten seconds", arguments: [9_999, 10_000])
    func resend(milliseconds: Int64) {
        var machine = begun(10)
        #expect(machine.handle(.sent(first: 1, last: 10), at: at(0), dice: 0) == [])
        #expect(machine.nextDeadline == at(10_000))
        let actions = machine.handle(.tick, at: at(milliseconds), dice: 0)
        #expect(actions == (milliseconds < 10_000 ? [] : [.send(first: 1, through: 10)]))
    }

    @Test(
        "an acknowledgement that cannot be meant for this journal changes nothing",
        arguments: [
            .through(epoch: "other", sequence: 5), .through(epoch: "e", sequence: 11),
            .through(epoch: "e", sequence: 0),
            .expected(epoch: "other", sequence: 1, because: "gap"), .expected(epoch: "e", sequence: 12, because: "gap"),
            .expected(epoch: "e", sequence: 0, because: "gap"), .expected(epoch: "e", sequence: .max, because: "x"),
            .through(epoch: "e", sequence: .max), .through(epoch: "e", sequence: .min),
        ] as [Acknowledgement])
    func foreign(acknowledgement: Acknowledgement) {
        var machine = begun(10)
        _ = machine.handle(.sent(first: 1, last: 10), at: at(0), dice: 0)
        let before = machine
        #expect(machine.handle(.acknowledgement(acknowledgement), at: at(1), dice: 0) == [])
        #expect(machine == before)
    }

    @Test("the last record and the one after it are the furthest an acknowledgement may go")
    func furthest() {
        var machine = begun(10)
        #expect(
            machine.handle(.acknowledgement(.through(epoch: "e", sequence: 10)), at: at(1), dice: 0)
                == [.acknowledged(through: 10)])
    }

    @Test(
        "what the platform expects confirms nothing: what it has under earlier numbers may be another box's",
        arguments: ["gap", "fork", "brokenChain"])
    func expectedConfirmsNothing(because: String) {
        var machine = begun(10)
        _ = machine.handle(.sent(first: 1, last: 10), at: at(0), dice: 0)
        let word = Acknowledgement.expected(epoch: "e", sequence: 11, because: because)
        let actions = machine.handle(.acknowledgement(word), at: at(1), dice: 0)
        #expect(!actions.contains { if case .acknowledged = $0 { true } else { false } })
        #expect(machine.acknowledged == 0 && machine.queued == 10)
        #expect(machine.handle(.tick, at: at(2_000), dice: 0) == [.send(first: 1, through: 10)])
    }

    @Test("the gaps that follow on a refusal do not shorten its pause")
    func gapsAfterRefusal() {
        var machine = begun(100)
        for batch in Int64(0)..<4 {
            _ = machine.handle(.sent(first: batch * 10 + 1, last: batch * 10 + 10), at: at(1), dice: 0)
        }
        let refusal = Acknowledgement.expected(epoch: "e", sequence: 1, because: "signature")
        #expect(
            machine.handle(.acknowledgement(refusal), at: at(10), dice: 0)
                == [.refused(sequence: 1, because: "signature")])
        let pause = machine.nextDeadline
        #expect(pause == at(510))
        for _ in 0..<3 {
            let gap = Acknowledgement.expected(epoch: "e", sequence: 1, because: "gap")
            #expect(machine.handle(.acknowledgement(gap), at: at(20), dice: 0) == [])
        }
        #expect(machine.nextDeadline == pause)
    }

    @Test("a platform that reports the same gap for ever is not asked twenty times a second")
    func endlessGaps() {
        var machine = begun(10)
        var (now, sends) = (at(0), 0)
        while now < at(600_000) {
            _ = machine.handle(.sent(first: 1, last: 10), at: now, dice: 0)
            let gap = Acknowledgement.expected(epoch: "e", sequence: 1, because: "gap")
            _ = machine.handle(.acknowledgement(gap), at: now, dice: 0)
            now = machine.nextDeadline ?? now + .seconds(1)
            sends += machine.handle(.tick, at: now, dice: 0).count
        }
        #expect(sends < 40)
        #expect(sends > 10)
    }

    @Test("a payment under way holds a drain back, for three seconds at most", arguments: [2_999, 3_000])
    func hold(milliseconds: Int64) {
        var machine = DeliveryMachine(epoch: "e", acknowledged: 0, durable: 10)
        #expect(machine.handle(.livePayments(1), at: at(0), dice: 0) == [])
        #expect(machine.handle(.linkUp, at: at(0), dice: 0) == [])
        #expect(machine.handle(.livePayments(2), at: at(2_000), dice: 0) == [])
        #expect(machine.nextDeadline == at(3_000))
        let actions = machine.handle(.tick, at: at(milliseconds), dice: 0)
        #expect(actions == (milliseconds < 3_000 ? [] : [.send(first: 1, through: 10)]))
    }

    @Test("the drain goes on as soon as the payment has its answer")
    func holdEnds() {
        var machine = DeliveryMachine(epoch: "e", acknowledged: 0, durable: 10)
        _ = machine.handle(.livePayments(1), at: at(0), dice: 0)
        _ = machine.handle(.linkUp, at: at(0), dice: 0)
        #expect(machine.handle(.livePayments(0), at: at(150), dice: 0) == [.send(first: 1, through: 10)])
    }

    @Test("a hold that is over asks for no more ticks while the window is full")
    func noSpinning() {
        var machine = begun(100)
        for batch in Int64(0)..<4 {
            _ = machine.handle(.sent(first: batch * 10 + 1, last: batch * 10 + 10), at: at(1), dice: 0)
        }
        _ = machine.handle(.livePayments(1), at: at(10), dice: 0)
        #expect(machine.nextDeadline == at(3_010))
        #expect(machine.handle(.tick, at: at(3_010), dice: 0) == [])
        #expect(machine.nextDeadline == at(10_001))
    }

    @Test("a batch that could not leave is tried again after a pause, not at once")
    func notSent() {
        var machine = begun(10)
        #expect(machine.handle(.notSent, at: at(0), dice: 0) == [])
        #expect(machine.nextDeadline == at(500))
        #expect(machine.handle(.tick, at: at(500), dice: 0) == [.send(first: 1, through: 10)])
    }

    @Test("while the link is down nothing is sent and no tick is wanted")
    func linkDown() {
        var machine = begun(10)
        #expect(machine.handle(.linkDown, at: at(1), dice: 0) == [])
        #expect(machine.handle(.sent(first: 1, last: 10), at: at(2), dice: 0) == [])
        #expect(machine.nextDeadline == nil)
        #expect(machine.handle(.linkUp, at: at(3), dice: 0) == [.send(first: 1, through: 10)])
    }
}

@Suite("Back-off")
struct BackoffTests {
    private let backoff = Backoff(first: .seconds(1), longest: .seconds(60))

    @Test(
        "the wait doubles up to the longest",
        arguments: [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (.max, 60)])
    func doubles(attempt: Int, seconds: Int64) {
        let whole = seconds * 1_000_000_000
        #expect(backoff.wait(attempt: attempt, dice: 0).nanoseconds == whole / 2)
        #expect(backoff.wait(attempt: attempt, dice: UInt64(whole - whole / 2)).nanoseconds == whole)
    }

    @Test("every throw of the dice stays between half and the whole", arguments: 1...50)
    func jitter(seed: UInt64) {
        var dice = Dice(seed: seed)
        let wait = backoff.wait(attempt: 3, dice: dice.next())
        #expect(wait >= .seconds(2) && wait <= .seconds(4))
    }

    @Test("attempts of nothing or less, and the longest wait there is, do no harm")
    func extremes() {
        let endless = Backoff(first: Uptime.Span(nanoseconds: 1), longest: Uptime.Span(nanoseconds: .max))
        #expect(endless.wait(attempt: .max, dice: .max).nanoseconds > 0)
        #expect(backoff.wait(attempt: 0, dice: 0) == .milliseconds(500))
        #expect(backoff.wait(attempt: .min, dice: 0) == .milliseconds(500))
    }
}
