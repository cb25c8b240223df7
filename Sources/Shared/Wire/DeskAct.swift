internal import JSONText
public import Vocabulary

/// What an attendant decided about a car, beside what it did to money and booms, which has records of its own.
public struct DeskAct: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// A ticket was issued at an attendant's order.
        case ticketIssued
        /// The driver has lost the ticket and is charged by the car park's rule.
        case lostTicket
        /// An entry that the lanes missed was written by hand.
        case entryWritten
        /// The moment of an entry was set right.
        case entryTimeSet
        /// One of several cars inside was named as the one at the lane.
        case stayChosen
        /// The barrier was looked at and put back into service.
        case serviceReset
    }

    public var kind: Kind
    public var lane: LaneID
    /// The car at the lane, and its stay.
    public var transit: UUIDv7?
    public var stay: StayID?
    /// When the car came in, as it stood before and as it now is; nil where that is not what it is about.
    public var before: WallTime?, entered: WallTime?
    /// Who did it, and why; 1 to 64 and 1 to 200 bytes.
    public var who: String, why: String

    public init(
        _ kind: Kind, lane: LaneID, transit: UUIDv7? = nil, stay: StayID? = nil, before: WallTime? = nil,
        entered: WallTime? = nil, who: String, why: String
    ) {
        self.kind = kind
        self.lane = lane
        self.transit = transit
        self.stay = stay
        self.before = before
        self.entered = entered
        self.who = who
        self.why = why
    }

    func write(to writer: inout JSONWriter) {
        writer.field("act", kind.rawValue)
        writer.field("lane", lane.text)
        writer.field("transit", ifPresent: transit?.description)
        writer.field("stay", ifPresent: stay?.description)
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
            transit: try node.parseIfPresent("transit", UUIDv7.init),
            stay: try node.parseIfPresent("stay", StayID.init), before: try time("before"),
            entered: try time("entered"), who: try node.text("who"), why: try node.text("why"))
    }
}
