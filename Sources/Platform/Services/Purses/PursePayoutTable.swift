internal import SQLite
public import Vocabulary

/// What was paid out of a person's own purse to the person, or to who may have it.
public struct PursePayout: Equatable, Sendable {
    public var amount: Fen
    /// Names it: unique for the person's purse.
    public var reference: Slug
    public var who: String, why: String
    /// The local day on which it was done.
    public var day: CivilDate
}

/// The table of payouts. Every call that writes stands inside one transaction of the caller's.
final class PursePayoutTable {
    static let schema = """
        CREATE TABLE IF NOT EXISTS purse_payouts (
            number INTEGER PRIMARY KEY,
            holder TEXT NOT NULL,
            purse TEXT NOT NULL,
            reference TEXT NOT NULL,
            amount INTEGER NOT NULL CHECK (amount > 0),
            day INTEGER NOT NULL,
            who TEXT NOT NULL,
            why TEXT NOT NULL,
            at INTEGER NOT NULL,
            UNIQUE (holder, purse, reference)
        );
        """

    private let insert, ofPurse: Statement

    init(in database: borrowing Database) throws(SQLiteError) {
        insert = try database.prepare(
            """
            INSERT INTO purse_payouts (holder, purse, reference, amount, day, who, why, at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING number
            """)
        ofPurse = try database.prepare(
            "SELECT reference, amount, day, who, why FROM purse_payouts WHERE holder = ? AND purse = ? ORDER BY number")
    }

    /// - Returns: the payout's number.
    func insert(
        _ payout: PursePayout, of holder: Holder, _ purse: Slug, at now: WallTime
    ) throws(PlatformError) -> Int64 {
        let number = try stored(
            insert.first(
                holder.text, purse.text, payout.reference.text, payout.amount.count, payout.day.dayNumber, payout.who,
                payout.why, now.milliseconds
            ) { (row) throws(SQLiteError) in try row.integer(0) })
        guard let number else { preconditionFailure("an insert returned no row") }
        return number
    }

    /// What was paid out of a purse, in the order in which it was.
    func payouts(of holder: Holder, _ purse: Slug) throws(PlatformError) -> [PursePayout] {
        var payouts: [PursePayout] = []
        try stored(
            ofPurse.forEach(holder.text, purse.text) { (row) throws(SQLiteError) in
                guard let reference = try PurseTable.optionalSlug(try row.text(0)) else {
                    throw PurseTable.damaged("reference")
                }
                payouts.append(
                    PursePayout(
                        amount: Fen(try row.integer(1)), reference: reference, who: try row.text(3),
                        why: try row.text(4), day: CivilDate(dayNumber: try row.integer(2))))
            })
        return payouts
    }
}
