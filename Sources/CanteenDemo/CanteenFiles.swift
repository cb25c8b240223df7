import DemoParts
import EdgeRuntime
import Host
import StandIns
import Vocabulary
import Wire

/// The files of a canteen's rig, in a folder of its own that is removed at the end.
package final class CanteenRigFiles {
    let folder: TemporaryFolder
    package var path: String { folder.path }
    package var platform: String { "\(folder.path)/platform.json5" }
    package var ledger: String { "\(folder.path)/platform.db" }
    var clock: String { "\(folder.path)/canteen.clock" }

    /// Copies the scenario with the rules of purses beside it.
    init(scenario: String, change: (String) -> String) throws {
        folder = try TemporaryFolder("turnpike-canteen")
        let rules = "\(TextFile.folder(of: scenario))/purses-school.json5"
        try folder.write(try Self.text(rules), to: "purses-school.json5")
        try folder.write(change(try Self.text(scenario)), to: "scenario.json5")
    }

    static func text(_ path: String) throws -> String { String(decoding: try TextFile.read(path), as: UTF8.self) }

    /// Writes one box's files: its turnstile has the box's own name, and its terminal an id of its own.
    /// - Parameters:
    ///   - hardware: the board, as it is shipped; - members: further members of it.
    ///   - port: where the box finds the platform's broker; - facePort: where the terminals' broker is.
    func writeBox(
        _ name: String, terminal: String, hardware: String, members: String, port: Int, facePort: Int
    ) throws -> BoxConfiguration {
        func own(_ text: String) -> String { text.replacing("gate-1", with: name) }
        try folder.write(own(folder.read("scenario.json5")), to: "\(name)-scenario.json5")
        let board = own(try Self.text(hardware)).replacing("port: 1883", with: "port: \(facePort)")
            .replacing("1306612", with: terminal)
            .replacing("  faceTerminals: {", with: "\(members)\n  faceTerminals: {")
        try folder.write(board, to: "\(name)-hardware.json5")
        try folder.write(
            """
            {
              kind: "box", device: "\(name)", stateFolder: "\(name)", rehearsalClock: "canteen.clock",
              scenario: "\(name)-scenario.json5", hardware: "\(name)-hardware.json5",
              mqtt: { port: \(port), keepAliveSeconds: 8, longestReconnectSeconds: 1 },
              http: { port: 0 },
            }
            """, to: "\(name).json5")
        let file = boxFile(name)
        return try BoxConfiguration(try TextFile.read(file), file: file, folder: folder.path)
    }

    /// Puts a file into the folder, in place of one that is there.
    package func write(_ text: String, to name: String) throws { try folder.write(text, to: name) }

    package func boxFile(_ name: String) -> String { "\(folder.path)/\(name).json5" }

    func writePlatform(_ boxes: [BoxConfiguration], port: Int) throws {
        let devices = try boxes.map { box in
            "{ id: \"\(box.device)\", publicKey: \"\(try BoxIdentity.key(in: box.stateFolder).publicKey)\" }"
        }
        let names = boxes.map { "\"\($0.device)\"" }.joined(separator: ", ")
        try folder.write(
            """
            {
              kind: "platform", database: "\(ledger)", mqtt: { port: \(port) }, merchant: "school-catering",
              rehearsalClock: "canteen.clock",
              devices: [ \(devices.joined(separator: ", ")) ],
              tariffs: [{ id: "school-2026-2", kind: "items" }],
              contracts: [],
              canteens: [{
                id: "school-canteen", chinese: "学校食堂", english: "School canteen", devices: [ \(names) ],
                merchantClass: "canteen", people: "school", groups: ["pupil", "staff"],
                purseRules: "purses-school.json5",
              }],
              leases: { mostPerPurse: 3000, pursePercent: 50, mostPerBox: 10000000, mostHours: 24, graceHours: 24 },
            }
            """, to: "platform.json5")
    }
}
