internal import JSONText
public import Vocabulary

/// What a box asks of the platform (`up/request`); correlation data, response topic and expiry travel beside it.
public enum Request: Equatable, Sendable {
    /// Move the money now. A code that a phone showed travels beside the charge and is kept nowhere.
    case charge(Charge, code: PayerCode?)
    /// What became of this payment?
    case query(PaymentID)
    /// Undo this payment, or, if it never came, refuse it should it still come.
    case reverse(PaymentID)
    /// Give captured money back.
    case refund(Refund)
    /// Try to take what is owed under this payment's id; whoever tries first, it is taken once.
    case collect(PaymentID)
    /// Which coupon fits this charge, whose quote has none yet? It is kept for this payment for a while.
    case coupon(Charge)
    /// Set money aside for this box, or take it back.
    case lease(LeaseOrder)
    /// A page of a long list: of this version, from this entry; version 0 asks for the newest.
    case list(ListKind, version: Int64, offset: Int64)
    /// A car inside the car park, which this box may not have seen come in.
    case findStay(StayKey)
    /// A part of the list of the cars inside the car park: what follows on this stay; nil: from the beginning.
    case stays(after: StayID?)
    /// Which offline policy is to be in force? The box has this version; 0: its scenario's own.
    case offlinePolicy(known: Int64)
    /// May these people be let in on this ticket? Asked again with the same id, it is one presentation.
    case ticket(TicketUse)
    /// What became of the tickets of this gate's site after a number; 0: from the beginning.
    case ticketFacts(after: Int64)
    /// Who had which meal at the other boxes of this canteen after a number; 0: from the beginning.
    case mealFacts(after: Int64)

    public var payload: [UInt8] {
        JSONWriter.object { writer in
            writer.field("type", word)
            switch self {
            case .charge(let charge, let code):
                writer.field("charge") { charge.write(to: &$0) }
                writer.field("code", ifPresent: code?.text)
            case .coupon(let charge):
                writer.field("charge") { charge.write(to: &$0) }
            case .query(let payment), .reverse(let payment), .collect(let payment):
                writer.field("payment", payment.description)
            case .refund(let refund):
                writer.field("refund") { refund.write(to: &$0) }
            case .offlinePolicy(let known):
                writer.field("version", known)
            case .lease(let order):
                order.write(to: &writer)
            case .ticket(let use): TicketFact.used(use).write(to: &writer)
            case .ticketFacts(let after), .mealFacts(let after): writer.field("after", after)
            case .findStay(let key): key.write(to: &writer)
            case .stays(let after): writer.field("after", ifPresent: after?.description)
            case .list(let kind, let version, let offset):
                writer.field("list", kind.rawValue)
                writer.field("version", version)
                writer.field("offset", offset)
            }
        }
    }

    private var word: String {
        switch self {
        case .charge: "charge"
        case .query: "query"
        case .reverse: "reverse"
        case .refund: "refund"
        case .collect: "collect"
        case .coupon: "coupon"
        case .lease: "lease"
        case .list: "list"
        case .findStay: "findStay"
        case .stays: "stays"
        case .offlinePolicy: "offlinePolicy"
        case .ticket: "ticket"
        case .ticketFacts: "ticketFacts"
        case .mealFacts: "mealFacts"
        }
    }

    public init(payload: [UInt8]) throws(WireError) {
        let node = try JSONNode.message(payload)
        switch try node.text("type") {
        case "charge":
            self = .charge(
                try Charge(try node.object("charge")), code: try node.parseIfPresent("code", PayerCode.init))
        case "query": self = .query(try node.parse("payment", PaymentID.init))
        case "reverse": self = .reverse(try node.parse("payment", PaymentID.init))
        case "refund": self = .refund(try Refund(try node.object("refund")))
        case "collect": self = .collect(try node.parse("payment", PaymentID.init))
        case "coupon": self = .coupon(try Charge(try node.object("charge")))
        case "offlinePolicy":
            let known = try node.number("version")
            guard known >= 0 else { throw .wrong("version") }
            self = .offlinePolicy(known: known)
        case "lease": self = .lease(try LeaseOrder(node))
        case "ticket":
            guard case .used(let use) = try TicketFact(node) else { throw .wrong("use") }
            self = .ticket(use)
        case "ticketFacts": self = .ticketFacts(after: try node.after())
        case "mealFacts": self = .mealFacts(after: try node.after())
        case "findStay": self = .findStay(try StayKey(node))
        case "stays": self = .stays(after: try node.parseIfPresent("after", StayID.init))
        case "list":
            let (version, offset) = (try node.number("version"), try node.number("offset"))
            guard version >= 0 else { throw .wrong("version") }
            guard offset >= 0 else { throw .wrong("offset") }
            self = .list(try node.choice("list"), version: version, offset: offset)
        case let type: throw .unknownType(type)
        }
    }
}

extension JSONNode {
    fileprivate func after() throws(WireError) -> Int64 {
        let after = try number("after")
        guard after >= 0 else { throw .wrong("after") }
        return after
    }
}
