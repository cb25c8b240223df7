public import Vocabulary

/// What one person has in one purse: on the platform all of it, on a box what has been leased to it.
public struct PurseState: Hashable, Sendable {
    /// Money that came in together and expires together.
    public struct Lot: Hashable, Sendable {
        /// The reference of its issue; nil: money that is not told apart, such as what was paid in.
        public var id: Slug?
        /// The last day on which it may be spent; nil: there is none.
        public var expires: CivilDate?
        /// What is left of it; below zero where late news came of money spent elsewhere: then what comes in next into
        /// any lot makes up for it first.
        public var left: Fen

        public init(id: Slug?, expires: CivilDate?, left: Fen) {
            self.id = id
            self.expires = expires
            self.left = left
        }
    }

    public var purse: Slug
    /// Of a `debit` purse: none.
    public var lots: [Lot]
    /// Of a `debit` purse: what was taken and is not yet collected.
    public var owed: Fen
    /// What was paid from it before.
    public var used: Used

    /// Of more lots than this, those that expire first are used; the others wait until there is room. Nothing is
    /// joined, so that a reversal finds each lot as it was.
    public static let mostLots = 64

    public init(purse: Slug, lots: [Lot] = [], owed: Fen = .zero, used: Used = Used()) {
        self.purse = purse
        self.lots = lots
        self.owed = owed
        self.used = used
    }

    /// The lots that may be spent on a day, in the order in which they are spent: what expires first, first.
    func spendable(on day: CivilDate, _ checks: PurseChecks) -> [Lot] {
        var live = lots.filter { lot in
            lot.left > .zero && (lot.expires.map { $0 >= day } ?? true || !checks.contains(.skipsExpired))
        }
        if checks.contains(.soonestFirst) { live.sort(by: PurseState.isSooner) }
        return Array(live.prefix(PurseState.mostLots))
    }

    private static func isSooner(_ left: Lot, _ right: Lot) -> Bool {
        let days = (left.expires?.dayNumber ?? .max, right.expires?.dayNumber ?? .max)
        return days.0 != days.1 ? days.0 < days.1 : (left.id?.text ?? "~") < (right.id?.text ?? "~")
    }
}

extension Purse {
    /// What money there is for a payment, limits aside.
    /// - Returns: zero or more; `Int64.max` where nothing but limits bounds it, or where 64 bits do not hold it.
    func money(in state: PurseState, on day: CivilDate, _ checks: PurseChecks) -> Fen {
        var sum: Int64
        if kind == .debit {
            guard minimumBalance != nil else { return Fen(.max) }
            sum = state.owed.count == .min ? .max : -state.owed.count
        } else {
            sum = Purse.sum(state.spendable(on: day, checks).map(\.left.count))
            // What was spent too much elsewhere is not there: the minimum is kept, and no lot pays for it twice.
            let (rest, overflow) = sum.addingReportingOverflow(Purse.sum(state.lots.map { min(0, $0.left.count) }))
            sum = overflow ? 0 : rest
        }
        if checks.contains(.keepsMinimum), let minimumBalance {
            let (rest, overflow) = sum.subtractingReportingOverflow(minimumBalance.count)
            sum = overflow ? (minimumBalance < .zero ? .max : 0) : rest
        }
        return Fen(max(0, sum))
    }

    /// The sum; where 64 bits do not hold it, their end.
    private static func sum(_ amounts: [Int64]) -> Int64 {
        amounts.reduce(0) { sum, amount in
            let (next, overflow) = sum.addingReportingOverflow(amount)
            return overflow ? (amount < 0 ? .min : .max) : next
        }
    }

    /// What it could pay at most of one payment on an occasion, if all of it were for what it may be spent on.
    ///
    /// What a box is lent for a person need not be more.
    public func room(in state: PurseState, on occasion: Occasion) -> Fen {
        let left = limits.left(after: state.used, on: occasion, .all).map(\.amount).min() ?? Fen(.max)
        return min(left, money(in: state, on: occasion.day, .all))
    }
}
