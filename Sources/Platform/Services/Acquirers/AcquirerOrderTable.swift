internal import Acquiring
internal import SQLite
internal import Vocabulary

/// An order at a payment network: one for each payment by code.
struct AcquirerOrderRow: Equatable {
    var route: AcquirerRoute
    var device: DeviceID
    var order: AcquirerOrder

    var timings: AcquirerTimings { AcquirerTimings(route.scheme) }
}

/// The table of orders.
final class AcquirerOrderTable {
    static let schema = """
        CREATE TABLE IF NOT EXISTS acquirer_orders (
            id BLOB PRIMARY KEY CHECK (length(id) = 16),
            route TEXT NOT NULL,
            device TEXT NOT NULL,
            amount INTEGER NOT NULL CHECK (amount > 0),
            phase TEXT NOT NULL,
            paid INTEGER,
            refunded INTEGER NOT NULL CHECK (refunded >= 0),
            asked INTEGER NOT NULL,
            called INTEGER NOT NULL,
            next INTEGER,
            tries INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS open_acquirer_orders ON acquirer_orders (next) WHERE next IS NOT NULL;
        """

    private static let columns = "route, device, amount, phase, paid, refunded, asked, called, next, tries"
    private let byID: Statement
    private let insertRow: Statement
    private let updateRow: Statement
    private let open: Statement

    init(in database: borrowing Database) throws(SQLiteError) {
        byID = try database.prepare("SELECT \(Self.columns) FROM acquirer_orders WHERE id = ?")
        insertRow = try database.prepare(
            "INSERT INTO acquirer_orders (\(Self.columns), id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        updateRow = try database.prepare(
            """
            UPDATE acquirer_orders SET phase = ?, paid = ?, refunded = ?, asked = ?, called = ?, next = ?, tries = ?
            WHERE id = ?
            """)
        open = try database.prepare(
            """
            SELECT id FROM acquirer_orders WHERE next IS NOT NULL AND (next <= ?1 OR next > ?1 + ?2) ORDER BY next
            LIMIT ?3
            """)
    }

    func find(_ id: PaymentID) throws(PlatformError) -> AcquirerOrderRow? {
        try stored(
            byID.first(id.bytes) { (row) throws(SQLiteError) in
                guard let route = AcquirerRoute(word: try row.text(0)), let device = try? Slug(try row.text(1)),
                    let phase = AcquirerOrder.Phase(rawValue: try row.text(3))
                else {
                    throw SQLiteError(
                        operation: "read an order", path: "", extendedCode: 11,
                        message: "its route, device or phase is not one this version knows")
                }
                let asked = WallTime(milliseconds: try row.integer(6))
                var order = AcquirerOrder(
                    amount: Fen(try row.integer(2)), isShown: route.scheme == nil, at: asked,
                    AcquirerTimings(route.scheme))
                order.phase = phase
                order.paid = try row.optionalInteger(4).map(Fen.init)
                order.refunded = Fen(try row.integer(5))
                order.called = WallTime(milliseconds: try row.integer(7))
                order.next = try row.optionalInteger(8).map(WallTime.init)
                order.tries = try row.integer(9)
                return AcquirerOrderRow(route: route, device: device, order: order)
            })
    }

    func insert(_ row: AcquirerOrderRow, _ id: PaymentID) throws(PlatformError) {
        let order = row.order
        try stored(
            insertRow.run(
                row.route.word, row.device.text, order.amount.count, order.phase.rawValue, order.paid?.count,
                order.refunded.count, order.asked.milliseconds, order.called.milliseconds, order.next?.milliseconds,
                order.tries, id.bytes))
    }

    func update(_ order: AcquirerOrder, _ id: PaymentID) throws(PlatformError) {
        try stored(
            updateRow.run(
                order.phase.rawValue, order.paid?.count, order.refunded.count, order.asked.milliseconds,
                order.called.milliseconds, order.next?.milliseconds, order.tries, id.bytes))
    }

    /// Orders for which something may be due: also those whose time lies too far ahead, because the clock was set back.
    func due(at now: WallTime, horizon: Int64, most: Int64) throws(PlatformError) -> [PaymentID] {
        var ids: [PaymentID] = []
        try stored(
            open.forEach(now.milliseconds, horizon, most) { (row) throws(SQLiteError) in
                if let id = PaymentID(bytes: try row.bytes(0)) { ids.append(id) }
            })
        return ids
    }
}
