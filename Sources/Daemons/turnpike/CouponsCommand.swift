import ArgumentParser
import Services

/// Shows the platform's campaigns.
struct CouponsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coupons",
        abstract: "Shows what each campaign has locked, paid and left, and checks it; changes nothing.")

    @Argument(help: "The platform's configuration (JSON5) or database file.")
    var platform: String

    func run() throws {
        let report = try CouponReport.read(try PlatformFile(platform).database)
        print(report)
        guard report.faults.isEmpty else { throw ExitCode(1) }
    }
}
