public import Effects
public import Vocabulary

/// What the customer at one lane sees.
public struct LaneScreen: Hashable, Sendable {
    public var word = CanteenWord.idle
    /// Masked; nil: nobody is known.
    public var name: String?
    public var lines: [SaleLine] = []
    public var total: Fen?
    /// What each purse paid, and what is left in each; empty: nobody has told.
    public var shares: [SaleEntry.Share] = []
    public var balances: [PurseBalance] = []
    /// The balances are what the platform said then, less what was paid here since; nil: it has just said them.
    public var balancesAsOf: WallTime?
    /// Rises with each change, so that a sound is played once.
    public var number: Int64 = 0

    public init() {}
}

/// What the cashier of one lane sees beside that.
public struct LaneDesk: Hashable, Sendable {
    public enum Stage: String, CaseIterable, Sendable {
        case idle, keyed, paying, writing, waitingForGate
    }

    public var id: LaneID
    public var mode: CanteenMode.Kind?
    public var stage: Stage
    /// Names the sale that stands here; nil: none does.
    public var sale: UUIDv7?
    public var screen: LaneScreen
    /// Who was known before the sale was complete.
    public var waiting: String?
    public var weight: Grams?
    /// Whether the turnstile may open; nil: there is none.
    public var isGateReady: Bool?
    public var alarms: [LaneCondition]
    /// How many are to be let in on the next ticket, if somebody has said so.
    public var people: Int64?
}

/// All that a canteen's pages show, decided here so that it can be tested without a page.
public struct CanteenBoard: Hashable, Sendable {
    /// What is left of one item.
    public struct StockRow: Hashable, Sendable {
        public var item: Slug
        public var left: Int64
        public var sold: Int64
    }

    public var meal: Meal
    public var mealName: (chinese: String, english: String)? {
        chineseMeal.flatMap { chinese in englishMeal.map { (chinese, $0) } }
    }
    var chineseMeal: String?
    var englishMeal: String?
    public var lanes: [LaneDesk]
    /// Oldest first, at most ten.
    public var last: [SaleEntry]
    public var stock: [StockRow]
    public var report: PeriodReport
    /// Closed, oldest first.
    public var reports: [PeriodReport]
    /// Of so many people whom the box knows, so many can eat while the platform cannot be asked.
    public var peopleReady: Int
    public var peopleKnown: Int
    public var isLinkUp: Bool
    public var isJournalHealthy: Bool
    public var disk: DiskLevel
    /// The platform splits payments by other rules: nothing is charged to leases.
    public var doRulesDiffer: Bool
    public var playlist: [String]
}
