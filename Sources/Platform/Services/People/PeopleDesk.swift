public import JSONText
public import People
internal import Purses
internal import SQLite
public import Vocabulary
public import Wire

/// What a file of persons has changed.
public struct PeopleOutcome: Equatable, Sendable, CustomStringConvertible {
    /// New on the list, or back on it.
    public var added = 0
    public var changed = 0
    /// As they were.
    public var same = 0
    /// Not in a file that names everybody.
    public var ended = 0

    public var description: String { "\(added) added, \(changed) changed, \(ended) ended, \(same) as they were" }
}

/// What a person at the platform does about those who eat at its canteens. Durable when a call returns; boxes hear of
/// it within ten seconds.
extension PlatformStore {
    /// At most so many persons or lines go into one transaction: so long a payment waits at most, some ten
    /// milliseconds.
    static let slice = 200

    /// The canteens that share a list of persons; none: there is no such list.
    public func canteens(of list: Slug) -> [CanteenSettings] { canteens.canteens(of: list) }

    /// The lists of persons, by name.
    public var peopleLists: [Slug] { canteens.lists }

    /// Those who are on a list, by holder.
    public func people(of list: Slug) throws(PlatformError) -> [PersonRow] { try people.table.persons(of: list) }

    /// Who a member is, also one who has left.
    public func person(_ holder: Holder) throws(PlatformError) -> PersonRow? { try people.person(holder) }

    /// Takes in what a file says of the persons of a list, all of it or nothing.
    ///
    /// If it is interrupted, the file is taken in again: what is done is not done twice.
    /// - Parameters:
    ///   - name: the file's, for the findings.
    ///   - isComplete: the contracts of those who are not in the file are ended.
    /// - Returns: every fault, with its line, if the file cannot be what was meant.
    public func takeIn(
        _ file: PeopleFile, named name: String, list: Slug, isComplete: Bool = false, by who: String, why: String,
        at now: WallTime
    ) throws(PlatformError) -> Result<PeopleOutcome, Findings> {
        guard let zone = canteens(of: list).first?.rules.zone else { preconditionFailure("there is no list \(list)") }
        // Without a transaction: nobody is kept from paying meanwhile, and what is taken in is looked at again.
        let findings = try PeopleCheck(people, list: list, zone: zone, file: name).findings(file.entries)
        guard findings.isEmpty else { return .failure(Findings(findings)) }
        var outcome = PeopleOutcome()
        var rest = file.entries[...]
        while !rest.isEmpty {
            let slice = rest.prefix(PlatformStore.slice)
            try database.transaction(failure: PlatformError.store) { () throws(PlatformError) in
                for entry in slice { try takeIn(entry, list, zone, by: who, why: why, at: now, &outcome) }
            }
            rest = rest.dropFirst(PlatformStore.slice)
            tidy()
        }
        guard isComplete else { return .success(outcome) }
        let named = Set(file.entries.map(\.holder))
        var gone = try people.table.persons(of: list).map(\.holder).filter { !named.contains($0) }[...]
        while !gone.isEmpty {
            let slice = gone.prefix(PlatformStore.slice)
            try database.transaction(failure: PlatformError.store) { () throws(PlatformError) in
                for holder in slice where try people.end(holder, by: who, why: why, at: now) { outcome.ended += 1 }
            }
            gone = gone.dropFirst(PlatformStore.slice)
            tidy()
        }
        return .success(outcome)
    }

    private func takeIn(
        _ entry: PersonEntry, _ list: Slug, _ zone: TimeZoneRule, by who: String, why: String, at now: WallTime,
        _ outcome: inout PeopleOutcome
    ) throws(PlatformError) {
        let old = try people.person(entry.holder)
        // What the check found right may have been changed by somebody else since: then that stands.
        guard case .success(let new) = people.becoming(old, by: entry, list: list, zone: zone) else { return }
        if let new {
            let isNew = old == nil || old?.ended != nil
            try people.put(new, isNew ? "added" : "changed", by: who, why: why, at: now)
            if isNew { outcome.added += 1 } else { outcome.changed += 1 }
        } else {
            outcome.same += 1
        }
        for purse in entry.accounts ?? [] { try purses.openDebit(purse, of: entry.holder) }
    }

    /// Ends a person's contract: off the list, unknown to every box. The books stay.
    /// - Returns: false if the person is on no list.
    public func endPerson(_ holder: Holder, by who: String, why: String, at now: WallTime) throws(PlatformError) -> Bool
    {
        try database.transaction(failure: PlatformError.store) { () throws(PlatformError) in
            try people.end(holder, by: who, why: why, at: now)
        }
    }

