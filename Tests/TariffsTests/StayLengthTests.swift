import Testing
import Vocabulary

@testable import Tariffs

@Suite("Long stays and odd days")
struct StayLengthTests {
    /// 1.00 an hour by day, 0.10 by night; 15.00 a day of the calendar.
    private let windows = """
        { id: "w-1", timeZone: "CET-1CEST,M3.5.0,M10.5.0/3", capPerCalendarDay: 1500, windows: [
          { name: "day", from: "06:00", to: "22:00", unitPeriod: { minutes: 60, price: 100 } },
          { name: "night", from: "22:00", to: "06:00", unitPeriod: { minutes: 60, price: 10 } } ] }
        """

    @Test(
        "the night on which the clocks go forward is an hour shorter, and the one on which they go back an hour longer",
        arguments: [
            ("2026-03-28 22:00", "2026-03-29 06:00", 70), ("2026-10-24 22:00", "2026-10-25 06:00", 90),
            ("2026-03-27 22:00", "2026-03-28 06:00", 80), ("2026-03-29 00:00", "2026-03-29 06:00", 50),
            ("2026-10-25 00:00", "2026-10-25 06:00", 70),
        ] as [(String, String, Int64)])
    func nights(from: String, until: String, fen: Int64) throws {
        #expect(try readTariff(windows).fen(from, until) == fen)
    }

    @Test(
        "a cap for a day of the calendar holds from midnight to midnight, be that 23, 24 or 25 hours",
        arguments: [("2026-03-29", 23), ("2026-03-28", 24), ("2026-10-25", 25)] as [(String, Int64)])
    func calendarDay(date: String, hours: Int64) throws {
        let tariff = try readTariff(
            """
            { id: "d-1", timeZone: "CET-1CEST,M3.5.0,M10.5.0/3", capPerCalendarDay: 500,
              unitPeriod: { minutes: 60, price: 100 } }
            """)
        let entry = moment("\(date) 00:00", tariff.zone)
        func fen(_ minutes: Int64) throws -> Int64 {
            try tariff.quote(from: entry, duration: .seconds(minutes * 60)).total.count
        }
        #expect(try fen(hours * 60) == 500)
        #expect(try fen(hours * 60 + 1) == 600)
    }

    @Test(
        "29 February, month and year ends are days like others",
        arguments: [
            ("2028-02-28 00:00", "2028-03-01 00:00", 2), ("2027-02-28 00:00", "2027-03-01 00:00", 1),
            ("2026-12-31 00:00", "2027-01-02 00:00", 2), ("2026-04-30 00:00", "2026-05-01 00:00", 1),
            ("2028-01-01 00:00", "2029-01-01 00:00", 366), ("2026-01-01 00:00", "2027-01-01 00:00", 365),
        ] as [(String, String, Int64)])
    func calendarDays(from: String, until: String, days: Int64) throws {
        let tariff = try readTariff(
            "{ id: \"d-1\", capPerCalendarDay: 500, unitPeriod: { minutes: 30, price: 100 } }")
        #expect(try tariff.fen(from, until) == days * 500)
    }

