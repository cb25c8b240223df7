import JSONText
import Testing
import Vocabulary

@testable import Tariffs

private let period = "unitPeriod: { minutes: 30, price: 100 }"

@Suite("Tariff files")
struct TariffFileTests {
    @Test("windows that leave a hole, or overlap, are refused by day and time")
    func cover() {
        #expect(
            faults(
                """
                { id: "x", windows: [
                  { name: "day", from: "08:00", to: "20:00", \(period) },
                  { name: "night", from: "21:00", to: "08:30", free: true } ] }
                """)
                == ["windows: an overlap of day and night: every day from 08:00 to 08:30"].map {
                    $0.replacing("every day", with: regular)
                } + ["windows: a hole: \(regular) from 20:00 to 21:00"])
    }

    /// Where there are neither holidays nor worked days, they need no window.
    private let regular = "monday, tuesday, wednesday, thursday, friday, saturday, sunday"

    @Test("a night that begins on a workday reaches into Saturday: Saturday's own early hours then overlap it")
    func nightIntoSaturday() {
        #expect(
            faults(
                """
                { id: "x", windows: [
                  { name: "day", from: "08:00", to: "20:00", \(period) },
                  { name: "night", days: ["workday"], from: "20:00", to: "08:00", free: true },
                  { name: "weekend", days: ["weekend"], from: "20:00", to: "08:00", free: true },
                  { name: "early", days: ["saturday"], from: "00:00", to: "08:00", \(period) } ] }
                """)
                == [
                    "windows: an overlap of early and night: saturday from 00:00 to 08:00",
                    "windows: an overlap of early and weekend: saturday from 00:00 to 08:00",
                ].map { $0.replacing("early and night", with: "night and early") }.map {
                    $0.replacing("early and weekend", with: "weekend and early")
                })
    }

    @Test("holidays need a window as soon as there are any, and so do worked days")
    func holidays() {
        let windows = """
            windows: [
              { name: "week", days: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
                from: "00:00", to: "24:00", \(period) } ]
            """
        #expect(faults("{ id: \"x\", \(windows) }") == [])
        #expect(
            faults("{ id: \"x\", holidays: [\"2026-10-01\"], workedDays: [\"2026-10-10\"], \(windows) }")
                == ["windows: a hole: holiday, workedDay from 00:00 to 24:00"])
    }

    @Test(
        "a value that does not do is refused with its path",
        arguments: [
            ("holidays: [\"2026-10-01\", \"2026-09-30/2026-10-02\"],", "holidays: 2026-10-01 a second time"),
            ("holidays: [\"2026-02-29\"],", "holidays[0]: the text \"2026-02-29\""),
            ("holidays: [\"2026-10-02/2026-10-01\"],", "holidays[0]: the text \"2026-10-02/2026-10-01\""),
            ("workedDays: [\"2026-10-08\"],", "workedDays: 2026-10-08, a thursday"),
            ("holidays: [\"2026-10-10\"], workedDays: [\"2026-10-10\"],", "workedDays: 2026-10-10, which is a holiday"),
            ("timeZone: \"Asia/Shanghai\",", "timeZone: the text \"Asia/Shanghai\""),
            ("validFrom: \"1 May\",", "validFrom: the text \"1 May\""),
            ("capPer24Hours: 99,", "capPer24Hours: 99"), ("capPerCalendarDay: 99,", "capPerCalendarDay: 99"),
            ("capPer24Hours: 500, capPerCalendarDay: 500,", "capPerCalendarDay: capPer24Hours as well"),
            ("capPer24Hours: 500, capPerStay: 499,", "capPerStay: 499"), ("capPerStay: 99,", "capPerStay: 99"),
            ("capPer24Hours: 500, minimum: 501,", "minimum: 501"),
            ("periodsAnew: \"window\",", "periodsAnew: the text \"window\""),
            ("periodsRunOn: \"overWindows\",", "periodsRunOn: the text \"overWindows\""),
            ("freeMinutesStayFree: true,", "freeMinutesStayFree: it without freeMinutes"),
            ("nextPeriods: [{ minutes: 1, price: 1, times: 1 }],", "nextPeriods: it without firstPeriod"),
            ("firstPeriod: { minutes: 1441, price: 1 },", "firstPeriod.minutes: the number 1441"),
            ("vehicles: { tractor: { free: true } },", "vehicles.tractor: an unknown key"),
            ("vehicles: { large: { free: true, discountPercent: 5 } },", "vehicles.large.free: it beside other terms"),
            ("vehicles: { large: { discountPercent: 100 } },", "vehicles.large.discountPercent: the number 100"),
            ("vehicles: { large: {} },", "vehicles.large.unitPeriod: nothing"),
            (
                "vehicles: { large: { discountPercent: 5 }, newEnergy: { discountPercent: 5, of: \"large\" } },",
                "vehicles.newEnergy: a discount of large, which is a discount itself"
            ),
            ("passes: [{ zone: \"a\", free: true }, { zone: \"a\", free: true }],", "passes[1].zone: a a second time"),
            (
                "capPer24Hours: 550, rounding: { unit: 100, mode: \"up\" },",
                "rounding: units of 100 and an amount of 550"
            ),
            ("graceAfterPaymentMinutes: 1441,", "graceAfterPaymentMinutes: the number 1441"),
            ("windows: [],", "windows: a list of 0"),
        ])
    func badValue(member: String, fault: String) {
        #expect(
            faults("{ id: \"x\", \(member) \(period) }").contains(fault),
            "\(faults("{ id: \"x\", \(member) \(period) }"))")
    }

    @Test(
        "a window that does not do is refused with its path",
        arguments: [
            ("from: \"24:00\", to: \"08:00\", \(period)", "windows[0].from: 24:00"),
            ("from: \"8:00\", to: \"08:00\", \(period)", "windows[0].from: the text \"8:00\""),
            ("from: \"00:00\", to: \"24:01\", \(period)", "windows[0].to: the text \"24:01\""),
            (
                "days: [\"Montag\"], from: \"00:00\", to: \"24:00\", \(period)",
                "windows[0].days[0]: the text \"Montag\""
            ),
            ("days: [], from: \"00:00\", to: \"24:00\", \(period)", "windows[0].days: no day"),
            ("from: \"00:00\", to: \"24:00\", cap: 99, \(period)", "windows[0].cap: 99"),
            ("from: \"00:00\", to: \"24:00\", free: true, \(period)", "windows[0].unitPeriod: it in a free window"),
            ("from: \"00:00\", to: \"24:00\"", "windows[0].unitPeriod: nothing"),
        ])
    func badWindow(members: String, fault: String) {
        let found = faults("{ id: \"x\", windows: [{ name: \"a\", \(members) }] }")
        #expect(found.contains(fault), "\(found)")
    }

    @Test("all faults are told at once, each with its line and column")
    func allAtOnce() {
        let text = """
            { kind: "tariff-book", tariffBoundAt: "noon", tariffs: [
              { id: "a-1", validFrom: "2026-01-01", \(period), capPer24Hours: 1 },
              { id: "a-1", validFrom: "2026-01-01", \(period) },
            ] }
            """
        do throws(Findings) {
            _ = try TariffBook(Array(text.utf8), file: "t.json5")
            Issue.record("it was read")
        } catch {
            #expect(
                error.list.map { "\($0.position.line):\($0.position.column) \($0.path): \($0.found)" } == [
                    "1:39 tariffBoundAt: the text \"noon\"",
                    "1:56 tariffs: no version for the time before the first validFrom",
                    "2:97 tariffs[0].capPer24Hours: 1", "3:9 tariffs[1].id: a-1 a second time",
                    "3:27 tariffs[1].validFrom: the same as in a-1",
                ])
        }
    }
}

