import StandIns
import Testing

/// What an engineer types to see what a tariff says.
@Suite("turnpike tariff", .serialized)
struct TariffCommandTests {
    private func tariff(_ arguments: String...) throws -> (status: Int32, text: String) {
        let program = try Program("\(Place.programs)/turnpike", ["tariff"] + arguments)
        let status = program.waitForEnd()
        return (status, program.lines.joined(separator: "\n"))
    }

    private static let county = "\(Place.project)/Scenarios/tariffs/county-classes.json5"

    @Test("quote prices a stay line by line, by the class that the plate tells and by what was paid")
    func quote() throws {
        let times = ["--in", "2026-11-20T08:00+08:00", "--out", "2026-11-20T10:40"]
        let city = try tariff("quote", Place.scenario, times[0], times[1], times[2], times[3])
        #expect(city.status == 0 && city.text.contains("首时段 first period") && city.text.hasSuffix("13.00"))
        let paid = try tariff(
            "quote", Place.scenario, times[0], times[1], times[2], times[3], "--paid-through", "2026-11-20T09:00")
        #expect(paid.text.hasSuffix("8.00") && paid.text.contains("已付至 paid through"))
        let electric = try tariff("quote", Self.county, times[0], times[1], times[2], times[3], "--plate", "粤BD12345")
        #expect(electric.text.contains("小型新能源车 new energy") && electric.text.hasSuffix("0.00"))
        let large = try tariff("quote", Self.county, times[0], times[1], times[2], times[3], "--vehicle", "large")
        #expect(large.text.hasSuffix("8.00"))
    }

    @Test("table prints a column a class, and draws a picture that can be painted")
    func table() throws {
        let folder = try TemporaryFolder("turnpike-tariff")
        let picture = "\(folder.path)/prices.svg"
        let (status, text) = try tariff("table", Self.county, "--in", "2026-11-20T10:00", "--svg", picture)
        #expect(status == 0 && text.contains("大型车 large") && text.contains("2 h 30 min"))
        #expect(try Place.read(picture).hasSuffix("</svg>\n"))
        #expect(try tariff("table", Self.county, "--svg", "\(folder.path)/no/such.svg").status == 1)
    }

    @Test("check tells every fault of every file, and so does turnpike check")
    func check() throws {
        let folder = try TemporaryFolder("turnpike-tariff")
        let bad = try Place.read(Self.county).replacing("freeMinutes: 180", with: "freMinutes: 180")
            .replacing("of: \"large\"", with: "of: \"lorry\"")
        try folder.write(bad, to: "bad.json5")
        let (status, text) = try tariff("check", Self.county, "\(folder.path)/bad.json5")
        #expect(status == 1 && text.contains("good (county-classes-2026-1)"))
        #expect(text.contains("tariffs[0].vehicles.newEnergy.freMinutes: found an unknown key"))
        #expect(text.contains("tariffs[0].vehicles.newEnergyLarge.of: found the text \"lorry\""))
        let program = try Program("\(Place.programs)/turnpike", ["check", Self.county])
        #expect(program.waitForEnd() == 0)
    }

    @Test(
        "a mistake of the hand is told, and no price",
        arguments: [
            ["--out", "2026-11-20T09:00"], ["--out", "2026-11-20 soon"],
            ["--out", "2026-11-20T11:00", "--pass", "north"],
            ["--out", "2026-11-20T11:00", "--vehicle", "lorry"], ["--out", "2026-11-20T11:00", "--plate", "?"],
            ["--out", "2026-11-20T11:00", "--paid-through", "2026-11-20T12:00"],
        ])
    func mistakes(arguments: [String]) throws {
        let program = try Program(
            "\(Place.programs)/turnpike",
            ["tariff", "quote", Self.county, "--in", "2026-11-20T10:00"] + arguments)
        #expect(program.waitForEnd() != 0)
        #expect(!program.lines.contains { $0.contains("合计") })
    }
}
