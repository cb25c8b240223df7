public import JSONText
public import Vocabulary

/// An order that cannot be read: which member is missing or wrong, and what is expected of it.
public struct DeskOrderError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }
}

/// The members of a person's request.
public struct OrderBody {
    public var node: JSONNode

    public init(node: JSONNode) { self.node = node }

    public func text(_ key: String, longest: Int) throws(DeskOrderError) -> String {
        guard let text = node[key]?.string, text.contains(where: { !$0.isWhitespace }), text.utf8.count <= longest,
            !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { throw DeskOrderError("\"\(key)\": 1 to \(longest) bytes on one line, not blank") }
        return text
    }

    public func why() throws(DeskOrderError) -> String { try text("why", longest: 200) }
    public func lane() throws(DeskOrderError) -> LaneID { try parsed("lane", "a lane's name", LaneID.init) }
    func plate() throws(DeskOrderError) -> Plate {
        try parsed("plate", "the plate as it stands on the car", Plate.init)
    }
    func stay() throws(DeskOrderError) -> StayID { try parsed("stay", "the id of a car inside", StayID.init) }
    func stayIfPresent() throws(DeskOrderError) -> StayID? { node["stay"] == nil ? nil : try stay() }

    func vehicle() throws(DeskOrderError) -> VehicleClass {
        guard let vehicle = node["vehicle"]?.string.flatMap(VehicleClass.init(rawValue:)) else {
            let names = VehicleClass.allCases.map(\.rawValue).joined(separator: ", ")
            throw DeskOrderError("\"vehicle\": one of \(names)")
        }
        return vehicle
    }

    func time(_ key: String) throws(DeskOrderError) -> WallTime {
        guard let milliseconds = node[key]?.integer, milliseconds > 0 else {
            throw DeskOrderError("\"\(key)\": milliseconds since 1970")
        }
        return WallTime(milliseconds: milliseconds)
    }

    public func fen(_ key: String, least: Int64) throws(DeskOrderError) -> Fen {
        guard let number = node[key]?.integer, number >= least else {
            throw DeskOrderError("\"\(key)\": a whole number of fen, \(least) or more")
        }
        return Fen(number)
    }

    public func parsed<Value, Failure: Error & CustomStringConvertible>(
        _ key: String, _ what: String, _ read: (String) throws(Failure) -> Value
    ) throws(DeskOrderError) -> Value {
        guard let text = node[key]?.string else { throw DeskOrderError("\"\(key)\": \(what)") }
        do { return try read(text) } catch { throw DeskOrderError("\"\(key)\": \(error.description)") }
    }

    func counts() throws(DeskOrderError) -> [Fen: Int64] {
        guard let members = node["counts"]?.members, members.count <= 16 else {
            throw DeskOrderError("\"counts\": pieces by their value in fen, such as {\"10000\": 3}")
        }
        var counts: [Fen: Int64] = [:]
        for member in members {
            guard let value = Int64(member.key), let count = member.node.integer else {
                throw DeskOrderError("\"counts\": \"\(member.key.prefix(16))\" is not a value in fen")
            }
            counts[Fen(value)] = count
        }
        return counts
    }
}
