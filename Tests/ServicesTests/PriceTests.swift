import Tariffs
import TestParts
import Testing
import Vocabulary
import Wire

@testable import Services

/// The platform's own reading of what a box asks for.
@Suite struct PriceTests {
    static let tariff = Tariff(
        id: try! Slug("city-2026"), freeMinutes: 15, firstPeriodMinutes: 60, firstPeriodPrice: Fen(500),
        unitMinutes: 30,
        unitPrice: Fen(200), capPer24Hours: Fen(4000))
    private static let began = WallTime(milliseconds: 1_760_000_000_000)
    private let book = PriceBook([.parking(PriceTests.tariff), .items(try! Slug("desk"))])

    static func quote(_ milliseconds: Int64, paid: Int64? = nil) throws -> Quote {
        guard let paid else { return try tariff.quote(from: began, duration: .milliseconds(milliseconds)) }
        return try tariff.quote(from: began, duration: .milliseconds(milliseconds), paidFor: .milliseconds(paid))
    }

    @Test(
        "every quote that a box computes is reproduced, to the millisecond, whole or in part paid before",
        arguments: [0, 1, 60_000, 900_000, 900_001, 3_600_000, 3_600_001, 86_400_000, 86_400_001, 999_999_999_999])
    func reproduced(milliseconds: Int64) throws {
        #expect(book.fault(in: try Self.quote(milliseconds)) == nil)
        for paid in [1, milliseconds / 3, milliseconds - 1, milliseconds] where 0 < paid && paid <= milliseconds {
            #expect(book.fault(in: try Self.quote(milliseconds, paid: paid)) == nil)
        }
    }

    @Test("coupons are left out of the comparison")
    func coupons() throws {
        var quote = try Self.quote(5_400_000)
        quote.lines.append(.init(kind: .coupon, amount: Fen(-100), reference: try Slug("spring")))
        quote.total = Fen(600)
        #expect(book.fault(in: quote) == nil)
    }

    @Test("a quote that differs in its total, its lines, or the time it covers is not reproduced")
    func differs() throws {
        let quote = try Self.quote(5_400_000)
        func fault(_ change: (inout Quote) -> Void) -> PriceBook.Fault? {
            var other = quote
            change(&other)
            return book.fault(in: other)
        }
        #expect(quote.total == Fen(700))
        #expect(
            fault { ($0.lines[1].amount, $0.total) = (Fen(199), Fen(699)) } == .total(theirs: Fen(699), ours: Fen(700)))
        #expect(fault { ($0.lines[0].amount, $0.lines[1].amount) = (Fen(501), Fen(199)) } == .lines(Fen(700)))
        #expect(fault { $0.lines[1].minutes += 1 } == .lines(Fen(700)))
        #expect(fault { $0.lines.swapAt(0, 1) } == .lines(Fen(700)))
        #expect(fault { $0.until.milliseconds += 1 } == .total(theirs: Fen(700), ours: Fen(900)))
        #expect(fault { $0.until.milliseconds -= 1 } == nil, "the same minute has begun")
        #expect(fault { $0.from.milliseconds += 1_800_000 } == .total(theirs: Fen(700), ours: Fen(200)))
        #expect(fault { $0.from.milliseconds -= 1 } == .noPrice)
        #expect(fault { $0.until.milliseconds = $0.began.milliseconds - 1 } == .noPrice)
        #expect(fault { $0.until.milliseconds = .max } == .noPrice)
        #expect(fault { $0.tariff = try! Slug("city-2025") } == .unknownTariff(try Slug("city-2025")))
    }

    @Test("a tariff of items lets through items, and nothing else")
    func items() throws {
        var quote = makeCharge(1, Site.rich, 700).quote
        quote.tariff = try Slug("desk")
        #expect(book.fault(in: quote) == nil)
        quote.lines.append(.init(kind: .unitPeriods, minutes: 1, amount: .zero))
        #expect(book.fault(in: quote) == .notItems)
    }
}

