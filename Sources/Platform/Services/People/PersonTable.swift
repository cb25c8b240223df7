internal import People
internal import SQLite
public import Vocabulary
public import Wire

/// Somebody who eats, or has eaten, at a canteen. Personal data.
public struct PersonRow: Equatable, Sendable {
    public var holder: Holder
    /// The list of persons, as canteens name it.
    public var list: Slug
    public var name: String
    public var group: Slug
    /// Sorted.
    public var cards: [String] = []
    public var code: String?
    public var face: FaceTag?
    public var guardian: Guardian?
    /// The first moment after the contract; nil: it has no end.
    public var until: WallTime?
    /// When the person left the list; nil: on it.
    public var ended: WallTime?

    /// What boxes get: the name is masked.
    var person: Person {
        Person(
            holder: holder, name: PersonName.masked(name), group: group, cards: cards, code: code, face: face,
            guardian: guardian, until: until)
    }
}

/// The tables of persons. Every call that writes stands inside one transaction of the caller's.
final class PersonTable {
    static let schema = """
        CREATE TABLE IF NOT EXISTS people (
            holder TEXT PRIMARY KEY,
            list TEXT NOT NULL,
            name TEXT NOT NULL,
            person_group TEXT NOT NULL,
            code TEXT,
            face_version INTEGER,
            face_digest TEXT,
            guardian BLOB,
            until INTEGER,
            ended INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS people_of_list ON people (list, holder) WHERE ended IS NULL;
        CREATE INDEX IF NOT EXISTS people_due ON people (until) WHERE ended IS NULL AND until IS NOT NULL;
        CREATE UNIQUE INDEX IF NOT EXISTS people_codes ON people (code) WHERE code IS NOT NULL;
        CREATE TABLE IF NOT EXISTS people_cards (card TEXT PRIMARY KEY, holder TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS people_cards_of ON people_cards (holder);
        CREATE TABLE IF NOT EXISTS people_changes (
            id INTEGER PRIMARY KEY,
            holder TEXT NOT NULL,
            what TEXT NOT NULL,
            who TEXT NOT NULL,
            why TEXT NOT NULL,
            at INTEGER NOT NULL
        );
        """

    private static let columns =
        "holder, list, name, person_group, code, face_version, face_digest, guardian, until, ended"
    private let byHolder: Statement
    private let ofList: Statement
    private let upsert: Statement
    private let due: Statement
    private let cardsOf: Statement
    private let dropCards: Statement
    private let insertCard: Statement
    private let dropCode: Statement
    private let byCard: Statement
    private let byCode: Statement
    private let log: Statement
    private let readVersion: Statement
    private let writeVersion: Statement

