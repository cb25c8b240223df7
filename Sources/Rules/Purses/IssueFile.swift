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
    /// For people; empty if there is none.
    public var note: String
    /// Where it stands in the file, from 1.
    public var line: Int

    public init(holder: Holder, purse: Slug, reference: Slug, action: Action, note: String = "", line: Int = 0) {
        self.holder = holder
        self.purse = purse
        self.reference = reference
        self.action = action
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
        var reader = IssueReader(file: file, rules: rules, day: day)
        reader.read(bytes, toUTF8)
        guard reader.findings.isEmpty else { throw Findings(reader.findings) }
        issues = reader.issues
    }
}

/// Reads line by line and notes each fault.
private struct IssueReader {
    enum Column: String, CaseIterable {
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

    private struct Key: Hashable {
        var holder: Holder
        var purse: Slug
        var reference: Slug
    }

    let file: String
    let rules: PurseRules
    let day: CivilDate
    private(set) var issues: [PurseIssue] = []
    private(set) var findings: [Finding] = []
    private var places: [Column: Int] = [:]
    private var width = 0
    private var seen: [Key: Int] = [:]
    private var unsaid = 0

    /// More faults than this do not help; the last finding says how many there are besides.
    static let mostFindings = 200

    init(file: String, rules: PurseRules, day: CivilDate) {
        self.file = file
        self.rules = rules
        self.day = day
    }

    private mutating func note(_ line: Int, _ column: Int, _ path: String, _ found: String, _ expected: String) {
        guard findings.count < IssueReader.mostFindings else {
            unsaid += 1
            return
        }
        findings.append(
            Finding(
                file: file, position: TextPosition(line: line, column: column), path: path, found: found,
                expected: expected))
    }

    mutating func read(_ bytes: [UInt8], _ toUTF8: ([UInt8]) -> [UInt8]?) {
        guard bytes.count <= IssueFile.mostBytes else {
            return note(1, 1, "", "\(bytes.count) bytes", "at most \(IssueFile.mostBytes): split the file")
        }
        var text = bytes[...]
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
        if String(validating: text, as: UTF8.self) == nil {
            guard let converted = toUTF8(bytes), String(validating: converted, as: UTF8.self) != nil else {
                return note(1, 1, "", "bytes that are no text", "CSV in UTF-8 or GB18030")
            }
            text = converted[...]
        }
        var isHeader = true
        for (index, row) in CSVRows.lines(text).enumerated() where !row.isEmpty {
            let line = index + 1
            guard issues.count < IssueFile.mostLines else {
                note(line, 1, "", "more than \(IssueFile.mostLines) lines", "fewer: split the file")
                break
            }
            switch CSVRows.fields(row) {
            case .failure(let fault): note(line, fault.column, "", fault.found, fault.expected)
            case .success(let fields):
                if isHeader { readHeader(fields, line) } else if !places.isEmpty { readLine(fields, line) }
            }
            isHeader = false
        }
        if !isHeader, text.last != UInt8(ascii: "\n") {
            // Cut short within its reference, a last line would be another issue: the whole file could come in again.
            let line = text.count { $0 == UInt8(ascii: "\n") } + 1
            note(line, 1, "", "a last line that is not ended", "a line break at the end, so that a cut file is noticed")
        }
        if isHeader { note(1, 1, "", "nothing", "a header: \(Column.allCases.map(\.rawValue).joined(separator: ","))") }
        if !isHeader, issues.isEmpty, findings.isEmpty {
            note(2, 1, "", "no line but the header", "at least one issue")
        }
        findings.sort { ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column) }
        if unsaid > 0 {
            findings.append(
                Finding(
                    file: file, position: findings[findings.count - 1].position, path: "",
                    found: "\(unsaid) more faults", expected: "the file put right"))
        }
    }

    private mutating func readHeader(_ fields: [CSVField], _ line: Int) {
        var places: [Column: Int] = [:]
        for (index, field) in fields.enumerated() {
            let column = Column.allCases.first { $0.rawValue == field.text || $0.chinese == field.text }
            guard let column else {
                note(line, field.column, "", "a column \"\(field.text.prefix(40))\"", IssueReader.columns)
                continue
            }
            if places.updateValue(index, forKey: column) != nil {
                note(line, field.column, column.rawValue, "the column a second time", "each column once")
            }
        }
        for column in Column.allCases where places[column] == nil && !column.isOptional {
            note(line, 1, column.rawValue, "no such column", IssueReader.columns)
        }
        width = fields.count
        self.places = findings.isEmpty ? places : [:]
    }

    private static let columns =
        "the columns " + Column.allCases.map { "\($0.rawValue) (\($0.chinese))" }.joined(separator: ", ")

