public import DeskOrders
public import JSONText
internal import Tickets
public import Vocabulary

/// The words of orders at a till, as they go over HTTP and as a page asks whether somebody may give them.
public enum TillWord: String, CaseIterable, Sendable {
    case key, item, weigh, charge, present, showCode, enterCode, cash, cancel, correct, refund, close, emergency
    case closeDay, ticket, people

    /// Whether somebody of a role may give it.
    ///
    /// Whoever stands there may open in an emergency. The site looks once more at corrections and closings.
    public func isAllowed(_ role: DeskRole, _ corrections: CanteenScenario.Corrections) -> Bool {
        switch self {
        case .emergency: true
        case .correct, .refund: corrections.roles.contains(role)
        case .closeDay: role == .supervisor
        case .key, .item, .weigh, .charge, .present, .showCode, .enterCode, .cash, .cancel, .close, .ticket, .people:
            role != .engineer
        }
    }
}

/// An order as it goes over HTTP: `POST /till/<word>` with a JSON object of the members that the order has.
public struct TillOrderMessage: Hashable, Sendable {
    public var lane: LaneID
    public var word: TillWord
    public var order: TillOrder
    /// The sale that the person saw, and what it came to, where money is taken for it; nil: whatever stands there.
    public var seen: SaleSeen

    /// - Throws: ``DeskOrderError`` naming the member that is missing or wrong.
    public init(word text: String, _ node: JSONNode) throws(DeskOrderError) {
        guard let word = TillWord(rawValue: text) else { throw DeskOrderError("there is no such order") }
        let body = OrderBody(node: node)
        self.word = word
        lane = try body.parsed("till", "a till's name", LaneID.init)
        seen = SaleSeen(
            sale: word == .correct || node["sale"] == nil ? nil : try body.parsed("sale", "a sale's id", UUIDv7.init),
            amount: word == .cash && node["amount"] != nil ? try body.fen("amount", least: 0) : nil)
        order = try TillOrderMessage.order(word, body)
    }

    private static func order(_ word: TillWord, _ body: OrderBody) throws(DeskOrderError) -> TillOrder {
        switch word {
        case .key: .keyed(try amounts(body))
        case .item: .item(MenuChoice(try item(body), body.node["count"] == nil ? 1 : try count(body)))
        case .weigh: .weigh(try item(body))
        case .charge: .charge
        case .present: .present(Presentation(.card(try card(body)), by: .card))
        case .showCode: .showCode
        case .enterCode: try code(body)
        case .cash: .cash
        case .cancel: .cancel
        case .correct: .correct(sale: try body.parsed("sale", "a sale's id", UUIDv7.init), why: try body.why())
        case .refund:
            .refund(
                try body.parsed("payment", "a payment's id", PaymentID.init), try body.fen("amount", least: 1),
                why: try body.why())
        case .close: .closePeriod
        case .emergency: .emergency(try flag(body), why: body.node["why"] == nil ? nil : try body.why())
        case .closeDay: .closeDay
        case .ticket: try ticket(body)
        case .people: .people(try people(body))
        }
    }

    private static func amounts(_ body: OrderBody) throws(DeskOrderError) -> [SaleLine] {
        guard let list = body.node["amounts"]?.array, (1...50).contains(list.count) else {
            throw DeskOrderError("\"amounts\": 1 to 50 whole numbers of fen")
        }
        var lines: [SaleLine] = []
        for each in list {
            guard let number = each.integer, number > 0 else {
                throw DeskOrderError("\"amounts\": whole numbers of fen, 1 or more")
            }
            lines.append(SaleLine(amount: Fen(number)))
        }
        return lines
    }

    private static func item(_ body: OrderBody) throws(DeskOrderError) -> Slug {
        try body.parsed("item", "an item's name", Slug.init)
    }

    private static func count(_ body: OrderBody) throws(DeskOrderError) -> Int64 {
        guard let count = body.node["count"]?.integer, (1...100).contains(count) else {
            throw DeskOrderError("\"count\": 1 to 100")
        }
        return count
    }

    private static func card(_ body: OrderBody) throws(DeskOrderError) -> String {
        let text = try body.text("card", longest: 16)
        guard text.utf8.count == 10, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw DeskOrderError("\"card\": the ten digits of a card") }
        return text
    }

    /// What a phone shows: a payment code, or else a member's own.
    private static func code(_ body: OrderBody) throws(DeskOrderError) -> TillOrder {
        let text = try body.text("code", longest: 600)
        if let code = try? PayerCode(text) { return .enterCode(code) }
        guard (4...32).contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw DeskOrderError("\"code\": a payment code, or the digits of a member's code") }
        return .present(Presentation(.code(text), by: .code))
    }

    private static func ticket(_ body: OrderBody) throws(DeskOrderError) -> TillOrder {
        let code = try body.text("code", longest: 600)
        guard GateTicketCode.isTicket(code) else { throw DeskOrderError("\"code\": what stands in a ticket's QR") }
        return .ticket(code: code, people: body.node["people"] == nil ? nil : try people(body))
    }

    private static func people(_ body: OrderBody) throws(DeskOrderError) -> Int64 {
        guard let count = body.node["people"]?.integer, (1...GateTicket.mostGroup).contains(count) else {
            throw DeskOrderError("\"people\": 1 to \(GateTicket.mostGroup)")
        }
        return count
    }

    private static func flag(_ body: OrderBody) throws(DeskOrderError) -> Bool {
        switch body.node["open"]?.value {
        case .bool(let flag): return flag
        default: throw DeskOrderError("\"open\": true or false")
        }
    }
}
