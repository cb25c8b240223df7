import Glibc
import Journal
import SQLite
import TestParts
import Testing
import Vocabulary
import Wire

/// A journal whose first `acknowledged` of `count` records are confirmed, with 2,000 rows of state, closed, its log
/// copied back.
func damageable(_ count: Int64 = 300, acknowledged: Int64 = 100) throws -> Site {
    let site = try Site()
    try site.filled(count, acknowledged: acknowledged)
    let journal = try site.open()
    try journal.append(
        JournalWrite(
            state: (1...2_000).map { .put(kind: "stay", key: "stay-\($0)", value: Array("v\($0)".utf8)) }
                + [.put(kind: "version", key: "current", value: [7])]))
    #expect(journal.close())
    try site.tamper("PRAGMA wal_checkpoint(TRUNCATE)")
    return site
}

extension Site {
    /// Overwrites the page of the file in which `text` stands first, or from byte `offset` of that page on.
    func spoilPage(with text: String, from offset: Int = 0) throws {
        let bytes = folder.bytes(of: "journal.db")
        let wanted = Array(text.utf8)
        let place = try #require(
            (0..<bytes.count - wanted.count).first { bytes[$0..<$0 + wanted.count] == wanted[...] })
        folder.write([UInt8](repeating: 0xFF, count: 64), into: "journal.db", at: place / 4_096 * 4_096 + offset)
    }

    /// The first record's event of the journal that took the damaged one's place.
    func notice() throws -> Record.Event {
        try Record.parse(line: try #require(try reader().records(from: 1, mostRecords: 1).lines.first)).record.event
    }

    func numbers() throws -> [Int64] {
        try reader().records(from: 2, mostRecords: 10_000, mostBytes: 1 << 24).lines.map { line in
            let text = String(decoding: line, as: UTF8.self)
            return Int64(text.split(separator: ":").last?.dropLast() ?? "") ?? 0
        }
    }
}

@Suite("A damaged journal")
struct ReplacementTests {
    @Test("a whole journal is not touched, and says that nothing was replaced")
    func whole() throws {
        let site = try damageable()
        let journal = try site.openOrReplace()
        #expect(journal.replacement == nil)
        #expect(journal.identity.epoch == "epoch-1")
        #expect(Journal.damagedFiles(beside: site.path) == [])
    }

    @Test("a missing journal is a new one, and nothing was replaced")
    func missing() throws {
        let site = try Site()
        let journal = try site.openOrReplace()
        #expect((journal.replacement, journal.identity.epoch, journal.head.sequence) == (nil, "epoch-2", 0))
    }

