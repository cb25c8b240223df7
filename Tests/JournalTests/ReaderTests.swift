import Journal
import Testing
import Vocabulary

@Suite("Reading")
struct ReaderTests {
    @Test(
        "a page holds as many records as its bounds allow, and says the hash after the last", arguments: [1, 9, 10, 11])
    func count(most: Int) throws {
        let site = try Site()
        try site.filled(12)
        let reader = try site.reader()
        let page = try reader.records(from: 3, mostRecords: most)
        #expect(page.lines == (3...min(12, Int64(2 + most))).map(line))
        #expect(page.last == min(12, Int64(2 + most)))
        let one = try reader.records(from: page.last, mostRecords: 1)
        #expect(page.hash == one.hash)
    }

    @Test(
        "a page holds as many bytes as its bound allows, line feeds counted, and at least one record",
        arguments: [(1, 1), (41, 1), (42, 2), (62, 2), (63, 3)])
    func bytes(most: Int, count: Int) throws {
        let site = try Site()
        try site.filled(9)
        #expect(line(1).count + 1 == 21)
        #expect(try site.reader().records(from: 1, mostBytes: most).lines.count == count)
    }

    @Test("behind the head there is nothing yet, and then what was appended")
    func end() throws {
        let site = try Site()
        let recorder = Recorder()
        let journal = try site.open(recorder)
        let reader = try site.reader()
        #expect(try reader.records(from: 1).lines == [])
        #expect(try reader.records(from: 1).hash == nil)
        try journal.append(record(1))
        #expect(recorder.waitUntilDurable(1))
        #expect(try reader.records(from: 1).lines == [line(1)])
        #expect(try reader.records(from: 2) == JournalPage(first: 2, lines: [], hash: nil))
    }

    @Test("a missing record in the middle is damage, not the end")
    func gap() throws {
        let site = try Site()
        try site.filled(9)
        try site.tamper("DELETE FROM records WHERE seq = 5")
        let reader = try site.reader()
        #expect(try reader.records(from: 1, mostRecords: 4).lines.count == 4)
        let error = #expect(throws: JournalError.self) { try reader.records(from: 3) }
        #expect(error == .damaged(path: site.path, why: "record 5 is missing, record 6 is there"))
        #expect(throws: JournalError.self) { try reader.records(from: 5) }
    }

    @Test(
        "verify finds the first record that was changed",
        arguments: [
            // One bit of the body, of the hash, and of the number.
            (
                "UPDATE records SET line = CAST(replace(line, 'number', 'numbep') AS BLOB) WHERE seq = 4",
                JournalVerification.Break.wrongHash(sequence: 4)
            ),
            ("UPDATE records SET hash = CAST(x'00' || substr(hash, 2) AS BLOB) WHERE seq = 4", .wrongHash(sequence: 4)),
            (
                "UPDATE records SET line = CAST('{\"seq\":5' || substr(line, 9) AS BLOB) WHERE seq = 4",
                .wrongNumber(sequence: 4)
            ),
            ("UPDATE records SET line = CAST('{\"seq\":4' AS BLOB) WHERE seq = 4", .wrongNumber(sequence: 4)),
            ("UPDATE records SET line = x'' WHERE seq = 4", .wrongNumber(sequence: 4)),
            ("DELETE FROM records WHERE seq = 4", .missing(sequence: 4)),
            ("DELETE FROM records WHERE seq = 1", .missing(sequence: 1)),
            (
                "UPDATE records SET line = (SELECT line FROM records WHERE seq = 8) WHERE seq = 7",
                .wrongNumber(sequence: 7)
            ),
            ("UPDATE meta SET pruned_hash = CAST(x'00' || substr(pruned_hash, 2) AS BLOB)", .wrongHash(sequence: 1)),
            ("DELETE FROM records WHERE seq > 7", .endMissing(last: 7, acknowledged: 8)),
        ])
    func verify(script: String, expected: JournalVerification.Break) throws {
        let site = try Site()
        try site.filled(9, acknowledged: 8)
        #expect(try site.reader().verify().firstBreak == nil)
        try site.tamper(script)
        #expect(try site.reader().verify().firstBreak == expected)
    }

    @Test("verify goes through more than one run of records")
    func long() throws {
        let site = try Site()
        try site.filled(2_500)
        #expect(try site.reader().verify().last == 2_500)
        try site.tamper("UPDATE records SET hash = zeroblob(32) WHERE seq = 2100")
        let result = try site.reader().verify()
        #expect(result.firstBreak == .wrongHash(sequence: 2_100))
        #expect(result.last == 2_099)
    }
}
