internal import CSVText
public import JSONText
public import Vocabulary

/// A file by which money is issued into purses, or ended before its time. CSV (RFC 4180) with a header:
///
///     person,purse,amount,expires,reference,action,note
///     p2026001,nutrition,132.00,2026-11-30,nov-2026,issue,张三
///     p2026002,nutrition,,2026-11-20,nov-2026,expire,转学
///
/// `action` and `note` may be left out. The file is taken as a whole or refused as a whole.
public struct IssueFile: Hashable, Sendable {
    public var issues: [PurseIssue]

    public static let mostLines = 100_000
    public static let mostBytes = 16 << 20
    /// Fen: a hundred thousand yuan for one person is a slip of the finger.
    public static let mostAmount: Int64 = 10_000_000

    /// What all lines together put into a purse, for the person who confirms it.
    public func total(of purse: Slug) -> Fen {
        // At most 100,000 lines of 100,000 yuan: far from the end of 64 bits.
        Fen(issues.reduce(0) { $0 + ($1.purse == purse ? $1.issued.count : 0) })
    }
}

/// One line of an issue file.
public struct PurseIssue: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
        /// Money comes in, to be spent until a last day (nil: for ever).
        case issue(Fen, expires: CivilDate?)
        /// What is left of an earlier issue can be spent until that day and not after it.
        case expire(lastDay: CivilDate)
    }

    public var holder: Holder
    public var purse: Slug
    /// Names the lot: one person has it in one purse once, ever.
    public var reference: Slug
    public var action: Action
    /// The last day is the one of the purse's rule, as of the day of issue; the file says none.
    public var isDayByRule: Bool
    /// For people; empty if there is none.
    public var note: String
    /// Where it stands in the file, from 1.
    public var line: Int

    public init(
        holder: Holder, purse: Slug, reference: Slug, action: Action, isDayByRule: Bool = false, note: String = "",
        line: Int = 0
    ) {
        self.holder = holder
        self.purse = purse
        self.reference = reference
        self.action = action
        self.isDayByRule = isDayByRule
        self.note = note
        self.line = line
    }

    /// What it brings in.
    public var issued: Fen { if case .issue(let amount, _) = action { amount } else { .zero } }
}

extension IssueFile {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - file: named in each finding.
    ///   - day: the local day of issue.
    ///   - toUTF8: converts GB18030, as Chinese spreadsheets write; nil where it cannot, and where it is left out.
    /// - Throws: every fault in it, with line, column, what was found and what was expected.
    public init(
        _ bytes: [UInt8], file: String, rules: PurseRules, on day: CivilDate,
        toUTF8: ([UInt8]) -> [UInt8]? = { _ in nil }
    ) throws(Findings) {
        var reader = IssueReader(rules: rules, day: day)
        try CSVTable<IssueColumn>.read(bytes, file: file, mostLines: IssueFile.mostLines, toUTF8: toUTF8) {
            table, row in reader.readLine(row, &table)
        }
        issues = reader.issues
    }
}

private enum IssueColumn: String, CSVColumn {
    case person, purse, amount, expires, reference, action, note

    /// What the same column is called in Chinese.
    var chinese: String {
        switch self {
        case .person: "人员"
        case .purse: "钱包"
        case .amount: "金额"
        case .expires: "有效期"
        case .reference: "编号"
        case .action: "操作"
        case .note: "备注"
        }
    }
    var isOptional: Bool { self == .action || self == .note }
}

/// Reads line by line and notes each fault.
private struct IssueReader {
    typealias Table = CSVTable<IssueColumn>
    typealias Row = CSVRow<IssueColumn>

    private struct Key: Hashable {
        var holder: Holder
        var purse: Slug
        var reference: Slug
    }

    let rules: PurseRules
    let day: CivilDate
    private(set) var issues: [PurseIssue] = []
    private var seen: [Key: Int] = [:]

    init(rules: PurseRules, day: CivilDate) {
        self.rules = rules
        self.day = day
    }

