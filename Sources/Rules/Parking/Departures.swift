internal import JSONText
public import Vocabulary

/// A car that left here while this box knew of no entry of its plate: let out by the scenario's rule, by a person, or
/// on an entry that a person wrote.
public struct Departure: Hashable, Sendable {
    public var transit: UUIDv7
    public var lane: LaneID
    public var plate: Plate
    public var at: WallTime

    public init(transit: UUIDv7, lane: LaneID, plate: Plate, at: WallTime) {
        self.transit = transit
        self.lane = lane
        self.plate = plate
        self.at = at
    }

    /// The kind under which it stands in the journal's state, by its transit.
    public static let stateKind = "departure"

    var stateValue: [UInt8] {
        JSONWriter.object { writer in
            writer.field("lane", lane.text)
            writer.field("plate", plate.text)
            writer.field("at", at.milliseconds)
        }
    }

    /// - Returns: nil for a key or bytes that are not of a departure.
    init?(key: String, stateValue: [UInt8]) {
        guard let transit = try? UUIDv7(key), let node = try? JSONNode.parse(stateValue, dialect: .json),
            let lane = node["lane"]?.string.flatMap({ try? LaneID($0) }),
            let plate = node["plate"]?.string.flatMap({ try? Plate($0) }), let at = node["at"]?.integer
        else { return nil }
        self.init(transit: transit, lane: lane, plate: plate, at: WallTime(milliseconds: at))
    }
}

/// The cars that left here before their entry was known. When it becomes known, the stay is over: it would stand as a
/// car inside for ever, take a place, and be charged to the car at its next visit. Pure.
struct Departures: Sendable {
    /// An entry that is known later than so many milliseconds (seven days) ends nothing: an attendant has to.
    static let keptFor: Int64 = 7 * 86_400_000
    /// At most so many; the oldest is forgotten.
    static let most = 1_000

    /// The oldest first.
    private(set) var all: [Departure]

    init(_ all: [Departure] = []) { self.all = all.sorted { ($0.at, $0.transit) < ($1.at, $1.transit) } }

    /// - Returns: those that are forgotten for it: too old, or too many.
    mutating func note(_ departure: Departure) -> [Departure] {
        all.append(departure)
        var forgotten: [Departure] = []
        while let oldest = all.first,
            all.count > Departures.most || departure.at.milliseconds - oldest.at.milliseconds > Departures.keptFor
        {
            forgotten.append(all.removeFirst())
        }
        return forgotten
    }

    /// The departure that ends a stay of a plate: the first one after its entry. It ends no second stay.
    mutating func end(of plate: Plate, entered: WallTime) -> Departure? {
        guard let place = all.firstIndex(where: { $0.plate == plate && entered <= $0.at }) else { return nil }
        return all.remove(at: place)
    }
}
