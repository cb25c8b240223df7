public import Vocabulary

/// Which purse of a person pays for what, in which order, and how much. Data, used unchanged by box and platform.
public struct PurseRules: Hashable, Sendable {
    /// The name of this version of the rules.
    public var id: Slug
    /// Where days and months begin and end.
    public var zone: TimeZoneRule
    /// In spending order.
    public let purses: [Purse]

    /// More purses than this are not a person's but a mistake.
    public static let mostPurses = 8

    /// - Parameter purses: 1 to ``mostPurses``, each of another name.
    public init(id: Slug, zone: TimeZoneRule = .china, purses: [Purse]) {
        precondition((1...PurseRules.mostPurses).contains(purses.count), "a set of rules has 1 to 8 purses")
        precondition(Set(purses.map(\.id)).count == purses.count, "two purses have one name")
        self.id = id
        self.zone = zone
        self.purses = purses
    }

    public func purse(_ id: Slug) -> Purse? { purses.first { $0.id == id } }

    /// The local day of a moment. A meal period that spans midnight belongs to the day on which it began: whoever knows
    /// the periods says which day that is.
    public func day(at wall: WallTime) -> CivilDate { zone.date(at: wall) }
}

/// One kind of money that persons have here, and what it may be spent on.
public struct Purse: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// Given for a purpose: it pays for that and for nothing else.
        case subsidy
        /// The person's own money, paid in before.
        case cash
        /// A bank account that is debited later. No balance of it is known here, only what was taken and is not yet
        /// collected.
        case debit
    }

    public var id: Slug
    /// What the payer is shown.
    public var chinese: String, english: String
    public var kind: Kind
    public var spendsOn: SpendingRule
    public var limits: PurseLimits
    /// What must be left after a payment, zero or more; of a `debit` purse, how far what was taken may go below zero.
    /// nil: nothing must be left; of a `debit` purse, only its limits bound it.
    public var minimumBalance: Fen?
    public var expiry: ExpiryRule
    /// Where refunds go: this purse, unless the rules name another.
    public var refundsTo: Slug

    public init(
        id: Slug, chinese: String, english: String, kind: Kind, spendsOn: SpendingRule = SpendingRule(),
        limits: PurseLimits = PurseLimits(), minimumBalance: Fen? = nil, expiry: ExpiryRule = .never,
        refundsTo: Slug? = nil
    ) {
        self.id = id
        self.chinese = chinese
        self.english = english
        self.kind = kind
        self.spendsOn = spendsOn
        self.limits = limits
        self.minimumBalance = minimumBalance
        self.expiry = expiry
        self.refundsTo = refundsTo ?? id
    }
}

/// What a purse's money may be spent on; nil: on anything.
public struct SpendingRule: Hashable, Sendable {
    /// Classes of merchants, such as `canteen`.
    public var merchants: Set<Slug>?
    /// Meal periods, such as `lunch`. Outside every period none of them is.
    public var periods: Set<Slug>?
    /// Classes of items, such as `meal`.
    public var items: Set<Slug>?

    public init(merchants: Set<Slug>? = nil, periods: Set<Slug>? = nil, items: Set<Slug>? = nil) {
        self.merchants = merchants
        self.periods = periods
        self.items = items
    }

    public func allows(_ item: Slug, on occasion: Occasion) -> Bool { allows(item, on: occasion, .all) }

    func allows(_ item: Slug, on occasion: Occasion, _ checks: PurseChecks) -> Bool {
        if checks.contains(.keepsMerchants), let merchants, !merchants.contains(occasion.merchant) { return false }
        if checks.contains(.keepsPeriods), let periods {
            guard let period = occasion.period, periods.contains(period) else { return false }
        }
        if checks.contains(.keepsItems), let items, !items.contains(item) { return false }
        return true
    }

    /// Whether it allows nothing that the other does not.
    func isWithin(_ other: SpendingRule) -> Bool {
        func isWithin(_ mine: Set<Slug>?, _ theirs: Set<Slug>?) -> Bool {
            guard let theirs else { return true }
            return mine?.isSubset(of: theirs) ?? false
        }
        return isWithin(merchants, other.merchants) && isWithin(periods, other.periods) && isWithin(items, other.items)
    }
}

/// Until when money that is issued into a purse may be spent.
public enum ExpiryRule: Hashable, Sendable {
    case never
    /// So many local days, 1 or more; the day of issue is the first.
    case days(Int64)
    /// Until the end of the local month of issue.
    case endOfMonth

    /// The last day on which money may be spent that is issued on a day; nil: there is none.
    public func lastDay(ofMoneyFrom day: CivilDate) -> CivilDate? {
        switch self {
        case .never: nil
        case .days(let count): CivilDate(dayNumber: day.dayNumber + count - 1)
        case .endOfMonth: day.endOfMonth
        }
    }
}