    mutating func readLine(_ row: Row, _ table: inout Table) {
        let before = table.faultCount
        let holder = table.parsed(row, .person, expected: "a person's name such as p2026001") {
            text throws(PersonError) in try IssueReader.person(text)
        }
        let purse = table.parsed(row, .purse, expected: "the id of a purse", Slug.init)
        if let purse { checkPurse(purse, row, &table) }
        let reference = table.parsed(row, .reference, expected: "a name for this issue such as nov-2026", Slug.init)
        let action = readAction(row, rules.purses.first { $0.id == purse }, &table)
        let remark = row[.note]
        if remark.count > 64 { table.note(row, .note, found: "\(remark.count) characters", expected: "at most 64") }
        guard let holder, let purse, let reference else { return }
        let key = Key(holder: holder, purse: purse, reference: reference)
        if let first = seen.updateValue(row.line, forKey: key) {
            seen[key] = first
            table.note(
                row, nil, found: "the same person, purse and reference as line \(first)",
                expected: "each once: money must not be issued twice")
        }
        guard let action, table.faultCount == before else { return }
        issues.append(
            PurseIssue(
                holder: holder, purse: purse, reference: reference, action: action,
                isDayByRule: row[.expires].isEmpty, note: remark, line: row.line))
    }

    private func checkPurse(_ id: Slug, _ row: Row, _ table: inout Table) {
        let purse = rules.purse(id)
        if purse == nil {
            let names = rules.purses.filter { $0.kind != .debit }.map(\.id.text).joined(separator: ", ")
            table.note(row, .purse, found: "\(id), which no purse is called", expected: "one of \(names)")
        } else if purse?.kind == .debit {
            table.note(row, .purse, found: "\(id), a bank account", expected: "a purse that holds money itself")
        }
    }

    private func readAction(_ row: Row, _ purse: Purse?, _ table: inout Table) -> PurseIssue.Action? {
        let word = row[.action]
        let isExpiry = word == "expire" || word == "到期"
        if !isExpiry, !["", "issue", "发放"].contains(word) {
            table.note(row, .action, found: "\"\(word.prefix(40))\"", expected: "issue (发放) or expire (到期)")
        }
        let expires = readDay(row, isNeeded: isExpiry, &table)
        guard isExpiry else {
            guard let fen = readAmount(row, &table) else { return nil }
            return .issue(fen, expires: expires ?? purse?.expiry.lastDay(ofMoneyFrom: day))
        }
        if !row[.amount].isEmpty {
            table.note(
                row, .amount, found: Table.shown(row[.amount]), expected: "nothing: all that is left expires")
        }
        return expires.map { .expire(lastDay: $0) }
    }

    /// Two decimals are demanded so that fen are not taken for yuan.
    private func readAmount(_ row: Row, _ table: inout Table) -> Fen? {
        let text = row[.amount]
        let expected = "yuan with two decimals, from 0.01 to \(Fen(IssueFile.mostAmount)), such as 132.00"
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        let decimals = text.utf8.reversed().prefix { $0 != UInt8(ascii: ".") }.count
        let fen = try? Fen(yuan: isNegative ? String(text.dropFirst()) : text)
        guard let fen, decimals == 2, text.utf8.count > 3, !isNegative, fen > .zero, fen.count <= IssueFile.mostAmount
        else {
            let found = Table.shown(text)
            table.note(
                row, .amount, found: isNegative ? "\(found), a negative amount" : found, expected: expected)
            return nil
        }
        return fen
    }

    /// - Returns: nil where it is left out, or faulty.
    private func readDay(_ row: Row, isNeeded: Bool, _ table: inout Table) -> CivilDate? {
        if row[.expires].isEmpty, !isNeeded { return nil }
        guard let date = table.parsed(row, .expires, expected: "the last day", CivilDate.init(_:)) else { return nil }
        if date < day {
            table.note(row, .expires, found: "\(date), which is over", expected: "\(day) or a later day")
        }
        return date
    }

    /// A bare name is a member's; any other holder is written with its kind.
    private static func person(_ text: String) throws(PersonError) -> Holder {
        do throws(IdentifierError) { return Holder(.member, try Slug(text)) } catch {
            guard let holder = try? Holder(text), holder.kind != .plate else { throw PersonError(why: error) }
            return holder
        }
    }

    private struct PersonError: Error, CustomStringConvertible {
        let why: IdentifierError
        var description: String { why.description }
    }
}
