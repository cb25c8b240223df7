internal import JSONText
public import Vocabulary

/// One request of a register and what became of it: what is kept for 24 hours.
public struct RegisterEntry: Hashable, Sendable {
    public enum Outcome: Hashable, Sendable {
        case payment(RegisterPayment)
        case refund(RegisterRefund)
        /// What became of a cancellation stands with the payment.
        case cancellation
    }

    public var key: RegisterKey
    public var at: WallTime
    public var request: RegisterRequest
    public var outcome: Outcome

    public init(key: RegisterKey, at: WallTime, request: RegisterRequest, outcome: Outcome) {
        self.key = key
        self.at = at
        self.request = request
        self.outcome = outcome
    }
}

extension RegisterEntry {
    /// As it is kept.
    public var json: [UInt8] {
        JSONWriter.object { row in
            row.field("door", key.door.text)
            row.field("key", key.text)
            row.field("at", at.milliseconds)
            switch (request, outcome) {
            case (.start(let sale), .payment(let payment)):
                row.field("start") { RegisterEntry.write(sale, &$0) }
                row.field("id", payment.id.description)
                row.field("state", payment.state.rawValue)
                RegisterEntry.write(payment.detail, &row)
                row.field("payer", ifPresent: payment.payer)
            case (.refund(let payment, let amount, let who, let why), .refund(let refund)):
                row.field("refund") { object in
                    object.field("payment", payment.description)
                    object.field("amount", amount.count)
                    object.field("who", who)
                    object.field("why", why)
                }
                row.field("id", refund.id.description)
                row.field("state", refund.state.rawValue)
                RegisterEntry.write(refund.detail, &row)
            case (.cancel(let payment), _): row.field("cancel", payment.description)
            case (.start, _), (.refund, _): preconditionFailure("a request and what can become of it")
            }
        }
    }

    private static func write(_ sale: RegisterSale, _ object: inout JSONWriter) {
        object.field("amount", sale.amount.count)
        object.field("reference", ifPresent: sale.reference)
        object.field("lane", ifPresent: sale.lane?.text)
        object.field("itemClass", ifPresent: sale.itemClass?.text)
        object.field("codeMark", ifPresent: sale.codeMark.map { Int64($0) })
    }

    private static func write(_ detail: RegisterDetail?, _ row: inout JSONWriter) {
        guard let detail else { return }
        row.field("code", detail.code)
        row.field("zh", detail.chinese)
        row.field("en", detail.english)
    }

    /// Reads what ``json`` wrote; nil for anything else.
    public init?(json: [UInt8]) {
        guard let row = try? JSONNode.parse(json, dialect: .json), let at = row["at"]?.integer,
            let door = row["door"]?.string.flatMap({ try? Slug($0) }),
            let key = row["key"]?.string.flatMap({ try? RegisterKey(door: door, $0) })
        else { return nil }
        guard let body = RegisterEntry.body(row) else { return nil }
        self.init(key: key, at: WallTime(milliseconds: at), request: body.request, outcome: body.outcome)
    }

    private typealias Body = (request: RegisterRequest, outcome: Outcome)

    private static func body(_ row: JSONNode) -> Body? {
        if let cancel = row["cancel"] { return cancellation(cancel) }
        guard let id = payment(row["id"]), let state = row["state"]?.string else { return nil }
        if let start = row["start"] { return self.start(start, id, state, row) }
        if let refund = row["refund"] { return self.refund(refund, id, state, row) }
        return nil
    }

    private static func payment(_ node: JSONNode?) -> PaymentID? {
        guard let text = node?.string else { return nil }
        return try? PaymentID(text)
    }

    private static func name(_ node: JSONNode?) -> Slug? {
        guard let text = node?.string else { return nil }
        return try? Slug(text)
    }

    private static func cancellation(_ node: JSONNode) -> Body? {
        guard let payment = payment(node) else { return nil }
        return (.cancel(payment), .cancellation)
    }

    private static func start(_ node: JSONNode, _ id: PaymentID, _ state: String, _ row: JSONNode) -> Body? {
        guard let amount = node["amount"]?.integer, let state = RegisterState(rawValue: state) else { return nil }
        var mark: UInt32?
        if let number = node["codeMark"]?.integer { mark = UInt32(exactly: number) }
        let sale = RegisterSale(
            amount: Fen(amount), reference: node["reference"]?.string, lane: name(node["lane"]),
            itemClass: name(node["itemClass"]), codeMark: mark)
        let payment = RegisterPayment(
            id: id, sale: sale, state: state, detail: detail(row), payer: row["payer"]?.string)
        return (.start(sale), .payment(payment))
    }

    private static func refund(_ node: JSONNode, _ id: PaymentID, _ state: String, _ row: JSONNode) -> Body? {
        guard let payment = payment(node["payment"]), let amount = node["amount"]?.integer,
            let who = node["who"]?.string, let why = node["why"]?.string,
            let state = RegisterRefund.State(rawValue: state)
        else { return nil }
        let refund = RegisterRefund(
            id: id, payment: payment, amount: Fen(amount), state: state, detail: detail(row))
        return (.refund(payment: payment, amount: Fen(amount), who: who, why: why), .refund(refund))
    }

    private static func detail(_ row: JSONNode) -> RegisterDetail? {
        guard let code = row["code"]?.string else { return nil }
        return RegisterDetail(code: code, chinese: row["zh"]?.string ?? "", english: row["en"]?.string ?? "")
    }
}
