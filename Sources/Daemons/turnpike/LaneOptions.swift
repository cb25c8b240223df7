import ArgumentParser
import DeskOrders
import Host
import Vocabulary

/// A lane of the box that runs here.
struct LaneOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
    var config: String
    @Option(help: "The lane.")
    var lane: String

    /// Gives an order about the lane, and says that the box has it.
    func give(who: String?, _ order: (LaneID) throws -> DeskOrder) throws {
        try BoxDoor(config: config).give(try order(try LaneID(lane)), who: who)
        print("\(lane): taken; the lane's sign and the log say what came of it")
    }
}

/// Who gives an order, and why.
struct PersonOptions: ParsableArguments {
    @Option(help: "Who orders it.")
    var who: String
    @Option(help: "Why.")
    var why: String
}
