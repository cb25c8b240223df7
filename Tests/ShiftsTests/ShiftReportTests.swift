import Testing
import Vocabulary
import Wire

@testable import Shifts

@Suite("Shift reports")
struct ShiftReportTests {
    private func report() throws -> ClosedShift {
        var drawer = Drawer()
        try drawer.open("Zhao", float: 10_000)
        drawer.cash(500)
        drawer.write([
            .manualOpening(
                lane: Drawer.exit, transit: nil, who: "=HYPERLINK(\"x\")", reason: "ambulance, \"now\"")
        ])
        return try drawer.close("Zhao", [10_000: 1], next: "Qian")
    }

    @Test("the slip has the sum, what was counted, and in both languages that money is missing")
    func slip() throws {
        let text = ShiftReport.text(try report(), site: "City 1", minutesEast: 480)
        for part in ["Expected         = 105.00", "Counted            100.00", "-5.00 短款 SHORT", "100.00 x 1", "Qian"] {
            #expect(text.contains(part))
        }
    }

    @Test("what a person typed stays in its cell of the spreadsheet, and is no formula")
    func csv() throws {
        let csv = ShiftReport.csv(try report(), minutesEast: 480)
        #expect(csv.contains("\"'=HYPERLINK(\"\"x\"\")\",\"ambulance, \"\"now\"\"\""))
        #expect(csv.contains("difference,-5.00\r\n"))
    }

    @Test(
        "times are those of the place",
        arguments: [
            (0, 0, "1970-01-01 00:00"), (0, -1, "1969-12-31 23:59"), (951_782_400_000, 0, "2000-02-29 00:00"),
            (1_767_196_800_000, 480, "2026-01-01 00:00"), (4_107_542_399_000, 0, "2100-02-28 23:59"),
            (4_107_542_400_000, 0, "2100-03-01 00:00"),
        ] as [(Int64, Int64, String)])
    func times(milliseconds: Int64, minutesEast: Int64, text: String) {
        #expect(LocalTime.text(WallTime(milliseconds: milliseconds), minutesEast: minutesEast) == text)
    }
}
