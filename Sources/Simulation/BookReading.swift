internal import BoxRules
internal import JSONText
internal import Journal
internal import Ledger
internal import SQLite
internal import Vocabulary
internal import Wire

/// The platform's books at one moment, as plain values.
struct BookReading {
    struct Payment {
        var state: String
        var amount: Int64
        var charge: Charge?
        /// Something is held under its id, or owed.
        var holdsMoney: Bool { state == "approved" || state == "debt" || state == "collected" }
    }

    var payments: [PaymentID: Payment] = [:]
    /// What stands of each transfer after its reversal, by its 16 bytes.
    var money: [[UInt8]: Int64] = [:]
    /// What was given back of a payment, and the refunds that did it.
    var refunded: [PaymentID: Int64] = [:]
    var refunds: [PaymentID: [PaymentID]] = [:]
    /// By box and epoch.
    var streams: [String: (through: Int64, hash: [UInt8])] = [:]
    var incidents: [(code: String, subject: String, detail: String)] = []
    var faults: [LedgerFault] = []

    /// - Throws: what SQLite or the ledger says; a row that cannot be understood is such an error too.
    init(_ database: borrowing Database) throws {
        try database.execute("BEGIN")
        defer { try? database.execute("ROLLBACK") }
        faults = try Ledger(in: database).verify()
        try database.prepare("SELECT id, state, amount, charge FROM payments").forEach {
            (row) throws(SQLiteError) in
            guard let id = BookReading.id(try row.bytes(0)) else { return }
            let charge = try row.optionalBytes(3).flatMap { BookReading.charge($0) }
            payments[id] = Payment(state: try row.text(1), amount: try row.integer(2), charge: charge)
        }
        try database.prepare("SELECT id, payment, amount, state FROM refunds").forEach {
            (row) throws(SQLiteError) in
            guard let id = BookReading.id(try row.bytes(0)), let payment = BookReading.id(try row.bytes(1)) else {
                return
            }
            if try row.text(3) == "refunded" { refunded[payment, default: 0] += try row.integer(2) }
            refunds[payment, default: []].append(id)
        }
        try database.prepare("SELECT id, amount, code, reverses FROM transfers WHERE state = 'posted'").forEach {
            (row) throws(SQLiteError) in
            let code = try row.text(2)
            // What is set aside for a box and comes back is nobody's payment.
            guard code != TransferCode.opening.rawValue, code != TransferCode.lease.rawValue else { return }
            let reverses = try row.optionalBytes(3)
            let amount = try row.integer(1)
            let id = try row.bytes(0)
            money[reverses ?? id, default: 0] += reverses == nil ? amount : -amount
        }
        try database.prepare("SELECT device, epoch, through, hash FROM streams").forEach {
            (row) throws(SQLiteError) in
            streams["\(try row.text(0)) \(try row.text(1))"] = (try row.integer(2), try row.bytes(3))
        }
        try database.prepare("SELECT code, subject, detail FROM incidents ORDER BY id").forEach {
            (row) throws(SQLiteError) in incidents.append((try row.text(0), try row.text(1), try row.text(2)))
        }
    }

    static func charge(_ bytes: [UInt8]) -> Charge? {
        (try? JSONNode.parse(bytes, dialect: .json)).flatMap { try? Charge($0) }
    }

    private static func id(_ bytes: [UInt8]) -> PaymentID? {
        let text = Hexadecimal.text(bytes)
        var parts: [Substring] = []
        var rest = text[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return try? PaymentID(parts.joined(separator: "-"))
    }
}

extension Checker {
    /// The books agree with themselves and with the payments: each fen belongs to one payment id.
    func checkBooks(_ books: BookReading) throws {
        for fault in books.faults { world.fail("the books: \(fault)") }
        var left = books.money
        for (id, payment) in books.payments.sorted(by: { $0.key < $1.key }) {
            let transfers = [TransferID(payment: id).bytes, TransferID(debtOf: id).bytes]
            var held: Int64 = 0
            for transfer in transfers { held += left.removeValue(forKey: transfer) ?? 0 }
            held -= left.removeValue(forKey: TransferID(payment: id).reversal.bytes) ?? 0
            for refund in books.refunds[id] ?? [] {
                held -= left.removeValue(forKey: TransferID(refund: refund).bytes) ?? 0
            }
            let refunded = books.refunded[id] ?? 0
            if refunded > payment.amount {
                world.fail("\(refunded) fen of payment \(id) went back, of \(payment.amount)")
            }
            let expected = payment.holdsMoney ? payment.amount - refunded : 0
            if held != expected {
                world.fail("payment \(id) is \(payment.state) over \(payment.amount) fen and holds \(held)")
            }
            let collections = [TransferID(payment: id).collection.bytes, TransferID(debtOf: id).collection.bytes]
            let collected = collections.reduce(0) { $0 + (left.removeValue(forKey: $1) ?? 0) }
            if collected != (payment.state == "collected" ? payment.amount : 0) {
                world.fail("payment \(id) is \(payment.state) over \(payment.amount) fen, \(collected) collected")
            }
        }
        for (transfer, amount) in left where amount != 0 {
            world.fail("\(amount) fen of transfer \(Hexadecimal.text(transfer)) belong to no payment")
        }
        // A network that takes money for an order while it is being undone is told of, and undone; the books and the
        // network's must agree in the end all the same.
        for incident in books.incidents where incident.code != "acquirerSurprise" {
            world.fail("the platform reports \(incident.code) (\(incident.subject)): \(incident.detail)")
        }
    }

    /// What the payment network holds is what the platform's books say it holds.
    func checkNetwork(_ books: BookReading) throws {
        for (id, payment) in books.payments.sorted(by: { $0.key < $1.key }) {
            switch payment.charge?.instrument {
            case .payerCode, .shownCode:
                let expected = payment.state == "approved" ? payment.amount - (books.refunded[id] ?? 0) : 0
                let held = try world.network.held(id)
                if held != expected {
                    world.fail(
                        "the network holds \(held) fen of order \(id), which is \(payment.state) over \(expected)")
                }
            case .contract, .cash, nil: break
            }
        }
    }

    /// No stay is charged twice for the same time.
    func checkStays(_ books: BookReading) {
        var byStay: [StayID: [(from: Int64, until: Int64, id: PaymentID)]] = [:]
        for (id, payment) in books.payments where payment.holdsMoney && payment.amount > 0 {
            guard let charge = payment.charge, let stay = charge.stay else { continue }
            byStay[stay, default: []].append(
                (charge.quote.from.milliseconds, charge.quote.until.milliseconds, id))
        }
        for (stay, charges) in byStay where charges.count > 1 {
            let sorted = charges.sorted { ($0.from, $0.until) < ($1.from, $1.until) }
            for (one, next) in zip(sorted, sorted.dropFirst()) where next.from < one.until {
                world.fail("stay \(stay) is charged twice for the same time: payments \(one.id) and \(next.id)")
            }
        }
    }
}

extension SimulatedBox {
    /// Where it stands, for who wonders why it does not come to rest.
    var restWords: String {
        guard let machine else { return "it is dead" }
        return "\(machine.queued) records not confirmed, \(machine.recordsRefused) refused, "
            + "\(journal.status.waitingRecords) not written"
    }
}
