public import JSONText
public import Vocabulary

extension PurseSpend {
    func write(to writer: inout JSONWriter) {
        writer.field("line", Int64(line))
        writer.field("purse", purse.text)
        writer.field("lot", ifPresent: lot?.text)
        writer.field("expires", ifPresent: expires?.description)
        writer.field("amount", amount.count)
    }

    init(_ node: JSONNode) throws(WireError) {
        let line = try node.number("line")
        guard (0..<1_000).contains(line) else { throw .wrong("line") }
        self.init(
            line: Int(line), purse: try node.parse("purse", Slug.init), lot: try node.parseIfPresent("lot", Slug.init),
            expires: try node.dateIfPresent("expires"), amount: try node.positive("amount"))
    }

    static func list(_ node: JSONNode, _ key: String) throws(WireError) -> [PurseSpend] {
        var spends: [PurseSpend] = []
        for spend in try node.list(key, most: PurseSpend.most) { spends.append(try PurseSpend(spend)) }
        return spends
    }

    /// Spends as JSON, for who keeps them.
    public static func canonical(_ spends: [PurseSpend]) -> [UInt8] {
        JSONWriter.object { writer in
            writer.field("spends", array: spends) { writer, spend in writer.object { spend.write(to: &$0) } }
        }
    }

    /// - Throws: ``WireError`` naming the member that is missing or wrong.
    public static func read(canonical: [UInt8]) throws(WireError) -> [PurseSpend] {
        try list(try JSONNode.message(canonical), "spends")
    }
}

extension Receipt {
    func write(to writer: inout JSONWriter) {
        writer.field("spends", array: spends) { writer, spend in writer.object { spend.write(to: &$0) } }
        writer.field("balances", array: balances) { writer, balance in
            writer.object {
                $0.field("purse", balance.purse.text)
                $0.field("amount", balance.amount.count)
            }
        }
        guard let shortage else { return }
        writer.field("shortage") {
            $0.field("chinese", shortage.chinese)
            $0.field("english", shortage.english)
            $0.field("left", ifPresent: shortage.left?.count)
        }
    }

    init(_ node: JSONNode) throws(WireError) {
        var balances: [PurseBalance] = []
        for balance in try node.list("balances", most: 64) {
            balances.append(
                PurseBalance(
                    purse: try balance.parse("purse", Slug.init), amount: Fen(try balance.number("amount"))))
        }
        var shortage: Shortage?
        if node["shortage"] != nil {
            let words = try node.object("shortage")
            shortage = Shortage(
                chinese: try words.text("chinese"), english: try words.text("english"),
                left: words["left"] == nil ? nil : Fen(try words.number("left")))
        }
        self.init(spends: try PurseSpend.list(node, "spends"), balances: balances, shortage: shortage)
    }

    /// The receipt as JSON, for who keeps it.
    public var canonical: [UInt8] { JSONWriter.object { write(to: &$0) } }

    /// - Throws: ``WireError`` naming the member that is missing or wrong.
    public init(canonical: [UInt8]) throws(WireError) { try self.init(try JSONNode.message(canonical)) }
}

extension LeaseLot {
    /// Writes its members, for the wire and for who keeps it.
    public func write(to writer: inout JSONWriter) {
        writer.field("purse", purse.text)
        writer.field("lot", ifPresent: lot?.text)
        writer.field("expires", ifPresent: expires?.description)
        writer.field("amount", amount.count)
    }

    /// - Throws: ``WireError`` naming the member that is missing or wrong.
    public init(_ node: JSONNode) throws(WireError) {
        self.init(
            purse: try node.parse("purse", Slug.init), lot: try node.parseIfPresent("lot", Slug.init),
            expires: try node.dateIfPresent("expires"), amount: try node.positive("amount"))
    }
}

extension LeaseUsage {
    /// Writes its members, for the wire and for who keeps it.
    public func write(to writer: inout JSONWriter) {
        writer.field("payer", ifPresent: purse?.text)
        writer.field("window", ifPresent: window?.description)
        writer.field("amount", amount.count)
        writer.field("count", count)
    }

    /// - Throws: ``WireError`` naming the member that is missing or wrong.
    public init(_ node: JSONNode) throws(WireError) {
        self.init(
            purse: try node.parseIfPresent("payer", Slug.init),
            window: try node.parseIfPresent("window", UsageWindow.init),
            amount: Fen(try node.number("amount")), count: try node.number("count"))
    }
}

extension DatedBalance {
    /// Writes its members, for the wire and for who keeps it.
    public func write(to writer: inout JSONWriter) {
        writer.field("purse", purse.text)
        writer.field("expires", ifPresent: expires?.description)
        writer.field("amount", amount.count)
    }

    /// - Throws: ``WireError`` naming the member that is missing or wrong.
    public init(_ node: JSONNode) throws(WireError) {
        self.init(
            purse: try node.parse("purse", Slug.init), expires: try node.dateIfPresent("expires"),
            amount: Fen(try node.number("amount")))
    }
}

extension LeaseTerms {
    /// Reads what terms say of purses, each where it is there.
    mutating func readPurses(_ node: JSONNode) throws(WireError) {
        if node["lots"] != nil {
            for lot in try node.list("lots", most: LeaseTerms.mostLots) { lots.append(try LeaseLot(lot)) }
            var sum = Fen.zero
            for lot in lots {
                guard let next = try? sum.adding(lot.amount) else { throw .wrong("lots") }
                sum = next
            }
            guard sum == amount else { throw .wrong("lots") }
        }
        if node["payments"] != nil {
            let most = try node.number("payments")
            guard most >= 0 else { throw .wrong("payments") }
            payments = most
        }
        if node["usage"] != nil {
            for used in try node.list("usage", most: LeaseTerms.mostUsage) { usage.append(try LeaseUsage(used)) }
        }
        if node["elsewhere"] != nil {
            var balances: [DatedBalance] = []
            for one in try node.list("elsewhere", most: LeaseTerms.mostElsewhere) {
                balances.append(try DatedBalance(one))
            }
            elsewhere = balances
        }
    }
}

extension JSONNode {
    func positive(_ key: String) throws(WireError) -> Fen {
        let amount = try number(key)
        guard amount > 0 else { throw .wrong(key) }
        return Fen(amount)
    }

    func dateIfPresent(_ key: String) throws(WireError) -> CivilDate? {
        try parseIfPresent(key) { (text) throws(CalendarTextError) in try CivilDate(text) }
    }
}
