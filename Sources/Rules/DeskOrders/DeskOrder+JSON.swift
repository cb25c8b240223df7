public import JSONText
internal import Vocabulary

/// An order as it goes over HTTP: `POST /desk/<word>` with a JSON object of the members that the order has.
extension DeskOrder {
    /// - Throws: ``DeskOrderError`` naming the member that is missing or wrong.
    public init(word: String, _ node: JSONNode) throws(DeskOrderError) {
        guard let word = Word(rawValue: word) else { throw DeskOrderError("there is no such act") }
        let body = OrderBody(node: node)
        let order = try DeskOrder(word, body, node)
        self =
            order.lane == nil || node["transit"] == nil
            ? order : .forCar(try body.parsed("transit", "a car's transit", UUIDv7.init), order)
    }

    private init(_ word: Word, _ body: OrderBody, _ node: JSONNode) throws(DeskOrderError) {
        switch word {
        case .openShift: self = .openShift(float: try body.fen("float", least: 0))
        case .closeShift:
            self = .closeShift(
                counts: try body.counts(), next: node["next"] == nil ? nil : try body.text("next", longest: 64),
                left: node["left"] == nil ? nil : try body.fen("left", least: 0))
        case .refund:
            self = .refund(
                payment: try body.parsed("payment", "a payment's id", PaymentID.init),
                try body.fen("amount", least: 1), why: try body.why())
        case .open: self = .open(lane: try body.lane(), why: try body.why())
        case .cash:
            self = .cash(
                lane: try body.lane(), amount: node["amount"] == nil ? nil : try body.fen("amount", least: 0))
        case .showCode: self = .showCode(lane: try body.lane())
        case .enterCode:
            self = .enterCode(
                lane: try body.lane(), try body.parsed("code", "the code that the phone shows", PayerCode.init))
        case .correctPlate:
            self = .correctPlate(
                lane: try body.lane(), try body.plate(), stay: try body.stayIfPresent(), why: try body.why())
        case .ticket: self = .ticket(lane: try body.lane(), why: try body.why())
        case .presentTicket:
            self = .presentTicket(lane: try body.lane(), try body.text("ticket", longest: 512))
        case .lostTicket:
            self = .lostTicket(lane: try body.lane(), stay: try body.stayIfPresent(), why: try body.why())
        case .chooseStay: self = .chooseStay(lane: try body.lane(), try body.stay(), why: try body.why())
        case .writeEntry:
            self = .writeEntry(
                lane: try body.lane(), try body.plate(), try body.vehicle(), entered: try body.time("entered"),
                why: try body.why())
        case .setEntryTime:
            self = .setEntryTime(
                lane: try body.lane(), try body.stay(), entered: try body.time("entered"), why: try body.why())
        case .endStay: self = .endStay(lane: try body.lane(), try body.stay(), why: try body.why())
        case .admit: self = .admit(lane: try body.lane(), why: try body.why())
        case .passDebtor: self = .passDebtor(lane: try body.lane(), why: try body.why())
        case .waive: self = .waive(lane: try body.lane(), why: try body.why())
        case .serviceReset: self = .serviceReset(lane: try body.lane(), why: try body.why())
        }
    }

    /// Who gives a command's order: its member `who`, 1 to 64 bytes; empty where ``Word/isSigned`` is false.
    /// - Throws: ``DeskOrderError`` where it is missing or wrong.
    public func who(_ node: JSONNode) throws(DeskOrderError) -> String {
        word.isSigned ? try OrderBody(node: node).text("who", longest: 64) : ""
    }

    /// - Parameter who: who gives the order, for the box's own commands; nil from a page.
    public func body(who: String? = nil) -> [UInt8] {
        JSONWriter.object { writer in
            writer.field("lane", ifPresent: lane?.text)
            writer.field("who", ifPresent: who)
            write(to: &writer)
        }
    }

    private func write(to writer: inout JSONWriter) {
        switch self {
        case .forCar(let transit, let order):
            writer.field("transit", transit.description)
            order.write(to: &writer)
        case .cash(_, let amount): writer.field("amount", ifPresent: amount?.count)
        case .showCode: break
        case .open(_, let why), .ticket(_, let why), .admit(_, let why), .passDebtor(_, let why), .waive(_, let why),
            .serviceReset(_, let why):
            writer.field("why", why)
        case .enterCode(_, let code): writer.field("code", code.text)
        case .correctPlate(_, let plate, let stay, let why):
            writer.field("plate", plate.text)
            writer.field("stay", ifPresent: stay?.description)
            writer.field("why", why)
        case .presentTicket(_, let ticket): writer.field("ticket", ticket)
        case .lostTicket(_, let stay, let why):
            writer.field("stay", ifPresent: stay?.description)
            writer.field("why", why)
        case .chooseStay(_, let stay, let why), .endStay(_, let stay, let why):
            writer.field("stay", stay.description)
            writer.field("why", why)
        case .writeEntry(_, let plate, let vehicle, let entered, let why):
            writer.field("plate", plate.text)
            writer.field("vehicle", vehicle.rawValue)
            writer.field("entered", entered.milliseconds)
            writer.field("why", why)
        case .setEntryTime(_, let stay, let entered, let why):
            writer.field("stay", stay.description)
            writer.field("entered", entered.milliseconds)
            writer.field("why", why)
        case .refund(let payment, let amount, let why):
            writer.field("payment", payment.description)
            writer.field("amount", amount.count)
            writer.field("why", why)
        case .openShift(let float): writer.field("float", float.count)
        case .closeShift(let counts, let next, let left):
            let pieces = counts.sorted { $0.key < $1.key }.map { value, count in
                JSONMember(key: "\(value.count)", count)
            }
            writer.key("counts")
            writer.value(JSONNode(value: .object(pieces), position: TextPosition(line: 1, column: 1)))
            writer.field("next", ifPresent: next)
            writer.field("left", ifPresent: left?.count)
        }
    }
}

extension JSONMember {
    fileprivate init(key: String, _ number: Int64) {
        let start = TextPosition(line: 1, column: 1)
        self.init(key: key, keyPosition: start, node: JSONNode(value: .integer(number), position: start))
    }
}
