public import Vocabulary
public import Wire

/// What somebody at a phone asks of the platform.
public enum PhoneQuestion: Equatable, Sendable {
    case site(Slug)
    /// What is to be paid for a car inside?
    case stay(site: Slug, StayKey)
    /// Make an order for it.
    /// - Parameters:
    ///   - amount: what the payer was shown; another price is not charged but shown.
    ///   - key: the form's own: sent again it leads to the same order.
    case payStay(site: Slug, StayKey, amount: Fen, key: String)
    /// Which passes of this plate can be renewed?
    case passes(site: Slug, Plate)
    case payPass(site: Slug, Plate, plan: Slug, months: Int64, amount: Fen, key: String)
    /// How does an order stand?
    case order(PaymentID)
}

/// What a phone is answered.
public enum PhoneAnswer: Equatable, Sendable {
    case site(PhoneSite)
    /// This is to be paid.
    case due(PhoneStay)
    /// Nothing is: no such car is inside, or it owes nothing. A stranger cannot tell which.
    case nothingDue(PhoneSite)
    /// None: no pass of this plate can be renewed here.
    case passes(PhoneSite, [PhonePass])
    case order(PhoneOrderView)
    case refused(PhoneRefusal)
}

public enum PhoneRefusal: String, CaseIterable, Sendable {
    case noSuchSite, noSuchOrder
    /// The key was sent before with another order.
    case keyReused
    /// Nothing can be paid on the phone here.
    case notOffered
    /// Nobody knows since when the car is inside: the exit settles it.
    case payAtExit
    /// Too much is asked at the moment, or the store failed: ask again.
    case busy
}

/// A car park, as a phone sees it.
public struct PhoneSite: Equatable, Sendable {
    public var id: Slug
    public var chinese: String, english: String
    public var utcOffsetMinutes: Int64
    /// Whether passes can be renewed here.
    public var sellsPasses: Bool
}

/// What is to be paid for a car inside.
public struct PhoneStay: Equatable, Sendable {
    public var site: PhoneSite
    /// With its middle hidden; nil for a car with a ticket.
    public var maskedPlate: String?
    public var entered: WallTime
    public var quote: Quote
    /// How long the car may take to leave once this is paid.
    public var graceMinutes: Int64
}

/// A pass that can be renewed.
public struct PhonePass: Equatable, Sendable {
    public var plan: Slug
    public var chinese: String, english: String
    public var maskedPlate: String
    /// Nil: it has no end.
    public var validUntil: WallTime?
    /// What can be bought: months, its price, and the end that the pass would then have.
    public var offers: [Offer]

    public struct Offer: Equatable, Sendable {
        public var months: Int64
        public var amount: Fen
        public var until: WallTime
    }
}

/// How an order stands.
public struct PhoneOrderView: Equatable, Sendable {
    public enum State: Equatable, Sendable {
        /// Its code can be paid.
        case waiting
        /// The car may leave until then, or the pass holds until then.
        case paid(until: WallTime)
        /// It was paid, and is given back: the same minutes were paid otherwise, or the car had left.
        case givenBack
        /// It was not paid in time, or refused.
        case over
    }

    public var payment: PaymentID
    public var site: PhoneSite
    public var amount: Fen
    public var isPass: Bool
    public var maskedPlate: String?
    public var state: State
    /// How long the car may take to leave once this is paid.
    public var graceMinutes: Int64
}

/// A question that waits for the store, and who waits for its answer.
public struct PhoneAsk: Sendable {
    public var question: PhoneQuestion
    /// Called once, on the store's thread.
    public var answer: @Sendable (PhoneAnswer) -> Void

    public init(_ question: PhoneQuestion, answer: @escaping @Sendable (PhoneAnswer) -> Void) {
        self.question = question
        self.answer = answer
    }
}
