internal import JSONText
public import Vocabulary

/// What a box asks of the platform (`up/request`); correlation data, response topic and expiry travel beside it.
public enum Request: Equatable, Sendable {
    /// Move the money now.
    case charge(Charge)
    /// What became of this payment?
    case query(PaymentID)
    /// Undo this payment, or, if it never came, refuse it should it still come.
    case reverse(PaymentID)
    /// A page of the list of contract plates: of this version, from this entry; version 0 asks for the newest.
    case contracts(version: Int64, offset: Int64)

    public var payload: [UInt8] {
        JSONWriter.object { writer in
            switch self {
            case .charge(let charge):
                writer.field("type", "charge")
                writer.field("charge") { charge.write(to: &$0) }
            case .query(let payment):
                writer.field("type", "query")
                writer.field("payment", payment.description)
            case .reverse(let payment):
                writer.field("type", "reverse")
                writer.field("payment", payment.description)
            case .contracts(let version, let offset):
                writer.field("type", "contracts")
                writer.field("version", version)
                writer.field("offset", offset)
            }
        }
    }

    public init(payload: [UInt8]) throws(WireError) {
        let node = try JSONNode.message(payload)
        switch try node.text("type") {
        case "charge": self = .charge(try Charge(try node.object("charge")))
        case "query": self = .query(try node.parse("payment", PaymentID.init))
        case "reverse": self = .reverse(try node.parse("payment", PaymentID.init))
        case "contracts":
            let (version, offset) = (try node.number("version"), try node.number("offset"))
            guard version >= 0 else { throw .wrong("version") }
            guard offset >= 0 else { throw .wrong("offset") }
            self = .contracts(version: version, offset: offset)
        case let type: throw .unknownType(type)
        }
    }
}

/// What the platform answers (`down/response`).
public enum Response: Equatable, Sendable {
    case payment(PaymentID, PaymentOutcome)
    case contracts(ContractPage)
    /// The request could not be read or carried out at all; nothing was changed.
    case refused(why: String)

    public var payload: [UInt8] {
        JSONWriter.object { writer in
            switch self {
            case .payment(let payment, let outcome):
                writer.field("type", "payment")
                writer.field("payment", payment.description)
                outcome.write(to: &writer)
            case .contracts(let page):
                writer.field("type", "contracts")
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
        case "payment": self = .payment(try node.parse("payment", PaymentID.init), try PaymentOutcome(node))
        case "contracts": self = .contracts(try ContractPage(node))
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
        case "unknown": self = .unknown
        case "reversed": self = .reversed
        case "neverSeen": self = .neverSeen
        case "conflict": self = .conflict
        default: throw .wrong("outcome")
        }
    }
}
