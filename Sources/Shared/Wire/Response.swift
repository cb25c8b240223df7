internal import JSONText
public import Vocabulary

/// A coupon that the platform keeps for one payment.
public struct CouponOffer: Hashable, Sendable {
    /// The campaign: the reference of the quote's coupon line.
    public var campaign: Slug
    /// What it takes off; 1 fen or more.
    public var discount: Fen
    /// What the payer is told, in both languages.
    public var chinese: String, english: String

    public init(campaign: Slug, discount: Fen, chinese: String, english: String) {
        self.campaign = campaign
        self.discount = discount
        self.chinese = chinese
        self.english = english
    }
}

/// What the platform answers (`down/response`).
public enum Response: Equatable, Sendable {
    /// With a receipt where purses pay or refuse to; the same question has the same receipt.
    case payment(PaymentID, PaymentOutcome, receipt: Receipt? = nil)
    case refund(PaymentID, RefundOutcome)
    /// The best coupon for a payment; nil: none fits.
    case coupon(PaymentID, CouponOffer?)
    case lease(LeaseID, LeaseOutcome)
    case contracts(ListPage<Contract>)
    case denials(ListPage<Denial>)
    case permits(ListPage<Permit>)
    case people(ListPage<Person>)
    /// The car that was looked for; nil: none is inside.
    case stay(StayNote?)
    case stays(StayPage)
    /// The offline policy that is to be in force, as JSON text; without one: version 0, the scenario's own.
    case offlinePolicy(version: Int64, policy: String?)
    /// By the presentation's id.
    case ticket(UUIDv7, TicketReply)
    case ticketFacts(FactPage<TicketFact>)
    case mealFacts(FactPage<MealFact>)
    /// The request could not be read or carried out at all; nothing was changed.
    case refused(why: String)

    public var payload: [UInt8] {
        JSONWriter.object { writer in
            switch self {
            case .payment(let payment, let outcome, let receipt):
                writer.field("type", "payment")
                writer.field("payment", payment.description)
                outcome.write(to: &writer)
                if let receipt { writer.field("receipt") { receipt.write(to: &$0) } }
            case .refund(let refund, let outcome):
                writer.field("type", "refund")
                writer.field("refund", refund.description)
                outcome.write(to: &writer)
            case .coupon(let payment, let offer):
                writer.field("type", "coupon")
                writer.field("payment", payment.description)
                if let offer { writer.field("offer") { offer.write(to: &$0) } }
            case .lease(let lease, let outcome):
                writer.field("type", "lease")
                writer.field("lease", lease.description)
                outcome.write(to: &writer)
            case .contracts(let page):
                writer.field("type", "contracts")
                page.write(to: &writer)
            case .denials(let page):
                writer.field("type", "denials")
                page.write(to: &writer)
            case .permits(let page):
                writer.field("type", "permits")
                page.write(to: &writer)
            case .people(let page):
                writer.field("type", "people")
                page.write(to: &writer)
            case .stay(let note):
                writer.field("type", "stay")
                if let note { writer.field("note") { note.write(to: &$0) } }
            case .stays(let page):
                writer.field("type", "stays")
                page.write(to: &writer)
            case .offlinePolicy(let version, let policy):
                writer.field("type", "offlinePolicy")
                writer.field("version", version)
                writer.field("policy", ifPresent: policy)
            case .ticket(let use, let reply):
                writer.field("type", "ticket")
                writer.field("use", use.description)
                reply.write(to: &writer)
            case .ticketFacts(let page):
                writer.field("type", "ticketFacts")
                page.write(to: &writer)
            case .mealFacts(let page):
                writer.field("type", "mealFacts")
                page.write(to: &writer)
            case .refused(let why):
                writer.field("type", "refused")
                writer.field("why", why)
            }
        }
    }

    public init(payload: [UInt8]) throws(WireError) {
        let node = try JSONNode.message(payload)
        switch try node.text("type") {
        case "payment":
            self = .payment(
                try node.parse("payment", PaymentID.init), try PaymentOutcome(node),
                receipt: node["receipt"] == nil ? nil : try Receipt(try node.object("receipt")))
        case "refund": self = .refund(try node.parse("refund", PaymentID.init), try RefundOutcome(node))
        case "coupon":
            let offer = node["offer"] == nil ? nil : try CouponOffer(try node.object("offer"))
            self = .coupon(try node.parse("payment", PaymentID.init), offer)
        case "lease": self = .lease(try node.parse("lease", LeaseID.init), try LeaseOutcome(node))
        case "contracts": self = .contracts(try ListPage(node))
        case "denials": self = .denials(try ListPage(node))
        case "permits": self = .permits(try ListPage(node))
        case "people": self = .people(try ListPage(node))
        case "stay": self = .stay(node["note"] == nil ? nil : try StayNote(try node.object("note")))
        case "stays": self = .stays(try StayPage(node))
        case "offlinePolicy":
            let version = try node.number("version")
            guard version >= 0 else { throw .wrong("version") }
            self = .offlinePolicy(version: version, policy: version == 0 ? nil : try node.text("policy"))
        case "ticket": self = .ticket(try node.parse("use", UUIDv7.init), try TicketReply(node))
        case "ticketFacts": self = .ticketFacts(try FactPage(node))
        case "mealFacts": self = .mealFacts(try FactPage(node))
        case "refused": self = .refused(why: try node.text("why"))
        case let type: throw .unknownType(type)
        }
    }
}

extension PaymentOutcome {
    /// The word on the wire and in records.
    public var word: String {
        switch self {
        case .approved: "approved"
        case .declined: "declined"
        case .pending: "pending"
        case .unknown: "unknown"
        case .reversed: "reversed"
        case .neverSeen: "neverSeen"
        case .conflict: "conflict"
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.field("outcome", word)
        if case .declined(let reason) = self { writer.field("reason", reason.rawValue) }
    }

    init(_ node: JSONNode) throws(WireError) {
        switch try node.text("outcome") {
        case "approved": self = .approved
        case "declined": self = .declined(try node.choice("reason"))
        case "pending": self = .pending
        case "unknown": self = .unknown
        case "reversed": self = .reversed
        case "neverSeen": self = .neverSeen
        case "conflict": self = .conflict
        default: throw .wrong("outcome")
        }
    }
}

extension RefundOutcome {
    func write(to writer: inout JSONWriter) {
        switch self {
        case .refunded: writer.field("outcome", "refunded")
        case .refused(let reason):
            writer.field("outcome", "refused")
            writer.field("reason", reason.rawValue)
        case .unknown: writer.field("outcome", "unknown")
        case .conflict: writer.field("outcome", "conflict")
        }
    }

    init(_ node: JSONNode) throws(WireError) {
        switch try node.text("outcome") {
        case "refunded": self = .refunded
        case "refused": self = .refused(try node.choice("reason"))
        case "unknown": self = .unknown
        case "conflict": self = .conflict
        default: throw .wrong("outcome")
        }
    }
}

extension CouponOffer {
    func write(to writer: inout JSONWriter) {
        writer.field("campaign", campaign.text)
        writer.field("discount", discount.count)
        writer.field("chinese", chinese)
        writer.field("english", english)
    }

    init(_ node: JSONNode) throws(WireError) {
        let discount = try node.number("discount")
        guard discount > 0 else { throw .wrong("discount") }
        self.init(
            campaign: try node.parse("campaign", Slug.init), discount: Fen(discount),
            chinese: try node.text("chinese"), english: try node.text("english"))
    }
}
