import Services
import Testing
import Vocabulary
import Wire

/// A box whose disk was wiped begins a new journal: what of the old one never came is named.
@Suite struct EpochTests {
    private let site: Site
    private let evidence = Record.Event.started(version: "1")
    init() throws { site = try Site() }

    private func newJournal() throws -> Incident { try #require(try site.incidents(.newJournal).first) }

    @Test("a journal that was announced to 131 and came to 119: records 120 to 131 are named")
    func missing() throws {
        for _ in 0..<119 { try site.record(evidence) }
        try site.hear(site.box.birth(head: 131))
        #expect(try site.incidents() == [])
        try site.hear(Box(epoch: "e2").birth())
        let incident = try newJournal()
        #expect(incident.subject == "epoch e1" && incident.closed == nil && incident.count == 1)
        #expect(incident.detail == "epoch e2 began after it; records 120 to 131 were announced and never came")
    }

    @Test("the highest head is what counts, wherever it was announced: birth, health, a batch behind a gap")
    func announced() throws {
        let news: [(Site) throws -> Void] = [
            { try $0.hear($0.box.birth(head: 9)) }, { try $0.hear($0.box.health(head: 9)) },
            { try $0.hear($0.box.birth(head: 9, isRetained: true)) },
            {
                var box = $0.box
                _ = box.batch(Array(repeating: .started(version: "1"), count: 4))
                _ = try $0.ingest(box.batch(Array(repeating: .started(version: "1"), count: 4)))
            },
        ]
        for announce in news {
            let site = try Site()
            try site.record(evidence)
            try announce(site)
            try site.hear(site.box.health(head: 3))
            try site.hear(Box(epoch: "e2").birth())
            #expect(try site.incidents(.newJournal)[0].detail.contains("records 2 to 9 were announced"))
        }
    }

    @Test("a new journal is heard of first by its records, by health or by a birth: it is noticed all the same")
    func noticed() throws {
        var second = try Box(epoch: "e2")
        let payload = second.batch([evidence])
        let news: [(Site) throws -> Void] = [
            { _ = try $0.ingest(payload) }, { try $0.hear(second.health()) },
            { try $0.hear(second.birth(isRetained: true)) },
        ]
        for tell in news {
            let site = try Site()
            try site.hear(site.box.birth(head: 2))
            try tell(site)
            try tell(site)
            let incidents = try site.incidents(.newJournal)
            #expect(incidents.count == 1 && incidents[0].count == 1)
            #expect(incidents[0].detail.contains("records 1 to 2 were announced"))
        }
    }

    @Test("a new journal after one that came whole is noted, with nothing left to look at")
    func whole() throws {
        try site.record(evidence, evidence)
        try site.hear(site.box.birth(), Box(epoch: "e2").birth())
        let incident = try newJournal()
        #expect(incident.closed != nil)
        #expect(incident.detail.contains("records 1 to 2 came, all that was announced"))
    }

    @Test("records that come after all shorten what is missing, and the last of them closes the incident")
    func recovered() throws {
        try site.record(evidence)
        try site.hear(site.box.birth(head: 3), Box(epoch: "e2").birth())
        try site.record(evidence)
        #expect(try newJournal().detail.contains("; record 3 were announced") == false)
        #expect(try newJournal().detail.contains("record 3 was announced and never came"))
        #expect(try newJournal().closed == nil)
        try site.record(evidence)
        #expect(try newJournal().closed != nil && newJournal().count == 1)
        #expect(try site.incidents(.twoJournals).isEmpty, "a disk that was read out is no second box")
    }

    @Test("an old journal that speaks after a newer one began is in use twice", arguments: ["birth", "health"])
    func oldInUse(kind: String) throws {
        let second = try Box(epoch: "e2")
        try site.hear(site.box.birth(), second.birth())
        for _ in 0..<3 {
            try site.hear(kind == "birth" ? site.box.birth() : site.box.health())
            try site.hear(kind == "birth" ? second.birth() : second.health())
        }
        let incidents = try site.incidents(.twoJournals)
        #expect(incidents.map(\.subject) == ["epochs e1, e2"] && incidents[0].count == 3)
    }

    @Test("what the broker had kept is no sign of life: an old birth found there accuses nobody")
    func keptBirth() throws {
        try site.hear(site.box.birth(), Box(epoch: "e2").birth(), site.box.birth(isRetained: true))
        #expect(try site.incidents(.twoJournals).isEmpty)
    }

    @Test(
        "records of an old journal: written before the new one they are recovered, written a minute after it in use",
        arguments: [(60_000, false), (60_001, true)])
    func writtenLater(after: Int64, isInUse: Bool) throws {
        var second = try Box(epoch: "e2")
        try site.record(evidence)
        let began = Site.time.milliseconds + 10_000
        _ = try site.store.ingest(second.batch([evidence]), from: second.device, at: WallTime(milliseconds: began))
        let body = Record(at: WallTime(milliseconds: began + after), isSynchronised: true, event: evidence).body
        let unsure = Record(at: WallTime(milliseconds: .max), isSynchronised: false, event: evidence).body
        let lines = [body, unsure].enumerated().map { index, body in
            Array("{\"seq\":\(index + 2),".utf8) + body.dropFirst()
        }
        #expect(try site.ingest(site.box.batch(lines: lines)) == .through(epoch: "e1", sequence: 3))
        #expect(try site.incidents(.twoJournals).isEmpty != isInUse)
    }

    @Test("a head that falls from one birth to the next is a copy of the journal", arguments: [(7, 0), (8, 0), (6, 1)])
    func fallenHead(second: Int64, incidents: Int) throws {
        try site.hear(site.box.birth(head: 7), site.box.will, site.box.birth(head: second))
        #expect(try site.incidents(.twoJournals).count == incidents)
    }

    @Test("a birth that another worker of the platform takes in late, or that comes twice, accuses nobody")
    func lateBirth() throws {
        let early = site.box.birth(head: 7)
        try site.hear(early, site.box.birth(head: 9), early, early)
        #expect(try site.incidents(.twoJournals).isEmpty)
    }

    @Test("two copies that take each other's place are told once, and counted")
    func flapping() throws {
        for _ in 0..<5 { try site.hear(site.box.birth(head: 9), site.box.will, site.box.birth(head: 4), site.box.will) }
        let incidents = try site.incidents(.twoJournals)
        #expect(incidents.map(\.count) == [5])
        #expect(incidents[0].detail.contains("had 9 records and then 4"))
    }

    @Test("health that is older than a birth accuses nobody: only births are compared")
    func olderHealth() throws {
        try site.hear(site.box.birth(head: 9), site.box.health(head: 8), site.box.birth(head: 9))
        #expect(try site.incidents() == [])
    }

    @Test("three journals in a row: what is missing of each is named under its own name")
    func three() throws {
        try site.hear(
            site.box.birth(head: 1), Box(epoch: "e2").birth(head: 2), Box(epoch: "e3").birth(head: 3))
        let incidents = try site.incidents(.newJournal)
        #expect(incidents.map(\.subject) == ["epoch e1", "epoch e2"])
        #expect(incidents[1].detail.contains("epoch e3 began after it; records 1 to 2 "))
    }

    @Test("over a thousand journals of one box are reported and no longer told apart")
    func bound() throws {
        for number in 1...1_002 { try site.hear(Box(epoch: "n\(number)").birth()) }
        #expect(try site.incidents(.tooManyJournals).map(\.count) == [2])
    }

    @Test("a box that set a damaged journal aside says which, why and where it is, and what never came is named")
    func setAside() throws {
        try site.record(evidence)
        var second = try Box(epoch: "e2")
        let replaced = Record.Event.journalReplaced(
            previousEpoch: "e1", through: 5, why: "record 6 does not match its hash", file: "journal.damaged-1")
        let answer = try site.ingest(second.batch([replaced]))
        #expect(answer == .through(epoch: "e2", sequence: 1))
        let incident = try #require(try site.incidents(.newJournal).first)
        #expect(incident.subject == "epoch e1")
        for word in ["records 2 to 5", "record 6 does not match its hash", "journal.damaged-1"] {
            #expect(incident.detail.contains(word))
        }
    }
}
