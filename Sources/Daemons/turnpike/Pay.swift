import ArgumentParser
import DeskOrders
import Vocabulary

/// Pays for the car that is held at a lane of the box that runs here.
struct Pay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Pays for the car held at a lane of this box: by a phone's code, by a code to show, or in cash.")

    @OptionGroup var place: LaneOptions
    @Option(help: "The code that the driver's phone shows, as a scanner reads it.")
    var code: String?
    @Flag(help: "Let the lane's sign show a code for the driver to scan.")
    var show = false
    @Option(help: ArgumentHelp("The attendant who took the money the sign asks for.", valueName: "who"))
    var cash: String?

    func validate() throws {
        guard [code != nil, show, cash != nil].filter({ $0 }).count == 1 else {
            throw ValidationError("say how it is paid: one of --code, --show and --cash")
        }
    }

    func run() throws {
        try place.give(who: cash) { lane in
            if let code { return .enterCode(lane: lane, try PayerCode(code)) }
            return show ? .showCode(lane: lane) : .cash(lane: lane)
        }
    }
}
