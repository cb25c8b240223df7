import DemoParts
import EdgeRuntime
import Glibc
import Host
import Journal
import ParkingDemo
import Services
import StandIns
import Testing
import Vocabulary
import Wire

/// The gates of a scenic area on one machine: a broker, a platform, and two boxes whose networks can be cut, each a
/// process of its own.
final class TicketGateRig {
    final class Gate {
        let name: String
        let state: String
        let proxy: FaultProxy
        fileprivate(set) var program: Program?
        fileprivate(set) var world: TurnstileStandIn?
        fileprivate(set) var port = 0

        init(_ name: String, _ folder: String, _ proxy: FaultProxy) {
            (self.name, self.proxy) = (name, proxy)
            state = "\(folder)/\(name)-state"
        }

        deinit { program?.kill() }

        /// How often the way was opened, since the box started.
        var opened: Int { world?.openings(of: "gate-1") ?? 0 }

        func records() throws -> [Record.Event] {
            let reader = try JournalReader(path: BoxIdentity.journalPath(in: state))
            var events: [Record.Event] = []
            var next: Int64 = 1
            while true {
                let page = try reader.records(from: next)
                for line in page.lines { events.append(try Record.parse(line: line).record.event) }
                guard !page.lines.isEmpty else { return events }
                next = page.last + 1
            }
        }

        /// Why the gate let nobody in, in order.
        func refusals() throws -> [String] {
            try records().compactMap {
                if case .decision(_, _, _, _, .refuse, let why) = $0 { why } else { nil }
            }
        }

        func used() throws -> [TicketUse] {
            try records().compactMap { if case .ticket(.used(let use)) = $0 { use } else { nil } }
        }
    }

    let broker: Broker
    let folder: TemporaryFolder
    let gates: [Gate]
    private(set) var platform: Program?

    var platformFile: String { "\(folder.path)/platform.json5" }

    init() throws {
        let (broker, folder) = (try Broker(), try TemporaryFolder("turnpike-gates"))
        (self.broker, self.folder) = (broker, folder)
        gates = try ["north", "south"].map { Gate($0, folder.path, try FaultProxy(to: broker.port)) }
        let devices = try gates.map { gate in
            "{ id: \"\(gate.name)\", publicKey: \"\(try BoxIdentity.key(in: gate.state).publicKey)\" }"
        }
        try folder.write(
            """
            {
              kind: "platform", database: "platform.db", mqtt: { port: \(broker.port) }, merchant: "scenic-area",
              devices: [\(devices.joined(separator: ", "))], contracts: [],
              tariffs: [{ id: "scenic-2026", kind: "items" }],
              ticketSites: [{ id: "west-lake", chinese: "西湖", english: "West Lake", devices: ["north", "south"] }],
            }
            """, to: "platform.json5")
        let key = try tickets("key")
        guard key.status == 0, let begin = key.text.firstIndex(of: "{") else { throw Failed(what: key.text) }
        let scenario = try Place.read("\(Place.project)/Scenarios/canteen/scenic-gate.json5")
        try folder.write(
            scenario.split(separator: "\n").map { line in
                // The machine that runs this need not be synchronised.
                line.contains("keys: [")
                    ? "keys: [\(key.text[begin...])],"
                    : line.replacing("clockUnsure: \"refuse\"", with: "clockUnsure: \"ignoreTime\"")
            }.joined(separator: "\n"), to: "scenario.json5")
        try folder.write(
            """
            {
              kind: "hardware", driver: { kind: "twin" },
              outputs: [
                { name: "gate-1.open", chip: "twin", line: 0, maximumPulseMilliseconds: 2000, isHoldable: true },
                { name: "gate-1.buzzer", chip: "twin", line: 1, maximumPulseMilliseconds: 1000 },
              ],
              inputs: [
                { name: "gate-1.passage", chip: "twin", line: 8, debounceMilliseconds: 0 },
                { name: "fire", chip: "twin", line: 9, debounceMilliseconds: 0 },
                // What the stand-in for a car park also moves.
                { name: "gate-1.closedLimit", chip: "twin", line: 10, debounceMilliseconds: 0 },
                { name: "gate-1.openLimit", chip: "twin", line: 11, debounceMilliseconds: 0 },
              ],
            }
            """, to: "hardware.json5")
        for gate in gates {
            try folder.write(
                """
                {
                  kind: "box", device: "\(gate.name)", stateFolder: "\(gate.state)",
                  scenario: "scenario.json5", hardware: "hardware.json5",
                  mqtt: { port: \(gate.proxy.port), keepAliveSeconds: 8, longestReconnectSeconds: 1 },
                  http: { port: 0 },
                }
                """, to: "\(gate.name).json5")
        }
        let program = try Program("\(Place.programs)/platformd", ["--config", platformFile])
        guard program.waitForLine("ready") != nil else { throw Failed(what: program.lines.joined(separator: "\n")) }
        platform = program
        for gate in gates { try start(gate) }
    }

