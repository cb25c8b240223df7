import ArgumentParser
import Host
import JSONText
import Services
import Vocabulary

/// Shows what is owed, and takes a person's decision on what the platform would not book by itself.
struct Debts: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows who owes what; books or dismisses what is held for a person to decide.",
        discussion: """
            A record whose quote the platform cannot compute itself moves no money: it is held. --book makes it a debt of \
            its holder, as the box recorded it; --dismiss lets it go. The decision is kept with the name of --who.
            """)

    @Argument(help: "The platform's file (JSON5).")
    var config: String

    @Flag(help: "Show plates and names in full.")
    var full = false

    @Option(help: ArgumentHelp("Book what is held under this payment's id.", valueName: "payment"))
    var book: String?

    @Option(help: ArgumentHelp("Dismiss what is held under this payment's id.", valueName: "payment"))
    var dismiss: String?

    @Option(help: ArgumentHelp("Who decides.", valueName: "name"))
    var who: String?

    func validate() throws {
        guard book == nil || dismiss == nil else { throw ValidationError("Give --book or --dismiss, not both.") }
        guard (book ?? dismiss == nil) == (who == nil) else {
            throw ValidationError("--who NAME belongs to --book and --dismiss, and they to it.")
        }
    }

    func run() throws {
        let configuration = try PlatformConfiguration.read(
            try TextFile.read(config), file: config, folder: TextFile.folder(of: config))
        if let text = book ?? dismiss, let who {
            let payment = try PaymentID(text)
            let store = try PlatformStore(configuration, at: WallClock.now()) { _ in }
            guard try store.decide(payment, isOwed: book != nil, by: who, at: WallClock.now()) else {
                print("nothing is held under \(payment), or it cannot be booked: see `turnpike ledger`")
                throw ExitCode(1)
            }
        }
        print(try DebtReport.read(configuration.database).text(isFull: full, at: WallClock.now()))
    }
}
