import Effects
import GB18030Text
import Glibc
import Host
import Logging
import Sign
import Speech
import StandIns
import Synchronization
import Testing
import Vocabulary

@testable import EdgeRuntime

/// What happened to devices, by name; nil: works again.
private final class Reports: Sendable {
    private let list = Monitor<[String: String?]>([:])
    var report: @Sendable (String, String?) -> Void {
        { device, fault in
            self.list.withLock { _ = $0.updateValue(fault, forKey: device) }
            self.list.wakeAll()
        }
    }
    func wait(_ device: String, isFaulty: Bool) -> String? {
        list.wait(until: BootClock.now() + .seconds(10)) { list -> String? in
            guard let fault = list[device], (fault != nil) == isFaulty else { return nil }
            return fault ?? ""
        }
    }
}

@Suite("What a lane shows and speaks")
struct DisplayTests {
    private let reports = Reports()
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let lane: LaneID
    private let plate: Plate

    init() throws {
        lane = try LaneID("exit-1")
        plate = try Plate("粤B12345")
    }

    private func display(
        _ members: String, _ change: (inout LaneDisplay.Options) -> Void = { _ in }
    ) throws -> LaneDisplay {
        var options = LaneDisplay.Options()
        change(&options)
        return try LaneDisplay(try hardware(members), options: options, logger: logger, report: reports.report)
    }

