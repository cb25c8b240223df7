import ArgumentParser
import DeskOrders
import Host
import JSONText
import Shifts
import Vocabulary
import Wire

/// The shifts of the cash drawer at the box that runs here.
struct ShiftCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shift", abstract: "Opens and closes a shift of this box's cash drawer, and shows its report.",
        subcommands: [Open.self, Close.self, Report.self])

    /// - Throws: why it was not done.
    private static func give(_ order: DeskOrder, who: String, to door: BoxDoor) throws {
        _ = try door.giveAndHear(order, who: who, in: { $0 }, count: "shiftAnswered", answer: "shiftAnswer")
    }

    struct Open: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Opens a shift.")

        @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
        var config: String
        @Option(help: "Who takes over the drawer.")
        var who: String
        @Option(help: "What lies in it, in yuan: 200.00.")
        var float = "0"

        func run() throws {
            let float = try Fen(yuan: float)
            let door = try BoxDoor(config: config)
            try ShiftCommand.give(.openShift(float: float), who: who, to: door)
            print("shift of \(who) open, with \(float) yuan in the drawer")
        }
    }

    struct Close: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Closes the shift with a count of the drawer.")

        @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
        var config: String
        @Option(help: "Who closes it.")
        var who: String
        @Option(
            name: .customLong("count"), parsing: .upToNextOption,
            help: ArgumentHelp("Notes and coins, as VALUExPIECES: 100x2 50x1 0.5x3.", valueName: "pieces"))
        var pieces: [String] = []
        @Option(help: "Who takes over the drawer with all that is in it.")
        var next: String?

        func run() throws {
            var counts: [Fen: Int64] = [:]
            for piece in pieces {
                let parts = piece.split(separator: "x")
                guard parts.count == 2, let count = Int64(parts[1]) else {
                    throw ValidationError("\"\(piece)\": write it like 100x2")
                }
                counts[try Fen(yuan: String(parts[0]))] = count
            }
            let count = try CashCount(counts)
            let door = try BoxDoor(config: config)
            let before = try door.board()["shift"]?["id"]?.string
            let order = DeskOrder.closeShift(
                counts: Dictionary(uniqueKeysWithValues: count.pieces.map { ($0.value, $0.count) }), next: next,
                left: nil)
            try ShiftCommand.give(order, who: who, to: door)
            print(try door.get("/shifts/\(before ?? "")/text", isCommand: true).whole)
        }
    }

    struct Report: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows the last report, or the one of an id.")

        @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
        var config: String
        @Option(help: "The shift's id; the last one that was closed if not given.")
        var shift: String?

        func run() throws {
            let door = try BoxDoor(config: config)
            let last = try door.board()["shifts"]?.array?.last?["id"]?.string
            guard let id = shift ?? last else { throw ValidationError("no shift has been closed yet") }
            let answer = try door.get("/shifts/\(id)/text", isCommand: true)
            guard answer.status == 200 else {
                throw ValidationError("the box keeps no report of that shift: look into its state folder, shifts/")
            }
            print(answer.whole)
        }
    }
}
