import Host
import JSONText
import SQLite
import Services
import TestParts
import Testing
import Vocabulary
import Wire

private let someID = UUIDv7(at: Site.time, random: (1, 1))

/// What `turnpike boxes` and `turnpike incidents` show.
@Suite struct BoxReportTests {
    private let folder = TestFolder(inMemory: true)
    private var path: String { folder.file("p.db") }

    private func row(_ name: String = "gate-1") throws -> BoxReport.Row {
        try #require(try BoxReport.read(path).boxes.first { $0.device.text == name })
    }

    @Test("a box that came online, said how it is, and went: each is shown as it was last heard")
    func life() throws {
        let site = try Site(database: path)
        try site.record(.started(version: "1"))
        #expect(try BoxReport.read(path).boxes.map(\.isOnline) == [nil])
        try site.hear(site.box.birth(head: 5))
        var row = try row()
        let since = try #require(row.since)
        #expect(row.isOnline == true && row.version == "1.0" && row.epoch == "e1")
        #expect(row.journal?.epoch == "e1" && row.journal?.through == 1 && row.journal?.announced == 5)
        try site.hear(site.box.health(head: 6, queued: 5, faults: ["loop-1", "boom\nup"]))
        row = try self.row()
        #expect(row.since == since && row.queued == 5 && row.faults == ["loop-1", "boom?up"])
        #expect(row.isJournalHealthy == true && row.isClockSynchronised == false)
        #expect(row.journal?.missing == MissingRecords(through: 1, announced: 6))
        try site.hear(site.box.will)
        let gone = try self.row()
        #expect(gone.isOnline == false && gone.since! > since && gone.queued == 5)
        try site.hear(site.box.will)
        #expect(try self.row().since == gone.since)
        try site.hear(site.box.health())
        #expect(try self.row().isOnline == true, "its birth was lost, but it is there")
    }

    @Test("a birth that the broker had kept does not move the moment since which a box is there")
    func keptBirth() throws {
        let site = try Site(database: path)
        try site.hear(site.box.birth())
        let since = try row().since
        try site.hear(site.box.birth(isRetained: true))
        #expect(try row().since == since)
        try site.hear(site.box.birth())
        #expect(try row().since! > since!)
    }

    @Test("presence and health that cannot be read, or of a box that is not enrolled, are counted, and change nothing")
    func refused() throws {
        let site = try Site(database: path)
        let long = Health(
            epoch: "e1", head: 0, queued: 0, isJournalHealthy: true, isClockSynchronised: true,
            disk: .ok, faults: [String(repeating: "x", count: 16 << 10)])
        let bad = [
            Array("nonsense".utf8), Presence.online(birth: someID, version: "1", epoch: "", head: 1).payload,
            Presence.online(birth: someID, version: "1", epoch: "a\nb", head: 1).payload,
            Presence.online(birth: someID, version: "1", epoch: String(repeating: "e", count: 65), head: 1).payload,
            Presence.online(birth: someID, version: "1", epoch: "e1", head: -1).payload,
        ]
        for payload in bad { try site.hear(Incoming(kind: .presence, device: site.box.device, payload: payload)) }
        try site.hear(Incoming(kind: .health, device: site.box.device, payload: long.payload))
        try site.hear(Box("gate-9", seed: 3).birth())
        let incidents = try IncidentReport.read(path).incidents
        #expect(incidents.map(\.code) == [.malformed, .malformed, .unknownDevice])
        #expect(incidents.map(\.subject) == ["presence", "health", "presence"])
        #expect(incidents.map(\.count) == [5, 1, 1])
        #expect(try BoxReport.read(path).boxes.allSatisfy { $0.isOnline == nil && $0.journals.isEmpty })
    }

    @Test("the table names the missing records of an old journal; the JSON has the same numbers")
    func text() throws {
        let site = try Site(database: path)
        for _ in 0..<3 { try site.record(.started(version: "1")) }
        try site.hear(site.box.birth(head: 7), Box(epoch: "e2").birth(head: 2))
        let report = try BoxReport.read(path, enrolled: [try DeviceID("gate-7"), site.box.device])
        #expect(report.boxes.map(\.device.text) == ["gate-1", "gate-7"])
        let lines = report.description.split(separator: "\n").map(String.init)
        #expect(lines.contains("gate-1: epoch e1: records 4 to 7 were announced and never came"))
        #expect(lines.contains("gate-1: records 1 to 2 still to come"))
        #expect(lines[1].hasPrefix("gate-1  online") && lines[2].hasPrefix("gate-7  never heard"))
        let json = try JSONNode.parse(Array(report.json.utf8), dialect: .json)
        let journals = try #require(json["boxes"]?.array?[0]["journals"]?.array)
        #expect(journals.map { $0["missing"]?.integer } == [4, 2] && journals[0]["missingFrom"]?.integer == 4)
        #expect(json["boxes"]?.array?[0]["openIncidents"]?.integer == 1)
    }

