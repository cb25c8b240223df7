internal import SQLite
public import Vocabulary

/// Who owes what, at one moment, for a person or a test.
public struct DebtReport: Equatable, Sendable {
    /// What is owed, or held for a person to decide, for one payment.
    public struct Entry: Equatable, Sendable {
        public var payment: PaymentID
        /// Personal data; prints itself masked.
        public var holder: Holder
        public var amount: Fen
        public var since: WallTime
        /// open or held.
        public var state: String
        /// How often the platform has tried by itself.
        public var tries: Int64
        /// When it tries again; nil: not by itself.
        public var next: WallTime?
    }

    /// Open ones by holder, the oldest first, then those that are held.
    public var entries: [Entry] = []
    /// The sum of the open ones.
    public var owed = Fen.zero
    /// Of the list that the boxes deny by.
    public var listVersion: Int64 = 0

    /// Opens the file read-only and reads it; the platform may be running.
    /// - Parameter path: the platform's SQLite file.
    public static func read(_ path: String) throws(PlatformError) -> DebtReport {
        var options = DatabaseOptions()
        options.access = .readOnly
        return try DebtReport(reading: try stored(Database(path: path, options: options)))
    }

    init(reading database: borrowing Database) throws(PlatformError) {
        // One transaction: everything is of the same moment.
        try stored(database.execute("BEGIN"))
        defer { try? database.execute("ROLLBACK") }
        do throws(SQLiteError) {
            let statement = try database.prepare(
                """
                SELECT \(DebtTable.columns) FROM debts WHERE state IN ('open', 'held')
                ORDER BY state DESC, holder, since, payment
                """)
            try statement.forEach { (row) throws(SQLiteError) in entries.append(Entry(try DebtTable.read(row))) }
            listVersion = try database.integer("SELECT value FROM meta WHERE key = 'denialVersion'") ?? 0
        } catch { throw .store(error) }
        for entry in entries where entry.state == Debt.State.open.rawValue {
            owed = (try? owed.adding(entry.amount)) ?? Fen(.max)
        }
    }
}

extension DebtReport.Entry {
    fileprivate init(_ debt: Debt) {
        self.init(
            payment: debt.payment, holder: debt.holder, amount: debt.amount, since: debt.since,
            state: debt.state.rawValue, tries: debt.tries, next: debt.next)
    }
}