    deinit { platform?.kill() }

    struct Failed: Error, CustomStringConvertible {
        let what: String
        var description: String { what }
    }

    /// Starts a gate's box, and waits until it is online.
    func start(_ gate: Gate) throws {
        let program = try Program("\(Place.programs)/canteend", ["--config", "\(folder.path)/\(gate.name).json5"])
        guard let listening = program.waitForLine("listening on"), program.waitForLine("ready:") != nil,
            let port = listening.split(separator: ":").last.flatMap({ Int($0) })
        else { throw Failed(what: program.lines.joined(separator: "\n")) }
        (gate.program, gate.port) = (program, port)
        gate.world = try TurnstileStandIn(socketPath: "\(gate.state)/gpio.sock")
        gate.world?.set("gate-1.passage", false)
        try wait("\(gate.name) is online") { try self.status(gate).contains("\"link\":\"up\"") }
    }

    func status(_ gate: Gate) throws -> String {
        String(decoding: try HTTPPush.send("GET", port: gate.port, path: "/status")?.body ?? [], as: UTF8.self)
    }

    func cut(_ gate: Gate) throws {
        gate.proxy.set(.refuse)
        gate.proxy.dropConnections()
        try wait("\(gate.name) notices the cut") { try self.status(gate).contains("\"link\":\"down\"") }
    }

    /// `turnpike tickets` with the platform's file.
    func tickets(_ word: String, _ more: String...) throws -> (status: Int32, text: String) {
        let program = try Program("\(Place.programs)/turnpike", ["tickets", word, platformFile] + more)
        return (program.waitForEnd(), program.lines.joined(separator: "\n"))
    }

    /// Issues one ticket for today and tomorrow.
    func sell(group: Int = 1) throws -> (id: String, code: String) {
        let today = TimeZoneRule.china.date(at: WallClock.now())
        let made = try tickets(
            "issue", "--site", "west-lake", "--kind", "adult", "--from", "\(today)", "--until",
            "\(CivilDate(dayNumber: today.dayNumber + 1))", "--group", "\(group)", "--who", "Zhao", "--why", "test")
        let cells = made.text.split(separator: "\n").last?.split(separator: ",") ?? []
        guard made.status == 0, cells.count == 7 else { throw Failed(what: made.text) }
        return (String(cells[0]), String(cells[6]))
    }

    /// A visitor shows a ticket; people go through as far as the way opens for them.
    func show(_ code: String, at gate: Gate, goIn people: Int = 1) throws {
        let before = gate.opened
        let token = try AttendantToken.read(in: gate.state)
        let answer = try HTTPPush.send(
            port: gate.port, path: "/till/ticket",
            headers: ["Authorization": "Bearer \(token)", "Content-Type": "application/json"],
            body: Array("{\"till\":\"main-gate\",\"code\":\"\(code)\",\"who\":\"desk\"}".utf8))
        guard answer?.status == 202 else { throw Failed(what: "the box did not take the ticket: \(answer as Any)") }
        for number in 0..<people {
            try wait("\(gate.name) opens for person \(number + 1)") { gate.opened == before + number + 1 }
            gate.world?.walk(through: "gate-1")
        }
        guard people > 0 else { return }
        let passed = { (event: Record.Event) in if case .passage(_, _, .passed) = event { true } else { false } }
        try wait("\(gate.name) has seen them pass") { try gate.records().count(where: passed) >= gate.opened }
    }

    func wait(_ what: String, seconds: Int64 = 15, _ condition: () throws -> Bool) throws {
        let log = {
            self.gates.map { $0.program?.lines.suffix(20).joined(separator: "\n") ?? "" }.joined(separator: "\n\n")
        }
        try Daemons.wait(what, seconds: seconds, log: log, condition)
    }

    func incidents() throws -> [Incident] { try LedgerReport.read("\(folder.path)/platform.db").incidents }
}
