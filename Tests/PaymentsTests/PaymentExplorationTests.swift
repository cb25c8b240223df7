import Testing
import Vocabulary
import Wire

@testable import Payments

@Suite("Every order of events of one payment")
struct PaymentExplorationTests {
    @Test("a new payment keeps every rule, whatever happens in whatever order", arguments: [true, false])
    func fresh(isLinkUp: Bool) {
        var explorer = PaymentExplorer()
        explorer.explore(
            PaymentMachine(charge: Fixtures.charge, timings: Fixtures.timings, isLinkUp: isLinkUp),
            watch: PaymentWatch(isLinkUp: isLinkUp), depth: 8)
        #expect(explorer.faults.isEmpty)
        #expect(explorer.visited > 500)
    }

    @Test("a payment taken up again after it may have been sent is never given up without a reversal")
    func askedBefore() {
        var explorer = PaymentExplorer()
        explorer.explore(
            PaymentMachine(charge: Fixtures.charge, timings: Fixtures.timings, isLinkUp: true, wasAsked: true),
            watch: PaymentWatch(isLinkUp: true, isOpen: true), depth: 8)
        #expect(explorer.faults.isEmpty)
    }

    @Test("a reversal that an earlier run began goes on until the platform confirms it")
    func leftOver() {
        var machine = PaymentMachine.leftOver(charge: Fixtures.charge, timings: Fixtures.timings, isReversing: true)
        #expect(machine.nextDeadline == nil)
        #expect(machine.handle(.linkUp, at: Fixtures.at(1_000)) == [.send(.reverse(Fixtures.charge.payment))])
        var watch = PaymentWatch(isLinkUp: true, isOpen: true)
        _ = watch.note(.abandoned, [.send(.reverse(Fixtures.charge.payment))])
        var explorer = PaymentExplorer()
        explorer.explore(machine, watch: watch, depth: 8)
        #expect(explorer.faults.isEmpty)
    }

    @Test("a payment that a power cut interrupted keeps every rule")
    func interrupted() {
        var explorer = PaymentExplorer()
        explorer.explore(
            .leftOver(charge: Fixtures.charge, timings: Fixtures.timings, isReversing: false),
            watch: PaymentWatch(isLinkUp: false, isOpen: true, isLeftOver: true), depth: 8)
        #expect(explorer.faults.isEmpty)
        #expect(explorer.visited > 100)
    }

    @Test("a machine that breaks a rule is caught", arguments: Breach.allCases)
    func isAlive(breach: Breach) {
        var explorer = PaymentExplorer(step: breach.step)
        explorer.explore(
            PaymentMachine(charge: Fixtures.charge, timings: Fixtures.timings, isLinkUp: true),
            watch: PaymentWatch(isLinkUp: true), depth: 5)
        #expect(!explorer.faults.isEmpty)
    }

    /// Ways to be wrong.
    enum Breach: CaseIterable {
        case sendsAtOnce, forgetsReversal, reportsTwice, callsTimeOutDeclined, reportsAfterAbandonment
        case chargesAfterAbandonment, endsWithoutOutcome, asksAnotherPrice, givesUpWithoutUndoing

        var step: PaymentExplorer.Step {
            { machine, event, now in
                let actions = machine.handle(event, at: now)
                switch self {
                case .sendsAtOnce:
                    return event == .linkUp ? actions + [.send(.charge(Fixtures.charge, code: nil))] : actions
                case .forgetsReversal:
                    return actions.filter { $0 != .send(.reverse(Fixtures.charge.payment)) }
                case .reportsTwice: return actions.flatMap { $0 == .report(.approved) ? [$0, $0] : [$0] }
                case .callsTimeOutDeclined:
                    return actions.map { $0 == .report(.timedOut) ? .report(.declined(.insufficientFunds)) : $0 }
                case .reportsAfterAbandonment:
                    return event == .abandoned && !actions.isEmpty ? actions + [.report(.timedOut)] : actions
                case .chargesAfterAbandonment:
                    return event == .abandoned && !actions.isEmpty
                        ? [.send(.charge(Fixtures.charge, code: nil))] + actions : actions
                case .endsWithoutOutcome:
                    return actions.contains(.report(.timedOut)) ? actions + [.finished] : actions
                case .givesUpWithoutUndoing:
                    return actions.contains(.report(.notConfirmed)) ? [.report(.notConfirmed), .finished] : actions
                case .asksAnotherPrice:
                    return actions.map { action in
                        guard case .send(.charge(var charge, _)) = action else { return action }
                        charge.quote.total = Fen(1)
                        return .send(.charge(charge, code: nil))
                    }
                }
            }
        }
    }
}
