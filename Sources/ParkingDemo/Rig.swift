import DemoParts
import DeskOrders
import EdgeRuntime
import Glibc
import Host
package import JSONText
import Journal
import Parking
import Payments
package import Services
package import StandIns
import Vocabulary
import Wire

/// A car park on one machine: a broker, a network that can be cut, a platform and a box as processes of their own, and
/// the world around them. For demonstrations and tests; everything goes with this object.
package final class Rig {
    package let broker: Broker
    /// Between the box and the broker.
    package let proxy: FaultProxy
    package let files: RigFiles
    private let programs: String
    package private(set) var platform: Program?
    package private(set) var box: Program?
    package private(set) var world: CarParkStandIn?
    package private(set) var httpPort = 0

    /// Starts the broker and writes the files; starts no daemon.
    /// - Parameter programs: the folder of `parkingd` and `platformd`.
    package init(
        programs: String, scenario: String, hardware: String, inside: [RigFiles.Inside], contracts: [RigFiles.Contract],
        stateFolder: String = "state", boxMembers: String = ""
    ) throws {
        self.programs = programs
        broker = try Broker()
        proxy = try FaultProxy(to: broker.port)
        files = try RigFiles(
            scenario: scenario, hardware: hardware, boxPort: proxy.port, platformPort: broker.port,
            contracts: contracts,
            stateFolder: stateFolder, boxMembers: boxMembers)
        try files.seed(inside)
    }

    deinit {
        box?.kill()
        platform?.kill()
    }

    package func startPlatform() throws {
        platform = try Daemons.start("platformd", in: programs, config: files.platformFile, until: ["ready"]).program
    }

    /// Starts the box, with its cameras and its world.
    package func startBox() throws {
        (box, httpPort) = try Daemons.startBox("parkingd", in: programs, config: files.boxFile)
        world = try CarParkStandIn(socketPath: files.socket, lanes: ["entry-1", "exit-1"])
    }

    /// Waits until the box has the list of contracts on its disk, where it outlives a power cut.
    package func waitForContracts() throws {
        let reader = try JournalReader(path: files.journal)
        try wait("the box has kept the list of contracts") {
            try reader.state(ListBook<Contract>.versionKind, key: "current") != nil
        }
    }

    // MARK: - What happens at the lanes

    package var entryCamera: CameraStandIn {
        CameraStandIn(id: "entry-camera", make: .vzenith(inGB2312: true), port: httpPort)
    }
    package var exitCamera: CameraStandIn { CameraStandIn(id: "exit-camera", make: .hikvision, port: httpPort) }

    /// A camera reads a plate.
    package func read(_ plate: String, at lane: String) throws {
        let answer = try (lane == "entry-1" ? entryCamera : exitCamera).push(plate)
        guard answer?.status == 200 else {
            throw DemoError("the box did not take a camera's push: \(answer?.status ?? 0)")
        }
    }

    /// Waits for the boom, drives the car through, and waits until the boom is down again.
    package func goThrough(_ lane: String) throws {
        guard let world else { throw DemoError("no box is running") }
        guard world.waitUntilUp(lane) else { throw DemoError("the boom of \(lane) did not rise within 10 s") }
        world.driveThrough(lane)
        guard world.waitUntilDown(lane) else { throw DemoError("the boom of \(lane) did not close within 10 s") }
    }

    /// A car comes and goes through.
    package func pass(_ plate: String, at lane: String) throws {
        try read(plate, at: lane)
        try goThrough(lane)
    }

    package func openByHand(_ lane: String, who: String, reason: String) throws {
        let token = try AttendantToken.read(in: files.configuration.stateFolder)
        let order = DeskOrder.open(lane: try LaneID(lane), why: reason)
        guard try HTTPPush.give(order, who: who, port: httpPort, token: token)?.status == 202 else {
            throw DemoError("the box refused to open for \(who)")
        }
    }

    // MARK: - The network

    package func cutNetwork() throws {
        proxy.cut()
        try wait("the box notices the cut") { try self.status()["link"]?.string == "down" }
    }

    package func mendNetwork() { proxy.mend() }

    package func waitUntilDelivered() throws {
        try wait("everything is delivered", seconds: 40) {
            let status = try self.status()
            return status["link"]?.string == "up" && status["queued"]?.integer == 0
        }
    }

    // MARK: - Looking

    package func status() throws -> JSONNode { try Daemons.status(port: httpPort) }

    package func sign(_ lane: String, _ language: String = "en") throws -> String {
        try status()["signs"]?.array?.first { $0["lane"]?.string == lane }?[language]?.string ?? ""
    }

    package func report() throws -> LedgerReport { try LedgerReport.read(files.ledger) }

    package func wait(_ what: String, seconds: Int64 = 15, _ condition: () throws -> Bool) throws {
        try Daemons.wait(what, seconds: seconds, log: { self.boxLog }, condition)
    }

    /// The last lines of the box's log.
    package var boxLog: String { box?.lines.suffix(30).joined(separator: "\n") ?? "" }
}
