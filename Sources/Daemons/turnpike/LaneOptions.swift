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

    /// Gives an order about the lane, and says what came of it.
    /// - Throws: why it was not done: the command ends with a failure then.
    func give(who: String?, _ order: (LaneID) throws -> DeskOrder) throws {
        let id = try LaneID(lane)
        print("\(lane): \(try BoxDoor(config: config).giveAndHear(try order(id), at: id, who: who))")
    }
}

/// Who gives an order, and why.
struct PersonOptions: ParsableArguments {
    @Option(help: "Who orders it.")
    var who: String
    @Option(help: "Why.")
    var why: String
}
