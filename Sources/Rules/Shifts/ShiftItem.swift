internal import JSONText
public import Vocabulary
internal import Wire

/// One act of a person that a shift report names.
public struct ShiftItem: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case cash, opening, waiver, refund, correction
        /// A car came in that the rules held; a car passed whose owner owes money.
        case admission, debtorPassed
        /// One of several cars inside was named; a ticket was issued, or is lost.
        case stayChosen, ticketIssued, lostTicket
        /// An entry was written by hand, or its moment set right.
        case entryWritten, entryTimeSet
        /// A stay was ended whose car is not inside any more.
        case stayEnded
        /// A barrier was put back into service.
        case serviceReset
    }

    public var at: WallTime
    public var kind: Kind
    public var lane: LaneID?
    public var who: String
    public var why: String
    public var amount: Fen?
    public var plate: Plate?
    public var payment: PaymentID?
    /// The money came out of the drawer or went into it.
    public var isCash: Bool

    public init(
        at: WallTime, kind: Kind, lane: LaneID? = nil, who: String, why: String = "", amount: Fen? = nil,
        plate: Plate? = nil, payment: PaymentID? = nil, isCash: Bool = false
    ) {
        self.at = at
        self.kind = kind
        self.lane = lane
        self.who = who
        self.why = why
        self.amount = amount
        self.plate = plate
        self.payment = payment
        self.isCash = isCash
    }

    var stateValue: [UInt8] {
        JSONWriter.object {
            $0.field("at", at.milliseconds)
            $0.field("kind", kind.rawValue)
            $0.field("lane", ifPresent: lane?.text)
            $0.field("who", who)
            $0.field("why", why)
            $0.field("amount", ifPresent: amount?.count)
            $0.field("plate", ifPresent: plate?.text)
            $0.field("payment", ifPresent: payment?.description)
            $0.field("cash", isCash)
        }
    }

    /// - Returns: nil for bytes that are not an item.
    init?(stateValue: [UInt8]) {
        guard let node = try? JSONNode.parse(stateValue, dialect: .json) else { return nil }
        // By functions of its own: with everything in one the optimiser of Swift 6.3.1 crashes.
        func text(_ key: String) -> String? { node[key]?.string }
        func number(_ key: String) -> Int64? { node[key]?.integer }
        guard let at = number("at"), let kind = text("kind").flatMap(Kind.init(rawValue:)), let who = text("who"),
            let why = text("why"), let isCash = node["cash"]?.bool
        else { return nil }
        self.init(
            at: WallTime(milliseconds: at), kind: kind, lane: text("lane").flatMap { try? LaneID($0) }, who: who,
            why: why, amount: number("amount").map { Fen($0) }, plate: text("plate").flatMap { try? Plate($0) },
            payment: text("payment").flatMap { try? PaymentID($0) }, isCash: isCash)
    }
}
