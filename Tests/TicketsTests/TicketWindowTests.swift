import Testing
import Tickets
import Vocabulary

@Suite("A ticket's time")
struct TicketWindowTests {
    private func window(_ from: String, _ to: String, _ opens: Int64 = 0, _ closes: Int64 = 1_440) -> TicketWindow {
        try! TicketWindow(firstDay: day(from), lastDay: day(to), opens: opens, closes: closes)
    }

    @Test(
        "it opens at its first minute of each day and closes before its last",
        arguments: [
            ("2026-11-20", 540, TicketWindow.Verdict.notYet), ("2026-11-21", 539, .notYet), ("2026-11-21", 540, .open),
            ("2026-11-21", 1_019, .open), ("2026-11-21", 1_020, .closedNow), ("2026-11-22", 539, .closedNow),
            ("2026-11-22", 540, .open), ("2026-11-22", 1_019, .open), ("2026-11-22", 1_020, .over),
            ("2026-11-23", 540, .over),
        ])
    func daily(date: String, minute: Int64, verdict: TicketWindow.Verdict) {
        let window = window("2026-11-21", "2026-11-22", 540, 1_020)
        #expect(window.verdict(at: wall(date, minute), in: .china) == verdict)
    }

    @Test(
        "an evening goes on after midnight, of its last day too",
        arguments: [
            ("2026-11-21", 60, TicketWindow.Verdict.notYet), ("2026-11-21", 1_079, .notYet),
            ("2026-11-21", 1_080, .open), ("2026-11-22", 0, .open), ("2026-11-22", 119, .open),
            ("2026-11-22", 120, .closedNow), ("2026-11-22", 1_080, .open), ("2026-11-23", 119, .open),
            ("2026-11-23", 120, .over),
        ])
    func overMidnight(date: String, minute: Int64, verdict: TicketWindow.Verdict) {
        let window = window("2026-11-21", "2026-11-22", 1_080, 1_560)
        #expect(window.verdict(at: wall(date, minute), in: .china) == verdict)
    }

    @Test("midnight is that of the gate's place, and a day with a change of the clocks is whole")
    func zones() throws {
        let window = window("2026-10-25", "2026-10-25")
        let berlin = try TimeZoneRule("CET-1CEST,M3.5.0,M10.5.0/3")
        let begin = wall("2026-10-25", 0, in: berlin)
        let hour: Int64 = 3_600_000
        for (after, verdict) in [
            (-1, TicketWindow.Verdict.notYet), (0, .open), (25 * hour - 1, .open), (25 * hour, .over),
        ] {
            let moment = WallTime(milliseconds: begin.milliseconds + after)
            #expect(window.verdict(at: moment, in: berlin) == verdict)
        }
        #expect(window.verdict(at: begin, in: .china) == .open)
        #expect(window.verdict(at: WallTime(milliseconds: begin.milliseconds + 18 * hour), in: .china) == .over)
    }

    @Test("days in the wrong order and times of no length or more than a day are refused")
    func faults() {
        func make(_ from: String, _ to: String, _ opens: Int64, _ closes: Int64) -> GateTicketError? {
            do throws(GateTicketError) {
                _ = try TicketWindow(firstDay: day(from), lastDay: day(to), opens: opens, closes: closes)
                return nil
            } catch { return error }
        }
        #expect(make("1970-01-01", "2149-06-06", 1_439, 2_879) == nil)
        #expect(make("1969-12-31", "1970-01-01", 0, 1) == .days(day("1969-12-31"), day("1970-01-01")))
        #expect(make("2026-11-22", "2026-11-21", 0, 1) == .days(day("2026-11-22"), day("2026-11-21")))
        #expect(make("2026-11-22", "2149-06-07", 0, 1) == .days(day("2026-11-22"), day("2149-06-07")))
        for (opens, closes) in [(-1, 5), (1_440, 1_441), (5, 5), (5, 1_446)] as [(Int64, Int64)] {
            #expect(make("2026-11-21", "2026-11-21", opens, closes) == .times(opens, closes))
        }
    }
}
