internal import BoxRules
internal import Effects
internal import Journal
public import Parking
public import ParkingDay
internal import Payments
internal import PlateCamera
internal import Services
internal import Tariffs
internal import Vocabulary
internal import Wire

extension Simulation {
    /// Plays a scripted day in virtual time: the real rules of each box and the real platform, one thread, one seed.
    /// - Parameter folder: where the platform's file is made, and removed again.
    /// - Throws: what cannot be set up, or a rule that did not hold; what was not as expected is in the account.
    public static func run(_ day: DayFile, scenario: ParkingScenario, folder: String) throws -> DayAccount {
        let place = try TemporaryPlace(in: folder)
        defer { place.remove() }
        let stage = try SimulatedDay(day, scenario, place)
        defer { stage.end() }
        return try DayRunner.run(day, on: stage)
    }
}

/// A day's stage in virtual time. The day's midnight, where the car park is, is the beginning of the run.
final class SimulatedDay: DayStage {
    let world: World
    let boxes: [String: SimulatedBox]
    /// The lane of each box that has everything fitted, and a camera that is watched.
    static let fullLane = "exit-2"
    /// The boxes whose watched camera is silent.
    var silentCameras: Set<String> = []
    private let database: String

    init(_ day: DayFile, _ scenario: ParkingScenario, _ place: TemporaryPlace) throws {
        var setup = SimulationSetup(
            seed: 1, span: .seconds(86_400), sites: day.boxes.count, faults: [], scenario: scenario, folder: place.path)
        setup.tills = 0
        let world = World(setup, wallAtStart: scenario.tariffs.midnight(before: World.usualStart))
        world.isScripted = true
        var dice = Dice(seed: setup.seed, 5)
        let barrier = try BarrierSettings(hasOpenLimit: true, hasClosedLimit: true, hasPhotocell: false)
        let full = try BarrierSettings(
            hasOpenLimit: true, hasClosedLimit: true, hasPhotocell: true, hasObstruction: true, hasArmContact: true,
            hasApproachLoop: true)
        let barriers = Dictionary(
            uniqueKeysWithValues: scenario.lanes.map { ($0.id, $0.id.text == Self.fullLane ? full : barrier) })
        let made = try day.boxes.enumerated().map { index, name in
            let seed = (0..<4).flatMap { _ in withUnsafeBytes(of: dice.bits()) { [UInt8]($0) } }
            guard let key = BoxKey(seed: seed) else { preconditionFailure("a seed has 32 bytes") }
            return SimulatedBox(
                world, index: index, device: try DeviceID(name), key: key, kind: .carPark(scenario, barriers),
                journalOptions: JournalOptions(), cameras: try Self.cameras(of: scenario))
        }
        var contracts = try day.cars.enumerated().compactMap { number, car in
            switch car.pays {
            case .contract, .offline, .debt:
                PlatformConfiguration.SignedContract(
                    holder: Holder(plate: try Plate(car.plate)), account: try Slug("owner-\(number)"),
                    openingBalance: Fen(100_000), offlineLimit: Fen(car.pays == .debt ? 0 : 10_000))
            case .cash, .code, .free, .waived: nil
            }
        }
        contracts += try day.contracts.enumerated().map { number, contract in
            PlatformConfiguration.SignedContract(
                holder: Holder(plate: try Plate(contract.plate)), account: try Slug("scene-\(number)"),
                openingBalance: Fen(contract.balance), offlineLimit: Fen(contract.offlineLimit))
        }
        var configuration = PlatformConfiguration(
            database: place.database, mqtt: .init(host: "127.0.0.1", port: 1), merchant: try Slug("parking"),
            devices: made.map { .init(id: $0.device, publicKey: $0.key.publicKey) }, contracts: contracts,
            tariffs: scenario.tariffs.versions.map { .parking($0) })
        configuration.acquirers = [
            AcquirerSettings(
                name: try Slug("sandbox"), schemes: PayerCode.Scheme.allCases, takesShownCodes: true, book: "none")
        ]
        configuration.sites = [
            SiteSettings(id: try Slug("centre"), chinese: "市中心停车场", english: "City centre", devices: made.map(\.device))
        ]
        configuration.permits = try day.permits.map { permit in
            func time(_ minute: Int64?) -> WallTime? {
                minute.map { WallTime(milliseconds: world.wallAtStart.milliseconds + $0 * 60_000) }
            }
            guard let kind = Permit.Grant.Kind(rawValue: permit.kind.rawValue) else {
                throw DayFault("\(permit.kind.rawValue) is no permit")
            }
            return PermitSetting(
                holder: Holder(plate: try Plate(permit.plate)),
                grant: Permit.Grant(
                    kind: kind, validFrom: time(permit.from), validUntil: time(permit.until),
                    graceMinutes: permit.graceMinutes))
        }
        world.furnish(
            made, BrokerModel(world), try PlatformModel(world, configuration), try PaymentNetwork(world), Checker(world)
        )
        self.world = world
        database = place.database
        boxes = Dictionary(uniqueKeysWithValues: zip(day.boxes, made))
        world.platform.open()
        for box in made { box.start() }
        beat()
        world.run(until: VirtualTime.minutes(2))
    }

    func end() { world.end() }

    func find(_ lane: DayFile.Lane) throws(DayFault) -> VirtualLane {
        guard let found = boxes[lane.box]?.lanes.first(where: { $0.id.text == lane.name }) else {
            throw DayFault("the scenario has no lane \(lane.name) for \(lane.box)")
        }
        return found
    }

    func box(_ name: String) throws(DayFault) -> SimulatedBox {
        guard let box = boxes[name] else { throw DayFault("there is no box \(name)") }
        return box
    }

    func run(milliseconds: Int64) { world.run(until: world.now + milliseconds * 1_000) }