    /// Takes a card out that was lost.
    /// - Returns: whose it was; nil if nobody has it.
    public func removeCard(
        _ card: String, by who: String, why: String, at now: WallTime
    ) throws(PlatformError) -> Holder? {
        try database.transaction(failure: PlatformError.store) { () throws(PlatformError) in
            guard let holder = try people.table.holder(ofCard: card), var row = try people.person(holder) else {
                return nil
            }
            row.cards.removeAll { $0 == card }
            try people.put(row, "card lost", by: who, why: why, at: now)
            return holder
        }
    }

    /// Says which face of a person is in force; nil: none, and the boxes' face terminals drop what they have.
    /// - Returns: false if the person is on no list, or the version is not above the one before.
    public func setFace(
        _ face: FaceTag?, of holder: Holder, by who: String, why: String, at now: WallTime
    ) throws(PlatformError) -> Bool {
        try database.transaction(failure: PlatformError.store) { () throws(PlatformError) in
            guard var row = try people.current(holder, at: now) else { return false }
            if let old = row.face, let face, face.version <= old.version { return false }
            row.face = face
            try people.put(row, face == nil ? "face dropped" : "face enrolled", by: who, why: why, at: now)
            return true
        }
    }

    /// Says that there is a picture of a person, or another one, which face terminals are to fetch; nil: there is none,
    /// and they drop the person. The platform never has the picture itself.
    /// - Parameter version: from 1; above the one before.
    /// - Returns: as ``setFace(_:of:by:why:at:)``.
    public func setPicture(
        version: Int64?, of holder: Holder, by who: String, why: String, at now: WallTime
    ) throws(PlatformError) -> Bool {
        precondition(version ?? 1 > 0, "a picture's version is above 0")
        let face = version.map {
            FaceTag(version: $0, digest: ContentDigest.of(Array("\(holder.key) \($0)".utf8)))
        }
        return try setFace(face, of: holder, by: who, why: why, at: now)
    }
}

/// Checks a file of persons against those who are known. Writes nothing.
private struct PeopleCheck {
    let people: PersonRegister
    let list: Slug
    let zone: TimeZoneRule
    let file: String

    init(_ people: PersonRegister, list: Slug, zone: TimeZoneRule, file: String) {
        self.people = people
        self.list = list
        self.zone = zone
        self.file = file
    }

    func findings(_ entries: [PersonEntry]) throws(PlatformError) -> [Finding] {
        var findings: [Finding] = []
        var becoming: [Holder: PersonRow] = [:]
        for entry in entries {
            let old = try people.person(entry.holder)
            switch people.becoming(old, by: entry, list: list, zone: zone) {
            case .success(let row): becoming[entry.holder] = row ?? old
            case .failure(let fault): findings.append(finding(entry, "person", fault.found, fault.expected))
            }
        }
        for entry in entries {
            guard let row = becoming[entry.holder] else { continue }
            for card in row.cards {
                guard let other = try people.table.holder(ofCard: card), other != entry.holder,
                    becoming[other].map({ $0.cards.contains(card) }) ?? true
                else { continue }
                findings.append(
                    finding(entry, "cards", "a card of another person (\(other))", "a card that nobody else has"))
            }
            guard let code = row.code, let other = try people.table.holder(ofCode: code), other != entry.holder,
                becoming[other].map({ $0.code == code }) ?? true
            else { continue }
            findings.append(
                finding(entry, "code", "the code of another person (\(other))", "a code that nobody else has"))
        }
        return Array(findings.sorted { $0.position.line < $1.position.line }.prefix(200))
    }

    private func finding(_ entry: PersonEntry, _ path: String, _ found: String, _ expected: String) -> Finding {
        Finding(
            file: file, position: TextPosition(line: entry.line, column: 1), path: path, found: found,
            expected: expected)
    }
}

extension PersonFault {
    fileprivate var found: String {
        switch self {
        case .unknown: "somebody who is on no list"
        case .ofAnotherList(let list): "somebody of the list \(list)"
        case .guardian(let fault): "\(fault)"
        }
    }

    fileprivate var expected: String {
        switch self {
        case .unknown: "name and group of who is new"
        case .ofAnotherList: "each person on one list: end the contract there first"
        case .guardian: "limits that agree with each other and with those that stand"
        }
    }
}
