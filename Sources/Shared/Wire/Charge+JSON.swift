public import JSONText
public import Vocabulary

extension Charge {
    /// Writes the members of a charge. The same charge always gives the same bytes: the platform compares them.
    public func write(to writer: inout JSONWriter) {
        writer.field("payment", payment.description)
        writer.field("instrument") { instrument.write(to: &$0) }
        writer.field("plate", ifPresent: plate?.text)
        writer.field("stay", ifPresent: stay?.description)
        writer.field("lane", lane.text)
        writer.field("quote") { quote.write(to: &$0) }
        if let meal { writer.field("meal") { meal.write(to: &$0) } }
    }

    /// The charge as JSON: what two charges with the same id are compared by.
    public var canonical: [UInt8] { JSONWriter.object { write(to: &$0) } }

    /// - Throws: ``WireError`` naming the member that is missing or wrong.
    public init(_ node: JSONNode) throws(WireError) {
        self.init(
            payment: try node.parse("payment", PaymentID.init),
            instrument: try Instrument(try node.object("instrument")),
            plate: try node.parseIfPresent("plate", Plate.init), stay: try node.parseIfPresent("stay", StayID.init),
            lane: try node.parse("lane", LaneID.init), quote: try Quote(try node.object("quote")),
            meal: node["meal"] == nil ? nil : try Meal(try node.object("meal")))
    }
}

extension Meal {
    func write(to writer: inout JSONWriter) {
        writer.field("period", ifPresent: period?.text)
        writer.field("day", day.description)
    }

    init(_ node: JSONNode) throws(WireError) {
        self.init(
            period: try node.parseIfPresent("period", Slug.init),
            day: try node.parse("day") { (text) throws(CalendarTextError) in try CivilDate(text) })
    }
}

extension Instrument {
    func write(to writer: inout JSONWriter) {
        writer.field("kind", kind.rawValue)
        switch self {
        case .contract(let holder): writer.field("holder", holder.text)
        case .payerCode(let scheme, let ending):
            writer.field("scheme", scheme.rawValue)
            writer.field("ending", ending)
        case .shownCode: break
        case .cash(let who): writer.field("takenBy", who)
        }
    }

    init(_ node: JSONNode) throws(WireError) {
        let kind: Kind = try node.choice("kind")
        switch kind {
        case .plate, .member, .face, .card:
            self = .contract(try node.parse("holder", Holder.init))
            guard self.kind == kind else { throw .wrong("holder") }
        case .payerCode:
            let ending = try node.text("ending")
            guard ending.utf8.count <= 4 else { throw .wrong("ending") }
            self = .payerCode(try node.choice("scheme"), ending: ending)
        case .shownCode: self = .shownCode
        case .cash:
            let who = try node.text("takenBy")
            guard (1...64).contains(who.utf8.count) else { throw .wrong("takenBy") }
            self = .cash(takenBy: who)
        }
    }
}

extension Quote {
    func write(to writer: inout JSONWriter) {
        writer.field("tariff", tariff.text)
        writer.field("currency", currency.rawValue)
        if began != from { writer.field("began", began.milliseconds) }
        writer.field("from", from.milliseconds)
        writer.field("until", until.milliseconds)
        writer.field("lines", array: lines) { writer, line in
            writer.object {
                $0.field("kind", line.kind.rawValue)
                if line.minutes != 0 { $0.field("minutes", line.minutes) }
                $0.field("amount", line.amount.count)
                $0.field("reference", ifPresent: line.reference?.text)
                $0.field("class", ifPresent: line.itemClass?.text)
            }
        }
        writer.field("total", total.count)
        // Most are small and have no pass: what is not said is that.
        if vehicle != .small { writer.field("vehicle", vehicle.rawValue) }
        writer.field("pass", ifPresent: pass?.text)
    }

    init(_ node: JSONNode) throws(WireError) {
        var lines: [Line] = []
        for line in try node.list("lines", most: 1000) {
            guard let kind = Line.Kind(rawValue: try line.text("kind")) else { throw .wrong("kind") }
            lines.append(
                Line(
                    kind: kind, minutes: line["minutes"] == nil ? 0 : try line.number("minutes"),
                    amount: Fen(try line.number("amount")),
                    reference: try line.parseIfPresent("reference", Slug.init),
                    itemClass: try line.parseIfPresent("class", Slug.init)))
        }
        let total = try node.number("total")
        guard total >= 0 else { throw .wrong("total") }
        self.init(
            tariff: try node.parse("tariff", Slug.init), currency: try node.choice("currency"),
            began: node["began"] == nil ? nil : WallTime(milliseconds: try node.number("began")),
            from: WallTime(milliseconds: try node.number("from")),
            until: WallTime(milliseconds: try node.number("until")), lines: lines, total: Fen(total),
            vehicle: try node.choiceIfPresent("vehicle") ?? .small, pass: try node.parseIfPresent("pass", Slug.init))
    }
}

