internal import SQLite
public import Tickets
public import Vocabulary
internal import Wire

/// A ticket that the platform sold.
public struct TicketRow: Equatable, Sendable {
    public var ticket: GateTicket
    /// The key that signed it.
    public var key: UInt8
    public var who: String, why: String
    public var at: WallTime
    /// When it was stopped, by whom and why; nil: it is good.
    public var voided: Voided?

    public struct Voided: Equatable, Sendable {
        public var at: WallTime
        public var who: String, why: String
    }
}

/// The tables of tickets. Every call that writes stands inside one transaction of the caller's.
final class TicketTable {
    static let schema = """
        CREATE TABLE IF NOT EXISTS tickets (
            id TEXT PRIMARY KEY,
            site TEXT NOT NULL,
            kind TEXT NOT NULL,
            first_day INTEGER NOT NULL,
            last_day INTEGER NOT NULL,
            opens INTEGER NOT NULL,
            closes INTEGER NOT NULL,
            entries INTEGER NOT NULL,
            people INTEGER NOT NULL,
            key INTEGER NOT NULL,
            who TEXT NOT NULL,
            why TEXT NOT NULL,
            at INTEGER NOT NULL,
            voided_at INTEGER,
            voided_by TEXT,
            voided_why TEXT,
            overused_at TEXT
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS tickets_of_site ON tickets (site, at);
        CREATE TABLE IF NOT EXISTS ticket_facts (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            site TEXT NOT NULL,
            ticket TEXT NOT NULL,
            last_day INTEGER NOT NULL,
            fact BLOB NOT NULL,
            at INTEGER NOT NULL
        );
        CREATE INDEX IF NOT EXISTS ticket_facts_of_ticket ON ticket_facts (ticket);
        CREATE INDEX IF NOT EXISTS ticket_facts_of_site ON ticket_facts (site, number);
        """

    private static let columns = """
        id, site, kind, first_day, last_day, opens, closes, entries, people, key, who, why, at, voided_at, voided_by, \
        voided_why
        """
    private let insertTicket: Statement, find: Statement, list: Statement
    private let void: Statement
    private let overusedAt: Statement, setOverusedAt: Statement
    private let factByKey: Statement, factsOf: Statement, factsAfter: Statement
    private let dropFact: Statement, insertFact: Statement

    init(in database: borrowing Database) throws(SQLiteError) {
        insertTicket = try database.prepare(
            "INSERT INTO tickets (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)")
        find = try database.prepare("SELECT \(Self.columns) FROM tickets WHERE id = ?")
        list = try database.prepare(
            "SELECT \(Self.columns) FROM tickets WHERE site = ? AND last_day >= ? ORDER BY at, id LIMIT ?")
        void = try database.prepare("UPDATE tickets SET voided_at = ?, voided_by = ?, voided_why = ? WHERE id = ?")
        overusedAt = try database.prepare("SELECT overused_at FROM tickets WHERE id = ?")
        setOverusedAt = try database.prepare("UPDATE tickets SET overused_at = ? WHERE id = ?")
        factByKey = try database.prepare("SELECT fact FROM ticket_facts WHERE key = ?")
        factsOf = try database.prepare("SELECT fact FROM ticket_facts WHERE ticket = ? ORDER BY number")
        factsAfter = try database.prepare(
            "SELECT number, fact FROM ticket_facts WHERE site = ? AND number > ? AND last_day >= ? ORDER BY number LIMIT ?"
        )
        dropFact = try database.prepare("DELETE FROM ticket_facts WHERE key = ?")
        insertFact = try database.prepare(
            "INSERT INTO ticket_facts (key, site, ticket, last_day, fact, at) VALUES (?, ?, ?, ?, ?, ?)")
    }

    // MARK: - Tickets

    func insert(_ row: TicketRow) throws(PlatformError) {
        let (ticket, window) = (row.ticket, row.ticket.window)
        try stored(
            insertTicket.run(
                ticket.id.description, ticket.site.text, ticket.kind.text, window.firstDay.dayNumber,
                window.lastDay.dayNumber, window.opens, window.closes, ticket.entries, ticket.group, Int64(row.key),
                row.who, row.why, row.at.milliseconds))
    }

    func find(_ id: UUIDv7) throws(PlatformError) -> TicketRow? {
        try stored(find.first(id.description, read: TicketTable.read)) ?? nil
    }

