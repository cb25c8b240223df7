import ArgumentParser
import DeskOrders
import Vocabulary

/// Decides about the car that is held at a lane of the box that runs here, or about its barrier.
struct Order: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Decides about the car held at a lane of this box, or its barrier; who and why are recorded first.")

    @OptionGroup var place: LaneOptions
    @OptionGroup var person: PersonOptions
    @Flag(help: "At an entry: the car may come in although the rules hold it.")
    var admit = false
    @Flag(help: "The car may pass although its owner owes for earlier visits.")
    var passDebtor = false
    @Flag(help: "At an exit: the car leaves without paying.")
    var waive = false
    @Flag(help: "The barrier was looked at and is in order: the lane goes back into service.")
    var serviceReset = false
    @Option(help: ArgumentHelp("At an exit: of several stays of one plate, this is the car's.", valueName: "id"))
    var stay: String?

    func validate() throws {
        guard [admit, passDebtor, waive, serviceReset, stay != nil].filter({ $0 }).count == 1 else {
            throw ValidationError(
                "say what is decided: one of --admit, --pass-debtor, --waive, --service-reset and --stay")
        }
    }

    func run() throws {
        try place.give(who: person.who) { lane in
            if let stay { return .chooseStay(lane: lane, try StayID(stay), why: person.why) }
            if admit { return .admit(lane: lane, why: person.why) }
            if passDebtor { return .passDebtor(lane: lane, why: person.why) }
            if serviceReset { return .serviceReset(lane: lane, why: person.why) }
            return .waive(lane: lane, why: person.why)
        }
    }
}
