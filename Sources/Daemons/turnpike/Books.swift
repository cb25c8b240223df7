import ArgumentParser
import Services
import Vocabulary

/// Shows the platform's books.
struct Books: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Shows the platform's books and checks them; changes nothing.")

    @Argument(help: "The platform's database file.")
    var database: String

    func run() throws {
        let report = try LedgerReport.read(database)
        print(report)
        guard report.faults.isEmpty, report.sumOfBooks == .zero else { throw ExitCode(1) }
    }
}
