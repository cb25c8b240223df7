import GB18030Text
import Glibc
import Host
import JSONText
import ParkingDemo
import Sign
import StandIns
import Testing
import Vocabulary
import Wire

/// Signs, a voice and a code scanner at the lanes of a real box, over pseudo-terminals.
@Suite("Signs on real processes", .serialized)
struct SignTests {
    private let folder: TemporaryFolder
    private let entrySign: PseudoTerminal
    private let exitSign: PseudoTerminal
    private let scanner: PseudoTerminal
    private let hardware: String

    init() throws {
        folder = try TemporaryFolder("turnpike-lanes")
        entrySign = try PseudoTerminal(at: "\(folder.path)/ttyEntry")
        exitSign = try PseudoTerminal(at: "\(folder.path)/ttyExit")
        scanner = try PseudoTerminal(at: "\(folder.path)/ttyScanner")
        try folder.write("#!/bin/sh\ncat >> \(folder.path)/spoken; echo >> \(folder.path)/spoken\n", to: "voice")
        try #require(chmod("\(folder.path)/voice", 0o755) == 0)
        let devices = """
            signs: [
              { lane: "entry-1", kind: "lines", columns: 16, rows: 2, serial: { path: "\(entrySign.path)" } },
              { lane: "exit-1", kind: "olm", columns: 16, rows: 4, languages: ["zh"],
                serial: { path: "\(exitSign.path)", bitsPerSecond: 115200 } },
            ],
            voices: [{ lane: "entry-1", kind: "speech", program: "\(folder.path)/voice", arguments: [],
                       languages: ["en"] }],
            scanners: [{ lane: "exit-1", serial: { path: "\(scanner.path)" } }],
            cameras: [
            """
        try folder.write(try Place.read(Place.hardware).replacing("cameras: [", with: devices), to: "board.json5")
        hardware = "\(folder.path)/board.json5"
    }

    private func rig(boxMembers: String = "") throws -> Rig {
        let rig = try Rig(
            programs: Place.programs, scenario: Place.scenario, hardware: hardware,
            inside: [RigFiles.Inside(plate: "苏E13579", minutes: 125)], contracts: [], boxMembers: boxMembers)
        try rig.startPlatform()
        try rig.startBox()
        return rig
    }

    private func text(_ bytes: [UInt8]) throws -> String {
        String(decoding: try #require(try GB18030Text.toUTF8(bytes)), as: UTF8.self)
    }

    @Test("a car that comes is welcomed by its plate on the sign, in Chinese and English, and by voice")
    func welcome() throws {
        let rig = try rig()
        let idle = try DeviceText.bytes("欢迎光临") + [0x0D, 0x0A]
        _ = entrySign.read { $0.count >= idle.count }
        try rig.read("粤B12345", at: "entry-1")
        // The idle text says welcome too: what counts is what stands below the plate.
        let shown = entrySign.read(seconds: 10) {
            String(decoding: $0, as: UTF8.self).contains("B12345\r\nWelcome\r\n")
        }
        let text = try text(shown)
        #expect(text.contains("粤B12345\r\n欢迎光临\r\n粤B12345\r\nWelcome\r\n"), "\(text)")
        try rig.wait("the voice has welcomed it") {
            folder.read("spoken").contains("粤B12345 Welcome")
        }
        try rig.goThrough("entry-1")
        #expect(try faults(rig) == [])
    }

    @Test("a code under the scanner pays at the exit, and the sign thanks with the amount")
    func scanned() throws {
        let rig = try rig()
        try rig.read("苏E13579", at: "exit-1")
        try rig.wait("the sign asks for the money") { try rig.sign("exit-1").contains("scan, or show your code") }
        scanner.send(Array("2588000000".utf8))
        scanner.send(Array("00000100\r\n".utf8))
        try rig.goThrough("exit-1")
        let paid = try OLMBoard().text("已扣费11.00元", row: 1)
        let written = exitSign.read(seconds: 10) { contains($0, paid) }
        #expect(contains(written, paid))
        try rig.finishAndCheck()
        #expect(try rig.chargedByTheBox().values.map(\.quote.total) == [Fen(1_100)])
    }

    @Test("something else under the scanner pays nothing and is told in the log without what it was")
    func noCode() throws {
        let rig = try rig()
        try rig.read("苏E13579", at: "exit-1")
        try rig.wait("the sign asks for the money") { try rig.sign("exit-1").contains("scan, or show your code") }
        scanner.send(Array("https://example.com/very-secret\r".utf8))
        try rig.wait("the sign tells of it") { try rig.sign("exit-1").contains("not a parking ticket") }
        #expect(!rig.boxLog.contains("secret"))
        #expect(rig.world?.raises(of: "exit-1") == 0)
    }

    @Test("a sign that is pulled out is a fault of the box, which goes on; put back it shows the notice again")
    func unplugged() throws {
        let rig = try rig()
        _ = entrySign.read { !$0.isEmpty }
        entrySign.unplug()
        try rig.wait("the fault is shown") {
            try faults(rig).contains { $0.contains("went away") }
        }
        try rig.read("粤B12345", at: "entry-1")
        try rig.goThrough("entry-1")
        try entrySign.plugIn()
        let plate = try DeviceText.bytes("粤B12345")
        #expect(contains(entrySign.read(seconds: 15) { contains($0, plate) }, plate))
    }

    @Test("the site's own words are on the sign and on the page")
    func ownWords() throws {
        try folder.write(
            "{ kind: \"sign-texts\", steps: { welcome: { zh: [\"你好 {plate}\"], en: [\"Hello {plate}\"] } } }",
            to: "words.json5")
        let rig = try rig(boxMembers: "signs: \"\(folder.path)/words.json5\",")
        try rig.read("粤B12345", at: "entry-1")
        let wanted = try DeviceText.bytes("你好 粤B12345")
        #expect(contains(entrySign.read(seconds: 10) { contains($0, wanted) }, wanted))
        #expect(try rig.sign("entry-1") == "Hello 粤B12345")
    }

    private func faults(_ rig: Rig) throws -> [String] {
        try (rig.status()["faults"]?.array ?? []).compactMap { $0["fault"]?.string }
    }

    private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard bytes.count >= part.count else { return false }
        return (0...(bytes.count - part.count)).contains { bytes[$0..<($0 + part.count)].elementsEqual(part) }
    }
}
