internal import Ledger
internal import SQLite
internal import Vocabulary
internal import Wire

/// The contracts: who pays for a holder, and the versioned list that the boxes fetch.
final class ContractRegister {
    struct Entry: Equatable {
        var account: AccountID
        var status: ContractStatus
        var offlineLimit: Fen
    }

    private let byHolder: Statement
    private let all: Statement
    private let upsert: Statement
    private let remove: Statement
    private let readVersion: Statement
    private let writeVersion: Statement
    private let ledger: Ledger
    /// The list as the boxes see it; read again after a change.
    private var list: (version: Int64, digest: String, entries: [Contract])?

    init(in database: borrowing Database, ledger: Ledger) throws(SQLiteError) {
        byHolder = try database.prepare("SELECT account, status, offline_limit, holder FROM contracts WHERE holder = ?")
        all = try database.prepare("SELECT account, status, offline_limit, holder FROM contracts ORDER BY holder")
        upsert = try database.prepare(
            """
            INSERT INTO contracts (holder, account, status, offline_limit) VALUES (?, ?, ?, ?)
            ON CONFLICT (holder) DO UPDATE
            SET account = excluded.account, status = excluded.status, offline_limit = excluded.offline_limit
            """)
        remove = try database.prepare("DELETE FROM contracts WHERE holder = ?")
        readVersion = try database.prepare("SELECT value FROM meta WHERE key = 'contractVersion'")
        writeVersion = try database.prepare(
            """
            INSERT INTO meta (key, value) VALUES ('contractVersion', ?)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value
            """)
        self.ledger = ledger
    }

    /// - Returns: nil if the holder has no contract.
    func contract(of holder: Holder) throws(PlatformError) -> Entry? {
        try stored(byHolder.first(holder.text, read: ContractRegister.readEntry))
    }

    /// Makes the contracts those of the configuration; a holder it does not name has no contract any more.
    ///
    /// Call it inside a transaction.
    /// - Returns: also whose contract is in force now and is new or another one.
    func configure(
        _ contracts: [PlatformConfiguration.SignedContract], at now: WallTime
    ) throws(PlatformError) -> (notice: PlatformNotice, payable: [Holder]) {
        list = nil
        var payable: [Holder] = []
        var old = try entries()
        var (added, changed) = (0, 0)
        for contract in contracts {
            let account = try booked(
                ledger.openAccount(ContractRegister.accountName(contract.account), mayNotGoNegative: true))
            let entry = Entry(account: account, status: contract.status, offlineLimit: contract.offlineLimit)
            let before = old.removeValue(forKey: contract.holder)
            guard before != entry else { continue }
            if before == nil { added += 1 } else { changed += 1 }
            if entry.status == .active { payable.append(contract.holder) }
            try stored(
                upsert.run(contract.holder.text, account.row, contract.status.rawValue, contract.offlineLimit.count))
        }
        for holder in old.keys { try stored(remove.run(holder.text)) }
        var version = try self.version()
        if version == 0 || added + changed + old.count > 0 {
            // At least the time in seconds: a platform that has lost its file must not give an old number to a new
            // list, because a box that knows the number would not fetch it.
            version = max(version + 1, now.milliseconds / 1000)
            try stored(writeVersion.run(version))
        }
        let notice = PlatformNotice.configured(
            plates: contracts.count, added: added, changed: changed, removed: old.count, listVersion: version)
        return (notice, payable)
    }

    /// A page of the list. Whoever asks for another version than the current one gets the current one from its begin.
    func page(version: Int64, offset: Int64) throws(PlatformError) -> ListPage<Contract> {
        let list = try currentList()
        let total = list.entries.count
        let isInside = version == list.version && offset < Int64(total)
        let begin = isInside ? Int(offset) : 0
        let end = min(begin + ListLimits.mostEntries, total)
        return ListPage(
            version: list.version, digest: list.digest, total: Int64(total), offset: Int64(begin),
            entries: Array(list.entries[begin..<end]))
    }

    static func accountName(_ account: Slug) -> String { "contract:\(account)" }

    // MARK: -

    private func currentList() throws(PlatformError) -> (version: Int64, digest: String, entries: [Contract]) {
        if let list { return list }
        var entries: [Contract] = []
        try stored(
            all.forEach { (row) throws(SQLiteError) in
                guard let holder = try? Holder(try row.text(3)) else { return }
                let entry = try ContractRegister.readEntry(row)
                // A suspended contract stays on the list so that the box asks and hears why, but promises nothing.
                entries.append(
                    Contract(holder: holder, offlineLimit: entry.status == .active ? entry.offlineLimit : .zero))
            })
        let fresh = (version: try version(), digest: ListPage.digest(of: entries), entries: entries)
        list = fresh
        return fresh
    }

    private func version() throws(PlatformError) -> Int64 {
        try stored(readVersion.first { (row) throws(SQLiteError) in try row.integer(0) }) ?? 0
    }

    private func entries() throws(PlatformError) -> [Holder: Entry] {
        var entries: [Holder: Entry] = [:]
        try stored(
            all.forEach { (row) throws(SQLiteError) in
                guard let holder = try? Holder(try row.text(3)) else { return }
                entries[holder] = try ContractRegister.readEntry(row)
            })
        return entries
    }

    private static func readEntry(_ row: borrowing Statement) throws(SQLiteError) -> Entry {
        Entry(
            account: AccountID(row: try row.integer(0)),
            status: ContractStatus(rawValue: try row.text(1)) ?? .suspended, offlineLimit: Fen(try row.integer(2)))
    }
}
