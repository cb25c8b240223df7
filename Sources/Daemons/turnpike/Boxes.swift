import ArgumentParser
import JSONText
import Services
import Vocabulary

/// Shows the boxes as the platform knows them.
struct Boxes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boxes",
        abstract: "Shows each box: whether it is there, its journal, which records are missing; changes nothing.",
        discussion: "Of a configuration file also the boxes that were never heard are listed.")

    @Argument(help: "The platform's configuration (JSON5) or database file.")
    var platform: String
    @Flag(help: "Print one JSON object; times in milliseconds since 1970.")
    var json = false

    func run() throws {
        let file = try PlatformFile(platform)
        let report = try BoxReport.read(file.database, enrolled: file.enrolled)
        print(json ? report.json : report.description)
    }
}

/// Lists what a person should look at.
struct Incidents: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents",
        abstract: "Lists what the platform refused or noticed, each once with its count; changes nothing.")

    @Argument(help: "The platform's configuration (JSON5) or database file.")
    var platform: String
    @Option(help: "Only of this box.", transform: { try DeviceID($0) })
    var device: DeviceID?
    @Flag(help: "Also those that are closed.")
    var all = false
    @Flag(help: "Print one JSON object; times in milliseconds since 1970.")
    var json = false

    func run() throws {
        let file = try PlatformFile(platform)
        let report = try IncidentReport.read(file.database, of: device, includesClosed: all)
        print(json ? report.json : report.description)
    }
}
