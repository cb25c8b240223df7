import CanteenDemo
import DemoParts
import StandIns
import Testing

/// Files of a canteen that are wrong, or do not fit together.
@Suite("A canteen's files", .serialized)
struct CanteenFilesTests {
    private func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, text: String) {
        let program = try Program("\(Place.programs)/\(program)", arguments)
        return (program.waitForEnd(), program.lines.joined(separator: "\n"))
    }

    private func rig(_ change: @escaping (String) -> String = { $0 }) throws -> CanteenRig {
        try CanteenRig(
            programs: Place.programs, scenario: Place.hall, hardware: Place.canteenHardware, change: change)
    }

    @Test("canteend does not start with a scenario that does not fit its board, and says everything at once")
    func misfits() throws {
        let rig = try rig {
            $0.replacing("relay: \"gate-1.open\"", with: "relay: \"gate-1.opne\"")
                .replacing("gate-1.passage", with: "gate-1.passge").replacing("\"fire\"", with: "\"smoke\"")
                .replacing("id: \"till-1\"", with: "id: \"till-9\"")
                .replacing(
                    "name: \"till-1.drawer\", milliseconds: 200", with: "name: \"till-1.drawer\", milliseconds: 5000")
        }
        let refused = try run("canteend", ["--config", rig.files.boxFile("gate-1")])
        #expect(refused.status == 78)
        let checked = try run("turnpike", ["check", rig.files.boxFile("gate-1")])
        #expect(checked.status == 1)
        for part in [
            "the input gate-1.passge of lane gate-1", "the input smoke of lane gate-1",
            "the output gate-1.opne of lane gate-1", "5000 ms for the output till-1.drawer of lane till-9",
        ] {
            #expect(refused.text.contains(part), "\(part) in:\n\(refused.text)")
            #expect(checked.text.contains(part), "\(part) in:\n\(checked.text)")
        }
        #expect(checked.text.contains("4 faults"))
    }

    @Test("faults of scenario, rules of purses and hardware are told together, with their lines")
    func allFiles() throws {
        let rig = try rig()
        let scenario = try Place.read("\(rig.files.path)/gate-1-scenario.json5")
        try rig.files.write(scenario.replacing("amount: 800", with: "amount: -8"), to: "gate-1-scenario.json5")
        let rules = try Place.read("\(rig.files.path)/purses-school.json5")
        try rig.files.write(
            rules.replacing("amount: 600 }, period", with: "amount: -600 }, period"), to: "purses-school.json5")
        let hardware = try Place.read("\(rig.files.path)/gate-1-hardware.json5")
        try rig.files.write(hardware.replacing("1306612", with: "13/06"), to: "gate-1-hardware.json5")
        for program in ["turnpike check", "canteend --config"] {
            let words = program.split(separator: " ").map(String.init)
            let told = try run(words[0], [words[1], rig.files.boxFile("gate-1")])
            #expect(told.status != 0)
            for part in ["gate-1-scenario.json5:", "gate-1-hardware.json5:"] {
                #expect(told.text.contains(part), "\(part) in:\n\(told.text)")
            }
        }
        let told = try run("turnpike", ["check", "\(rig.files.path)/purses-school.json5"])
        #expect(told.status == 1 && told.text.contains("purses-school.json5:"), "\(told.text)")
    }

    @Test("turnpike check reads every file of a canteen, and the shipped ones are good")
    func shipped() throws {
        let folder = "\(Place.project)/Scenarios/canteen"
        let files = [
            "school-hall.json5", "school-turnstile.json5", "staff-till-menu.json5", "purses-school.json5",
            "platform-school.json5",
        ].map { "\(folder)/\($0)" }
        let hardware = [Place.canteenHardware, "\(Place.project)/Hardware/canteen-gate.json5"]
        let told = try run("turnpike", ["check"] + files + hardware)
        #expect(told.status == 0, "\(told.text)")
        #expect(told.text.contains("good (canteen-scenario)") && told.text.contains("good (purse-rules)"))
        let rig = try rig()
        let own = try run("turnpike", ["check", rig.files.boxFile("gate-1"), rig.files.platform])
        #expect(own.status == 0, "\(own.text)")
    }
}
