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

extension DebtReport {
    /// A few lines for a terminal.
    /// - Parameters:
    ///   - isFull: with the holders' plates and names in full; otherwise masked.
    ///   - now: what ages are counted to.
    public func text(isFull: Bool, at now: WallTime) -> String {
        var lines = ["Owed: \(owed) yuan; list of denials of version \(listVersion)"]
        lines += entries.map { entry in
            let holder = isFull ? entry.holder.text : "\(entry.holder)"
            let head = "  \(entry.payment)  \(holder)  \(entry.amount) yuan, \(Self.span(entry.since, now)) ago"
            if entry.state == Debt.State.held.rawValue {
                return "\(head), HELD: its quote is not the platform's; decide with --book or --dismiss"
            }
            return "\(head), tried \(entry.tries) times, "
                + (entry.next.map { "again in \(Self.span(now, $0))" } ?? "not again by itself")
        }
        return lines.joined(separator: "\n")
    }

    private static func span(_ from: WallTime, _ until: WallTime) -> String {
        let (milliseconds, overflow) = until.milliseconds.subtractingReportingOverflow(from.milliseconds)
        let minutes = overflow ? 0 : max(0, milliseconds / 60_000)
        if minutes < 60 { return "\(minutes) min" }
        return minutes < 48 * 60 ? "\(minutes / 60) h" : "\(minutes / (24 * 60)) days"
    }
}

extension DebtReport.Entry {
    fileprivate init(_ debt: Debt) {
        self.init(
            payment: debt.payment, holder: debt.holder, amount: debt.amount, since: debt.since,
            state: debt.state.rawValue, tries: debt.tries, next: debt.next)
    }
}