    /// Lets time pass until something holds.
    func run(atMost milliseconds: Int64, until holds: () -> Bool) -> Bool {
        let end = world.now + milliseconds * 1_000
        while !holds() {
            guard world.now < end, world.failure == nil else { return false }
            run(milliseconds: 50)
        }
        return true
    }

    func tell(_ lane: DayFile.Lane, _ event: (LaneID) -> ParkingEvent) throws(DayFault) {
        let found = try find(lane)
        found.box.tell(.own(.parking(event(found.id))))
    }

    func setClock(minute: Int64) throws(DayFault) {
        if let failure = world.failure { throw DayFault("\(world.failedAt ?? ""): \(failure)") }
        world.run(until: max(world.now, VirtualTime.minutes(minute)))
    }

    func read(_ plate: String, at lane: DayFile.Lane) throws(DayFault) {
        let push =
            #"{"AlarmInfoPlate":{"result":{"PlateResult":{"license":"\#(plate)","confidence":96,"type":1}}}}"#
        let read: PlateRead
        do throws(PlateCameraError) { read = try Vzenith.decode(Array(push.utf8)) } catch {
            // What no plate can be is refused; everything else is a fault of the day.
            guard plate.count > DayRunner.longestPlate else { throw DayFault("a read of \(plate): \(error)") }
            return
        }
        try hear(read, at: lane)
    }

    private func hear(_ read: PlateRead, at lane: DayFile.Lane) throws(DayFault) {
        guard let plate = read.plate else { throw DayFault("a push without a plate was taken for a read") }
        try tell(lane) {
            .plateRead(
                lane: $0, PlateSighting(plate, confidence: read.confidence, vehicle: read.knownVehicleClass))
        }
    }

    func waitUntilUp(_ lane: DayFile.Lane, milliseconds: Int64) -> Bool {
        guard let lane = try? find(lane) else { return false }
        return run(atMost: milliseconds) { lane.boom == .open }
    }

    func driveThrough(_ lane: DayFile.Lane, cars: Int) throws(DayFault) {
        let found = try find(lane)
        for _ in 0..<cars {
            found.approach(true)
            run(milliseconds: 300)
            found.occupy(true)
            run(milliseconds: 1_000)
            found.approach(false)
            run(milliseconds: 500)
            found.occupy(false)
            run(milliseconds: 200)
        }
        guard run(atMost: 60_000, until: { found.boom == .closed }) else {
            throw DayFault("the boom of \(lane.box)/\(lane.name) did not close within a minute")
        }
    }

    func takeCash(_ lane: DayFile.Lane) throws(DayFault) {
        try tell(lane) { .cashTaken(lane: $0, who: "Attendant Zhao") }
    }

    func present(_ code: String, _ lane: DayFile.Lane) throws(DayFault) {
        guard let code = try? PayerCode(code) else { throw DayFault("\(code) is no payment code") }
        try tell(lane) { .codePresented(lane: $0, code) }
    }

    func waive(_ lane: DayFile.Lane) throws(DayFault) {
        try tell(lane) { .ordered(lane: $0, .waive, who: "Attendant Zhao", why: "the lift was out of order") }
    }

    func openByHand(_ lane: DayFile.Lane) throws(DayFault) {
        try tell(lane) { .openedByHand(lane: $0, who: "Attendant Zhao", reason: "a delivery on foot") }
    }

    func wait(seconds: Int64) { run(milliseconds: seconds * 1_000) }

    func pause(milliseconds: Int64) { run(milliseconds: milliseconds) }

    func setFire(_ isActive: Bool, _ lane: DayFile.Lane) throws(DayFault) {
        let found = try find(lane)
        found.box.tell(.sensor("\(found.id).fireAlarm", isActive ? .active : .clear))
    }

    func sendNonsense(_ lane: DayFile.Lane) throws(DayFault) {
        guard let read = try? Vzenith.decode(DayRunner.nonsense) else { return }
        try hear(read, at: lane)
    }

    func setNetwork(_ name: String, isCut: Bool) throws(DayFault) {
        let box = try box(name)
        if isCut {
            world.broker.drop(box, isSilent: false, outage: VirtualTime.minutes(24 * 60))
        } else {
            world.broker.connect(box, after: 100_000)
        }
        run(milliseconds: 2_000)
    }

    func restartPlatform() throws(DayFault) {
        world.platform.restart()
        run(milliseconds: 61_000)
    }

    func cutPower(_ name: String) throws(DayFault) {
        try box(name).crash(isPowerCut: true)
        run(milliseconds: 70_000)
    }

    func settle() throws(DayFault) {
        guard run(atMost: 30 * 60_000, until: { boxes.values.allSatisfy(\.isSettled) }) else {
            throw DayFault("not everything reached the platform within half an hour")
        }
        run(milliseconds: 60_000)
        world.checker.checkAtRest()
        if let failure = world.failure { throw DayFault(failure) }
    }

    func records(_ name: String) throws(DayFault) -> [Record.Event] { try records(name, after: 0) }

    func books() throws(DayFault) -> DayBooks {
        do throws(PlatformError) {
            let report = try LedgerReport.read(database)
            let approved = report.payments("approved")
            // What is owed is taken as soon as the account has it; then it is collected.
            let (open, collected) = (report.payments("debt"), report.payments("collected"))
            return DayBooks(
                approved: (approved.count, approved.sum),
                owed: (open.count + collected.count, Fen(open.sum.count + collected.sum.count)),
                records: report.streams.reduce(0) { $0 + $1.rows }, sumOfBooks: report.sumOfBooks,
                incidents: Int64(report.incidents.count), collected: (collected.count, Fen(collected.sum.count)))
        } catch { throw DayFault("the platform's books cannot be read: \(error)") }
    }
}
