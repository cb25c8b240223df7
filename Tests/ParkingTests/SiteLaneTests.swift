import Effects
import Testing
import Vocabulary
import Wire

@testable import Parking

private let entry = SiteFixtures.entry, exit = SiteFixtures.exit
private let ours = SiteFixtures.plate("粤B12345")

private func codes(_ driver: SiteDriver) -> [String] {
    driver.journal.compactMap { record in
        guard case .alarm(let lane, let code, let isActive) = record else { return nil }
        return "\(lane) \(code) \(isActive ? "begins" : "ends")"
    }
}

private func refusals(_ driver: SiteDriver) -> [String] {
    driver.journal.compactMap { record in
        if case .decision(_, _, _, _, .refuse, let reason) = record { reason } else { nil }
    }
}

@Suite("Lanes of a car park")
struct SiteLaneTests {
    /// Eight entries and eight exits at one box.
    private func sixteenLanes() -> (SiteDriver, [LaneID]) {
        var scenario = SiteFixtures.scenario
        let names = (1...8).map { SiteFixtures.lane("in-\($0)") } + (1...8).map { SiteFixtures.lane("out-\($0)") }
        scenario.lanes = names.enumerated().map { .init(id: $1, direction: $0 < 8 ? .entry : .exit) }
        return (SiteDriver(scenario), names)
    }

    @Test("sixteen lanes of one box deal with their cars at the same time, and never with each other's")
    func sixteen() {
        var (driver, lanes) = sixteenLanes()
        let plates = (0..<8).map { SiteFixtures.plate("粤B1111\($0)") }
        for (lane, plate) in zip(lanes, plates) { driver.read(plate, at: lane) }
        driver.run(seconds: 3)
        for (index, lane) in lanes.enumerated() {
            #expect(driver.marks.filter { $0 == .raised(lane) }.count == (index < 8 ? 1 : 0))
        }
        for lane in lanes[..<8] { driver.tell(.sensor("\(lane).safetyLoop", .active)) }
        driver.run(seconds: 2)
        for lane in lanes[..<8] { driver.tell(.sensor("\(lane).safetyLoop", .clear)) }
        driver.run(seconds: 60)
        #expect(driver.site.carsInside == 8)
        driver.forgetMarks()
        // Within the free time: each car at an exit of its own, in the opposite order.
        for (lane, plate) in zip(lanes[8...], plates.reversed()) { driver.read(plate, at: lane) }
        driver.run(seconds: 3)
        for lane in lanes[8...].reversed() { driver.pass(lane) }
        driver.run(seconds: 60)
        #expect(driver.site.carsInside == 0)
        #expect(lanes.allSatisfy { !driver.isOpen($0) })
        #expect(codes(driver).filter { $0.contains("tailgate") } == [])
        #expect(driver.faults == [])
    }

    @Test(
        "one fire contact opens all sixteen lanes and holds them; a faulty one counts as a fire",
        arguments: [true, false])
    func fire(isFaulty: Bool) {
        var (driver, lanes) = sixteenLanes()
        driver.tell(.sensor("in-3.fireAlarm", isFaulty ? .faulty : .active))
        driver.run(seconds: 7_200)
        #expect(lanes.allSatisfy { driver.isOpen($0) && driver.sign($0) == .lane(.fire) })
        driver.tell(.sensor("out-2.fireAlarm", .active))
        driver.tell(.sensor("in-3.fireAlarm", .clear))
        driver.run(seconds: 60)
        #expect(lanes.allSatisfy { driver.isOpen($0) })
        driver.tell(.sensor("out-2.fireAlarm", .clear))
        driver.run(seconds: 60)
        #expect(lanes.allSatisfy { !driver.isOpen($0) && driver.sign($0) == .lane(.ready) })
        let fires = codes(driver).filter { $0.contains(" fire ") }
        #expect(fires == ["in-3 fire begins", "out-2 fire begins", "in-3 fire ends", "out-2 fire ends"])
    }

    @Test(
        "nobody opens a lane by hand without a name and a reason",
        arguments: [("", "lost ticket"), ("Zhao", " "), ("\t", "")])
    func unnamed(who: String, reason: String) {
        var driver = SiteDriver()
        driver.tell(.own(.openedByHand(lane: exit, who: who, reason: reason)))
        driver.run(seconds: 10)
        #expect(!driver.marks.contains(.raised(exit)))
        #expect(driver.count { if case .manualOpening = $0 { true } else { false } } == 0)
    }

