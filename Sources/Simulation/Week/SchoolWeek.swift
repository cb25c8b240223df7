internal import BoxRules
public import Canteen
internal import Journal
public import Purses
internal import SQLite
internal import Services
internal import Vocabulary
internal import Wire

extension Simulation {
    /// Plays a scripted week at a school's canteen in virtual time: the real rules of each box and the real platform,
    /// one thread, one seed.
    /// - Throws: what cannot be set up on this machine, or a fault of the week that only the other files show.
    public static func run(
        _ week: WeekFile, scenario: CanteenScenario, rules: PurseRules, _ setup: WeekSetup
    ) throws -> WeekReport {
        let place = try TemporaryPlace(in: setup.folder)
        defer { place.remove() }
        return try SchoolWeek(week, scenario, rules, setup, place).play()
    }
}

/// One week: its world, its people, and what is planned.
final class SchoolWeek {
    let world: World
    let week: WeekFile
    let school: School
    /// As boxes and platform have them.
    let rules: PurseRules
    let scenario: CanteenScenario
    let judge: WeekChecker
    private(set) var gates: [VirtualGate] = []
    private let setup: WeekSetup
    static let list = slug("school")

    static func slug(_ text: String) -> Slug {
        guard let name = try? Slug(text) else { preconditionFailure("\(text) is a name") }
        return name
    }

    init(
        _ week: WeekFile, _ scenario: CanteenScenario, _ rules: PurseRules, _ setup: WeekSetup, _ place: TemporaryPlace
    ) throws {
        (self.week, self.setup) = (week, setup)
        (self.scenario, self.rules) = SchoolWeek.sabotaged(scenario, rules, setup.sabotage)
        var common = SimulationSetup(
            canteens: week.gates.count, seed: setup.seed, span: .seconds(86_400 * WeekFile.days), faults: setup.faults,
            folder: place.path)
        (common.calm, common.watch) = (setup.calm, setup.watch)
        let midnight = rules.zone.wall(localSeconds: week.monday.dayNumber * 86_400)
        let world = World(common, wallAtStart: midnight)
        self.world = world
        school = School(week, seed: setup.seed)
        judge = WeekChecker(world, week, school, rules, scenario.lanes.first, isStrict: setup.faults.isEmpty)
        let boxes = try makeBoxes()
        world.furnish(
            boxes, BrokerModel(world), try PlatformModel(world, configuration(place, boxes)),
            try PaymentNetwork(world), judge)
        guard let lane = scenario.lanes.first else { preconditionFailure("a box has a lane") }
        gates = boxes.map { VirtualGate($0, lane, judge) }
        for (box, gate) in zip(boxes, gates) { box.gates = [gate] }
        try checkScenes()
        sabotage()
    }

    private func makeBoxes() throws -> [SimulatedBox] {
        var dice = Dice(seed: setup.seed, 20)
        return week.gates.enumerated().map { index, device in
            let seed = (0..<4).flatMap { _ in withUnsafeBytes(of: dice.bits()) { [UInt8]($0) } }
            guard let key = BoxKey(seed: seed) else { preconditionFailure("a seed has 32 bytes") }
            let box = SimulatedBox(
                world, index: index, device: device, key: key, kind: .till(scenario, rules),
                journalOptions: JournalOptions())
            if setup.faults.isEmpty { box.slowestReadMicroseconds = 50_000 }
            return box
        }
    }

    private func configuration(_ place: TemporaryPlace, _ boxes: [SimulatedBox]) -> PlatformConfiguration {
        var configuration = PlatformConfiguration(
            database: place.database, mqtt: .init(host: "127.0.0.1", port: 1),
            merchant: SchoolWeek.slug("school-catering"),
            devices: boxes.map { .init(id: $0.device, publicKey: $0.key.publicKey) }, contracts: [],
            tariffs: [.items(scenario.prices)], leases: week.leases)
        configuration.canteens = [
            CanteenSettings(
                id: SchoolWeek.list, chinese: "学校食堂", english: "School canteen", devices: boxes.map(\.device),
                merchantClass: week.merchantClass, groups: [SchoolWeek.slug("pupil"), SchoolWeek.slug("staff")],
                rules: rules)
        ]
        return configuration
    }

