import Journal
import SQLite
import TestParts
import Testing
import Vocabulary

@Suite("Opening")
struct OpeningTests {
    /// Everything that must not change when an open is refused.
    func contents(_ site: Site) -> [UInt8] { site.folder.bytes(of: "journal.db") }

    func openError(_ site: Site) -> JournalError? {
        #expect(throws: JournalError.self) { _ = try site.open() }
    }

    @Test("the journal of another device is refused and not changed")
    func wrongDevice() throws {
        let site = try Site()
        try site.filled(3)
        let before = contents(site)
        let error = #expect(throws: JournalError.self) {
            _ = try Journal.open(
                path: site.path, device: try! DeviceID("box-2"), newEpoch: { "e" }, handler: Recorder())
        }
        #expect(error == .wrongDevice(path: site.path, found: "box-1", expected: "box-2"))
        #expect(contents(site) == before)
        #expect(try site.open().head.sequence == 3)
    }

    @Test("a newer schema is refused with both versions, and not changed", arguments: [2, 77])
    func newerSchema(version: Int64) throws {
        let site = try Site()
        try site.filled(3)
        try site.tamper("PRAGMA user_version = \(version)")
        let before = contents(site)
        let expected = JournalError.newerSchema(path: site.path, found: version, supported: 1)
        #expect(openError(site) == expected)
        #expect(throws: expected) { _ = try site.reader() }
        #expect(contents(site) == before)
        #expect(expected.description.contains("install the newer program"))
    }

    @Test("somebody else's database is refused and not changed")
    func foreign() throws {
        let site = try Site()
        try Database(path: site.path).execute("PRAGMA journal_mode = DELETE; CREATE TABLE other(a)")
        let before = contents(site)
        #expect(openError(site) == .notAJournal(path: site.path))
        #expect(throws: JournalError.notAJournal(path: site.path)) { _ = try site.reader() }
        #expect(contents(site) == before)
    }

    @Test("a file that is no database is damaged, and not changed")
    func garbage() throws {
        let site = try Site()
        site.folder.write(Array(repeating: UInt8(ascii: "g"), count: 5_000), into: "journal.db")
        let before = contents(site)
        guard case .damaged(site.path, let why) = openError(site) else {
            Issue.record("it was opened")
            return
        }
        #expect(why.contains("not a database"))
        #expect(contents(site) == before)
    }

    @Test("an empty file, as a power cut leaves it, becomes a journal")
    func empty() throws {
        let site = try Site()
        site.folder.write([], into: "journal.db")
        #expect(try site.open().head.sequence == 0)
    }

    @Test(
        "an end that does not fit is found when the journal is opened",
        arguments: [
            "UPDATE records SET hash = zeroblob(32) WHERE seq = 5", "UPDATE records SET hash = x'00' WHERE seq = 5",
            "UPDATE records SET line = x'7b7d' WHERE seq = 5", "DELETE FROM records WHERE seq = 4",
            "DELETE FROM records WHERE seq > 2", "DELETE FROM records", "DELETE FROM meta",
            "UPDATE meta SET pruned_hash = x'00'", "UPDATE meta SET pruned = 4", "DROP TABLE records",
        ])
    func damagedEnd(script: String) throws {
        let site = try Site()
        try site.filled(5, acknowledged: 3)
        try site.tamper(script)
        let error = openError(site)
        guard case .damaged(site.path, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a second writer is refused while the first has the journal open")
    func inUse() throws {
        let site = try Site()
        let journal = try site.open()
        #expect(openError(site) == .inUse(path: site.path))
        journal.close()
        #expect(try site.open().head.sequence == 0)
    }

    @Test("a folder that is not there is named with the error of the operating system")
    func missingFolder() throws {
        let site = try Site()
        let path = site.folder.file("absent/journal.db")
        let error = #expect(throws: JournalError.self) {
            _ = try Journal.open(path: path, device: site.device, newEpoch: { "e" }, handler: Recorder())
        }
        #expect(error?.description.contains("\(path)-lock") == true)
        #expect(error?.description.contains("errno 2") == true)
    }
}
