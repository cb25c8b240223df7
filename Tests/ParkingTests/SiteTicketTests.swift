import Effects
import Payments
import Testing
import Vocabulary
import Wire

@testable import Parking

private let entry = SiteFixtures.entry, exit = SiteFixtures.exit, otherExit = SiteFixtures.otherExit
private let page = "https://pay.example.cn/p/city"

private func words(_ why: String = "plate is covered with snow") throws -> DeskWords {
    try #require(DeskWords(who: "li", why: why))
}

private func park(_ change: (inout ParkingScenario) -> Void = { _ in }) -> SiteDriver {
    SiteDriver { scenario in
        scenario.identification.ticketPage = page
        scenario.identification.lostTicket = .hours(24)
        change(&scenario)
    }
}

extension SiteDriver {
    /// A car without a readable plate comes in; what its ticket says.
    fileprivate mutating func enterByTicket() throws -> String {
        tell(.ticketRequested(lane: entry, try words()))
        run(milliseconds: 100)
        guard case .takeTicket(let code) = sign(entry) else {
            Issue.record("the sign shows no ticket")
            return ""
        }
        #expect(isOpen(entry))
        pass(entry)
        run(seconds: 30)
        return code
    }

    /// An hour later the driver shows the ticket at the exit.
    fileprivate mutating func showAtExit(_ code: String) {
        run(seconds: 3_500)
        tell(.ticketPresented(lane: exit, code))
        run(seconds: 1)
    }

    fileprivate mutating func paysInCashAndLeaves() {
        tell(.own(.cashTaken(lane: exit, who: "li")))
        run(seconds: 1)
        #expect(isOpen(exit))
        pass(exit)
        run(seconds: 30)
        #expect(site.carsInside == 0 && faults.isEmpty)
    }
}

@Suite("What a ticket says")
struct TicketCodeTests {
    private let stay = BarrierFixtures.transit(7)

    @Test(
        "its number, with and without the address of the site's page, is read",
        arguments: [page, "\(page)?l=zh", nil])
    func read(page: String?) throws {
        let text = TicketCode.text(stay, page: page)
        #expect(try TicketCode.parse(text, page: page) == stay)
        #expect(try TicketCode.parse(" \(text)\r\n", page: page) == stay)
        #expect(try TicketCode.parse(stay.description.uppercased(), page: page) == stay)
    }

    @Test(
        "what is no ticket is said to be none",
        arguments: ["", "hello", "130000000000001234", "\(page)?ticket=", "\(page)?ticket=0189", "粤B12345"])
    func unreadable(text: String) {
        #expect(throws: TicketCode.Fault.unreadable) { try TicketCode.parse(text, page: page) }
    }

    @Test("a text without end is not looked at")
    func endless() {
        let text = String(repeating: "x", count: 1_000_000) + "?ticket=\(stay)"
        #expect(throws: TicketCode.Fault.unreadable) { try TicketCode.parse(text, page: page) }
    }

    @Test("a ticket of another car park is told from nonsense")
    func otherCarPark() {
        let text = TicketCode.text(stay, page: "https://pay.example.cn/p/airport")
        #expect(throws: TicketCode.Fault.otherCarPark) { try TicketCode.parse(text, page: page) }
        #expect(throws: TicketCode.Fault.otherCarPark) { try TicketCode.parse(text, page: nil) }
    }
}

@Suite("A car without a readable plate")
struct SiteTicketTests {
    @Test("comes in with a ticket, which is on disk before the boom opens, and pays by it in cash at the exit")
    func wholeVisit() throws {
        var park = park()
        let code = try park.enterByTicket()
        #expect(code.hasPrefix("\(page)?ticket="))
        let isOpened = { (record: Record.Event) -> Bool in
            if case .stayOpened(let entry) = record { entry.plate == nil } else { false }
        }
        #expect(park.raisedBefore(entry, isOpened) == false)
        #expect(park.acts(.ticketIssued).map(\.who) == ["li"])
        park.showAtExit(code)
        #expect(park.sign(exit) == .callAttendant(nil, .payHere, Fen(500)))
        #expect(!park.isOpen(exit) && park.charges.isEmpty)
        park.paysInCashAndLeaves()
    }

    @Test("pays by the code on the driver's phone, and owes nothing to anybody's contract")
    func byCode() throws {
        var park = park()
        let code = try park.enterByTicket()
        park.showAtExit(code)
        park.tell(.own(.codePresented(lane: exit, try PayerCode("130000000000001234"))))
        park.run(seconds: 1)
        #expect(park.isOpen(exit) && park.platform.captured == 500)
        #expect(park.charges.allSatisfy { $0.instrument.holder == nil && $0.plate == nil })
    }

    @Test("leaves without paying within the free minutes")
    func free() throws {
        var park = park()
        let code = try park.enterByTicket()
        park.tell(.ticketPresented(lane: exit, code))
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
    }

