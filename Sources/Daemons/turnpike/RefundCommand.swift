import ArgumentParser
import DeskOrders
import Glibc
import Host
import JSONText
import Vocabulary

/// Gives captured money back, through the box that runs here.
struct RefundCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refund",
        abstract: "Gives captured money back, all of it or a part; only while there is a network.")

    @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
    var config: String
    @Option(help: ArgumentHelp("The payment, as the journal and the ledger show it.", valueName: "id"))
    var payment: String
    @Option(help: "Yuan: 12.50.")
    var amount: String
    @Option(help: "Who gives it back.")
    var who: String
    @Option(help: "Why.")
    var why: String

    func run() throws {
        let amount = try Fen(yuan: amount)
        let door = try BoxDoor(config: config)
        let answer = try door.give(.refund(payment: try PaymentID(payment), amount, why: why), who: who)
        guard let id = answer.json?["refund"]?.string else {
            throw ValidationError("the refund was not taken: \(answer.text)")
        }
        // The platform answers within the box's own waiting times; longer than a minute it is looked up later.
        let deadline = BootClock.now() + .seconds(60)
        while BootClock.now() < deadline {
            let entries = try door.get("/status").json?["refunds"]?.array ?? []
            if let entry = entries.first(where: { $0["refund"]?.string == id }), let state = entry["state"]?.string,
                state != "underWay"
            {
                guard state == "refunded" else {
                    throw ValidationError("not refunded: \(state), \(entry["reason"]?.string ?? "no reason given")")
                }
                return print("refund \(id): \(amount) yuan are on their way back to the payer")
            }
            usleep(100_000)
        }
        print("refund \(id): the platform has not answered yet; the box goes on asking. See GET /status")
    }
}