    @Test("closed incidents are shown only when asked for, and those of one box alone")
    func incidents() throws {
        let site = try Site(database: path)
        try site.record(.started(version: "1"))
        try site.hear(site.box.birth(), Box(epoch: "e2").birth(), Box("gate-9", seed: 3).birth())
        #expect(try IncidentReport.read(path).incidents.map(\.code) == [.unknownDevice])
        #expect(
            try IncidentReport.read(path, includesClosed: true).incidents.map(\.code) == [.newJournal, .unknownDevice])
        let report = try IncidentReport.read(path, of: site.box.device, includesClosed: true)
        #expect(report.incidents.map(\.device) == [site.box.device])
        #expect(report.description.contains("2025-10-09 08:53:20Z") && report.description.contains("closed"))
        let json = try JSONNode.parse(Array(report.json.utf8), dialect: .json)
        #expect(json["incidents"]?.array?[0]["code"]?.string == "newJournal" && json["left"]?.integer == 0)
    }

    @Test(
        "a file of the version before is not guessed at: the platform brings it up to date once, and keeps what it has")
    func olderFile() throws {
        _ = try Site(database: path)
        do {
            let database = try Database(path: path)
            try database.execute(
                """
                DROP TABLE epochs; DROP TABLE boxes; DROP TABLE incidents;
                CREATE TABLE incidents (
                    id INTEGER PRIMARY KEY, device TEXT NOT NULL, code TEXT NOT NULL, subject TEXT NOT NULL,
                    detail TEXT NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, count INTEGER NOT NULL,
                    UNIQUE (device, code, subject));
                INSERT INTO incidents VALUES (1, 'gate-9', 'unknownDevice', '', 'kept', 1, 2, 3);
                PRAGMA user_version = 1
                """)
        }
        #expect(throws: PlatformError.olderSchema(path: path, found: 1, known: 5)) { try BoxReport.read(path) }
        _ = try Site(database: path)
        #expect(try IncidentReport.read(path).incidents.map(\.code) == [.unknownDevice])
    }

    @Test("numbers beyond all measure do not stop the report")
    func huge() throws {
        let site = try Site(database: path)
        try site.hear(site.box.birth(head: .max), Box(epoch: "e2").birth(head: .max))
        #expect(try row().missing == .max)
        #expect(try BoxReport.read(path).description.contains("\(Int64.max)"))
    }

    @Test(
        "times are written as a person reads them",
        arguments: [
            (0, "1970-01-01 00:00:00Z"), (951_782_399_999, "2000-02-28 23:59:59Z"),
            (951_782_400_000, "2000-02-29 00:00:00Z"), (951_868_800_000, "2000-03-01 00:00:00Z"),
            (1_772_323_199_000, "2026-02-28 23:59:59Z"), (1_772_323_200_000, "2026-03-01 00:00:00Z"),
            (4_107_542_400_000, "2100-03-01 00:00:00Z"), (-1, "1969-12-31 23:59:59Z"),
        ])
    func times(milliseconds: Int64, text: String) {
        #expect(WallTime(milliseconds: milliseconds).utcText == text)
    }
}

/// The worker writes what boxes say of themselves without a sync for each.
@Suite struct NewsTests {
    private let folder = TestFolder(inMemory: true)

    private func worker(
        _ inbox: Inbox, _ boxes: [Box], _ send: @escaping @Sendable (Outgoing) -> Void = { _ in }
    ) throws -> PlatformWorker {
        try PlatformWorker(Site.configuration(folder.file("p.db"), boxes), inbox: inbox, send: send) { _ in }
    }

    @Test("health waits, presence is written at once, and at the end nothing is left unwritten")
    func written() throws {
        let boxes = [try Box(), try Box("gate-2", seed: 9)]
        let inbox = Inbox()
        let worker = try worker(inbox, boxes)
        _ = inbox.offer(boxes[0].health(head: 3))
        _ = inbox.offer(boxes[1].birth())
        worker.stop(within: .seconds(10))
        let rows = try BoxReport.read(folder.file("p.db")).boxes
        #expect(rows.map(\.isOnline) == [true, true])
        #expect(rows[0].journal?.announced == 3 && rows.allSatisfy { $0.contact != nil })
    }

    @Test("health of before a birth is taken in before it: it accuses nobody")
    func order() throws {
        let (old, new) = (try Box(), try Box(epoch: "e2"))
        let inbox = Inbox()
        for news in [old.birth(), old.health(head: 4), new.birth()] { _ = inbox.offer(news) }
        try worker(inbox, [old]).stop(within: .seconds(10))
        let incidents = try IncidentReport.read(folder.file("p.db"), includesClosed: true).incidents
        #expect(incidents.map(\.code) == [.newJournal])
        #expect(incidents[0].detail.contains("records 1 to 4"))
    }

    @Test("a box that comes online under a contested name hears of it from the platform")
    func contested() throws {
        let box = try Box()
        let inbox = Inbox()
        let out = BoundedQueue<Outgoing>(capacity: 10)
        for news in [box.birth(head: 9), box.birth(head: 4)] { _ = inbox.offer(news) }
        try worker(inbox, [box]) { out.offer($0) }.stop(within: .seconds(10))
        #expect(
            out.take(until: BootClock.now())
                == [Outgoing(device: box.device, content: .announcement(.journalContested))])
    }

    @Test("news has a bound of its own: it never pushes out a request or a batch")
    func bound() throws {
        let box = try Box()
        let inbox = Inbox(news: .init(messages: 2, bytes: 1_000))
        #expect(inbox.offer(box.birth()) && inbox.offer(box.health()) && !inbox.offer(box.birth()))
        #expect(inbox.offer(Incoming(kind: .request, device: box.device, payload: [1])))
        #expect(inbox.offer(Incoming(kind: .records, device: box.device, payload: [1])))
        #expect(inbox.take().news.map(\.kind) == [.presence, .health])
    }
}
