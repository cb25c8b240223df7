import ArgumentParser
import Canteen
import Host
import Parking
import ParkingDay
import Purses
import Simulation
import Vocabulary

/// Runs simulated car parks and judges them.
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs whole car parks in virtual time, lets things go wrong, and checks what must hold.",
        discussion: "The same seed does exactly the same again. Ends with status 1 when something did not hold.")

    @Option(help: "The seed everything follows from.")
    var seed: UInt64 = 1

    @Option(help: "How many seeds to run, counting up.")
    var runs: UInt64 = 1

    @Option(help: "Virtual days.")
    var days: Int64 = 1

    @Option(help: "Virtual hours; instead of days.")
    var hours: Int64?

    @Option(help: "Boxes, one car park each.")
    var sites: Int = 3

    @Option(name: .customLong("cars"), help: "Cars that come to each car park in a day.")
    var carsPerDay: Int64 = 1_000

    @Option(help: "all, none, or a list: \(SimulatedFault.allCases.map(\.rawValue).joined(separator: ",")).")
    var faults: String?

    @Option(help: "How rare faults are: 1 is several an hour of each kind.")
    var calm: Int64 = 1

    @Option(help: "The scenario of every car park; left out: city-car-park, or with --day two-box-car-park.")
    var scenario: String?

    @Option(help: "Where the platform's file is made for the run; best in memory.")
    var folder = "/dev/shm"

    @Option(
        help: ArgumentHelp(
            "A scripted day (Scenarios/days/…) instead of what a seed makes; only --scenario and --folder go with it.",
            valueName: "file"))
    var day: String?

    @Option(
        help: ArgumentHelp(
            "A scripted week at a school's canteen (Scenarios/canteen/school-week.json5); --seed, --runs, --pupils, "
                + "--calm, --watch and --folder go with it, and --faults, which is none then unless it is said.",
            valueName: "file"))
    var week: String?

    @Option(help: "With --week: fewer or more pupils than the file says.")
    var pupils: Int64?

    @Option(help: "Print every moment with this text in it: a payment's id, a plate, a box.")
    var watch: String?

    @Flag(help: "Print what each run did, not only those that fail.")
    var verbose = false

    func validate() throws {
        guard (1...64).contains(sites) else { throw ValidationError("--sites takes 1 to 64") }
        let isOfSeeds =
            seed != 1 || runs != 1 || days != 1 || hours != nil || sites != 3 || carsPerDay != 1_000 || faults != nil
            || calm != 1 || watch != nil || verbose
        guard week == nil || day == nil else { throw ValidationError("either --day or --week") }
        guard pupils.map((1...WeekFile.mostPupils).contains) ?? true else {
            throw ValidationError("--pupils takes 1 to \(WeekFile.mostPupils)")
        }
        guard day == nil || !isOfSeeds else {
            throw ValidationError("--day says itself what happens: only --scenario and --folder go with it")
        }
        guard days > 0, hours ?? 1 > 0, days <= 3_650, hours ?? 1 <= 87_600 else {
            throw ValidationError("--days takes 1 to 3650, --hours 1 to 87600")
        }
        guard carsPerDay > 0, carsPerDay <= 100_000, (1...1_000).contains(calm), runs > 0 else {
            throw ValidationError("--cars takes 1 to 100000, --calm 1 to 1000, --runs at least 1")
        }
        _ = try chosenFaults()
    }

    private func chosenFaults() throws -> Set<SimulatedFault> {
        let faults = faults ?? (week == nil ? "all" : "none")
        switch faults {
        case "all": return Set(SimulatedFault.allCases)
        case "none": return []
        default:
            return Set(
                try faults.split(separator: ",").map { word in
                    guard let fault = SimulatedFault(rawValue: String(word)) else {
                        throw ValidationError("--faults does not know \(word)")
                    }
                    return fault
                })
        }
    }

    func run() throws {
        if let day { return try play(day) }
        if let week { return try play(week: week) }
        let path = scenario ?? "Scenarios/city-car-park.json5"
        let scenario = try ParkingScenario(try TextFile.read(path), file: path)
        let span = hours.map { Uptime.Span.seconds($0 * 3_600) } ?? .seconds(days * 86_400)
        for seed in seed..<seed + runs {
            var setup = SimulationSetup(
                seed: seed, span: span, sites: sites, faults: try chosenFaults(), scenario: scenario,
                carsPerDay: carsPerDay, folder: folder)
            setup.calm = calm
            setup.watch = watch
            let start = BootClock.now()
            let report = try Simulation.run(setup)
            let took = max(1, (BootClock.now() - start).milliseconds)
            if verbose || report.failure != nil || runs == 1 {
                print(report)
                let siteDays = report.virtual.milliseconds * Int64(sites) * 600 / 86_400 / took
                print(
                    "  took \(took) ms: \(report.virtual.milliseconds / took) times real time, "
                        + "\(siteDays / 10).\(siteDays % 10) site-days a minute")
            }
            if report.failure != nil { throw ExitCode(1) }
        }
        if runs > 1 { print("\(runs) runs from seed \(seed) on: nothing was found") }
    }

    private func play(_ file: String) throws {
        let day = try DayFile(try TextFile.read(file), file: file)
        let path = scenario ?? "Scenarios/two-box-car-park.json5"
        let scenario = try ParkingScenario(try TextFile.read(path), file: path)
        let start = BootClock.now()
        let account = try Simulation.run(day, scenario: scenario, folder: folder)
        print(account)
        print("\(day.cars.count) cars and \(day.events.count) oddities in \((BootClock.now() - start).milliseconds) ms")
        guard account.differences == 0 else { throw ExitCode(1) }
    }

    private func play(week path: String) throws {
        var week = try WeekFile(try TextFile.read(path), file: path)
        if let pupils { week.pupils = pupils }
        let folder = TextFile.folder(of: path)
        func beside(_ name: String) -> String { folder.isEmpty ? name : "\(folder)/\(name)" }
        let gate = scenario ?? beside(week.scenario)
        let scenario = try CanteenScenario(try TextFile.read(gate), file: gate)
        let rules = try PurseRules(try TextFile.read(beside(week.purseRules)), file: beside(week.purseRules))
        for seed in seed..<seed + runs {
            var setup = WeekSetup(seed: seed, folder: self.folder)
            setup.faults = try chosenFaults()
            if calm != 1 { setup.calm = calm }
            setup.watch = watch
            let start = BootClock.now()
            let report = try Simulation.run(week, scenario: scenario, rules: rules, setup)
            let took = max(1, (BootClock.now() - start).milliseconds)
            if verbose || !report.isRight || runs == 1 {
                print(report)
                print("  took \(took) ms: \(report.virtual.milliseconds / took) times real time")
            }
            if !report.isRight { throw ExitCode(1) }
        }
        if runs > 1 { print("\(runs) weeks from seed \(seed) on: nothing was found") }
    }
}
