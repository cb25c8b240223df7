import ArgumentParser
import Host
import JSONText
import Parking
import TariffTables
import Tariffs
import Vocabulary

/// Shows what tariffs say.
struct TariffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tariff", abstract: "Prices a stay line by line, draws price over time, checks a tariff file.",
        discussion: """
            FILE is a file of tariffs (kind: "tariff-book") or a parking scenario. docs/TARIFFS.md tells how to write \
            one. Nothing is charged or changed.
            """,
        subcommands: [TariffQuote.self, TariffTable.self, TariffCheck.self])

    /// The tariffs of either kind of file.
    /// - Throws: `Findings`, or the reason why it cannot be read.
    static func book(_ file: String) throws -> TariffBook {
        let text = try TextFile.read(file)
        let kind = (try? JSONNode.parse(text, dialect: .json5))?["kind"]?.string
        return kind == ParkingScenario.kind
            ? try ParkingScenario(text, file: file).tariffs : try TariffBook(text, file: file)
    }
}

/// Which car it is about.
struct TariffCar: ParsableArguments {
    @Option(help: "The plate; its characters tell new energy and special vehicles.")
    var plate: String?

    @Option(
        help: "The class: \(VehicleClass.allCases.map(\.rawValue).joined(separator: ", ")); instead of the plate's.")
    var vehicle: String?

    @Option(help: "The zone of a pass that holds for the car.")
    var pass: String?

    func vehicleClass() throws -> VehicleClass? {
        if let vehicle {
            guard let named = VehicleClass(rawValue: vehicle) else {
                throw ValidationError("--vehicle does not know \(vehicle)")
            }
            return named
        }
        return try plate.map { VehicleClass(plate: try Plate($0)) }
    }

    /// - Throws: for a zone that the tariff does not know: a mistake of the hand would pass for a price.
    func zone(in tariff: Tariff) throws -> Slug? {
        guard let pass else { return nil }
        let zone = try Slug(pass)
        guard tariff.passes[zone] != nil else {
            let known = tariff.passes.keys.sorted().map(\.text).joined(separator: ", ")
            throw ValidationError("\(tariff.id) has no passes of zone \(zone)\(known.isEmpty ? "" : ", but \(known)")")
        }
        return zone
    }
}

struct TariffQuote: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quote", abstract: "Prices one stay, line by line.",
        discussion: "turnpike tariff quote FILE --in 2026-11-20T08:05 --out 2026-11-20T10:40 --plate 粤B12345")

    @Argument(help: "A file of tariffs, or a parking scenario (JSON5).")
    var file: String

    @Option(name: .customLong("in"), help: "The entry: 2026-11-20T08:05, where the car park is, or with +08:00.")
    var entry: String

    @Option(name: .customLong("out"), help: "The exit, written likewise.")
    var exit: String

    @Option(help: "Up to when the stay is paid for already.")
    var paidThrough: String?

    @OptionGroup var car: TariffCar

    func run() throws {
        let book = try TariffCommand.book(file)
        // Which version binds may depend on a time that only the version's zone gives; the newest one's zone is taken.
        let zone = book.versions[book.versions.count - 1].zone
        let began = try LocalTime.read(entry, zone: zone), ended = try LocalTime.read(exit, zone: zone)
        guard began <= ended else { throw ValidationError("--out \(exit) is before --in \(entry)") }
        let tariff = book.version(began: nil, entered: began, at: ended)
        let paid = try paidThrough.map { try LocalTime.read($0, zone: zone) }
        if let paid, !(began...ended).contains(paid) {
            throw ValidationError("--paid-through is not between --in and --out")
        }
        let quote = try tariff.quote(
            from: began, duration: .milliseconds(ended.milliseconds - began.milliseconds),
            paidFor: paid.map { .milliseconds($0.milliseconds - began.milliseconds) },
            vehicle: try car.vehicleClass() ?? .small, pass: try car.zone(in: tariff))
        print(QuoteTable.text(quote, zone: tariff.zone))
    }
}

struct TariffTable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: "Prints, and draws as a picture, what stays of growing length cost.",
        discussion: "turnpike tariff table FILE --in 2026-11-20T08:00 --hours 48 --svg prices.svg")

    @Argument(help: "A file of tariffs, or a parking scenario (JSON5).")
    var file: String

    @Option(name: .customLong("in"), help: "When the stays begin; left out: 08:00 on the day of the newest version.")
    var entry: String?

    @Option(help: "The longest stay, in hours: 1 to \(PriceCurve.mostHours).")
    var hours: Int64 = 48

    @Option(help: "Write the picture to this file (SVG).")
    var svg: String?

    @OptionGroup var car: TariffCar

    func validate() throws {
        guard (1...PriceCurve.mostHours).contains(hours) else {
            throw ValidationError("--hours takes 1 to \(PriceCurve.mostHours)")
        }
    }

    func run() throws {
        let book = try TariffCommand.book(file)
        let newest = book.versions[book.versions.count - 1]
        let began = try entry.map { try LocalTime.read($0, zone: newest.zone) } ?? TariffTable.morning(newest)
        let tariff = book.version(began: nil, entered: began, at: began)
        let curves = try PriceCurve.curves(
            tariff, entry: began, hours: hours, vehicles: try car.vehicleClass().map { [$0] },
            pass: try car.zone(in: tariff))
        print("\(tariff.id)  入场 in \(LocalTime.text(began, zone: tariff.zone))  元 yuan\n")
        print(PriceCurve.table(curves))
        if let svg {
            try PictureFile.write(PriceChart(tariff, entry: began, curves: curves).svg, to: svg)
            print("\n\(svg): 图 picture")
        }
    }

    /// 08:00 on the day from which a version holds; on the first Monday of 2026 for one that holds since ever.
    private static func morning(_ tariff: Tariff) -> WallTime {
        let day = tariff.validFrom.map { tariff.zone.local($0.milliseconds / 1_000).date }
        let date = day ?? CivilDate(year: 2026, month: 1, day: 5) ?? CivilDate(dayNumber: 0)
        return WallTime(milliseconds: tariff.zone.instant(date, second: 8 * 3_600) * 1_000)
    }
}

struct TariffCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks files of tariffs and the tariffs of scenarios; changes nothing.")

    @Argument(help: "The files (JSON5).")
    var files: [String]

    func run() throws {
        var isGood = true
        for file in files {
            do {
                let book = try TariffCommand.book(file)
                print("\(file): good (\(book.versions.map(\.id.text).joined(separator: ", ")))")
            } catch {
                isGood = false
                print("\(error)")
            }
        }
        guard isGood else { throw ExitCode(1) }
    }
}
