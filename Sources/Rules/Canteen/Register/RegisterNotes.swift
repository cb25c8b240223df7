internal import JSONText
public import Register
public import Vocabulary

/// How an order of a cash register stands at the site.
public struct RegisterStanding: Hashable, Sendable {
    public enum What: Hashable, Sendable {
        /// The payment that carries it out: under the order's own id, unless that one was declined and a lease paid.
        case payment(RegisterState, paidBy: PaymentID, total: Fen)
        case refund(RegisterRefund.State)
    }

    public var what: What
    public var detail: RegisterDetail?
    /// Masked.
    public var payer: String?

    public func change(_ id: PaymentID) -> RegisterChange {
        switch what {
        case .payment(let state, _, _): .payment(id, state, detail, payer: payer)
        case .refund(let state): .refund(id, state, detail)
        }
    }

    var isFinal: Bool {
        switch what {
        case .payment(let state, _, _): state.isFinal
        case .refund(let state): state != .pending
        }
    }
}

/// What cash registers asked this box for, by the ids of their orders; kept in the journal, so that a register which
/// asks after a power cut is told what became of its order. Pure.
struct RegisterNotes {
    static let stateKind = "register-order"
    /// Of more than these the oldest that are over are forgotten: the register's own book keeps them.
    static let most = 512

    private(set) var standings: [PaymentID: RegisterStanding] = [:]
    /// Rises with each change.
    private(set) var version: UInt64 = 0
    /// What is to be kept of the changes of this decision.
    private var changes: [StateChange] = []

    subscript(id: PaymentID) -> RegisterStanding? { standings[id] }

    mutating func put(_ id: PaymentID, _ standing: RegisterStanding) {
        guard standings[id] != standing else { return }
        standings[id] = standing
        version += 1
        changes.append(RegisterNotes.kept(id, standing))
        if standings.count > RegisterNotes.most,
            let oldest = standings.filter({ $0.value.isFinal && $0.key != id }).keys.min()
        {
            standings[oldest] = nil
            changes.append(.remove(kind: RegisterNotes.stateKind, key: oldest.description))
        }
    }

    /// Tells how an order stands, and leaves in the journal what it says: a write under way may say more.
    mutating func tell(_ id: PaymentID, _ standing: RegisterStanding) {
        guard standings[id] != standing else { return }
        standings[id] = standing
        version += 1
    }

    /// After a power cut: what was not charged yet is not, whoever stood there has gone.
    mutating func interrupt(unless isGoing: (PaymentID) -> Bool) {
        for (id, standing) in standings {
            guard case .payment(let state, let paidBy, let total) = standing.what, !state.isFinal, state != .cancelling,
                !isGoing(paidBy)
            else { continue }
            put(
                id,
                RegisterStanding(what: .payment(.failed, paidBy: paidBy, total: total), detail: .interrupted))
        }
    }

    mutating func takeChanges() -> [StateChange] {
        defer { changes = [] }
        return changes
    }

    /// The order that a payment carries out; nil: no register asked for it.
    func order(paidBy payment: PaymentID) -> PaymentID? {
        if standings[payment] != nil { return payment }
        return standings.first {
            if case .payment(_, payment, _) = $0.value.what { true } else { false }
        }?.key
    }

    /// What keeps a standing.
    static func kept(_ id: PaymentID, _ standing: RegisterStanding) -> StateChange {
        let value = JSONWriter.object { writer in
            switch standing.what {
            case .payment(let state, let paidBy, let total):
                writer.field("payment", state.rawValue)
                writer.field("paidBy", paidBy.description)
                writer.field("total", total.count)
            case .refund(let state): writer.field("refund", state.rawValue)
            }
            writer.field("code", ifPresent: standing.detail?.code)
            writer.field("zh", ifPresent: standing.detail?.chinese)
            writer.field("en", ifPresent: standing.detail?.english)
            writer.field("payer", ifPresent: standing.payer)
        }
        return .put(kind: stateKind, key: id.description, value: value)
    }

    /// Takes in what an earlier run kept.
    /// - Returns: false for what cannot be read.
    mutating func recall(key: String, value: [UInt8]) -> Bool {
        guard let id = try? PaymentID(key), let node = try? JSONNode.parse(value, dialect: .json) else { return false }
        let what: RegisterStanding.What
        if let text = node["refund"]?.string {
            guard let state = RegisterRefund.State(rawValue: text) else { return false }
            what = .refund(state)
        } else {
            guard let text = node["payment"]?.string, let state = RegisterState(rawValue: text),
                let named = node["paidBy"]?.string, let paidBy = try? PaymentID(named),
                let total = node["total"]?.integer
            else { return false }
            what = .payment(state, paidBy: paidBy, total: Fen(total))
        }
        var detail: RegisterDetail?
        if let code = node["code"]?.string {
            detail = RegisterDetail(code: code, chinese: node["zh"]?.string ?? "", english: node["en"]?.string ?? "")
        }
        standings[id] = RegisterStanding(what: what, detail: detail, payer: node["payer"]?.string)
        return true
    }
}
