import ArgumentParser
import EdgeRuntime

/// The daemon of one canteen: tills, turnstiles, payments.
@main
struct Canteend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "canteend",
        abstract: "Runs a canteen's tills and turnstiles: knows who comes, has the meal paid, lets them pass.",
        version: CanteenBox.version)

    @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
    var config: String

    @Flag(help: "Log more, for finding a fault.")
    var verbose = false

    func run() async throws {
        let isStarted = try await BoxProgram.run("canteend", file: config, isVerbose: verbose) { logger in
            let box = try CanteenBox(configuration: config, logger: logger)
            return [BoxService(box: box.box), box.faces, box.modules, box.registers, box.server]
        }
        guard isStarted else { throw ExitCode(BoxProgram.badConfiguration) }
    }
}
