import Payments
import Purses
import Testing
import Vocabulary
import Wire

@Suite("What is left in a person's purses, as a box can say it")
struct PursesLeftTests {
    /// Beside the lease's 6.00 of meals and 10.00 of cash: 3.00 of meals to the 20th, 50.00 of cash.
    private static let elsewhere = [
        DatedBalance(purse: PurseWorld.slug("meal"), expires: PurseWorld.day(20), amount: Fen(300)),
        DatedBalance(purse: PurseWorld.slug("meal"), expires: PurseWorld.day(30), amount: Fen(100)),
        DatedBalance(purse: PurseWorld.slug("cash"), amount: Fen(5_000)),
    ]

    private func left(_ box: PurseWorld, on day: Int64 = 20) -> [String: Int64]? {
        let day = CivilDate(dayNumber: PurseWorld.day(1).dayNumber + day - 1)
        return box.world.keeper.left(of: LeaseWorld.purse, on: day)?.balances
            .reduce(into: [:]) { $0[$1.purse.text] = $1.amount.count }
    }

    /// Waits until the box asks for more time.
    private func ask(_ box: PurseWorld) -> UInt64 {
        let count = box.world.sent.count
        while box.world.sent.count == count {
            box.world.pass(seconds: 10)
            box.world.tick()
        }
        return box.world.sent.last?.ask ?? 0
    }

    private func answer(_ box: PurseWorld, _ ask: UInt64, cash: Int64, elsewhere: Int64?) {
        var lots = PurseWorld.lots
        lots[2].amount = Fen(cash)
        let told = elsewhere.map { [DatedBalance(purse: PurseWorld.slug("cash"), amount: Fen($0))] }
        box.world.take(
            box.world.keeper.answer(
                LeaseWorld.id(1), .granted(box.terms(lots, elsewhere: told)), ask: ask, at: box.world.now))
    }

    @Test("it is what the platform has told, and what is left of the lease; of a bank account nothing is said")
    func sum() {
        let box = PurseWorld(elsewhere: Self.elsewhere)
        #expect(left(box) == ["meal": 1_000, "cash": 6_000])
        #expect(box.eat(700) != nil)
        #expect(left(box) == ["meal": 400, "cash": 5_900])
        let told = box.world.keeper.left(of: LeaseWorld.purse, on: PurseWorld.day(20))?.asOf
        #expect(told == box.world.now.wall)
        box.world.pass(seconds: 60)
        #expect(box.world.keeper.left(of: LeaseWorld.purse, on: PurseWorld.day(20))?.asOf == told)
    }

    @Test(
        "what has ended by the day of the meal is not there, in the lease or beside it",
        arguments: [(20, 1_000), (21, 500), (30, 500), (31, 0)] as [(Int64, Int64)])
    func ended(day: Int64, meal: Int64) {
        #expect(left(PurseWorld(elsewhere: Self.elsewhere), on: day) == ["meal": meal, "cash": 6_000])
    }

