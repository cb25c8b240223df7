public import Canteen
public import EdgeRuntime
public import FaceLink
public import FaceModule
internal import GPIO
public import JSONText
internal import Readers
public import Serial
public import Vocabulary

/// What a canteen's hardware file has beside the board and its readers: face terminals and modules, and cash registers.
public struct CanteenHardware: Sendable {
    public var terminals: FaceTerminals?
    /// Where terminals fetch a person's picture: an address with `{person}` in it; nil: terminals are filled elsewhere.
    public var pictures: String?
    public var modules: FaceModules?
    public var registers: Registers?
    private let outputs: Set<String>, inputs: Set<String>

    /// Where old cash registers are connected.
    public struct Registers: Sendable {
        /// The port of the local HTTP API; 0: any, which the log names; nil: none is served.
        public var port: Int?
        public var lines: [(door: Slug, serial: SerialSettings)]

        init?(_ reader: ObjectReader) {
            port = reader.optionalInteger("httpPort", in: 0...65_535).map { Int($0) }
            var doors: Set<Slug> = []
            lines =
                reader.has("lines")
                ? reader.objects("lines", count: 0...4) { line -> (door: Slug, serial: SerialSettings)? in
                    let door = line.parsed("name", expected: "a name", Slug.init)
                    let serial = line.object("serial") { SerialSettings($0) }
                    guard let door, let serial else { return nil }
                    if !doors.insert(door).inserted || door.text == "http" {
                        line.refuse("name", found: "\(door)", expected: "another name for each register, and not http")
                    }
                    return (door, serial)
                } : []
        }
    }

    public init?(_ root: ObjectReader, outputs: Set<String>, inputs: Set<String>, client: String) {
        self.outputs = outputs
        self.inputs = inputs
        terminals = FaceTerminals(root, client: client)
        modules = FaceModules(root)
        registers = root.optionalObject("cashRegisters") { Registers($0) }
        pictures = root.optionalString("facePictures", longest: 400)
        if let pictures, !pictures.contains("{person}") {
            root.refuse("facePictures", found: pictures, expected: "an address with {person} in it")
        }
    }

    /// What does not fit: everything that the scenario moves and hears is on the board, and every device at a lane.
    public func misfits(
        _ scenario: CanteenScenario, _ hardware: HardwareFile, files: (scenario: String, hardware: String)
    ) -> [Finding] {
        var findings: [Finding] = []
        func note(_ file: String, _ path: String, _ found: String, _ expected: String) {
            findings.append(
                Finding(
                    file: file, position: TextPosition(line: 1, column: 1), path: path, found: found,
                    expected: expected))
        }
        for lane in scenario.lanes {
            var moved = lane.outputs.map { ($0.name, $0.span.milliseconds) }
            if let turnstile = lane.turnstile {
                moved.append((turnstile.relay, turnstile.pulse.milliseconds))
                for name in [turnstile.sensor] + (turnstile.emergency.map { [$0] } ?? []) where !inputs.contains(name) {
                    note(
                        files.scenario, "lanes", "the input \(name) of lane \(lane.id)",
                        "an input that \(files.hardware) has")
                }
            }
            for (name, milliseconds) in moved {
                guard let output = hardware.board.outputs.first(where: { $0.name == name }) else {
                    note(
                        files.scenario, "lanes", "the output \(name) of lane \(lane.id)",
                        "an output that \(files.hardware) has")
                    continue
                }
                if name == lane.turnstile?.relay, !output.isHoldable {
                    note(
                        files.hardware, "outputs", "\(name), which lane \(lane.id) holds in an emergency",
                        "isHoldable on that output")
                }
                if milliseconds > Int64(output.maximumPulseMilliseconds) {
                    note(
                        files.scenario, "lanes", "\(milliseconds) ms for the output \(name) of lane \(lane.id)",
                        "at most the \(output.maximumPulseMilliseconds) ms that \(files.hardware) allows")
                }
            }
        }
        let places =
            (terminals?.terminals ?? []).map { ("faceTerminals", "face terminal \($0.id)", $0.lane) }
            + (modules?.modules ?? []).map { ("faceModules", "a face module", $0.lane) }
            + hardware.readers.readers.map { ("readers", $0.kind.device, $0.lane) }
        for (path, what, lane) in places where !scenario.lanes.contains(where: { $0.id == lane }) {
            note(files.hardware, path, "\(what) at \(lane)", "a lane of \(files.scenario)")
        }
        return findings
    }
}
