public import JSONText
public import Vocabulary

/// Somebody who eats at one canteen: by what a box knows the person, and what is laid down for them.
///
/// A box gets the list of its own canteen. Who has left is not in it any more, and the box drops their face.
public struct Person: ListEntry {
    public static let kind = ListKind.people
    /// At most so many cards of one person.
    public static let mostCards = 8
    /// The longest name as it is shown, and the longest number of a member's code, in bytes.
    public static let longestName = 64, longestCode = 32

    /// A member. Personal data, as is everything here.
    public var holder: Holder
    /// As pages show it, masked: 张*三.
    public var name: String
    /// Pupil, staff, guest: what prices and doors go by.
    public var group: Slug
    /// The numbers of the cards in use, ten digits each. A lost one is taken out at once.
    public var cards: [String]
    /// The number in the person's member code; nil: there is none.
    public var code: String?
    /// Which face templates belong to the person; nil: known by card or code only.
    public var face: FaceTag?
    /// nil: nobody has laid down anything.
    public var guardian: Guardian?
    /// When the contract ends; from then on nothing is charged to the person.
    public var until: WallTime?

    public init(
        holder: Holder, name: String, group: Slug, cards: [String] = [], code: String? = nil, face: FaceTag? = nil,
        guardian: Guardian? = nil, until: WallTime? = nil
    ) {
        self.holder = holder
        self.name = name
        self.group = group
        self.cards = cards
        self.code = code
        self.face = face
        self.guardian = guardian
        self.until = until
    }

    /// Whether a text can be a card's number: ten digits.
    public static func isCard(_ text: String) -> Bool {
        text.utf8.count == 10 && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// Whether a text can be the number of a member's code: 4 to ``longestCode`` digits.
    public static func isCode(_ text: String) -> Bool {
        (4...longestCode).contains(text.utf8.count)
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    public func write(to writer: inout JSONWriter) {
        writer.field("holder", holder.text)
        writer.field("name", name)
        writer.field("group", group.text)
        writer.field("cards", array: cards) { $0.string($1) }
        writer.field("code", ifPresent: code)
        if let face {
            writer.field("face") {
                $0.field("version", face.version)
                $0.field("digest", face.digest)
            }
        }
        if let guardian { writer.field("guardian") { guardian.write(to: &$0) } }
        writer.field("contractEnds", ifPresent: until?.milliseconds)
    }

    public init(_ node: JSONNode) throws(WireError) {
        let holder = try node.parse("holder", Holder.init)
        guard holder.kind == .member else { throw .wrong("holder") }
        let name = try node.text("name")
        guard (1...Person.longestName).contains(name.utf8.count) else { throw .wrong("name") }
        let listed = try node.list("cards", most: Person.mostCards)
        let cards = listed.compactMap(\.string).filter(Person.isCard)
        guard cards.count == listed.count, Set(cards).count == cards.count else { throw .wrong("cards") }
        let code = node["code"] == nil ? nil : try node.text("code")
        guard code.map(Person.isCode) ?? true else { throw .wrong("code") }
        self.init(
            holder: holder, name: name, group: try node.parse("group", Slug.init), cards: cards, code: code,
            face: node["face"] == nil ? nil : try FaceTag(try node.object("face")),
            guardian: node["guardian"] == nil ? nil : try Guardian(try node.object("guardian")),
            until: node["contractEnds"] == nil ? nil : WallTime(milliseconds: try node.number("contractEnds")))
    }
}

/// Which face templates of a person are in force: a box asks for those that it does not have, and drops all others.
public struct FaceTag: Hashable, Sendable {
    /// Rises with each enrolment.
    public var version: Int64
    /// Over the templates (``ContentDigest``).
    public var digest: String

    public init(version: Int64, digest: String) {
        self.version = version
        self.digest = digest
    }

    init(_ node: JSONNode) throws(WireError) {
        let version = try node.number("version")
        guard version >= 0 else { throw .wrong("version") }
        self.init(version: version, digest: try node.parse("digest", ContentDigest.checked))
    }
}

extension Guardian {
    /// Limits that are there, in the order of spans, amount before count.
    private var written: [(span: PurseLimits.Span, measure: String, most: Int64)] {
        let spans: [(PurseLimits.Span, PurseLimits.Limit?)] = [
            (.payment, limits.payment.map { PurseLimits.Limit(amount: $0) }), (.period, limits.period),
            (.day, limits.day), (.month, limits.month),
        ]
        return spans.flatMap { span, limit in
            [limit?.amount.map { (span, "amount", $0.count) }, limit?.count.map { (span, "count", $0) }].compactMap {
                $0
            }
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.field("limits", array: written) { writer, limit in
            writer.object {
                $0.field("span", limit.span.rawValue)
                $0.field("measure", limit.measure)
                $0.field("most", limit.most)
            }
        }
        writer.field("barredItems", array: barredItems.sorted()) { $0.string($1.text) }
        writer.field("barredPeriods", array: barredPeriods.sorted()) { $0.string($1.text) }
    }

    init(_ node: JSONNode) throws(WireError) {
        var limits = PurseLimits()
        for limit in try node.list("limits", most: 7) {
            let span: PurseLimits.Span = try limit.choice("span")
            let measure = try limit.text("measure")
            let most = try limit.number("most")
            guard most >= 0 else { throw .wrong("most") }
            guard measure == "amount" || (measure == "count" && span != .payment) else { throw .wrong("measure") }
            func set(_ one: inout PurseLimits.Limit?) {
                one = one ?? PurseLimits.Limit()
                if measure == "amount" { one?.amount = Fen(most) } else { one?.count = most }
            }
            switch span {
            case .payment: limits.payment = Fen(most)
            case .period: set(&limits.period)
            case .day: set(&limits.day)
            case .month: set(&limits.month)
            }
        }
        func names(_ key: String) throws(WireError) -> Set<Slug> {
            let listed = try node.list(key, most: 64)
            let names = listed.compactMap { $0.string.flatMap { try? Slug($0) } }
            guard names.count == listed.count else { throw .wrong(key) }
            return Set(names)
        }
        self.init(limits: limits, barredItems: try names("barredItems"), barredPeriods: try names("barredPeriods"))
    }

    /// What a guardian laid down as JSON, for who keeps it; the same always gives the same bytes.
    public var canonical: [UInt8] { JSONWriter.object { write(to: &$0) } }

    /// - Throws: ``WireError`` naming the member that is missing or wrong.
    public init(canonical: [UInt8]) throws(WireError) { try self.init(try JSONNode.message(canonical)) }
}