extension Refund {
    /// Writes the members of a refund. The same refund always gives the same bytes: the platform compares them.
    public func write(to writer: inout JSONWriter) {
        writer.field("id", id.description)
        writer.field("payment", payment.description)
        writer.field("amount", amount.count)
        writer.field("ofLine", ifPresent: line.map(Int64.init))
        writer.field("who", who)
        writer.field("why", why)
    }

    /// The refund as JSON: what two refunds with the same id are compared by.
    public var canonical: [UInt8] { JSONWriter.object { write(to: &$0) } }

    /// - Throws: ``WireError`` naming the member that is missing or wrong.
    public init(_ node: JSONNode) throws(WireError) {
        let (who, why) = (try node.text("who"), try node.text("why"))
        guard (1...64).contains(who.utf8.count) else { throw .wrong("who") }
        guard (1...200).contains(why.utf8.count) else { throw .wrong("why") }
        let line = node["ofLine"] == nil ? nil : try node.number("ofLine")
        guard (0..<1_000).contains(line ?? 0) else { throw .wrong("ofLine") }
        self.init(
            id: try node.parse("id", PaymentID.init), payment: try node.parse("payment", PaymentID.init),
            amount: Fen(try node.number("amount")), line: line.map { Int($0) }, who: who, why: why)
    }
}

/// Why a message is not one of ours.
public enum WireError: Error, Equatable, Sendable, CustomStringConvertible {
    case notJSON(JSONError)
    case missing(String)
    case wrong(String)
    case unknownType(String)

    public var description: String {
        switch self {
        case .notJSON(let error): "the message is not JSON (\(error))"
        case .missing(let key): "the message has no \"\(key)\""
        case .wrong(let key): "the message's \"\(key)\" has a value of the wrong kind or range"
        case .unknownType(let type): "the message's type \"\(type.prefix(40))\" is not known"
        }
    }
}

extension JSONNode {
    static func message(_ payload: [UInt8]) throws(WireError) -> JSONNode {
        do { return try JSONNode.parse(payload, dialect: .json) } catch { throw .notJSON(error) }
    }

    func need(_ key: String) throws(WireError) -> JSONNode {
        guard let node = self[key] else { throw .missing(key) }
        return node
    }

    func text(_ key: String) throws(WireError) -> String {
        guard let text = try need(key).string else { throw .wrong(key) }
        return text
    }

    func number(_ key: String) throws(WireError) -> Int64 {
        guard let number = try need(key).integer else { throw .wrong(key) }
        return number
    }

    func flag(_ key: String) throws(WireError) -> Bool {
        guard let flag = try need(key).bool else { throw .wrong(key) }
        return flag
    }

    func object(_ key: String) throws(WireError) -> JSONNode {
        let node = try need(key)
        guard node.members != nil else { throw .wrong(key) }
        return node
    }

    func list(_ key: String, most: Int) throws(WireError) -> [JSONNode] {
        guard let elements = try need(key).array, elements.count <= most else { throw .wrong(key) }
        return elements
    }

    func parse<Value, Failure: Error>(
        _ key: String, _ parse: (String) throws(Failure) -> Value
    ) throws(WireError) -> Value {
        let text = try text(key)
        do { return try parse(text) } catch { throw .wrong(key) }
    }

    func parseIfPresent<Value, Failure: Error>(
        _ key: String, _ parse: (String) throws(Failure) -> Value
    ) throws(WireError) -> Value? {
        self[key] == nil ? nil : try self.parse(key, parse)
    }

    func choice<Choice: RawRepresentable<String>>(_ key: String) throws(WireError) -> Choice {
        guard let choice = Choice(rawValue: try text(key)) else { throw .wrong(key) }
        return choice
    }

    func choiceIfPresent<Choice: RawRepresentable<String>>(_ key: String) throws(WireError) -> Choice? {
        self[key] == nil ? nil : try choice(key)
    }
}
