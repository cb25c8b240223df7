import CSVText
import JSONText
import Testing

@Suite("Tables of CSV")
struct CSVTableTests {
    enum Column: String, CSVColumn {
        case person, sum
        var chinese: String { self == .person ? "人员" : "金额" }
        var isOptional: Bool { self == .sum }
    }

    private func read(_ text: String, mostLines: Int = 10) throws(Findings) -> [[String]] {
        var rows: [[String]] = []
        try CSVTable<Column>.read(
            Array(text.utf8), file: "t.csv", mostLines: mostLines, toUTF8: { _ in nil },
            line: { table, row in
                rows.append([row[.person], row[.sum], table.has(.sum) ? "has" : "lacks"])
                if row[.person] == "bad" { table.note(row, .person, found: "bad", expected: "good") }
            })
        return rows
    }

    private func faults(_ text: String, mostLines: Int = 10) -> [String] {
        do throws(Findings) {
            _ = try read(text, mostLines: mostLines)
            return []
        } catch { return error.list.map(\.description) }
    }

    @Test("columns stand in any order, under either name, and one that is optional may be missing")
    func columns() throws {
        #expect(try read("金额,person\n1,a\n") == [["a", "1", "has"]])
        #expect(try read("人员\r\n\r\n\"a\"\"b\"\r\n") == [["a\"b", "", "lacks"]])
    }

    @Test("all lines are read before a file is refused, and each fault says where it is")
    func faulty() {
        #expect(
            faults("person,sum\nbad,1\nb\n\"bad\",2\n") == [
                "t.csv:2:1: person: found bad, expected good",
                "t.csv:3:1: the document: found 1 fields, expected 2 as in the header",
                "t.csv:4:1: person: found bad, expected good",
            ])
    }

    @Test("a table has so many lines and no more", arguments: [(3, true), (2, false)])
    func bound(most: Int, isGood: Bool) {
        #expect(faults("person\na\nb\nc\n", mostLines: most).isEmpty == isGood)
    }

    @Test("a last line that is cut is no line", arguments: ["person\na\nb", "person\na", "person"])
    func cut(text: String) { #expect(faults(text).contains { $0.contains("not ended") }) }

    @Test("a text that is neither UTF-8 nor can be converted is refused")
    func bytes() {
        #expect(throws: Findings.self) {
            try CSVTable<Column>.read(
                [0x70, 0xFF, 0x0A], file: "", mostLines: 1, toUTF8: { _ in nil }, line: { _, _ in })
        }
    }
}
