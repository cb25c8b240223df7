import ArgumentParser
import Services
import Vocabulary

/// Shows the platform's books.
struct Books: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Shows the platform's books and checks them; changes nothing.")

    @Argument(help: "The platform's configuration (JSON5) or database file.")
    var platform: String

    func run() throws {
        let report = try LedgerReport.read(try PlatformFile(platform).database)
        print(report)
        guard report.faults.isEmpty, report.purseFaults.isEmpty, report.sumOfBooks == .zero else { throw ExitCode(1) }
    }
}