    private func wait(_ display: LaneDisplay, for text: String) -> [String] {
        display.twin(of: lane, until: BootClock.now() + .seconds(10)) { $0.contains(Array(text.utf8)) }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private let twin = "signs: [{ lane: \"exit-1\", kind: \"twin\", columns: 8, rows: 2, pageSeconds: 1 }]"

    @Test("a sign shows the idle text, then a notice page by page, in Chinese and then in English")
    func pages() throws {
        let display = try display(twin)
        defer { display.stop() }
        #expect(wait(display, for: "欢迎光临\n减速慢行").first == "欢迎光临\n减速慢行")
        display.show(lane: lane, .goFree(plate))
        let shown = wait(display, for: "粤B12345\nFree of")
        let notice = Array(shown.drop { $0 != "粤B12345\n免费" })
        #expect(notice == ["粤B12345\n免费", "一路平安", "粤B12345\nFree of"])
    }

    @Test("the site's own words stand on the sign")
    func ownWords() throws {
        let text = "{ kind: \"sign-texts\", steps: { goManual: { zh: [\"请走\"], en: [\"Go\"] } } }"
        let texts = try SignTexts(Array(text.utf8), file: "s.json5")
        let display = try display(twin) { $0.texts = texts }
        defer { display.stop() }
        display.show(lane: lane, .goManual)
        #expect(wait(display, for: "请走").last == "请走")
    }

    @Test("a notice for another lane changes nothing here, and showing one to a lane without a sign is no fault")
    func otherLane() throws {
        let display = try display(twin)
        defer { display.stop() }
        display.show(lane: try LaneID("entry-1"), .goManual)
        display.show(lane: lane, .oneMoment)
        #expect(!wait(display, for: "请稍候").contains("人工放行"))
        let none = try self.display("")
        none.show(lane: lane, .goManual)
        none.stop()
    }

    @Test("the decision loop never waits for a voice that hangs: a thousand notices are told, the last one is spoken")
    func neverBlocks() throws {
        let folder = try TemporaryFolder("turnpike-signs")
        try folder.write(
            """
            #!/bin/sh
            while ! [ -e \(folder.path)/let ]; do sleep 0.02; done
            echo "$1" >> \(folder.path)/heard
            """, to: "voice")
        chmod("\(folder.path)/voice", 0o755)
        let voice = "{ lane: \"exit-1\", kind: \"speech\", program: \"\(folder.path)/voice\", arguments: [\"{text}\"] }"
        let display = try display("voices: [\(voice)]")
        defer { display.stop() }
        for fen in 1...1_000 { display.show(lane: lane, .refunded(Fen(Int64(fen)))) }
        // It hangs until the loop has told everything: if the loop waited for it, it would be ended at its limit.
        try folder.write("", to: "let")
        var heard = ""
        let deadline = BootClock.now() + .seconds(10)
        while !heard.contains("10.00"), BootClock.now() < deadline {
            heard = (try? TextFile.read("\(folder.path)/heard")).map { String(decoding: $0, as: UTF8.self) } ?? ""
            usleep(5_000)
        }
        #expect(heard.contains("10.00"), "\(heard)")
        #expect(heard.split(separator: "\n").count <= 4, "what was missed meanwhile is not spoken")
    }

    @Test("an RS-485 sign and its voice share a line: each row a frame, and the phrases after them")
    func serial() throws {
        let folder = try TemporaryFolder("turnpike-signs")
        let line = try PseudoTerminal(at: "\(folder.path)/ttyRS485")
        let serial = "serial: { path: \"\(line.path)\", bitsPerSecond: 115200 }"
        let display = try display(
            """
            signs: [{ lane: "exit-1", kind: "olm", columns: 8, rows: 2, languages: ["zh"], \(serial) }],
            voices: [{ lane: "exit-1", kind: "olm", \(serial) }],
            """)
        defer { display.stop() }
        let board = OLMBoard()
        let idle = try board.frames(page: ["欢迎光临", "减速慢行"], rows: 2).joined()
        let shown = line.read { Array($0.suffix(idle.count)) == Array(idle) }
        #expect(Array(shown.suffix(idle.count)) == Array(idle))
        display.show(lane: lane, .goManual)
        let sign = try board.frames(page: ["人工放行"], rows: 2).flatMap { $0 }, speech = try board.speech(["人工放行"])
        // Which of the two is first is nobody's business; neither is within the other.
        let orders = [sign + speech, speech + sign]
        let got = line.read { bytes in orders.contains { Array(bytes.suffix($0.count)) == $0 } }
        #expect(orders.contains { Array(got.suffix($0.count)) == $0 })
        // What was there before may be shown once more from its first row: the line is open by then, which is told.
        #expect(idle.starts(with: got.dropLast(sign.count + speech.count)))
    }

    @Test("a board that draws codes shows a ticket's in place of the text, and takes it off for the next notice")
    func code() throws {
        let folder = try TemporaryFolder("turnpike-signs")
        let line = try PseudoTerminal(at: "\(folder.path)/ttyRS485")
        let display = try display(
            """
            signs: [{ lane: "exit-1", kind: "olm", columns: 8, rows: 2, languages: ["zh"], board: { codes: "large" },
                      serial: { path: "\(line.path)", bitsPerSecond: 115200 } }],
            """)
        defer { display.stop() }
        let board = OLMBoard(codes: .large)
        func wait(for frames: [[UInt8]]) -> Bool {
            let wanted = frames.flatMap { $0 }
            return line.read { Array($0.suffix(wanted.count)) == wanted }.suffix(wanted.count).elementsEqual(wanted)
        }
        #expect(wait(for: try board.frames(page: ["欢迎光临", "减速慢行"], rows: 2)))
        display.show(lane: lane, .takeTicket(code: "https://a.example.cn/?ticket=1"))
        let code = try #require(try board.code("https://a.example.cn/?ticket=1", caption: "停车票"))
        #expect(wait(for: [code]))
        display.show(lane: lane, .goManual)
        #expect(wait(for: [board.codeAway()] + (try board.frames(page: ["人工放行"], rows: 2))))
    }

    @Test("a sign that was unplugged shows the notice again when it is back, and the fault is told in between")
    func replugged() throws {
        let folder = try TemporaryFolder("turnpike-signs")
        let line = try PseudoTerminal(at: "\(folder.path)/ttyUSB0")
        let display = try display(
            """
            signs: [{ lane: "exit-1", kind: "lines", columns: 16, rows: 1, languages: ["en"],
                      serial: { path: "\(line.path)" } }]
            """)
        defer { display.stop() }
        display.show(lane: lane, .goManual)
        let text = "Opened by the"
        _ = line.read { String(decoding: $0, as: UTF8.self).contains(text) }
        line.unplug()
        #expect(reports.wait(line.path, isFaulty: true)?.contains(line.path) == true)
        try line.plugIn()
        #expect(reports.wait(line.path, isFaulty: false) != nil)
        let again = line.read { String(decoding: $0, as: UTF8.self).contains("\r\n") }
        #expect(String(decoding: again, as: UTF8.self).contains("\r\n"))
    }

    @Test("recordings are played by number")
    func clips() throws {
        let folder = try TemporaryFolder("turnpike-signs")
        let line = try PseudoTerminal(at: "\(folder.path)/ttyUSB0")
        try folder.write(
            """
            { kind: "voice-clips", zh: { digits: [0,1,2,3,4,5,6,7,8,9], point: 20,
              steps: { refunded: "30 {amount}" } } }
            """, to: "clips.json5")
        let display = try display(
            """
            voices: [{ lane: "exit-1", kind: "clips", clips: "\(folder.path)/clips.json5",
                       serial: { path: "\(line.path)" } }],
            """)
        defer { display.stop() }
        display.show(lane: lane, .refunded(Fen(450)))
        let frame = JQ8Board().play([30, 4, 20, 5])
        #expect(line.read { $0.count >= frame.count } == frame)
    }

    @Test("the same notice within ten seconds is not spoken twice; another one is")
    func spokenOnce() throws {
        let other = try LaneID("exit-2")
        let display = try display(
            "voices: [{ lane: \"exit-1\", kind: \"twin\" }, { lane: \"exit-2\", kind: \"twin\" }]")
        defer { display.stop() }
        display.show(lane: lane, .goManual)
        _ = wait(display, for: "人工放行")
        display.show(lane: lane, .goManual)
        // One thread speaks for both lanes: when it has come to this one, it has come to what was before.
        display.show(lane: other, .goManual)
        #expect(!display.twin(of: other, until: BootClock.now() + .seconds(10)) { !$0.isEmpty }.isEmpty)
        display.show(lane: lane, .cancelled)
        #expect(wait(display, for: "交易已取消") == ["人工放行", "交易已取消"])
    }

    @Test("a scanner's lines arrive in order with their lane; what is no line does not")
    func scanner() throws {
        let folder = try TemporaryFolder("turnpike-signs")
        let line = try PseudoTerminal(at: "\(folder.path)/ttyACM0")
        let devices = try hardware("scanners: [{ lane: \"exit-1\", serial: { path: \"\(line.path)\" } }]")
        let scanned = Monitor<[String]>([])
        let scanners = try CodeScanners(devices.scanners, logger: logger, report: reports.report) { lane, text in
            scanned.withLock { $0.append("\(lane) \(text)") }
            scanned.wakeAll()
        }
        defer { scanners.stop() }
        try #require(reports.wait(line.path, isFaulty: false) != nil)
        line.send(Array("1345678901".utf8))
        line.send(Array("23456789\r\n62345\t".utf8))
        let lines = scanned.wait(until: BootClock.now() + .seconds(10)) { $0.count >= 2 ? $0 : nil }
        #expect(lines == ["exit-1 134567890123456789", "exit-1 62345"])
    }
}
