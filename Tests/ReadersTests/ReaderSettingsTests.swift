import EdgeRuntime
import FaceLink
import FaceModule
import GPIO
import Host
import JSONText
import Readers
import Scale
import Serial
import Testing
import Vocabulary
import Wiegand

@Suite("Readers in a hardware file")
struct ReaderSettingsTests {
    private func read(_ members: String) throws(Findings) -> ReaderDevices {
        try DocumentReader.read(Array("{ readers: [\(members)] }".utf8), dialect: .json5) {
            ReaderDevices($0, pulses: ["d0", "d1"], taken: ["/dev/ttyS0"])
        }
    }

    @Test("every kind is read, with the defaults that are documented")
    func kinds() throws {
        let devices = try read(
            """
            { lane: "gate-1", kind: "wiegand", data0: "d0", data1: "d1" },
            { lane: "gate-1", kind: "cardText", style: "decimal", serial: { path: "/dev/a" } },
            { lane: "gate-1", kind: "cardFrames", serial: { path: "/dev/b", bitsPerSecond: 19200 } },
            { lane: "gate-1", kind: "codes", serial: { path: "/dev/c" } },
            { lane: "till-1", kind: "keyboard", device: "/dev/input/event3", reads: "cards", style: "hexadecimal" },
            { lane: "till-1", kind: "keyboard", device: "/dev/input/event4", reads: "codes" },
            { lane: "till-1", kind: "scale", protocol: "toledo", checksum: true, serial: { path: "/dev/d" } },
            { lane: "till-1", kind: "scale", protocol: "text", unit: "jin", equalReadings: 7,
              request: { bytes: [87, 13] }, serial: { path: "/dev/e" } },
            """)
        let kinds = devices.readers.map(\.kind)
        #expect(kinds[0] == .wiegand(data0: "d0", data1: "d1", formats: [.bits26, .bits34]))
        #expect(kinds[1] == .cardText(SerialSettings(path: "/dev/a"), .decimal))
        #expect(kinds[2] == .cardFrames(SerialSettings(path: "/dev/b", bitsPerSecond: 19_200)))
        #expect(kinds[3] == .codes(SerialSettings(path: "/dev/c")))
        #expect(kinds[4] == .keyboard(path: "/dev/input/event3", cards: .hexadecimal))
        #expect(kinds[5] == .keyboard(path: "/dev/input/event4", cards: nil))
        #expect(
            kinds[6]
                == .scale(SerialSettings(path: "/dev/d"), .toledo(hasChecksum: true), request: nil, equalReadings: 5))
        #expect(
            kinds[7]
                == .scale(
                    SerialSettings(path: "/dev/e"), .text(unit: .jin),
                    request: .init(bytes: [87, 13], everyMilliseconds: 200), equalReadings: 7))
    }

    @Test(
        "a canteen's hardware file is whole; a kind of site without readers refuses it, and two users of a line are told"
    )
    func file() throws {
        let folders = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let path = folders.joined(separator: "/") + "/Hardware/canteen-gate.json5"
        let text = try TextFile.read(path)
        let (hardware, extra) = try HardwareFile.read(text, file: path, hasReaders: true) { root, _, _ in
            (FaceTerminals(root, client: "box"), FaceModules(root))
        }
        #expect(hardware.readers.readers.count == 4)
        #expect(extra.0?.terminals.count == 1 && extra.1?.modules.count == 1)
        #expect(hardware.board.inputs.filter(\.countsPulses).map(\.maximumEdgesPerSecond) == [500, 500])
        #expect(throws: Findings.self) {
            _ = try HardwareFile.read(text, file: path) { root, _, _ in
                (FaceTerminals(root, client: "box"), FaceModules(root))
            }
        }
        let shared =
            """
            { kind: "hardware", driver: { kind: "twin" }, outputs: [], inputs: [],
              scanners: [{ lane: "till-1", serial: { path: "/dev/ttyS1" } }],
              readers: [{ lane: "till-1", kind: "codes", serial: { path: "/dev/ttyS1" } }] }
            """
        let findings = #expect(throws: Findings.self) {
            _ = try HardwareFile.read(Array(shared.utf8), file: "x", hasReaders: true) { _, _, _ in true }
        }
        #expect(findings?.list.map(\.path) == ["readers"])
    }

    @Test("a card of another format is written as data")
    func formats() throws {
        let devices = try read(
            """
            { lane: "gate-1", kind: "wiegand", data0: "d0", data1: "d1", formats: [
                { bits: 26, facility: { from: 1, bits: 8 }, number: { from: 9, bits: 16 }, parities: [
                    { bit: 0, from: 1, bits: 12, odd: false }, { bit: 25, from: 13, bits: 12, odd: true } ] } ] }
            """)
        guard case .wiegand(_, _, let formats)? = devices.readers.first?.kind else {
            Issue.record("it is no Wiegand reader")
            return
        }
        #expect(formats == [.bits26])
    }

    @Test("every fault is told at once, with its place")
    func faults() {
        let findings = #expect(throws: Findings.self) {
            try read(
                """
                { lane: "Gate", kind: "wiegand", data0: "d2", data1: "d2" },
                { lane: "gate-1", kind: "cardText", serial: { path: "/dev/a", bitsPerSecond: 9601 } },
                { lane: "gate-1", kind: "keyboard", device: "event3", reads: "codes" },
                { lane: "gate-1", kind: "scale", protocol: "toledo", serial: { path: "/dev/b" } },
                { lane: "gate-1", kind: "scale", protocol: "text", request: {}, serial: { path: "/dev/d" } },
                { lane: "gate-1", kind: "codes", serial: { path: "/dev/ttyS0" } },
                { lane: "gate-1", kind: "wiegand", data0: "d0", data1: "d1",
                  formats: [{ bits: 26, number: { from: 20, bits: 16 } }] },
                """)
        }
        let paths = Set((findings?.list ?? []).map(\.path))
        let expected: Set = [
            "readers[0].lane", "readers[0].data0", "readers[0].data1", "readers[1].style",
            "readers[1].serial.bitsPerSecond", "readers[2].device", "readers[3].checksum", "readers[4].request.bytes",
            "readers", "readers[6].formats[0].bits",
        ]
        #expect(paths == expected)
    }

    @Test("a line, wire or device belongs to one reader")
    func shared() {
        let findings = #expect(throws: Findings.self) {
            try read(
                """
                { lane: "gate-1", kind: "codes", serial: { path: "/dev/a" } },
                { lane: "gate-2", kind: "cardFrames", serial: { path: "/dev/a" } },
                """)
        }
        #expect(findings?.list.map(\.path) == ["readers"])
    }
}
