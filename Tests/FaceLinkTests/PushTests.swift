import FaceLink
import FaceTerminal
import Host
import JSONText
import MQTTLink
import StandIns
import Synchronization
import Testing
import Vocabulary

@Suite("People are brought to face terminals", .serialized)
struct PushTests {
    private let rig: FaceRig

    init() throws {
        rig = try FaceRig()
        try rig.start()
    }

    private func want(_ ids: [String]) throws { rig.link.want(try ids.map { try FaceRig.person($0) }) }

    @Test("a list comes in batches, one after the other; who left is deleted first")
    func batches() throws {
        defer { rig.stop() }
        let terminal = try rig.terminal(knowing: (1...8).map { "p-\($0)" })
        #expect(terminal.largestBatch == 3)
        #expect(rig.waitForNews(.pushed(terminal: FaceRig.gate, remaining: 0)))
        try want((3...9).map { "p-\($0)" })
        #expect(terminal.wait { Set($0.people.keys) == Set((3...9).map { "p-\($0)" }) })
        let orders = terminal.orders.filter { $0 != "PushAck" && $0 != "Online-Ack" }
        // A batch is sent again when the terminal greets; two removals and one batch are the change.
        #expect(orders.suffix(3) == ["DelPerson", "DelPerson", "EditPersonsNew"])
        #expect(orders.count { $0 == "EditPersonsNew" } >= 4)
    }

    @Test("after a restart of the box only what is missing is pushed")
    func resumes() throws {
        defer { rig.stop() }
        let terminal = try rig.terminal(knowing: (1...6).map { "p-\($0)" })
        #expect(rig.waitForNews(.pushed(terminal: FaceRig.gate, remaining: 0)))
        // The second batch is never answered in this run.
        terminal.behave { $0.answers = false }
        let before = terminal.orders.count { $0 == "EditPersonsNew" }
        try want((1...8).map { "p-\($0)" })
        #expect(terminal.wait { $0.orders.count { $0 == "EditPersonsNew" } > before })
        terminal.behave { $0.answers = true }
        let told = rig.news.count
        let earlier = terminal.orders.count { $0 == "EditPersonsNew" }
        try rig.start()
        try want((1...7).map { "p-\($0)" })
        let isDone = FaceNews.pushed(terminal: FaceRig.gate, remaining: 0)
        #expect(rig.wait { $0.news.dropFirst(told).contains(isDone) })
        // p-8 was sent before the restart, unanswered: it is deleted and does not stay behind; of p-7 nobody knows.
        #expect(Set(terminal.people.keys) == Set((1...7).map { "p-\($0)" }) && terminal.orders.contains("DelPerson"))
        #expect(terminal.orders.count { $0 == "EditPersonsNew" } == earlier + 1)
    }

    @Test("who is refused is told with the terminal's code and does not hold up the others")
    func refuses() throws {
        defer { rig.stop() }
        let terminal = try rig.terminal { $0.refuses = ["p-2"] }
        try want((1...5).map { "p-\($0)" })
        #expect(terminal.wait { $0.people.count == 4 })
        #expect(rig.waitForNews(.refused(terminal: FaceRig.gate, person: "p-2", code: "467")))
        // It connects anew: tried again.
        terminal.behave { $0.refuses = [] }
        try terminal.restart()
        #expect(terminal.wait { $0.people.count == 5 })
    }

    @Test("a terminal that does not answer is told, and gets everybody once it does")
    func unanswered() throws {
        defer { rig.stop() }
        let terminal = try rig.terminal { $0.answers = false }
        try want(["p-1"])
        #expect(rig.waitForNews(.unanswered(terminal: FaceRig.gate, attempts: 2)))
        terminal.behave { $0.answers = true }
        #expect(rig.waitForNews(.pushed(terminal: FaceRig.gate, remaining: 0)))
    }

