import Parking
import Simulation
import Testing
import Vocabulary

@Suite("Whole car parks, simulated")
struct SimulationTests {
    @Test("whatever goes wrong, the books, the boxes and the booms agree in the end", arguments: UInt64(1)...200)
    func allFaults(seed: UInt64) throws {
        let report = try Runs.report(seed)
        #expect(report.failure == nil, "\(report)")
    }

    @Test("each kind of fault alone", arguments: SimulatedFault.allCases)
    func oneFault(fault: SimulatedFault) throws {
        for seed in UInt64(1)...3 {
            var setup = Runs.short(seed)
            setup.faults = [fault]
            let report = try Simulation.run(setup)
            #expect(report.failure == nil, "\(report)")
        }
    }

    @Test("the same seed does the same again, to the last digest; another seed does not")
    func replay() throws {
        let first = try Runs.report(7), second = try Simulation.run(Runs.short(7))
        #expect(first.digest == second.digest)
        #expect(first.counts == second.counts)
        #expect(first.digest != (try Runs.report(8)).digest)
    }

    @Test("a run has what a day at a car park has: cars, payments of every outcome, and every misfortune")
    func isBusy() throws {
        var total = SimulationCounts()
        for seed in UInt64(10)...15 {
            let counts = try Runs.report(seed).counts
            total.carsOut += counts.carsOut
            total.approved += counts.approved
            total.promisedOffline += counts.promisedOffline
            total.debts += counts.debts
            total.declined += counts.declined
            total.crashes += counts.crashes
            total.crashesInCommit += counts.crashesInCommit
            total.messagesLost += counts.messagesLost
            total.platformRestarts += counts.platformRestarts
            total.refusedWrites += counts.refusedWrites
            total.paidByCode += counts.paidByCode
            total.answeredLate += counts.answeredLate
            total.paidFromLease += counts.paidFromLease
            total.refunds += counts.refunds
            total.reversals += counts.reversals
        }
        #expect(total.carsOut > 100 && total.approved > 50 && total.promisedOffline > 5)
        #expect(total.debts > 0 && total.declined > 0 && total.crashes > 5 && total.crashesInCommit > 0)
        #expect(total.messagesLost > 10 && total.platformRestarts > 0 && total.refusedWrites > 0)
        #expect(total.paidByCode > 10 && total.answeredLate > 5 && total.refunds > 5 && total.reversals > 10)
        #expect(total.paidFromLease > 5)
    }
}
