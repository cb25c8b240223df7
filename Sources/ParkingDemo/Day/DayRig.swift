import DemoParts
import EdgeRuntime
import Glibc
import Host
import JSONText
import Journal
import Parking
import ParkingDay
import Services
import StandIns
import Tariffs
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
        /// The box's own wall clock, and how wrong it goes, in milliseconds.
        let clock: RehearsalClock
        var clockError: Int64 = 0
        var program: Program?
        var world: CarParkStandIn?
        var port = 0
        /// The lanes with an approach loop, those whose camera is missed when it is silent, and the contacts that say
        /// that a boom's arm is whole.
        let approachLoops: Set<String>
        let watchedLanes: [String]
        let intactArms: [String]

        init(
            _ name: String, _ proxy: FaultProxy, _ file: String, _ configuration: BoxConfiguration,
            _ clock: RehearsalClock
        ) throws {
            let board = try JSONNode.parse(try TextFile.read(configuration.hardware), dialect: .json5)
            let inputs = board["inputs"]?.array?.compactMap { $0["name"]?.string } ?? []
            intactArms = inputs.filter { $0.hasSuffix(".armIntact") }
            approachLoops = Set(
                inputs.filter { $0.hasSuffix(".approachLoop") }.map { String($0.prefix { $0 != "." }) })
            watchedLanes =
                board["cameras"]?.array?.filter { $0["silentAfterSeconds"]?.integer != 0 }
                .compactMap { $0["lane"]?.string } ?? []
            (self.name, self.proxy, self.file, self.configuration) = (name, proxy, file, configuration)
            self.clock = clock
        }
    }

    let day: DayFile
    /// The platform's wall clock, and the wall time of the day's midnight.
    let clock: RehearsalClock
    let midnight: WallTime
    private(set) var members: [String: Member] = [:]
    private let broker: Broker
    private let folder: TemporaryFolder
    private let programs: String
    private var platform: Program?
    /// Where the platform serves its pages for phones.
    private(set) var phonePort = 0
    private var platformFile: String { "\(folder.path)/platform.json5" }
    var ledger: String { "\(folder.path)/platform.db" }
    /// The sandbox network's own book.
    var networkBook: String { "\(folder.path)/sandbox.db" }

    init(programs: String, day: DayFile, scenario: String, hardware: String) throws {
        self.programs = programs
        self.day = day
        broker = try Broker()
        folder = try TemporaryFolder("turnpike-day")
        clock = try RehearsalClock("\(folder.path)/platform.clock")
        // By the hours of its tariff, so that its nights are the nights of the day's file.
        midnight = try ParkingScenario(try TextFile.read(scenario), file: scenario).tariffs
            .midnight(before: WallClock.now())
        for name in day.boxes {
            let proxy = try FaultProxy(to: broker.port)
            try folder.write(
                """
                {
                  kind: "box", device: "\(name)", stateFolder: "\(name)", rehearsalClock: "\(name).clock",
                  scenario: "\(scenario)", hardware: "\(hardware)",
                  mqtt: { port: \(proxy.port), keepAliveSeconds: 8, longestReconnectSeconds: 1 },
                  http: { port: 0 },
                }
                """, to: "\(name).json5")
            let file = "\(folder.path)/\(name).json5"
            let configuration = try BoxConfiguration(try TextFile.read(file), file: file, folder: folder.path)
            let clock = try RehearsalClock("\(folder.path)/\(name).clock")
            members[name] = try Member(name, proxy, file, configuration, clock)
        }
        try writePlatform(scenario)
    }

    deinit {
        for member in members.values { member.program?.kill() }
        platform?.kill()
    }

    private func writePlatform(_ scenario: String) throws {
        var devices: [(id: String, publicKey: String)] = []
        for name in day.boxes {
            guard let member = members[name] else { continue }
            devices.append((name, "\(try BoxIdentity.key(in: member.configuration.stateFolder).publicKey)"))
        }
        let file = DayPlatformFile(day: day, midnight: midnight, devices: devices, port: broker.port, ledger: ledger)
        try folder.write(try file.text(scenario: scenario), to: "platform.json5")
    }

    /// Moves the wall clocks of the platform and of the boxes to a time of the day; that of a box goes as wrong as it
    /// does.
    func setClocks(to wall: WallTime) {
        let offset = wall.milliseconds - WallClock.now().milliseconds
        clock.offset = offset
        for member in members.values { member.clock.offset = offset + member.clockError }
    }

    /// A box's wall clock goes wrong by so much, and knows that nothing vouches for it; 0: it is right again.
    func setClockError(_ member: Member, milliseconds: Int64) {
        member.clock.offset += milliseconds - member.clockError
        member.clockError = milliseconds
        member.clock.isSynchronised = milliseconds == 0
    }

    // MARK: - Programs

    func start() throws {
        try startPlatform()
        for name in day.boxes { try startBox(name) }
        for name in day.boxes { try wait("\(name) is connected") { try self.status(name)["link"]?.string == "up" } }
    }

    func startPlatform() throws {
        let (program, lines) = try Daemons.start(
            "platformd", in: programs, config: platformFile, until: ["pages for phones on ", "ready"])
        guard
            let port = lines[0].split(separator: "/").dropFirst(1).first?.split(separator: ":").last.flatMap({ Int($0) }
            )
        else { throw DemoError("platformd does not say where its pages are: \(lines[0])") }
        phonePort = port
        platform = program
    }

    func killPlatform() {
        platform?.kill()
        platform = nil
    }

    func startBox(_ name: String) throws {
        let member = try member(name)
        (member.program, member.port) = try Daemons.startBox("parkingd", in: programs, config: member.file)
        member.world = try CarParkStandIn(
            socketPath: "\(member.configuration.stateFolder)/gpio.sock", lanes: lanes(of: name), travel: 30_000)
        for input in member.intactArms { member.world?.set(input, true) }
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
        let used = Set(
            day.cars.flatMap { [$0.entry, $0.exit] } + day.events.map(\.lane) + day.scenes.map(\.lane))
        return used.filter { $0.box == box }.map(\.name).sorted()
    }

    /// Somebody pays at the sandbox of the payment network, by the command that an engineer has.
    func pay(_ option: String, _ value: String) throws {
        let program = try Program(
            "\(programs)/turnpike", ["sandbox", "pay", "--config", platformFile, option, value])
        guard program.waitForEnd() == 0 else { throw failed("turnpike sandbox pay", program) }
    }

    // MARK: - Looking

    func member(_ name: String) throws(DayFault) -> Member {
        guard let member = members[name] else { throw DayFault("there is no box \(name)") }
        return member
    }

    func status(_ name: String) throws -> JSONNode {
        try Daemons.status(port: try member(name).port)
    }

    func token(_ name: String) throws -> String {
        try AttendantToken.read(in: try member(name).configuration.stateFolder)
    }

    func wait(_ what: String, seconds: Int64 = 30, _ condition: () throws -> Bool) throws {
        try Daemons.wait(what, seconds: seconds, condition)
    }

    private func failed(_ name: String, _ program: Program) -> DemoError {
        DemoError("\(name) did not start:\n\(program.lines.joined(separator: "\n"))")
    }
}
