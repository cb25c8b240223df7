import Effects
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12345"), other = SiteFixtures.plate("京A88888")
private let entry = SiteFixtures.entry, exit = SiteFixtures.exit

private func words() throws -> DeskWords { try #require(DeskWords(who: "Qian", why: "followed another out")) }

private func park(_ change: (inout ParkingScenario) -> Void = { _ in }) -> SiteDriver {
    var scenario = SiteFixtures.scenario
    change(&scenario)
    return SiteDriver(scenario)
}

extension SiteDriver {
    fileprivate mutating func end(_ stay: StayID) throws {
        tell(.stayEnded(lane: exit, stay, try words()))
        run(seconds: 1)
    }

    fileprivate func stay(of plate: Plate) throws -> CarInside {
        // What is owed is that of the moment of the question.
        var asked = self
        asked.tell(.own(.asked))
        let found = asked.site.carsInside(matching: plate.text)
        #expect(found.count == 1)
        return try #require(found.cars.first)
    }

    fileprivate func acts() -> [DeskAct] {
        journal.compactMap { if case .deskAct(let act) = $0, act.kind == .stayEnded { act } else { nil } }
    }
}

@Suite("A stay that a person ends")
struct EndedStayTests {
    @Test("who ended it, why and what it left unpaid is recorded, and the car is inside no more, nor after a power cut")
    func recorded() throws {
        var park = park()
        park.enter(car)
        park.run(seconds: 7_200)
        let listed = try park.stay(of: car)
        #expect(listed.owed == Fen(1_100) && listed.plate == car)
        try park.end(listed.stay)
        let act = try #require(park.acts().first)
        #expect(act.who == "Qian" && act.why == "followed another out" && act.amount == Fen(1_100))
        #expect(act.car == DeskAct.Car(plate: car, stay: listed.stay) && act.entered == listed.entered)
        #expect(park.count { if case .stayClosed(listed.stay, exit, _) = $0 { true } else { false } } == 1)
        #expect(park.site.carsInside == 0 && park.site.view(of: exit)?.answer == .done)
        park.restart(reboot: true)
        #expect(park.site.carsInside == 0)
        try park.end(listed.stay)
        #expect(park.site.view(of: exit)?.answer == .noSuchStay && park.acts().count == 1)
    }

    @Test("its place is free: a car that waits for one comes in")
    func place() throws {
        var park = park { $0.access.capacity = 1 }
        park.enter(car)
        park.read(other, at: entry)
        park.run(seconds: 3)
        #expect(!park.isOpen(entry))
        try park.end(try park.stay(of: car).stay)
        #expect(park.isOpen(entry))
    }

    @Test("a member who is held because the plate counts as inside comes in")
    func heldAtEntry() throws {
        var park = park { $0.alreadyInside = .hold }
        park.enter(car)
        park.run(seconds: 60)
        park.read(car, at: entry)
        park.run(seconds: 3)
        #expect(park.sign(entry) == .callAttendant(car, .alreadyInside, nil))
        try park.end(try park.stay(of: car).stay)
        #expect(park.isOpen(entry))
    }

    @Test("of two cars with one plate one is ended: the other leaves without anybody choosing")
    func ofTwo() throws {
        var park = park { $0.alreadyInside = .admitBoth }
        park.enter(car)
        let ghost = try park.stay(of: car).stay
        park.run(seconds: 60)
        park.enter(car)
        park.read(car, at: exit)
        park.run(seconds: 3)
        #expect(!park.isOpen(exit))
        try park.end(ghost)
        #expect(park.isOpen(exit))
    }

    @Test("a car that stands at a lane is dealt with there, and its stay goes on")
    func atLane() throws {
        var park = park()
        park.enter(car)
        park.run(seconds: 7_200)
        park.read(car, at: SiteFixtures.otherExit)
        park.run(seconds: 10)
        try park.end(try park.stay(of: car).stay)
        #expect(park.site.view(of: exit)?.answer == .stayIsAtLane)
        #expect(park.site.carsInside == 1 && park.acts().isEmpty)
    }

    @Test("with a full disk it goes on, in memory as on the disk")
    func diskFull() throws {
        var park = park()
        park.enter(car)
        park.isJournalFull = true
        try park.end(try park.stay(of: car).stay)
        #expect(park.site.carsInside == 1)
        park.restart(reboot: false)
        #expect(park.site.carsInside == 1)
    }

    @Test("nothing is owed by a clock that was wrong at the entry, nor by whoever is free")
    func unknown() throws {
        var park = park()
        park.setWallClock(WallTime(milliseconds: 1_000_000), isSynchronised: false)
        park.enter(car)
        park.setWallClock(WallTime(milliseconds: 1_750_010_000_000))
        park.restart(reboot: true)
        #expect(try park.stay(of: car).owed == nil)
        park.read(other, at: entry, vehicle: .special)
        park.run(seconds: 3)
        park.pass(entry)
        park.run(seconds: 7_200)
        #expect(try park.stay(of: other).owed == .zero)
    }

    @Test("it ends at the other box of the car park and at the platform")
    func twoBoxes() throws {
        var park = TwoBoxes()
        park.with(.a) { $0.enter(car) }
        park.run(seconds: 1_800)
        #expect(park.b.site.carsInside == 1)
        let stay = try park.b.stay(of: car).stay
        let words = try words()
        park.with(.b) { $0.tell(.stayEnded(lane: exit, stay, words)) }
        park.run(seconds: 5)
        #expect(park.a.site.carsInside == 0 && park.b.site.carsInside == 0)
        #expect(park.platform.carPark?.inside.isEmpty == true)
    }

    @Test("the cars inside are listed from the earliest entry on, a hundred at most, and found by a part of the plate")
    func listed() throws {
        var park = park()
        for number in 0...ParkingSite.mostListed {
            park.enter(SiteFixtures.plate("粤B\(20_000 + number)"))
        }
        let all = park.site.carsInside(matching: "")
        #expect(all.count == 101 && all.cars.count == 100)
        #expect(all.cars.map(\.entered) == all.cars.map(\.entered).sorted())
        #expect(all.cars.first?.plate == SiteFixtures.plate("粤B20000"))
        #expect(park.site.carsInside(matching: "b2010").cars.map(\.plate) == [SiteFixtures.plate("粤B20100")])
        #expect(park.site.carsInside(matching: "Z").count == 0)
    }
}
