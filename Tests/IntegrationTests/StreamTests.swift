import Host
import JSONText
import ParkingDemo
import Services
import StandIns
import Testing
import Vocabulary
import Wire

/// A box whose journal is lost or copied, as the platform's engineer sees it.
@Suite("Lost and copied journals", .serialized)
struct StreamTests {
    private func run(_ program: String, _ arguments: String...) throws -> String {
        let program = try Program(program, arguments)
        #expect(program.waitForEnd() == 0)
        return program.lines.joined(separator: "\n")
    }

    private func turnpike(_ command: String, _ file: String, _ options: String...) throws -> String {
        let program = try Program("\(Place.programs)/turnpike", [command, file] + options)
        #expect(program.waitForEnd() == 0)
        return program.lines.joined(separator: "\n")
    }

    private func box(_ rig: Rig) throws -> BoxReport.Row {
        try #require(try BoxReport.read(rig.files.ledger).boxes.first)
    }

    @Test("a journal is wiped while records had not come: the missing numbers are named")
    func wiped() throws {
        let rig = try Rig.running()
        try rig.pass("京N00001", at: "entry-1")
        try rig.waitUntilDelivered()
        try rig.wait("the platform knows the box") { try box(rig).isOnline == true }
        let old = try #require(try box(rig).journal)
        rig.platform?.kill()
        // Written while nobody listens, and announced at the next birth, which the broker keeps for the platform.
        try rig.pass("京N00002", at: "entry-1")
        try rig.cutNetwork()
        let head = try #require(try rig.status()["head"]?.integer)
        rig.mendNetwork()
        try rig.wait("the box is back") { try rig.status()["link"]?.string == "up" }
        try rig.startPlatform()
        try rig.wait("the kept birth is taken in") { try box(rig).journal?.announced == head }
        rig.box?.kill()
        _ = try run("/bin/sh", "-c", "rm -f '\(rig.files.journal)' '\(rig.files.journal)'-*")
        try rig.startBox()
        try rig.waitUntilDelivered()
        try rig.wait("the new journal is heard of") { try box(rig).journals.count == 2 }
        rig.box?.terminate()
        rig.platform?.terminate()
        let (first, last) = (old.through + 1, head)
        #expect(last > first)
        let missing = "epoch \(old.epoch): records \(first) to \(last) were announced and never came"
        #expect(try turnpike("boxes", rig.files.platformFile).contains(missing))
        let incidents = try turnpike("incidents", rig.files.ledger)
        #expect(incidents.contains("newJournal") && incidents.contains("records \(first) to \(last) were announced"))
        let json = try JSONNode.parse(Array(try turnpike("boxes", rig.files.ledger, "--json").utf8), dialect: .json)
        let journals = json["boxes"]?.array?.first?["journals"]?.array
        #expect(journals?.first?["missing"]?.integer == last - first + 1)
        #expect(journals?.last?["missing"]?.integer == 0)
    }

    @Test("a state folder is copied to a second box: what came first stands, the fork is reported, and both are told")
    func copied() throws {
        let rig = try Rig.running()
        try rig.waitUntilDelivered()
        rig.box?.terminate()
        let state = TextFile.folder(of: rig.files.journal)
        _ = try run("/bin/sh", "-c", "cp -a '\(state)' '\(state)-2' && rm -f '\(state)-2/gpio.sock'")
        let second = "\(TextFile.folder(of: rig.files.boxFile))/second.json5"
        _ = try run(
            "/bin/sh", "-c",
            "sed 's/stateFolder: \"state\"/stateFolder: \"state-2\"/' '\(rig.files.boxFile)' > '\(second)'")
        try rig.startBox()
        try rig.pass("京N00001", at: "entry-1")
        try rig.waitUntilDelivered()
        let through = try #require(try rig.report().streams.first?.through)
        rig.box?.terminate()
        let copy = try Program("\(Place.programs)/parkingd", ["--config", second])
        #expect(copy.waitForLine("(fork)") != nil, "\(copy.lines.joined(separator: "\n"))")
        rig.proxy.dropConnections()
        #expect(copy.waitForLine("two journals under this box's name") != nil)
        copy.terminate()
        try rig.startBox()
        try rig.waitUntilDelivered()
        try rig.wait("the first box is told") {
            rig.box?.lines.contains { $0.contains("two journals under this box's name") } == true
        }
        rig.box?.terminate()
        rig.platform?.terminate()
        let report = try rig.report()
        #expect(report.streams.map(\.rows) == report.streams.map(\.through) && report.streams[0].through > through)
        #expect(report.incidents.filter { $0.code == .fork }.count == 1)
        #expect(report.incidents.allSatisfy { [.fork, .twoJournals].contains($0.code) })
        // "record 7 is the first that differs", or "what comes before record 7 differs": by how the batches were cut.
        #expect(try turnpike("incidents", rig.files.platformFile).contains("differs"))
    }
}
