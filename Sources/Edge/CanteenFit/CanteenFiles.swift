public import Canteen
public import EdgeRuntime
internal import Host
public import JSONText
public import Purses
internal import Vocabulary

/// The files of a canteen's box, read and held against each other: what the daemon starts with, and what is checked.
public struct CanteenFiles: Sendable {
    public let scenario: CanteenScenario
    /// What the scenario's file of purse rules says; nil: everybody has one account.
    public let rules: PurseRules?
    public let hardware: HardwareFile
    public let canteen: CanteenHardware

    /// - Throws: ``CanteenFaults``: every fault of every file, and of how they fit together if each can be read.
    public init(_ box: BoxConfiguration) throws(CanteenFaults) {
        var faults = CanteenFaults()
        let scenario = faults.collect {
            try CanteenScenario(try TextFile.read(box.scenario), file: box.scenario)
        }
        let client = "\(box.device)-faces"
        let read = faults.collect {
            try HardwareFile.read(
                try TextFile.read(box.hardware), file: box.hardware, hasReaders: true
            ) { CanteenHardware($0, outputs: $1, inputs: $2, client: client) }
        }
        var rules: PurseRules?
        if let scenario { rules = faults.collect { try CanteenFiles.rules(of: scenario, file: box.scenario) } ?? nil }
        if let scenario, let (hardware, canteen) = read {
            faults.findings += canteen.misfits(scenario, hardware, files: (box.scenario, box.hardware))
            faults.collect {
                try hardware.lanes.check(lanes: Set(scenario.lanes.map(\.id)), file: box.hardware)
            }
        }
        guard faults.isEmpty, let scenario, let (hardware, canteen) = read else { throw faults }
        (self.scenario, self.rules, self.hardware, self.canteen) = (scenario, rules, hardware, canteen)
    }

    /// The rules of purses that a scenario names, from the file beside it.
    /// - Throws: `Findings`, or why the file cannot be read.
    public static func rules(of scenario: CanteenScenario, file: String) throws -> PurseRules? {
        guard let name = scenario.purseRules else { return nil }
        let folder = TextFile.folder(of: file)
        let path = name.hasPrefix("/") || folder.isEmpty ? name : "\(folder)/\(name)"
        return try PurseRules(try TextFile.read(path), file: path)
    }
}

/// Everything that is wrong with a box's files.
public struct CanteenFaults: Error, CustomStringConvertible {
    public internal(set) var findings: [Finding] = []
    /// Files that cannot be read, and why.
    public internal(set) var unreadable: [String] = []

    public var count: Int { findings.count + unreadable.count }
    public var description: String { (unreadable + findings.map(\.description)).joined(separator: "\n") }

    var isEmpty: Bool { count == 0 }

    /// - Returns: what could be read; nil where it could not, which is noted.
    @discardableResult
    mutating func collect<Value>(_ read: () throws -> Value) -> Value? {
        do { return try read() } catch let error as Findings {
            findings += error.list
        } catch {
            unreadable.append("\(error)")
        }
        return nil
    }
}
