public import Register
public import Vocabulary

/// Somebody showed who they are.
public struct Presentation: Hashable, Sendable {
    public enum Who: Hashable, Sendable {
        /// Known by a terminal, or by the box's own matcher.
        case holder(Holder)
        /// The ten digits of a card.
        case card(String)
        /// The number in a member's code.
        case code(String)
    }

    /// A terminal's own record of it, which it sends again until it is answered.
    public struct Source: Hashable, Sendable {
        public var terminal: Slug
        public var number: Int64
        /// When the terminal says that it was; nil: it does not say.
        public var at: WallTime?

        public init(terminal: Slug, number: Int64, at: WallTime?) {
            self.terminal = terminal
            self.number = number
            self.at = at
        }
    }

    public var who: Who
    public var by: KnownBy
    /// Of a face: how like it is, in thousandths; nil: the terminal keeps it to itself.
    public var similarity: Int64?
    /// Of a face: whether a living person stands there; nil: the terminal has seen to that itself.
    public var isLive: Bool?
    public var source: Source?

    public init(
        _ who: Who, by: KnownBy, similarity: Int64? = nil, isLive: Bool? = nil, source: Source? = nil
    ) {
        self.who = who
        self.by = by
        self.similarity = similarity
        self.isLive = isLive
        self.source = source
    }
}

/// Why a face is nobody's.
public enum NotKnown: String, CaseIterable, Hashable, Sendable {
    case unknown
    /// Two people are too alike to say which it is, or several stand there.
    case several
    case notLive
}

/// One line of a sale.
public struct SaleLine: Hashable, Sendable {
    /// The item; nil for a keyed amount.
    public var item: Slug?
    /// Pieces, 1 or more.
    public var count: Int64
    /// Of all pieces together.
    public var amount: Fen

    public init(item: Slug? = nil, count: Int64 = 1, amount: Fen) {
        self.item = item
        self.count = count
        self.amount = amount
    }
}

/// So many pieces of a menu's item.
public struct MenuChoice: Hashable, Sendable {
    public var item: Slug
    /// 1 to 100.
    public var count: Int64

    public init(_ item: Slug, _ count: Int64 = 1) {
        self.item = item
        self.count = count
    }
}

/// Who gives an order at a till.
public struct Clerk: Hashable, Sendable {
    public var name: String
    public var role: DeskRole

    public init(_ name: String, _ role: DeskRole) {
        self.name = name
        self.role = role
    }
}

/// What stood at the till when a person gave an order; nil: they did not say.
public struct SaleSeen: Hashable, Sendable {
    public var sale: UUIDv7?
    /// What it came to.
    public var amount: Fen?

    public init(sale: UUIDv7? = nil, amount: Fen? = nil) {
        self.sale = sale
        self.amount = amount
    }
}

/// What a person at a till asks for.
public enum TillOrder: Hashable, Sendable {
    /// Amounts, keyed; they take the place of what was keyed before.
    case keyed([SaleLine])
    /// Items of the menu; they take the place of what was chosen before.
    case items([MenuChoice])
    /// One more item.
    case item(MenuChoice)
    /// Which food lies on the scale.
    case weigh(Slug)
    /// The sale is complete: whoever was known before pays.
    case charge
    /// The person says who they are, or shows a card that no reader takes.
    case present(Presentation)
    /// The customer wants to pay a code that the lane shows.
    case showCode
    case enterCode(PayerCode)
    /// The cashier took money.
    case cash
    case cancel
    /// Captured money goes back, 1 fen or more; only while the platform can be asked.
    case refund(PaymentID, Fen, why: String)
    /// One of the last sales was wrong: what is left of it goes back.
    case correct(sale: UUIDv7, why: String)
    /// The meal's report is closed, and counting begins again.
    case closePeriod
    /// The turnstiles stay open, or do not any more; why, if somebody said so.
    case emergency(Bool, why: String? = nil)
    /// The day is over: leases go back.
    case closeDay
    /// A ticket's code, keyed or read by a scanner at the desk, and how many are to be let in; nil: as the ticket says.
    case ticket(code: String, people: Int64?)
    /// How many are to be let in on the next ticket.
    case people(Int64)
}

/// What only a canteen's box hears.
public enum CanteenEvent: Hashable, Sendable {
    case presented(LaneID, Presentation)
    case notKnown(LaneID, NotKnown)
    /// A phone showed a payment code.
    case scanned(LaneID, PayerCode)
    /// What lies on the lane's scale, at rest; zero: nothing; nil: the scale does not say any more.
    case weighed(LaneID, Grams?)
    case ordered(LaneID, TillOrder, by: Clerk, seen: SaleSeen = SaleSeen())
    /// A ticket was shown; how many are to be let in, if somebody said so.
    case ticket(LaneID, code: String, people: Int64?)
    /// A cash register asks for something.
    case registered(RegisterOrder)
    /// Who is expected here: leases on their purses are asked for before they come.
    case expected([Holder])
}
