import Purses
import Vocabulary

/// Small questions of every kind: three purses at most, three lines at most, a few fen.
struct RandomPurses {
    var dice: Dice
    private static let items = ["meal", "dish", "snack"].map(slug)
    private static let periods = ["breakfast", "lunch"].map(slug)
    private static let merchants = ["canteen", "shop"].map(slug)
    static let today = day("2026-11-20")

    init(seed: UInt64) { dice = Dice(seed: seed) }

    mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &dice) }
    mutating func chance(_ one: Int64, in all: Int64) -> Bool { number(1...all) <= one }

    /// A part of what there is, not empty; nil as often as not.
    private mutating func some(_ all: [Slug]) -> Set<Slug>? {
        if chance(1, in: 2) { return nil }
        var chosen = Set(all.filter { _ in chance(2, in: 3) })
        if chosen.isEmpty { chosen = [all[0]] }
        return chosen
    }

    private mutating func limits(_ most: Int64) -> PurseLimits {
        guard chance(1, in: 3) else { return PurseLimits() }
        func limit(_ random: inout RandomPurses) -> PurseLimits.Limit? {
            guard random.chance(1, in: 4) else { return nil }
            let (amount, count) = (Fen(random.number(1...most)), random.number(1...3))
            switch random.number(0...2) {
            case 0: return PurseLimits.Limit(amount: amount)
            case 1: return PurseLimits.Limit(count: count)
            default: return PurseLimits.Limit(amount: amount, count: count)
            }
        }
        return PurseLimits(
            payment: chance(1, in: 4) ? Fen(number(1...most)) : nil, period: limit(&self), day: limit(&self),
            month: limit(&self))
    }

    private mutating func used() -> Used {
        func tally(_ random: inout RandomPurses) -> Tally {
            Tally(amount: Fen(random.number(0...3)), count: random.number(0...2))
        }
        return Used(period: tally(&self), day: tally(&self), month: tally(&self))
    }

    private mutating func purse(_ index: Int) -> (Purse, PurseState) {
        let kind = Purse.Kind.allCases[Int(number(0...5)) % 3]
        let minimum: Fen? =
            switch kind {
            case .debit: chance(2, in: 3) ? Fen(number(-8...0)) : nil
            case .subsidy, .cash: chance(1, in: 4) ? Fen(number(0...2)) : nil
            }
        let purse = Purse(
            id: slug("p-\(index)"), chinese: "钱包", english: "Purse", kind: kind,
            spendsOn: SpendingRule(
                merchants: some(RandomPurses.merchants), periods: some(RandomPurses.periods),
                items: some(RandomPurses.items)), limits: limits(6), minimumBalance: minimum)
        let lots = (0..<number(0...3)).map { lot in
            PurseState.Lot(
                id: slug("lot-\(9 - lot)"),
                expires: chance(1, in: 3)
                    ? nil : CivilDate(dayNumber: RandomPurses.today.dayNumber + number(-1...2)),
                left: Fen(number(0...4)))
        }
        return (
            purse,
            PurseState(
                purse: purse.id, lots: kind == .debit ? [] : lots, owed: Fen(kind == .debit ? number(0...5) : 0),
                used: used())
        )
    }

    mutating func question() -> SplitQuestion {
        let all = (0..<Int(number(1...3))).map { purse($0) }
        let lines = (0..<number(1...3)).map { _ in
            Basket.Line(amount: Fen(number(0...4)), item: RandomPurses.items[Int(number(0...2))])
        }
        guard let basket = try? Basket(lines) else { preconditionFailure("small lines are a basket") }
        var guardian: GuardianState?
        if chance(1, in: 4) {
            guardian = GuardianState(
                Guardian(
                    limits: limits(12), barredItems: chance(1, in: 4) ? [RandomPurses.items[2]] : [],
                    barredPeriods: chance(1, in: 4) ? [RandomPurses.periods[0]] : []), used: used())
        }
        var states = all.map(\.1)
        states.shuffle(using: &dice)
        if chance(1, in: 8) { states.removeLast() }
        return SplitQuestion(
            rules: PurseRules(id: slug("r"), purses: all.map(\.0)), basket: basket, states: states, guardian: guardian,
            occasion: Occasion(
                merchant: RandomPurses.merchants[chance(3, in: 4) ? 0 : 1],
                period: chance(1, in: 6) ? nil : RandomPurses.periods[Int(number(0...1))], day: RandomPurses.today))
    }
}
