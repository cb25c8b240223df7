import JSONText
import SQLite
import TestParts
import Testing
import Vocabulary
import Wire

@testable import Services

@Suite("The shifts that an auditor sees")
struct ShiftBookTests {
    private let folder = TestFolder(inMemory: true)
    private let site: Site

    init() throws { site = try Site(database: folder.file("p.db")) }

    /// A shift that ends at a time of 21 November 2026, China Standard Time, with 200.00 in the drawer at first.
    private func closing(
        _ number: UInt64, cash: Int64, refunds: Int64 = 0, expected: Int64? = nil, counted: Int64
    ) -> ShiftClosing {
        var totals = ShiftTotals()
        totals.cash = Fen(cash)
        totals.cashPayments = 2
        totals.cashRefunds = Fen(refunds)
        return ShiftClosing(
            opening: ShiftOpening(shift: UUIDv7(at: Self.noon, random: (0, number)), who: "Zhao", float: Fen(20_000)),
            opened: WallTime(milliseconds: Self.noon.milliseconds - 28_800_000), closedBy: "Qian", totals: totals,
            expected: Fen(expected ?? (20_000 + cash - refunds)), counted: Fen(counted), pieces: [], next: nil)
    }

    /// 21 November 2026, 12:00 China Standard Time.
    private static let noon = WallTime(milliseconds: 1_795_233_600_000)
    private static let midnight = Self.noon.milliseconds + 43_200_000

    private func record(_ shift: ShiftClosing, at milliseconds: Int64) throws {
        let at = WallTime(milliseconds: milliseconds)
        try site.ingest(site.box.batch(lines: [site.box.line(.shiftClosed(shift), sequence: site.box.next, at: at)]))
    }

    private func book(minutesEast: Int64 = 480) throws -> ShiftBook {
        try ShiftBook.read(folder.file("p.db"), of: nil, minutesEast: minutesEast)
    }

    @Test("expected, counted and difference of every shift, and the sums of each day")
    func listed() throws {
        try record(closing(1, cash: 6_200, counted: 26_100), at: Self.noon.milliseconds)
        try record(closing(2, cash: 1_000, refunds: 300, counted: 20_800), at: Self.noon.milliseconds + 1_000)
        try record(closing(3, cash: 0, counted: 20_000), at: Self.midnight)
        let book = try book()
        #expect(book.entries.map(\.expected) == [Fen(26_200), Fen(20_700), Fen(20_000)])
        #expect(book.entries.map(\.counted) == [Fen(26_100), Fen(20_800), Fen(20_000)])
        #expect(book.entries.map(\.difference) == [Fen(-100), Fen(100), .zero])
        #expect(book.entries.allSatisfy { $0.isExpectedRight && $0.openedBy == "Zhao" && $0.closedBy == "Qian" })
        #expect(book.days.map(\.day) == ["2026-11-21", "2026-11-22"])
        #expect(book.days.map(\.shifts) == [2, 1])
        #expect(book.days.map(\.difference) == [.zero, .zero], "one day's shortage hides another's surplus")
        #expect(book.days.map(\.cash) == [Fen(7_200), .zero] && book.days[0].cashRefunds == Fen(300))
        let lines = book.description.split(separator: "\n")
        #expect(lines[1].contains("2026-11-21 12:00") && lines[1].contains("262.00") && lines[1].contains("261.00"))
        #expect(lines[1].hasSuffix("-1.00       short") && lines[2].hasSuffix("1.00        over"), "\(book)")
    }

    @Test("a day is the local one on which was counted, to the millisecond", arguments: [-1, 0])
    func days(offset: Int64) throws {
        try record(closing(1, cash: 0, counted: 20_000), at: Self.midnight + offset)
        #expect(try book().days.map(\.day) == [offset < 0 ? "2026-11-21" : "2026-11-22"])
        #expect(try book(minutesEast: 0).days.map(\.day) == ["2026-11-21"])
    }

    @Test("a box whose own sum is wrong is shown as such", arguments: [Int64(26_199), 26_200, 26_201])
    func wrongSum(expected: Int64) throws {
        try record(closing(1, cash: 6_200, expected: expected, counted: expected), at: Self.noon.milliseconds)
        let book = try book()
        #expect(book.entries.map(\.isExpectedRight) == [expected == 26_200])
        #expect(book.description.contains("the box's sum is wrong") == (expected != 26_200))
    }

    @Test("a report that is delivered twice counts once")
    func twice() throws {
        for _ in 0..<2 { try record(closing(1, cash: 0, counted: 20_000), at: Self.noon.milliseconds) }
        #expect(try book().entries.count == 1)
    }

    @Test("only one box's shifts, if so wanted; and all of it as JSON")
    func json() throws {
        try record(closing(1, cash: 6_200, counted: 26_100), at: Self.noon.milliseconds)
        let node = try JSONNode.parse(Array(try book().json.utf8), dialect: .json)
        #expect(node["shifts"]?.array?.first?["difference"]?.integer == -100)
        #expect(node["days"]?.array?.first?["day"]?.string == "2026-11-21")
        let device = try #require(try book().entries.first?.device)
        for (name, count) in [(device, 1), (try DeviceID("nobody"), 0)] {
            let own = try ShiftBook.read(folder.file("p.db"), of: name, minutesEast: 480)
            #expect(own.entries.count == count)
        }
        let none = try ShiftBook.read(folder.file("p.db"), of: try DeviceID("nobody"), minutesEast: 480)
        #expect(none.description == "no shift has been closed")
    }
}
