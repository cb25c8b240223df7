internal import JSONText
internal import Purses
internal import SQLite
internal import Vocabulary

/// Which rules of purses were in force on which day, as the platform's file named them at each start.
enum RuleHistory {
    static let schema = """
        CREATE TABLE IF NOT EXISTS purse_rules (
            number INTEGER PRIMARY KEY,
            list TEXT NOT NULL,
            digest TEXT NOT NULL,
            day INTEGER NOT NULL,
            file BLOB NOT NULL
        );
        """

    /// Keeps the rules of each list of persons that are others than before, from today on. Call it inside a
    /// transaction.
    static func note(
        _ canteens: [CanteenSettings], in database: borrowing Database, at now: WallTime
    ) throws(PlatformError) {
        do throws(SQLiteError) {
            let last = try database.prepare(
                "SELECT digest FROM purse_rules WHERE list = ? ORDER BY number DESC LIMIT 1")
            let insert = try database.prepare("INSERT INTO purse_rules (list, digest, day, file) VALUES (?, ?, ?, ?)")
            var seen: Set<Slug> = []
            for canteen in canteens where !canteen.rulesFile.isEmpty && seen.insert(canteen.people).inserted {
                let known = try last.first(canteen.people.text) { (row) throws(SQLiteError) in try row.text(0) }
                guard known != canteen.purseRulesDigest else { continue }
                try insert.run(
                    canteen.people.text, canteen.purseRulesDigest, canteen.rules.day(at: now).dayNumber,
                    canteen.rulesFile)
            }
        } catch { throw .store(error) }
    }

    /// The rules of a list, each with its first day; the first ones hold for all days before too.
    static func read(
        _ list: Slug, in database: borrowing Database
    ) throws(SQLiteError) -> [(from: CivilDate, rules: PurseRules)] {
        var history: [(from: CivilDate, rules: PurseRules)] = []
        let statement = try database.prepare("SELECT day, file FROM purse_rules WHERE list = ? ORDER BY number")
        try statement.forEach(list.text) { (row) throws(SQLiteError) in
            let day = history.isEmpty ? CivilDate(dayNumber: 0) : CivilDate(dayNumber: try row.integer(0))
            let file = try row.bytes(1)
            do throws(Findings) { history.append((day, try PurseRules(file, file: "rules"))) } catch {
                throw PurseTable.damaged("file of rules")
            }
        }
        return history
    }
}