    @Test("what was not told is not said; a purse that is empty elsewhere is")
    func untold() {
        #expect(left(PurseWorld()) == nil)
        #expect(left(PurseWorld(elsewhere: [])) == [:])
        #expect(
            left(PurseWorld(elsewhere: [DatedBalance(purse: PurseWorld.slug("meal"), amount: .zero)])) == ["meal": 600])
        // Fifty yuan and more than 64 bits hold.
        let huge = DatedBalance(purse: PurseWorld.slug("cash"), amount: Fen(.max))
        #expect(left(PurseWorld(elsewhere: [huge])) == nil)
        #expect(
            LeaseKeeper(policy: LeaseWorld.policy, boot: "b", at: LeaseWorld().now).left(
                of: LeaseWorld.purse, on: PurseWorld.day(20)) == nil)
    }

    @Test("it outlives a restart; a lease that an earlier version kept has none, and pays as ever")
    func restart() throws {
        let box = PurseWorld(elsewhere: Self.elsewhere)
        #expect(box.eat(700) != nil)
        let told = box.world.keeper.left(of: LeaseWorld.purse, on: PurseWorld.day(20))
        box.world.restart(boot: "boot-1")
        #expect(told != nil && box.world.keeper.left(of: LeaseWorld.purse, on: PurseWorld.day(20)) == told)
        let kept = try #require(box.world.kept.values.first.map { String(decoding: $0, as: UTF8.self) })
        let end = try #require(kept.firstRange(of: ",\"elsewhere\""))
        let old = Array((kept[..<end.lowerBound] + "}").utf8)
        let lease = try #require(FloatLease(stateValue: old))
        #expect(lease.stateValue == old)
        box.world.kept = box.world.kept.mapValues { _ in old }
        box.world.restart(boot: "boot-1")
        #expect(left(box) == nil && box.eat(100, "snack") != nil)
    }

    @Test("an answer counts that names the money that is lent; whichever comes first, nothing is counted twice")
    func answers() {
        // The renewal has moved 5.00 of what was outside into the lease.
        for order in [[0, 1], [1, 0]] {
            let box = PurseWorld(elsewhere: Self.elsewhere)
            let asks = [ask(box), ask(box)]
            let amounts = [(1_000, 5_000), (1_500, 4_500)] as [(Int64, Int64)]
            for index in order {
                answer(box, asks[index], cash: amounts[index].0, elsewhere: amounts[index].1)
                #expect(left(box)?["cash"] == 6_000)
            }
        }
        // The platform has carried out the earlier question after the later one.
        let late = PurseWorld(elsewhere: Self.elsewhere)
        let asks = [ask(late), ask(late), ask(late)]
        answer(late, asks[1], cash: 1_000, elsewhere: 5_000)
        answer(late, asks[0], cash: 1_500, elsewhere: 4_500)
        #expect(left(late) == nil)
        let first = PurseWorld(elsewhere: Self.elsewhere)
        let others = [ask(first), ask(first)]
        answer(first, others[0], cash: 1_500, elsewhere: 4_500)
        answer(first, others[1], cash: 1_000, elsewhere: 5_000)
        #expect(left(first)?["cash"] == 6_000)
        // A platform that does not say takes back what an earlier answer said.
        answer(first, ask(first), cash: 1_500, elsewhere: nil)
        #expect(left(first) == nil)
    }

    @Test("when money outside the lease has moved, nothing is said until a later question is answered")
    func moved() {
        let box = PurseWorld(elsewhere: Self.elsewhere)
        let before = ask(box)
        for change in box.world.keeper.changedElsewhere(LeaseWorld.purse, at: box.world.now) {
            box.world.keep(change)
        }
        #expect(left(box) == nil)
        answer(box, before, cash: 1_000, elsewhere: 5_000)
        #expect(left(box) == nil)
        // The platform was asked again at once, because that answer did not know.
        let count = box.world.sent.count - 1
        #expect(box.world.sent.count == count + 1)
        answer(box, box.world.sent.last?.ask ?? 0, cash: 1_000, elsewhere: 4_000)
        #expect(left(box)?["cash"] == 5_000)
        let changes = box.world.keeper.changedElsewhere(LeaseWorld.purse, at: box.world.now)
        for change in changes { box.world.keep(change) }
        #expect(changes.count == 1)
        #expect(box.world.keeper.changedElsewhere(LeaseWorld.purse, at: box.world.now) == [])
        box.world.restart(boot: "boot-1")
        #expect(left(box) == nil && !box.world.kept.isEmpty)
    }

    @Test(
        "of a lease from which something may have been paid twice, or whose spend was not written, nothing is said again"
    )
    func doubt() {
        for isLost in [false, true] {
            let box = PurseWorld(elsewhere: Self.elsewhere)
            #expect(box.eat(100) != nil)
            if isLost {
                box.world.keeper.spendLost(LeaseWorld.id(1))
            } else {
                for change in box.world.keeper.doubt(LeaseWorld.purse) { box.world.keep(change) }
                #expect(box.world.keeper.doubt(LeaseWorld.purse) == [])
            }
            #expect(left(box) == nil)
            answer(box, ask(box), cash: 1_000, elsewhere: 5_000)
            #expect(left(box) == nil)
            guard !isLost else { continue }
            box.world.restart(boot: "boot-1")
            box.world.take(box.world.keeper.linkUp(at: box.world.now))
            answer(box, box.world.sent.last?.ask ?? 0, cash: 1_000, elsewhere: 5_000)
            #expect(left(box) == nil)
        }
    }
}
