package import Canteen
import DemoParts
import EdgeRuntime
package import Host
import JSONText
import Journal
package import Services
package import StandIns
package import Vocabulary
import Wire

/// A canteen on one machine: a broker, networks that can be cut, a platform and boxes as processes of their own, face
/// terminals over the real topics, turnstiles with people, and one wall clock for all that this program moves. For
/// demonstrations and tests; everything goes with this object.
package final class CanteenRig {
    package let broker: Broker
    package let files: CanteenRigFiles
    package let clock: RehearsalClock
    package let scenario: CanteenScenario
    package private(set) var platform: Program?
    package private(set) var boxes: [CanteenRigBox] = []
    let programs: String
    /// The first box's card reader, at the far end of its serial line.
    private let reader: PseudoTerminal
    /// The face module at the first box's turnstile, beside its terminal.
    package let module: FaceModuleStandIn

    /// The first box.
    package var box: CanteenRigBox { boxes[0] }

    /// Starts the broker and writes the files; starts no daemon. It is noon.
    /// - Parameters:
    ///   - programs: the folder of `canteend` and `platformd`. - scenario, hardware: as they are shipped.
    ///   - boxes: their names, which are those of their turnstiles.
    ///   - members: further members of the first box's hardware file. - change: what is different in the scenario.
    package init(
        programs: String, scenario file: String, hardware: String, boxes names: [String] = ["gate-1"],
        members: (CanteenRigFiles) -> String = { _ in "" }, change: (String) -> String = { $0 }
    ) throws {
        self.programs = programs
        broker = try Broker()
        files = try CanteenRigFiles(scenario: file, change: change)
        clock = try RehearsalClock(files.clock)
        let line = "\(files.path)/card.line"
        reader = try PseudoTerminal(at: line)
        let faces = "\(files.path)/face.line"
        module = try FaceModuleStandIn(at: faces)
        let path = "\(files.path)/scenario.json5"
        scenario = try CanteenScenario(try TextFile.read(path), file: path)
        try setClock(12, 0)
        let cards =
            "  readers: [{ lane: \"gate-1\", kind: \"cardText\", style: \"decimal\",\n"
            + "    serial: { path: \"\(line)\" } }],\n"
        let modules =
            "  faceModules: { model: \"\(FaceModuleStandIn.model)\",\n"
            + "    thresholdThousandths: 420, marginThousandths: 60,\n"
            + "    modules: [{ lane: \"gate-1\", serial: { path: \"\(faces)\", bitsPerSecond: 115200 } }] },\n"
        let further = cards + modules + members(files)
        for (index, name) in names.enumerated() {
            let proxy = try FaultProxy(to: broker.port)
            let terminal = "\(1_306_612 + index)"
            let configuration = try files.writeBox(
                name, terminal: terminal, hardware: hardware, members: index == 0 ? further : "", port: proxy.port,
                facePort: broker.port)
            let (clock, zone) = (clock, scenario.calendar.zone)
            let face = FaceTerminalStandIn(id: terminal, brokerPort: broker.port) {
                zone.localSeconds(at: CanteenRig.now(clock))
            }
            boxes.append(
                CanteenRigBox(name: name, proxy: proxy, configuration: configuration, terminal: face, rig: self))
        }
        try files.writePlatform(boxes.map(\.configuration), port: broker.port)
    }

    deinit { platform?.kill() }

    package func startPlatform() throws {
        platform = try Daemons.start("platformd", in: programs, config: files.platform, until: ["ready"]).program
    }

    /// Starts everything that is not running, and waits until it is connected.
    package func start() throws {
        if platform?.isRunning != true { try startPlatform() }
        for box in boxes where box.program?.isRunning != true { try box.start() }
        for box in boxes {
            try box.terminal.turnOn()
            try wait("\(box.name) is connected") { try box.status()["link"]?.string == "up" }
        }
    }

    /// Ends the daemons in order.
    package func end() {
        for box in boxes {
            box.terminal.turnOff()
            box.program?.terminate()
        }
        platform?.terminate()
    }

    /// A card is held to the first box's reader, which sends its ten digits; returns at once.
    package func showCard(_ digits: String) { reader.send(Array("\(digits)\r\n".utf8)) }

    // MARK: - Time

    private static func now(_ clock: RehearsalClock) -> WallTime {
        WallTime(milliseconds: WallClock.now().milliseconds + clock.offset)
    }

    package var now: WallTime { CanteenRig.now(clock) }

    package var today: CivilDate { scenario.calendar.zone.date(at: now) }

    /// Moves everybody's wall clock to a time of today, where the canteen is.
    package func setClock(_ hour: Int64, _ minute: Int64) throws {
        let wall = scenario.calendar.zone.instant(today, second: (hour * 60 + minute) * 60) * 1_000
        clock.offset = wall - WallClock.now().milliseconds
    }

    // MARK: - Looking

    package func report() throws -> LedgerReport { try LedgerReport.read(files.ledger) }

    package func wait(_ what: String, seconds: Int64 = 15, _ condition: () throws -> Bool) throws {
        try Daemons.wait(
            what, seconds: seconds,
            log: {
                boxes.map { "\($0.name):\n\($0.log)" }.joined(separator: "\n")
                    + "\nplatformd:\n\(platform?.lines.suffix(10).joined(separator: "\n") ?? "")"
            }, condition)
    }

    package func waitUntilDelivered() throws {
        for box in boxes {
            try wait("everything of \(box.name) is delivered", seconds: 40) {
                let status = try box.status()
                return status["link"]?.string == "up" && status["queued"]?.integer == 0
            }
        }
    }
}
