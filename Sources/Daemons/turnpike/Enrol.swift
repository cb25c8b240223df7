import ArgumentParser
import EdgeRuntime
import Host
import Vocabulary
import Wire

/// Makes a box's key and prints what the platform needs to know of it.
struct Enrol: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes this box's key, if it has none, and prints the line for the platform's `devices`.")

    @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
    var config: String

    func run() throws {
        let box = try BoxConfiguration(
            try TextFile.read(config), file: config, folder: TextFile.folder(of: config))
        let key = try BoxIdentity.key(in: box.stateFolder)
        print("{ id: \"\(box.device)\", publicKey: \"\(key.publicKey)\" },")
    }
}
