public import JSONText
public import Vocabulary

/// What a box asks about a lease. Each may be asked again as it is: it does its work once.
public enum LeaseOrder: Hashable, Sendable {
    /// Set this much aside for this box, for so many seconds; the platform may grant less.
    case open(LeaseID, LeasePurpose, amount: Fen, seconds: Int64)
    /// Let the same lease last so many seconds from now, and come to this much in all, what is spent included.
    case renew(LeaseID, amount: Fen, seconds: Int64)
    /// Take back what is left: the box spends no more of it. It has spent from it so often; the platform has to have
    /// those records first.
    case giveBack(LeaseID, spends: Int64)

    public var lease: LeaseID {
        switch self {
        case .open(let id, _, _, _), .renew(let id, _, _), .giveBack(let id, _): id
        }
    }

    /// The longest lease, in seconds: 31 days.
    public static let mostSeconds: Int64 = 31 * 86_400

    func write(to writer: inout JSONWriter) {
        switch self {
        case .open(let id, let purpose, let amount, let seconds):
            writer.field("order", "open")
            writer.field("lease", id.description)
            writer.field("purpose", purpose.text)
            writer.field("amount", amount.count)
            writer.field("seconds", seconds)
        case .renew(let id, let amount, let seconds):
            writer.field("order", "renew")
            writer.field("lease", id.description)
            writer.field("amount", amount.count)
            writer.field("seconds", seconds)
        case .giveBack(let id, let spends):
            writer.field("order", "return")
            writer.field("lease", id.description)
            writer.field("spends", spends)
        }
    }

    init(_ node: JSONNode) throws(WireError) {
        let id = try node.parse("lease", LeaseID.init)
        func amount() throws(WireError) -> Fen {
            let amount = try node.number("amount")
            guard amount > 0 else { throw .wrong("amount") }
            return Fen(amount)
        }
        func seconds() throws(WireError) -> Int64 {
            let seconds = try node.number("seconds")
            guard (1...LeaseOrder.mostSeconds).contains(seconds) else { throw .wrong("seconds") }
            return seconds
        }
        switch try node.text("order") {
        case "open":
            self = .open(id, try node.parse("purpose", LeasePurpose.init), amount: try amount(), seconds: try seconds())
        case "renew": self = .renew(id, amount: try amount(), seconds: try seconds())
        case "return":
            let spends = try node.number("spends")
            guard spends >= 0 else { throw .wrong("spends") }
            self = .giveBack(id, spends: spends)
        default: throw .wrong("order")
        }
    }
}

extension LeaseOutcome {
    func write(to writer: inout JSONWriter) {
        switch self {
        case .granted(let terms):
            writer.field("outcome", "granted")
            writer.field("amount", terms.amount.count)
            writer.field("expires", terms.expires.milliseconds)
            writer.field("seconds", terms.seconds)
            writer.field("graceSeconds", terms.graceSeconds)
            if !terms.lots.isEmpty {
                writer.field("lots", array: terms.lots) { writer, lot in writer.object { lot.write(to: &$0) } }
            }
            writer.field("payments", ifPresent: terms.payments)
            if !terms.usage.isEmpty {
                writer.field("usage", array: terms.usage) { writer, used in writer.object { used.write(to: &$0) } }
            }
            if let elsewhere = terms.elsewhere {
                writer.field("elsewhere", array: elsewhere) { writer, one in writer.object { one.write(to: &$0) } }
            }
        case .refused(let reason):
            writer.field("outcome", "refused")
            writer.field("reason", reason.rawValue)
        case .returned: writer.field("outcome", "returned")
        case .unknown: writer.field("outcome", "unknown")
        case .conflict: writer.field("outcome", "conflict")
        }
    }

    init(_ node: JSONNode) throws(WireError) {
        switch try node.text("outcome") {
        case "granted":
            let (amount, seconds) = (try node.number("amount"), try node.number("seconds"))
            let grace = try node.number("graceSeconds")
            guard amount >= 0 else { throw .wrong("amount") }
            guard (0...LeaseOrder.mostSeconds).contains(seconds) else { throw .wrong("seconds") }
            guard grace >= 0 else { throw .wrong("graceSeconds") }
            var terms = LeaseTerms(
                amount: Fen(amount), expires: WallTime(milliseconds: try node.number("expires")), seconds: seconds,
                graceSeconds: grace)
            try terms.readPurses(node)
            self = .granted(terms)
        case "refused": self = .refused(try node.choice("reason"))
        case "returned": self = .returned
        case "unknown": self = .unknown
        case "conflict": self = .conflict
        default: throw .wrong("outcome")
        }
    }
}

extension Payout {
    /// Writes the members of a payout. The same payout always gives the same bytes: the platform compares them.
    public func write(to writer: inout JSONWriter) {
        writer.field("payment", payment.description)
        writer.field("payee", payee.text)
        writer.field("lane", lane.text)
        writer.field("quote") { quote.write(to: &$0) }
    }

    /// The payout as JSON: what two payouts with the same id are compared by.
    public var canonical: [UInt8] { JSONWriter.object { write(to: &$0) } }

    /// - Throws: ``WireError`` naming the member that is missing or wrong.
    public init(_ node: JSONNode) throws(WireError) {
        self.init(
            payment: try node.parse("payment", PaymentID.init), payee: try node.parse("payee", Holder.init),
            lane: try node.parse("lane", LaneID.init), quote: try Quote(try node.object("quote")))
    }
}
