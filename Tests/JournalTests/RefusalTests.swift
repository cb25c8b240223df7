import Delivery
import Journal
import Testing
import Vocabulary

@Suite("Records the platform refuses")
struct RefusalTests {
    private func apply(_ changes: [StateChange], to journal: Journal) throws {
        try journal.append(JournalWrite(state: changes))
    }

    @Test("a refusal is kept with its reason, since when and how often, until the platform has the record")
    func kept() throws {
        let site = try Site()
        try site.filled(9)
        var book = RefusalBook()
        var journal = try site.open()
        try apply(book.refused(4, because: "brokenChain", at: WallTime(milliseconds: 100)), to: journal)
        try apply(book.refused(4, because: "badSignature", at: WallTime(milliseconds: 200)), to: journal)
        #expect(journal.close())
        let expected = [
            Refusal(sequence: 4, because: "badSignature", since: WallTime(milliseconds: 100), times: 2)
        ]
        #expect(try site.reader().refusals() == expected)

        // After a restart it is counted on.
        var rows: [(key: String, value: [UInt8])] = []
        try site.reader().states(Refusal.stateKind) { rows.append(($0, $1)) }
        book = RefusalBook(kept: rows)
        #expect(book.standing == expected)
        #expect(book.acknowledged(through: 3) == [])
        journal = try site.open()
        try apply(book.acknowledged(through: 4), to: journal)
        #expect(journal.close())
        #expect(try site.reader().refusals() == [])
        #expect(book.standing == [])
    }

    @Test("as many are kept as allowed; one more takes the newest one's place")
    func bounded() {
        var book = RefusalBook()
        for sequence in 1...Int64(RefusalBook.most) {
            #expect(book.refused(sequence, because: "r", at: WallTime(milliseconds: 0)).count == 1)
        }
        let changes = book.refused(99, because: String(repeating: "r", count: 9_999), at: WallTime(milliseconds: 0))
        #expect(changes.count == 2)
        #expect(changes.first == .remove(kind: Refusal.stateKind, key: "\(RefusalBook.most)"))
        #expect(book.standing.map(\.sequence) == Array(1...Int64(RefusalBook.most - 1)) + [99])
        #expect(book.standing.last?.because.count == 200)
    }

    @Test("a row that cannot be read is no refusal", arguments: ["", "{}", #"{"because":"r","since":1}"#])
    func unreadable(value: String) {
        #expect(RefusalBook(kept: [("1", Array(value.utf8)), ("x", [])]).standing == [])
    }
}
