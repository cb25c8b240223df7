import ArgumentParser
import DeskOrders
import Vocabulary

/// Opens a lane by hand, through the box that runs here.
struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Opens a lane by hand, on this box; who and why are recorded before the boom moves.")

    @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
    var config: String
    @Option(help: "The lane.")
    var lane: String
    @Option(help: "Who opens it.")
    var who: String
    @Option(help: "Why.")
    var reason: String

    func validate() throws {
        for (name, text) in [("--who", who), ("--reason", reason)] where !text.contains(where: { !$0.isWhitespace }) {
            throw ValidationError("\(name) is empty: a lane is opened by hand only with who and why")
        }
    }

    func run() throws {
        let id = try LaneID(lane)
        let heard = try BoxDoor(config: config).giveAndHear(.open(lane: id, why: reason), at: id, who: who)
        print("\(lane) opens, for \(who): \(reason) (\(heard))")
    }
}
