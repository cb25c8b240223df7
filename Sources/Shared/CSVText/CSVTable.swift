public import JSONText

/// The columns of a table: its cases, by their English names and, for Chinese spreadsheets, by Chinese ones.
public protocol CSVColumn: CaseIterable, Hashable, RawRepresentable<String>, Sendable {
    var chinese: String { get }
    /// Whether a table may be without it.
    var isOptional: Bool { get }
}

/// One line of a table, its fields by column.
public struct CSVRow<Column: CSVColumn> {
    /// Where it stands in the file, from 1.
    public let line: Int
    let fields: [CSVField]
    let places: [Column: Int]

    /// The field's text; empty where the table has no such column.
    public subscript(column: Column) -> String { places[column].map { fields[$0].text } ?? "" }
    /// Where the field begins, in bytes from 1.
    func column(_ column: Column) -> Int { places[column].map { fields[$0].column } ?? 1 }
}

/// A CSV text with a header, read as a whole or refused as a whole, every fault told with its line.
///
/// UTF-8, or what a converter makes of it. The columns may stand in any order; empty lines are passed over. The last
/// line must be ended: cut short within a field, it would be another one.
public struct CSVTable<Column: CSVColumn> {
    public private(set) var findings: [Finding] = []
    let file: String
    private var columns: [Column: Int] = [:]
    private var width = 0
    private var unsaid = 0

    /// More faults than this do not help; the last finding says how many there are besides.
    public static var mostFindings: Int { 200 }
    public static var mostBytes: Int { 16 << 20 }

    /// - Parameter file: named in each finding.
    public init(file: String) { self.file = file }

    /// How many faults there are, also those that ``findings`` only counts.
    public var faultCount: Int { findings.count + unsaid }

    /// Whether the table has this column; known from the first line on.
    public func has(_ column: Column) -> Bool { columns[column] != nil }

    public mutating func note(_ row: CSVRow<Column>, _ column: Column?, found: String, expected: String) {
        note(row.line, column.map { row.column($0) } ?? 1, column?.rawValue ?? "", found, expected)
    }

    private mutating func note(_ line: Int, _ column: Int, _ path: String, _ found: String, _ expected: String) {
        guard findings.count < Self.mostFindings else {
            unsaid += 1
            return
        }
        findings.append(
            Finding(
                file: file, position: TextPosition(line: line, column: column), path: path, found: found,
                expected: expected))
    }

    /// A text that a type accepts or refuses with a reason; nil (and a finding) where it refuses.
    public mutating func parsed<Value, Failure: Error>(
        _ row: CSVRow<Column>, _ column: Column, expected: String, _ parse: (String) throws(Failure) -> Value
    ) -> Value? {
        let text = row[column]
        do { return try parse(text) } catch {
            note(row, column, found: CSVTable.shown(text), expected: "\(expected): \(error)")
            return nil
        }
    }

    /// A field as a finding shows it.
    public static func shown(_ text: String) -> String { text.isEmpty ? "nothing" : "\"\(text.prefix(40))\"" }

    /// Reads the text.
    /// - Parameters:
    ///   - mostLines: beside the header.
    ///   - toUTF8: converts what is not UTF-8; nil where it cannot.
    ///   - line: takes a line, and notes its faults in the table that it gets.
    /// - Throws: every fault, in the order of the text.
    public static func read(
        _ bytes: [UInt8], file: String, mostLines: Int, toUTF8: ([UInt8]) -> [UInt8]?,
        line: (inout CSVTable, CSVRow<Column>) -> Void
    ) throws(Findings) {
        var table = CSVTable(file: file)
        table.read(bytes, mostLines, toUTF8, line)
        guard table.findings.isEmpty else { throw Findings(table.findings) }
    }

    private mutating func read(
        _ bytes: [UInt8], _ mostLines: Int, _ toUTF8: ([UInt8]) -> [UInt8]?,
        _ take: (inout CSVTable, CSVRow<Column>) -> Void
    ) {
        guard bytes.count <= Self.mostBytes else {
            return note(1, 1, "", "\(bytes.count) bytes", "at most \(Self.mostBytes): split the file")
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
        var count = 0
        for (index, row) in CSVRows.lines(text).enumerated() where !row.isEmpty {
            let line = index + 1
            guard count < mostLines else {
                note(line, 1, "", "more than \(mostLines) lines", "fewer: split the file")
                break
            }
            switch CSVRows.fields(row) {
            case .failure(let fault): note(line, fault.column, "", fault.found, fault.expected)
            case .success(let fields) where isHeader: readHeader(fields, line)
            case .success(let fields) where columns.isEmpty || fields.count != width:
                if !columns.isEmpty { note(line, 1, "", "\(fields.count) fields", "\(width) as in the header") }
            case .success(let fields): take(&self, CSVRow(line: line, fields: fields, places: columns))
            }
            if !isHeader { count += 1 }
            isHeader = false
        }
        if !isHeader, text.last != UInt8(ascii: "\n") {
            let line = text.count { $0 == UInt8(ascii: "\n") } + 1
            note(line, 1, "", "a last line that is not ended", "a line break at the end, so that a cut file is noticed")
        }
        if isHeader { note(1, 1, "", "nothing", "a header: \(Column.allCases.map(\.rawValue).joined(separator: ","))") }
        if !isHeader, count == 0, findings.isEmpty {
            note(2, 1, "", "no line but the header", "at least one line")
        }
        findings.sort { ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column) }
        if unsaid > 0, let last = findings.last {
            findings.append(
                Finding(
                    file: file, position: last.position, path: "", found: "\(unsaid) more faults",
                    expected: "the file put right"))
        }
    }

    private mutating func readHeader(_ fields: [CSVField], _ line: Int) {
        var places: [Column: Int] = [:]
        let names = "the columns " + Column.allCases.map { "\($0.rawValue) (\($0.chinese))" }.joined(separator: ", ")
        for (index, field) in fields.enumerated() {
            let column = Column.allCases.first { $0.rawValue == field.text || $0.chinese == field.text }
            guard let column else {
                note(line, field.column, "", "a column \"\(field.text.prefix(40))\"", names)
                continue
            }
            if places.updateValue(index, forKey: column) != nil {
                note(line, field.column, column.rawValue, "the column a second time", "each column once")
            }
        }
        for column in Column.allCases where places[column] == nil && !column.isOptional {
            note(line, 1, column.rawValue, "no such column", names)
        }
        width = fields.count
        columns = findings.isEmpty ? places : [:]
    }
}
