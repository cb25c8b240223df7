import Effects
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12345")
private let other = SiteFixtures.plate("京A88888")
private let exit = SiteFixtures.exit

@Suite("Cars that left before their entry was known")
struct DepartureTests {
    /// The car came in at box A; box B, cut off, lets it out without knowing that.
    private func letOut(_ rule: ParkingScenario.NoEntryRecord, isSynchronised: Bool = true) -> TwoBoxes {
        var scenario = TwoBoxes.scenario
        scenario.noEntryRecord = rule
        var park = TwoBoxes(scenario, contracts: [car: Fen(10_000)])
        park.with(.b) { $0.link(isUp: false) }
        park.with(.a) { $0.enter(car) }
        park.run(seconds: 1_800)
        park.with(.b) {
            $0.setWallClock($0.now.wall, isSynchronised: isSynchronised)
            $0.read(car, at: exit)
            $0.run(seconds: 2)
            if rule == .hold { $0.tell(.own(.ordered(lane: exit, .waive, who: "Zhao", why: "held too long"))) }
            $0.run(seconds: 1)
            $0.pass(exit)
            $0.run(seconds: 1)
        }
        return park
    }

    @Test(
        "a car that left without an entry record is inside no more once its entry is known, whoever let it out",
        arguments: ParkingScenario.NoEntryRecord.allCases, [false, true])
    func departed(rule: ParkingScenario.NoEntryRecord, restarts: Bool) {
        var park = letOut(rule)
        #expect(park.a.site.carsInside == 1 && park.b.site.carsInside == 0)
        if restarts { park.with(.b) { $0.restart(reboot: true) } }
        park.with(.b) { $0.link(isUp: true) }
        park.run(seconds: 5)
        #expect(park.a.site.carsInside == 0 && park.b.site.carsInside == 0)
        #expect(park.platform.carPark?.inside.isEmpty == true)
        #expect(park.b.count { if case .stayClosed = $0 { true } else { false } } == 1)
    }

    @Test("a departure ends the visit before it and no later one")
    func nextVisit() {
        var park = letOut(.letOut)
        park.with(.a) { $0.enter(car) }
        park.run(seconds: 5)
        park.with(.b) { $0.link(isUp: true) }
        park.run(seconds: 300)
        #expect(park.a.site.carsInside == 1 && park.b.site.carsInside == 1)
        park.with(.b) {
            $0.read(car, at: exit)
            $0.run(seconds: 2)
            $0.pass(exit)
        }
        park.run(seconds: 5)
        #expect(park.b.charges.isEmpty, "within the free minutes")
        #expect(park.platform.carPark?.inside.isEmpty == true)
    }

    @Test("a departure by a clock that nobody vouches for ends nothing", arguments: [(true, 0), (false, 1)])
    func unsynchronised(isSynchronised: Bool, inside: Int) {
        var park = letOut(.letOut, isSynchronised: isSynchronised)
        park.with(.b) { $0.link(isUp: true) }
        park.run(seconds: 5)
        #expect(park.a.site.carsInside == inside)
    }

    @Test("a copy of a plate that a person waves through ends nothing of the car that bears the plate")
    func copy() {
        var park = TwoBoxes()
        park.with(.b) { $0.link(isUp: false) }
        park.with(.a) { $0.enter(car) }
        park.run(seconds: 1_800)
        park.with(.b) {
            $0.tell(.own(.plateRead(lane: exit, PlateSighting(car, confidence: 99, isFake: true))))
            $0.run(seconds: 2)
            $0.tell(.own(.ordered(lane: exit, .waive, who: "Zhao", why: "the police asked")))
            $0.run(seconds: 1)
            $0.pass(exit)
            $0.link(isUp: true)
        }
        park.run(seconds: 5)
        #expect(park.b.count { if case .decision(_, _, _, _, .letOut, "waived") = $0 { true } else { false } } == 1)
        #expect(park.a.site.carsInside == 1)
    }

    @Test("of two cars of one plate inside, one that is waved through without saying which ends neither stay")
    func ofTwo() {
        var scenario = TwoBoxes.scenario
        scenario.alreadyInside = .admitBoth
        var park = TwoBoxes(scenario)
        for _ in 0..<2 {
            park.with(.a) { $0.enter(car) }
            park.run(seconds: 300)
        }
        park.with(.b) {
            $0.read(car, at: exit)
            $0.run(seconds: 2)
            $0.tell(.own(.ordered(lane: exit, .waive, who: "Zhao", why: "knows the driver")))
            $0.run(seconds: 1)
            $0.pass(exit)
            $0.run(seconds: 1)
            $0.link(isUp: false)
            $0.restart(reboot: true)
            $0.link(isUp: true)
        }
        park.run(seconds: 5)
        #expect(park.b.count { if case .decision(_, _, _, _, .letOut, "waived") = $0 { true } else { false } } == 1)
        #expect(park.platform.carPark?.inside.count == 2)
    }

    @Test("a car whose entry an attendant wrote at the exit has paid; the entry that another box saw is over with it")
    func writtenAndDeparted() throws {
        var park = TwoBoxes()
        park.with(.b) { $0.link(isUp: false) }
        park.with(.a) { $0.enter(car) }
        park.run(seconds: 1_800)
        let words = try #require(DeskWords(who: "Zhao", why: "the driver has a receipt"))
        park.with(.b) {
            $0.read(car, at: exit)
            $0.run(seconds: 2)
            let entered = WallTime(milliseconds: $0.now.wall.milliseconds - 1_700_000)
            $0.tell(.own(.identity(.entryWritten(lane: exit, car, .small, entered: entered, words))))
            $0.run(seconds: 2)
            $0.tell(.own(.cashTaken(lane: exit, who: "Zhao")))
            $0.run(seconds: 1)
            $0.pass(exit)
            $0.link(isUp: true)
        }
        park.run(seconds: 5)
        #expect(park.b.count { if case .payment(.cashTaken, _, _) = $0 { true } else { false } } == 1)
        #expect(park.a.site.carsInside == 0 && park.platform.carPark?.inside.isEmpty == true)
    }

    @Test("a departure is remembered for seven days", arguments: [(Int64(0), 1), (1, 0)])
    func remembered(past: Int64, ended: Int) {
        func departure(_ number: UInt64, at time: Int64) -> Departure {
            Departure(
                transit: UUIDv7(at: WallTime(milliseconds: 0), random: (0, number)), lane: exit,
                plate: number == 0 ? car : other, at: WallTime(milliseconds: time))
        }
        var departures = Departures([departure(0, at: 5)])
        let forgotten = departures.note(departure(1, at: 5 + Departures.keptFor + past))
        #expect(forgotten.count == 1 - ended)
        let end = departures.end(of: car, entered: WallTime(milliseconds: 5))
        #expect((end == nil ? 0 : 1) == ended)
        #expect(departures.end(of: other, entered: WallTime(milliseconds: 6 + Departures.keptFor + past)) == nil)
    }

    @Test("of more departures than the bound the oldest is forgotten")
    func manyDepartures() {
        var departures = Departures()
        for number in 0...Departures.most {
            let transit = UUIDv7(at: WallTime(milliseconds: 0), random: (0, UInt64(number)))
            let departure = Departure(
                transit: transit, lane: exit, plate: car, at: WallTime(milliseconds: Int64(number)))
            let forgotten = departures.note(departure)
            #expect(forgotten.map(\.at.milliseconds) == (number == Departures.most ? [0] : []))
        }
        #expect(departures.all.count == Departures.most)
    }
}
