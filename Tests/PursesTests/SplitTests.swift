import Purses
import Testing
import Vocabulary

/// The school of Scenarios/canteen/purses-school.json5, at lunch on Friday 20 November 2026.
@Suite("Which purse pays what")
struct SplitTests {
    let rules: PurseRules

    init() throws { rules = try PurseRules(repositoryFile("Scenarios/canteen/purses-school.json5"), file: "school") }

    private func state(_ purse: String, _ lots: [PurseState.Lot] = [], owed: Int64 = 0, used: Used = Used())
        -> PurseState
    {
        PurseState(purse: slug(purse), lots: lots, owed: Fen(owed), used: used)
    }

    /// Meal subsidy 6.00 until the end of November, hardship subsidy 20.00 in two lots, 30.00 paid in.
    private var pupil: [PurseState] {
        [
            state("nutrition", [lot("nov-20", 600, until: "2026-11-30")]),
            state(
                "hardship", [lot("autumn", 1500, until: "2027-02-28"), lot("summer", 500, until: "2026-11-21")]),
            state("cash", [lot(nil, 3000)]),
        ]
    }

    @Test("the worked example: a lunch of a meal, a dish, milk and a snack, as docs/PURSES.md tells it")
    func workedExample() {
        // 套餐 8.00, 加菜 5.00, 牛奶 3.00, 零食 4.00: 20.00 together.
        let tray = basket((800, "meal"), (500, "dish"), (300, "milk"), (400, "snack"))
        #expect(
            rules.split(tray, of: pupil, on: lunch())
                == .success([
                    spend(0, "nutrition", "nov-20", 600, until: "2026-11-30"),
                    // What expires tomorrow goes first: 2.00 of the meal and 3.00 of the dish.
                    spend(0, "hardship", "summer", 200, until: "2026-11-21"),
                    spend(1, "hardship", "summer", 300, until: "2026-11-21"),
                    spend(1, "hardship", "autumn", 200, until: "2027-02-28"),
                    spend(2, "hardship", "autumn", 300, until: "2027-02-28"),
                    spend(3, "cash", nil, 400),
                ]))
    }

    @Test("an earlier purse leaves the meal to the purse that may pay for nothing else: the subsidy never hides money")
    func looksAhead() throws {
        // Cash would pay the meal first and leave the snack to a subsidy that may not pay it.
        let anything = Purse(id: slug("cash"), chinese: "现金", english: "Cash", kind: .cash)
        let meals = Purse(
            id: slug("subsidy"), chinese: "补贴", english: "Subsidy", kind: .subsidy,
            spendsOn: SpendingRule(items: [slug("meal")]))
        let rules = PurseRules(id: slug("r"), purses: [anything, meals])
        let purses = [state("cash", [lot(nil, 500)]), state("subsidy", [lot("a", 700)])]
        #expect(
            rules.split(basket((700, "meal"), (500, "snack")), of: purses, on: lunch())
                == .success([spend(1, "cash", nil, 500), spend(0, "subsidy", "a", 700)]))
        #expect(
            rules.split(basket((800, "meal"), (300, "snack")), of: purses, on: lunch())
                == .success([
                    spend(0, "cash", nil, 200), spend(1, "cash", nil, 300), spend(0, "subsidy", "a", 600),
                ]))
    }

    @Test(
        "the meal subsidy pays at lunch, in the canteen, for the meal, and for nothing else",
        arguments: [
            ("canteen", "lunch", "meal", "nutrition"), ("canteen", "supper", "meal", "hardship"),
            ("canteen", "lunch", "dish", "hardship"), ("canteen", "lunch", "snack", "cash"),
            ("shop", "lunch", "meal", "cash"), ("canteen", nil, "meal", "cash"),
        ] as [(String, String?, String, String)])
    func purpose(merchant: String, period: String?, item: String, payer: String) throws {
        let occasion = Occasion(merchant: slug(merchant), period: period.map(slug), day: day("2026-11-20"))
        let spends = try rules.split(basket((500, item)), of: pupil, on: occasion).get()
        #expect(Set(spends.map(\.purse)) == [slug(payer)])
        #expect(spends.reduce(0) { $0 + $1.amount.count } == 500)
    }

    @Test("a lot pays on its last day and not on the next", arguments: [("2026-11-21", true), ("2026-11-22", false)])
    func lastDay(date: String, pays: Bool) throws {
        let spends = try rules.split(basket((300, "dish")), of: pupil, on: lunch(date)).get()
        #expect(spends.map(\.lot) == [slug(pays ? "summer" : "autumn")])
    }

    @Test("a payment to the last fen is made; with one fen less it is refused, and the missing fen is named")
    func lastFen() {
        let tray = basket((2000, "snack"))
        #expect(
            rules.split(tray, of: [state("cash", [lot(nil, 2000)])], on: lunch())
                == .success([spend(0, "cash", nil, 2000)]))
        let refusal = rules.split(tray, of: [state("cash", [lot(nil, 1999)])], on: lunch())
        #expect(refusal == .failure(.notEnough(missing: Fen(1))))
        #expect(words(refusal)?.0 == "余额不足，差0.01元")
    }

    @Test("the second lunch of a day is not paid by the meal subsidy, whose limit is one payment a meal")
    func secondLunch() throws {
        var purses = pupil
        purses[0].used = Used(period: Tally(amount: Fen(100), count: 1))
        let spends = try rules.split(basket((500, "meal")), of: purses, on: lunch()).get()
        #expect(Set(spends.map(\.purse)) == [slug("hardship")])
        let refusal = rules.split(basket((500, "meal")), of: [purses[0]], on: lunch())
        let limit = ReachedLimit(purse: slug("nutrition"), span: .period, measure: .count, left: .zero)
        #expect(refusal == .failure(.overLimit(limit)))
        #expect(words(refusal)?.0 == "营养餐补：本餐次数已用完")
        #expect(words(refusal)?.1 == "Meal subsidy: no more payments this meal")
    }

    @Test(
        "each limit holds to the fen, and what it leaves is told",
        arguments: [
            (.payment, Used(), 10_000), (.day, Used(day: Tally(amount: Fen(15_000), count: 9)), 5_000),
            (.day, Used(day: Tally(amount: Fen(20_000), count: 9)), 0),
        ] as [(PurseLimits.Span, Used, Int64)])
    func limits(span: PurseLimits.Span, used: Used, left: Int64) {
        let cash = [state("cash", [lot(nil, 100_000)], used: used)]
        if left > 0 {
            #expect(
                rules.split(basket((left, "snack")), of: cash, on: lunch()) == .success([spend(0, "cash", nil, left)]))
        }
        let limit = ReachedLimit(purse: slug("cash"), span: span, measure: .amount, left: Fen(left))
        #expect(rules.split(basket((left + 1, "snack")), of: cash, on: lunch()) == .failure(.overLimit(limit)))
    }

    @Test(
        "a bank account is debited as far as its floor, and not a fen further",
        arguments: [(9_500, 500, true), (9_500, 501, false), (10_000, 1, false), (10_001, 1, false)]
            as [(Int64, Int64, Bool)])
    func floor(owed: Int64, price: Int64, isPaid: Bool) {
        let split = rules.split(basket((price, "meal")), of: [state("account", owed: owed)], on: lunch())
        let missing = price - max(0, 10_000 - owed)
        #expect(
            split
                == (isPaid ? .success([spend(0, "account", nil, price)]) : .failure(.notEnough(missing: Fen(missing)))))
    }

    @Test("a purse that must keep something pays no further, and expired money does not count as kept")
    func minimum() {
        let rules = PurseRules(
            id: slug("r"),
            purses: [Purse(id: slug("cash"), chinese: "现", english: "Cash", kind: .cash, minimumBalance: Fen(200))])
        let purses = [state("cash", [lot(nil, 700), lot("old", 200, until: "2026-11-19")])]
        #expect(
            rules.split(basket((500, "meal")), of: purses, on: lunch()) == .success([spend(0, "cash", nil, 500)]))
        #expect(
            rules.split(basket((501, "meal")), of: purses, on: lunch()) == .failure(.notEnough(missing: Fen(1))))
    }

    @Test("what another till spent too much is made up for by what comes in next, before anything is paid")
    func overspent() {
        let cash = [state("cash", [lot("paid-in-1", -300), lot("paid-in-2", 1000)])]
        #expect(
            rules.split(basket((700, "meal")), of: cash, on: lunch())
                == .success([spend(0, "cash", "paid-in-2", 700)]))
        #expect(
            rules.split(basket((701, "meal")), of: cash, on: lunch()) == .failure(.notEnough(missing: Fen(1))))
    }

    @Test("a line that no purse may pay here is named, whatever money there is")
    func nothingPayable() {
        let subsidies = Array(pupil.prefix(2))
        #expect(
            rules.split(basket((500, "meal"), (100, "snack"), (100, "snack")), of: subsidies, on: lunch())
                == .failure(.nothingPayableHere(lines: [1, 2])))
        #expect(
            rules.split(basket((100, "meal")), of: [state("of-last-year", [lot(nil, 900)])], on: lunch())
                == .failure(.nothingPayableHere(lines: [0])))
    }

    @Test("a guardian bars sweets, or a whole meal, and limits the day over all purses together")
    func guardian() {
        let guardian = Guardian(
            limits: PurseLimits(day: PurseLimits.Limit(amount: Fen(1500), count: 3)), barredItems: [slug("snack")],
            barredPeriods: [slug("supper")])
        func split(_ basket: Basket, _ used: Used = Used(), period: String = "lunch") -> SplitRefusal? {
            var occasion = lunch()
            occasion.period = slug(period)
            let state = GuardianState(guardian, used: used)
            guard case .failure(let refusal) = rules.split(basket, of: pupil, guardian: state, on: occasion) else {
                return nil
            }
            return refusal
        }
        let day = { (left: Int64, measure: ReachedLimit.Measure) -> SplitRefusal in
            .overLimit(ReachedLimit(purse: nil, span: .day, measure: measure, left: Fen(left)))
        }
        #expect(split(basket((1500, "meal"))) == nil)
        #expect(split(basket((1501, "meal"))) == day(1500, .amount))
        #expect(split(basket((600, "meal")), Used(day: Tally(amount: Fen(1000), count: 2))) == day(500, .amount))
        #expect(split(basket((100, "meal")), Used(day: Tally(amount: Fen(100), count: 3))) == day(0, .count))
        #expect(
            split(basket((500, "meal"), (0, "snack"), (0, "snack")))
                == .barredByGuardian(period: nil, items: [slug("snack")]))
        #expect(split(basket((500, "meal")), period: "supper") == .barredByGuardian(period: slug("supper"), items: []))
        #expect(split(basket((0, "meal")), Used(day: Tally(amount: Fen(1500), count: 9))) == nil)
    }

    @Test("of more than 64 lots those that expire first are used, the others wait")
    func manyLots() throws {
        let lots = (0..<65).map { index in
            PurseState.Lot(
                id: slug("lot-\(index)"), expires: CivilDate(dayNumber: day("2027-06-30").dayNumber - Int64(index)),
                left: Fen(10))
        }
        let rules = PurseRules(
            id: slug("r"), purses: [Purse(id: slug("s"), chinese: "补", english: "S", kind: .subsidy)])
        let spends = try rules.split(basket((640, "meal")), of: [state("s", lots)], on: lunch()).get()
        #expect(spends.map(\.lot) == (1...64).reversed().map { slug("lot-\($0)") })
        #expect(
            rules.split(basket((641, "meal")), of: [state("s", lots)], on: lunch())
                == .failure(.notEnough(missing: Fen(1))))
    }

    @Test("a balance of more than 64 bits hold pays, and nothing wraps")
    func hugeBalances() {
        let cash = [state("cash", [lot(nil, .max), lot("b", .max)])]
        #expect(
            rules.split(basket((100, "meal")), of: cash, on: lunch()) == .success([spend(0, "cash", "b", 100)]))
        let debts = [lot("a", .min), lot("b", .min), lot("c", .max)]
        #expect(
            rules.split(basket((1, "meal")), of: [state("cash", debts)], on: lunch())
                == .failure(.notEnough(missing: Fen(1))))
        #expect(
            rules.split(basket((1, "meal")), of: [state("account", owed: .max)], on: lunch())
                == .failure(.notEnough(missing: Fen(1))))
        #expect(
            rules.split(basket((100, "meal")), of: [state("account", owed: .min)], on: lunch())
                == .success([spend(0, "account", nil, 100)]))
    }

    @Test(
        "what nobody can have filled is no basket",
        arguments: [
            ([], .lines(0)), (Array(repeating: 1, count: 51), .lines(51)), ([5, -1], .negative(line: 1, Fen(-1))),
            ([1_000_000_000, 1], .tooMuch), ([1, .max], .tooMuch),
        ] as [([Int64], BasketError)])
    func baskets(amounts: [Int64], error: BasketError) {
        #expect(throws: error) {
            try Basket(amounts.map { Basket.Line(amount: Fen($0), item: slug("meal")) })
        }
    }

    @Test("fifty lines over eight purses are split in an instant")
    func largest() throws {
        let classes = (0..<8).map { slug("item-\($0)") }
        let purses = (0..<8).map { index in
            Purse(
                id: slug("p-\(index)"), chinese: "p", english: "p", kind: .cash,
                spendsOn: SpendingRule(items: Set(classes.dropFirst(index).prefix(4) + [classes[0]])))
        }
        let rules = PurseRules(id: slug("r"), purses: purses)
        let states = purses.map { PurseState(purse: $0.id, lots: [lot(nil, 900)]) }
        let lines = (0..<50).map { Basket.Line(amount: Fen(100), item: classes[$0 % 8]) }
        let basket = try Basket(lines)
        let time = try ContinuousClock().measure {
            let spends = try rules.split(basket, of: states, on: lunch()).get()
            #expect(spends.reduce(0) { $0 + $1.amount.count } == 5000)
        }
        print("50 lines over 8 purses: \(time)")
        #expect(time < .milliseconds(100))
    }

    private func words(_ result: Result<[Spend], SplitRefusal>) -> (String, String)? {
        guard case .failure(let refusal) = result else { return nil }
        return refusal.words(by: rules)
    }
}
