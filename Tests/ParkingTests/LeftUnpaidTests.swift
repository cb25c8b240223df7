import Effects
import Shifts
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12345"), other = SiteFixtures.plate("京A88888")
private let entry = SiteFixtures.entry, exit = SiteFixtures.exit

extension SiteDriver {
    fileprivate var openings: [HandOpening] {
        journal.compactMap { if case .manualOpening(let opening) = $0 { opening } else { nil } }
    }
    fileprivate var debts: [Charge] { journal.compactMap { if case .debt(let charge) = $0 { charge } else { nil } } }
    fileprivate var opened: [StayEntry] {
        journal.compactMap { if case .stayOpened(let entry) = $0 { entry } else { nil } }
    }
}

@Suite("A boom that a person raises")
struct HandOpeningTests {
    /// A car that owes 11.00 yuan is held at an exit that takes cash alone, in a shift of Zhao's.
    private func held(_ treatment: LeftUnpaid.Treatment = .free) -> SiteDriver {
        var scenario = SiteFixtures.scenario
        scenario.leftUnpaid.openedByHand = treatment
        scenario.payment.methods = [.cash]
        var park = SiteDriver(scenario)
        park.tell(.own(.shift(.open(who: "Zhao", float: .zero))))
        park.enter(car)
        park.run(seconds: 7_200)
        park.read(car, at: exit)
        park.run(seconds: 5)
        #expect(!park.isOpen(exit))
        return park
    }

    @Test("at an exit, plate, stay and what was not paid are on record, and in the shift's report")
    func unpaid() throws {
        var park = held()
        let stay = park.site.carsInside(matching: "").cars.first?.stay
        park.openByHand(exit)
        park.run(seconds: 5)
        let opening = try #require(park.openings.first)
        #expect(opening.plate == car && opening.stay == stay && opening.unpaid == Fen(1_100))
        #expect(park.debts.isEmpty && park.isOpen(exit))
        // Pressed again, because the boom is slow: it is left unpaid once.
        park.openByHand(exit)
        park.run(seconds: 5)
        #expect(park.openings.map(\.unpaid) == [Fen(1_100), .zero])
        park.pass(exit)
        park.run(seconds: 30)
        #expect(park.site.carsInside == 0)
        let totals = try #require(park.site.shifts.current?.totals)
        #expect(totals.manualOpenings == 2 && totals.unpaidOpenings == 1 && totals.leftUnpaid == Fen(1_100))
        let items = try #require(park.site.shifts.current?.items.values.filter { $0.kind == .opening })
        #expect(items.compactMap(\.amount) == [Fen(1_100)] && items.allSatisfy { $0.plate == car })
    }

    @Test("where the scenario says so, the owner owes what was not paid, before the boom rises and once")
    func owed() throws {
        var park = held(.debt)
        park.openByHand(exit)
        park.run(milliseconds: 1)
        park.openByHand(exit)
        park.run(seconds: 5)
        let debt = try #require(park.debts.first)
        #expect(park.debts.count == 1 && debt.quote.total == Fen(1_100) && debt.debtor == Holder(plate: car))
        #expect(park.raisedBefore(exit) { if case .debt = $0 { true } else { false } } == false)
        // It does not come, and is read again: it leaves on what it owes.
        park.run(seconds: 120)
        park.read(car, at: exit)
        park.run(seconds: 5)
        #expect(park.isOpen(exit) && park.debts.count == 1)
    }

    @Test("a car that has paid leaves nothing unpaid when its boom is raised by hand", arguments: [0, 30])
    func paid(seconds: Int64) throws {
        var scenario = SiteFixtures.scenario
        scenario.leftUnpaid.openedByHand = .debt
        var park = SiteDriver(scenario, contracts: [car: Fen(10_000)])
        park.enter(car)
        park.run(seconds: 7_200)
        park.read(car, at: exit)
        park.run(seconds: 2)
        #expect(park.isOpen(exit))
        park.run(seconds: seconds)
        if seconds > 0 { park.read(car, at: exit) }
        park.openByHand(exit)
        park.run(seconds: 5)
        #expect(park.openings.map(\.unpaid) == [.zero] && park.debts.isEmpty)
    }

