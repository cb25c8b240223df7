internal import SQLite
internal import Vocabulary
internal import Wire

/// Money of one lot that a lease holds.
struct LeaseLotRow: Equatable {
    var lent: LeaseLot
    /// What of it the box has spent, as far as its records have come.
    var spent: Fen

    /// What is left; the table sees to it that it is never negative.
    var rest: Fen { Fen(lent.amount.count - spent.count) }
}

/// A person's lease that is open.
struct PersonLease: Equatable {
    var id: LeaseID
    var device: DeviceID
    var lots: [LeaseLotRow]
    /// How many payments may still be made from it, as far as records have come; nil: any number.
    var paymentsLeft: Int64?
}

/// Which lots a lease holds, and in how many payments it may be spent.
final class LeaseLotTable {
    static let schema = """
        CREATE TABLE IF NOT EXISTS lease_lots (
            lease INTEGER NOT NULL REFERENCES leases (number),
            place INTEGER NOT NULL,
            purse TEXT NOT NULL,
            lot TEXT,
            expires INTEGER,
            granted INTEGER NOT NULL CHECK (typeof(granted) = 'integer'),
            spent INTEGER NOT NULL CHECK (spent BETWEEN 0 AND granted),
            PRIMARY KEY (lease, place)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS lease_payments (
            lease INTEGER PRIMARY KEY REFERENCES leases (number), most INTEGER
        );
        CREATE INDEX IF NOT EXISTS open_leases_of ON leases (purpose) WHERE returned IS NULL;
        """

    private let lots, putLot, most, putMost, open: Statement

    init(in database: borrowing Database) throws(SQLiteError) {
        lots = try database.prepare(
            "SELECT purse, lot, expires, granted, spent FROM lease_lots WHERE lease = ? ORDER BY place")
        putLot = try database.prepare(
            """
            INSERT INTO lease_lots (lease, place, purse, lot, expires, granted, spent)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (lease, place) DO UPDATE SET granted = ?6, spent = ?7
            """)
        most = try database.prepare("SELECT most FROM lease_payments WHERE lease = ?")
        putMost = try database.prepare(
            "INSERT INTO lease_payments (lease, most) VALUES (?1, ?2) ON CONFLICT (lease) DO UPDATE SET most = ?2")
        open = try database.prepare(
            """
            SELECT id, device, number, records FROM leases WHERE purpose = ? AND returned IS NULL
            AND number IN (SELECT lease FROM lease_payments) ORDER BY number
            """)
    }

    /// The lots of a lease, by its number; empty for a holder of one account.
    func lots(of lease: Int64) throws(PlatformError) -> [LeaseLotRow] {
        var rows: [LeaseLotRow] = []
        try stored(
            lots.forEach(lease) { (row) throws(SQLiteError) in
                guard let purse = try PurseTable.optionalSlug(try row.text(0)) else {
                    throw PurseTable.damaged("lease")
                }
                rows.append(
                    LeaseLotRow(
                        lent: LeaseLot(
                            purse: purse, lot: try PurseTable.optionalSlug(try row.optionalText(1) ?? ""),
                            expires: try row.optionalInteger(2).map(CivilDate.init(dayNumber:)),
                            amount: Fen(try row.integer(3))),
                        spent: Fen(try row.integer(4))))
            })
        return rows
    }

    /// Writes the lots; none is ever left out, and new ones come last.
    func put(_ rows: [LeaseLotRow], of lease: Int64) throws(PlatformError) {
        for (place, row) in rows.enumerated() {
            try stored(
                putLot.run(
                    lease, Int64(place), row.lent.purse.text, row.lent.lot?.text, row.lent.expires?.dayNumber,
                    row.lent.amount.count, row.spent.count))
        }
    }

    /// How many payments may be made from a lease; the outer nil: it is no person's.
    func payments(of lease: Int64) throws(PlatformError) -> Int64?? {
        try stored(most.first(lease) { (row) throws(SQLiteError) in try row.optionalInteger(0) })
    }

    func setPayments(_ most: Int64?, of lease: Int64) throws(PlatformError) { try stored(putMost.run(lease, most)) }

    /// The open leases of a person, at all boxes, those that have ended and wait for late records included.
    func open(of holder: Holder) throws(PlatformError) -> [PersonLease] {
        var found: [(LeaseID, DeviceID, Int64, Int64)] = []
        try stored(
            open.forEach(LeasePurpose.purse(holder).text) { (row) throws(SQLiteError) in
                guard let id = LeaseID(bytes: try row.bytes(0)), let device = try? DeviceID(try row.text(1)) else {
                    throw PurseTable.damaged("lease")
                }
                found.append((id, device, try row.integer(2), try row.integer(3)))
            })
        var leases: [PersonLease] = []
        for (id, device, number, records) in found {
            let most = try payments(of: number) ?? nil
            leases.append(
                PersonLease(
                    id: id, device: device, lots: try lots(of: number), paymentsLeft: most.map { max(0, $0 - records) })
            )
        }
        return leases
    }
}
