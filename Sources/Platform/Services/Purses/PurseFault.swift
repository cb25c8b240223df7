internal import Ledger
internal import SQLite
public import Vocabulary

/// A purse whose lots do not make the balance of its account.
public struct PurseFault: Equatable, Sendable, CustomStringConvertible {
    /// The account's row: its name is personal data.
    public var account: Int64
    public var balance: Fen
    public var lots: Fen

    public var description: String {
        "account \(account): its lots make \(lots), its balance is \(balance): compare purse_lots with its transfers"
    }

    /// Compares every purse; the caller has one state of the file before him.
    static func find(_ database: borrowing Database) throws(SQLiteError) -> [PurseFault] {
        var faults: [PurseFault] = []
        let statement = try database.prepare(
            """
            SELECT accounts.id, credits_posted - debits_posted, coalesce(sum(rest), 0)
            FROM accounts LEFT JOIN purse_lots ON purse_lots.account = accounts.id
            WHERE accounts.name >= 'purse:' AND accounts.name < 'purse;' GROUP BY accounts.id
            HAVING credits_posted - debits_posted <> coalesce(sum(rest), 0) ORDER BY accounts.id
            """)
        try statement.forEach { (row) throws(SQLiteError) in
            faults.append(
                PurseFault(account: try row.integer(0), balance: Fen(try row.integer(1)), lots: Fen(try row.integer(2)))
            )
        }
        return faults
    }
}
