internal import JSONText
internal import Purses
internal import Vocabulary
internal import Wire

/// What a lease of a person holds: which money, and what limits have to know. Empty for a holder of one account.
struct LeasePurses: Hashable, Sendable {
    /// Money of one lot, and what of it this box has spent.
    struct Lot: Hashable, Sendable {
        var lent: LeaseLot
        var spent = Fen.zero

        var rest: Fen { Fen(lent.amount.count - spent.count) }
    }

    /// What the person has outside the lease, as the platform said at one moment.
    struct Elsewhere: Hashable, Sendable {
        var money: [DatedBalance]
        var told: WallTime
    }

    private(set) var lots: [Lot] = []
    /// The most payments that may ever be made from it; nil: any number.
    private(set) var payments: Int64?
    /// What was paid elsewhere, as the platform knew it when it last answered.
    private(set) var usage: [LeaseUsage] = []
    /// What the person has outside the lease, and when the platform said so; nil: it has not, or what it said is over.
    private(set) var elsewhere: Elsewhere?
    /// Nothing of the kind is believed any more while the lease lasts.
    private(set) var isInDoubt = false
    /// What this box has paid from the lease.
    private(set) var here = UsageBook()

    var isEmpty: Bool { lots.isEmpty }

    /// Takes in what the platform says.
    /// - Parameter isNewest: no later question was answered before: only then does it know more of what was paid
    ///   elsewhere. How much is lent never falls, whichever answer comes first.
    /// - Parameter tells: it knows of everything that this box has done with money outside the lease.
    mutating func take(_ terms: LeaseTerms, isNewest: Bool, tells: Bool) {
        let before = lots
        for lot in terms.lots {
            if let index = lots.firstIndex(where: { $0.lent.isSameMoney(as: lot) }) {
                lots[index].lent.amount = max(lots[index].lent.amount, lot.amount)
            } else {
                lots.append(Lot(lent: lot))
            }
        }
        if let most = terms.payments { payments = max(payments ?? most, most) }
        if isNewest { usage = terms.usage }
        // What is lent was outside before: only an answer that names just these lots says what is outside now.
        if isNewest, tells, !isInDoubt, Set(terms.lots) == Set(lots.map(\.lent)) {
            elsewhere = terms.elsewhere.map { Elsewhere(money: $0, told: terms.told) }
        } else if lots != before {
            elsewhere = nil
        }
    }

    /// Money outside the lease has moved, and nobody has told how much there is now.
    /// - Parameter forGood: what is counted as spent here may not be so at the platform: no answer tells what is left.
    /// - Returns: whether that changes anything.
    mutating func forgetElsewhere(forGood: Bool = false) -> Bool {
        let before = (elsewhere, isInDoubt)
        elsewhere = nil
        isInDoubt = isInDoubt || forGood
        return before != (elsewhere, isInDoubt)
    }

    /// What the person has in each purse, the lease included; nil: nobody has told.
    func left(on day: CivilDate) -> PursesLeft? {
        guard let elsewhere else { return nil }
        let told = Set(elsewhere.money.map(\.purse))
        let here = lots.filter { told.contains($0.lent.purse) }.map {
            DatedBalance(purse: $0.lent.purse, expires: $0.lent.expires, amount: $0.rest)
        }
        return (elsewhere.money + here).balances(on: day).map { PursesLeft(balances: $0, asOf: elsewhere.told) }
    }

    // MARK: - For the rules

    /// What the person can spend here of each purse, on an occasion.
    func states(on occasion: Occasion, by rules: PurseRules) -> [PurseState] {
        var states: [PurseState] = []
        for lot in lots {
            let purse = lot.lent.purse
            if !states.contains(where: { $0.purse == purse }) {
                states.append(PurseState(purse: purse, used: used(purse, on: occasion)))
            }
            guard let index = states.firstIndex(where: { $0.purse == purse }) else { continue }
            if rules.purse(purse)?.kind == .debit {
                states[index].owed = Fen(states[index].owed.count + lot.spent.count)
            } else {
                states[index].lots.append(
                    PurseState.Lot(id: lot.lent.lot, expires: lot.lent.expires, left: lot.rest))
            }
        }
        return states
    }

    /// What was paid from a purse, nil: from all together, in the windows of an occasion: here, and elsewhere as far as
    /// the platform has told.
    func used(_ purse: Slug?, on occasion: Occasion) -> Used {
        var used = here.used(purse, on: occasion)
        for other in usage where other.purse == purse {
            for window in UsageWindow.all(of: occasion) where other.window == window || other.window == nil {
                switch window {
                case .period: used.period.add(other)
                case .day: used.day.add(other)
                case .month: used.month.add(other)
                }
            }
        }
        return used
    }

    /// The rules as they hold for what is lent.
    func lent(by rules: PurseRules) -> PurseRules {
        var sums: [Slug: Fen] = [:]
        for lot in lots { sums[lot.lent.purse] = Fen((sums[lot.lent.purse] ?? .zero).count + lot.lent.amount.count) }
        return rules.lent(sums)
    }

