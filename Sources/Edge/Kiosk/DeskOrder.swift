internal import JSONText
public import Vocabulary

/// What an attendant decides about the car that is held at a lane.
public struct DeskOrder: Hashable, Sendable {
    public enum What: Hashable, Sendable {
        case admit, passDebtor, waive
        case chooseStay(StayID)
    }

    public var what: What
    public var who: String, why: String

    /// - Throws: ``DeskError`` naming the member that is missing or wrong.
    init(_ node: JSONNode) throws(DeskError) {
        switch node["order"]?.string {
        case "admit": what = .admit
        case "passDebtor": what = .passDebtor
        case "waive": what = .waive
        case "chooseStay":
            guard let stay = node["stay"]?.string.flatMap({ try? StayID($0) }) else {
                throw DeskError(description: "\"stay\": the id of the stay that is the car's")
            }
            what = .chooseStay(stay)
        default: throw DeskError(description: "\"order\": admit, passDebtor, waive or chooseStay")
        }
        guard let who = node["who"]?.string, (1...64).contains(who.utf8.count) else {
            throw DeskError(description: "\"who\": who decides it, 1 to 64 bytes")
        }
        guard let why = node["why"]?.string, (1...200).contains(why.utf8.count) else {
            throw DeskError(description: "\"why\": why it is decided so, 1 to 200 bytes")
        }
        (self.who, self.why) = (who, why)
    }
}
