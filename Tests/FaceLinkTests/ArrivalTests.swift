import FaceLink
import FaceTerminal
import Host
import StandIns
import Testing
import Vocabulary

@Suite("Who stands before a face terminal", .serialized)
struct ArrivalTests {
    private let rig: FaceRig

    init() throws {
        rig = try FaceRig()
        try rig.start()
    }

    @Test("a recognised person arrives once, with likeness and lane, and the record is answered")
    func arrives() throws {
        defer { rig.stop() }
        let terminal = try rig.terminal(knowing: ["pupil-17"])
        terminal.see("pupil-17", similarity: "94.37")
        #expect(rig.wait { $0.arrivals.count == 1 })
        #expect(terminal.wait { $0.unanswered == 0 })
        let arrival = try #require(rig.heard.withLock { $0.arrivals.first })
        #expect(arrival.terminal == FaceRig.gate && arrival.lane.text == "gate-1")
        #expect(arrival.record.person == "pupil-17" && arrival.record.similarityThousandths == 943)
        #expect(rig.news.first == .up && rig.news.contains(.heard(terminal: FaceRig.gate)))
        #expect(terminal.sendings == 1)
    }

    @Test("a record that the box has no room for is not answered; it comes again and then counts, once")
    func noRoom() throws {
        defer { rig.stop() }
        let terminal = try rig.terminal(knowing: ["pupil-17"])
        rig.heard.withLock { $0.hasRoom = false }
        terminal.see("pupil-17")
        #expect(rig.waitForNews(.busy(terminal: FaceRig.gate)))
        #expect(terminal.unanswered == 1 && rig.people.isEmpty)
        rig.heard.withLock { $0.hasRoom = true }
        #expect(rig.wait { $0.arrivals.count == 1 })
        #expect(terminal.wait { $0.unanswered == 0 })
        #expect(rig.people == ["pupil-17"])
    }

    @Test("a terminal that replays yesterday is answered and charges nobody, also after a restart of the box")
    func yesterday() throws {
        defer { rig.stop() }
        let terminal = try rig.terminal(knowing: ["pupil-17", "pupil-18"])
        for number in Int64(0)..<20 { terminal.see("pupil-17", secondsAgo: 86_400 + number, isStored: number % 2 == 0) }
        #expect(terminal.wait { $0.unanswered == 0 })
        #expect(rig.people.isEmpty)
        let stale = rig.news.filter { if case .history(_, .stale) = $0 { true } else { false } }
        #expect(stale.count == 20)
        // A new run remembers no record; their age still tells.
        try rig.start()
        for number in Int64(0)..<5 { terminal.see("pupil-17", secondsAgo: 86_400 + number) }
        terminal.see("pupil-18")
        #expect(rig.wait { $0.arrivals.count == 1 })
        #expect(terminal.wait { $0.unanswered == 0 })
        #expect(rig.people == ["pupil-18"])
    }