    @Test("with a full disk nobody owes anything, and the next try finds the stay as it was")
    func diskFull() {
        var park = held(.debt)
        park.isJournalFull = true
        park.openByHand(exit)
        park.run(seconds: 5)
        #expect(!park.isOpen(exit) && park.debts.isEmpty)
        park.isJournalFull = false
        park.setJournal(isHealthy: true)
        park.run(seconds: 5)
        park.openByHand(exit)
        park.run(seconds: 5)
        #expect(park.isOpen(exit) && park.debts.map(\.quote.total) == [Fen(1_100)])
        #expect(park.openings.map(\.unpaid) == [Fen(1_100)])
    }

    @Test("at an entry, a car whose plate was read is inside, by the word of who opened", arguments: [true, false])
    func entered(comes: Bool) throws {
        var scenario = SiteFixtures.scenario
        scenario.access.admits = .permittedOnly
        var park = SiteDriver(scenario)
        park.read(car, at: entry)
        park.run(seconds: 3)
        #expect(!park.isOpen(entry))
        park.openByHand(entry)
        park.run(seconds: 3)
        let written = try #require(park.opened.first)
        #expect(written.plate == car && written.writtenBy == "attendant")
        #expect(park.openings.map(\.stay) == [written.stay] && park.openings.map(\.plate) == [car])
        // Pressed again: it came in once.
        park.openByHand(entry)
        park.run(seconds: 1)
        #expect(park.opened.count == 1)
        if comes { park.pass(entry) }
        park.run(seconds: 120)
        #expect(park.site.carsInside == (comes ? 1 : 0))
        park.restart(reboot: true)
        #expect(park.site.carsInside == (comes ? 1 : 0))
    }

    @Test("at an entry, a car that nobody read has no entry, and the person who opened is told")
    func unread() {
        var park = SiteDriver()
        park.openByHand(entry)
        park.run(seconds: 3)
        #expect(park.isOpen(entry) && park.opened.isEmpty)
        #expect(park.site.view(of: entry)?.answer == .noEntryWritten)
        let answer = park.site.board.lanes.first { $0.id == entry }?.answer
        #expect(answer?.words.chinese.contains("补录入场") == true && answer?.words.english.contains("no entry") == true)
    }
}

@Suite("A car that follows another out without paying")
struct TailgatingTests {
    private func played(_ treatment: LeftUnpaid.Treatment) -> SiteDriver {
        var scenario = SiteFixtures.scenario
        scenario.leftUnpaid.tailgated = treatment
        var park = SiteDriver(scenario, contracts: [car: Fen(10_000), other: Fen(10_000)])
        park.enter(car)
        park.enter(other)
        park.run(seconds: 7_200)
        park.read(car, at: exit)
        park.run(seconds: 4)
        park.answersArrive = { _ in 0 }
        park.tell(.sensor("\(exit).safetyLoop", .active))
        park.read(other, at: exit)
        park.run(seconds: 1)
        park.tell(.sensor("\(exit).safetyLoop", .clear))
        park.run(milliseconds: 200)
        park.tell(.sensor("\(exit).safetyLoop", .active))
        park.run(milliseconds: 800)
        park.tell(.sensor("\(exit).safetyLoop", .clear))
        park.run(seconds: 60)
        #expect(park.count { $0 == .alarm(lane: exit, code: "tailgate", isActive: true) } == 1)
        return park
    }

    private func decision(_ park: SiteDriver) -> (stay: StayID?, reason: String)? {
        for case .decision(_, exit, other, let stay, .refuse, let reason) in park.journal { return (stay, reason) }
        return nil
    }

    @Test("its owner owes the price, its stay is over, and what it was about to be charged is undone")
    func owes() throws {
        let park = played(.debt)
        let stay = try #require(park.opened.first { $0.plate == other }?.stay)
        #expect(park.debts.map(\.quote.total) == [Fen(1_100)] && park.debts.map(\.stay) == [stay])
        #expect(park.debts.first?.payment != park.charges.last?.payment)
        #expect(park.reversals.first == park.charges.last?.payment)
        #expect(park.site.carsInside == 0)
        let found = try #require(self.decision(park))
        #expect(found.stay == stay && found.reason == "tailgated")
        #expect(park.count { if case .stayClosed(stay, exit, _) = $0 { true } else { false } } == 1)
    }

    @Test("where the scenario says so, its stay goes on, and stay and amount are on record")
    func goesOn() throws {
        let park = played(.free)
        let stay = try #require(park.opened.first { $0.plate == other }?.stay)
        #expect(park.debts.isEmpty && park.site.carsInside == 1)
        let found = try #require(self.decision(park))
        #expect(found.stay == stay && found.reason == "tailgated-unpaid-1100")
    }
}