    @Test("a terminal that was replaced under its old id gets everybody anew")
    func replaced() throws {
        defer { rig.stop() }
        let terminal = try rig.terminal(knowing: ["p-1", "p-2"])
        #expect(rig.waitForNews(.pushed(terminal: FaceRig.gate, remaining: 0)))
        terminal.reset()
        rig.link.replaced(FaceRig.gate)
        #expect(terminal.wait { $0.people.count == 2 })
    }

    @Test("nothing is sent that cannot be noted first; when it can be again, everybody comes")
    func notesFail() throws {
        defer { rig.stop() }
        let notes = FailingNotes()
        try rig.start(notes: { () throws(FaceNotesError) in notes })
        let terminal = try rig.terminal()
        try want(["p-1"])
        #expect(rig.wait { $0.news.contains { if case .notes(.some) = $0 { true } else { false } } })
        #expect(!terminal.orders.contains("EditPersonsNew"))
        notes.fails.withLock { $0 = false }
        #expect(terminal.wait(seconds: 15) { $0.people.count == 1 })
        #expect(rig.news.contains(.notes(nil)))
        #expect(rig.news.count { if case .notes(.some) = $0 { true } else { false } } == 1)
    }

    @Test("the notes are there after a restart, readable by their owner alone")
    func file() throws {
        defer { rig.stop() }
        let folder = try TemporaryFolder("turnpike-notes")
        var notes: FaceNotesFile? = try FaceNotesFile(folder: folder.path)
        try notes?.write([
            FaceNote(terminal: "a", person: "p-1", version: 0), FaceNote(terminal: "a", person: "p-2", version: 5),
            FaceNote(terminal: "b", person: "p-1", version: 1),
        ])
        try notes?.write([FaceNote(terminal: "a", person: "p-2", version: nil)])
        notes = nil
        let again = try FaceNotesFile(folder: folder.path)
        #expect(try again.load() == ["a": ["p-1": 0], "b": ["p-1": 1]])
        try again.forget(terminal: "a")
        #expect(try again.load() == ["b": ["p-1": 1]])
        #expect((try? PrivateFile.read(FaceNotesFile.path(in: folder.path))) != nil)
    }

    @Test("terminals are read from the hardware file, every fault at once")
    func settings() throws {
        func read(_ text: String) throws(Findings) -> FaceTerminals {
            try DocumentReader.read(Array(text.utf8), dialect: .json5) { FaceTerminals($0, client: "box") }
        }
        let settings = try read(
            "{ faceTerminals: { broker: { port: 1884 }, terminals: [{ id: \"A-1\", lane: \"gate-1\" }] } }")
        #expect(settings.broker.port == 1_884 && settings.broker.host == "127.0.0.1")
        #expect(settings.terminals == [.init(id: "A-1", lane: try Slug("gate-1"), silentAfter: .seconds(60))])
        let faults = #expect(throws: Findings.self) {
            try read(
                """
                { faceTerminals: { broker: { port: 0, keyFile: "/k" }, terminals: [
                    { id: "a/b", lane: "gate-1" }, { id: "basic", lane: "Gate", silentAfterSeconds: 9 }, { idd: 1 }] } }
                """)
        }
        let paths = Set((faults?.list ?? []).map(\.path))
        #expect(
            paths.isSuperset(of: [
                "faceTerminals.broker.port", "faceTerminals.broker.caFile", "faceTerminals.terminals[0].id",
                "faceTerminals.terminals[1].id", "faceTerminals.terminals[1].lane",
                "faceTerminals.terminals[1].silentAfterSeconds", "faceTerminals.terminals[2].idd",
            ]))
    }
}

/// A disk that is full at first.
private final class FailingNotes: FaceNotes, Sendable {
    let fails = Mutex(true)

    func load() throws(FaceNotesError) -> [String: [String: Int64]] { [:] }
    func write(_ notes: [FaceNote]) throws(FaceNotesError) {
        if fails.withLock({ $0 }) { throw FaceNotesError(what: "the disk is full") }
    }
    func forget(terminal: String) throws(FaceNotesError) {}
}
