internal import CSVText
public import JSONText
public import Vocabulary
internal import Wire

/// A file that says who eats at a canteen. CSV (RFC 4180) with a header:
///
///     person,name,group,cards,until
///     p2026001,张小三,pupil,0012345678,2029-06-30
///     t17,李四,staff,0012345679 0012345680,
///
/// Only what it has a column for is changed: a file with `person` and `dayAmount` changes one limit of guardians. The
/// file is taken as a whole or refused as a whole.
public struct PeopleFile: Hashable, Sendable {
    public var entries: [PersonEntry]

    public static let mostLines = 100_000

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - file: named in each finding.
    ///   - groups: those that the canteen knows.
    ///   - accounts: the purses that are debited later.
    ///   - day: today, where the canteen is.
    ///   - toUTF8: converts GB18030, as Chinese spreadsheets write; nil where it cannot.
    /// - Throws: every fault in it, with line, column, what was found and what was expected.
    public init(
        _ bytes: [UInt8], file: String, groups: [Slug], accounts: [Slug], on day: CivilDate,
        toUTF8: ([UInt8]) -> [UInt8]?
    ) throws(Findings) {
        var reader = PeopleReader(groups: groups, accounts: accounts, day: day)
        try CSVTable<PeopleColumn>.read(bytes, file: file, mostLines: PeopleFile.mostLines, toUTF8: toUTF8) {
            table, row in reader.readLine(row, &table)
        }
        entries = reader.entries
    }
}

extension PeopleFile {
    /// What a command says of one person, by the same rules as a file.
    ///
    /// - Parameters:
    ///   - person: the person's name.
    ///   - fields: the columns and what stands in them.
    /// - Throws: as a file of one line.
    public init(
        person: String, _ fields: [(column: String, text: String)], groups: [Slug], accounts: [Slug],
        on day: CivilDate
    ) throws(Findings) {
        func line(_ texts: [String]) -> String {
            texts.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",") + "\n"
        }
        let text = line(["person"] + fields.map(\.column)) + line([person] + fields.map(\.text))
        try self.init(
            Array(text.utf8), file: "what is said of the person", groups: groups, accounts: accounts, on: day,
            toUTF8: { _ in nil })
    }
}

/// What a file says of one person; nil: it has no such column, and what is known stays.
public struct PersonEntry: Hashable, Sendable {
    public var holder: Holder
    public var name: String?
    public var group: Slug?
    /// The numbers of all cards in use.
    public var cards: [String]?
    /// The number in the member's code; nil within: there is none.
    public var code: String??
    /// The contract's last day; nil within: it has no end.
    public var lastDay: CivilDate??
    /// The bank accounts that may be debited; one that was opened stays open.
    public var accounts: [Slug]?
    public var guardian: GuardianChange
    /// Where it stands in the file, from 1.
    public var line: Int

    public init(holder: Holder, guardian: GuardianChange = GuardianChange(), line: Int = 0) {
        self.holder = holder
        self.guardian = guardian
        self.line = line
    }
}

private enum PeopleColumn: String, CSVColumn {
    case person, name, group, cards, code, until, accounts
    case paymentAmount, periodAmount, periodCount, dayAmount, dayCount, monthAmount, monthCount
    case barredItems, barredPeriods

    var chinese: String {
        switch self {
        case .person: "人员"
        case .name: "姓名"
        case .group: "组别"
        case .cards: "卡号"
        case .code: "会员码"
        case .until: "合同到期"
        case .accounts: "银行账户"
        case .paymentAmount: "单笔限额"
        case .periodAmount: "每餐限额"
        case .periodCount: "每餐次数"
        case .dayAmount: "每日限额"
        case .dayCount: "每日次数"
        case .monthAmount: "每月限额"
        case .monthCount: "每月次数"
        case .barredItems: "禁购类别"
        case .barredPeriods: "禁用餐段"
        }
    }
    var isOptional: Bool { self != .person }
}

/// Reads line by line and notes each fault.
private struct PeopleReader {
    typealias Table = CSVTable<PeopleColumn>
    typealias Row = CSVRow<PeopleColumn>

    let groups: [Slug]
    let accounts: [Slug]
    let day: CivilDate
    private(set) var entries: [PersonEntry] = []
    private var persons: [Holder: Int] = [:]
    private var cards: [String: Int] = [:]
    private var codes: [String: Int] = [:]

    init(groups: [Slug], accounts: [Slug], day: CivilDate) {
        self.groups = groups
        self.accounts = accounts
        self.day = day
    }

    mutating func readLine(_ row: Row, _ table: inout Table) {
        let before = table.faultCount
        let person = table.parsed(row, .person, expected: "a person's name such as p2026001", Slug.init)
        guard let person else { return }
        var entry = PersonEntry(holder: Holder(.member, person), line: row.line)
        if let first = persons[entry.holder] {
            table.note(row, .person, found: "the person of line \(first) again", expected: "each person once")
        } else {
            persons[entry.holder] = row.line
        }
        if table.has(.name) { entry.name = readName(row, &table) }
        if table.has(.group) { entry.group = readGroup(row, &table) }
        if table.has(.cards) { entry.cards = readCards(row, &table) }
        if table.has(.code) { entry.code = .some(readCode(row, &table)) }
        if table.has(.until) { entry.lastDay = .some(readDay(row, &table)) }
        if table.has(.accounts) { entry.accounts = readAccounts(row, &table) }
        entry.guardian = readGuardian(row, &table)
        if table.faultCount == before { entries.append(entry) }
    }

