public import SQLite
internal import Vocabulary

/// Double-entry books in two tables of an SQLite database: each transfer debits one account and credits another by
/// the same amount, so the books always sum to zero.
///
/// Transfers have two phases, as in TigerBeetle: a pending one reserves money, and is later posted, voided or
/// expired; or one is posted directly. Nothing is ever changed back or deleted: a correction is a new transfer.
///
/// It opens no transaction of its own: every call that writes must stand inside one of the caller's, who commits it
/// together with what it is for. It belongs to the thread of its database.
public final class Ledger {
    let insertAccount: Statement
    let accountByName: Statement
    let accountByID: Statement
    let allAccounts: Statement
    let setTotals: Statement
    let insertTransfer: Statement
    let transferByID: Statement
    let allTransfers: Statement
    let setState: Statement
    let expiredTransfers: Statement

    /// Makes the tables; does nothing where they exist.
    public static func createTables(in database: borrowing Database) throws(LedgerError) {
        do { try database.execute(schema) } catch { throw .store(error) }
    }

    /// Prepares the statements; the tables must exist.
    public init(in database: borrowing Database) throws(LedgerError) {
        do throws(SQLiteError) {
            insertAccount = try database.prepare("INSERT INTO accounts (name, may_not_go_negative) VALUES (?, ?)")
            accountByName = try database.prepare("SELECT \(Ledger.accountColumns) FROM accounts WHERE name = ?")
            accountByID = try database.prepare("SELECT \(Ledger.accountColumns) FROM accounts WHERE id = ?")
            allAccounts = try database.prepare("SELECT \(Ledger.accountColumns) FROM accounts ORDER BY name")
            setTotals = try database.prepare(
                """
                UPDATE accounts SET debits_posted = ?, credits_posted = ?, debits_pending = ?, credits_pending = ?
                WHERE id = ?
                """)
            insertTransfer = try database.prepare(
                """
                INSERT INTO transfers (id, debit, credit, amount, state, code, at, reverses, expires)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING 1
                """)
            transferByID = try database.prepare("SELECT \(Ledger.transferColumns) FROM transfers WHERE id = ?")
            allTransfers = try database.prepare("SELECT \(Ledger.transferColumns) FROM transfers ORDER BY id")
            setState = try database.prepare("UPDATE transfers SET state = ? WHERE id = ?")
            expiredTransfers = try database.prepare(
                "SELECT id FROM transfers WHERE state = 'pending' AND expires <= ? ORDER BY expires LIMIT ?")
        } catch { throw .store(error) }
    }

    static let accountColumns =
        "id, name, debits_posted, credits_posted, debits_pending, credits_pending, may_not_go_negative"
    static let transferColumns = "id, debit, credit, amount, code, at, state, reverses, expires"

    // The CHECKs repeat what the code makes sure of, so that a fault in it stops a commit instead of the books.
    static let schema = """
        CREATE TABLE IF NOT EXISTS accounts (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            debits_posted INTEGER NOT NULL DEFAULT 0 CHECK (debits_posted >= 0),
            credits_posted INTEGER NOT NULL DEFAULT 0 CHECK (credits_posted >= 0),
            debits_pending INTEGER NOT NULL DEFAULT 0 CHECK (debits_pending >= 0),
            credits_pending INTEGER NOT NULL DEFAULT 0 CHECK (credits_pending >= 0),
            may_not_go_negative INTEGER NOT NULL CHECK (may_not_go_negative IN (0, 1)),
            CHECK (may_not_go_negative = 0 OR debits_posted + debits_pending <= credits_posted)
        );
        CREATE TABLE IF NOT EXISTS transfers (
            id BLOB PRIMARY KEY CHECK (length(id) = 16),
            debit INTEGER NOT NULL REFERENCES accounts (id),
            credit INTEGER NOT NULL REFERENCES accounts (id),
            amount INTEGER NOT NULL CHECK (amount > 0),
            state TEXT NOT NULL CHECK (state IN ('pending', 'posted', 'voided', 'expired')),
            code TEXT NOT NULL,
            at INTEGER NOT NULL,
            reverses BLOB REFERENCES transfers (id),
            expires INTEGER,
            CHECK (debit <> credit)
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS pending_transfers ON transfers (expires) WHERE state = 'pending';
        """
}

// MARK: - Accounts

extension Ledger {
    /// The account of this name; it is opened, empty, if there is none.
    /// - Throws: ``LedgerError/ruleDiffers(_:)`` if it exists with another rule.
    public func openAccount(_ name: String, mayNotGoNegative: Bool) throws(LedgerError) -> AccountID {
        if let account = try account(named: name) {
            guard account.mayNotGoNegative == mayNotGoNegative else { throw .ruleDiffers(account.id) }
            return account.id
        }
        try stored(insertAccount.run(name, Int64(mayNotGoNegative ? 1 : 0)))
        guard let account = try account(named: name) else { preconditionFailure("an inserted account is not there") }
        return account.id
    }

    /// - Returns: nil if there is no account of this name.
    public func account(named name: String) throws(LedgerError) -> Account? {
        try stored(accountByName.first(name, read: Ledger.readAccount))
    }

    /// - Throws: ``LedgerError/unknownAccount(_:)``.
    public func account(_ id: AccountID) throws(LedgerError) -> Account {
        let account = try stored(accountByID.first(id.row, read: Ledger.readAccount))
        guard let account else { throw .unknownAccount(id) }
        return account
    }

    /// Every account, in the order of their names.
    public func accounts() throws(LedgerError) -> [Account] {
        var accounts: [Account] = []
        try stored(
            allAccounts.forEach { (row) throws(SQLiteError) in accounts.append(try Ledger.readAccount(row)) })
        return accounts
    }

    static func readAccount(_ row: borrowing Statement) throws(SQLiteError) -> Account {
        Account(
            id: AccountID(row: try row.integer(0)), name: try row.text(1), debitsPosted: Fen(try row.integer(2)),
            creditsPosted: Fen(try row.integer(3)), debitsPending: Fen(try row.integer(4)),
            creditsPending: Fen(try row.integer(5)), mayNotGoNegative: try row.integer(6) != 0)
    }
}
