internal import Glibc
internal import Journal
internal import Ledger
internal import Parking
internal import Services
internal import Tariffs
internal import Vocabulary
internal import Wire

/// Runs whole car parks, their network and their platform in one thread, on virtual time and one seed.
public enum Simulation {
    /// How long everything may take to come to rest when nothing goes wrong any more.
    static let restMinutes: Int64 = 80

    /// - Returns: what was done, and the first thing that was wrong; the same setup always gives the same.
    /// - Throws: what cannot be set up on this machine, such as the platform's file.
    public static func run(_ setup: SimulationSetup) throws -> SimulationReport {
        let folder = try TemporaryPlace(in: setup.folder)
        defer { folder.remove() }
        let world = World(setup)
        try furnish(world, folder)
        let misfortunes = Misfortunes(world)
        for box in world.boxes {
            box.start()
            if !box.isTill { box.planRefunds() }
        }
        misfortunes.plan()
        Traffic(world).plan()
        Tills(world).plan()
        planChecks(world)
        world.run(until: setup.span.nanoseconds / 1_000)
        world.isQuiet = true
        misfortunes.end()
        let probes = Probes(world)
        probes.plan()
        world.run(until: world.now + VirtualTime.minutes(restMinutes))
        probes.check()
        if world.failure == nil { world.checker.checkAtRest() }
        for box in world.boxes { world.chronicle.mix(box.disk.head.hash.bytes) }
        if world.failure == nil, let ledger = try? LedgerReport.read(folder.database) {
            for account in ledger.accounts { world.chronicle.mix(Array("\(account.name) \(account.balance)".utf8)) }
        }
        world.end()
        return SimulationReport(
            seed: setup.seed, virtual: Uptime.Span(nanoseconds: world.now * 1_000), counts: world.counts,
            digest: world.chronicle.digest, moments: world.chronicle.moments, failure: world.failure,
            failedAt: world.failedAt, lastMoments: world.failure == nil ? [] : world.chronicle.lines,
            watched: world.watched)
    }

    private static func furnish(_ world: World, _ folder: TemporaryPlace) throws {
        let setup = world.setup
        var dice = Dice(seed: setup.seed, 5)
        guard let usual = setup.scenario else { preconditionFailure("a run of car parks has their scenario") }
        let scenario = varied(usual, &dice)
        var boxes: [SimulatedBox] = []
        for index in 0..<(setup.sites + setup.tills) {
            let isTill = index >= setup.sites
            let seed = (0..<4).flatMap { _ in withUnsafeBytes(of: dice.bits()) { [UInt8]($0) } }
            guard let key = BoxKey(seed: seed) else { preconditionFailure("a seed has 32 bytes") }
            // Small, so that a full disk soon leads to writes that are refused.
            var options = JournalOptions()
            options.mostWaitingRecords = Int(dice.between(6, 60))
            let settings = try BarrierSettings(
                hasOpenLimit: dice.chance(perMille: 500), hasClosedLimit: dice.chance(perMille: 500),
                hasPhotocell: false)
            boxes.append(
                SimulatedBox(
                    world, index: index, device: try DeviceID(isTill ? "till-\(index + 1)" : "garage-\(index + 1)"),
                    key: key,
                    kind: isTill
                        ? .till(Tills.scenario(index), nil)
                        : .carPark(
                            scenario, Dictionary(uniqueKeysWithValues: scenario.lanes.map { ($0.id, settings) })),
                    journalOptions: options))
        }
        let contracts = try Traffic.contracts(setup) + Tills.contracts(setup)
        var configuration = PlatformConfiguration(
            database: folder.database, mqtt: .init(host: "127.0.0.1", port: 1), merchant: try Slug("parking"),
            devices: boxes.map { .init(id: $0.device, publicKey: $0.key.publicKey) }, contracts: contracts,
            tariffs: usual.tariffs.versions.map { .parking($0) } + [.items(Tills.prices)], leases: Tills.limits
        )
        configuration.acquirers = [
            AcquirerSettings(
                name: try Slug("sandbox"), schemes: PayerCode.Scheme.allCases, takesShownCodes: true, book: "none")
        ]
        world.furnish(
            boxes, BrokerModel(world), try PlatformModel(world, configuration), try PaymentNetwork(world),
            Checker(world))
        world.platform.open()
    }

    /// The scenario's doubtful cases, each decided by the seed, so that every one is run.
    private static func varied(_ scenario: ParkingScenario, _ dice: inout Dice) -> ParkingScenario {
        var scenario = scenario
        scenario.onDeclined = dice.pick([.hold, .letOutOnDebt])
        // A driver whose contract does not pay has a phone, or cash.
        scenario.payment.methods = LanePayment.Method.allCases
        scenario.onUnknown = dice.pick(ParkingScenario.Fallback.allCases)
        scenario.onTimedOut = dice.pick(ParkingScenario.Fallback.allCases)
        scenario.offlineRefused = dice.pick([.hold, .letOutOnDebt])
        scenario.noEntryRecord = dice.pick(ParkingScenario.NoEntryRecord.allCases)
        scenario.alreadyInside = dice.pick(ParkingScenario.AlreadyInside.allCases)
        return scenario
    }

    private static func planChecks(_ world: World) {
        var dice = Dice(seed: world.setup.seed, 6)
        func again() {
            // A check reads everything there is: in a long run it is made some twenty times, not every few minutes.
            let least = max(VirtualTime.minutes(5), world.setup.span.nanoseconds / 1_000 / 40)
            world.after(dice.between(least, 4 * least)) {
                guard !world.isQuiet else { return }
                world.checker.check()
                again()
            }
        }
        again()
    }
}

/// A folder of its own for one run, removed with what is in it.
struct TemporaryPlace {
    let path: String
    var database: String { "\(path)/platform.db" }

    init(in folder: String) throws(SimulationPlaceError) {
        var template = Array("\(folder)/turnpike-simulation-XXXXXX".utf8CString)
        guard
            let made = template.withUnsafeMutableBufferPointer({ mkdtemp($0.baseAddress!).map { String(cString: $0) } })
        else { throw SimulationPlaceError(folder: folder, code: errno) }
        path = made
    }

    func remove() {
        for name in ["platform.db", "platform.db-wal", "platform.db-shm"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }
}

/// There is no place for the platform's file.
public struct SimulationPlaceError: Error, CustomStringConvertible {
    let folder: String
    let code: Int32

    public var description: String {
        "could not make a folder in \(folder) for the platform's file (errno \(code)): choose another with --folder"
    }
}
