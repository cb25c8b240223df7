public import JSONText
public import Vocabulary

extension Charge {
    /// Writes the members of a charge. The same charge always gives the same bytes: the platform compares them.
    public func write(to writer: inout JSONWriter) {
        writer.field("payment", payment.description)
        writer.field("plate", plate.text)
        writer.field("stay", stay.description)
        writer.field("lane", lane.text)
        writer.field("quote") { quote.write(to: &$0) }
    }

    /// The charge as JSON: what two charges with the same id are compared by.
    public var canonical: [UInt8] { JSONWriter.object { write(to: &$0) } }

    /// - Throws: ``WireError`` naming the member that is missing or wrong.
    public init(_ node: JSONNode) throws(WireError) {
        self.init(
            payment: try node.parse("payment", PaymentID.init), plate: try node.parse("plate", Plate.init),
            stay: try node.parse("stay", StayID.init), lane: try node.parse("lane", LaneID.init),
            quote: try Quote(try node.object("quote")))
    }
}

extension Quote {
    func write(to writer: inout JSONWriter) {
        writer.field("tariff", tariff.text)
        writer.field("from", from.milliseconds)
        writer.field("until", until.milliseconds)
        writer.field("lines", array: lines) { writer, line in
            writer.object {
                $0.field("kind", line.kind.rawValue)
                $0.field("minutes", line.minutes)
                $0.field("amount", line.amount.count)
            }
        }
        writer.field("total", total.count)
    }

    init(_ node: JSONNode) throws(WireError) {
        var lines: [Line] = []
        for line in try node.list("lines", most: 1000) {
            guard let kind = Line.Kind(rawValue: try line.text("kind")) else { throw .wrong("kind") }
            lines.append(Line(kind: kind, minutes: try line.number("minutes"), amount: Fen(try line.number("amount"))))
        }
        let total = try node.number("total")
        guard total >= 0 else { throw .wrong("total") }
        self.init(
            tariff: try node.parse("tariff", Slug.init), from: WallTime(milliseconds: try node.number("from")),
            until: WallTime(milliseconds: try node.number("until")), lines: lines, total: Fen(total))
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
}
