import Testing
import Vocabulary
import Wire

@testable import Payments

private let charge = Fixtures.charge
private let ask = PaymentMachine.Action.send(.charge(Fixtures.charge, code: nil))
private let query = PaymentMachine.Action.send(.query(Fixtures.charge.payment))
private let undo = PaymentMachine.Action.send(.reverse(Fixtures.charge.payment))

@Suite("The life of a payment")
struct PaymentMachineTests {
    private func created() -> PaymentMachine {
        PaymentMachine(charge: charge, timings: Fixtures.timings, isLinkUp: true)
    }

    private func requested() -> PaymentMachine {
        var machine = created()
        #expect(machine.handle(.durable, at: Fixtures.at(0)) == [ask])
        return machine
    }

    @Test("an approval is reported before it is written")
    func approval() {
        var machine = requested()
        #expect(machine.isLive)
        #expect(
            machine.handle(.answer(.approved), at: Fixtures.at(200))
                == [.report(.approved), .record(.approved, nil), .finished])
        #expect(!machine.isLive)
        #expect(machine.nextDeadline == nil)
    }

    @Test(
        "the lane waits for the whole time and no longer",
        arguments: [(2_999, false), (3_000, true), (3_001, true)] as [(Int64, Bool)])
    func deadline(milliseconds: Int64, isOver: Bool) {
        var machine = requested()
        let actions = machine.handle(.tick, at: Fixtures.at(milliseconds))
        #expect(
            actions == (isOver ? [.record(.timedOut, nil), .report(.timedOut), .record(.queried, nil), query] : []))
    }

    @Test("the platform is asked again and again what became of a payment that timed out, and may still approve it")
    func asksAgain() {
        var machine = requested()
        _ = machine.handle(.tick, at: Fixtures.at(3_000))
        for round in 1...100 {
            let due = Fixtures.at(3_000 + Int64(round) * 5_000)
            #expect(machine.nextDeadline == due)
            #expect(machine.handle(.tick, at: due) == [query])
        }
        #expect(machine.handle(.answer(.neverSeen), at: Fixtures.at(510_000)) == [ask])
        #expect(machine.handle(.answer(.approved), at: Fixtures.at(600_000)).first == .report(.approved))
    }

    @Test("\"I do not know yet\" is reported once, however often the platform says so")
    func unknown() {
        var machine = requested()
        #expect(machine.handle(.answer(.unknown), at: Fixtures.at(10)) == [.record(.unknown, nil), .report(.unknown)])
        #expect(machine.handle(.answer(.unknown), at: Fixtures.at(20)) == [])
        #expect(machine.handle(.tick, at: Fixtures.at(5_019)) == [])
        #expect(machine.handle(.tick, at: Fixtures.at(5_020)) == [.record(.queried, nil), query])
    }

    @Test("when the link falls the car does not wait for an answer that cannot come")
    func linkFalls() {
        var machine = requested()
        #expect(machine.handle(.linkDown, at: Fixtures.at(10)) == [.record(.timedOut, nil), .report(.timedOut)])
        #expect(machine.nextDeadline == nil)
        #expect(machine.handle(.linkUp, at: Fixtures.at(9_000)) == [.record(.queried, nil), query])
    }

    @Test("a link that falls while the charge is being written is noticed as soon as it is on disk")
    func linkFallsBeforeDurable() {
        var machine = created()
        #expect(machine.handle(.linkDown, at: Fixtures.at(1)) == [])
        #expect(machine.handle(.durable, at: Fixtures.at(5)) == [.record(.timedOut, nil), .report(.timedOut)])
    }

    @Test("a link that flaps does not make it ask more often")
    func flapping() {
        var machine = requested()
        var asked = 0
        for round in 0..<1_000 {
            let now = Fixtures.at(Int64(round) * 10)
            asked += machine.handle(.linkDown, at: now).filter { $0 == ask || $0 == query }.count
            asked += machine.handle(.linkUp, at: now).filter { $0 == ask || $0 == query }.count
        }
        #expect(asked <= 3)
    }

    @Test("a car that goes before the charge was sent leaves nothing to undo")
    func abandonedBeforeSending() {
        var machine = created()
        #expect(machine.handle(.abandoned, at: Fixtures.at(0)) == [.record(.reversed, nil), .finished])
        #expect(machine.handle(.durable, at: Fixtures.at(1)) == [])
    }

    @Test("an approval that comes after the car has gone is undone until the platform confirms")
    func lateApproval() {
        var machine = requested()
        #expect(machine.handle(.abandoned, at: Fixtures.at(100)) == [.record(.reversing, nil), undo])
        #expect(machine.handle(.answer(.approved), at: Fixtures.at(150)) == [undo])
        #expect(machine.handle(.answer(.unknown), at: Fixtures.at(160)) == [])
        #expect(machine.handle(.linkDown, at: Fixtures.at(200)) == [])
        #expect(machine.handle(.linkUp, at: Fixtures.at(9_000)) == [undo])
        #expect(machine.handle(.answer(.reversed), at: Fixtures.at(9_100)) == [.record(.reversed, nil), .finished])
    }

    @Test("a payment settled by a record asks no more")
    func settled() {
        var machine = requested()
        _ = machine.handle(.linkDown, at: Fixtures.at(10))
        #expect(machine.handle(.settledByRecord, at: Fixtures.at(10)) == [.finished])
        #expect(machine.handle(.linkUp, at: Fixtures.at(20)) == [])
        #expect(machine.handle(.answer(.approved), at: Fixtures.at(30)) == [])
    }

    @Test("a payer who types a password is asked about every 10 s, and given up after 45 s")
    func pending() {
        var machine = requested()
        #expect(machine.handle(.answer(.pending), at: Fixtures.at(100)) == [.record(.pending, nil), .report(.pending)])
        #expect(!machine.isLive)
        #expect(machine.handle(.tick, at: Fixtures.at(10_100)) == [.record(.queried, nil), query])
        #expect(machine.handle(.answer(.pending), at: Fixtures.at(10_200)) == [])
        #expect(machine.handle(.answer(.unknown), at: Fixtures.at(10_300)) == [])
        #expect(machine.handle(.tick, at: Fixtures.at(20_100)) == [query])
        #expect(
            machine.handle(.tick, at: Fixtures.at(45_100)) == [.record(.reversing, nil), .report(.notConfirmed), undo])
        #expect(machine.handle(.answer(.approved), at: Fixtures.at(45_200)) == [undo])
        #expect(machine.handle(.answer(.reversed), at: Fixtures.at(45_300)) == [.record(.reversed, nil), .finished])
    }

    @Test("word that something changed elsewhere is followed by a question at once")
    func changedElsewhere() {
        var machine = requested()
        _ = machine.handle(.answer(.pending), at: Fixtures.at(100))
        #expect(machine.handle(.changedElsewhere, at: Fixtures.at(200)) == [.record(.queried, nil), query])
        #expect(
            machine.handle(.answer(.approved), at: Fixtures.at(300))
                == [.report(.approved), .record(.approved, nil), .finished])
    }

    @Test("a code that the box shows may be paid for as long as it is shown")
    func shownCode() {
        var shown = charge
        shown.instrument = .shownCode
        var machine = PaymentMachine(charge: shown, timings: Fixtures.timings, isLinkUp: true)
        _ = machine.handle(.durable, at: Fixtures.at(0))
        _ = machine.handle(.answer(.pending), at: Fixtures.at(0))
        #expect(!machine.handle(.tick, at: Fixtures.at(119_999)).contains(.report(.notConfirmed)))
        #expect(machine.handle(.tick, at: Fixtures.at(120_000)).contains(.report(.notConfirmed)))
    }

    @Test("after a power cut an approval stands: the boom may have opened on it in the moment before")
    func leftOverApproved() {
        var machine = PaymentMachine.leftOver(charge: charge, timings: Fixtures.timings, isReversing: false)
        #expect(machine.handle(.linkUp, at: Fixtures.at(0)) == [.record(.queried, nil), query])
        #expect(
            machine.handle(.answer(.approved), at: Fixtures.at(10))
                == [.report(.approved), .record(.approved, nil), .finished])
    }

    @Test(
        "after a power cut a charge that never arrived, or that its payer has not confirmed, is undone",
        arguments: [PaymentOutcome.neverSeen, .pending])
    func leftOverUndone(outcome: PaymentOutcome) {
        var machine = PaymentMachine.leftOver(charge: charge, timings: Fixtures.timings, isReversing: false)
        _ = machine.handle(.linkUp, at: Fixtures.at(0))
        #expect(machine.handle(.answer(.unknown), at: Fixtures.at(5)) == [])
        #expect(machine.handle(.answer(outcome), at: Fixtures.at(10)) == [.record(.reversing, nil), undo])
    }
}