    private mutating func readLine(_ fields: [CSVField], _ line: Int) {
        guard fields.count == width else {
            return note(line, 1, "", "\(fields.count) fields", "\(width) as in the header")
        }
        let row = Row(fields: fields, places: places)
        let before = findings.count + unsaid
        let holder = parsed(row, .person, line, "a person's name such as p2026001") { text throws(PersonError) in
            try IssueReader.person(text)
        }
        let purse = parsed(row, .purse, line, "the id of a purse", Slug.init)
        if let purse { checkPurse(purse, row, line) }
        let reference = parsed(row, .reference, line, "a name for this issue such as nov-2026", Slug.init)
        let action = readAction(row, line, rules.purses.first { $0.id == purse })
        let remark = row[.note]?.text ?? ""
        if remark.count > 64 { note(line, row.column(.note), "note", "\(remark.count) characters", "at most 64") }
        guard let holder, let purse, let reference else { return }
        let key = Key(holder: holder, purse: purse, reference: reference)
        if let first = seen.updateValue(line, forKey: key) {
            seen[key] = first
            note(
                line, 1, "", "the same person, purse and reference as line \(first)",
                "each once: money must not be issued twice")
        }
        guard let action, findings.count + unsaid == before else { return }
        issues.append(
            PurseIssue(holder: holder, purse: purse, reference: reference, action: action, note: remark, line: line))
    }

    private mutating func checkPurse(_ id: Slug, _ row: Row, _ line: Int) {
        let purse = rules.purse(id)
        if purse == nil {
            let names = rules.purses.filter { $0.kind != .debit }.map(\.id.text).joined(separator: ", ")
            note(line, row.column(.purse), "purse", "\(id), which no purse is called", "one of \(names)")
        } else if purse?.kind == .debit {
            note(line, row.column(.purse), "purse", "\(id), a bank account", "a purse that holds money itself")
        }
    }

    private mutating func readAction(_ row: Row, _ line: Int, _ purse: Purse?) -> PurseIssue.Action? {
        let word = row[.action]?.text ?? ""
        let isExpiry = word == "expire" || word == "到期"
        if !isExpiry, !["", "issue", "发放"].contains(word) {
            note(line, row.column(.action), "action", "\"\(word.prefix(40))\"", "issue (发放) or expire (到期)")
        }
        let expires = readDay(row, line, isNeeded: isExpiry)
        let amount = row[.amount]?.text ?? ""
        if isExpiry {
            if !amount.isEmpty {
                note(
                    line, row.column(.amount), "amount", "\"\(amount.prefix(40))\"", "nothing: all that is left expires"
                )
            }
            return expires.map { .expire(lastDay: $0) }
        }
        guard let fen = readAmount(amount, row, line) else { return nil }
        return .issue(fen, expires: expires ?? purse?.expiry.lastDay(ofMoneyFrom: day))
    }

    /// Two decimals are demanded so that fen are not taken for yuan.
    private mutating func readAmount(_ text: String, _ row: Row, _ line: Int) -> Fen? {
        let expected = "yuan with two decimals, from 0.01 to \(Fen(IssueFile.mostAmount)), such as 132.00"
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        let decimals = text.utf8.reversed().prefix { $0 != UInt8(ascii: ".") }.count
        let fen = try? Fen(yuan: isNegative ? String(text.dropFirst()) : text)
        guard let fen, decimals == 2, text.utf8.count > 3, !isNegative, fen > .zero, fen.count <= IssueFile.mostAmount
        else {
            let found = text.isEmpty ? "nothing" : "\"\(text.prefix(40))\""
            note(line, row.column(.amount), "amount", isNegative ? "\(found), a negative amount" : found, expected)
            return nil
        }
        return fen
    }

    /// - Returns: nil where it is left out, or faulty.
    private mutating func readDay(_ row: Row, _ line: Int, isNeeded: Bool) -> CivilDate? {
        if row[.expires]?.text.isEmpty ?? true, !isNeeded { return nil }
        guard let date = parsed(row, .expires, line, "the last day", CivilDate.init(_:)) else { return nil }
        if date < day {
            note(line, row.column(.expires), "expires", "\(date), which is over", "\(day) or a later day")
        }
        return date
    }

    private mutating func parsed<Value, Failure: Error>(
        _ row: Row, _ column: Column, _ line: Int, _ expected: String, _ parse: (String) throws(Failure) -> Value
    ) -> Value? {
        let text = row[column]?.text ?? ""
        do { return try parse(text) } catch {
            let found = text.isEmpty ? "nothing" : "\"\(text.prefix(40))\""
            note(line, row.column(column), column.rawValue, found, "\(expected): \(error)")
            return nil
        }
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

    private struct Row {
        let fields: [CSVField]
        let places: [Column: Int]

        subscript(column: Column) -> CSVField? { places[column].map { fields[$0] } }
        func column(_ column: Column) -> Int { self[column]?.column ?? 1 }
    }
}
