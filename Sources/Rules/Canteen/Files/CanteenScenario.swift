public import Payments
public import Tickets
public import Vocabulary

/// One till or turnstile.
public struct CanteenLane: Hashable, Sendable {
    /// An output that is energised when somebody is served, and for how long: a drawer, a buzzer, a lamp.
    public struct Output: Hashable, Sendable {
        public var name: String
        public var span: Uptime.Span

        public init(name: String, span: Uptime.Span) {
            self.name = name
            self.span = span
        }
    }

    /// Its own name, in records and on the display.
    public var id: LaneID
    /// In the order of the file: the first that is for a meal counts.
    public var modes: [CanteenMode]
    public var knownBy: Set<KnownBy>
    /// Who may eat or pass here; nil: every group.
    public var groups: Set<Slug>?
    /// nil: a till, where nothing turns.
    public var turnstile: TurnstileSettings?
    public var outputs: [Output]

    public init(
        id: LaneID, modes: [CanteenMode], knownBy: Set<KnownBy> = Set(KnownBy.allCases), groups: Set<Slug>? = nil,
        turnstile: TurnstileSettings? = nil, outputs: [Output] = []
    ) {
        self.id = id
        self.modes = modes
        self.knownBy = knownBy
        self.groups = groups
        self.turnstile = turnstile
        self.outputs = outputs
    }

    /// How it sells at a meal; nil: it is closed.
    public func mode(_ period: Slug?) -> CanteenMode? {
        if let period, let mode = modes.first(where: { $0.periods?.contains(period) == true }) { return mode }
        return modes.first { $0.periods == nil }
    }
}

/// What is done at a canteen's box, as data.
public struct CanteenScenario: Hashable, Sendable {
    /// What happens between meals.
    public enum Between: String, CaseIterable, Sendable {
        /// Nothing is sold.
        case closed
        /// It goes on, without a meal: purses that pay only for meals pay nothing.
        case sell
        /// There is no such time: a file whose meals leave one is refused.
        case none
    }

    /// Whose account may pay.
    public enum Members: String, CaseIterable, Sendable {
        /// Who is on the platform's list of people.
        case listed
        /// Any card, face or member whose contract the platform knows.
        case any
    }

    /// Who may set right what was sold, and for how long.
    public struct Corrections: Hashable, Sendable {
        public var roles: Set<DeskRole>
        public var within: Uptime.Span

        public init(
            roles: Set<DeskRole> = [.supervisor], within: Uptime.Span = .seconds(3_600)
        ) {
            self.roles = roles
            self.within = within
        }
    }

    /// How long people wait for what.
    public struct Waits: Hashable, Sendable {
        /// Presentations of one person within so long after being served are one meal.
        public var duplicate: Uptime.Span
        /// Who was known before the amount is keyed is remembered for so long.
        public var presentedFirst: Uptime.Span
        /// What came of a sale stands on the display for so long; a sale that nobody serves ends with it.
        public var result: Uptime.Span
        /// A terminal's record that is older is history, and charges nobody.
        public var recordFresh: Uptime.Span

        public init(
            duplicate: Uptime.Span = .seconds(60), presentedFirst: Uptime.Span = .seconds(30),
            result: Uptime.Span = .seconds(4), recordFresh: Uptime.Span = .seconds(15)
        ) {
            self.duplicate = duplicate
            self.presentedFirst = presentedFirst
            self.result = result
            self.recordFresh = recordFresh
        }
    }

    public var id: Slug
    /// By which class purse rules know this place.
    public var merchantClass: Slug
    /// The price list that is sold by.
    public var prices: Slug
    public var calendar: MealCalendar
    public var between: Between
    public var members: Members
    /// 1 to 4.
    public var lanes: [CanteenLane]
    public var waits: Waits
    public var timings: PaymentTimings
    public var offline: OfflinePolicy
    /// nil: the box asks for no leases.
    public var leases: LeasePolicy?
    /// How long before a meal leases are asked for everybody who is listed; nil: only for who has paid here.
    public var leasesAhead: Uptime.Span?
    /// What stands in the code that a phone scans; nil: no lane shows one.
    public var merchantQR: QRMerchant?
    public var corrections: Corrections
    /// The file of purse rules, beside this one; nil: everybody has one account.
    public var purseRules: String?
    /// Whose tickets are taken at lanes of mode `tickets`; nil: there is none.
    public var tickets: TicketSettings?
    /// What the customer's page plays while nobody is there: file names.
    public var playlist: [String]

    public static let mostLanes = 4

    public init(
        id: Slug, merchantClass: Slug, prices: Slug, calendar: MealCalendar, between: Between = .closed,
        members: Members = .listed, lanes: [CanteenLane], waits: Waits = Waits(), timings: PaymentTimings,
        offline: OfflinePolicy, leases: LeasePolicy? = nil, leasesAhead: Uptime.Span? = nil,
        merchantQR: QRMerchant? = nil, corrections: Corrections = Corrections(), purseRules: String? = nil,
        tickets: TicketSettings? = nil, playlist: [String] = []
    ) {
        precondition((1...CanteenScenario.mostLanes).contains(lanes.count), "a box has 1 to 4 lanes")
        self.id = id
        self.merchantClass = merchantClass
        self.prices = prices
        self.calendar = calendar
        self.between = between
        self.members = members
        self.lanes = lanes
        self.waits = waits
        self.timings = timings
        self.offline = offline
        self.leases = leases
        self.leasesAhead = leasesAhead
        self.merchantQR = merchantQR
        self.corrections = corrections
        self.purseRules = purseRules
        self.tickets = tickets
        self.playlist = playlist
    }

    /// Of each item of a menu, how many there are for a meal.
    var stock: [Slug: Int64] {
        var stock: [Slug: Int64] = [:]
        for lane in lanes {
            for mode in lane.modes {
                if case .menu(let items) = mode.what {
                    for item in items { if let count = item.stock { stock[item.id] = count } }
                }
            }
        }
        return stock
    }
}
