import Payments
import Purses
import Testing
import Vocabulary
import Wire

/// One person's lease on a box: 6.00 of a meal subsidy in two lots, 10.00 of cash, 5.00 of a bank account.
final class PurseWorld {
    static let rules = PurseRules(
        id: slug("r"),
        purses: [
            Purse(
                id: slug("meal"), chinese: "餐补", english: "Meals", kind: .subsidy,
                spendsOn: SpendingRule(items: [slug("meal")]),
                limits: PurseLimits(period: .init(count: 1), day: .init(amount: Fen(900)))),
            Purse(
                id: slug("cash"), chinese: "现金", english: "Cash", kind: .cash,
                limits: PurseLimits(month: .init(amount: Fen(2_000))), minimumBalance: Fen(300)),
            Purse(
                id: slug("bank"), chinese: "账户", english: "Account", kind: .debit, minimumBalance: Fen(-5_000)),
        ])
    static let lots = [
        LeaseLot(purse: slug("meal"), lot: slug("oct"), expires: day(20), amount: Fen(200)),
        LeaseLot(purse: slug("meal"), lot: slug("nov"), expires: day(30), amount: Fen(400)),
        LeaseLot(purse: slug("cash"), amount: Fen(1_000)), LeaseLot(purse: slug("bank"), amount: Fen(500)),
    ]

    let world = LeaseWorld()

    static func slug(_ text: String) -> Slug { try! Slug(text) }
    static func day(_ day: Int64) -> CivilDate { CivilDate(year: 2026, month: 11, day: day)! }
    static func lunch(_ on: Int64 = 20) -> Occasion {
        Occasion(merchant: slug("canteen"), period: slug("lunch"), day: day(on))
    }

    init(payments: Int64? = nil, usage: [LeaseUsage] = [], elsewhere: [DatedBalance]? = nil) {
        world.want()
        world.answer(.granted(terms(PurseWorld.lots, payments, usage, elsewhere: elsewhere)))
    }

    func terms(
        _ lots: [LeaseLot], _ payments: Int64? = nil, _ usage: [LeaseUsage] = [], elsewhere: [DatedBalance]? = nil
    ) -> LeaseTerms {
        LeaseTerms(
            amount: Fen(lots.reduce(0) { $0 + $1.amount.count }),
            expires: WallTime(milliseconds: world.now.wall.milliseconds + 3_600_000), seconds: 3_600,
            graceSeconds: 600, lots: lots, payments: payments, usage: usage, elsewhere: elsewhere)
    }

    func split(
        _ amount: Int64, _ item: String = "meal", guardian: Guardian? = nil, on occasion: Occasion = lunch()
    ) -> Result<[PurseSpend], LeaseSplitRefusal> {
        let basket = try! Basket([.init(amount: Fen(amount), item: PurseWorld.slug(item))])
        return world.keeper.split(
            basket, of: LeaseWorld.purse, guardian: guardian, on: occasion, by: PurseWorld.rules, at: world.now)
    }

    /// - Returns: what each purse paid; nil if nothing was.
    func eat(
        _ amount: Int64, _ item: String = "meal", guardian: Guardian? = nil, on occasion: Occasion = lunch()
    ) -> [String: Int64]? {
        guard let spends = try? split(amount, item, guardian: guardian, on: occasion).get(),
            let spend = try? world.keeper.spend(spends, of: LeaseWorld.purse, on: occasion, at: world.now)
        else { return nil }
        if case .put(_, let key, let value) = spend.state { world.kept[key] = value }
        return spends.reduce(into: [:]) { $0[$1.purse.text, default: 0] += $1.amount.count }
    }
}

@Suite("What a box may spend of a person's purses")
struct PurseLeaseTests {
    @Test("the box splits as the platform does: what expires first is spent first, then cash, then the bank account")
    func splits() throws {
        let box = PurseWorld()
        let spends = try box.split(1_800).get()
        #expect(spends.map(\.purse.text) == ["meal", "meal", "cash", "bank"])
        #expect(spends.map(\.amount) == [Fen(200), Fen(400), Fen(1_000), Fen(200)])
        #expect(spends.map { $0.lot?.text } == ["oct", "nov", nil, nil])
        // Of the account no more may be taken here than was lent of it, in however many payments.
        #expect(box.eat(1_900) != nil)
        #expect(box.split(201, "snack") == .failure(.purses(.notEnough(missing: Fen(1)))))
    }

    @Test(
        "nothing beyond what is lent is spent, and what must be left in a purse is left at the platform",
        arguments: [(2_100, true), (2_101, false)] as [(Int64, Bool)])
    func wholeLease(amount: Int64, isPaid: Bool) {
        #expect((PurseWorld().eat(amount) != nil) == isPaid)
    }

