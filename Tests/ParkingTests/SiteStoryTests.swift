import Effects
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12346"), other = SiteFixtures.plate("粤B99999")
private let entry = SiteFixtures.entry, exit = SiteFixtures.exit

private func isStayOpened(_ record: Record.Event) -> Bool { if case .stayOpened = record { true } else { false } }
private func isStayClosed(_ record: Record.Event) -> Bool { if case .stayClosed = record { true } else { false } }

private func isApproved(_ record: Record.Event) -> Bool {
    if case .payment(.approved, _, nil) = record { true } else { false }
}

@Suite("A car park on a good day")
struct SiteStoryTests {
    @Test("the entry opens when the stay is on disk, and not before")
    func entryAfterWrite() {
        var park = SiteDriver()
        park.isDiskStuck = true
        park.read(car, at: entry)
        park.run(seconds: 10)
        #expect(!park.isOpen(entry))
        park.isDiskStuck = false
        park.run(seconds: 1)
        #expect(park.isOpen(entry))
        #expect(park.raisedBefore(entry, isStayOpened) == false)
        #expect(park.sign(entry) == .welcome(car))
        park.pass(entry)
        #expect(park.site.carsInside == 1)
        #expect(park.faults.isEmpty)
    }

    @Test("a car that comes and does not drive in was never inside")
    func entryNoShow() {
        var park = SiteDriver()
        park.read(car, at: entry)
        park.run(seconds: 60)
        #expect(!park.isOpen(entry))
        #expect(park.site.carsInside == 0)
        #expect(park.count(of: isStayOpened) == 1 && park.count(of: isStayClosed) == 1)
        park.restart(reboot: false)
        #expect(park.site.carsInside == 0)
    }

    @Test("a car that gives up at the entry while the disk is stuck was never inside")
    func entryGivenUp() {
        var park = SiteDriver()
        park.isDiskStuck = true
        park.read(car, at: entry)
        park.run(seconds: 200)
        #expect(park.site.carsInside == 0)
        park.isDiskStuck = false
        park.run(seconds: 1)
        #expect(!park.isOpen(entry))
        park.restart(reboot: false)
        #expect(park.site.carsInside == 0)
    }

    @Test("within the free minutes a car leaves without paying, when that is on disk")
    func freeExit() {
        var park = SiteDriver()
        park.enter(car)
        park.isDiskStuck = true
        park.read(car, at: exit)
        park.run(seconds: 5)
        #expect(!park.isOpen(exit))
        park.isDiskStuck = false
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        #expect(park.sign(exit) == .goFree(car))
        park.pass(exit)
        park.run(seconds: 1)
        #expect(park.site.carsInside == 0)
        #expect(park.charges.isEmpty)
        #expect(park.faults.isEmpty)
    }

    @Test("a contract plate pays online, and the boom rises before that is written")
    func paidExit() {
        var park = SiteDriver()
        park.enter(car)
        park.run(seconds: 3_600)
        park.forgetMarks()
        park.read(car, at: exit)
        #expect(park.sign(exit) == .wait(car))
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        #expect(park.raisedBefore(exit, isApproved) == true)
        #expect(park.sign(exit) == .goPaid(car, Fen(700)))
        #expect(park.charges.map(\.quote.total) == [Fen(700)])
        #expect(park.raisedBefore(exit) { if case .payment(.requested, _, nil) = $0 { true } else { false } } == false)
        park.pass(exit)
        park.run(seconds: 1)
        #expect(park.site.carsInside == 0)
        #expect(park.platform.captured == 700)
        #expect(park.faults.isEmpty)
    }

    @Test("nothing is asked of the platform before the charge is on disk")
    func requestAfterWrite() {
        var park = SiteDriver()
        park.enter(car)
        park.run(seconds: 3_600)
        park.isDiskStuck = true
        park.read(car, at: exit)
        park.run(seconds: 10)
        #expect(park.charges.isEmpty)
        park.isDiskStuck = false
        park.run(seconds: 1)
        #expect(park.charges.count == 1)
        #expect(park.isOpen(exit))
    }

    @Test("a car read twenty times, two of them misread, pays once and opens the boom once")
    func repeatedReads() {
        var park = SiteDriver()
        park.enter(car)
        park.run(seconds: 3_600)
        park.forgetMarks()
        for round in 0..<20 {
            park.read(round % 10 == 5 ? SiteFixtures.plate("粤BI2346") : car, at: exit)
            park.run(milliseconds: 300)
        }
        park.pass(exit)
        for _ in 0..<20 {
            park.read(car, at: exit)
            park.run(milliseconds: 500)
        }
        #expect(Set(park.charges.map(\.payment)).count == 1)
        #expect(park.marks.filter { $0 == .raised(exit) }.count == 1)
        #expect(park.sign(exit) == .goPaid(car, Fen(700)))
        #expect(park.platform.captured == 700)
    }

