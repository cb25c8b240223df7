import EdgeRuntime
import Glibc
import Host
import JSONText
import Journal
import ParkingDay
import Services
import StandIns
import Vocabulary
import Wire

/// One car park of several boxes on one machine, rehearsed: a broker, a platform, the boxes as processes of their own,
/// and a wall clock for all of them that this program moves.
final class DayRig {
    /// One box, its way to the broker and its world.
    final class Member {
        let name: String
        let proxy: FaultProxy
        let file: String
        let configuration: BoxConfiguration
        var program: Program?
        var world: CarParkStandIn?
        var port = 0
        var reads = 0

        init(_ name: String, _ proxy: FaultProxy, _ file: String, _ configuration: BoxConfiguration) {
            (self.name, self.proxy, self.file, self.configuration) = (name, proxy, file, configuration)
        }
    }

    let day: DayFile
    let clock: RehearsalClock
    private(set) var members: [String: Member] = [:]
    private let broker: Broker
    private let folder: TemporaryFolder
    private let programs: String
    private var platform: Program?
    private var platformFile: String { "\(folder.path)/platform.json5" }
    var ledger: String { "\(folder.path)/platform.db" }

    init(programs: String, day: DayFile, scenario: String, hardware: String) throws {
        self.programs = programs
        self.day = day
        broker = try Broker()
        folder = try TemporaryFolder("turnpike-day")
        clock = try RehearsalClock("\(folder.path)/clock")
        for name in day.boxes {
            let proxy = try FaultProxy(to: broker.port)
            try folder.write(
                """
                {
                  kind: "box", device: "\(name)", stateFolder: "\(name)", rehearsalClock: "clock",
                  scenario: "\(scenario)", hardware: "\(hardware)",
                  mqtt: { port: \(proxy.port), keepAliveSeconds: 8, longestReconnectSeconds: 1 },
                  http: { port: 0 },
                }
                """, to: "\(name).json5")
            let file = "\(folder.path)/\(name).json5"
            let configuration = try BoxConfiguration(try TextFile.read(file), file: file, folder: folder.path)
            members[name] = Member(name, proxy, file, configuration)
        }
        try writePlatform(scenario)
    }

    deinit {
        for member in members.values { member.program?.kill() }
        platform?.kill()
    }

    private func writePlatform(_ scenario: String) throws {
        var devices: [String] = [], contracts: [String] = []
        for name in day.boxes {
            guard let member = members[name] else { continue }
            let key = try BoxIdentity.key(in: member.configuration.stateFolder)
            devices.append("{ id: \"\(name)\", publicKey: \"\(key.publicKey)\" }")
        }
        for (number, car) in day.cars.enumerated() {
            guard [.contract, .offline, .debt].contains(car.pays) else { continue }
            contracts.append(
                """
                { plate: "\(car.plate)", account: "owner-\(number)", openingBalance: 100000, \
                offlineLimit: \(car.pays == .debt ? 0 : 10_000), status: "active" }
                """)
        }
        let names = day.boxes.map { "\"\($0)\"" }.joined(separator: ", ")
        try folder.write(
            """
            {
              kind: "platform", database: "\(ledger)", mqtt: { port: \(broker.port) }, merchant: "parking",
              rehearsalClock: "clock",
              devices: [\(devices.joined(separator: ", "))],
              sites: [{ id: "centre", chinese: "市中心停车场", english: "City centre", devices: [\(names)] }],
              contracts: [
                \(contracts.joined(separator: ",\n    "))
              ],
              acquirers: [ { kind: "sandbox", schemes: ["weChat", "alipay", "unionPay"], shownCodes: true } ],
              tariffs: \(try RigFiles.tariffs(of: scenario)),
            }
            """, to: "platform.json5")
    }

    // MARK: - Programs

    func start() throws {
        try startPlatform()
        for name in day.boxes { try startBox(name) }
        for name in day.boxes { try wait("\(name) is connected") { try self.status(name)["link"]?.string == "up" } }
    }

    func startPlatform() throws {
        let program = try Program("\(programs)/platformd", ["--config", platformFile])
        guard program.waitForLine("ready") != nil else { throw failed("platformd", program) }
        platform = program
    }

    func killPlatform() {
        platform?.kill()
        platform = nil
    }

    func startBox(_ name: String) throws {
        let member = try member(name)
        let program = try Program("\(programs)/parkingd", ["--config", member.file])
        guard let listening = program.waitForLine("listening on"), program.waitForLine("ready:") != nil,
            let port = listening.split(separator: ":").last.flatMap({ Int($0) })
        else { throw failed("parkingd", program) }
        (member.program, member.port) = (program, port)
        member.world = try CarParkStandIn(
            socketPath: "\(member.configuration.stateFolder)/gpio.sock", lanes: lanes(of: name), travel: 30_000)
    }

    /// The power of a box goes and comes back.
    func cutPower(_ name: String) throws {
        let member = try member(name)
        member.world = nil
        member.program?.kill()
        try startBox(name)
    }

    func end() {
        for member in members.values { member.program?.terminate() }
        platform?.terminate()
    }

    private func lanes(of box: String) -> [String] {
        let used = Set(day.cars.flatMap { [$0.entry, $0.exit] } + day.events.map(\.lane))
        return used.filter { $0.box == box }.map(\.name).sorted()
    }

    // MARK: - Looking

    func member(_ name: String) throws(DayFault) -> Member {
        guard let member = members[name] else { throw DayFault("there is no box \(name)") }
        return member
    }

    func status(_ name: String) throws -> JSONNode {
        let answer = try HTTPPush.send("GET", port: try member(name).port, path: "/status")
        guard let answer, answer.status == 200 else { throw DemoError("\(name) does not answer /status") }
        return try JSONNode.parse(answer.body, dialect: .json)
    }

    func token(_ name: String) throws -> String {
        try AttendantToken.read(in: try member(name).configuration.stateFolder)
    }

    func wait(_ what: String, seconds: Int64 = 30, _ condition: () throws -> Bool) throws {
        let deadline = BootClock.now() + Uptime.Span.seconds(seconds)
        while try !condition() {
            guard BootClock.now() < deadline else { throw DemoError("waited \(seconds) s in vain until \(what)") }
            usleep(20_000)
        }
    }

    private func failed(_ name: String, _ program: Program) -> DemoError {
        DemoError("\(name) did not start:\n\(program.lines.joined(separator: "\n"))")
    }
}