    @Test("who opened a lane by hand, why and for which car is on disk before the boom rises")
    func named() {
        var driver = SiteDriver()
        driver.tell(.own(.openedByHand(lane: exit, who: "Zhao", reason: "lost ticket")))
        driver.run(seconds: 1)
        #expect(
            driver.raisedBefore(exit) {
                if case .manualOpening(let opening) = $0 {
                    opening.lane == exit && opening.transit != nil && opening.who == "Zhao"
                        && opening.reason == "lost ticket"
                } else {
                    false
                }
            } == false)
    }

    @Test("a car that no camera reads calls the attendant, and is let in when it is read after all")
    func notRead() {
        var driver = SiteDriver(hasApproachLoops: true)
        driver.tell(.sensor("\(entry).approachLoop", .active))
        driver.run(seconds: 9)
        #expect(driver.sign(entry) == .callAttendant(nil, .plateNotRead, nil))
        #expect(!driver.isOpen(entry))
        let holds = driver.count {
            if case .decision(_, entry, nil, nil, .hold, "plateNotRead") = $0 { true } else { false }
        }
        #expect(holds == 1)
        driver.read(ours, at: entry)
        driver.run(seconds: 1)
        #expect(driver.isOpen(entry))
        #expect(codes(driver).suffix(2) == ["\(entry) plateNotRead begins", "\(entry) plateNotRead ends"])
    }

    @Test("a car that turns back before the open entry was never inside")
    func turnsBackAtEntry() {
        var driver = SiteDriver(hasApproachLoops: true)
        driver.tell(.sensor("\(entry).approachLoop", .active))
        driver.read(ours, at: entry)
        driver.run(seconds: 3)
        #expect(driver.isOpen(entry))
        driver.tell(.sensor("\(entry).approachLoop", .clear))
        driver.run(seconds: 10)
        #expect(!driver.isOpen(entry))
        #expect(driver.site.carsInside == 0)
        #expect(codes(driver).contains("\(entry) turnedBack begins"))
    }

    @Test(
        "a car that turns back at the exit before its payment is answered has its payment undone and its stay goes on")
    func turnsBackAtExit() {
        var driver = SiteDriver(contracts: [ours: Fen(10_000)], hasApproachLoops: true)
        driver.enter(ours)
        driver.run(seconds: 7_200)
        driver.forgetMarks()
        driver.answersArrive = { _ in 0 }
        driver.tell(.sensor("\(exit).approachLoop", .active))
        driver.read(ours, at: exit)
        driver.run(milliseconds: 500)
        driver.tell(.sensor("\(exit).approachLoop", .clear))
        driver.run(seconds: 60)
        #expect(driver.site.carsInside == 1)
        #expect(!driver.marks.contains(.raised(exit)))
        #expect(driver.reversals.count >= 1)
        #expect(refusals(driver) == ["turnedBack"])
    }

    @Test("an alarm stands on the status, in both languages, until it is over; a moment never does")
    func standingAlarms() {
        var driver = SiteDriver()
        driver.tell(.sensor("\(exit).safetyLoop", .faulty))
        driver.tell(.sensor("\(SiteFixtures.entry).fireAlarm", .active))
        #expect(
            driver.conditions.map { "\($0.lane) \($0.code)" }.sorted() == [
                "entry-1 fire", "exit-1 sensorFault-safetyLoop",
            ])
        #expect(driver.conditions.contains { $0.chinese.contains("防砸地感故障") && $0.english.contains("safetyLoop") })
        driver.tell(.sensor("\(exit).safetyLoop", .clear))
        driver.tell(.sensor("\(SiteFixtures.entry).fireAlarm", .clear))
        driver.run(seconds: 60)
        #expect(driver.conditions.isEmpty && driver.faults.isEmpty)
        // Somebody follows through the open boom: told, and over at once.
        driver.openByHand(exit)
        driver.run(seconds: 10)
        for _ in 0..<2 {
            driver.tell(.sensor("\(exit).safetyLoop", .active))
            driver.run(seconds: 1)
            driver.tell(.sensor("\(exit).safetyLoop", .clear))
        }
        driver.run(seconds: 1)
        #expect(driver.count { $0 == .alarm(lane: exit, code: "tailgate", isActive: true) } == 1)
        #expect(driver.site.board.lanes.allSatisfy { $0.alarms.isEmpty })
        #expect(driver.conditions.isEmpty)
    }
}
