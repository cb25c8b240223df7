import Effects
import Payments
import Shifts
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12346")
private let exit = SiteFixtures.exit

/// A car that has been inside for an hour and is held at the exit: 5.00 yuan.
private func held(_ rule: ParkingStaff.CashWithoutShift) -> SiteDriver {
    var scenario = SiteFixtures.scenario
    scenario.staff.cashWithoutShift = rule
    var park = SiteDriver(scenario)
    park.enter(car)
    park.run(seconds: 3_500)
    park.platform.mood = .declines(.noContract)
    park.read(car, at: exit)
    park.run(seconds: 2)
    park.forgetMarks()
    return park
}

extension SiteDriver {
    fileprivate mutating func open(_ who: String, _ fen: Int64 = 0) {
        tell(.own(.shift(.open(who: who, float: Fen(fen)))))
        run(seconds: 1)
    }

    fileprivate mutating func close(_ counts: [Fen: Int64] = [:], next: String? = nil) throws {
        tell(.own(.shift(.close(who: "Zhao", try CashCount(counts), next: next, left: nil))))
        run(seconds: 1)
    }

    fileprivate mutating func cash() {
        tell(.own(.cashTaken(lane: exit, who: "Zhao")))
        run(seconds: 1)
    }

    fileprivate var openings: Int { count { if case .shiftOpened = $0 { true } else { false } } }
}

@Suite("Shifts at a car park")
struct SiteShiftTests {
    @Test("cash that is taken in a shift is in its report, with who took it and for which car")
    func report() throws {
        var park = held(.refuse)
        park.open("Zhao", 10_000)
        park.cash()
        #expect(park.isOpen(exit))
        #expect(park.site.board.shift?.expected == Fen(10_500))
        try park.close([Fen(10_000): 1, Fen(500): 1])
        let report = try #require(park.site.shiftReports.last)
        #expect(report.closing.difference == .zero && report.closing.totals.cashPayments == 1)
        #expect(report.items.map(\.plate) == [car] && report.items.map(\.who) == ["Zhao"])
        #expect(park.site.board.shift == nil && park.site.board.closedShifts.count == 1)
        #expect(park.faults.isEmpty)
    }

    @Test(
        "without an open shift cash is refused, opens one in the name of who took it, or belongs to none",
        arguments: ParkingStaff.CashWithoutShift.allCases)
    func withoutShift(rule: ParkingStaff.CashWithoutShift) {
        var park = held(rule)
        #expect(park.site.board.lanes.first { $0.id == exit }?.possible.contains(.cash) == (rule != .refuse))
        park.cash()
        #expect(park.isOpen(exit) == (rule != .refuse))
        #expect(park.openings == (rule == .open ? 1 : 0))
        #expect(park.site.board.shift?.who == (rule == .open ? "Zhao" : nil))
        #expect(park.site.board.shift?.cash == (rule == .open ? Fen(500) : nil))
        let answer = park.site.board.lanes.first { $0.id == exit }?.answer
        #expect(answer?.isDone == (rule != .refuse))
    }

    @Test("a shift outlives a power cut, with what was counted in it", arguments: [false, true])
    func powerCut(reboot: Bool) throws {
        var park = held(.refuse)
        park.open("Zhao", 300)
        park.cash()
        park.openByHand(SiteFixtures.entry)
        park.run(seconds: 1)
        let before = park.site.board.shift
        park.restart(reboot: reboot)
        #expect(park.site.board.shift == before)
        #expect(park.site.board.shift?.expected == Fen(800))
        try park.close()
        #expect(park.site.shiftReports.last?.items.map(\.kind) == [.cash, .opening])
        park.restart(reboot: reboot)
        #expect(park.site.shiftReports.last?.closing.difference == Fen(-800))
        #expect(park.site.shiftReports.last?.items.map(\.kind) == [.cash, .opening])
    }

    @Test(
        "cash for which the journal has no room is in no shift, and opens none",
        arguments: ParkingStaff.CashWithoutShift.allCases)
    func refusedCash(rule: ParkingStaff.CashWithoutShift) {
        var park = held(rule)
        if rule == .refuse { park.open("Zhao") }
        let before = park.site.board.shift
        park.isJournalFull = true
        park.cash()
        #expect(!park.isOpen(exit))
        #expect(park.site.board.shift == before)
        park.isJournalFull = false
        park.restart(reboot: false)
        #expect(park.site.board.shift == before)
    }

