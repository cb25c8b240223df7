import CanteenFit
import EdgeRuntime
import FaceLink
import JSONText
import Testing
import Vocabulary

@Suite("Face terminals in the hardware file")
struct TerminalFileTests {
    private func read(_ ids: [String]) throws -> FaceTerminals? {
        let terminals = ids.map { "{ id: \"\($0)\", lane: \"gate-1\" }" }.joined(separator: ", ")
        let text = """
            { kind: "hardware", driver: { kind: "twin" }, outputs: [], inputs: [],
              faceTerminals: { broker: { port: 1883 }, terminals: [\(terminals)] } }
            """
        let (_, canteen) = try HardwareFile.read(Array(text.utf8), file: "box.json5", hasReaders: true) {
            CanteenHardware($0, outputs: $1, inputs: $2, client: "box-faces")
        }
        return canteen.terminals
    }

    @Test(
        "an id that is fit for records is taken as the terminal writes it",
        arguments: ["1306612", "005A213B000b93cc", "gate-1", "a-"])
    func fit(_ id: String) throws {
        #expect(try read([id])?.terminals.map(\.id) == [id])
        #expect(FaceTerminals.name(ofID: id)?.text == id.lowercased())
    }

    @Test(
        "a terminal of whose records nobody could be charged is refused when the file is read, not silently deaf",
        arguments: ["gate_1", "-gate", "_", "basic", "heartbeat", "gate 1", ""])
    func unfit(_ id: String) {
        let findings = #expect(throws: Findings.self) { try read([id]) }
        #expect(findings?.list.map(\.path) == ["faceTerminals.terminals[0].id"])
    }

    @Test("two terminals whose ids are one in records are refused", arguments: [["a1", "a1"], ["a1", "A1"]])
    func twice(_ ids: [String]) throws {
        let findings = #expect(throws: Findings.self) { try read(ids) }
        #expect(findings?.list.map(\.path) == ["faceTerminals.terminals"])
        #expect(try read(["a1", "a2"])?.terminals.count == 2)
    }
}