    @Test("is let out on a debt by no rule: nobody is known who could owe it")
    func noDebtor() throws {
        var park = park { $0.onUnknown = .letOutOnDebt }
        let code = try park.enterByTicket()
        park.showAtExit(code)
        park.platform.mood = .doesNotKnow
        park.tell(.own(.codePresented(lane: exit, try PayerCode("130000000000001234"))))
        park.run(seconds: 5)
        #expect(!park.isOpen(exit))
        #expect(park.count { if case .debt = $0 { true } else { false } } == 0)
    }

    @Test("a ticket survives a restart of the box")
    func restart() throws {
        var park = park()
        let code = try park.enterByTicket()
        park.restart(reboot: true)
        park.showAtExit(code)
        #expect(park.sign(exit) == .callAttendant(nil, .payHere, Fen(500)))
    }

    @Test("a ticket that is used twice opens nothing the second time, at this exit or another")
    func usedTwice() throws {
        var park = park()
        let code = try park.enterByTicket()
        park.showAtExit(code)
        // While the first car stands at the exit.
        park.tell(.ticketPresented(lane: otherExit, code))
        park.run(seconds: 1)
        #expect(park.sign(otherExit) == .callAttendant(nil, .ticketNotValid, nil))
        park.tell(.own(.cashTaken(lane: exit, who: "li")))
        park.run(seconds: 1)
        park.pass(exit)
        park.run(seconds: 30)
        // When it has left.
        park.tell(.ticketPresented(lane: otherExit, code))
        park.run(seconds: 1)
        #expect(!park.isOpen(otherExit))
        #expect(park.sign(otherExit) == .callAttendant(nil, .ticketNotValid, nil))
    }

    @Test(
        "a ticket of another car park, and nonsense, open nothing, and the sign says what it is",
        arguments: [
            (
                "https://pay.example.cn/p/airport?ticket=01890a5d-ac96-774b-bcce-b302099a8057",
                DeskAnswer.ticketOfOtherCarPark
            ),
            ("01890a5d-ac96-774b-bcce-b302099a8057", .ticketNotValid), ("I am a ticket", .ticketUnreadable),
        ])
    func wrong(text: String, answer: DeskAnswer) {
        var park = park()
        park.tell(.ticketPresented(lane: exit, text))
        park.run(seconds: 1)
        #expect(!park.isOpen(exit) && park.answer(exit) == answer)
        guard case .callAttendant(nil, let reason, nil)? = park.sign(exit) else {
            Issue.record("the sign says nothing")
            return
        }
        #expect(reason.rawValue == answer.rawValue)
    }

    @Test("the ticket, or the stay, of another car is refused for a car whose plate was read")
    func otherCar() throws {
        var park = park()
        park.enter(SiteFixtures.plate("粤B11111"))
        let stay = try #require(park.site.stays[SiteFixtures.plate("粤B11111")])
        park.read(SiteFixtures.plate("粤B99999"), at: exit)
        park.run(seconds: 1)
        park.tell(.ticketPresented(lane: exit, stay.id.description))
        park.run(seconds: 1)
        #expect(park.answer(exit) == .ticketOfOtherCar && !park.isOpen(exit))
    }

    @Test("a car that came in with a ticket and is read at the exit leaves by its ticket")
    func readAtExit() throws {
        var park = park()
        let code = try park.enterByTicket()
        park.run(seconds: 3_500)
        park.read(SiteFixtures.plate("粤B99999"), at: exit)
        park.run(seconds: 1)
        #expect(park.sign(exit) == .callAttendant(SiteFixtures.plate("粤B99999"), .noEntryRecord, nil))
        park.tell(.ticketPresented(lane: exit, code))
        park.run(seconds: 1)
        park.paysInCashAndLeaves()
    }

    @Test("the button gives a ticket to nobody where no car stands, and none where tickets are not issued")
    func button() throws {
        var park = park()
        park.tell(.ticketRequested(lane: entry, nil))
        #expect(park.answer(entry) == .noCar)
        park.tell(.ticketRequested(lane: exit, try words()))
        #expect(park.answer(exit) == .wrongDirection)
        park.read(SiteFixtures.plate("粤B11111"), at: entry)
        park.tell(.ticketRequested(lane: entry, try words()))
        #expect(park.answer(entry) == .plateIsRead || park.answer(entry) == .alreadyGoing)
        var none = SiteDriver { $0.identification.issuesTickets = false }
        none.tell(.ticketRequested(lane: entry, try words()))
        none.run(seconds: 1)
        #expect(none.answer(entry) == .noTickets && !none.isOpen(entry))
    }

    /// A car stands on the approach loop of a lane and no camera reads it.
    private func unread(at lane: LaneID) -> SiteDriver {
        var scenario = SiteFixtures.scenario
        scenario.identification.ticketPage = page
        var park = SiteDriver(scenario, hasApproachLoops: true)
        park.tell(.sensor("\(lane).approachLoop", .clear))
        park.tell(.sensor("\(lane).approachLoop", .active))
        park.run(seconds: 9)
        #expect(park.sign(lane) == .callAttendant(nil, .plateNotRead, nil))
        return park
    }

