import Testing
import Vocabulary
import Wire

@testable import Payments

private let charge = Fixtures.charge
private let ask = PaymentMachine.Action.send(.charge(Fixtures.charge))
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
                == [.report(.approved), .record(.approved), .finished])
        #expect(!machine.isLive)
        #expect(machine.nextDeadline == nil)
    }

    @Test(
        "the lane waits for the whole time and no longer",
        arguments: [(2_999, false), (3_000, true), (3_001, true)] as [(Int64, Bool)])
    func deadline(milliseconds: Int64, isOver: Bool) {
        var machine = requested()
        let actions = machine.handle(.tick, at: Fixtures.at(milliseconds))
        #expect(actions == (isOver ? [.record(.timedOut), .report(.timedOut), ask] : []))
    }

    @Test("a payment that timed out is asked for again and again with the same id, and may still be approved")
    func asksAgain() {
        var machine = requested()
        _ = machine.handle(.tick, at: Fixtures.at(3_000))
        for round in 1...100 {
            let due = Fixtures.at(3_000 + Int64(round) * 5_000)
            #expect(machine.nextDeadline == due)
            #expect(machine.handle(.tick, at: due) == [ask])
        }
        #expect(machine.handle(.answer(.approved), at: Fixtures.at(600_000)).first == .report(.approved))
    }

    @Test("\"I do not know yet\" is reported once, however often the platform says so")
    func unknown() {
        var machine = requested()
        #expect(machine.handle(.answer(.unknown), at: Fixtures.at(10)) == [.record(.unknown), .report(.unknown)])
        #expect(machine.handle(.answer(.unknown), at: Fixtures.at(20)) == [])
        #expect(machine.handle(.tick, at: Fixtures.at(5_019)) == [])
        #expect(machine.handle(.tick, at: Fixtures.at(5_020)) == [ask])
    }

    @Test("when the link falls the car does not wait for an answer that cannot come")
    func linkFalls() {
        var machine = requested()
        #expect(machine.handle(.linkDown, at: Fixtures.at(10)) == [.record(.timedOut), .report(.timedOut)])
        #expect(machine.nextDeadline == nil)
        #expect(machine.handle(.linkUp, at: Fixtures.at(9_000)) == [ask])
    }

    @Test("a link that falls while the charge is being written is noticed as soon as it is on disk")
    func linkFallsBeforeDurable() {
        var machine = created()
        #expect(machine.handle(.linkDown, at: Fixtures.at(1)) == [])
        #expect(machine.handle(.durable, at: Fixtures.at(5)) == [.record(.timedOut), .report(.timedOut)])
    }

    @Test("a link that flaps does not make it ask more often")
    func flapping() {
        var machine = requested()
        var asked = 0
        for round in 0..<1_000 {
            let now = Fixtures.at(Int64(round) * 10)
            asked += machine.handle(.linkDown, at: now).filter { $0 == ask }.count
            asked += machine.handle(.linkUp, at: now).filter { $0 == ask }.count
        }
        #expect(asked <= 3)
    }

    @Test("a car that goes before the charge was sent leaves nothing to undo")
    func abandonedBeforeSending() {
        var machine = created()
        #expect(machine.handle(.abandoned, at: Fixtures.at(0)) == [.record(.reversed), .finished])
        #expect(machine.handle(.durable, at: Fixtures.at(1)) == [])
    }

    @Test("an approval that comes after the car has gone is undone until the platform confirms")
    func lateApproval() {
        var machine = requested()
        #expect(machine.handle(.abandoned, at: Fixtures.at(100)) == [.record(.reversing), undo])
        #expect(machine.handle(.answer(.approved), at: Fixtures.at(150)) == [undo])
        #expect(machine.handle(.answer(.unknown), at: Fixtures.at(160)) == [])
        #expect(machine.handle(.linkDown, at: Fixtures.at(200)) == [])
        #expect(machine.handle(.linkUp, at: Fixtures.at(9_000)) == [undo])
        #expect(machine.handle(.answer(.reversed), at: Fixtures.at(9_100)) == [.record(.reversed), .finished])
    }

    @Test("a payment settled by a record asks no more")
    func settled() {
        var machine = requested()
        _ = machine.handle(.linkDown, at: Fixtures.at(10))
        #expect(machine.handle(.settledByRecord, at: Fixtures.at(10)) == [.finished])
        #expect(machine.handle(.linkUp, at: Fixtures.at(20)) == [])
        #expect(machine.handle(.answer(.approved), at: Fixtures.at(30)) == [])
    }
}
