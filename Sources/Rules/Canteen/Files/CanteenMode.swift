public import Vocabulary

/// How a sale comes about at a lane.
public struct CanteenMode: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// One price a person, by group.
        case fixedPrice
        /// The cashier keys an amount.
        case keyed
        /// Items of a menu.
        case menu
        /// Food by weight.
        case weighed
        /// Meals are counted; nobody pays here.
        case countOnly
        /// Who may pass, passes; nothing is counted.
        case passOnly
        /// Who shows a ticket of the platform passes.
        case tickets

        /// Whether presenting oneself is all that it takes.
        public var isByPresentation: Bool {
            switch self {
            case .fixedPrice, .countOnly, .passOnly, .tickets: true
            case .keyed, .menu, .weighed: false
            }
        }
    }

    /// One item of a menu.
    public struct Item: Hashable, Sendable {
        public var id: Slug
        /// The class by which purses know it.
        public var itemClass: Slug
        public var chinese: String, english: String
        public var price: Fen
        /// How many there are for a meal; nil: it is not counted.
        public var stock: Int64?

        public init(
            id: Slug, itemClass: Slug, chinese: String, english: String, price: Fen, stock: Int64? = nil
        ) {
            self.id = id
            self.itemClass = itemClass
            self.chinese = chinese
            self.english = english
            self.price = price
            self.stock = stock
        }
    }

    /// One kind of food that is sold by weight.
    public struct WeighedItem: Hashable, Sendable {
        public var id: Slug
        public var itemClass: Slug
        public var chinese: String, english: String
        public var price: WeighedPrice

        public init(id: Slug, itemClass: Slug, chinese: String, english: String, price: WeighedPrice) {
            self.id = id
            self.itemClass = itemClass
            self.chinese = chinese
            self.english = english
            self.price = price
        }
    }

    public enum What: Hashable, Sendable {
        /// By group; who is in none of them pays ``others``, or is not served where that is nil.
        case fixedPrice([Slug: Fen], others: Fen?)
        /// The most that one sale may come to.
        case keyed(most: Fen)
        case menu([Item])
        case weighed([WeighedItem])
        case countOnly
        case passOnly
        /// By what stands in the scenario's `tickets`.
        case tickets
    }

    /// For these meals; nil: for whatever no other mode of the lane is for.
    public var periods: Set<Slug>?
    public var what: What
    /// Under which name and class a fixed price or keyed amount is sold.
    public var item: Slug?
    public var itemClass: Slug?
    public var helpings: HelpingRule

    public init(
        _ what: What, periods: Set<Slug>? = nil, item: Slug? = nil, itemClass: Slug? = nil, helpings: HelpingRule
    ) {
        self.what = what
        self.periods = periods
        self.item = item
        self.itemClass = itemClass
        self.helpings = helpings
    }

    /// What whoever is of no group pays; nil: no such price stands.
    var priceForOthers: Fen? { if case .fixedPrice(_, let others) = what { others } else { nil } }

    public var kind: Kind {
        switch what {
        case .fixedPrice: .fixedPrice
        case .keyed: .keyed
        case .menu: .menu
        case .weighed: .weighed
        case .countOnly: .countOnly
        case .passOnly: .passOnly
        case .tickets: .tickets
        }
    }

    /// The most items of a menu, and of weighed food.
    public static let mostItems = 200
}
