import EdgeRuntime
import Effects
import Host
import JSONText
import Parking
import Printer
import Serial
import Sign
import StandIns
import Testing
import Vocabulary

/// A hardware file with nothing but these members.
func hardware(_ members: String, file: String = "board.json5") throws(Findings) -> LaneDevices {
    let text = "{ kind: \"hardware\", driver: { kind: \"twin\" }, outputs: [], inputs: [], \(members) }"
    return try HardwareFile.read(Array(text.utf8), file: file) { _, _, _ in true }.0.lanes
}

@Suite("Signs, voices and scanners in a hardware file")
struct HardwareTests {
    private func faults(_ members: String) -> [Finding] {
        do throws(Findings) {
            _ = try hardware(members)
            return []
        } catch { return error.list }
    }

    @Test("a sign, a voice on the same RS-485 line and a scanner are read, with the defaults that are documented")
    func reads() throws {
        let devices = try hardware(
            """
            signs: [{ lane: "exit-1", kind: "olm", columns: 8, rows: 4, serial: { path: "/dev/ttyUSB0" },
                      board: { address: 3, colour: "green" } },
                    { lane: "entry-1", kind: "lines", columns: 16, rows: 2, pagePrefix: [12], languages: ["zh"],
                      serial: { path: "/dev/ttyUSB1" } }],
            voices: [{ lane: "exit-1", kind: "olm", serial: { path: "/dev/ttyUSB0" } },
                     { lane: "entry-1", kind: "speech", program: "/bin/sh", arguments: ["-v", "{language}"] }],
            scanners: [{ lane: "exit-1", serial: { path: "/dev/ttyACM0", bitsPerSecond: 115200 } }],
            """)
        let line = LaneDevices.Output.serial(SerialSettings(path: "/dev/ttyUSB0"), gapMilliseconds: 20)
        #expect(devices.signs[0].driver == .olm(OLMBoard(address: 3, colour: .green)))
        #expect(devices.signs[0].shape == SignShape(columns: 8, rows: 4, pageSeconds: 3, clearAfterSeconds: 180))
        #expect(devices.signs[0].output == line && devices.voices[0].output == line)
        #expect(devices.signs[1].languages == [.chinese])
        #expect(devices.scanners[0].serial.bitsPerSecond == 115_200)
        try devices.check(lanes: [try Slug("exit-1"), try Slug("entry-1")], file: "board.json5")
        try devices.checkPrograms(file: "board.json5")
        let error = #expect(throws: Findings.self) {
            try devices.check(lanes: [try Slug("exit-1")], file: "board.json5")
        }
        #expect(error?.list.map(\.path) == ["signs", "voices"])
    }

    @Test("printers are read with the defaults that are documented; reports go to the one that stands at no lane")
    func printers() throws {
        let devices = try hardware(
            """
            printers: [{ lane: "exit-1", kind: "escpos", host: "192.168.1.70" },
                       { kind: "escpos", path: "/dev/usb/lp0", columns: 48 }],
            """)
        let desk = SlipPrinter(connection: .file("/dev/usb/lp0"), columns: 48)
        let lane = SlipPrinter(
            lane: try Slug("exit-1"), connection: .tcp(host: "192.168.1.70", port: 9_100), columns: 32)
        #expect(devices.printers == [lane, desk] && devices.deskPrinter == desk)
        #expect(LaneDevices(printers: [lane]).deskPrinter == lane && LaneDevices().deskPrinter == nil)
        let error = #expect(throws: Findings.self) {
            try devices.check(lanes: [try Slug("entry-1")], file: "board.json5")
        }
        #expect(error?.list.map(\.path) == ["printers"])
    }

    @Test(
        "a printer that nobody could reach is refused",
        arguments: [
            ("kind: \"escpos\"", "printers[0].kind"),
            ("kind: \"escpos\", path: \"/dev/usb/lp0\", host: \"p\"", "printers[0].path"),
            ("kind: \"escpos\", path: \"lp0\"", "printers[0].path"),
            ("kind: \"escpos\", host: \"\"", "printers[0].host"),
            ("kind: \"escpos\", path: \"/dev/usb/lp0\", port: 9100", "printers[0].port"),
            ("kind: \"escpos\", host: \"p\", port: 65536", "printers[0].port"),
            ("kind: \"escpos\", host: \"p\", columns: 15", "printers[0].columns"),
            ("kind: \"laser\", host: \"p\"", "printers[0].kind"),
        ])
    func printerFaults(members: String, path: String) {
        #expect(faults("printers: [{ \(members) }]").map(\.path) == [path])
    }

    @Test("the shipped file with signs is read, and its recordings are found")
    func shipped() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        let path = "\(root)/Hardware/two-lane-signs.json5"
        let devices = try HardwareFile.read(try TextFile.read(path), file: path) { root, outputs, inputs in
            ParkingHardware(root, outputs: outputs, inputs: inputs)
        }.0.lanes
        try devices.check(lanes: [try Slug("entry-1"), try Slug("exit-1")], file: path)
        #expect(devices.signs.count == 2 && devices.voices.count == 2 && devices.scanners.count == 1)
    }

    @Test("a sign on a camera's serial port is refused, for nothing would ever stand on it")
    func camera() {
        for way in ["camera: \"entry-camera\", serial: { path: \"/dev/a\" }", "camera: \"entry-camera\""] {
            let found = faults("signs: [{ lane: \"exit-1\", kind: \"lines\", columns: 16, rows: 2, \(way) }]")
            #expect(found.contains { $0.path == "signs[0].camera" }, "\(way)")
        }
    }

    @Test("a file without any is as good as it was")
    func none() throws { #expect(try hardware("") == LaneDevices()) }

    @Test("all faults are told at once")
    func allFaults() {
        let found = faults(
            """
            signs: [{ lane: "exit-1", kind: "olm", columns: 3, rows: 9, serial: { path: "/dev/a", bitsPerSecond: 9601 } },
                    { lane: "exit-1", kind: "lines", columns: 8, rows: 2, languages: ["fr"] }],
            voices: [{ lane: "exit-1", kind: "speech", program: "espeak", arguments: [] }],
            scanners: [{ lane: "Exit", serial: { path: "/dev/b", parity: "odd" } }],
            """)
        #expect(
            Set(found.map(\.path)) == [
                "signs[0].columns", "signs[0].rows", "signs[0].serial.bitsPerSecond", "signs[1].serial",
                "signs[1].languages[0]", "voices[0].program", "scanners[0].lane",
            ])
    }

    @Test("a scanner shares its line with nobody, and devices that share one agree on its settings")
    func lines() {
        let sign = "signs: [{ lane: \"a\", kind: \"lines\", columns: 8, rows: 2, serial: { path: \"/dev/a\" } }], "
        #expect(
            faults(sign + "scanners: [{ lane: \"a\", serial: { path: \"/dev/a\" } }]").map(\.path) == ["scanners"])
        #expect(
            faults(sign + "voices: [{ lane: \"a\", kind: \"olm\", serial: { path: \"/dev/a\", bitsPerSecond: 4800 } }]")
                .map(\.path) == ["signs"])
    }

    @Test("a speech program that is missing and a file of recordings that cannot be read are found before the start")
    func check() throws {
        let lanes: Set = [try Slug("a")]
        let speech = try hardware(
            "voices: [{ lane: \"a\", kind: \"speech\", program: \"/nowhere/say\", arguments: [] }]")
        try speech.check(lanes: lanes, file: "board.json5")
        let error = #expect(throws: Findings.self) { try speech.checkPrograms(file: "board.json5") }
        #expect(error?.description.contains("/nowhere/say cannot be run") == true)
        let folder = try TemporaryFolder("turnpike-clips")
        let clips = try hardware(
            "voices: [{ lane: \"a\", kind: \"clips\", clips: \"v.json5\", serial: { path: \"/dev/a\" } }]",
            file: "\(folder.path)/board.json5")
        #expect(throws: TextFileError.self) { try clips.check(lanes: lanes, file: "board.json5") }
        try folder.write("{ kind: \"voice-clips\" }", to: "v.json5")
        #expect(throws: Findings.self) { try clips.check(lanes: lanes, file: "board.json5") }
        try folder.write("{ kind: \"voice-clips\", en: { digits: [0,1,2,3,4,5,6,7,8,9], point: 1 } }", to: "v.json5")
        try clips.check(lanes: lanes, file: "board.json5")
    }
}
