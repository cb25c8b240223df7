public import JSONText
public import Purses
internal import SQLite
public import Vocabulary

/// What an issue file has done.
public struct IssueOutcome: Equatable, Sendable, CustomStringConvertible {
    /// Lines that brought money in, and how much.
    public var issued = 0
    public var sum = Fen.zero
    /// Lots that were ended.
    public var ended = 0
    /// Lines that were done before.
    public var again = 0

    public var description: String {
        "\(issued) issued, \(sum) yuan in all; \(ended) ended; \(again) done before"
    }
}

/// Why nothing was paid into a purse.
public enum TopUpRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    case nobody
    case noSuchPurse([Slug])
    case notCash(Slug)
    case amount(Fen)
    /// Other money came in under this reference.
    case referenceUsed(Slug)

    public var description: String {
        switch self {
        case .nobody: "no list of persons has this person: take them in with `turnpike people import`"
        case .noSuchPurse(let known):
            "the rules name no such purse: one of \(known.map(\.text).joined(separator: ", "))"
        case .notCash(let purse):
            "\(purse) is not the person's own money: a subsidy is issued by file, a bank account is not paid into"
        case .amount(let amount):
            "\(amount) yuan cannot be paid in: from 0.01 to \(Fen(IssueFile.mostAmount)) at a time"
        case .referenceUsed(let reference):
            "other money came in under the reference \(reference); it stands: give this money one of its own"
        }
    }
}

/// What a person at the platform does about purses. Durable when a call returns, and in force at once.
extension PlatformStore {
    /// Whether a file can be what was meant: every fault, with its line. Changes nothing.
    public func check(_ file: IssueFile, named name: String, list: Slug) throws(PlatformError) -> Result<Void, Findings>
    {
        let findings = try IssueCheck(people, purses, list: list, file: name).findings(file.issues)
        return findings.isEmpty ? .success(()) : .failure(Findings(findings))
    }

    /// Issues what a file says, all of it or nothing.
    ///
    /// Each line moves money once, however often the file comes. If it is interrupted, the file is given again.
    /// - Parameters:
    ///   - name: the file's, for the findings.
    ///   - list: the persons that it may name.
    /// - Returns: every fault, with its line, if the file cannot be what was meant.
    public func issue(
        _ file: IssueFile, named name: String, list: Slug, by who: String, at now: WallTime
    ) throws(PlatformError) -> Result<IssueOutcome, Findings> {
        guard let rules = canteens.canteens(of: list).first?.rules else {
            preconditionFailure("there is no list \(list)")
        }
        let day = rules.day(at: now)
        if case .failure(let findings) = try check(file, named: name, list: list) { return .failure(findings) }
        var outcome = IssueOutcome()
        var sum: Int64 = 0
        var rest = file.issues[...]
        while !rest.isEmpty {
            let slice = rest.prefix(PlatformStore.slice)
            try database.transaction(failure: PlatformError.store) { () throws(PlatformError) in
                for issue in slice {
                    switch issue.action {
                    case .expire(let lastDay):
                        let isDone = try purses.end(
                            issue.reference, of: issue.holder, issue.purse, after: lastDay, on: day, by: who, at: now)
                        outcome.ended += isDone ? 1 : 0
                        outcome.again += isDone ? 0 : 1
                    case .issue(let amount, let expires):
                        let bringing = try purses.bring(
                            amount, to: issue.holder, issue.purse, lot: issue.reference, expires: expires,
                            isDayByRule: issue.isDayByRule, reference: issue.reference, .issue, on: day, by: who,
                            at: now)
                        guard bringing == .done else {
                            outcome.again += 1
                            continue
                        }
                        outcome.issued += 1
                        // At most 100,000 lines of 100,000 yuan: far from the end of 64 bits.
                        sum += amount.count
                    }
                }
            }
            rest = rest.dropFirst(PlatformStore.slice)
            tidy()
        }
        outcome.sum = Fen(sum)
        return .success(outcome)
    }

