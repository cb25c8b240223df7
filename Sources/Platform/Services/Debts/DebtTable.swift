internal import SQLite
internal import Vocabulary

/// Money that is owed for one payment whose goods are gone; its id is the payment's.
struct Debt: Equatable {
    enum State: String, CaseIterable {
        /// Owed: booked on the holder's debt account, and on the list that the boxes deny by.
        case open
        /// Taken from the holder's contract.
        case paid
        /// Not owed any more: the payment was undone, or a person has dismissed what was held.
        case cancelled
        /// Recorded by a box with a quote that the platform cannot reproduce: nothing is booked until a person decides.
        case held
    }

    var payment: PaymentID
    var holder: Holder
    /// 1 fen or more.
    var amount: Fen
    /// When the platform heard of it.
    var since: WallTime
    var state: State
    /// How often the platform has tried by itself to take it.
    var tries: Int64
    /// When it tries again; nil: not by itself.
    var next: WallTime?
}

/// The table of debts. Every call that changes something stands inside a transaction of the caller's.
final class DebtTable {
    private let byPayment: Statement
    private let upsert: Statement
    private let setState: Statement
    private let setTries: Statement
    private let due: Statement
    private let makeDue: Statement

    static let schema = """
        CREATE TABLE IF NOT EXISTS debts (
            payment BLOB PRIMARY KEY CHECK (length(payment) = 16),
            holder TEXT NOT NULL,
            amount INTEGER NOT NULL CHECK (amount > 0),
            since INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'cancelled', 'held')),
            tries INTEGER NOT NULL CHECK (tries >= 0),
            next INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS open_debts ON debts (holder, since) WHERE state = 'open';
        CREATE INDEX IF NOT EXISTS due_debts ON debts (next) WHERE state = 'open' AND next IS NOT NULL;
        """
    static let columns = "payment, holder, amount, since, state, tries, next"

    init(in database: borrowing Database) throws(SQLiteError) {
        byPayment = try database.prepare("SELECT \(DebtTable.columns) FROM debts WHERE payment = ?")
        upsert = try database.prepare(
            """
            INSERT INTO debts (\(DebtTable.columns)) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (payment) DO UPDATE
            SET since = excluded.since, state = excluded.state, tries = excluded.tries, next = excluded.next
            """)
        setState = try database.prepare("UPDATE debts SET state = ?, next = NULL WHERE payment = ?")
        setTries = try database.prepare("UPDATE debts SET tries = ?, next = ? WHERE payment = ?")
        due = try database.prepare(
            """
            SELECT \(DebtTable.columns) FROM debts
            WHERE state = 'open' AND next IS NOT NULL AND next <= ? ORDER BY next LIMIT ?
            """)
        makeDue = try database.prepare("UPDATE debts SET next = ? WHERE state = 'open' AND holder = ?")
    }

    func find(_ payment: PaymentID) throws(PlatformError) -> Debt? {
        try stored(byPayment.first(payment.bytes, read: DebtTable.read))
    }

    /// A debt whose id is known keeps its holder and amount: they are of the same charge.
    func put(_ debt: Debt) throws(PlatformError) {
        try stored(
            upsert.run(
                debt.payment.bytes, debt.holder.text, debt.amount.count, debt.since.milliseconds, debt.state.rawValue,
                debt.tries, debt.next?.milliseconds))
    }

    func set(_ state: Debt.State, _ payment: PaymentID) throws(PlatformError) {
        try stored(setState.run(state.rawValue, payment.bytes))
    }

    func setTries(_ tries: Int64, next: WallTime?, _ payment: PaymentID) throws(PlatformError) {
        try stored(setTries.run(tries, next?.milliseconds, payment.bytes))
    }

    /// Open debts whose next try has come, the longest overdue first.
    func due(at now: WallTime, most: Int64) throws(PlatformError) -> [Debt] {
        var debts: [Debt] = []
        try stored(
            due.forEach(now.milliseconds, most) { (row) throws(SQLiteError) in debts.append(try DebtTable.read(row)) })
        return debts
    }

    /// Has all open debts of a holder tried at the next turn.
    func makeDue(_ holder: Holder, at now: WallTime) throws(PlatformError) {
        try stored(makeDue.run(now.milliseconds, holder.text))
    }

    static func read(_ row: borrowing Statement) throws(SQLiteError) -> Debt {
        guard let payment = PaymentID(bytes: try row.bytes(0)), let holder = try? Holder(try row.text(1)),
            let state = Debt.State(rawValue: try row.text(4))
        else {
            throw SQLiteError(
                operation: "read a debt", path: "", extendedCode: 11,
                message: "its payment, holder or state is not one this version knows")
        }
        return Debt(
            payment: payment, holder: holder, amount: Fen(try row.integer(2)),
            since: WallTime(milliseconds: try row.integer(3)), state: state, tries: try row.integer(5),
            next: try row.optionalInteger(6).map(WallTime.init(milliseconds:)))
    }
}