    @Test("a stay of ten years is priced in few lines, and one of centuries is refused")
    func tenYears() throws {
        let tariff = try readTariff(windows)
        let quote = try tariff.quote("2026-01-01 00:00", "2036-01-01 00:00")
        // 16 hours by day and 8 by night would be 16.80.
        #expect(quote.total == Fen(3_652 * 1_500))
        #expect(quote.lines.count <= QuoteLines.most && quote.addsUp)
        #expect(throws: PriceError.tooLong(days: 106_752)) {
            try tariff.quote(from: china("2026-01-01 00:00"), duration: Uptime.Span(nanoseconds: .max))
        }
        #expect(throws: PriceError.self) {
            try tariff.quote(from: WallTime(milliseconds: .max), duration: .seconds(7_200))
        }
        #expect(throws: PriceError.self) {
            try tariff.quote(from: WallTime(milliseconds: .min), duration: .seconds(7_200))
        }
    }

    @Test("the longest stay that is priced, and the first that is not", arguments: [(0, true), (1, false)])
    func longest(more: Int64, isPriced: Bool) throws {
        let tariff = try readTariff(windows)
        let span = Uptime.Span.seconds(7_320 * 86_400 + more)
        #expect(((try? tariff.quote(from: china("2026-01-01 00:00"), duration: span)) != nil) == isPriced)
    }

    @Test("a seconds' difference counts where a minute begins, and a minute belongs to the window in which it begins")
    func minutes() throws {
        let tariff = try readTariff(windows)
        #expect(try tariff.fen("2026-06-01 21:00", "2026-06-01 22:00") == 100)
        #expect(try tariff.fen("2026-06-01 21:00", "2026-06-01 22:00:01") == 110)
        // The minute from 21:59:30 is one of the day's; the next begins at 22:00:30.
        #expect(try tariff.fen("2026-06-01 21:59:30", "2026-06-01 22:00:30") == 100)
        #expect(try tariff.fen("2026-06-01 21:59:30", "2026-06-01 22:00:31") == 110)
    }

    @Test("a quote names window by window what it charges and takes off")
    func lines() throws {
        let quote = try readTariff(windows).quote("2026-06-01 05:30", "2026-06-02 07:00")
        let (day, night) = (slug("day"), slug("night"))
        #expect(
            quote.lines == [
                Quote.Line(kind: .unitPeriods, minutes: 30, amount: Fen(10), reference: night),
                Quote.Line(kind: .unitPeriods, minutes: 960, amount: Fen(1_600), reference: day),
                Quote.Line(kind: .unitPeriods, minutes: 120, amount: Fen(20), reference: night),
                Quote.Line(kind: .dailyCap, minutes: 1_110, amount: Fen(-130)),
                Quote.Line(kind: .unitPeriods, minutes: 360, amount: Fen(60), reference: night),
                Quote.Line(kind: .unitPeriods, minutes: 60, amount: Fen(100), reference: day),
            ])
        #expect(quote.total == Fen(1_660))
    }

    @Test("a window's cap holds for one night, also over midnight and over the end of 24 hours")
    func windowCap() throws {
        let tariff = try readTariff(
            """
            { id: "n-1", capPer24Hours: 9000, windows: [
              { name: "day", from: "06:00", to: "22:00", unitPeriod: { minutes: 60, price: 100 } },
              { name: "night", from: "22:00", to: "06:00", unitPeriod: { minutes: 60, price: 100 }, cap: 300 } ] }
            """)
        #expect(try tariff.fen("2026-06-01 22:00", "2026-06-02 06:00") == 300)
        #expect(try tariff.fen("2026-06-01 23:30", "2026-06-02 05:00") == 300)
        // From 02:00 to 02:00: the second night's cap is not begun anew when the 24 hours are over.
        #expect(try tariff.fen("2026-06-01 02:00", "2026-06-02 06:00") == 300 + 1_600 + 300)
    }

    @Test("a class of vehicles pays its own price, and another class that has none pays what small ones do")
    func classes() throws {
        let tariff = try readTariff(
            """
            { id: "c-1", unitPeriod: { minutes: 60, price: 333 }, rounding: { unit: 10, mode: "nearest" },
              vehicles: { large: { unitPeriod: { minutes: 60, price: 1000 } }, newEnergy: { discountPercent: 50 },
                newEnergyLarge: { discountPercent: 50, of: "large" }, special: { free: true } },
              passes: [{ zone: "east", free: true }, { zone: "west", discountPercent: 10 }] }
            """)
        func fen(_ vehicle: VehicleClass, _ pass: String? = nil) throws -> Int64 {
            try tariff.fen("2026-06-01 10:00", "2026-06-01 11:00", vehicle, pass: pass.map { slug($0) })
        }
        #expect(try VehicleClass.allCases.map { try fen($0) } == [330, 1_000, 170, 500, 0])
        #expect(try VehicleClass.allCases.map { try fen($0, "east") } == [0, 0, 0, 0, 0])
        // 333 less 33; 1,000 less 100; 167 less 16; 500 less 50.
        #expect(try VehicleClass.allCases.map { try fen($0, "west") } == [300, 900, 150, 450, 0])
        #expect(try fen(.small, "north") == 330)
        let quote = try tariff.quote("2026-06-01 10:00", "2026-06-01 11:00", .newEnergy, pass: slug("west"))
        #expect(quote.vehicle == .newEnergy && quote.pass == slug("west") && quote.addsUp)
        #expect(quote.lines.map(\.kind) == [.unitPeriods, .discount, .discount, .rounding])
    }
}
