import Effects
import Payments
import Testing
import Vocabulary
import Wire

@testable import Parking

private let entry = SiteFixtures.entry, exit = SiteFixtures.exit
private let wrong = SiteFixtures.plate("粤B12845"), right = SiteFixtures.plate("粤B12345")

private func words(_ why: String = "read from the car") throws -> DeskWords {
    try #require(DeskWords(who: "li", why: why))
}

extension SiteDriver {
    fileprivate var corrections: [PlateCorrection] {
        journal.compactMap { if case .plateCorrected(let correction) = $0 { correction } else { nil } }
    }
}

@Suite("An attendant sets a plate right")
struct SiteCorrectionTests {
    @Test("of a car held at the exit: it pays for its own stay, and who, why and both plates are on record first")
    func atExit() throws {
        var park = SiteDriver(contracts: [right: Fen(5_000)])
        park.enter(right)
        park.run(seconds: 3_600)
        park.read(wrong, at: exit)
        park.run(seconds: 1)
        #expect(park.sign(exit) == .callAttendant(wrong, .noEntryRecord, nil))
        park.forgetMarks()
        park.tell(.plateCorrected(lane: exit, right, stay: nil, try words()))
        park.run(seconds: 1)
        #expect(park.isOpen(exit) && park.platform.captured == 700)
        let correction = try #require(park.corrections.first)
        #expect(correction.before == wrong && correction.plate == right)
        #expect(correction.who == "li" && correction.why == "read from the car")
        let written = park.marks.firstIndex { if case .written(.plateCorrected) = $0 { true } else { false } }
        let asked = park.marks.firstIndex { if case .sent(.charge) = $0 { true } else { false } }
        #expect(try #require(written) < #require(asked))
        park.pass(exit)
        park.run(seconds: 30)
        #expect(park.site.carsInside == 0 && park.faults.isEmpty)
    }

    @Test("a payment under way for the wrong car is undone, and the right one pays once")
    func paymentUndone() throws {
        var park = SiteDriver(contracts: [wrong: Fen(5_000), right: Fen(5_000)])
        park.enter(wrong)
        park.enter(right)
        park.run(seconds: 3_600)
        park.platform.mood = .doesNotKnow
        park.read(wrong, at: exit)
        park.run(seconds: 1)
        park.platform.mood = .approves
        park.tell(.plateCorrected(lane: exit, right, stay: nil, try words()))
        park.run(seconds: 30)
        #expect(park.isOpen(exit) && park.reversals.count >= 1)
        #expect(park.platform.standing.map(\.plate) == [right])
        park.pass(exit)
        park.run(seconds: 30)
        #expect(park.site.stays[wrong] != nil && park.site.stays[right] == nil && park.faults.isEmpty)
    }

    @Test("of a car inside: it leaves by its right plate")
    func inside() throws {
        var park = SiteDriver(contracts: [right: Fen(5_000)])
        park.enter(wrong)
        park.run(seconds: 3_600)
        let stay = try #require(park.site.stays[wrong])
        park.tell(.plateCorrected(lane: entry, right, stay: stay.id, try words()))
        park.run(seconds: 1)
        park.restart(reboot: false)
        park.read(right, at: exit)
        park.run(seconds: 2)
        #expect(park.isOpen(exit) && park.platform.standing.map(\.plate) == [right])
    }

    @Test("of a car inside while it is held at the exit for want of an entry: it goes on by itself")
    func insideWhileHeld() throws {
        var park = SiteDriver()
        park.enter(wrong)
        let stay = try #require(park.site.stays[wrong])
        park.read(right, at: exit)
        park.run(seconds: 1)
        #expect(!park.isOpen(exit))
        park.tell(.plateCorrected(lane: exit, right, stay: stay.id, try words()))
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
    }

    @Test("is refused where the boom opens already, where no car stands, and for a plate that is inside already")
    func refused() throws {
        var park = SiteDriver()
        park.tell(.plateCorrected(lane: exit, right, stay: nil, try words()))
        #expect(park.answer(exit) == .noCar)
        park.enter(wrong)
        park.enter(right)
        let stay = try #require(park.site.stays[wrong])
        park.tell(.plateCorrected(lane: entry, right, stay: stay.id, try words()))
        #expect(park.answer(entry) == .plateIsInside)
        park.read(wrong, at: exit)
        park.run(seconds: 2)
        #expect(park.isOpen(exit))
        park.tell(.plateCorrected(lane: exit, right, stay: nil, try words()))
        #expect(park.answer(exit) == .alreadyGoing && park.corrections.isEmpty)
    }

