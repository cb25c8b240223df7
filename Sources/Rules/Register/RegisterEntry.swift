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
        let id = row["id"]?.string.flatMap { try? PaymentID($0) }
        let request: RegisterRequest, outcome: Outcome
        if let cancel = row["cancel"]?.string {
            guard let payment = try? PaymentID(cancel) else { return nil }
            (request, outcome) = (.cancel(payment), .cancellation)
        } else if let start = row["start"] {
            guard let amount = start["amount"]?.integer, let id,
                let state = row["state"]?.string.flatMap(RegisterState.init)
            else { return nil }
            let sale = RegisterSale(
                amount: Fen(amount), reference: start["reference"]?.string,
                lane: start["lane"]?.string.flatMap { try? Slug($0) },
                itemClass: start["itemClass"]?.string.flatMap { try? Slug($0) },
                codeMark: start["codeMark"]?.integer.flatMap { UInt32(exactly: $0) })
            request = .start(sale)
            outcome = .payment(
                RegisterPayment(
                    id: id, sale: sale, state: state, detail: RegisterEntry.detail(row), payer: row["payer"]?.string))
        } else if let refund = row["refund"] {
            guard let payment = refund["payment"]?.string.flatMap({ try? PaymentID($0) }), let id,
                let amount = refund["amount"]?.integer, let who = refund["who"]?.string,
                let why = refund["why"]?.string, let state = row["state"]?.string.flatMap(RegisterRefund.State.init)
            else { return nil }
            request = .refund(payment: payment, amount: Fen(amount), who: who, why: why)
            outcome = .refund(
                RegisterRefund(
                    id: id, payment: payment, amount: Fen(amount), state: state, detail: RegisterEntry.detail(row)))
        } else {
            return nil
        }
        self.init(key: key, at: WallTime(milliseconds: at), request: request, outcome: outcome)
    }

    private static func detail(_ row: JSONNode) -> RegisterDetail? {
        guard let code = row["code"]?.string else { return nil }
        return RegisterDetail(code: code, chinese: row["zh"]?.string ?? "", english: row["en"]?.string ?? "")
    }
}
