internal import JSONText
public import Vocabulary

/// The bodies of the local HTTP API.
public enum RegisterJSON {
    /// The largest body of a request, in bytes.
    public static let largest = 4_096

    /// `{"amount": 1250, "reference": "R-000123", "lane": "till-1", "itemClass": "meal", "code": "…"}`; only the amount
    /// must be there.
    public static func start(_ body: [UInt8]) throws(RegisterFault) -> RegisterAsk {
        let members = try Members(body, known: ["amount", "reference", "lane", "itemClass", "code"])
        let code = try members.text("code", longest: 512)
        let sale = RegisterSale(
            amount: try members.amount(),
            reference: try members.text("reference", longest: RegisterSale.longestReference),
            lane: try members.slug("lane"), itemClass: try members.slug("itemClass"),
            codeMark: code.map(RegisterSale.mark))
        return RegisterAsk(.start(sale), code: code)
    }

    /// An empty body, or `{}`.
    public static func cancel(_ body: [UInt8], payment: PaymentID) throws(RegisterFault) -> RegisterAsk {
        if !body.isEmpty { _ = try Members(body, known: []) }
        return RegisterAsk(.cancel(payment))
    }

    /// `{"amount": 1250, "who": "Zhang", "why": "wrong dish"}`.
    public static func refund(_ body: [UInt8], payment: PaymentID) throws(RegisterFault) -> RegisterAsk {
        let members = try Members(body, known: ["amount", "who", "why"])
        guard let who = try members.text("who", longest: 64), let why = try members.text("why", longest: 200) else {
            throw .badRequest("\"who\" and \"why\" must be there")
        }
        return RegisterAsk(.refund(payment: payment, amount: try members.amount(), who: who, why: why))
    }

    public static func bytes(_ reply: RegisterReply) -> [UInt8] {
        JSONWriter.object { root in
            switch reply {
            case .payment(let payment, let refunded, let refunding):
                root.field("payment", payment.id.description)
                root.field("state", payment.state.rawValue)
                root.field("final", payment.state.isFinal)
                root.field("amount", payment.sale.amount.count)
                root.field("refunded", refunded.count)
                root.field("refunding", refunding.count)
                root.field("reference", ifPresent: payment.sale.reference)
                root.field("lane", ifPresent: payment.sale.lane?.text)
                root.field("payer", ifPresent: payment.payer)
                detail(payment.detail, &root)
            case .refund(let refund):
                root.field("refund", refund.id.description)
                root.field("payment", refund.payment.description)
                root.field("state", refund.state.rawValue)
                root.field("final", refund.state != .pending)
                root.field("amount", refund.amount.count)
                detail(refund.detail, &root)
            }
        }
    }

    public static func bytes(_ fault: RegisterFault) -> [UInt8] {
        JSONWriter.object { root in
            root.field("error", fault.code)
            root.field("zh", fault.chinese)
            root.field("en", fault.description)
        }
    }

    private static func detail(_ detail: RegisterDetail?, _ root: inout JSONWriter) {
        guard let detail else { return }
        root.field("code", detail.code)
        root.field("zh", detail.chinese)
        root.field("en", detail.english)
    }

    private struct Members {
        let node: JSONNode

        init(_ body: [UInt8], known: Set<String>) throws(RegisterFault) {
            guard body.count <= RegisterJSON.largest else { throw .tooLarge }
            do { node = try JSONNode.parse(body, dialect: .json) } catch {
                throw .badRequest("the body is no JSON: \(error)")
            }
            guard let members = node.members else { throw .badRequest("the body must be an object") }
            if let strange = members.first(where: { !known.contains($0.key) }) {
                throw .badRequest("\"\(strange.key.prefix(40))\" is no member of this request")
            }
        }

        func amount() throws(RegisterFault) -> Fen {
            guard let number = node["amount"]?.integer, RegisterSale.amounts.contains(number) else {
                throw RegisterText.badAmount
            }
            return Fen(number)
        }

        func text(_ key: String, longest: Int) throws(RegisterFault) -> String? {
            guard let member = node[key] else { return nil }
            guard let text = member.string else { throw .badRequest("\"\(key)\" must be a text") }
            return try RegisterText.check(text, key, longest: longest)
        }

        func slug(_ key: String) throws(RegisterFault) -> Slug? {
            try text(key, longest: 64).map { text throws(RegisterFault) in try RegisterText.slug(text, key) }
        }
    }
}

/// What both doors ask of texts.
enum RegisterText {
    static let badAmount = RegisterFault.badRequest(
        "the amount: a whole number of fen from \(RegisterSale.amounts.lowerBound) to "
            + "\(RegisterSale.amounts.upperBound)")

    static func check(_ text: String, _ key: String, longest: Int) throws(RegisterFault) -> String {
        guard (1...longest).contains(text.utf8.count), text.contains(where: { $0 != " " }),
            !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { throw .badRequest("\(key): 1 to \(longest) bytes on one line, not blank") }
        return text
    }

    static func slug(_ text: String, _ key: String) throws(RegisterFault) -> Slug {
        do throws(IdentifierError) { return try Slug(text) } catch { throw .badRequest("\(key): \(error)") }
    }

    static func id(_ text: String) throws(RegisterFault) -> PaymentID {
        do throws(IdentifierError) { return try PaymentID(text) } catch { throw .badRequest("the id: \(error)") }
    }
}
