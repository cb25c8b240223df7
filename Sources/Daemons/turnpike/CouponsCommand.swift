import ArgumentParser
import Host
import Services

/// Shows the platform's campaigns.
struct CouponsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coupons",
        abstract: "Shows what each campaign has locked, paid and left, and checks it; changes nothing.")

    @Argument(help: "The platform's database file, or its configuration (a name that ends in .json5).")
    var file: String

    func run() throws {
        let report = try CouponReport.read(try database())
        print(report)
        guard report.faults.isEmpty else { throw ExitCode(1) }
    }

    private func database() throws -> String {
        guard file.hasSuffix(".json5") else { return file }
        return try PlatformConfiguration.read(
            try TextFile.read(file), file: file, folder: TextFile.folder(of: file)
        ).database
    }
}
