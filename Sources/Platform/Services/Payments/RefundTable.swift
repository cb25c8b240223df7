internal import JSONText
internal import SQLite
internal import Vocabulary
internal import Wire

/// What the platform knows of one refund id.
struct RefundRow: Equatable {
    enum State: String {
        /// A payment network was asked and has not said.
        case asking
        case refunded
        /// Nothing has moved, and nothing will under this id.
        case refused
    }

    var state: State
    var reason: RefundRefusal?
    var payment: PaymentID
    var amount: Fen
    /// What two refunds with the same id are compared by.
    var contents: [UInt8]
    var device: DeviceID
    /// When the network is asked again; and how often it was.
    var next: WallTime?
    var tries: Int64 = 0

    /// The line that it gives back; nil: it names none.
    var line: Int? {
        guard let node = try? JSONNode.parse(contents, dialect: .json) else { return nil }
        return (try? Refund(node))?.line
    }

    var outcome: RefundOutcome {
        switch state {
        case .asking: .unknown
        case .refunded: .refunded
        case .refused: .refused(reason ?? .badRequest)
        }
    }
}

/// The table of refunds.
final class RefundTable {
    static let schema = """
        CREATE TABLE IF NOT EXISTS refunds (
            id BLOB PRIMARY KEY CHECK (length(id) = 16),
            payment BLOB NOT NULL CHECK (length(payment) = 16),
            amount INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('asking', 'refunded', 'refused')),
            reason TEXT,
            contents BLOB NOT NULL,
            device TEXT NOT NULL,
            next INTEGER,
            tries INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS refunds_of_payment ON refunds (payment);
        CREATE INDEX IF NOT EXISTS open_refunds ON refunds (next) WHERE next IS NOT NULL;
        """

    private let byID: Statement
    private let insertRow: Statement
    private let updateRow: Statement
    private let sums: Statement
    private let open: Statement

    init(in database: borrowing Database) throws(SQLiteError) {
        byID = try database.prepare(
            "SELECT state, reason, payment, amount, contents, device, next, tries FROM refunds WHERE id = ?")
        insertRow = try database.prepare(
            """
            INSERT INTO refunds (state, reason, payment, amount, contents, device, next, tries, id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        updateRow = try database.prepare("UPDATE refunds SET state = ?, reason = ?, next = ?, tries = ? WHERE id = ?")
        sums = try database.prepare(
            """
            SELECT ifnull(sum(amount) FILTER (WHERE state = 'refunded'), 0),
                ifnull(sum(amount) FILTER (WHERE state = 'asking'), 0)
            FROM refunds WHERE payment = ?
            """)
        open = try database.prepare(
            "SELECT id FROM refunds WHERE next IS NOT NULL AND (next <= ?1 OR next > ?1 + ?2) ORDER BY next LIMIT ?3")
    }

    func find(_ id: PaymentID) throws(PlatformError) -> RefundRow? {
        try stored(
            byID.first(id.bytes) { (row) throws(SQLiteError) in
                guard let state = RefundRow.State(rawValue: try row.text(0)),
                    let payment = PaymentID(bytes: try row.bytes(2)), let device = try? Slug(try row.text(5))
                else {
                    throw SQLiteError(
                        operation: "read a refund", path: "", extendedCode: 11,
                        message: "its state, payment or device is not one this version knows")
                }
                return RefundRow(
                    state: state, reason: try row.optionalText(1).flatMap(RefundRefusal.init), payment: payment,
                    amount: Fen(try row.integer(3)), contents: try row.bytes(4), device: device,
                    next: try row.optionalInteger(6).map(WallTime.init), tries: try row.integer(7))
            })
    }

    func insert(_ row: RefundRow, _ id: PaymentID) throws(PlatformError) {
        try stored(
            insertRow.run(
                row.state.rawValue, row.reason?.rawValue, row.payment.bytes, row.amount.count, row.contents,
                row.device.text, row.next?.milliseconds, row.tries, id.bytes))
    }

    func update(_ row: RefundRow, _ id: PaymentID) throws(PlatformError) {
        try stored(
            updateRow.run(row.state.rawValue, row.reason?.rawValue, row.next?.milliseconds, row.tries, id.bytes))
    }

    /// What was given back of a payment, and what a network was asked to give back and has not said.
    func sums(of payment: PaymentID) throws(PlatformError) -> (refunded: Fen, asking: Fen) {
        try stored(
            sums.first(payment.bytes) { (row) throws(SQLiteError) in
                (Fen(try row.integer(0)), Fen(try row.integer(1)))
            }) ?? (.zero, .zero)
    }

    func due(at now: WallTime, horizon: Int64, most: Int64) throws(PlatformError) -> [PaymentID] {
        var ids: [PaymentID] = []
        try stored(
            open.forEach(now.milliseconds, horizon, most) { (row) throws(SQLiteError) in
                if let id = PaymentID(bytes: try row.bytes(0)) { ids.append(id) }
            })
        return ids
    }
}