    @Test("a shift that cannot be written is neither opened nor closed, and the page says so")
    func refusedShift() throws {
        var park = held(.refuse)
        park.isJournalFull = true
        park.open("Zhao")
        #expect(park.site.board.shift == nil && park.site.board.shiftAnswer?.isDone == false)
        park.isJournalFull = false
        park.setJournal(isHealthy: true)
        park.open("Zhao")
        #expect(park.site.board.shift != nil && park.site.board.shiftAnswer?.isDone == true)
        park.isJournalFull = true
        try park.close()
        #expect(park.site.board.shift != nil && park.site.shiftReports.isEmpty)
    }

    @Test("a report is not shown before it is on disk")
    func durable() throws {
        var park = held(.refuse)
        park.open("Zhao")
        park.isDiskStuck = true
        try park.close()
        #expect(park.site.shiftReports.isEmpty && park.site.board.closedShifts.isEmpty)
        park.isDiskStuck = false
        park.run(seconds: 1)
        #expect(park.site.shiftReports.count == 1)
    }

    @Test("the drawer goes from one person to the next without a moment between")
    func handOver() throws {
        var park = held(.refuse)
        park.open("Zhao")
        try park.close([Fen(100): 3], next: "Qian")
        #expect(park.site.board.shift?.who == "Qian" && park.site.board.shift?.float == Fen(300))
        park.cash()
        #expect(park.site.board.shift?.expected == Fen(800))
        #expect(park.site.board.closedShifts.map(\.who) == ["Zhao"])
    }
}

@Suite("What the attendant's page shows")
struct LaneBoardTests {
    @Test("the car that is held: plate, since when, entry, why, the price line by line, and what can be done")
    func heldCar() throws {
        var park = held(.open)
        let lane = try #require(park.site.board.lanes.first { $0.id == exit })
        let shown = try #require(lane.car)
        #expect(shown.plate == car && shown.heldFor == .noContract)
        #expect(shown.quote?.total == Fen(500) && shown.quote?.lines.isEmpty == false)
        #expect(shown.entered != nil)
        #expect(abs(shown.since.milliseconds - park.now.wall.milliseconds) < 5_000)
        #expect(lane.notice == .callAttendant(car, .noContract, Fen(500)))
        #expect(lane.possible.isSuperset(of: [.open, .cash, .showCode, .enterCode, .correctPlate, .waive]))
        park.link(isUp: false)
        let offline = try #require(park.site.board.lanes.first { $0.id == exit })
        #expect(offline.possible.isDisjoint(with: [.showCode, .enterCode]) && offline.possible.contains(.cash))
    }

    @Test("a payment that waits for the payer is shown as pending, with its amount")
    func pending() throws {
        var park = held(.open)
        park.platform.mood = .waitsForPayer
        park.tell(.own(.codePresented(lane: exit, try PayerCode("130000000000001234"))))
        park.run(seconds: 2)
        let payment = try #require(park.site.board.lanes.first { $0.id == exit }?.car?.payment)
        #expect(payment.stage == .pending && payment.amount == Fen(500) && payment.method == .payerCode)
    }

    @Test("an alarm is shown while it lasts, and the lane of no other")
    func alarms() throws {
        var park = SiteDriver()
        park.openByHand(SiteFixtures.entry)
        park.run(seconds: 1)
        park.tell(.sensor("\(SiteFixtures.entry).safetyLoop", .faulty))
        park.run(seconds: 1)
        #expect(park.site.board.lanes.first { $0.id == SiteFixtures.entry }?.alarms.isEmpty == false)
        #expect(park.site.board.lanes.first { $0.id == exit }?.alarms == [])
        park.tell(.sensor("\(SiteFixtures.entry).safetyLoop", .clear))
        park.run(seconds: 60)
        #expect(park.site.board.lanes.first { $0.id == SiteFixtures.entry }?.alarms == [])
    }

    @Test("the page's JSON has both languages of every reason, and a script in a name stays text")
    func json() throws {
        let park = held(.open)
        let text = String(decoding: park.site.board.json(signs: .builtIn), as: UTF8.self)
        #expect(text.contains("未签约无感支付") && text.contains("No payment contract."))
        #expect(text.contains("粤B12346"))
    }
}
