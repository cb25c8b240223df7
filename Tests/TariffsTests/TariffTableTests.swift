import TariffTables
import Tariffs
import Testing
import Vocabulary

@Suite("Tariffs for people")
struct TariffTableTests {
    private func shipped(_ name: String) throws -> Tariff {
        try TariffBook(try repositoryFile("Scenarios/tariffs/\(name)"), file: name).versions[0]
    }

    @Test("a quote is told line by line in both languages, with the window that each line belongs to")
    func quote() throws {
        let quote = try shipped("beijing-zone-1.json5").quote("2026-11-20 18:00", "2026-11-21 09:00:30", .large)
        let lines = QuoteTable.text(quote, zone: .china).split(separator: "\n", omittingEmptySubsequences: false)
        // Columns are told apart by two spaces or more.
        let cells = lines.map { line in
            line.split(separator: "  ").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }.joined(separator: " | ")
        }
        #expect(
            cells == [
                "资费 tariff | beijing-zone-1-2026-1", "车型 vehicle | 大型车 large",
                "入场 in | 2026-11-20 18:00 +08:00", "出场 out | 2026-11-21 09:00:30 +08:00",
                "停车 stay | 15 h 01 min", "", "项目 line | 时段 window | 时长 time | 金额 yuan",
                "首时段 first period | day | 1 h 00 min | 20.00", "计时单位 unit periods | day | 2 h 00 min | 60.00",
                "计时单位 unit periods | night | 10 h 00 min | 10.00",
                "计时单位 unit periods | day | 2 h 01 min | 67.50", "合计 total | 157.50",
            ])
        // The amounts end at one edge, as wide as the characters are.
        let ends = lines.suffix(6).map { $0.unicodeScalars.reduce(0) { $0 + ($1.value > 0x2E80 ? 2 : 1) } }
        #expect(Set(ends).count == 1)
    }

    @Test("what is said of a stay that was paid in part, and of a pass, stands above the lines")
    func partPaid() throws {
        let tariff = try shipped("guangzhou-quarter-hours.json5")
        let began = china("2026-05-04 08:00")
        let quote = try tariff.quote(
            from: began, duration: .seconds(3 * 3_600), paidFor: .seconds(3_600), pass: slug("garage-b"))
        let text = QuoteTable.text(quote, zone: .china)
        #expect(text.contains("月卡 pass            garage-b\n"))
        #expect(text.contains("已付至 paid through  2026-05-04 09:00 +08:00\n"))
        #expect(text.contains("优惠 discount          garage-b"))
        #expect(text.hasSuffix("8.00"))
    }

    @Test("a curve has a step wherever the price changes, right behind the last minute of the old price")
    func curve() throws {
        let curves = try PriceCurve.curves(
            try shipped("county-classes.json5"), entry: china("2026-11-20 10:00"), hours: 4)
        #expect(
            curves.map(\.vehicles) == [[.small], [.large], [.newEnergy], [.newEnergyLarge], [.special]])
        let steps = try #require(curves.first).steps.map { ($0.minutes, $0.price.count) }
        #expect(steps.elementsEqual([(0, 0), (90, 500), (120, 600), (180, 700)]) { $0 == $1 })
        for minutes in 0...Int64(240) {
            let price = try shipped("county-classes.json5").quote(
                from: china("2026-11-20 10:00"), duration: .seconds(minutes * 60))
            #expect(curves[0].price(at: minutes) == price.total)
        }
    }

    @Test("classes that pay the same share a curve, and one that is asked for stands alone")
    func shared() throws {
        let tariff = try shipped("shanghai-inner-ring.json5")
        let entry = china("2026-11-20 10:00")
        #expect(
            try PriceCurve.curves(tariff, entry: entry, hours: 2).map(\.vehicles)
                == [[.small], [.newEnergy, .newEnergyLarge]])
        #expect(try PriceCurve.curves(tariff, entry: entry, hours: 2, vehicles: [.large]).map(\.vehicles) == [[.large]])
    }

    @Test("the chart is well-formed, has a legend for each curve, and names both axes with their units")
    func chart() throws {
        let tariff = try shipped("county-classes.json5"), entry = china("2026-11-20 10:00")
        let svg = PriceChart(
            tariff, entry: entry, curves: try PriceCurve.curves(tariff, entry: entry, hours: 48)
        ).svg
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
        for words in ["小型车 small<", "大型车 large<", "price (yuan)", "停车费（元）", "length of the stay (hours)", "48 h<"] {
            #expect(svg.contains(words), "\(words)")
        }
        #expect(svg.split(separator: "<path ").count - 1 == 5)
        // The two midnights within the first 48 hours stand out.
        #expect(svg.contains("2026-11-21</text>") && svg.contains("2026-11-22</text>"))
        #expect(!svg.contains("2026-11-23</text>"))
    }

    @Test(
        "times are read as people write them",
        arguments: [
            ("2026-11-20T08:05", 1_795_133_100), ("2026-11-20 08:05", 1_795_133_100),
            ("2026-11-20T08:05:30", 1_795_133_130), ("2026-11-20T08:05+08:00", 1_795_133_100),
            ("2026-11-20T00:05Z", 1_795_133_100), ("2026-11-19T22:05-02:00", 1_795_133_100),
        ] as [(String, Int64)])
    func times(text: String, seconds: Int64) throws {
        #expect(try LocalTime.read(text, zone: .china).milliseconds == seconds * 1_000)
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "2026-11-20", "2026-11-20T8:05", "2026-11-20T24:00", "2026-11-20T08:60", "2026-02-30T08:00",
            "2026-11-20T08:05:61", "2026-11-20T08:05+8", "2026-11-20T08:05+08:60", "2026-11-20T08:05Zx", "now",
        ])
    func notATime(text: String) {
        #expect(throws: LocalTimeError.self) { try LocalTime.read(text, zone: .china) }
    }
}
