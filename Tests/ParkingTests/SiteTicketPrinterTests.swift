import Effects
import Testing
import Vocabulary
import Wire

@testable import Parking

private let entry = SiteFixtures.entry, exit = SiteFixtures.exit

@Suite("A ticket on paper")
struct SiteTicketPrinterTests {
    /// A car that no camera reads stands before a lane with a ticket printer.
    private func unread() -> SiteDriver {
        var park = SiteDriver(SiteFixtures.scenario, hasApproachLoops: true, ticketPrinters: [entry])
        park.tell(.sensor("\(entry).approachLoop", .clear))
        park.tell(.sensor("\(entry).approachLoop", .active))
        park.run(seconds: 9)
        return park
    }

    private func press(_ park: inout SiteDriver) {
        park.tell(.sensor("\(entry).ticketButton", .active))
        park.tell(.sensor("\(entry).ticketButton", .clear))
    }

    private func printed(_ park: SiteDriver) throws -> String {
        guard case .takePrintedTicket(let code) = park.sign(entry) else {
            Issue.record("no ticket is printed")
            return ""
        }
        return code
    }

    @Test("is asked for by the driver's button and printed once its stay is on disk; one press gives one ticket")
    func button() throws {
        var park = unread()
        park.isDiskStuck = true
        press(&park)
        park.run(seconds: 1)
        #expect(park.sign(entry) == .callAttendant(nil, .plateNotRead, nil) && !park.isOpen(entry))
        park.isDiskStuck = false
        park.run(seconds: 1)
        let code = try printed(park)
        #expect(park.isOpen(entry) && park.site.carsInside == 1)
        press(&park)
        park.run(seconds: 1)
        #expect(try printed(park) == code && park.site.carsInside == 1)
        #expect(park.acts(.ticketIssued).isEmpty && park.faults.isEmpty)
    }

    @Test(
        "a button that is let go, or whose wire is broken, asks for nothing", arguments: [SensorState.clear, .faulty])
    func released(reading: SensorState) {
        var park = unread()
        park.tell(.sensor("\(entry).ticketButton", reading))
        park.run(seconds: 1)
        #expect(!park.isOpen(entry) && park.site.carsInside == 0)
    }

    @Test("the button serves a car on the approach loop before the time for its plate is over")
    func early() throws {
        var park = SiteDriver(SiteFixtures.scenario, hasApproachLoops: true, ticketPrinters: [entry])
        park.tell(.sensor("\(entry).approachLoop", .clear))
        press(&park)
        #expect(park.answer(entry) == .noCar)
        park.tell(.sensor("\(entry).approachLoop", .active))
        press(&park)
        park.run(milliseconds: 100)
        #expect(try !printed(park).isEmpty && park.isOpen(entry))
    }

    @Test("without paper the sign shows the code instead, and the attendant is told until a ticket is printed again")
    func noPaper() throws {
        var park = unread()
        press(&park)
        park.run(milliseconds: 100)
        let code = try printed(park)
        #expect(park.sign(entry)?.code == nil)
        park.tell(.ticketPrinted(lane: entry, code: code, why: "no paper"))
        #expect(park.sign(entry) == .takeTicket(code: code))
        #expect(park.conditions.map(\.code) == ["ticketPrinter"])
        #expect(park.site.board.lanes.first { $0.id == entry }?.alarms.map(\.code) == ["ticketPrinter"])
        park.tell(.ticketPrinted(lane: entry, code: "next", why: "no paper"))
        park.tell(.ticketPrinted(lane: entry, code: "next", why: nil))
        #expect(park.conditions.isEmpty && park.faults.isEmpty)
        park.run(seconds: 1)
        let told = park.journal.filter { if case .alarm(entry, "ticketPrinter", _) = $0 { true } else { false } }
        #expect(told.count == 2)
    }

    @Test("what is said too late of a car that has gone in changes the sign of the next one in nothing")
    func late() throws {
        var park = unread()
        press(&park)
        park.run(milliseconds: 100)
        let code = try printed(park)
        park.tell(.sensor("\(entry).safetyLoop", .active))
        park.tell(.sensor("\(entry).approachLoop", .clear))
        park.run(seconds: 2)
        park.tell(.sensor("\(entry).safetyLoop", .clear))
        park.run(seconds: 10)
        let before = park.sign(entry)
        park.tell(.ticketPrinted(lane: entry, code: code, why: "no paper"))
        #expect(park.sign(entry) == before && park.conditions.count == 1)
    }

    @Test("a lane without a printer shows the code at once, whatever other lanes have")
    func elsewhere() {
        var park = SiteDriver(SiteFixtures.scenario, ticketPrinters: [exit])
        park.tell(.ticketRequested(lane: entry, DeskWords(who: "li", why: "snow")))
        park.run(milliseconds: 100)
        #expect(park.sign(entry)?.code != nil)
    }
}