@Suite struct QuoteCheckTests {
    private let folder = TestFolder(inMemory: true)
    private let site: Site
    private let good: Charge, bad: Charge

    init() throws {
        site = try Site(database: folder.file("p.db"))
        try site.reopen(tariffs: [.parking(PriceTests.tariff)])
        func charge(_ number: UInt64, _ total: Int64) throws -> Charge {
            var charge = makeCharge(number, Site.rich, 0)
            charge.quote = try PriceTests.quote(5_400_000)
            charge.quote.lines[1].amount = Fen(total - 500)
            charge.quote.total = Fen(total)
            return charge
        }
        (good, bad) = (try charge(1, 700), try charge(2, 701))
    }

    @Test("a charge whose quote the platform cannot reproduce is declined for good, and a person hears both totals")
    func online() throws {
        #expect(try site.charge(good) == .approved)
        for _ in 0..<2 { #expect(try site.charge(bad) == .declined(.quoteRejected)) }
        #expect(try site.balance("merchant:city") == 700)
        let incidents = try site.store.ledgerReport().incidents
        #expect(incidents.map(\.code) == [.quoteNotReproduced] && incidents[0].count == 1)
        #expect(incidents[0].detail.contains("7.01") && incidents[0].detail.contains("7.00"))
        #expect(try site.debts() == [])
        #expect(try site.reverse(bad) == .reversed)
    }

    @Test("records with such a quote move and book nothing until a person decides", arguments: [false, true])
    func held(isDebt: Bool) throws {
        let event: Record.Event = isDebt ? .debt(bad) : .payment(.acceptedOffline, bad, nil)
        try site.record(event)
        try site.record(event)
        #expect(try site.query(bad) == .declined(.quoteRejected))
        #expect(try site.collect(bad) == .declined(.quoteRejected))
        #expect(try site.owed(by: Site.rich) == 0 && site.denials().total == 0)
        #expect(try site.balance("merchant:city") == 0)
        #expect(try site.debts().map(\.state) == ["held"])
        #expect(try site.store.decide(bad.payment, isOwed: true, by: "li", at: site.time))
        #expect(try !site.store.decide(bad.payment, isOwed: true, by: "li", at: site.time))
        #expect(try site.owed(by: Site.rich) == 701 && site.denials().total == 1)
        #expect(try site.store.ledgerReport().incidents[0].detail == "7.01 was booked as a debt by li")
        #expect(try site.collect(bad) == .approved)
        #expect(try site.balance("contract:rich") == Site.opening - 701)
        #expect(try site.isSound())
    }

    @Test("what a person dismisses is never owed; what was not held cannot be decided")
    func dismissed() throws {
        try site.record(.payment(.acceptedOffline, bad, nil), .debt(bad), .debt(good))
        #expect(try site.store.decide(bad.payment, isOwed: false, by: "li", at: site.time))
        #expect(try !site.store.decide(bad.payment, isOwed: true, by: "li", at: site.time))
        #expect(try !site.store.decide(good.payment, isOwed: false, by: "li", at: site.time))
        #expect(try site.debts().map(\.payment) == [good.payment])
        #expect(try site.owed(by: Site.rich) == 700)
    }

    @Test("a payment that was let out on a rejected quote and then undone is not held any more; its recorded debt is")
    func undone() throws {
        try site.record(.payment(.acceptedOffline, bad, nil))
        #expect(try site.reverse(bad) == .reversed)
        #expect(try site.debts() == [])
        try site.record(.debt(bad))
        #expect(try site.debts().map(\.state) == ["held"])
        #expect(try site.reverse(bad) == .reversed)
        #expect(try site.debts().map(\.state) == ["held"])
        #expect(try site.store.decide(bad.payment, isOwed: true, by: "li", at: site.time))
        #expect(try site.query(bad) == .reversed)
        #expect(try site.collect(bad) == .approved)
        #expect(try site.balance("merchant:city") == 701)
        #expect(try site.isSound())
    }

    @Test("the debt of an id that was undone before it came is checked as well")
    func tombstone() throws {
        #expect(try site.reverse(bad) == .reversed)
        try site.record(.debt(bad))
        #expect(try site.debts().map(\.state) == ["held"])
        #expect(try site.incidents() == [.quoteNotReproduced])
        #expect(try site.balance("merchant:city") == 0)
    }

    @Test(
        "a quote that begins over a second off the stay's recorded entry is an incident, and is charged",
        arguments: [-1_001, -1_000, 1_000, 1_001])
    func entry(milliseconds: Int64) throws {
        let stay = try #require(good.stay)
        let at = WallTime(milliseconds: good.quote.began.milliseconds - milliseconds)
        let opened = Record.Event.stayOpened(
            StayEntry(
                stay: stay, plate: Site.rich, tariff: try Slug("city-2026"), lane: try LaneID("entry-1"), entered: at))
        try site.ingest(site.box.batch(lines: [site.box.line(opened, sequence: site.box.next, at: at)]))
        #expect(try site.charge(good) == .approved)
        #expect(try site.incidents() == [], "the record of another entry may be on its way")
        try site.record(.payment(.approved, good, nil))
        #expect(try site.incidents() == (abs(milliseconds) > 1_000 ? [.entryDiffers] : []))
    }

    @Test(
        "a lost ticket whose stay the attendant names contradicts no entry, and an entry's time set right is the entry",
        arguments: [DeskAct.Kind.lostTicket, .entryTimeSet, .stayChosen], [Int64(0), 1_001])
    func desk(kind: DeskAct.Kind, milliseconds: Int64) throws {
        let stay = try #require(good.stay), lane = try LaneID("entry-1")
        let at = WallTime(milliseconds: good.quote.began.milliseconds - 9_000_000)
        let set = WallTime(milliseconds: good.quote.began.milliseconds - milliseconds)
        let act = DeskAct(
            kind, lane: lane, DeskAct.Car(stay: stay), entered: kind == .entryTimeSet ? set : nil, who: "Zhao",
            why: "no ticket")
        try site.record(
            .stayOpened(
                StayEntry(stay: stay, plate: Site.rich, tariff: try Slug("city-2026"), lane: lane, entered: at)),
            .deskAct(act))
        #expect(try site.charge(good) == .approved)
        try site.record(.payment(.approved, good, nil))
        let agrees = kind == .lostTicket || kind == .entryTimeSet && milliseconds <= 1_000
        #expect(try site.incidents() == (agrees ? [] : [.entryDiffers]))
    }

    @Test("the fixed amount for a lost ticket begins with no entry, and contradicts none")
    func fixedAmount() throws {
        let list = try Slug("lost-ticket")
        try site.reopen(tariffs: [.items(list)])
        var charge = good
        charge.quote.tariff = list
        charge.quote.lines = [Quote.Line(kind: .item, amount: Fen(5_000), reference: list)]
        charge.quote.total = Fen(5_000)
        let stay = try #require(good.stay)
        let at = WallTime(milliseconds: good.quote.began.milliseconds - 9_000_000)
        try site.record(
            .stayOpened(
                StayEntry(stay: stay, plate: Site.rich, tariff: list, lane: try LaneID("entry-1"), entered: at)))
        #expect(try site.charge(charge) == .approved)
        try site.record(.payment(.approved, charge, nil))
        #expect(try site.incidents() == [])
    }

    @Test("an entry by a clock that was not known to be right contradicts no quote")
    func unsynchronisedEntry() throws {
        let stay = try #require(good.stay)
        let at = WallTime(milliseconds: good.quote.began.milliseconds - 9_000_000)
        let opened = Record.Event.stayOpened(
            StayEntry(
                stay: stay, plate: Site.rich, tariff: try Slug("city-2026"), lane: try LaneID("entry-1"), entered: at,
                isSynchronised: false))
        try site.ingest(site.box.batch(lines: [site.box.line(opened, sequence: site.box.next, at: at)]))
        #expect(try site.charge(good) == .approved)
        try site.record(.payment(.approved, good, nil))
        #expect(try site.incidents() == [])
    }
}
