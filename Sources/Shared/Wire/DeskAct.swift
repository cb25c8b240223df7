internal import JSONText
public import Vocabulary

/// What a person at the gate did: who, why, at which lane, and to which car.
///
/// Raising a boom by hand, setting a plate right, cash and refunds have records of their own: they move a relay, a
/// stay or money.
public struct DeskAct: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// A car that was held at the entry may come in.
        case admitted
        /// A car may pass although its owner owes for earlier visits: the amount.
        case debtorPassed
        /// A car leaves without paying: the amount that it would have cost, where it was known.
        case waived
        /// Of several cars inside, this is the one at the lane.
        case stayChosen
        /// A ticket was issued at an attendant's order.
        case ticketIssued
        /// The driver has lost the ticket and is charged by the car park's rule.
        case lostTicket
        /// An entry that the lanes missed was written by hand.
        case entryWritten
        /// The moment of an entry was set right.
        case entryTimeSet
        /// A stay was ended whose car is not inside any more: what it left unpaid, where that is known.
        case stayEnded
        /// The barrier was looked at and put back into service.
        case serviceReset
    }

    /// The car that an act is about, as far as it is known: its handling at the lane, its plate and its stay.
    public struct Car: Hashable, Sendable {
        public var transit: UUIDv7?
        public var plate: Plate?
        public var stay: StayID?

        public init(transit: UUIDv7? = nil, plate: Plate? = nil, stay: StayID? = nil) {
            self.transit = transit
            self.plate = plate
            self.stay = stay
        }
    }

    public var kind: Kind
    public var lane: LaneID
    public var car: Car
    /// What is owed or given up; nil where that is not what it is about.
    public var amount: Fen?
    /// When the car came in, as it stood before and as it now is; nil where that is not what it is about.
    public var before: WallTime?, entered: WallTime?
    /// Who did it, and why; 1 to 64 and 1 to 200 bytes.
    public var who: String, why: String

    public init(
        _ kind: Kind, lane: LaneID, _ car: Car = Car(), amount: Fen? = nil, before: WallTime? = nil,
        entered: WallTime? = nil, who: String, why: String
    ) {
        self.kind = kind
        self.lane = lane
        self.car = car
        self.amount = amount
        self.before = before
        self.entered = entered
        self.who = who
        self.why = why
    }

    func write(to writer: inout JSONWriter) {
        writer.field("act", kind.rawValue)
        writer.field("lane", lane.text)
        writer.field("transit", ifPresent: car.transit?.description)
        writer.field("plate", ifPresent: car.plate?.text)
        writer.field("stay", ifPresent: car.stay?.description)
        writer.field("amount", ifPresent: amount?.count)
        writer.field("before", ifPresent: before?.milliseconds)
        writer.field("entered", ifPresent: entered?.milliseconds)
        writer.field("who", who)
        writer.field("why", why)
    }

    init(_ node: JSONNode) throws(WireError) {
        func time(_ key: String) throws(WireError) -> WallTime? {
            node[key] == nil ? nil : WallTime(milliseconds: try node.number(key))
        }
        self.init(
            try node.choice("act"), lane: try node.parse("lane", LaneID.init),
            Car(
                transit: try node.parseIfPresent("transit", UUIDv7.init),
                plate: try node.parseIfPresent("plate", Plate.init),
                stay: try node.parseIfPresent("stay", StayID.init)),
            amount: node["amount"] == nil ? nil : Fen(try node.number("amount")), before: try time("before"),
            entered: try time("entered"), who: try node.text("who"), why: try node.text("why"))
    }
}
