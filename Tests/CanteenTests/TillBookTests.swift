import Testing
import Vocabulary

@testable import Canteen

@Suite("The book of a till")
struct TillBookTests {
    static let lunch = Meal(period: slug("lunch"), day: day("2026-11-20"))
    static let now = at("2026-11-20 12:00")

    static func sale(_ number: UInt64, _ fen: Int64 = 800, isOffline: Bool = false, lane: String = "l1") -> SaleEntry {
        SaleEntry(
            id: UUIDv7(at: now, random: (number, number)), at: now, lane: slug(lane), meal: lunch, mode: .menu,
            who: "张*三", payment: UUIDv7(at: now, random: (number, 99)), instrument: .member, isOffline: isOffline,
            lines: [.init(item: slug("set"), count: 2, amount: Fen(fen))],
            shares: [.init(purse: slug("cash"), amount: Fen(fen))], total: Fen(fen))
    }

    @Test("a report counts by mode, item, purse and instrument, and says so as rows")
    func report() {
        var book = TillBook(meal: Self.lunch)
        book.add(Self.sale(1))
        book.add(Self.sale(2, 500, isOffline: true))
        #expect(book.current[.all] == SaleSum(count: 2, amount: Fen(1_300)))
        #expect(book.current[.item, "set"] == SaleSum(count: 4, amount: Fen(1_300)))
        #expect(book.current[.offline] == SaleSum(count: 1, amount: Fen(500)))
        #expect(
            book.current.csv == """
                day,period,group,name,count,amount\r
                2026-11-20,lunch,all,,2,1300\r
                2026-11-20,lunch,mode,menu,2,1300\r
                2026-11-20,lunch,item,set,4,1300\r
                2026-11-20,lunch,purse,cash,2,1300\r
                2026-11-20,lunch,instrument,member,2,1300\r
                2026-11-20,lunch,offline,,1,500\r

                """)
    }

    @Test("the last ten can be looked back on, and a closed report is kept with whoever closed it")
    func closing() {
        var book = TillBook(meal: Self.lunch)
        for number in UInt64(1)...12 { book.add(Self.sale(number)) }
        #expect(book.last.count == 10 && book.sale(Self.sale(2).id) == nil && book.sale(Self.sale(3).id) != nil)
        #expect(book.begin(Self.lunch, closedBy: "li", at: Self.now) == true)
        #expect(book.begin(Self.lunch, closedBy: "li", at: Self.now) == false)
        book.add(Self.sale(20))
        // The same meal closed again is one report.
        let later = at("2026-11-20 14:00")
        book.begin(Meal(period: nil, day: Self.lunch.day), closedBy: nil, at: later)
        #expect(book.reports.count == 1 && book.reports[0][.all].count == 13)
        #expect(book.reports[0].closedBy == "li" && book.reports[0].closed == later)
        book.begin(Self.lunch, closedBy: nil, at: later)
        book.add(Self.sale(21))
        book.begin(Self.lunch, closedBy: "wang", at: later)
        #expect(book.reports[0].closedBy == "wang")
    }

    @Test("a queue at the turnstile takes no till's sales away, and lanes that are no more have a bound together")
    func lastOfEachLane() {
        var book = TillBook(meal: Self.lunch)
        book.add(Self.sale(1, lane: "till"))
        for number in UInt64(100)...130 { book.add(Self.sale(number, lane: "gate")) }
        #expect(book.sale(Self.sale(1).id)?.lane == slug("till") && book.last.count == 11)
        #expect(book.last.last?.id == Self.sale(130).id && book.sale(Self.sale(120).id) == nil)
        for number in UInt64(1_000)...1_200 { book.add(Self.sale(number, lane: "l\(number / 10)")) }
        #expect(book.last.count == 44 && book.last.last?.id == Self.sale(1_200).id)
    }

    @Test("what is still going on is not forgotten, and one more of its lane is kept meanwhile")
    func stillOpen() {
        var book = TillBook(meal: Self.lunch)
        let open = Self.sale(1).id
        for number in UInt64(1)...30 { book.add(Self.sale(number), keeping: [open]) }
        #expect(book.last.map(\.id) == [open] + (UInt64(21)...30).map { Self.sale($0).id })
        book.add(Self.sale(31))
        #expect(book.sale(open) == nil && book.last.count == 10)
    }

    @Test("what is undone, taken out or corrected changes the report of its own meal")
    func corrections() throws {
        var book = TillBook(meal: Self.lunch)
        for number in UInt64(1)...3 { book.add(Self.sale(number)) }
        book.remove(Self.sale(1))
        book.undo(Self.sale(2))
        book.undo(Self.sale(2))
        #expect(book.current[.all] == SaleSum(count: 1, amount: Fen(800)))
        #expect(book.current[.undone] == SaleSum(count: 1, amount: Fen(800)))
        book.begin(Meal(period: nil, day: Self.lunch.day), closedBy: nil, at: Self.now)
        book.correct(try #require(Self.sale(3).payment), Fen(300), now: book.current.meal)
        #expect(book.reports[0][.correction] == SaleSum(count: 1, amount: Fen(300)))
        #expect(book.current[.correction].count == 0)
        #expect(book.sale(Self.sale(3).id)?.returned == Fen(300))
    }

    @Test("what the journal keeps is the book as it was")
    func kept() throws {
        var book = TillBook(meal: Self.lunch)
        for number in UInt64(1)...12 { book.add(Self.sale(number, Int64(number) * 100)) }
        book.begin(Self.lunch, closedBy: "li", at: Self.now)
        book.add(Self.sale(30, isOffline: true))
        book.correct(try #require(Self.sale(30).payment), Fen(800), now: Self.lunch)
        guard case .put(_, _, let current) = book.kept, case .put(_, _, let closed) = book.keptReports else { return }
        #expect(TillBook(current: current, reports: closed) == book)
        #expect(TillBook(current: Array(current.dropLast()), reports: closed) == nil)
    }

    @Test("reports, and rows of one, are bounded; what has no row counts as other")
    func bounded() {
        var book = TillBook(meal: Self.lunch)
        for number in Int64(0)..<Int64(TillBook.mostReports + 5) {
            book.add(Self.sale(UInt64(number)))
            book.begin(
                Meal(period: slug("lunch"), day: CivilDate(dayNumber: 30_000 + number)), closedBy: nil, at: Self.now)
        }
        #expect(book.reports.count == TillBook.mostReports)
        var report = PeriodReport(meal: Self.lunch)
        for number in 0..<1_000 { report.add(.item, "i\(number)", count: 1, Fen(1)) }
        #expect(report.sums.count <= PeriodReport.mostRows + 1 && report[.item, "other"].count > 500)
    }
}