    func gate(_ device: DeviceID) -> VirtualGate {
        guard let gate = gates.first(where: { $0.box.device == device }) else {
            preconditionFailure("the file was read with these gates")
        }
        return gate
    }

    // MARK: - The run

    func play() -> WeekReport {
        world.platform.open()
        for box in world.boxes { box.start() }
        world.at(VirtualTime.minutes(1)) { self.takeInPeople() }
        MealTraffic(self, seed: setup.seed).plan()
        for scene in week.scenes {
            for act in scene.acts { world.at(VirtualTime.seconds(act.second)) { self.carryOut(act, scene.name) } }
        }
        if !setup.faults.isEmpty { Misfortunes(world).plan() }
        for day in 0..<WeekFile.days { world.at(VirtualTime.minutes((day * 24 + 21) * 60)) { self.judge.check() } }
        let end = VirtualTime.minutes((WeekFile.days * 24 - 2) * 60)
        world.run(until: end)
        world.isQuiet = true
        for box in world.boxes { box.isDiskFull = false }
        for gate in gates { world.at(end + VirtualTime.minutes(30)) { self.order(gate, .closeDay) } }
        // What a lost disk had on loan comes back when its time and the grace are over.
        let held = VirtualTime.seconds(week.leases.mostSeconds + week.leases.graceSeconds)
        world.run(until: end + held + VirtualTime.minutes(120))
        if world.failure == nil { judge.checkAtRest() }
        for box in world.boxes { world.chronicle.mix(box.disk.head.hash.bytes) }
        world.end()
        return WeekReport(world, judge, seed: setup.seed)
    }

    // MARK: - Rules that are switched off

    private static func sabotaged(
        _ scenario: CanteenScenario, _ rules: PurseRules, _ sabotage: WeekSabotage?
    ) -> (CanteenScenario, PurseRules) {
        var scenario = scenario
        switch sabotage {
        case .noDuplicates: scenario.waits.duplicate = .seconds(0)
        case .replayCharges: scenario.waits.recordFresh = .seconds(7 * 86_400)
        case .itemClassIgnored:
            let purses = rules.purses.map { purse in
                var purse = purse
                purse.spendsOn.items = nil
                return purse
            }
            return (scenario, PurseRules(id: rules.id, zone: rules.zone, purses: purses))
        case .leasesUncounted, .reversalForgotten, .wrongLot, .gatesUntold, nil: break
        }
        return (scenario, rules)
    }

    private func sabotage() {
        switch setup.sabotage {
        case .leasesUncounted:
            world.platform.sabotaged = { response in
                guard case .lease(let id, .granted(var terms)) = response else { return response }
                terms.usage.removeAll { $0.window == nil }
                return .lease(id, .granted(terms))
            }
        case .reversalForgotten:
            for box in world.boxes {
                box.swallows = { message in
                    switch try? Request(payload: message.payload) {
                    case .reverse, .refund: true
                    default: false
                    }
                }
            }
        case .wrongLot:
            world.platform.tamper = { _, response, database in
                guard case .refund(_, .refunded) = response else { return }
                try? database.execute(
                    """
                    INSERT INTO purse_lots (holder, purse, lot, expires, last_day, rest, account, is_debit)
                    SELECT holder, purse, 'another', NULL, NULL, 100, account, 0 FROM purse_lots
                    WHERE rest > 200 ORDER BY number LIMIT 1;
                    UPDATE purse_lots SET rest = rest - 100
                    WHERE number = (SELECT number FROM purse_lots WHERE rest > 200 ORDER BY number LIMIT 1);
                    """)
            }
        case .gatesUntold:
            world.platform.sabotaged = { response in
                guard case .mealFacts(let page) = response else { return response }
                return .mealFacts(FactPage(facts: [], through: page.through, isMoreLeft: false))
            }
            world.platform.keepsQuiet = { if case .meal = $0 { true } else { false } }
        case .itemClassIgnored, .noDuplicates, .replayCharges, nil: break
        }
    }
}
