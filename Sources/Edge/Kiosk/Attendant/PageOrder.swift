internal import JSONText
public import Vocabulary

/// What a person asks for at the page. Who it is comes from the session, never from the request.
public enum PageOrder: Hashable, Sendable {
    case open(lane: LaneID, why: String)
    case cash(lane: LaneID)
    case showCode(lane: LaneID)
    case enterCode(lane: LaneID, PayerCode)
    case correctPlate(lane: LaneID, Plate, why: String)
    case ticket(lane: LaneID, why: String)
    case presentTicket(lane: LaneID, String)
    case lostTicket(lane: LaneID, stay: StayID?, why: String)
    case chooseStay(lane: LaneID, StayID, why: String)
    case writeEntry(lane: LaneID, Plate, VehicleClass, entered: WallTime, why: String)
    case admit(lane: LaneID, why: String)
    case passDebtor(lane: LaneID, why: String)
    case waive(lane: LaneID, why: String)
    case refund(payment: PaymentID, Fen, why: String)
    case serviceReset(lane: LaneID, why: String)
    case openShift(float: Fen)
    /// - Parameter counts: pieces by their value in fen.
    case closeShift(counts: [Fen: Int64], next: String?, left: Fen?)

    public var right: DeskRight {
        switch self {
        case .open: .open
        case .cash: .cash
        case .showCode: .showCode
        case .enterCode: .enterCode
        case .correctPlate: .correctPlate
        case .ticket: .ticket
        case .presentTicket: .presentTicket
        case .lostTicket: .lostTicket
        case .chooseStay: .chooseStay
        case .writeEntry: .writeEntry
        case .admit: .admit
        case .passDebtor: .passDebtor
        case .waive: .waive
        case .refund: .refund
        case .serviceReset: .serviceReset
        case .openShift, .closeShift: .shift
        }
    }

    /// The lane it is about, if any.
    public var lane: LaneID? {
        switch self {
        case .open(let lane, _), .cash(let lane), .showCode(let lane), .enterCode(let lane, _),
            .correctPlate(let lane, _, _), .ticket(let lane, _), .presentTicket(let lane, _),
            .lostTicket(let lane, _, _), .chooseStay(let lane, _, _), .writeEntry(let lane, _, _, _, _),
            .admit(let lane, _), .passDebtor(let lane, _), .waive(let lane, _), .serviceReset(let lane, _):
            lane
        case .refund, .openShift, .closeShift: nil
        }
    }

    /// - Parameter act: the last part of the address: a ``DeskRight``'s word, `openShift` or `closeShift`.
    /// - Throws: ``DeskError`` naming the member that is missing or wrong.
    init(act: String, _ node: JSONNode) throws(DeskError) {
        let body = DeskBody(node: node)
        switch act {
        case "openShift": self = .openShift(float: try body.fen("float", least: 0))
        case "closeShift":
            self = .closeShift(
                counts: try body.counts(), next: try body.optionalText("next", longest: 64),
                left: node["left"] == nil ? nil : try body.fen("left", least: 0))
        default:
            guard let right = DeskRight(rawValue: act) else { throw DeskError(description: "there is no such act") }
            self = try PageOrder(right, body)
        }
    }

    private init(_ right: DeskRight, _ body: DeskBody) throws(DeskError) {
        func lane() throws(DeskError) -> LaneID { try body.parsed("lane", "a lane's name", LaneID.init) }
        func why() throws(DeskError) -> String { try body.text("why", longest: 200) }
        func plate() throws(DeskError) -> Plate { try body.parsed("plate", "a plate", Plate.init) }
        switch right {
        case .open: self = .open(lane: try lane(), why: try why())
        case .cash: self = .cash(lane: try lane())
        case .showCode: self = .showCode(lane: try lane())
        case .enterCode: self = .enterCode(lane: try lane(), try body.parsed("code", "a code", PayerCode.init))
        case .correctPlate: self = .correctPlate(lane: try lane(), try plate(), why: try why())
        case .ticket: self = .ticket(lane: try lane(), why: try why())
        case .presentTicket: self = .presentTicket(lane: try lane(), try body.text("ticket", longest: 512))
        case .lostTicket:
            let stay: StayID? =
                body.node["stay"] == nil ? nil : try body.parsed("stay", "a stay's id", StayID.init)
            self = .lostTicket(lane: try lane(), stay: stay, why: try why())
        case .chooseStay:
            self = .chooseStay(lane: try lane(), try body.parsed("stay", "a stay's id", StayID.init), why: try why())
        case .writeEntry:
            guard let vehicle = VehicleClass(rawValue: try body.text("vehicle", longest: 32)) else {
                throw DeskError(description: "\"vehicle\": a vehicle class")
            }
            self = .writeEntry(
                lane: try lane(), try plate(), vehicle,
                entered: WallTime(milliseconds: try body.fen("entered", least: 1).count), why: try why())
        case .admit: self = .admit(lane: try lane(), why: try why())
        case .passDebtor: self = .passDebtor(lane: try lane(), why: try why())
        case .waive: self = .waive(lane: try lane(), why: try why())
        case .refund:
            self = .refund(
                payment: try body.parsed("payment", "a payment's id", PaymentID.init),
                try body.fen("amount", least: 1), why: try why())
        case .serviceReset: self = .serviceReset(lane: try lane(), why: try why())
        case .shift, .reports: throw DeskError(description: "there is no such act")
        }
    }
}

/// The members of a person's request.
struct DeskBody {
    var node: JSONNode

    func text(_ key: String, longest: Int) throws(DeskError) -> String {
        guard let text = node[key]?.string, text.contains(where: { !$0.isWhitespace }), text.utf8.count <= longest,
            !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { throw DeskError(description: "\"\(key)\": 1 to \(longest) bytes on one line, not blank") }
        return text
    }

    func optionalText(_ key: String, longest: Int) throws(DeskError) -> String? {
        node[key] == nil ? nil : try text(key, longest: longest)
    }

    func fen(_ key: String, least: Int64) throws(DeskError) -> Fen {
        guard let number = node[key]?.integer, number >= least else {
            throw DeskError(description: "\"\(key)\": a whole number, \(least) or more")
        }
        return Fen(number)
    }

    func parsed<Value, Failure: Error & CustomStringConvertible>(
        _ key: String, _ what: String, _ read: (String) throws(Failure) -> Value
    ) throws(DeskError) -> Value {
        guard let text = node[key]?.string else { throw DeskError(description: "\"\(key)\": \(what)") }
        do { return try read(text) } catch { throw DeskError(description: "\"\(key)\": \(error.description)") }
    }

    func counts() throws(DeskError) -> [Fen: Int64] {
        guard let members = node["counts"]?.members, members.count <= 16 else {
            throw DeskError(description: "\"counts\": pieces by their value in fen, such as {\"10000\": 3}")
        }
        var counts: [Fen: Int64] = [:]
        for member in members {
            guard let value = Int64(member.key), let count = member.node.integer else {
                throw DeskError(description: "\"counts\": \"\(member.key.prefix(16))\" is not a value in fen")
            }
            counts[Fen(value)] = count
        }
        return counts
    }
}