    private func readName(_ row: Row, _ table: inout Table) -> String {
        let name = row[.name]
        if !PersonName.isName(name) {
            table.note(
                row, .name, found: name.isEmpty ? "nothing" : "\(name.utf8.count) bytes, or what is no letter",
                expected: "a name of at most \(PersonName.longest) bytes")
        }
        return name
    }

    private func readGroup(_ row: Row, _ table: inout Table) -> Slug? {
        let group = groups.first { $0.text == row[.group] }
        if group == nil {
            table.note(
                row, .group, found: Table.shown(row[.group]),
                expected: "one of \(groups.map(\.text).joined(separator: ", "))")
        }
        return group
    }

    /// The parts of a field that holds several values.
    private static func parts(_ text: String) -> [String] {
        text.split { $0 == " " || $0 == ";" || $0 == "；" || $0 == "、" }.map(String.init)
    }

    private mutating func readCards(_ row: Row, _ table: inout Table) -> [String] {
        let numbers = PeopleReader.parts(row[.cards])
        if numbers.count > Person.mostCards {
            table.note(row, .cards, found: "\(numbers.count) cards", expected: "at most \(Person.mostCards)")
        }
        for number in numbers {
            guard Person.isCard(number) else {
                table.note(
                    row, .cards, found: Table.shown(number),
                    expected: "ten digits a card, zeros in front too: save the column as text")
                continue
            }
            if let first = cards.updateValue(row.line, forKey: number) {
                cards[number] = first
                table.note(row, .cards, found: "a card of line \(first) again", expected: "each card once")
            }
        }
        return numbers.sorted()
    }

    private mutating func readCode(_ row: Row, _ table: inout Table) -> String? {
        let code = row[.code]
        guard !code.isEmpty else { return nil }
        if !Person.isCode(code) {
            table.note(row, .code, found: Table.shown(code), expected: "4 to \(Person.longestCode) digits")
        } else if let first = codes.updateValue(row.line, forKey: code) {
            codes[code] = first
            table.note(row, .code, found: "the code of line \(first) again", expected: "each code once")
        }
        return code
    }

    private func readDay(_ row: Row, _ table: inout Table) -> CivilDate? {
        guard !row[.until].isEmpty else { return nil }
        guard let date = table.parsed(row, .until, expected: "the contract's last day", CivilDate.init(_:)) else {
            return nil
        }
        if date < day {
            table.note(
                row, .until, found: "\(date), which is over", expected: "\(day) or later; who has left is ended instead"
            )
        }
        return date
    }

    private func readAccounts(_ row: Row, _ table: inout Table) -> [Slug] {
        PeopleReader.parts(row[.accounts]).compactMap { text in
            if let account = accounts.first(where: { $0.text == text }) { return account }
            let names = accounts.map(\.text).joined(separator: ", ")
            table.note(
                row, .accounts, found: Table.shown(text),
                expected: accounts.isEmpty
                    ? "nothing: no purse is debited later" : "a purse that is debited later, one of \(names)")
            return nil
        }
    }

    private func readGuardian(_ row: Row, _ table: inout Table) -> GuardianChange {
        var change = GuardianChange()
        for field in GuardianChange.Field.allCases {
            guard let column = PeopleColumn(rawValue: field.rawValue) else { preconditionFailure("no such column") }
            guard table.has(column) else { continue }
            let text = row[column]
            guard !text.isEmpty else {
                change.limits[field] = .some(nil)
                continue
            }
            if let most = field.read(text) {
                change.limits[field] = most
            } else {
                table.note(row, column, found: Table.shown(text), expected: field.expected)
            }
        }
        if table.has(.barredItems) { change.barredItems = readNames(row, .barredItems, &table) }
        if table.has(.barredPeriods) { change.barredPeriods = readNames(row, .barredPeriods, &table) }
        return change
    }

    private func readNames(_ row: Row, _ column: PeopleColumn, _ table: inout Table) -> Set<Slug> {
        let names = PeopleReader.parts(row[column])
        if names.count > GuardianChange.mostBarred {
            table.note(row, column, found: "\(names.count) names", expected: "at most \(GuardianChange.mostBarred)")
        }
        var read: Set<Slug> = []
        for name in names {
            do throws(IdentifierError) { read.insert(try Slug(name)) } catch {
                table.note(row, column, found: Table.shown(name), expected: "names with spaces between: \(error)")
            }
        }
        return read
    }
}

extension GuardianChange.Field {
    /// Reads a limit as people write it: yuan with two decimals, or a whole number of payments.
    /// - Returns: nil for any other text, and beyond the bounds.
    public func read(_ text: String) -> Int64? {
        if isAmount {
            let decimals = text.utf8.reversed().prefix { $0 != UInt8(ascii: ".") }.count
            guard decimals == 2, text.utf8.count > 3, let fen = try? Fen(yuan: text) else { return nil }
            return fen.count <= GuardianChange.mostAmount ? fen.count : nil
        }
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int64(text), count <= GuardianChange.mostCount
        else { return nil }
        return count
    }

    /// What ``read(_:)`` takes.
    public var expected: String {
        isAmount
            ? "yuan with two decimals, at most \(Fen(GuardianChange.mostAmount)), or nothing for no limit"
            : "a whole number of payments, at most \(GuardianChange.mostCount), or nothing for no limit"
    }
}
