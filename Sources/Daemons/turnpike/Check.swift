import ArgumentParser
import Canteen
import CanteenFit
import EdgeRuntime
import Effects
import Host
import JSONText
import Parking
import Purses
import Services
import Tariffs

/// Validates files and changes nothing.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks scenario, hardware, box and platform files; changes nothing.",
        discussion: """
            Prints every fault of every file at once: file, line and column, path in the document, what was found and \
            what was expected. Ends with 0 if all files are good, else with 1.
            """)

    @Argument(help: "The files (JSON5).")
    var files: [String]

    func run() throws {
        var faults = 0
        for file in files {
            do {
                let kind = try Check.check(file)
                print("\(file): good (\(kind))")
            } catch let findings as Findings {
                faults += findings.list.count
                print(findings)
            } catch let canteen as CanteenFaults {
                faults += canteen.count
                print(canteen)
            } catch {
                faults += 1
                print("\(error)")
            }
        }
        guard faults == 0 else {
            print("\(faults) fault\(faults == 1 ? "" : "s")")
            throw ExitCode(1)
        }
    }

    /// - Returns: what kind of document it is.
    static func check(_ file: String) throws -> String {
        let text = try TextFile.read(file)
        let kind = (try? JSONNode.parse(text, dialect: .json5))?["kind"]?.string
        switch kind {
        case ParkingScenario.kind:
            _ = try ParkingScenario(text, file: file)
        case TariffBook.kind:
            _ = try TariffBook(text, file: file)
        case PurseRules.kind:
            _ = try PurseRules(text, file: file)
        case CanteenScenario.kind:
            let scenario = try CanteenScenario(text, file: file)
            _ = try CanteenFiles.rules(of: scenario, file: file)
        case HardwareFile.kind:
            try checkHardware(text, file: file)
        case SignTexts.kind:
            _ = try SignTexts(text, file: file)
        case VoiceClips.kind:
            _ = try VoiceClips(text, file: file)
        case PlatformConfiguration.kind:
            _ = try PlatformConfiguration.read(text, file: file, folder: TextFile.folder(of: file))
        case BoxConfiguration.kind:
            try checkBox(try BoxConfiguration(text, file: file, folder: TextFile.folder(of: file)))
        default:
            // Reported as a finding of the document, with its syntax faults if it has any.
            _ = try DocumentReader.read(text, dialect: .json5, file: file) { root -> Bool? in
                _ = root.choice("kind") as DocumentKind
                return nil
            }
        }
        return kind ?? ""
    }

    private enum DocumentKind: String, CaseIterable {
        case parkingScenario = "parking-scenario"
        case canteenScenario = "canteen-scenario"
        case tariffBook = "tariff-book"
        case purseRules = "purse-rules"
        case signTexts = "sign-texts"
        case voiceClips = "voice-clips"
        case hardware, box, platform
    }

    /// Which site it is for only the box's file says; by itself it is read as a canteen's if it has what only those
    /// have.
    private static func checkHardware(_ text: [UInt8], file: String) throws {
        let node = try? JSONNode.parse(text, dialect: .json5)
        let ofCanteens = ["faceTerminals", "faceModules", "facePictures", "readers", "cashRegisters"]
        if ofCanteens.contains(where: { node?[$0] != nil }) {
            _ = try HardwareFile.read(text, file: file, hasReaders: true) {
                CanteenHardware($0, outputs: $1, inputs: $2, client: "check")
            }
        } else {
            _ = try HardwareFile.read(text, file: file, extra: ParkingHardware.init(_:outputs:inputs:))
        }
    }

    /// A box file is good when the files it names are, and fit together: what the daemon would refuse, this refuses.
    private static func checkBox(_ box: BoxConfiguration) throws {
        let kind = (try? JSONNode.parse(try TextFile.read(box.scenario), dialect: .json5))?["kind"]?.string
        if kind == CanteenScenario.kind {
            _ = try CanteenFiles(box)
            if let signs = box.signs { _ = try SignTexts(try TextFile.read(signs), file: signs) }
            return
        }
        let scenario = try ParkingScenario(try TextFile.read(box.scenario), file: box.scenario)
        let (hardware, parking) = try HardwareFile.read(
            try TextFile.read(box.hardware), file: box.hardware, extra: ParkingHardware.init(_:outputs:inputs:))
        try ParkingFit.check(scenario, parking, files: (box.scenario, box.hardware))
        try hardware.lanes.check(lanes: Set(scenario.lanes.map(\.id)), file: box.hardware)
        try hardware.lanes.checkPrograms(file: box.hardware)
        if let signs = box.signs { _ = try SignTexts(try TextFile.read(signs), file: signs) }
    }
}