    @Test("a read below the confidence the scenario asks for does nothing", arguments: [59, 60])
    func confidence(percent: Int) {
        var park = SiteDriver()
        park.read(car, at: entry, confidence: percent)
        park.run(seconds: 1)
        #expect(park.isOpen(entry) == (percent >= 60))
    }

    @Test("a read at a lane the scenario does not have does nothing")
    func unknownLane() {
        var park = SiteDriver()
        park.read(car, at: SiteFixtures.lane("exit-9"))
        park.run(seconds: 1)
        #expect(park.marks.isEmpty && park.journal.allSatisfy { !isStayOpened($0) })
    }

    @Test(
        "what is no plate does not even come in",
        arguments: [String(repeating: "粤", count: 200), "", "<x>", "粤B\u{0}1", "🚗"])
    func garbage(text: String) {
        #expect(throws: PlateError.self) { try Plate(text) }
    }

    @Test("two cars, one behind the other, both pay and both leave")
    func carBehind() {
        var park = SiteDriver()
        park.enter(car)
        park.enter(other)
        park.run(seconds: 3_600)
        park.read(car, at: exit)
        park.run(seconds: 1)
        park.read(other, at: exit)
        park.pass(exit)
        park.run(seconds: 1)
        #expect(park.sign(exit) == .goPaid(other, Fen(700)))
        park.pass(exit)
        park.run(seconds: 1)
        #expect(park.site.carsInside == 0)
        #expect(park.platform.captured == 1_400)
        #expect(park.faults.isEmpty)
    }

    @Test("a car without an entry record is held or let out, as the scenario says", arguments: [true, false])
    func noEntryRecord(isHeld: Bool) {
        var scenario = SiteFixtures.scenario
        scenario.noEntryRecord = isHeld ? .hold : .letOut
        var park = SiteDriver(scenario)
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.isOpen(exit) == !isHeld)
        #expect(park.sign(exit) == (isHeld ? .callAttendant(car, .noEntryRecord, nil) : .goFree(car)))
        #expect(park.faults.isEmpty)
    }

    @Test("a car held because its first read was wrong leaves when it is read rightly")
    func firstReadWrong() {
        // Where nothing is matched by likeness.
        var park = SiteDriver { $0.identification.fuzzyDifferences = 0 }
        park.enter(car)
        park.run(seconds: 3_600)
        park.read(SiteFixtures.plate("粤BI2346"), at: exit)
        park.run(seconds: 1)
        #expect(park.sign(exit) == .callAttendant(SiteFixtures.plate("粤BI2346"), .noEntryRecord, nil))
        park.read(SiteFixtures.plate("粤B72346"), at: exit)
        park.run(seconds: 1)
        #expect(!park.isOpen(exit))
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        #expect(park.sign(exit) == .goPaid(car, Fen(700)))
        park.pass(exit)
        #expect(park.site.carsInside == 0)
        #expect(park.faults.isEmpty)
    }

    @Test("a plate that is inside already is held or begins anew, as the scenario says", arguments: [true, false])
    func alreadyInside(isHeld: Bool) {
        var scenario = SiteFixtures.scenario
        scenario.alreadyInside = isHeld ? .hold : .beginAnew
        var park = SiteDriver(scenario)
        park.enter(car)
        park.run(seconds: 3_600)
        park.read(car, at: SiteFixtures.otherEntry)
        park.run(seconds: 1)
        #expect(park.isOpen(SiteFixtures.otherEntry) == !isHeld)
        #expect(park.site.carsInside == 1)
        #expect(park.count(of: isStayClosed) == (isHeld ? 0 : 1))
    }

    @Test("the attendant opens for a held car: nothing is charged, and a payment under way is undone")
    func byHand() {
        var park = SiteDriver()
        park.answersArrive = { _ in 0 }
        park.enter(car)
        park.run(seconds: 3_600)
        park.read(car, at: exit)
        park.run(seconds: 4)
        #expect(park.sign(exit) == .callAttendant(car, .noAnswer, Fen(700)))
        park.answersArrive = { _ in 1 }
        park.openByHand(exit)
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        #expect(park.sign(exit) == .goManual)
        park.pass(exit)
        park.run(seconds: 10)
        #expect(park.platform.captured == 0)
        #expect(park.site.carsInside == 0)
        #expect(park.faults.isEmpty)
    }

    @Test("a fire at one contact keeps every boom open, whatever another contact says")
    func fire() {
        var park = SiteDriver()
        park.tell(.sensor("entry-1.fireAlarm", .active))
        park.tell(.sensor("exit-1.fireAlarm", .clear))
        park.run(seconds: 600)
        for lane in SiteFixtures.scenario.lanes { #expect(park.isOpen(lane.id)) }
        park.tell(.sensor("entry-1.fireAlarm", .clear))
        park.run(seconds: 600)
        for lane in SiteFixtures.scenario.lanes { #expect(!park.isOpen(lane.id)) }
    }
}
