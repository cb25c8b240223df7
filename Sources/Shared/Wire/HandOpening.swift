internal import JSONText
public import Vocabulary

/// A boom that a person raised by hand: who, why, and for which car, as far as it was known.
public struct HandOpening: Hashable, Sendable {
    public var lane: LaneID
    public var transit: UUIDv7?
    /// What was read of the car, and the stay that it ends, or begins.
    public var plate: Plate?, stay: StayID?
    /// At an exit, what the stay would have cost when the boom was raised; zero where nothing was due, nil where there
    /// is no stay or nobody could say.
    public var unpaid: Fen?
    public var who: String, reason: String

    public init(
        lane: LaneID, transit: UUIDv7?, plate: Plate? = nil, stay: StayID? = nil, unpaid: Fen? = nil, who: String,
        reason: String
    ) {
        self.lane = lane
        self.transit = transit
        self.plate = plate
        self.stay = stay
        self.unpaid = unpaid
        self.who = who
        self.reason = reason
    }

    func write(to writer: inout JSONWriter) {
        writer.field("lane", lane.text)
        writer.field("transit", ifPresent: transit?.description)
        writer.field("plate", ifPresent: plate?.text)
        writer.field("stay", ifPresent: stay?.description)
        writer.field("unpaid", ifPresent: unpaid?.count)
        writer.field("who", who)
        writer.field("reason", reason)
    }

    init(_ node: JSONNode) throws(WireError) {
        self.init(
            lane: try node.parse("lane", LaneID.init), transit: try node.parseIfPresent("transit", UUIDv7.init),
            plate: try node.parseIfPresent("plate", Plate.init), stay: try node.parseIfPresent("stay", StayID.init),
            unpaid: node["unpaid"] == nil ? nil : Fen(try node.number("unpaid")), who: try node.text("who"),
            reason: try node.text("reason"))
    }
}
