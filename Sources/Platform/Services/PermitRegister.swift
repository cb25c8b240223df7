internal import SQLite
public import Vocabulary
public import Wire

/// A permit as it stands in the platform's table.
public struct PermitRow: Equatable, Sendable {
    public var number: Int64
    public var holder: Holder
    /// Where it holds; nil: at every site.
    public var site: Slug?
    public var grant: Permit.Grant
    /// The person who granted it, `file` or `phone`.
    public var by: String
    public var why: String
    /// When it last changed.
    public var at: WallTime
}

/// What holders may do at each car park: the permits of the configuration, those that people grant and revoke, and
/// what the phone renews. One versioned list for each site.
final class PermitRegister {
    static let schema = """
        CREATE TABLE IF NOT EXISTS permits (
            number INTEGER PRIMARY KEY,
            holder TEXT NOT NULL,
            site TEXT,
            kind TEXT NOT NULL,
            valid_from INTEGER,
            valid_until INTEGER,
            grace INTEGER NOT NULL,
            zone TEXT,
            configured TEXT,
            who TEXT NOT NULL,
            why TEXT NOT NULL,
            at INTEGER NOT NULL
        );
        CREATE INDEX IF NOT EXISTS permits_of_holder ON permits (holder);
        CREATE TABLE IF NOT EXISTS permit_changes (
            id INTEGER PRIMARY KEY,
            permit INTEGER NOT NULL,
            holder TEXT NOT NULL,
            what TEXT NOT NULL,
            who TEXT NOT NULL,
            why TEXT NOT NULL,
            at INTEGER NOT NULL
        );
        """

    private static let columns =
        "number, holder, site, kind, valid_from, valid_until, grace, zone, who, why, at, configured"
    private let all: Statement
    private let ofHolder: Statement
    private let byNumber: Statement
    private let insertRow: Statement
    private let updateRow: Statement
    private let removeRow: Statement
    private let log: Statement
    private let readVersion: Statement
    private let writeVersion: Statement
    private let sites: SiteMap
    private var lists: [String: (version: Int64, digest: String, entries: [Permit])] = [:]