    @Test("that waits before the boom unread gets its ticket by the driver's own button")
    func buttonWhereOneWaits() {
        var park = unread(at: entry)
        park.tell(.ticketRequested(lane: entry, nil))
        park.run(milliseconds: 100)
        guard case .takeTicket? = park.sign(entry) else {
            Issue.record("the sign shows no ticket")
            return
        }
        #expect(park.isOpen(entry) && park.acts(.ticketIssued).isEmpty)
    }

    @Test("that is read just after it has asked for its ticket comes in once, and by the ticket")
    func readAfterAll() {
        var park = unread(at: entry)
        park.tell(.ticketRequested(lane: entry, nil))
        park.read(SiteFixtures.plate("粤B11111"), at: entry)
        park.run(seconds: 1)
        #expect(park.isOpen(entry) && park.site.carsInside == 1)
        #expect(park.site.stays[SiteFixtures.plate("粤B11111")] == nil)
    }

    @Test("at the exit, whose plate the attendant reads out, is that car")
    func readOut() throws {
        let car = SiteFixtures.plate("粤B11111")
        var park = unread(at: exit)
        park.enter(car)
        park.tell(.plateCorrected(lane: exit, car, stay: nil, try words()))
        park.run(seconds: 2)
        #expect(park.isOpen(exit))
    }

    @Test("that shows its ticket at the exit and is read only then goes on by its ticket")
    func readWhilePaying() throws {
        var park = park()
        let code = try park.enterByTicket()
        park.showAtExit(code)
        park.read(SiteFixtures.plate("粤B11111"), at: exit)
        park.run(seconds: 1)
        #expect(!park.isOpen(exit))
        park.paysInCashAndLeaves()
    }

    @Test("a ticket that the disk has no room for is not shown, and no car is inside by it")
    func noRoom() throws {
        var park = park()
        park.isJournalFull = true
        park.tell(.ticketRequested(lane: entry, try words()))
        park.run(seconds: 1)
        #expect(!park.isOpen(entry) && park.site.carsInside == 0)
        if case .takeTicket? = park.sign(entry) { Issue.record("a ticket is shown that counts for nothing") }
    }
}

@Suite("A driver who has lost the ticket")
struct LostTicketTests {
    private func held() -> SiteDriver { park() }

    @Test("pays what the rule says for 24 hours, by nobody's stay, and who declared it is on record")
    func byRule() throws {
        var park = park()
        _ = try park.enterByTicket()
        _ = try park.enterByTicket()
        park.run(seconds: 600)
        park.tell(.ticketLost(lane: exit, stay: nil, try words("lost")))
        park.run(seconds: 1)
        #expect(park.sign(exit) == .callAttendant(nil, .payHere, Fen(4_000)))
        park.tell(.own(.cashTaken(lane: exit, who: "li")))
        park.run(seconds: 1)
        #expect(park.isOpen(exit) && park.acts(.lostTicket).map(\.why) == ["lost"])
        park.pass(exit)
        park.run(seconds: 30)
        #expect(park.site.carsInside == 2, "neither of the stays inside was closed by it")
        #expect(park.faults.isEmpty)
    }

    @Test("pays the fixed amount of the scenario")
    func amount() throws {
        let list = SiteFixtures.lane("lost-ticket")
        var park = park { $0.identification.lostTicket = .amount(Fen(5_000), list: list) }
        park.tell(.ticketLost(lane: exit, stay: nil, try words("lost")))
        park.run(seconds: 120)
        park.tell(.own(.codePresented(lane: exit, try PayerCode("130000000000001234"))))
        park.run(seconds: 1)
        #expect(park.isOpen(exit) && park.platform.captured == 5_000)
        #expect(park.charges.last?.quote.tariff == list)
    }

    @Test("whose stay the attendant names ends that stay, and no other")
    func named() throws {
        var park = park()
        _ = try park.enterByTicket()
        let second = try TicketCode.parse(try park.enterByTicket(), page: page)
        park.tell(.ticketLost(lane: exit, stay: second, try words("lost")))
        park.run(seconds: 1)
        park.tell(.own(.cashTaken(lane: exit, who: "li")))
        park.run(seconds: 1)
        park.pass(exit)
        park.run(seconds: 30)
        #expect(park.site.carsInside == 1 && park.site.stays[second] == nil)
    }

    @Test("who turns round again leaves nothing behind")
    func turnsRound() throws {
        var park = park()
        park.tell(.ticketLost(lane: exit, stay: nil, try words("lost")))
        park.run(seconds: 1)
        #expect(park.site.carsInside == 1)
        park.read(SiteFixtures.plate("粤B99999"), at: exit)
        park.run(seconds: 400)
        #expect(park.site.carsInside == 0)
    }

    @Test("is not charged where the scenario has no rule for it, nor at an entry, nor for a stay that is not inside")
    func refused() throws {
        var park = park()
        park.tell(.ticketLost(lane: entry, stay: nil, try words("lost")))
        #expect(park.answer(entry) == .wrongDirection)
        park.tell(.ticketLost(lane: exit, stay: BarrierFixtures.transit(1), try words("lost")))
        #expect(park.answer(exit) == .noSuchStay)
        var none = SiteDriver()
        none.tell(.ticketLost(lane: exit, stay: nil, try words("lost")))
        #expect(none.answer(exit) == .noRule)
    }
}