    /// As if every purse that it has money of had more than any basket costs, and nobody spent anything elsewhere that
    /// is not yet known.
    var asIfWhole: LeasePurses {
        var whole = self
        for index in whole.lots.indices {
            whole.lots[index].lent.amount = Fen(LeasePurses.plenty + lots[index].spent.count)
        }
        whole.usage.removeAll { $0.window == nil }
        return whole
    }

    /// A hundred million yuan: so many lots of it are far from the end of 64 bits.
    private static let plenty: Int64 = 10_000_000_000

    /// Counts what was paid; all of it or nothing.
    /// - Returns: false if a lot has not that much, or the counters cannot hold it.
    mutating func spend(_ spends: [PurseSpend], on occasion: Occasion) -> Bool {
        var changed = self
        for spend in spends {
            guard spend.amount > .zero,
                let index = changed.lots.firstIndex(where: { $0.lent.isMoney(of: spend) }),
                spend.amount <= changed.lots[index].rest
            else { return false }
            changed.lots[index].spent = Fen(changed.lots[index].spent.count + spend.amount.count)
        }
        // What ended two months ago no limit asks for; a lease lasts a month at most.
        changed.here.forget(before: CivilDate(dayNumber: occasion.day.startOfMonth.dayNumber - 31))
        guard (try? changed.here.apply(UsageMove.all(of: spends, on: occasion))) != nil else { return false }
        self = changed
        return true
    }

    // MARK: - Kept

    func write(to writer: inout JSONWriter) {
        guard !lots.isEmpty else { return }
        writer.field("lots", array: lots) { writer, lot in
            writer.object {
                lot.lent.write(to: &$0)
                $0.field("spent", lot.spent.count)
            }
        }
        writer.field("payments", ifPresent: payments)
        writer.field("usage", array: usage) { writer, used in writer.object { used.write(to: &$0) } }
        // In an order of their own, so that the same lease always gives the same bytes.
        let counters = here.tallies.map { key, tally in
            LeaseUsage(purse: key.purse, window: key.window, amount: tally.amount, count: tally.count)
        }.sorted {
            ($0.purse?.text ?? "", $0.window?.description ?? "") < ($1.purse?.text ?? "", $1.window?.description ?? "")
        }
        writer.field("here", array: counters) { writer, used in writer.object { used.write(to: &$0) } }
        if isInDoubt { writer.field("inDoubt", true) }
        guard let elsewhere else { return }
        writer.field("elsewhere", array: elsewhere.money) { writer, one in writer.object { one.write(to: &$0) } }
        writer.field("told", elsewhere.told.milliseconds)
    }

    init() {}

    /// - Returns: nil for what is no such thing.
    init?(_ node: JSONNode) {
        guard node["lots"] != nil else { return }
        guard let listed = node["lots"]?.array, let used = node["usage"]?.array, let paid = node["here"]?.array else {
            return nil
        }
        for entry in listed {
            guard let lot = try? LeaseLot(entry), let spent = entry["spent"]?.integer,
                (0...lot.amount.count).contains(spent)
            else { return nil }
            lots.append(Lot(lent: lot, spent: Fen(spent)))
        }
        payments = node["payments"]?.integer
        for entry in used {
            guard let other = try? LeaseUsage(entry) else { return nil }
            usage.append(other)
        }
        var tallies: [UsageBook.Key: Tally] = [:]
        for entry in paid {
            guard let own = try? LeaseUsage(entry), let window = own.window else { return nil }
            tallies[UsageBook.Key(purse: own.purse, window: window)] = Tally(amount: own.amount, count: own.count)
        }
        here = UsageBook(tallies)
        isInDoubt = node["inDoubt"]?.bool ?? false
        guard let outside = node["elsewhere"] else { return }
        guard let listed = outside.array, let told = node["told"]?.integer else { return nil }
        var money: [DatedBalance] = []
        for entry in listed {
            guard let one = try? DatedBalance(entry) else { return nil }
            money.append(one)
        }
        elsewhere = Elsewhere(money: money, told: WallTime(milliseconds: told))
    }
}

extension Tally {
    /// What leaves 64 bits is past every limit.
    fileprivate mutating func add(_ other: LeaseUsage) {
        amount = (try? amount.adding(other.amount)) ?? Fen(other.amount < .zero ? 0 : .max)
        count = (try? Fen(count).adding(Fen(other.count)).count) ?? (other.count < 0 ? 0 : .max)
    }
}

extension LeaseLot {
    func isSameMoney(as other: LeaseLot) -> Bool {
        purse == other.purse && lot == other.lot && expires == other.expires
    }

    func isMoney(of spend: PurseSpend) -> Bool {
        purse == spend.purse && lot == spend.lot && expires == spend.expires
    }
}
