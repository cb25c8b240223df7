internal import SQLite
internal import Vocabulary

/// Which minutes of which stay are paid for, or owed, by which payment: what stands in the books now.
///
/// It follows the table of payments, row by row: whatever changes a payment's state changes it too.
final class StayPayments {
    struct Paid: Equatable {
        var payment: PaymentID
        var device: DeviceID
        /// What the payment's quote covers.
        var from: WallTime, until: WallTime

        func overlaps(_ other: Paid) -> Bool { from < other.until && other.from < until }
    }

    static let schema = """
        CREATE TABLE IF NOT EXISTS stay_payments (
            payment BLOB PRIMARY KEY CHECK (length(payment) = 16),
            stay BLOB NOT NULL CHECK (length(stay) = 16),
            device TEXT NOT NULL,
            begins INTEGER NOT NULL,
            ends INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS payments_of_stay ON stay_payments (stay);
        """

    private let insert: Statement
    private let remove: Statement
    private let ofStay: Statement
    private let paidUntil: Statement
    private let find: Statement
    /// Stays of which something has changed in the transaction under way, with what pays for them now and did not.
    private var touched: [StayID: Set<PaymentID>] = [:]
    /// Payments on the phone that have changed.
    private var changed: Set<PaymentID> = []

    init(in database: borrowing Database) throws(SQLiteError) {
        insert = try database.prepare(
            "INSERT OR REPLACE INTO stay_payments (payment, stay, device, begins, ends) VALUES (?, ?, ?, ?, ?)")
        remove = try database.prepare("DELETE FROM stay_payments WHERE payment = ?")
        ofStay = try database.prepare("SELECT payment, device, begins, ends FROM stay_payments WHERE stay = ?")
        find = try database.prepare("SELECT 1 FROM stay_payments WHERE payment = ?")
        paidUntil = try database.prepare("SELECT max(ends) FROM stay_payments WHERE stay = ?")
    }

    /// A payment's row is written.
    func written(_ row: PaymentRow, _ id: PaymentID, isNew: Bool) throws(PlatformError) {
        if row.device == PlatformConfiguration.phone { changed.insert(id) }
        let stands = [.approved, .debt, .collected].contains(row.state) && row.amount > .zero
        guard stands, let charge = Payments.read(row.charge), let stay = charge.stay else {
            if !isNew { try stored(remove.run(id.bytes)) }
            return
        }
        let isKnown = isNew ? false : try has(id)
        touched[stay, default: []].formUnion(isKnown ? [] : [id])
        try stored(
            insert.run(
                id.bytes, stay.bytes, row.device.text, charge.quote.from.milliseconds, charge.quote.until.milliseconds))
    }

    private func has(_ id: PaymentID) throws(PlatformError) -> Bool {
        try stored(find.first(id.bytes) { (_) throws(SQLiteError) in true }) ?? false
    }

    /// The payment was given back: it pays for nothing.
    func givenBack(_ id: PaymentID) throws(PlatformError) { try stored(remove.run(id.bytes)) }

    func paid(for stay: StayID) throws(PlatformError) -> [Paid] {
        var all: [Paid] = []
        try stored(
            ofStay.forEach(stay.bytes) { (row) throws(SQLiteError) in
                guard let payment = PaymentID(bytes: try row.bytes(0)), let device = try? DeviceID(try row.text(1))
                else { return }
                all.append(
                    Paid(
                        payment: payment, device: device, from: WallTime(milliseconds: try row.integer(2)),
                        until: WallTime(milliseconds: try row.integer(3))))
            })
        return all
    }

    /// Up to when a stay is paid for.
    func paidThrough(_ stay: StayID) throws(PlatformError) -> WallTime? {
        try stored(
            paidUntil.first(stay.bytes) { (row) throws(SQLiteError) in
                try row.optionalInteger(0).map { WallTime(milliseconds: $0) }
            }) ?? nil
    }

    /// What has changed since the last call.
    func takeChanges() -> (stays: [(id: StayID, new: Set<PaymentID>)], payments: [PaymentID]) {
        defer { (touched, changed) = ([:], []) }
        return (touched.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, changed.sorted())
    }
}
