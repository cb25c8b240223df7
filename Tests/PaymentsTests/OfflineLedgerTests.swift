import Payments
import Testing
import Vocabulary

private let limits = OfflinePolicy.Limits(
    perPayment: Fen(5_000), perAccount: Fen(10_000), perAccountCount: 3, longestListAge: .seconds(7_200),
    velocityCount: 1_000, velocityWindow: .seconds(60))

private let policy = OfflinePolicy(
    limits: [.plate: limits], perBox: Fen(20_000), perBoxCount: 5, longestWithoutContact: .seconds(3_600))

/// The policy with other limits for plates.
private func policy(_ change: (inout OfflinePolicy.Limits) -> Void) -> OfflinePolicy {
    var (changed, all) = (limits, policy)
    change(&changed)
    all.limits = [.plate: changed]
    return all
}

/// A value beside a limit, and what it is refused for.
private typealias Boundary = (Int64, OfflineRefusal?)

/// What the ledger refuses the charge for; nil if it promises it.
private func refusal(
    _ ledger: inout OfflineLedger, _ amount: Int64, plate: Int = 1, limit: Int64? = 1_000_000,
    withoutContact: Uptime.Span = .seconds(0), listAge: Uptime.Span = .seconds(0), isDenied: Bool = false,
    at now: Uptime = Uptime(milliseconds: 0)
) -> OfflineRefusal? {
    do throws(OfflineRefusal) {
        try ledger.promise(
            Fen(amount), to: .contract(Holder(plate: Fixtures.plate(plate))),
            OfflineCircumstances(
                contractLimit: limit.map { Fen($0) }, isDenied: isDenied, listAge: listAge,
                withoutContact: withoutContact), at: now)
        return nil
    } catch { return error }
}

@Suite("What a box may promise offline")
struct OfflineLedgerTests {
    @Test("nothing, where the scenario does not allow it")
    func notAllowed() {
        var forbidding = policy
        forbidding.limits = [.card: limits]
        var ledger = OfflineLedger(policy: forbidding)
        #expect(refusal(&ledger, 1) == .notAllowed)
    }

    @Test("nothing to a plate without a contract")
    func noContract() {
        var ledger = OfflineLedger(policy: policy)
        #expect(refusal(&ledger, 1, limit: nil) == .noContract)
    }

    @Test(
        "one payment up to its cap",
        arguments: [(4_999, nil), (5_000, nil), (5_001, OfflineRefusal.overPaymentCap)] as [Boundary])
    func perPayment(amount: Int64, expected: OfflineRefusal?) {
        var ledger = OfflineLedger(policy: policy)
        #expect(refusal(&ledger, amount) == expected)
        #expect(ledger.outstanding.amount == (expected == nil ? Fen(amount) : .zero))
        #expect(ledger.outstanding.count == (expected == nil ? 1 : 0))
    }

    @Test(
        "one plate up to its cap",
        arguments: [(4_999, nil), (5_000, nil), (5_001, OfflineRefusal.overAccountCap)] as [Boundary])
    func perPlate(second: Int64, expected: OfflineRefusal?) {
        var ledger = OfflineLedger(policy: policy { $0.perPayment = Fen(6_000) })
        #expect(refusal(&ledger, 5_000) == nil)
        #expect(refusal(&ledger, second) == expected)
        #expect(refusal(&ledger, second, plate: 2) == nil)
    }

    @Test(
        "one plate up to what its contract says, all promises together",
        arguments: [(1_999, OfflineRefusal.overContractLimit), (2_000, nil), (2_001, nil)] as [Boundary])
    func contractLimit(limit: Int64, expected: OfflineRefusal?) {
        var ledger = OfflineLedger(policy: policy)
        #expect(refusal(&ledger, 1_000, limit: limit) == nil)
        #expect(refusal(&ledger, 1_000, limit: limit) == expected)
    }