    @Test(
        "it is set aside byte for byte, another epoch begins, and the first record says so",
        arguments: [
            // The row about itself is gone: no record can be taken over, since none is known to be unconfirmed.
            ("DELETE FROM meta", String?.none, Int64?.none, "no records"),
            ("DELETE FROM records WHERE seq = 200", "epoch-1", 300, "198 unconfirmed records; left behind: 2"),
            (
                "UPDATE records SET hash = x'00' WHERE seq = 300", "epoch-1", 299,
                "199 unconfirmed records; left behind: 1"
            ),
            ("DELETE FROM records WHERE seq > 60", "epoch-1", 100, "0 unconfirmed records; left behind: 0"),
            ("DROP TABLE state", "epoch-1", 300, "0 rows of state (not all can be read), 200 unconfirmed"),
        ])
    func replaced(script: String, epoch: String?, through: Int64?, words: String) throws {
        let site = try damageable()
        try site.tamper(script)
        let before = site.folder.bytes(of: "journal.db")
        let journal = try site.openOrReplace()
        let replacement = try #require(journal.replacement)
        #expect(journal.identity.epoch == "epoch-2")
        #expect((replacement.previousEpoch, replacement.through) == (epoch, through))
        #expect(replacement.why.contains(words), "\(replacement.why)")
        #expect(replacement.file == "journal.damaged-1")
        #expect(
            try site.notice()
                == .journalReplaced(
                    previousEpoch: epoch, through: through, why: replacement.why, file: "journal.damaged-1"))
        #expect(site.folder.bytes(of: "journal.damaged-1") == before)
        #expect(Journal.damagedFiles(beside: site.path) == ["journal.damaged-1"])
        #expect(try site.reader().verify().firstBreak == nil)
        #expect(site.folder.size(of: "journal.new") == nil)
    }

    @Test("unconfirmed records that prove themselves are taken over in order, and no other")
    func carried() throws {
        let site = try damageable()
        // One bit of a body; its own hash still proves the record after it.
        try site.tamper("UPDATE records SET line = CAST(replace(line, 'number', 'numbep') AS BLOB) WHERE seq = 150")
        let recorder = Recorder()
        let journal = try site.openOrReplace(recorder)
        #expect(try site.numbers() == Array(101...149) + Array(151...300))
        #expect(journal.acknowledgedThrough == 0)
        #expect(try journal.append(record(301)).first == 201)
        #expect(recorder.waitUntilDurable(201))
        #expect(try site.reader().verify().firstBreak == nil)
    }

    @Test("a page of records that is gone costs the records in it and the one behind them")
    func lostPage() throws {
        let site = try damageable(3_000, acknowledged: 10)
        try site.spoilPage(with: #""number":1500}"#)
        let journal = try site.openOrReplace()
        let numbers = try site.numbers()
        #expect(journal.replacement?.through == 3_000)
        #expect(numbers.first == 11 && numbers.last == 3_000)
        #expect(numbers == numbers.sorted() && !numbers.contains(1_500))
        #expect((2_850...2_989).contains(numbers.count), "\(numbers.count)")
        #expect(try site.reader().state("stay", key: "stay-77") == Array("v77".utf8))
        #expect(try site.reader().state("version", key: "current") == [7])
    }

    @Test("state that can be read in part is taken over, but not what says that it is complete")
    func lostState() throws {
        let site = try damageable()
        try site.spoilPage(with: "stay-1500")
        let journal = try site.openOrReplace(vouching: ["version"])
        #expect(journal.replacement?.why.contains("not all can be read") == true)
        var count = 0
        try site.reader().states("stay") { _, _ in count += 1 }
        #expect((1..<2_000).contains(count))
        #expect(try site.reader().state("version", key: "current") == nil)
        #expect(try site.numbers() == Array(101...300))
    }

    @Test("no more records are taken over than is allowed; the rest is counted")
    func bounded() throws {
        var site = try damageable()
        site.options.mostCarriedRecords = 50
        try site.tamper("UPDATE records SET hash = zeroblob(32) WHERE seq = 300")
        let replacement = try #require(try site.openOrReplace().replacement)
        #expect(try site.numbers() == Array(101...150))
        #expect(replacement.why.contains("50 unconfirmed records; left behind: 150"), "\(replacement.why)")
    }

    @Test("a first page that is gone leaves nothing to take over, and the box starts all the same")
    func noDatabase() throws {
        let site = try damageable()
        site.folder.write([UInt8](repeating: 0, count: 100), into: "journal.db")
        let replacement = try #require(try site.openOrReplace().replacement)
        #expect((replacement.previousEpoch, replacement.through) == (nil, nil))
        #expect(replacement.why.contains("nothing of it can be read"))
    }

    @Test("a log whose journal is gone or empty is set aside, not thrown away", arguments: [true, false])
    func logAlone(isGone: Bool) throws {
        let site = try Site()
        try site.filled(5)
        let log = site.folder.bytes(of: "journal.db-wal")
        #expect(log.count > 4_096)
        if isGone { unlink(site.path) } else { truncate(site.path, 0) }
        #expect(throws: JournalError.self) { if isGone { _ = try site.open() } else { throw JournalError.closed } }
        let replacement = try #require(try site.openOrReplace().replacement)
        #expect(replacement.why.contains(isGone ? "it is gone" : "it is empty"))
        #expect(site.folder.bytes(of: "journal.damaged-1-wal") == log)
        #expect(try site.reader().identity.epoch == "epoch-2")
    }

    @Test("each gets a name of its own; with as many as are kept, the box does not start and moves nothing")
    func tooMany() throws {
        var site = try damageable()
        site.options.mostDamagedFiles = 3
        for number in 1...3 {
            try site.tamper("UPDATE meta SET pruned_hash = x'00'")
            #expect(try site.openOrReplace().replacement?.file == "journal.damaged-\(number)")
        }
        try site.tamper("UPDATE meta SET pruned_hash = x'00'")
        let before = site.folder.bytes(of: "journal.db")
        let error = #expect(throws: JournalError.self) { _ = try site.openOrReplace() }
        #expect(error?.description.contains("3 damaged ones stand beside it") == true)
        #expect(error?.description.contains("replace the medium") == true)
        #expect(site.folder.bytes(of: "journal.db") == before)
    }

    @Test(
        "what is not damage is refused as before, and nothing is set aside",
        arguments: ["PRAGMA user_version = 2", "PRAGMA application_id = 5", "UPDATE meta SET device = 'box-9'"])
    func foreign(script: String) throws {
        let site = try damageable()
        try site.tamper(script)
        #expect(throws: JournalError.self) { _ = try site.openOrReplace() }
        #expect(Journal.damagedFiles(beside: site.path) == [])
        #expect(site.folder.size(of: "journal.db") != nil)
    }

    @Test("the chain is checked over as many unconfirmed records as allowed, the oldest first", arguments: [110, 111])
    func checkBound(sequence: Int64) throws {
        var site = try damageable()
        site.options.mostCheckedRecords = 10
        try site.tamper("UPDATE records SET line = CAST(replace(line, 'n', 'm') AS BLOB) WHERE seq = \(sequence)")
        #expect((try site.openOrReplace().replacement != nil) == (sequence == 110))
    }

    @Test("the whole structure is checked up to a size; state always", arguments: [true, false])
    func sizeBound(isWithin: Bool) throws {
        var site = try damageable(3_000, acknowledged: 3_000)
        let size = Int64(try #require(site.folder.size(of: "journal.db")))
        site.options.mostCheckedBytes = isWithin ? size : size - 1
        try site.spoilPage(with: #""number":1500}"#)
        #expect((try site.openOrReplace().replacement != nil) == isWithin)
        guard !isWithin else { return }
        try site.spoilPage(with: "stay-1500")
        #expect(try site.openOrReplace().replacement != nil)
    }

    @Test(
        "after SIGKILL at any step the next start ends it: one set-aside file, whole; every record; one new journal",
        arguments: 1...6)
    func killed(step: Int) throws {
        let site = try damageable()
        // Records that stand only in the log must get through, too.
        let recorder = Recorder()
        let journal = try site.open(recorder)
        try journal.append(record(301))
        #expect(recorder.waitUntilDurable(301))
        journal.close()
        try site.tamper("UPDATE meta SET device = 'crash-child'; UPDATE records SET hash = x'00' WHERE seq = 5")
        try site.tamper("UPDATE records SET line = CAST(replace(line, 'n', 'm') AS BLOB) WHERE seq = 120")
        let child = try Child(path: site.path, mode: "replace-\(step)")
        _ = child.readToEnd()
        // There are five steps: the sixth run is not killed.
        #expect(child.wait() == (step == 6 ? 0 : SIGKILL))

        let after = try Child(path: site.path, mode: "replace-0")
        _ = after.readToEnd()
        #expect(after.wait() == 0)
        #expect(Journal.damagedFiles(beside: site.path) == ["journal.damaged-1"])
        #expect(site.folder.size(of: "journal.new") == nil)
        #expect(try site.numbers() == Array(101...119) + Array(121...301))
        guard
            case .journalReplaced(previousEpoch: "epoch-1", through: 301, _, file: "journal.damaged-1") =
                try site.notice()
        else {
            Issue.record("\(try site.notice())")
            return
        }
        // The old file is whole with its log: also what stood only there.
        let old = try JournalReader(path: site.folder.file("journal.damaged-1"))
        #expect(try old.durableHead().sequence == 301)
        #expect(try site.reader().verify().firstBreak == nil)
    }
}
