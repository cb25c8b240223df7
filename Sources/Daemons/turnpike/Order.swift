import ArgumentParser
import JSONText

/// Decides about the car that is held at a lane of the box that runs here.
struct Order: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Decides about the car held at a lane of this box; who and why are recorded before the boom moves.")

    @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
    var config: String
    @Option(help: "The lane.")
    var lane: String
    @Flag(help: "At an entry: the car may come in although the rules hold it.")
    var admit = false
    @Flag(help: "The car may pass although its owner owes for earlier visits.")
    var passDebtor = false
    @Flag(help: "At an exit: the car leaves without paying.")
    var waive = false
    @Option(help: ArgumentHelp("At an exit: of several stays of one plate, this is the car's.", valueName: "id"))
    var stay: String?
    @Option(help: "Who decides it.")
    var who: String
    @Option(help: "Why.")
    var why: String

    func validate() throws {
        guard [admit, passDebtor, waive, stay != nil].filter({ $0 }).count == 1 else {
            throw ValidationError("say what is decided: one of --admit, --pass-debtor, --waive and --stay")
        }
    }

    func run() throws {
        let body = JSONWriter.object { writer in
            writer.field("order", admit ? "admit" : passDebtor ? "passDebtor" : waive ? "waive" : "chooseStay")
            writer.field("stay", ifPresent: stay)
            writer.field("who", who)
            writer.field("why", why)
        }
        let answer = try BoxDoor(config: config).post("/lanes/\(lane)/order", body)
        guard answer.status == 202 else { throw ValidationError("\(lane): \(answer.text)") }
        print("\(lane): \(answer.text)")
    }
}
