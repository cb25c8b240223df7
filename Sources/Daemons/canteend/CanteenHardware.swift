import Canteen
import EdgeRuntime
import FaceLink
import GPIO
import JSONText
import Vocabulary

/// What a canteen's hardware file has beside the board: the face terminals.
struct CanteenHardware {
    var terminals: FaceTerminals?
    /// Where terminals fetch a person's picture: an address with `{person}` in it; nil: terminals are filled elsewhere.
    var pictures: String?
    private let outputs: Set<String>, inputs: Set<String>

    init?(_ root: ObjectReader, outputs: Set<String>, inputs: Set<String>, client: String) {
        self.outputs = outputs
        self.inputs = inputs
        terminals = FaceTerminals(root, client: client)
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
        guard faults.isEmpty else { throw CanteenMisfit(faults: faults) }
    }
}

/// A scenario and a board that do not fit together.
struct CanteenMisfit: Error, CustomStringConvertible {
    let faults: [String]

    var description: String { faults.joined(separator: "\n") }
}