    @Test(
        "while the platform can be asked, a lease pays first only where the person's whole money would pay the same way",
        arguments: [
            // All of it is here, and the limits allow it.
            (600, "meal", [], true), (500, "snack", [], true),
            // More of the subsidy may be at the platform: here cash would make up for it.
            (700, "meal", [], false),
            // Another box may use the one meal that the subsidy pays.
            (600, "meal", [LeaseUsage(purse: PurseWorld.slug("meal"), window: nil, amount: Fen(0), count: 4)], false),
            // It was used, for certain: cash it is, wherever.
            (
                600, "meal",
                [
                    LeaseUsage(
                        purse: PurseWorld.slug("meal"), window: .period(PurseWorld.day(20), PurseWorld.slug("lunch")),
                        amount: Fen(600), count: 1)
                ], true
            ),
        ] as [(Int64, String, [LeaseUsage], Bool)])
    func firstChoice(amount: Int64, item: String, usage: [LeaseUsage], isFirst: Bool) throws {
        let box = PurseWorld(usage: usage)
        let spends = try box.split(amount, item).get()
        let basket = try Basket([.init(amount: Fen(amount), item: PurseWorld.slug(item))])
        #expect(
            box.world.keeper.isFirstChoice(
                spends, for: basket, of: LeaseWorld.purse, guardian: nil, on: PurseWorld.lunch(), by: PurseWorld.rules)
                == isFirst)
    }

    @Test("what is spent is gone, also after a restart")
    func restart() {
        let box = PurseWorld()
        #expect(box.eat(700) == ["meal": 600, "cash": 100])
        for _ in 0..<2 {
            #expect(box.split(1_401, "snack") == .failure(.purses(.notEnough(missing: Fen(1)))))
            #expect((try? box.split(1_400, "snack").get()) != nil)
            box.world.restart(boot: "boot-1")
        }
    }

    @Test("an expired lot is not spent, though it is lent")
    func expired() {
        let box = PurseWorld()
        #expect(box.eat(600, on: PurseWorld.lunch(21)) == ["meal": 400, "cash": 200])
    }

    @Test("a limit counts what was paid here, what was paid elsewhere, and what other boxes may still spend")
    func limits() {
        func usage(_ window: UsageWindow?, _ amount: Int64, _ count: Int64 = 0, purse: String? = "cash") -> LeaseUsage {
            LeaseUsage(purse: purse.map(PurseWorld.slug), window: window, amount: Fen(amount), count: count)
        }
        let month = UsageWindow.month(PurseWorld.day(1))
        let cases: [(usage: [LeaseUsage], cash: Int64)] = [
            ([], 1_000), ([usage(month, 1_500)], 500), ([usage(nil, 1_500)], 500),
            ([usage(month, 900), usage(nil, 600)], 500), ([usage(.day(PurseWorld.day(20)), 1_500)], 1_000),
            ([usage(.month(CivilDate(year: 2026, month: 10, day: 1)!), 1_500)], 1_000), ([usage(month, 2_000)], 0),
            ([usage(month, 1_900), usage(month, -400)], 500), ([usage(nil, 1_500, purse: nil)], 1_000),
        ]
        for (usage, cash) in cases {
            // The bank account pays 5.00 more.
            #expect(PurseWorld(usage: usage).eat(cash + 501, "snack") == nil)
            #expect(PurseWorld(usage: usage).eat(cash + 500, "snack")?["bank"] == 500)
        }
        // One subsidised meal a period, here or elsewhere.
        #expect(PurseWorld(usage: [usage(nil, 0, 1, purse: "meal")]).eat(500) == ["cash": 500])
        let box = PurseWorld()
        #expect(box.eat(100) == ["meal": 100])
        #expect(box.eat(100) == ["cash": 100])
    }

    @Test("a guardian's limit is over all purses, here and elsewhere; what is barred is not sold")
    func guardian() {
        let guardian = Guardian(
            limits: PurseLimits(day: .init(amount: Fen(800))), barredItems: [PurseWorld.slug("snack")])
        let elsewhere = LeaseUsage(purse: nil, window: .day(PurseWorld.day(20)), amount: Fen(200), count: 1)
        let box = PurseWorld(usage: [elsewhere])
        #expect(box.eat(601, guardian: guardian) == nil && box.eat(600, guardian: guardian) != nil)
        #expect(box.eat(1, guardian: guardian) == nil)
        #expect(
            box.split(1, "snack", guardian: guardian, on: PurseWorld.lunch(21))
                == .failure(.purses(.barredByGuardian(period: nil, items: [PurseWorld.slug("snack")]))))
    }

    @Test("no more payments are made than the platform allows; then more are asked for")
    func payments() {
        let box = PurseWorld(payments: 2)
        #expect(box.eat(100) != nil && box.eat(100, "snack") != nil)
        #expect(box.split(100, "snack") == .failure(.lease(.paymentsUsedUp)))
        let asked = box.world.sent.count
        box.world.tick()
        #expect(box.world.sent.count == asked + 1)
        box.world.answer(.granted(box.terms(PurseWorld.lots, 4)))
        #expect(box.eat(100, "snack") != nil)
    }

    @Test("an older answer that comes late lends no less, and does not know better what was paid elsewhere")
    func olderAnswer() throws {
        let box = PurseWorld()
        let world = box.world
        #expect(box.eat(1_900) != nil)
        // Three questions, of which the last has no answer yet.
        for _ in 0..<3 {
            world.pass(seconds: 11)
            world.tick()
        }
        let asks = world.sent.suffix(3).map(\.ask)
        var lots = PurseWorld.lots
        lots[2].amount = Fen(1_500)
        let full = LeaseUsage(purse: nil, window: nil, amount: Fen(900), count: 1)
        world.take(
            world.keeper.answer(LeaseWorld.id(1), .granted(box.terms(lots, 3, [full])), ask: asks[1], at: world.now))
        world.take(
            world.keeper.answer(
                LeaseWorld.id(1), .granted(box.terms(PurseWorld.lots, 1)), ask: asks[0], at: world.now))
        let guardian = Guardian(limits: PurseLimits(month: .init(amount: Fen(2_900))))
        #expect(box.eat(101, "snack", guardian: guardian) == nil && box.eat(100, "snack", guardian: guardian) != nil)
        #expect(box.eat(600, "snack") == ["cash": 400, "bank": 200])
        #expect(box.split(1, "snack") == .failure(.lease(.paymentsUsedUp)))
    }

    @Test("a lease that is recalled goes back at once, or when the payment on it is over; nothing is spent after that")
    func recalled() {
        for isBusy in [false, true] {
            let box = PurseWorld()
            let world = box.world
            #expect(world.keeper.purpose(of: LeaseWorld.id(1)) == LeaseWorld.purse)
            world.take(world.keeper.recalled(LeaseWorld.id(1), isBusy: isBusy, at: world.now))
            if isBusy {
                #expect(box.eat(100) != nil && world.unwritten.isEmpty)
                world.take(world.keeper.idle(LeaseWorld.purse, at: world.now))
            }
            #expect(box.split(100) == .failure(.lease(.noLease)))
            // Called back once more, and once it is on its way.
            world.take(world.keeper.recalled(LeaseWorld.id(1), isBusy: false, at: world.now))
            // The platform hears it when it is on disk, and with the number of spends.
            #expect(world.unwritten.count == 1)
            world.writeReturns()
            #expect(world.sent.last?.order == .giveBack(LeaseWorld.id(1), spends: isBusy ? 1 : 0))
        }
        let box = PurseWorld()
        box.world.take(box.world.keeper.idle(LeaseWorld.purse, at: box.world.now))
        box.world.take(box.world.keeper.recalled(LeaseWorld.id(7), isBusy: false, at: box.world.now))
        #expect(box.eat(100) != nil)
    }

    @Test("money that is told apart by purses is not spent as if it were one account's")
    func notAsOne() {
        let box = PurseWorld()
        #expect(throws: LeaseShortage.notEnough) {
            try box.world.keeper.spend(Fen(1), on: LeaseWorld.purse, at: box.world.now)
        }
    }

    @Test("what no lot holds is not spent, and leaves everything as it was")
    func wrongSpends() {
        let box = PurseWorld()
        for spend in [
            PurseSpend(line: 0, purse: PurseWorld.slug("cash"), amount: Fen(1_001)),
            PurseSpend(line: 0, purse: PurseWorld.slug("meal"), lot: PurseWorld.slug("oct"), amount: Fen(1)),
            PurseSpend(line: 0, purse: PurseWorld.slug("other"), amount: Fen(1)),
            PurseSpend(line: 0, purse: PurseWorld.slug("cash"), amount: .zero),
        ] {
            #expect(throws: LeaseShortage.notEnough) {
                try box.world.keeper.spend([spend], of: LeaseWorld.purse, on: PurseWorld.lunch(), at: box.world.now)
            }
        }
        #expect(box.eat(2_100) != nil)
    }
}
