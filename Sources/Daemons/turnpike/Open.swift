import ArgumentParser
import EdgeRuntime
import Host
import JSONText
import StandIns

/// Opens a lane by hand, through the box that runs here.
struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Opens a lane by hand, on this box; who and why are recorded before the boom moves.")

    @Option(help: ArgumentHelp("The box file (JSON5).", valueName: "file"))
    var config: String
    @Option(help: "The lane.")
    var lane: String
    @Option(help: "Who opens it.")
    var who: String
    @Option(help: "Why.")
    var reason: String

    func run() throws {
        let box = try BoxConfiguration(
            try TextFile.read(config), file: config, folder: TextFile.folder(of: config))
        let token = try AttendantToken.read(in: box.stateFolder)
        let body = JSONWriter.object {
            $0.field("who", who)
            $0.field("reason", reason)
        }
        let answer = try HTTPPush.send(
            port: box.http.port, path: "/lanes/\(lane)/open", headers: ["Authorization": "Bearer \(token)"], body: body)
        guard let answer, answer.status == 202 else {
            throw ValidationError(
                "the box did not open \(lane): \(answer.map { String(decoding: $0.body, as: UTF8.self) } ?? "no answer")"
            )
        }
        print("\(lane) opens, for \(who): \(reason)")
    }
}
