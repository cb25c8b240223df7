import Testing
import Vocabulary

@testable import Tariffs

@Suite("Local time by a POSIX rule")
struct TimeZoneTests {
    /// Universal time as `2026-03-29 01:00`.
    private func utc(_ text: String) throws -> Int64 { moment(text, try TimeZoneRule("UTC0")).milliseconds / 1_000 }

    @Test(
        "offsets in hours, on the second before a change of the clocks and on it",
        arguments: [
            ("CST-8", "2026-07-01 00:00", 8 * 60), ("<+0545>-5:45", "2026-07-01 00:00", 345),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29 00:59:59", 60),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29 01:00", 120),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25 00:59:59", 120),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25 01:00", 60),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2030-03-31 01:00", 120),
            ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08 06:59:59", -300),
            ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08 07:00", -240),
            ("EST5EDT,M3.2.0,M11.1.0", "2026-11-01 05:59:59", -240),
            ("EST5EDT,M3.2.0,M11.1.0", "2026-11-01 06:00", -300),
            // South of the equator daylight saving spans the new year.
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-01 00:00", 660),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-04-04 15:59:59", 660),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-04-04 16:00", 600),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-12-31 23:59:59", 660),
            // Ireland's winter time is the one that is called daylight saving.
            ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-15 12:00", 0),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-15 12:00", 60),
            // Days of the year: J60 is 1 March in every year, 59 is 29 February in a leap year.
            ("AAA0BBB,J60/0,J300/0", "2028-02-29 23:59:59", 0), ("AAA0BBB,J60/0,J300/0", "2028-03-01 00:00", 60),
            ("AAA0BBB,59/0,300/0", "2028-02-28 23:59:59", 0), ("AAA0BBB,59/0,300/0", "2028-02-29 00:00", 60),
            // All the year round.
            ("XXX3EDT4,0/0,J365/23", "2026-01-01 03:30", -240), ("XXX3EDT4,0/0,J365/23", "2026-07-01 00:00", -240),
        ] as [(String, String, Int64)])
    func offsets(rule: String, at: String, minutes: Int64) throws {
        #expect(try TimeZoneRule(rule).offset(at: utc(at)) == minutes * 60)
    }

    @Test(
        "a time that the clock shows twice is the first of the two; one that it jumps over is the moment of the jump",
        arguments: [
            ("2026-03-29", 90 * 60, "2026-03-29 00:30"), ("2026-03-29", 150 * 60, "2026-03-29 01:00"),
            ("2026-03-29", 180 * 60, "2026-03-29 01:00"), ("2026-10-25", 150 * 60, "2026-10-25 00:30"),
            ("2026-10-25", 180 * 60, "2026-10-25 02:00"), ("2026-10-24", 86_400, "2026-10-24 22:00"),
        ] as [(String, Int64, String)])
    func instants(date: String, second: Int64, at: String) throws {
        let zone = try TimeZoneRule("CET-1CEST,M3.5.0,M10.5.0/3")
        #expect(try zone.instant(CivilDate(date), second: second) == utc(at))
    }

    @Test("every local time of ten years finds its way back", arguments: RandomTariffs.zones)
    func roundTrip(text: String) throws {
        let zone = try TimeZoneRule(text)
        for hour in stride(from: Int64(0), to: 10 * 366 * 24, by: 7) {
            let seconds = 1_767_225_600 + hour * 3_600
            let (date, second) = zone.local(seconds)
            let back = zone.instant(date, second: second)
            // The second showing of an hour is taken for the first.
            #expect(back == seconds || zone.local(back) == (date, second) && back < seconds)
        }
    }

    @Test(
        "what is no rule is refused",
        arguments: [
            "", "C-8", "CST", "CST-25", "CST-8x", "CST-8CDT", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
            "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0/168",
            "CET-1CEST,M3.5.0,M10.5.0,", "<+08-8", "CET-1CEST-1,M3.5.0,M10.5.0", "CET-1CEST,J0,J366", "CET-1CEST,366,1",
            "Asia/Shanghai", "CST-8:60", String(repeating: "A", count: 101),
        ])
    func refused(text: String) {
        #expect(throws: CalendarTextError.self) { try TimeZoneRule(text) }
    }
}

@Suite("Dates")
struct CivilDateTests {
    @Test("each day of four centuries follows the one before, with its weekday")
    func days() throws {
        var date = try CivilDate("1900-01-01")
        var (year, month, day) = (Int64(1900), Int64(1), Int64(1))
        for index in 0..<Int64(146_097) {
            #expect(date.parts == (year, month, day) && date.weekday == index % 7)
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Int(month) - 1]
            (year, month, day) =
                day < length ? (year, month, day + 1) : month < 12 ? (year, month + 1, 1) : (year + 1, 1, 1)
            date = CivilDate(dayNumber: date.dayNumber + 1)
        }
        #expect(date.description == "2300-01-01")
    }

    @Test("a day that no calendar has is refused", arguments: ["2027-02-29", "2026-04-31", "2026-13-01", "2026-00-01"])
    func noSuchDay(text: String) { #expect(throws: CalendarTextError.noSuchDay(text)) { try CivilDate(text) } }

    @Test(
        "what is no date is refused",
        arguments: ["", "2026-1-1", "20260101", "2026-01-01 ", "２０26-01-01", "-026-01-01"])
    func notADate(text: String) { #expect(throws: CalendarTextError.notADate(text)) { try CivilDate(text) } }
}