    /// Pays money into a person's own purse, once for each reference.
    /// - Returns: false if it came in before.
    public func topUp(
        _ holder: Holder, _ purse: Slug, _ amount: Fen, reference: Slug, by who: String, at now: WallTime
    ) throws(PlatformError) -> Result<Bool, TopUpRefusal> {
        guard (1...IssueFile.mostAmount).contains(amount.count) else { return .failure(.amount(amount)) }
        guard let row = try people.current(holder, at: now), let rules = canteens.canteens(of: row.list).first?.rules
        else { return .failure(.nobody) }
        guard let kind = rules.purse(purse)?.kind else {
            return .failure(.noSuchPurse(rules.purses.filter { $0.kind == .cash }.map(\.id)))
        }
        guard kind == .cash else { return .failure(.notCash(purse)) }
        let bringing = try database.transaction(failure: PlatformError.store) { () throws(PlatformError) in
            try purses.bring(
                amount, to: holder, purse, lot: nil, expires: nil, reference: reference, .topUp, on: rules.day(at: now),
                by: who, at: now)
        }
        switch bringing {
        case .done: return .success(true)
        case .again: return .success(false)
        case .differs: return .failure(.referenceUsed(reference))
        }
    }

    /// At most so many lots expire, and so many persons leave, in one turn: some milliseconds.
    public static let mostExpiring = 100

    /// Takes what has expired back into its funds, and takes persons off their lists whose contract has ended.
    /// - Returns: how many of each; as many as ``mostExpiring``: there may be more.
    public func expirePurses(at now: WallTime) throws(PlatformError) -> (lots: Int, persons: Int, sum: Fen) {
        // Where it is still yesterday, yesterday's money is still good.
        let today = canteens.all.map { $0.rules.day(at: now) }.min()
        guard let today else { return (0, 0, .zero) }
        let forgotten = CivilDate(dayNumber: today.dayNumber - PlatformStore.usageDays)
        let isAnybodyDue = try !people.table.due(at: now, most: 1).isEmpty
        let isAnythingOver = try !purses.table.over(before: today, most: 1).isEmpty
        let isForgotten = try purses.table.hasUsage(before: forgotten)
        // Nothing is written, and nothing synced, where nothing is due.
        guard isAnybodyDue || isAnythingOver || isForgotten else { return (0, 0, .zero) }
        return try database.transaction(failure: PlatformError.store) { () throws(PlatformError) in
            let persons = try people.endDue(at: now, most: Int64(PlatformStore.mostExpiring))
            let (lots, sum) = try purses.expire(before: today, most: Int64(PlatformStore.mostExpiring), at: now)
            try purses.forgetUsage(before: forgotten, most: 1_000)
            return (lots, persons, sum)
        }
    }

    /// How long counters are kept after their span: what a box reports later of such a time binds nothing.
    static let usageDays: Int64 = 62
}

/// Checks an issue file against persons and purses. Writes nothing.
private struct IssueCheck {
    let people: PersonRegister
    let purses: PurseBook
    let list: Slug
    let file: String

    init(_ people: PersonRegister, _ purses: PurseBook, list: Slug, file: String) {
        self.people = people
        self.purses = purses
        self.list = list
        self.file = file
    }

    func findings(_ issues: [PurseIssue]) throws(PlatformError) -> [Finding] {
        var findings: [Finding] = []
        func note(_ issue: PurseIssue, _ path: String, _ found: String, _ expected: String) {
            findings.append(
                Finding(
                    file: file, position: TextPosition(line: issue.line, column: 1), path: path, found: found,
                    expected: expected))
        }
        for issue in issues where findings.count < 200 {
            let person = try people.person(issue.holder)
            switch issue.action {
            case .issue(let amount, let expires):
                if person?.list != list || person?.ended != nil {
                    note(issue, "person", "somebody who is not on the list \(list)", "a person with a contract")
                }
                let before = try purses.table.incoming(issue.holder, issue.purse, issue.reference)
                guard let before else { continue }
                if before.kind != .issue || before.amount != amount
                    || before.expires != expires && !issue.isDayByRule
                {
                    let until = before.expires.map { " until \($0)" } ?? ""
                    note(
                        issue, "reference", "\(issue.reference), under which \(before.amount) yuan\(until) came in",
                        "the same again, or a reference of its own")
                }
            case .expire:
                if try purses.table.lots(of: issue.holder, issue.purse).allSatisfy({ $0.lot != issue.reference }) {
                    note(
                        issue, "reference", "\(issue.reference), under which nothing was issued",
                        "the reference of an earlier issue")
                }
            }
        }
        return findings
    }
}
