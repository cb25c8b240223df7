internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// Who is to pay, or to pass.
struct Guest: Hashable {
    /// nil: a phone's code or cash, of which nobody knows whose it is.
    var holder: Holder?
    var instrument: Instrument
    var code: PayerCode?
    var group: Slug?
    /// As the page shows it.
    var name: String?
    var by: KnownBy?
    var similarity: Int64?
    var guardian: Guardian?
}

/// What is being sold at a lane.
struct Sale {
    enum Stage: Equatable {
        case keyed
        /// A payment is under way.
        case paying(PaymentID)
        /// It is paid by a record that is being written.
        case writing
        /// It is paid, and the turnstile awaits the person before.
        case waitingForGate
    }

    /// Names the sale in its records, as a transit names a car.
    var id: UUIDv7
    var meal: Meal
    var mode: CanteenMode.Kind
    var lines: [SaleLine]
    /// Items of which stock is held for it.
    var held: [Slug: Int64] = [:]
    var quote: Quote
    var stage = Stage.keyed
    /// The order of a cash register that it carries out; nil: a person's.
    var register: PaymentID?
    /// A payment of it was given up: another way to pay has an id of its own, since the first one is undone by its id.
    var isTried = false
    /// The register gave it up while the record that pays it was being written.
    var isCancelled = false
    var guest: Guest?
    /// Which helping of the meal it is.
    var helping: Int64 = 1
    /// When the record that pays it went to the disk.
    var writtenAt: Uptime?
    /// What pays it, once it is paid.
    var served: Served?
    /// What the person is told when the turnstile opens.
    var word = CanteenWord.mayPass
}

/// A sale that is paid, until the person has passed.
struct Served {
    enum Paid: Equatable {
        /// The platform has said so.
        case online(Charge)
        /// By a record of this box.
        case record(Charge)
        case cash(Charge)
        case nothing
    }

    var entry: SaleEntry
    var holder: Holder?
    var paid: Paid
    var items: [Slug: Int64]
    /// What was noted of the person before, to be put back if the record is refused.
    var before: MealNote?
    /// What is left in the person's purses; nil: nobody has told.
    var left: PursesLeft?
    /// Opened without a new sale: only the note changes.
    var isAgain = false

    /// Whether it is undone where nobody was let in on it: cash is in the drawer, and what was paid before stays paid.
    var canBeUndone: Bool { if case .cash = paid { false } else { !isAgain } }
}

/// What is known of the plate on a scale. A scale that is not heard changes nothing of it.
enum Plate {
    /// Nobody has seen the scale empty since the start: what lies there may have been paid for before.
    case unknown
    case none
    case there
    /// Paid for, and still there.
    case sold
}

/// One lane at this moment.
struct LaneState {
    let settings: CanteenLane
    var sale: Sale?
    /// Who was known before the sale was complete, and until when.
    var guest: (guest: Guest, until: Uptime)?
    var turnstile: TurnstileMachine?
    /// Who was let in and is awaited, by transit.
    var served: [UUIDv7: Served] = [:]
    /// Who was let pass last where nothing is counted, and when: the same face seen again is not let pass again.
    var admitted: (holder: Holder, at: Uptime)?
    /// What lies on the scale, and what of it was chosen.
    var weight: Grams?
    var food: Slug?
    var plate = Plate.unknown
    /// The ticket that is being decided about, and who is let in on one.
    var claim: TicketClaim?
    var party: TicketParty?
    /// How many are to be let in on the next ticket, and until when that counts.
    var ticketPeople: (count: Int64, until: Uptime)?
    var screen = LaneScreen()
    /// When what the screen says is over.
    var screenUntil: Uptime?

    init(_ settings: CanteenLane) {
        self.settings = settings
        turnstile = settings.turnstile.map { TurnstileMachine($0) }
    }
}

/// What to do when a write is on disk.
enum Continuation {
    case startPayment(PaymentID)
    /// By this charge; it may also have been asked for, and a lease may have been spent for it.
    case serve(lane: Int, sale: UUIDv7, CanteenWord, Charge?, wasAsked: Bool, lease: LeaseID?)
    case askRefund(PaymentID)
    case giveLeaseBack(LeaseID)
    /// People may be let in on a ticket.
    case ticket(lane: Int, use: UUIDv7)
}

/// A refund that the platform has not answered.
struct OpenRefund {
    var refund: Refund
    /// When it is asked for again; nil until it is on disk.
    var due: Uptime?
    /// The payment was made by a record: the platform has to have that first.
    var waitsForRecords = false
    /// Whose money it is, as far as this run knows.
    var holder: Holder?
}
