public import Ledger
internal import SQLite
public import Vocabulary
internal import Wire

/// The state of the platform's file at one moment, for a person or a test.
public struct LedgerReport: Equatable, Sendable {
    /// The payments in one state.
    public struct PaymentSum: Equatable, Sendable {
        /// approved, declined, reversed, debt or collected.
        public var state: String
        public var count: Int64
        public var sum: Fen
    }

    /// The records of one epoch of a box's journal.
    public struct Stream: Equatable, Sendable {
        public var device: String
        public var epoch: String
        /// The last sequence number, and how many rows there are: equal, or the file is damaged.
        public var through: Int64, rows: Int64
        public var unreadable: Int64
    }

    /// Sorted by state.
    public var payments: [PaymentSum] = []
    /// Sorted by name.
    public var accounts: [Account] = []
    /// The balances of all accounts together: zero.
    public var sumOfBooks = Fen.zero
    /// What `Ledger.verify` finds: nothing, if all is well.
    public var faults: [LedgerFault] = []
    /// Purses whose lots do not make their balance: none, if all is well.
    public var purseFaults: [PurseFault] = []
    public var streams: [Stream] = []
    /// The newest 1,000, newest last.
    public var incidents: [Incident] = []
    public var contractCount: Int64 = 0
    public var contractVersion: Int64 = 0

    /// Opens the file read-only and reads it; the platform may be running.
    ///
    /// It reads every transfer and record: about a second for a million.
    /// - Parameter path: the platform's SQLite file.
    public static func read(_ path: String) throws(PlatformError) -> LedgerReport {
        try LedgerReport(reading: PlatformSchema.openForReading(path))
    }

    init(reading database: borrowing Database) throws(PlatformError) {
        // One transaction: everything is of the same moment.
        try stored(database.execute("BEGIN"))
        defer { try? database.execute("ROLLBACK") }
        let ledger = try booked(Ledger(in: database))
        accounts = try booked(ledger.accounts())
        faults = try booked(ledger.verify())
        sumOfBooks = (try? Ledger.sumOfBooks(accounts)) ?? Fen(.max)
        do throws(SQLiteError) {
            try readPayments(database)
            try readStreams(database)
            try readIncidents(database)
            purseFaults = try PurseFault.find(database)
            contractCount = try database.integer("SELECT count(*) FROM contracts") ?? 0
            contractVersion = try database.integer("SELECT value FROM meta WHERE key = 'contractVersion'") ?? 0
        } catch { throw .store(error) }
    }

    /// The balance of an account; nil if there is none of this name.
    public func balance(of name: String) -> Fen? { accounts.first { $0.name == name }?.balance }

    /// The payments in a state; zero where there are none.
    public func payments(_ state: String) -> PaymentSum {
        payments.first { $0.state == state } ?? PaymentSum(state: state, count: 0, sum: .zero)
    }

    private mutating func readPayments(_ database: borrowing Database) throws(SQLiteError) {
        let statement = try database.prepare(
            "SELECT state, count(*), sum(amount) FROM payments GROUP BY state ORDER BY state")
        try statement.forEach { (row) throws(SQLiteError) in
            payments.append(
                PaymentSum(state: try row.text(0), count: try row.integer(1), sum: Fen(try row.integer(2))))
        }
    }

    private mutating func readStreams(_ database: borrowing Database) throws(SQLiteError) {
        let bits = PlatformSchema.sequenceBits
        let statement = try database.prepare(
            """
            SELECT device, epoch, through,
                (SELECT count(*) FROM records
                    WHERE place BETWEEN streams.id << \(bits) AND (streams.id + 1) << \(bits)),
                (SELECT count(*) FROM records WHERE fault IS NOT NULL
                    AND place BETWEEN streams.id << \(bits) AND (streams.id + 1) << \(bits))
            FROM streams ORDER BY device, id
            """)
        try statement.forEach { (row) throws(SQLiteError) in
            streams.append(
                Stream(
                    device: try row.text(0), epoch: try row.text(1), through: try row.integer(2),
                    rows: try row.integer(3), unreadable: try row.integer(4)))
        }
    }

    private mutating func readIncidents(_ database: borrowing Database) throws(SQLiteError) {
        incidents = try Incident.read(database, "WHERE id > (SELECT max(id) FROM incidents) - 1000")
    }
}

extension LedgerReport: CustomStringConvertible {
    /// A few lines for a terminal. Plates in account names are masked.
    public var description: String {
        var lines = ["Payments"]
        lines += payments.map { "  \($0.state): \($0.count), \($0.sum) yuan" }
        lines.append("Accounts")
        lines += accounts.filter { !$0.name.hasPrefix("purse:") }
            .map { "  \(LedgerReport.masked($0.name)): \($0.balance) yuan" }
        lines += purseSums.map { "  purses \($0.purse) of \($0.count) persons: \($0.sum) yuan" }
        lines.append("Sum of the books: \(sumOfBooks)")
        lines += faults.isEmpty ? ["Every total agrees with its transfers"] : faults.map { "  FAULT \($0)" }
        lines += purseFaults.map { "  FAULT \($0)" }
        lines.append("Records")
        lines += streams.map { stream in
            "  \(stream.device) epoch \(stream.epoch): through \(stream.through), \(stream.rows) rows"
                + (stream.unreadable > 0 ? ", \(stream.unreadable) unreadable" : "")
        }
        lines.append("Incidents: \(incidents.count)")
        lines += incidents.map { "  \($0)" }
        return lines.joined(separator: "\n")
    }

    /// Thousands of purses are nobody's to read one by one.
    private var purseSums: [(purse: String, count: Int, sum: Fen)] {
        var sums: [String: (count: Int, sum: Int64)] = [:]
        for account in accounts where account.name.hasPrefix("purse:") {
            let purse = String(account.name.split(separator: ":").last ?? "")
            let old = sums[purse] ?? (0, 0)
            let (sum, overflow) = old.sum.addingReportingOverflow(account.balance.count)
            sums[purse] = (old.count + 1, overflow ? .max : sum)
        }
        return sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value.count, Fen($0.value.sum)) }
    }

    private static func masked(_ name: String) -> String {
        // lease:<box>:purses:<kind>:<name>
        let parts = name.split(separator: ":", maxSplits: 3).map(String.init)
        if parts.count == 4, parts[0] == "lease", parts[2] == "purses", let holder = try? Holder(parts[3]) {
            return "lease:\(parts[1]):purses:\(holder)"
        }
        guard name.hasPrefix("debt:"), let holder = try? Holder(String(name.dropFirst(5))) else { return name }
        return "debt:\(holder)"
    }
}
