internal import People
internal import SQLite
internal import Vocabulary
internal import Wire

/// Who eats at the canteens: what files and commands say of persons, and for each list of persons what its boxes get.
///
/// Every call that changes something stands inside one transaction of the caller's.
final class PersonRegister {
    let table: PersonTable
    private let canteens: CanteenMap
    private var lists: [Slug: (version: Int64, digest: String, entries: [Person])] = [:]

    init(in database: borrowing Database, canteens: CanteenMap) throws(SQLiteError) {
        table = try PersonTable(in: database)
        self.canteens = canteens
    }

    // MARK: - Looking

    /// Who a member is; also one who has left.
    func person(_ holder: Holder) throws(PlatformError) -> PersonRow? { try table.find(holder) }

    /// Who a member is if the contract is in force; nil: nothing is charged to this holder as a person.
    func current(_ holder: Holder, at now: WallTime) throws(PlatformError) -> PersonRow? {
        guard let row = try table.find(holder), row.ended == nil, row.until.map({ now < $0 }) ?? true else {
            return nil
        }
        return row
    }

    /// Whether a person may eat where a box stands: on the list of its canteen, with a contract in force.
    func current(_ holder: Holder, at device: DeviceID, _ now: WallTime) throws(PlatformError) -> PersonRow? {
        guard let canteen = canteens[device], let row = try current(holder, at: now) else { return nil }
        return row.list == canteen.people ? row : nil
    }

    func versions() throws(PlatformError) -> [Slug: Int64] {
        var versions: [Slug: Int64] = [:]
        for list in canteens.lists { versions[list] = try table.version(of: list) }
        return versions
    }

    /// A page of the list for a box. Whoever asks for another version than the current one gets the current one.
    func page(for device: DeviceID, version: Int64, offset: Int64) throws(PlatformError) -> ListPage<Person> {
        let list = try list(canteens[device]?.people)
        let total = list.entries.count
        let begin = version == list.version && offset < Int64(total) ? Int(offset) : 0
        // A person has up to eight cards and a guardian's word: fewer go into a page than elsewhere.
        let end = min(begin + ListLimits.mostEntries / 4, total)
        return ListPage(
            version: list.version, digest: list.digest, total: Int64(total), offset: Int64(begin),
            entries: Array(list.entries[begin..<end]))
    }

    private func list(_ name: Slug?) throws(PlatformError) -> (version: Int64, digest: String, entries: [Person]) {
        guard let name else { return (1, ListPage<Person>.digest(of: []), []) }
        let version = try table.version(of: name)
        if let list = lists[name], list.version == version { return list }
        let entries = try table.persons(of: name).prefix(Int(ListLimits.longestList)).map(\.person)
        let fresh = (version: version, digest: ListPage.digest(of: entries), entries: entries)
        lists[name] = fresh
        return fresh
    }

    // MARK: - Changing

    /// What becomes of a person by an entry of a file; nil: nothing changes.
    func becoming(
        _ row: PersonRow?, by entry: PersonEntry, list: Slug, zone: TimeZoneRule
    ) -> Result<PersonRow?, PersonFault> {
        if let row, row.ended == nil, row.list != list { return .failure(.ofAnotherList(row.list)) }
        let old = row.flatMap { $0.ended == nil ? $0 : nil }
        guard let name = entry.name ?? old?.name, let group = entry.group ?? old?.group else {
            return .failure(.unknown)
        }
        var new = PersonRow(holder: entry.holder, list: list, name: name, group: group)
        new.cards = entry.cards ?? old?.cards ?? []
        new.code = entry.code ?? old?.code
        new.face = old?.face
        new.until = old?.until
        if let lastDay = entry.lastDay { new.until = lastDay.map { WallTime(endOf: $0, zone) } }
        do throws(GuardianFault) { new.guardian = try entry.guardian.applied(to: old?.guardian) } catch {
            return .failure(.guardian(error))
        }
        return .success(new == old ? nil : new)
    }

    /// Keeps what was found out by ``becoming(_:by:list:zone:)``.
    func put(
        _ row: PersonRow, _ what: String, by who: String, why: String, at now: WallTime
    ) throws(PlatformError) {
        try table.put(row)
        try table.note(row.holder, what, by: who, why: why, at: now)
        try listChanged(row.list, at: now)
    }

    /// Ends a contract: the person leaves the list, and boxes drop what they know. The books stay, and the name, as
    /// long as there may be money to give back.
    /// - Returns: false if the person is on no list.
    func end(_ holder: Holder, by who: String, why: String, at now: WallTime) throws(PlatformError) -> Bool {
        guard var row = try table.find(holder), row.ended == nil else { return false }
        row.ended = now
        (row.cards, row.code, row.face, row.guardian) = ([], nil, nil, nil)
        try put(row, "ended", by: who, why: why, at: now)
        return true
    }

    /// Takes those off their lists whose contract has ended.
    /// - Parameter most: how many at once; the rest waits for the next call.
    func endDue(at now: WallTime, most: Int64) throws(PlatformError) -> Int {
        let rows = try table.due(at: now, most: most)
        for row in rows { _ = try end(row.holder, by: "platform", why: "the contract has ended", at: now) }
        return rows.count
    }

    /// A list that has never had anybody has a version all the same, so that boxes take it as theirs.
    func configure(at now: WallTime) throws(PlatformError) {
        for list in canteens.lists where try table.version(of: list) == 0 { try listChanged(list, at: now) }
    }

    private func listChanged(_ list: Slug, at now: WallTime) throws(PlatformError) {
        // At least the time in seconds, for the reason given at the contracts.
        let next = max(try table.version(of: list) + 1, now.milliseconds / 1_000)
        try table.setVersion(next, of: list)
    }
}

/// Why an entry cannot be what becomes of a person.
enum PersonFault: Error, Equatable {
    /// Not on the list, and the entry has no name or no group.
    case unknown
    case ofAnotherList(Slug)
    case guardian(GuardianFault)
}

extension WallTime {
    /// The first moment after a local day.
    init(endOf day: CivilDate, _ zone: TimeZoneRule) {
        self.init(milliseconds: zone.instant(CivilDate(dayNumber: day.dayNumber + 1), second: 0) * 1_000)
    }
}