    @Test("one plate up to its number of payments")
    func perPlateCount() {
        var ledger = OfflineLedger(policy: policy)
        for _ in 1...3 { #expect(refusal(&ledger, 1) == nil) }
        #expect(refusal(&ledger, 1) == .overAccountCount)
        #expect(refusal(&ledger, 1, plate: 2) == nil)
    }

    @Test(
        "the box up to its cap",
        arguments: [(4_999, nil), (5_000, nil), (5_001, OfflineRefusal.overBoxCap)] as [Boundary])
    func perBox(last: Int64, expected: OfflineRefusal?) {
        var ledger = OfflineLedger(policy: policy { $0.perPayment = Fen(6_000) })
        for plate in 1...3 { #expect(refusal(&ledger, 5_000, plate: plate) == nil) }
        #expect(refusal(&ledger, last, plate: 4) == expected)
    }

    @Test("the box up to its number of payments")
    func perBoxCount() {
        var ledger = OfflineLedger(policy: policy)
        for plate in 1...5 { #expect(refusal(&ledger, 1, plate: plate) == nil) }
        #expect(refusal(&ledger, 1, plate: 6) == .overBoxCount)
        ledger.settled()
        #expect(refusal(&ledger, 1, plate: 6) == nil)
    }

    @Test(
        "for as long without contact as the scenario says",
        arguments: [(3_600_000, nil), (3_600_001, OfflineRefusal.tooLongWithoutContact)] as [Boundary])
    func withoutContact(milliseconds: Int64, expected: OfflineRefusal?) {
        var ledger = OfflineLedger(policy: policy)
        #expect(refusal(&ledger, 1, withoutContact: .milliseconds(milliseconds)) == expected)
    }

    @Test(
        "only on a list that is not too old",
        arguments: [(7_200_000, nil), (7_200_001, OfflineRefusal.listTooOld)] as [Boundary])
    func listAge(milliseconds: Int64, expected: OfflineRefusal?) {
        var ledger = OfflineLedger(policy: policy)
        #expect(refusal(&ledger, 1, listAge: .milliseconds(milliseconds)) == expected)
    }

    @Test("nothing to who is on the denial list, whatever the contract allows")
    func denied() {
        var ledger = OfflineLedger(policy: policy)
        #expect(refusal(&ledger, 1, isDenied: true) == .denied)
        #expect(refusal(&ledger, 1) == nil)
    }

    @Test("no code that a phone showed, no code that the box shows and no cash, even where the file names them")
    func oneShot() throws {
        var careless = policy
        for kind in Instrument.Kind.allCases { careless.limits[kind] = limits }
        for instrument in [Instrument.payerCode(.weChat, ending: "1234"), .shownCode, .cash(takenBy: "li")] {
            var ledger = OfflineLedger(policy: careless)
            #expect(throws: OfflineRefusal.oneShot) {
                try ledger.promise(
                    Fen(1), to: instrument,
                    OfflineCircumstances(
                        contractLimit: Fen(1_000), isDenied: false, listAge: .seconds(0), withoutContact: .seconds(0)),
                    at: Uptime(milliseconds: 0))
            }
            #expect(ledger.outstanding == (.zero, 0))
        }
    }

    @Test("one account so many times in a window, whether the platform has confirmed them or not")
    func velocity() {
        var ledger = OfflineLedger(
            policy: policy {
                $0.velocityCount = 2
                $0.velocityWindow = .seconds(60)
            })
        #expect(refusal(&ledger, 1, at: Fixtures.at(0)) == nil)
        ledger.settled()
        #expect(refusal(&ledger, 1, at: Fixtures.at(10_000)) == nil)
        #expect(refusal(&ledger, 1, at: Fixtures.at(59_999)) == .tooFast)
        #expect(refusal(&ledger, 1, plate: 2, at: Fixtures.at(59_999)) == nil)
        #expect(refusal(&ledger, 1, at: Fixtures.at(60_000)) == nil)
    }

    @Test("what an earlier run promised counts")
    func recall() {
        var ledger = OfflineLedger(policy: policy)
        for _ in 1...3 { ledger.recall(Fen(1), of: Holder(plate: Fixtures.plate(1)), at: Uptime(milliseconds: 0)) }
        #expect(ledger.outstanding == (Fen(3), 3))
        #expect(refusal(&ledger, 1) == .overAccountCount)
    }

    @Test("sums beyond 64 bits refuse instead of wrapping round")
    func overflow() {
        let boundless = OfflinePolicy(
            limits: [
                .plate: .init(
                    perPayment: Fen(.max), perAccount: Fen(.max), perAccountCount: .max, longestListAge: .seconds(.max),
                    velocityCount: .max, velocityWindow: .seconds(1))
            ], perBox: Fen(.max), perBoxCount: .max, longestWithoutContact: .seconds(.max))
        var ledger = OfflineLedger(policy: boundless)
        ledger.recall(Fen(.max), of: Holder(plate: Fixtures.plate(1)), at: Uptime(milliseconds: 0))
        ledger.recall(Fen(.max), of: Holder(plate: Fixtures.plate(1)), at: Uptime(milliseconds: 0))
        #expect(ledger.outstanding == (Fen(.max), 2))
        #expect(refusal(&ledger, 1, limit: .max) == .overAccountCap)
        #expect(refusal(&ledger, 1, plate: 2, limit: .max) == .overBoxCap)
    }

    @Test("whatever is promised in whatever order stays within every limit", arguments: 1...20)
    func neverAbove(seed: UInt64) {
        var dice = Dice(seed: seed)
        var ledger = OfflineLedger(policy: policy)
        var promised: [Int: (amount: Int64, count: Int)] = [:]
        for _ in 0..<200 {
            if Int.random(in: 0..<20, using: &dice) == 0 {
                ledger.settled()
                promised = [:]
            }
            let (plate, amount) = (Int.random(in: 1...4, using: &dice), Int64.random(in: 1...6_000, using: &dice))
            if refusal(&ledger, amount, plate: plate) == nil {
                #expect(amount <= 5_000)
                promised[plate, default: (0, 0)].amount += amount
                promised[plate, default: (0, 0)].count += 1
            }
            #expect(promised.values.allSatisfy { $0.amount <= 10_000 && $0.count <= 3 })
            let (sum, count) = promised.values.reduce((0, 0)) { ($0.0 + $1.amount, $0.1 + $1.count) }
            #expect(sum <= 20_000 && count <= 5)
            #expect(ledger.outstanding == (Fen(sum), Int64(count)))
        }
    }
}