    @Test("a terminal whose clock is wrong charges nobody, is told of, and again when it is set right")
    func wrongClock() throws {
        defer { rig.stop() }
        let terminal = try rig.terminal(knowing: ["pupil-17"]) { $0.clockOffSeconds = 3_600 }
        #expect(
            rig.wait { $0.news.contains { if case .clock(_, let off?) = $0 { off > 3_500 } else { false } } })
        terminal.see("pupil-17")
        #expect(terminal.wait { $0.unanswered == 0 })
        #expect(rig.people.isEmpty)
        #expect(rig.news.contains { if case .history(_, .clockAhead) = $0 { true } else { false } })
        terminal.behave { $0.clockOffSeconds = 0 }
        #expect(rig.waitForNews(.clock(terminal: FaceRig.gate, offSeconds: nil)))
        terminal.see("pupil-17")
        #expect(rig.wait { $0.arrivals.count == 1 })
    }

    @Test("where the site lets a record be older, a slow terminal charges, and its clock is not called wrong")
    func longerFresh() throws {
        defer { rig.stop() }
        try rig.start(freshSeconds: 120)
        let terminal = try rig.terminal(knowing: ["pupil-17", "pupil-18"]) { $0.clockOffSeconds = -30 }
        terminal.see("pupil-17", secondsAgo: 30)
        #expect(rig.wait { $0.arrivals.count == 1 })
        #expect(!rig.news.contains { if case .clock = $0 { true } else { false } })
        terminal.see("pupil-18", secondsAgo: 180)
        #expect(rig.wait { $0.news.contains { if case .history = $0 { true } else { false } } })
        #expect(rig.people == ["pupil-17"])
    }

    @Test("a stranger is told and answered, and holds up nobody")
    func stranger() throws {
        defer { rig.stop() }
        let terminal = try rig.terminal(knowing: ["pupil-17"])
        terminal.see("nobody")
        terminal.see("pupil-17")
        #expect(rig.wait { $0.arrivals.count == 1 })
        #expect(terminal.wait { $0.unanswered == 0 })
        #expect(rig.news.contains(.stranger(terminal: FaceRig.gate, lane: try Slug("gate-1"))))
    }

    @Test("garbage is told, changes nothing, and is answered where it has a number, so that it does not come for ever")
    func garbage() throws {
        defer { rig.stop() }
        let terminal = try rig.terminal(knowing: ["pupil-17"])
        let before = terminal.orders.count { $0 == "PushAck" }
        let long = String(repeating: "7", count: 49)
        terminal.send(Array("{\"operator\":\"RecPush\",\"info\":{\"RecordID\":7,\"customId\":\"\(long)\"}}".utf8))
        #expect(rig.waitForNews(.garbage(terminal: FaceRig.gate, .badValue("customId"))))
        #expect(terminal.wait { $0.orders.count { $0 == "PushAck" } == before + 1 })
        terminal.send(Array("not json".utf8))
        terminal.see("pupil-17")
        #expect(rig.wait { $0.arrivals.count == 1 })
    }

    @Test("a record that the broker had kept is history")
    func retained() throws {
        defer { rig.stop() }
        let terminal = try rig.terminal()
        let now = WallClock.now().milliseconds / 1_000
        terminal.send(FaceText.record(3, "pupil-17", localSeconds: now), isRetained: true)
        // As it happens it is somebody; to a box that starts after it, it is not.
        #expect(rig.wait { $0.arrivals.count == 1 })
        try rig.start()
        #expect(rig.wait { $0.news.contains { if case .history = $0 { true } else { false } } })
        #expect(rig.people.count == 1)
    }

    @Test("a silent terminal is told once, and again when it speaks; a last will at once")
    func silence() throws {
        defer { rig.stop() }
        try rig.start(silentAfter: .milliseconds(600))
        let silent = FaceNews.silent(terminal: FaceRig.gate), heard = FaceNews.heard(terminal: FaceRig.gate)
        // One that never came is missed as well.
        #expect(rig.waitForNews(silent))
        let terminal = try rig.terminal()
        #expect(rig.waitForNews(heard))
        terminal.turnOff()
        #expect(rig.wait { $0.news.count { $0 == silent } == 2 })
        try terminal.turnOn()
        #expect(rig.wait { $0.news.count { $0 == heard } == 2 })
        #expect(rig.news.count { $0 == silent } == 2)
    }

    @Test("eight terminals are told apart; a ninth that is not named is told once and not answered")
    func several() throws {
        defer { rig.stop() }
        let ids = (1...8).map { "terminal-\($0)" }
        try rig.start(terminals: ids)
        let terminals = try ids.map { try rig.terminal(knowing: ["p-\($0)"], id: $0) }
        let stranger = FaceTerminalStandIn(id: "ninth", brokerPort: rig.broker.port)
        try stranger.turnOn()
        #expect(rig.waitForNews(.unknownTerminal("ninth")))
        for terminal in terminals { terminal.see("p-\(terminal.id)") }
        #expect(rig.wait { $0.arrivals.count == 8 })
        #expect(rig.heard.withLock { $0.arrivals.allSatisfy { $0.record.person == "p-\($0.terminal)" } })
        #expect(rig.news.count { $0 == .unknownTerminal("ninth") } == 1)
        #expect(stranger.orders.isEmpty)
    }

    @Test("a broker that goes and comes back is connected to again, and what was not answered arrives then")
    func brokerGone() throws {
        defer { rig.stop() }
        let terminal = try rig.terminal(knowing: ["pupil-17"])
        rig.broker.stop()
        #expect(rig.wait { $0.news.contains { if case .down = $0 { true } else { false } } })
        terminal.see("pupil-17")
        try rig.broker.start()
        #expect(rig.wait { $0.arrivals.count == 1 })
        #expect(terminal.wait { $0.unanswered == 0 })
    }

    @Test("a code is shown on the terminal's screen, and an order without a connection is refused")
    func code() throws {
        defer { rig.stop() }
        let terminal = try rig.terminal()
        #expect(rig.waitForNews(.heard(terminal: FaceRig.gate)))
        try rig.link.show(FaceCode(text: "https://pay.example/1"), at: FaceRig.gate)
        try rig.link.open(FaceRig.gate, person: "pupil-17", text: "请通行")
        #expect(terminal.wait { $0.orders.contains("ShowQRCode") && $0.orders.contains("OpenDoor") })
        rig.broker.stop()
        #expect(rig.wait { $0.news.contains { if case .down = $0 { true } else { false } } })
        #expect(throws: (any Error).self) { try rig.link.show(FaceCode(text: nil), at: FaceRig.gate) }
    }
}

enum FaceText {
    /// A record as a terminal would write it that is on time.
    static func record(_ number: Int64, _ person: String, localSeconds: Int64) -> [UInt8] {
        let seconds = localSeconds % 86_400
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let time =
            "\(CivilDate(dayNumber: localSeconds / 86_400)) \(two(seconds / 3_600)):\(two(seconds / 60 % 60)):"
            + "\(two(seconds % 60))"
        return Array(
            """
            {"operator":"RecPush","info":{"customId":"\(person)","RecordID":"\(number)","VerifyStatus":"1",\
            "similarity1":"95","Sendintime":1,"time":"\(time)"}}
            """.utf8)
    }
}