    @Test("a correction that the disk has no room for changes nothing")
    func noRoom() throws {
        var park = SiteDriver()
        park.enter(wrong)
        let stay = try #require(park.site.stays[wrong])
        park.isJournalFull = true
        park.tell(.plateCorrected(lane: entry, right, stay: stay.id, try words()))
        park.run(seconds: 1)
        #expect(park.site.stays[wrong]?.id == stay.id && park.site.stays[right] == nil)
    }

    @Test(
        "nobody corrects anything without saying who and why",
        arguments: [("", "why"), ("  ", "why"), ("li", ""), ("li", "\t")])
    func nobody(who: String, why: String) { #expect(DeskWords(who: who, why: why) == nil) }
}

@Suite("An entry that the lanes missed")
struct WrittenEntryTests {
    @Test("is written by the attendant, and the car that waits at the exit pays from that moment")
    func written() throws {
        var park = SiteDriver(contracts: [right: Fen(5_000)])
        park.run(seconds: 10_000)
        park.read(right, at: exit)
        park.run(seconds: 1)
        #expect(park.sign(exit) == .callAttendant(right, .noEntryRecord, nil))
        let hourAgo = WallTime(milliseconds: park.now.wall.milliseconds - 3_600_000)
        park.tell(.entryWritten(lane: exit, right, .small, entered: hourAgo, try words("gate was open")))
        park.run(seconds: 2)
        #expect(park.isOpen(exit) && park.platform.captured == 700)
        #expect(park.acts(.entryWritten).map(\.entered) == [hourAgo])
        let entries = park.journal.compactMap { if case .stayOpened(let entry) = $0 { entry } else { nil } }
        #expect(entries.map(\.writtenBy) == ["li"] && entries.map(\.entered) == [hourAgo])
        park.pass(exit)
        park.run(seconds: 30)
        #expect(park.site.carsInside == 0 && park.faults.isEmpty)
    }

    @Test("lies neither in the future nor further back than the scenario allows", arguments: [-1, 0, 1])
    func bounds(offset: Int64) throws {
        for (boundary, late) in [(Int64(0), DeskAnswer.timeInFuture), (-30 * 86_400_000, .timeTooLongAgo)] {
            var park = SiteDriver()
            let entered = WallTime(milliseconds: park.now.wall.milliseconds + boundary + offset)
            park.tell(.entryWritten(lane: exit, right, .small, entered: entered, try words()))
            let isOutside = boundary == 0 ? offset > 0 : offset < 0
            #expect(park.answer(exit) == (isOutside ? late : .done))
            #expect(park.site.carsInside == (isOutside ? 0 : 1))
        }
    }

    @Test("is not written for a car that is inside")
    func inside() throws {
        var park = SiteDriver()
        park.enter(right)
        park.tell(.entryWritten(lane: exit, right, .small, entered: park.now.wall, try words()))
        #expect(park.answer(exit) == .plateIsInside && park.site.carsInside == 1)
    }
}

@Suite("A clock that was wrong at the entry")
struct WrongClockTests {
    private let inMay = WallTime(milliseconds: 1_747_000_000_000)

    /// A car that came in by a clock that says 1970, or another moment.
    private func entered(_ wall: WallTime, isSynchronised: Bool = false) -> SiteDriver {
        var park = SiteDriver(contracts: [right: Fen(5_000)])
        park.setWallClock(wall, isSynchronised: isSynchronised)
        park.enter(right)
        return park
    }

    @Test("within one run of the machine the boot clock counts: the hour inside is charged, from an hour ago")
    func sameRun() throws {
        var park = entered(WallTime(milliseconds: 60_000))
        park.setWallClock(inMay)
        park.run(seconds: 3_500)
        park.read(right, at: exit)
        park.run(seconds: 2)
        #expect(park.isOpen(exit) && park.platform.captured == 500)
        let began = try #require(park.charges.last).quote.began
        #expect(began > inMay - 60_000 && began < inMay + 60_000)
    }

