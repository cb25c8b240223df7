internal import SQLite
internal import Vocabulary
internal import Wire

/// Tells each box of a canteen who has had which meal at the others. What counts as evidence stands in the boxes'
/// records; this is for the few days in which a box may ask. Every call that writes stands inside one transaction of
/// the caller's.
final class MealRegister {
    static let schema = """
        CREATE TABLE IF NOT EXISTS meal_facts (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            canteen TEXT NOT NULL,
            device TEXT NOT NULL,
            transit TEXT NOT NULL,
            holder TEXT NOT NULL,
            period TEXT,
            day INTEGER NOT NULL,
            served INTEGER
        );
        CREATE UNIQUE INDEX IF NOT EXISTS meal_facts_once ON meal_facts (transit, served IS NULL);
        CREATE INDEX IF NOT EXISTS meal_facts_of_canteen ON meal_facts (canteen, number);
        CREATE INDEX IF NOT EXISTS meal_facts_of_day ON meal_facts (day);
        """

    /// Meals of so many days before today are told; a box forgets them after one.
    static let days: Int64 = 2

    private let find: Statement, insert: Statement, after: Statement, newest: Statement, drop: Statement
    private let canteens: CanteenMap
    private let say: (SiteNews) -> Void
    private var lastDropped: CivilDate?

    init(
        in database: borrowing Database, canteens: CanteenMap, say: @escaping (SiteNews) -> Void
    ) throws(SQLiteError) {
        find = try database.prepare("SELECT device FROM meal_facts WHERE transit = ? AND (served IS NULL) = ?")
        insert = try database.prepare(
            """
            INSERT INTO meal_facts (canteen, device, transit, holder, period, day, served) VALUES (?, ?, ?, ?, ?, ?, ?)
            """)
        after = try database.prepare(
            """
            SELECT number, transit, holder, period, day, served FROM meal_facts
            WHERE canteen = ? AND number > ? AND device <> ? AND day >= ? ORDER BY number LIMIT ?
            """)
        newest = try database.prepare("SELECT max(number) FROM meal_facts WHERE canteen = ?")
        drop = try database.prepare("DELETE FROM meal_facts WHERE day < ?")
        self.canteens = canteens
        self.say = say
    }

    /// Takes in what a box recorded; of one meal the first word counts, and only its own box undoes it.
    func learn(_ fact: MealFact, from device: DeviceID, at now: WallTime) throws(PlatformError) {
        guard let canteen = canteens[device], canteen.devices.count > 1, fact.meal.day >= firstDay(at: now) else {
            return
        }
        if let other = try teller(of: fact.transit, isUndone: false), other != device { return }
        guard try teller(of: fact.transit, isUndone: fact.served == nil) == nil else { return }
        try forget(at: now)
        try stored(
            insert.run(
                canteen.id.text, device.text, fact.transit.description, fact.holder.text, fact.meal.period?.text,
                fact.meal.day.dayNumber, fact.served?.milliseconds))
        for other in canteen.devices where other != device { say(.tell(other, .meal(fact))) }
    }

    /// What a box may not know yet of the others of its canteen.
    func page(after number: Int64, for device: DeviceID, at now: WallTime) throws(PlatformError) -> FactPage<MealFact> {
        guard let canteen = canteens[device] else { return FactPage(facts: [], through: number, isMoreLeft: false) }
        var facts: [(number: Int64, fact: MealFact?)] = []
        try stored(
            after.forEach(
                canteen.id.text, number, device.text, firstDay(at: now).dayNumber, Int64(FactLimits.mostOfPage) + 1
            ) { (row) throws(SQLiteError) in
                facts.append((try row.integer(0), try MealRegister.read(row)))
            })
        let part = facts.prefix(FactLimits.mostOfPage)
        let isMoreLeft = facts.count > part.count
        let last = isMoreLeft ? part.last?.number : try newestNumber(of: canteen.id)
        return FactPage(facts: part.compactMap(\.fact), through: max(number, last ?? 0), isMoreLeft: isMoreLeft)
    }

    // MARK: -

    private func firstDay(at now: WallTime) -> CivilDate {
        CivilDate(dayNumber: now.milliseconds / 86_400_000 - MealRegister.days)
    }

    /// Once a day.
    private func forget(at now: WallTime) throws(PlatformError) {
        let day = firstDay(at: now)
        guard lastDropped != day else { return }
        try stored(drop.run(day.dayNumber))
        lastDropped = day
    }

    private func teller(of transit: UUIDv7, isUndone: Bool) throws(PlatformError) -> DeviceID? {
        let text = try stored(
            find.first(transit.description, isUndone ? Int64(1) : 0) { (row) throws(SQLiteError) in try row.text(0) })
        return text.flatMap { try? DeviceID($0) }
    }

    private func newestNumber(of canteen: Slug) throws(PlatformError) -> Int64? {
        try stored(newest.first(canteen.text) { (row) throws(SQLiteError) in try row.optionalInteger(0) }) ?? nil
    }

    /// - Returns: nil for a row that says what no fact may.
    private static func read(_ row: borrowing Statement) throws(SQLiteError) -> MealFact? {
        guard let transit = try? UUIDv7(try row.text(1)), let holder = try? Holder(try row.text(2)) else { return nil }
        var period: Slug?
        if let text = try row.optionalText(3) {
            guard let slug = try? Slug(text) else { return nil }
            period = slug
        }
        return MealFact(
            transit: transit, holder: holder,
            meal: Meal(period: period, day: CivilDate(dayNumber: try row.integer(4))),
            served: try row.optionalInteger(5).map(WallTime.init(milliseconds:)))
    }
}