    /// The oldest first; those only that are not over before a day.
    func rows(of site: Slug, from day: CivilDate, most: Int64) throws(PlatformError) -> [TicketRow] {
        var rows: [TicketRow] = []
        try stored(
            list.forEach(site.text, day.dayNumber, most) { (row) throws(SQLiteError) in
                if let ticket = try TicketTable.read(row) { rows.append(ticket) }
            })
        return rows
    }

    func void(_ id: UUIDv7, _ voided: TicketRow.Voided) throws(PlatformError) {
        try stored(void.run(voided.at.milliseconds, voided.who, voided.why, id.description))
    }

    /// The gate under which an overuse of this ticket was reported; nil: none was.
    func overuseReported(_ id: UUIDv7) throws(PlatformError) -> DeviceID? {
        let text = try stored(
            overusedAt.first(id.description) { (row) throws(SQLiteError) in try row.optionalText(0) })
        return (text ?? nil).flatMap { try? DeviceID($0) }
    }

    func overuseIsReported(_ id: UUIDv7, at gate: DeviceID) throws(PlatformError) {
        try stored(setOverusedAt.run(gate.text, id.description))
    }

    // MARK: - Facts

    func fact(_ key: String) throws(PlatformError) -> TicketFact? {
        let bytes = try stored(factByKey.first(key) { (row) throws(SQLiteError) in try row.bytes(0) })
        return bytes.flatMap(TicketFact.init(canonical:))
    }

    /// What is known of one ticket.
    func book(of ticket: UUIDv7) throws(PlatformError) -> TicketBook {
        var book = TicketBook()
        try stored(
            factsOf.forEach(ticket.description) { (row) throws(SQLiteError) in
                if let fact = TicketFact(canonical: try row.bytes(0)) { _ = book.apply(fact) }
            })
        return book
    }

    /// Keeps a fact under a new number, so that gates that knew it otherwise hear of it again.
    func keep(_ fact: TicketFact, of site: Slug, at now: WallTime) throws(PlatformError) {
        try stored(dropFact.run(fact.key))
        try stored(
            insertFact.run(
                fact.key, site.text, fact.ticket.description, fact.lastDay.dayNumber, fact.canonical,
                now.milliseconds))
    }

    func page(of site: Slug, after number: Int64, from day: CivilDate) throws(PlatformError) -> FactPage<TicketFact> {
        var facts: [(number: Int64, fact: TicketFact?)] = []
        try stored(
            factsAfter.forEach(
                site.text, number, day.dayNumber, Int64(FactLimits.mostOfPage) + 1
            ) { (row) throws(SQLiteError) in
                facts.append((try row.integer(0), TicketFact(canonical: try row.bytes(1))))
            })
        let part = facts.prefix(FactLimits.mostOfPage)
        return FactPage(
            facts: part.compactMap(\.fact), through: part.last?.number ?? number, isMoreLeft: facts.count > part.count)
    }

    // MARK: -

    /// - Returns: nil for a row that says what no ticket may.
    private static func read(_ row: borrowing Statement) throws(SQLiteError) -> TicketRow? {
        guard let id = try? UUIDv7(try row.text(0)), let site = try? Slug(try row.text(1)),
            let kind = try? Slug(try row.text(2)), let key = UInt8(exactly: try row.integer(9))
        else { return nil }
        let days = (
            CivilDate(dayNumber: try row.integer(3)), CivilDate(dayNumber: try row.integer(4))
        )
        let (opens, closes) = (try row.integer(5), try row.integer(6))
        let (entries, group) = (try row.integer(7), try row.integer(8))
        guard
            let window = try? TicketWindow(firstDay: days.0, lastDay: days.1, opens: opens, closes: closes),
            let ticket = try? GateTicket(
                id: id, site: site, kind: kind, window: window, entries: entries, group: group)
        else { return nil }
        var voided: TicketRow.Voided?
        if let at = try row.optionalInteger(13) {
            voided = TicketRow.Voided(
                at: WallTime(milliseconds: at), who: try row.optionalText(14) ?? "",
                why: try row.optionalText(15) ?? "")
        }
        return TicketRow(
            ticket: ticket, key: key, who: try row.text(10), why: try row.text(11),
            at: WallTime(milliseconds: try row.integer(12)), voided: voided)
    }
}
