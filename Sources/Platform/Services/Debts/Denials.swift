internal import SQLite
internal import Vocabulary
internal import Wire

/// The holders to whom no box promises anything: who owes money, and who is blocked by the configuration.
///
/// A versioned list like the contracts', but one that changes while the platform runs. Only the number of its version
/// is written with each change; the list is put together when a box asks for it.
final class DenialRegister {
    private struct List {
        var version: Int64
        var digest: String
        var entries: [Denial]
    }

    private let openDebts: Statement
    private let allBlocked: Statement
    private let findBlocked: Statement
    private let insertBlocked: Statement
    private let removeBlocked: Statement
    private let readVersion: Statement
    private let writeVersion: Statement
    private var list: List?
    /// This connection has changed the list since somebody last asked. It may have been rolled back.
    private var hasChanged = false

    static let schema = "CREATE TABLE IF NOT EXISTS blocked (holder TEXT PRIMARY KEY) WITHOUT ROWID;"

    init(in database: borrowing Database) throws(SQLiteError) {
        openDebts = try database.prepare(
            "SELECT \(DebtTable.columns) FROM debts WHERE state = 'open' ORDER BY holder, since, payment")
        allBlocked = try database.prepare("SELECT holder FROM blocked ORDER BY holder")
        findBlocked = try database.prepare("SELECT 1 FROM blocked WHERE holder = ?")
        insertBlocked = try database.prepare("INSERT INTO blocked (holder) VALUES (?)")
        removeBlocked = try database.prepare("DELETE FROM blocked WHERE holder = ?")
        readVersion = try database.prepare("SELECT value FROM meta WHERE key = 'denialVersion'")
        writeVersion = try database.prepare(
            """
            INSERT INTO meta (key, value) VALUES ('denialVersion', ?)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value
            """)
    }

    /// The list has another content from now on. Call it inside the transaction that changes it.
    func changed(at now: WallTime) throws(PlatformError) {
        // At least the time in seconds, for the reason given at the contracts.
        let next = max(try version() + 1, now.milliseconds / 1000)
        try stored(writeVersion.run(next))
        hasChanged = true
    }

    /// Whether the list may have changed since the last call.
    func takeChange() -> Bool {
        defer { hasChanged = false }
        return hasChanged
    }

    /// The list's version; 0 before the first configuration.
    func version() throws(PlatformError) -> Int64 {
        try stored(readVersion.first { (row) throws(SQLiteError) in try row.integer(0) }) ?? 0
    }

    /// Makes the blocked holders those of the configuration. Call it inside a transaction.
    func configure(_ blocked: [Holder], at now: WallTime) throws(PlatformError) {
        var old: Set<String> = []
        try stored(allBlocked.forEach { (row) throws(SQLiteError) in old.insert(try row.text(0)) })
        var isOther = try version() == 0
        for holder in blocked where old.remove(holder.text) == nil {
            try stored(insertBlocked.run(holder.text))
            isOther = true
        }
        for holder in old {
            try stored(removeBlocked.run(holder))
            isOther = true
        }
        if isOther { try changed(at: now) }
    }

    /// Whether the configuration blocks a holder.
    func isBlocked(_ holder: Holder) throws(PlatformError) -> Bool {
        try stored(findBlocked.first(holder.text) { _ in true }) ?? false
    }

    /// A page of the list. Whoever asks for another version than the current one gets the current one from its begin.
    func page(version: Int64, offset: Int64) throws(PlatformError) -> ListPage<Denial> {
        let list = try currentList()
        let total = list.entries.count
        let begin = version == list.version && offset < Int64(total) ? Int(offset) : 0
        let end = min(begin + ListLimits.mostEntries, total)
        return ListPage(
            version: list.version, digest: list.digest, total: Int64(total), offset: Int64(begin),
            entries: Array(list.entries[begin..<end]))
    }

    // MARK: -

    /// Another process, or an earlier run, may have changed it: the version in the file decides whether it is current.
    private func currentList() throws(PlatformError) -> List {
        let version = try version()
        if let list, list.version == version { return list }
        let entries = try entries()
        let fresh = List(version: version, digest: ListPage.digest(of: entries), entries: entries)
        list = fresh
        return fresh
    }

    /// By holder. What is beyond the longest list that a box takes is left out: its holders' promises are debts again.
    private func entries() throws(PlatformError) -> [Denial] {
        var debtors: [Denial] = []
        try stored(
            openDebts.forEach { (row) throws(SQLiteError) in
                DenialRegister.add(try DebtTable.read(row), to: &debtors)
            })
        var entries: [Denial] = []
        var rest = debtors[...]
        try stored(
            allBlocked.forEach { (row) throws(SQLiteError) in
                guard let holder = try? Holder(try row.text(0)) else { return }
                while let first = rest.first, first.holder < holder { entries.append(rest.removeFirst()) }
                // Who owes and is blocked stands there once, with what is owed.
                if rest.first?.holder != holder { entries.append(Denial(holder: holder, owed: .zero, debts: [])) }
            })
        return Array((entries + rest).prefix(Int(ListLimits.longestList)))
    }

    private static func add(_ debt: Debt, to list: inout [Denial]) {
        if list.last?.holder != debt.holder { list.append(Denial(holder: debt.holder, owed: .zero, debts: [])) }
        let last = list.count - 1
        // The ledger has booked the same sum: it is within the range of 64 bits.
        list[last].owed = (try? list[last].owed.adding(debt.amount)) ?? Fen(.max)
        if list[last].debts.count < Denial.mostDebts { list[last].debts.append(debt.payment) }
    }
}