    init(in database: borrowing Database) throws(SQLiteError) {
        let select = "SELECT \(PersonTable.columns) FROM people"
        byHolder = try database.prepare("\(select) WHERE holder = ?")
        ofList = try database.prepare("\(select) WHERE list = ? AND ended IS NULL ORDER BY holder")
        upsert = try database.prepare(
            """
            INSERT INTO people (\(PersonTable.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (holder) DO UPDATE
            SET list = excluded.list, name = excluded.name, person_group = excluded.person_group,
                code = excluded.code, face_version = excluded.face_version, face_digest = excluded.face_digest,
                guardian = excluded.guardian, until = excluded.until, ended = excluded.ended
            """)
        due = try database.prepare(
            "\(select) WHERE ended IS NULL AND until IS NOT NULL AND until <= ? ORDER BY until LIMIT ?")
        cardsOf = try database.prepare("SELECT card FROM people_cards WHERE holder = ? ORDER BY card")
        dropCards = try database.prepare("DELETE FROM people_cards WHERE holder = ?")
        // A card that another person has given up in the same file changes hands, whoever's line comes first.
        insertCard = try database.prepare(
            """
            INSERT INTO people_cards (card, holder) VALUES (?, ?)
            ON CONFLICT (card) DO UPDATE SET holder = excluded.holder
            """)
        dropCode = try database.prepare("UPDATE people SET code = NULL WHERE code = ? AND holder <> ?")
        byCard = try database.prepare("SELECT holder FROM people_cards WHERE card = ?")
        byCode = try database.prepare("SELECT holder FROM people WHERE code = ?")
        log = try database.prepare(
            "INSERT INTO people_changes (holder, what, who, why, at) VALUES (?, ?, ?, ?, ?)")
        readVersion = try database.prepare("SELECT value FROM meta WHERE key = ?")
        writeVersion = try database.prepare(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
    }

    func find(_ holder: Holder) throws(PlatformError) -> PersonRow? {
        guard var row = try stored(byHolder.first(holder.text, read: PersonTable.read)) else { return nil }
        row.cards = try cards(of: holder)
        return row
    }

    /// Those who are on a list, by holder.
    func persons(of list: Slug) throws(PlatformError) -> [PersonRow] {
        var rows: [PersonRow] = []
        try stored(
            ofList.forEach(list.text) { (row) throws(SQLiteError) in rows.append(try PersonTable.read(row)) })
        for index in rows.indices { rows[index].cards = try cards(of: rows[index].holder) }
        return rows
    }

    /// Those whose contract has ended and who are still on a list.
    func due(at now: WallTime, most: Int64) throws(PlatformError) -> [PersonRow] {
        var rows: [PersonRow] = []
        try stored(
            due.forEach(now.milliseconds, most) { (row) throws(SQLiteError) in rows.append(try PersonTable.read(row)) })
        return rows
    }

    func put(_ row: PersonRow) throws(PlatformError) {
        if let code = row.code { try stored(dropCode.run(code, row.holder.text)) }
        try stored(
            upsert.run(
                row.holder.text, row.list.text, row.name, row.group.text, row.code, row.face?.version, row.face?.digest,
                row.guardian?.canonical, row.until?.milliseconds, row.ended?.milliseconds))
        guard try cards(of: row.holder) != row.cards else { return }
        try stored(dropCards.run(row.holder.text))
        for card in row.cards { try stored(insertCard.run(card, row.holder.text)) }
    }

    func note(
        _ holder: Holder, _ what: String, by who: String, why: String, at now: WallTime
    ) throws(PlatformError) {
        try stored(log.run(holder.text, what, who, why, now.milliseconds))
    }

    /// Who has a card.
    func holder(ofCard card: String) throws(PlatformError) -> Holder? { try holder(byCard, card) }

    /// Who has a member's code.
    func holder(ofCode code: String) throws(PlatformError) -> Holder? { try holder(byCode, code) }

    /// The version of a list; 0 for one that has never had anybody.
    func version(of list: Slug) throws(PlatformError) -> Int64 {
        let key = PersonTable.versionKey(list)
        return try stored(readVersion.first(key) { (row) throws(SQLiteError) in try row.integer(0) }) ?? 0
    }

    func setVersion(_ version: Int64, of list: Slug) throws(PlatformError) {
        try stored(writeVersion.run(PersonTable.versionKey(list), version))
    }

    // MARK: -

    private static func versionKey(_ list: Slug) -> String { "peopleVersion:\(list)" }

    private func cards(of holder: Holder) throws(PlatformError) -> [String] {
        var cards: [String] = []
        try stored(
            cardsOf.forEach(holder.text) { (row) throws(SQLiteError) in cards.append(try row.text(0)) })
        return cards
    }

    private func holder(_ statement: borrowing Statement, _ key: String) throws(PlatformError) -> Holder? {
        try stored(
            statement.first(key) { (row) throws(SQLiteError) in try PurseTable.holder(try row.text(0)) })
    }

    private static func read(_ row: borrowing Statement) throws(SQLiteError) -> PersonRow {
        guard let holder = try? Holder(try row.text(0)), let list = try? Slug(try row.text(1)),
            let group = try? Slug(try row.text(3))
        else { throw damaged }
        var person = PersonRow(holder: holder, list: list, name: try row.text(2), group: group)
        person.code = try row.optionalText(4)
        if let version = try row.optionalInteger(5), let digest = try row.optionalText(6) {
            person.face = FaceTag(version: version, digest: digest)
        }
        if let guardian = try row.optionalBytes(7) {
            do throws(WireError) { person.guardian = try Guardian(canonical: guardian) } catch { throw damaged }
        }
        person.until = try row.optionalInteger(8).map(WallTime.init(milliseconds:))
        person.ended = try row.optionalInteger(9).map(WallTime.init(milliseconds:))
        return person
    }

    private static let damaged = SQLiteError(
        operation: "read a person", path: "", extendedCode: 11,
        message: "the holder, list, group or guardian is not one this version knows")
}
