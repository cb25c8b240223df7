import EdgeRuntime
import Glibc
import Host
import JSONText
import Parking
import Services
import StandIns
import Vocabulary

/// The main job, shown on real parts: a broker, a platform and a box as processes of their own, real camera pushes over
/// HTTP, and a board in memory whose cars and booms this program plays.
public enum ParkingDemo {
    /// - Parameters:
    ///   - programs: the folder of `parkingd` and `platformd`.
    /// - Returns: whether box and platform agree to the fen.
    /// - Throws: what went wrong, in words; everything started is ended and removed all the same.
    public static func run(programs: String, scenario: String, hardware: String) throws -> Bool {
        let broker = try Broker()
        let proxy = try FaultProxy(to: broker.port)
        let files = try DemoFiles(
            scenario: scenario, hardware: hardware, boxPort: proxy.port, platformPort: broker.port)
        try files.seed(scenario: try ParkingScenario(try TextFile.read(scenario), file: scenario))
        print("A morning at a car park. Broker on port \(broker.port), files in \(files.folder.path).")
        let platform = try Program("\(programs)/platformd", ["--config", files.platformFile])
        guard platform.waitForLine("ready") != nil else { throw failed("platformd", platform) }
        let box = try Program("\(programs)/parkingd", ["--config", files.boxFile])
        guard let listening = box.waitForLine("listening on"), box.waitForLine("ready:") != nil,
            let port = listening.split(separator: ":").last.flatMap({ Int($0) })
        else { throw failed("parkingd", box) }
        let world = try CarParkStandIn(socketPath: files.socket, lanes: ["entry-1", "exit-1"])
        let narrator = Narrator()
        try narrator.follow(files.journal, from: Int64(DemoCars.inside.count) + 1)
        let morning = Morning(
            narrator: narrator, world: world, proxy: proxy, platform: platform, httpPort: port,
            token: try AttendantToken.read(in: files.configuration.stateFolder))
        print("\(DemoCars.inside.count) cars are inside since the night.")
        try morning.wait("the box has the list of contracts") {
            box.lines.contains { $0.contains("contract list of version") }
        }
        let longestQueue: Int64
        do {
            longestQueue = try morning.run()
            try morning.wait("everything is delivered", seconds: 30) { try morning.status()["queued"]?.integer == 0 }
        } catch {
            _ = narrator.finish()
            throw DemoError("\(error)\n\nlog of parkingd:\n\(box.lines.suffix(30).joined(separator: "\n"))")
        }
        box.terminate()
        platform.terminate()
        let tally = narrator.finish()
        let report = try LedgerReport.read(files.ledger)
        let table = DemoTable(
            tally: tally, inside: Int64(DemoCars.inside.count), longestQueue: longestQueue, report: report)
        print("\n\(table.text)")
        return table.differences == 0
    }

    private static func failed(_ name: String, _ program: Program) -> DemoError {
        DemoError("\(name) did not start:\n\(program.lines.joined(separator: "\n"))")
    }
}
