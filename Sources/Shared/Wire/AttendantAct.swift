internal import JSONText
public import Vocabulary

/// What a person at the gate decided about one car, beside opening the lane by hand.
public struct AttendantAct: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// A car that was held at the entry may come in.
        case admitted
        /// A car may pass although its owner owes for earlier visits: the amount.
        case debtorPassed
        /// A car leaves without paying: the amount that it would have cost, where it was known.
        case waived
        /// Of several stays of one plate, this is the car's.
        case stayChosen
    }

    public var kind: Kind
    public var lane: LaneID
    public var transit: UUIDv7
    public var plate: Plate?
    public var stay: StayID?
    public var amount: Fen?
    public var who: String, why: String

    public init(
        kind: Kind, lane: LaneID, transit: UUIDv7, plate: Plate?, stay: StayID?, amount: Fen?, who: String, why: String
    ) {
        self.kind = kind
        self.lane = lane
        self.transit = transit
        self.plate = plate
        self.stay = stay
        self.amount = amount
        self.who = who
        self.why = why
    }

    func write(to writer: inout JSONWriter) {
        writer.field("act", kind.rawValue)
        writer.field("lane", lane.text)
        writer.field("transit", transit.description)
        writer.field("plate", ifPresent: plate?.text)
        writer.field("stay", ifPresent: stay?.description)
        writer.field("amount", ifPresent: amount?.count)
        writer.field("who", who)
        writer.field("why", why)
    }

    init(_ node: JSONNode) throws(WireError) {
        self.init(
            kind: try node.choice("act"), lane: try node.parse("lane", LaneID.init),
            transit: try node.parse("transit", UUIDv7.init), plate: try node.parseIfPresent("plate", Plate.init),
            stay: try node.parseIfPresent("stay", StayID.init),
            amount: node["amount"] == nil ? nil : Fen(try node.number("amount")), who: try node.text("who"),
            why: try node.text("why"))
    }
}
