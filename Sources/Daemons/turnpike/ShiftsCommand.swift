import ArgumentParser
import Services
import Vocabulary

/// The drawers of all boxes, for an auditor.
struct ShiftsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shifts",
        abstract: "Lists the shift reports that reached the platform, and their sums by box and day; changes nothing.",
        discussion: "A difference below zero is money that is missing. A day is the local one on which was counted.")

    @Argument(help: "The platform's configuration (JSON5) or database file.")
    var platform: String
    @Option(help: "Only of this box.", transform: { try DeviceID($0) })
    var device: DeviceID?
    @Option(help: "The local time of the days, in minutes east of UTC.")
    var minutesEast: Int64 = 480
    @Flag(help: "Print one JSON object; amounts in fen, times in milliseconds since 1970.")
    var json = false

    func validate() throws {
        guard (-1_440...1_440).contains(minutesEast) else {
            throw ValidationError("--minutes-east \(minutesEast): -1440 to 1440")
        }
    }

    func run() throws {
        let file = try PlatformFile(platform)
        let book = try ShiftBook.read(file.database, of: device, minutesEast: minutesEast)
        print(json ? book.json : book.description)
    }
}