    init(in database: borrowing Database, sites: SiteMap) throws(SQLiteError) {
        self.sites = sites
        all = try database.prepare("SELECT \(Self.columns) FROM permits ORDER BY holder, number")
        ofHolder = try database.prepare("SELECT \(Self.columns) FROM permits WHERE holder = ? ORDER BY number")
        byNumber = try database.prepare("SELECT \(Self.columns) FROM permits WHERE number = ?")
        insertRow = try database.prepare(
            """
            INSERT INTO permits (holder, site, kind, valid_from, valid_until, grace, zone, configured, who, why, at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number
            """)
        updateRow = try database.prepare(
            """
            UPDATE permits SET valid_from = ?, valid_until = ?, grace = ?, configured = ?, who = ?, why = ?, at = ?
            WHERE number = ?
            """)
        removeRow = try database.prepare("DELETE FROM permits WHERE number = ?")
        log = try database.prepare(
            "INSERT INTO permit_changes (permit, holder, what, who, why, at) VALUES (?, ?, ?, ?, ?, ?)")
        readVersion = try database.prepare("SELECT value FROM meta WHERE key = ?")
        writeVersion = try database.prepare(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
    }

    // MARK: - Changing

    /// Makes the configured permits those of the file. One that the phone or a person has changed since stays as it is
    /// until the file says something else of it. Call it inside a transaction.
    func configure(_ settings: [PermitSetting], at now: WallTime) throws(PlatformError) {
        var old: [String: (row: PermitRow, configured: String)] = [:]
        try stored(
            all.forEach { (row) throws(SQLiteError) in
                guard let configured = try row.optionalText(11), let permit = try Self.read(row) else { return }
                old[Self.identity(permit.holder, permit.site, permit.grant)] = (permit, configured)
            })
        for setting in settings {
            let text = Self.words(of: setting.grant)
            guard let known = old.removeValue(forKey: Self.identity(setting.holder, setting.site, setting.grant)) else {
                try insert(setting, configured: text, by: "file", why: "configured", at: now)
                continue
            }
            guard known.configured != text else { continue }
            var row = known.row
            row.grant = setting.grant
            try update(row, configured: text, what: "changed", by: "file", why: "configured", at: now)
        }
        for (row, _) in old.values.sorted(by: { $0.row.number < $1.row.number }) {
            try remove(row, by: "file", why: "not configured any more", at: now)
        }
        for site in sites.all where try version(of: site.id) == 0 { try changed(site.id, at: now) }
    }

    /// - Returns: nil if the holder has as many as one can have at one of the sites.
    func grant(_ setting: PermitSetting, by who: String, why: String, at now: WallTime) throws(PlatformError) -> Int64?
    {
        guard try permits(of: setting.holder).count < Permit.mostGrants else { return nil }
        return try insert(setting, configured: nil, by: who, why: why, at: now)
    }

    func revoke(_ number: Int64, by who: String, why: String, at now: WallTime) throws(PlatformError) -> Bool {
        // What the file grants would be granted again at the next start.
        guard let row = try permit(number), try configured(number) == nil else { return false }
        try remove(row, by: who, why: why, at: now)
        return true
    }

    /// Gives a permit another end.
    func extend(
        _ number: Int64, until: WallTime, by who: String, why: String, at now: WallTime
    ) throws(PlatformError) -> Bool {
        guard var row = try permit(number) else { return false }
        row.grant.validUntil = until
        try update(row, configured: try configured(number), what: "until \(until.utcText)", by: who, why: why, at: now)
        return true
    }

    // MARK: - Looking

    func permit(_ number: Int64) throws(PlatformError) -> PermitRow? {
        try stored(byNumber.first(number, read: Self.read)) ?? nil
    }

    func permits(of holder: Holder) throws(PlatformError) -> [PermitRow] {
        var rows: [PermitRow] = []
        try stored(
            ofHolder.forEach(holder.text) { (row) throws(SQLiteError) in
                if let permit = try Self.read(row) { rows.append(permit) }
            })
        return rows
    }

    /// What the list of a site's boxes has for a holder; nil: nothing.
    func permit(of holder: Holder, at site: Slug) throws(PlatformError) -> Permit? {
        let grants = try permits(of: holder).filter { $0.site == nil || $0.site == site }.map(\.grant)
        return grants.isEmpty ? nil : Permit(holder: holder, grants: grants)
    }

    func rows() throws(PlatformError) -> [PermitRow] {
        var rows: [PermitRow] = []
        try stored(
            all.forEach { (row) throws(SQLiteError) in if let permit = try Self.read(row) { rows.append(permit) } })
        return rows
    }

    /// The version of a site's list; 0 for a box without a site, whose list is empty.
    func version(of site: Slug) throws(PlatformError) -> Int64 {
        try stored(readVersion.first(Self.versionKey(site)) { (row) throws(SQLiteError) in try row.integer(0) }) ?? 0
    }

    func versions() throws(PlatformError) -> [Slug: Int64] {
        var versions: [Slug: Int64] = [:]
        for site in sites.all { versions[site.id] = try version(of: site.id) }
        return versions
    }

    /// A page of the list of a box's site. Whoever asks for another version than the current one gets the current one.
    func page(for device: DeviceID, version: Int64, offset: Int64) throws(PlatformError) -> ListPage<Permit> {
        let list = try list(of: sites.site(of: device)?.id)
        let total = list.entries.count
        let begin = version == list.version && offset < Int64(total) ? Int(offset) : 0
        // An entry has up to eight grants: fewer go into a page than elsewhere.
        let end = min(begin + ListLimits.mostEntries / 4, total)
        return ListPage(
            version: list.version, digest: list.digest, total: Int64(total), offset: Int64(begin),
            entries: Array(list.entries[begin..<end]))
    }

    // MARK: -

    /// What the file said of a permit that it grants; nil for any other.
    private func configured(_ number: Int64) throws(PlatformError) -> String? {
        try stored(byNumber.first(number) { (row) throws(SQLiteError) in try row.optionalText(11) }) ?? nil
    }

    private func list(of site: Slug?) throws(PlatformError) -> (version: Int64, digest: String, entries: [Permit]) {
        guard let site else { return (1, ListPage<Permit>.digest(of: []), []) }
        let version = try version(of: site)
        if let list = lists[site.text], list.version == version { return list }
        // The version is a time: what was over by then is over for every worker that puts this list together.
        let made = WallTime(milliseconds: version * 1_000)
        var entries: [Permit] = []
        for row in try rows() where row.site == nil || row.site == site {
            guard row.grant.standing(at: made) != .over else { continue }
            if entries.last?.holder == row.holder {
                if entries[entries.count - 1].grants.count < Permit.mostGrants {
                    entries[entries.count - 1].grants.append(row.grant)
                }
            } else if entries.count < Int(ListLimits.longestList) {
                entries.append(Permit(holder: row.holder, grants: [row.grant]))
            }
        }
        let fresh = (version: version, digest: ListPage.digest(of: entries), entries: entries)
        lists[site.text] = fresh
        return fresh
    }

    @discardableResult
    private func insert(
        _ setting: PermitSetting, configured: String?, by who: String, why: String, at now: WallTime
    ) throws(PlatformError) -> Int64 {
        let grant = setting.grant
        let number = try stored(
            insertRow.first(
                setting.holder.text, setting.site?.text, grant.kind.rawValue, grant.validFrom?.milliseconds,
                grant.validUntil?.milliseconds, grant.graceMinutes, grant.zone?.text, configured, who, why,
                now.milliseconds
            ) { (row) throws(SQLiteError) in try row.integer(0) })
        guard let number else { preconditionFailure("an inserted permit has a number") }
        try note(number, setting.holder, "granted: \(Self.words(of: grant))", setting.site, by: who, why: why, at: now)
        return number
    }

    private func update(
        _ row: PermitRow, configured: String?, what: String, by who: String, why: String, at now: WallTime
    ) throws(PlatformError) {
        try stored(
            updateRow.run(
                row.grant.validFrom?.milliseconds, row.grant.validUntil?.milliseconds, row.grant.graceMinutes,
                configured, who, why, now.milliseconds, row.number))
        try note(row.number, row.holder, what, row.site, by: who, why: why, at: now)
    }

    private func remove(_ row: PermitRow, by who: String, why: String, at now: WallTime) throws(PlatformError) {
        try stored(removeRow.run(row.number))
        try note(row.number, row.holder, "revoked: \(Self.words(of: row.grant))", row.site, by: who, why: why, at: now)
    }

    private func note(
        _ number: Int64, _ holder: Holder, _ what: String, _ site: Slug?, by who: String, why: String, at now: WallTime
    ) throws(PlatformError) {
        try stored(log.run(number, holder.text, what, who, why, now.milliseconds))
        if let site { return try changed(site, at: now) }
        for site in sites.all { try changed(site.id, at: now) }
    }

    private func changed(_ site: Slug, at now: WallTime) throws(PlatformError) {
        // At least the time in seconds, for the reason given at the contracts.
        let next = max(try version(of: site) + 1, now.milliseconds / 1_000)
        try stored(writeVersion.run(Self.versionKey(site), next))
    }

    private static func versionKey(_ site: Slug) -> String { "permitVersion:\(site)" }

    /// A permit of the file is known again by whom it is for, where, and as what.
    private static func identity(_ holder: Holder, _ site: Slug?, _ grant: Permit.Grant) -> String {
        "\(holder.text)|\(site?.text ?? "")|\(grant.kind.rawValue)|\(grant.zone?.text ?? "")"
    }

    static func words(of grant: Permit.Grant) -> String {
        grant.kind.rawValue + (grant.validFrom.map { " from \($0.utcText)" } ?? "")
            + (grant.validUntil.map { " until \($0.utcText)" } ?? "")
            + (grant.graceMinutes > 0 ? " with \(grant.graceMinutes) minutes of grace" : "")
            + (grant.zone.map { " in zone \($0)" } ?? "")
    }

    private static func read(_ row: borrowing Statement) throws(SQLiteError) -> PermitRow? {
        guard let holder = try? Holder(try row.text(1)), let kind = Permit.Grant.Kind(rawValue: try row.text(3)) else {
            return nil
        }
        return PermitRow(
            number: try row.integer(0), holder: holder, site: try row.optionalText(2).flatMap { try? Slug($0) },
            grant: Permit.Grant(
                kind: kind, validFrom: try row.optionalInteger(4).map { WallTime(milliseconds: $0) },
                validUntil: try row.optionalInteger(5).map { WallTime(milliseconds: $0) },
                graceMinutes: try row.integer(6), zone: try row.optionalText(7).flatMap { try? Slug($0) }),
            by: try row.text(8), why: try row.text(9), at: WallTime(milliseconds: try row.integer(10)))
    }
}
