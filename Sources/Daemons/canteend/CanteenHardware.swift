import Canteen
import EdgeRuntime
import FaceLink
import FaceModule
import GPIO
import JSONText
import Serial
import Vocabulary

/// What a canteen's hardware file has beside the board and its readers: face terminals and modules, and cash registers.
struct CanteenHardware {
    var terminals: FaceTerminals?
    /// Where terminals fetch a person's picture: an address with `{person}` in it; nil: terminals are filled elsewhere.
    var pictures: String?
    var modules: FaceModules?
    var registers: Registers?
    private let outputs: Set<String>, inputs: Set<String>

    /// Where old cash registers are connected.
    struct Registers {
        /// The port of the local HTTP API; 0: any, which the log names; nil: none is served.
        var port: Int?
        var lines: [(door: Slug, serial: SerialSettings)]

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

    init?(_ root: ObjectReader, outputs: Set<String>, inputs: Set<String>, client: String) {
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

    /// Whether everything that the scenario moves and hears is on the board, and every terminal at a lane.
    /// - Throws: every fault.
    func check(
        _ scenario: CanteenScenario, _ hardware: HardwareFile, files: (scenario: String, hardware: String)
    ) throws(CanteenMisfit) {
        var faults: [String] = []
        for lane in scenario.lanes {
            var moved = lane.outputs.map { ($0.name, $0.span.milliseconds) }
            if let turnstile = lane.turnstile {
                moved.append((turnstile.relay, turnstile.pulse.milliseconds))
                for name in [turnstile.sensor] + (turnstile.emergency.map { [$0] } ?? []) where !inputs.contains(name) {
                    faults.append("lane \(lane.id) listens to the input \(name), which \(files.hardware) does not have")
                }
            }
            for (name, milliseconds) in moved {
                guard let output = hardware.board.outputs.first(where: { $0.name == name }) else {
                    faults.append("lane \(lane.id) moves the output \(name), which \(files.hardware) does not have")
                    continue
                }
                if name == lane.turnstile?.relay, !output.isHoldable {
                    faults.append(
                        "lane \(lane.id) holds \(name) in an emergency: set isHoldable on that output of "
                            + "\(files.hardware)")
                }
                if milliseconds > Int64(output.maximumPulseMilliseconds) {
                    faults.append(
                        "lane \(lane.id) pulses \(name) for \(milliseconds) ms, and the board allows "
                            + "\(output.maximumPulseMilliseconds)")
                }
            }
        }
        for terminal in terminals?.terminals ?? [] where !scenario.lanes.contains(where: { $0.id == terminal.lane }) {
            faults.append(
                "face terminal \(terminal.id) stands at \(terminal.lane), which is no lane of \(files.scenario)")
        }
        for module in modules?.modules ?? [] where !scenario.lanes.contains(where: { $0.id == module.lane }) {
            faults.append("a face module stands at \(module.lane), which is no lane of \(files.scenario)")
        }
        guard faults.isEmpty else { throw CanteenMisfit(faults: faults) }
    }
}

/// A scenario and a board that do not fit together.
struct CanteenMisfit: Error, CustomStringConvertible {
    let faults: [String]

    var description: String { faults.joined(separator: "\n") }
}
