internal import JSONText
public import Vocabulary

/// What a person says, over the local API, about who a car is. Every order says who gives it and why.
public enum IdentityOrder: Hashable, Sendable {
    /// `POST /lanes/<lane>/plate`: `{"plate": …, "stay": …, "who": …, "why": …}`, the stay for a car inside only.
    case plate(Plate, stay: StayID?, who: String, why: String)
    /// `POST /lanes/<lane>/ticket`: `{"who": …, "why": …}` issues one at an entry, `{"ticket": …}` presents one.
    case issueTicket(who: String, why: String)
    case presentTicket(String)
    /// `POST /lanes/<lane>/lost-ticket`: `{"stay": …, "who": …, "why": …}`, the stay if it is known which it was.
    case lostTicket(stay: StayID?, who: String, why: String)
    /// `POST /lanes/<lane>/stay`: `{"stay": …, "who": …, "why": …}`; with `"entered"` it sets the time of entry right.
    case chooseStay(StayID, who: String, why: String)
    case setEntryTime(StayID, entered: WallTime, who: String, why: String)
    /// `POST /lanes/<lane>/entries`: `{"plate": …, "vehicle": …, "entered": …, "who": …, "why": …}`, the time in
    /// milliseconds since 1970.
    case writeEntry(Plate, VehicleClass, entered: WallTime, who: String, why: String)

    /// The last parts of the addresses.
    static let doors = ["plate", "ticket", "lost-ticket", "stay", "entries"]

    /// - Throws: ``DeskError`` naming the member that is missing or wrong.
    init(door: String, _ node: JSONNode) throws(DeskError) {
        let body = Body(node: node)
        switch door {
        case "plate":
            let plate = try body.parsed("plate", "the plate as it stands on the car", Plate.init)
            self = .plate(plate, stay: try body.stay(), who: try body.who(), why: try body.why())
        case "ticket":
            if node["ticket"] != nil {
                self = .presentTicket(try body.text("ticket", longest: 512))
            } else {
                self = .issueTicket(who: try body.who(), why: try body.why())
            }
        case "lost-ticket":
            self = .lostTicket(stay: try body.stay(), who: try body.who(), why: try body.why())
        case "stay":
            guard let stay = try body.stay() else { throw DeskError(description: "\"stay\": the id of a car inside") }
            if node["entered"] != nil {
                self = .setEntryTime(stay, entered: try body.time(), who: try body.who(), why: try body.why())
            } else {
                self = .chooseStay(stay, who: try body.who(), why: try body.why())
            }
        case "entries":
            guard let vehicle = VehicleClass(rawValue: node["vehicle"]?.string ?? VehicleClass.small.rawValue) else {
                let names = VehicleClass.allCases.map(\.rawValue).joined(separator: ", ")
                throw DeskError(description: "\"vehicle\": one of \(names)")
            }
            let plate = try body.parsed("plate", "the plate as it stands on the car", Plate.init)
            self = .writeEntry(
                plate, vehicle, entered: try body.time(), who: try body.who(), why: try body.why())
        default: throw DeskError(description: "there is no such door")
        }
    }

    private struct Body {
        var node: JSONNode

        func who() throws(DeskError) -> String { try text("who", longest: 64) }
        func why() throws(DeskError) -> String { try text("why", longest: 200) }

        func stay() throws(DeskError) -> StayID? {
            node["stay"] == nil ? nil : try parsed("stay", "the id of a car inside", StayID.init)
        }

        func time() throws(DeskError) -> WallTime {
            guard let milliseconds = node["entered"]?.integer else {
                throw DeskError(description: "\"entered\": milliseconds since 1970")
            }
            return WallTime(milliseconds: milliseconds)
        }

        func text(_ key: String, longest: Int) throws(DeskError) -> String {
            guard let text = node[key]?.string, text.contains(where: { !$0.isWhitespace }),
                text.utf8.count <= longest
            else { throw DeskError(description: "\"\(key)\": 1 to \(longest) bytes, not blank") }
            return text
        }

        func parsed<Value, Failure: Error & CustomStringConvertible>(
            _ key: String, _ what: String, _ read: (String) throws(Failure) -> Value
        ) throws(DeskError) -> Value {
            guard let text = node[key]?.string else { throw DeskError(description: "\"\(key)\": \(what)") }
            do { return try read(text) } catch { throw DeskError(description: "\"\(key)\": \(error.description)") }
        }
    }
}
