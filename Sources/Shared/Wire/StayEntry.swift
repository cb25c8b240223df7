internal import JSONText
public import Vocabulary

/// How a stay began: what a box records of it, and what every other box of the car park has to know.
public struct StayEntry: Hashable, Sendable {
    /// The stay; a car without a plate carries it as its ticket.
    public var stay: StayID
    /// Nil where none could be read: the car came in with a ticket.
    public var plate: Plate?
    public var vehicle: VehicleClass
    /// The tariff version that was in force.
    public var tariff: Slug
    public var lane: LaneID
    /// When the car came in, on the wall clock.
    public var entered: WallTime
    /// Whether that clock was known to be right.
    public var isSynchronised: Bool
    /// The attendant who wrote the entry by hand; nil where the lane saw it.
    public var writtenBy: String?

    public init(
        stay: StayID, plate: Plate?, vehicle: VehicleClass = .small, tariff: Slug, lane: LaneID, entered: WallTime,
        isSynchronised: Bool = true, writtenBy: String? = nil
    ) {
        self.stay = stay
        self.plate = plate
        self.vehicle = vehicle
        self.tariff = tariff
        self.lane = lane
        self.entered = entered
        self.isSynchronised = isSynchronised
        self.writtenBy = writtenBy
    }

    func write(to writer: inout JSONWriter) {
        writer.field("stay", stay.description)
        writer.field("plate", ifPresent: plate?.text)
        writer.field("vehicle", vehicle.rawValue)
        writer.field("tariff", tariff.text)
        writer.field("lane", lane.text)
        writer.field("entered", entered.milliseconds)
        writer.field("entrySynchronised", isSynchronised)
        writer.field("writtenBy", ifPresent: writtenBy)
    }

    init(_ node: JSONNode) throws(WireError) {
        self.init(
            stay: try node.parse("stay", StayID.init), plate: try node.parseIfPresent("plate", Plate.init),
            vehicle: try node.choice("vehicle"), tariff: try node.parse("tariff", Slug.init),
            lane: try node.parse("lane", LaneID.init), entered: WallTime(milliseconds: try node.number("entered")),
            isSynchronised: try node.flag("entrySynchronised"),
            writtenBy: node["writtenBy"] == nil ? nil : try node.text("writtenBy"))
    }
}

/// A person's correction of what a camera read.
public struct PlateCorrection: Hashable, Sendable {
    public var lane: LaneID
    /// The car at the lane, or a car inside.
    public var transit: UUIDv7?
    public var stay: StayID?
    /// What stood there before; nil where nothing had been read.
    public var before: Plate?
    public var plate: Plate
    public var who: String, why: String

    public init(
        lane: LaneID, transit: UUIDv7?, stay: StayID?, before: Plate?, plate: Plate, who: String, why: String
    ) {
        self.lane = lane
        self.transit = transit
        self.stay = stay
        self.before = before
        self.plate = plate
        self.who = who
        self.why = why
    }

    func write(to writer: inout JSONWriter) {
        writer.field("lane", lane.text)
        writer.field("transit", ifPresent: transit?.description)
        writer.field("stay", ifPresent: stay?.description)
        writer.field("before", ifPresent: before?.text)
        writer.field("plate", plate.text)
        writer.field("who", who)
        writer.field("why", why)
    }

    init(_ node: JSONNode) throws(WireError) {
        self.init(
            lane: try node.parse("lane", LaneID.init), transit: try node.parseIfPresent("transit", UUIDv7.init),
            stay: try node.parseIfPresent("stay", StayID.init), before: try node.parseIfPresent("before", Plate.init),
            plate: try node.parse("plate", Plate.init), who: try node.text("who"), why: try node.text("why"))
    }
}