    @Test("who paid by the boot clock and stays on pays for the time since, not for nothing")
    func paysOn() throws {
        var park = entered(WallTime(milliseconds: 60_000))
        park.setWallClock(inMay)
        park.run(seconds: 3_500)
        park.read(right, at: exit)
        park.run(seconds: 120)
        park.run(seconds: 7_200)
        park.read(right, at: exit)
        park.run(seconds: 2)
        #expect(park.isOpen(exit))
        let charges = park.platform.standing.sorted { $0.quote.from < $1.quote.from }
        #expect(charges.count == 2 && charges[0].quote.until == charges[1].quote.from)
        #expect(park.platform.captured == 1_500)
    }

    @Test(
        "after a restart nobody is charged by it: the car is held, and the attendant decides",
        arguments: [
            (WallTime(milliseconds: 60_000), false), (WallTime(milliseconds: 60_000), true),
            (WallTime(milliseconds: 1_747_000_000_000), false), (WallTime(milliseconds: 4_000_000_000_000), true),
            (WallTime(milliseconds: 1_737_000_000_000), true),
        ])
    func afterRestart(wall: WallTime, isSynchronised: Bool) throws {
        var park = entered(wall, isSynchronised: isSynchronised)
        park.setWallClock(inMay)
        park.restart(reboot: true)
        park.run(seconds: 3_500)
        park.read(right, at: exit)
        park.run(seconds: 2)
        #expect(park.sign(exit) == .callAttendant(right, .entryTimeUnknown, nil))
        #expect(park.charges.isEmpty && !park.isOpen(exit))
        // The attendant asks the driver, and writes it down.
        let stay = try #require(park.site.stays[right])
        let hourAgo = WallTime(milliseconds: park.now.wall.milliseconds - 3_590_000)
        park.tell(.entryTimeSet(lane: exit, stay.id, entered: hourAgo, try words("parking slip in the car")))
        park.run(seconds: 2)
        #expect(park.isOpen(exit) && park.platform.captured == 500)
        let act = try #require(park.acts(.entryTimeSet).first)
        #expect(act.before == stay.entered && act.entered == hourAgo && act.who == "li")
        #expect(park.faults.isEmpty)
    }

    @Test("or the attendant charges the rule for a lost ticket")
    func lostTicketRule() throws {
        var park = SiteDriver { $0.identification.lostTicket = .hours(24) }
        park.setWallClock(WallTime(milliseconds: 60_000), isSynchronised: false)
        park.enter(right)
        park.setWallClock(inMay)
        park.restart(reboot: true)
        park.read(right, at: exit)
        park.run(seconds: 1)
        let stay = try #require(park.site.stays[right])
        park.tell(.ticketLost(lane: exit, stay: stay.id, try words("clock was wrong")))
        park.run(seconds: 1)
        #expect(park.sign(exit) == .callAttendant(right, .payHere, Fen(4_000)))
    }

    @Test(
        "a box that never has the time from outside may trust its own, if the scenario says so",
        arguments: [true, false])
    func trusted(isTrusted: Bool) {
        var park = SiteDriver { $0.identification.trustsUnsynchronisedEntry = isTrusted }
        park.setWallClock(inMay, isSynchronised: false)
        park.enter(right)
        park.restart(reboot: true)
        park.run(seconds: 120)
        park.read(right, at: exit)
        park.run(seconds: 2)
        #expect(park.isOpen(exit) == isTrusted)
    }

    @Test("a stay of as many days as the scenario allows is charged, a longer one is asked about", arguments: [90, 91])
    func longest(days: Int64) {
        var park = SiteDriver(contracts: [right: Fen(5_000)])
        park.enter(right)
        park.setWallClock(WallTime(milliseconds: park.now.wall.milliseconds + days * 86_400_000 - 3_600_000))
        park.restart(reboot: true)
        park.run(seconds: 60)
        park.read(right, at: exit)
        park.run(seconds: 2)
        #expect(park.charges.isEmpty == (days > 90))
    }
}

private func - (wall: WallTime, milliseconds: Int64) -> WallTime {
    WallTime(milliseconds: wall.milliseconds - milliseconds)
}
private func + (wall: WallTime, milliseconds: Int64) -> WallTime {
    WallTime(milliseconds: wall.milliseconds + milliseconds)
}