@Suite("Versions of a tariff")
struct TariffBookTests {
    @Test(
        "a day begins at midnight where the car park is",
        arguments: [
            // 2026-06-01T00:00+08:00, its last second, and the next day.
            (1_780_243_200_000, 1_780_243_200_000), (1_780_329_599_999, 1_780_243_200_000),
            (1_780_329_600_000, 1_780_329_600_000),
        ] as [(Int64, Int64)])
    func midnight(now: Int64, begins: Int64) throws {
        #expect(try book("entry").midnight(before: WallTime(milliseconds: now)).milliseconds == begins)
    }

    private func book(_ boundAt: String) throws -> TariffBook {
        let text = """
            { kind: "tariff-book", tariffBoundAt: "\(boundAt)", tariffs: [
              { id: "a-2", validFrom: "2026-07-01", \(period) }, { id: "a-1", \(period) },
            ] }
            """
        return try TariffBook(Array(text.utf8), file: "t.json5")
    }

    @Test(
        "the version is that of the day of entry, or of exit, as the file says",
        arguments: [
            ("entry", "2026-06-30 23:59", "2026-07-01 00:00", "a-1"),
            ("exit", "2026-06-30 23:59", "2026-07-01 00:00", "a-2"),
            ("exit", "2026-06-30 23:58", "2026-06-30 23:59", "a-1"),
            ("entry", "2026-07-01 00:00", "2026-07-01 00:00", "a-2"),
        ])
    func bound(boundAt: String, entry: String, exit: String, id: String) throws {
        #expect(try book(boundAt).version(began: nil, entered: china(entry), at: china(exit)).id.text == id)
    }

    @Test("a stay keeps the version that it began under; one that is gone is replaced by the calendar's")
    func kept() throws {
        let (entry, exit) = (china("2026-07-02 00:00"), china("2026-07-03 00:00"))
        #expect(try book("entry").version(began: slug("a-1"), entered: entry, at: exit).id.text == "a-1")
        #expect(try book("entry").version(began: slug("a-0"), entered: entry, at: exit).id.text == "a-2")
        #expect(try book("exit").version(began: slug("a-1"), entered: entry, at: exit).id.text == "a-2")
    }
}
