import Effects
import Testing
import Vocabulary
import Wire

@testable import Parking

private let entry = SiteFixtures.entry, exit = SiteFixtures.exit
private let car = SiteFixtures.plate("粤B12345")

private func park(_ reads: ReadSettings = ReadSettings()) -> SiteDriver {
    var scenario = SiteFixtures.scenario
    scenario.identification.reads = reads
    return SiteDriver(scenario, contracts: [car: Fen(5_000)])
}

extension SiteDriver {
    fileprivate mutating func read(
        _ text: String, _ confidence: Int, at lane: LaneID, by camera: Slug? = nil, id: String? = nil,
        isFake: Bool = false
    ) {
        tell(
            .own(
                .plateRead(
                    lane: lane,
                    PlateSighting(
                        SiteFixtures.plate(text), confidence: confidence, camera: camera, readID: id, isFake: isFake))))
    }
}

@Suite("What cameras read at a lane")
struct SiteReadTests {
    private let patient = ReadSettings(decideAfter: .milliseconds(600), atLeast: 3, trustAtOnce: 95)

    @Test("a contract car that is read well does not wait for more reads")
    func atOnce() {
        var park = park(patient)
        park.read("粤B12345", 96, at: entry)
        park.run(milliseconds: 50)
        #expect(park.isOpen(entry))
    }

    @Test("a doubtful read is not acted on before its time, and then it is", arguments: [500, 700])
    func doubtful(milliseconds: Int64) {
        var park = park(patient)
        park.read("粤B12345", 70, at: entry)
        park.run(milliseconds: milliseconds)
        #expect(park.isOpen(entry) == (milliseconds > 600))
    }

    @Test("two cameras that see one car make one entry, by the plate that most reads say")
    func twoCameras() {
        var park = park(patient)
        park.read("粤B1234S", 80, at: entry, by: SiteFixtures.lane("front"))
        park.read("粤B12345", 75, at: entry, by: SiteFixtures.lane("rear"))
        park.read("粤B12345", 75, at: entry, by: SiteFixtures.lane("front"))
        park.run(seconds: 3)
        park.pass(entry)
        park.run(seconds: 30)
        #expect(park.site.carsInside == 1 && park.site.stays[car] != nil)
    }

    @Test("a read that the camera pushes again an hour later opens nothing")
    func pushedAgain() {
        var park = park()
        park.read("粤B12345", 99, at: entry, by: SiteFixtures.lane("front"), id: "17")
        park.run(seconds: 3)
        park.pass(entry)
        park.run(seconds: 3_600)
        park.forgetMarks()
        park.read("粤B12345", 99, at: entry, by: SiteFixtures.lane("front"), id: "17")
        park.run(seconds: 5)
        #expect(park.marks.isEmpty && !park.isOpen(entry))
    }

    @Test("a plate that is a picture or a copy opens nothing, at no lane: alarm, and the attendant is called")
    func fake() {
        for lane in [entry, exit] {
            var park = park()
            if lane == exit { park.enter(car) }
            park.forgetMarks()
            park.read("粤B12345", 99, at: lane, isFake: true)
            park.run(seconds: 5)
            #expect(!park.isOpen(lane) && park.charges.isEmpty)
            #expect(park.sign(lane) == .callAttendant(car, .fakePlate, nil))
            #expect(park.journal.contains(.alarm(lane: lane, code: "fakePlate", isActive: true)))
        }
    }

    @Test("a later read that tells the plate for a copy holds the car while the boom is down, and undoes its payment")
    func fakeAfterAll() {
        var park = park()
        park.enter(car)
        park.run(seconds: 3_600)
        park.platform.mood = .doesNotKnow
        park.read("粤B12345", 99, at: exit)
        park.run(milliseconds: 30)
        park.read("粤B12345", 80, at: exit, isFake: true)
        park.run(seconds: 20)
        #expect(!park.isOpen(exit) && park.reversals.count == 1)
        #expect(park.sign(exit) == .callAttendant(car, .fakePlate, nil))
    }

    @Test("an attendant who has looked at the plate lets the car in")
    func notFake() throws {
        var park = park()
        park.read("粤B12345", 99, at: entry, isFake: true)
        park.run(seconds: 1)
        park.tell(
            .plateCorrected(lane: entry, car, stay: nil, try #require(DeskWords(who: "li", why: "it is real"))))
        park.run(seconds: 1)
        #expect(park.isOpen(entry))
    }

    @Test("a car that turns back before the boom opens is neither charged nor inside")
    func turnedBack() {
        var park = park()
        park.enter(car)
        park.run(seconds: 3_600)
        park.platform.mood = .doesNotKnow
        park.read("粤B12345", 99, at: exit)
        park.run(milliseconds: 100)
        park.tell(.turnedBack(lane: exit, car))
        park.platform.mood = .approves
        park.run(seconds: 30)
        #expect(!park.isOpen(exit) && park.platform.captured == 0 && park.site.stays[car] != nil)
        // Another car's turning back is not this one's.
        park.read("粤B12345", 99, at: exit)
        park.tell(.turnedBack(lane: exit, SiteFixtures.plate("粤B99999")))
        park.run(seconds: 2)
        #expect(park.isOpen(exit))
    }

    @Test("a car that turns back while its reads are counted is not considered at all")
    func turnedBackEarly() {
        var park = park(patient)
        park.read("粤B12345", 70, at: entry)
        park.tell(.turnedBack(lane: entry, car))
        park.run(seconds: 5)
        #expect(park.marks.isEmpty)
    }

    @Test("a held car whose plate was misread is let go when it is read rightly")
    func heldThenReadRightly() {
        var park = SiteDriver { scenario in scenario.identification.fuzzyDifferences = 0 }
        park.enter(SiteFixtures.plate("粤B12340"))
        park.read(SiteFixtures.plate("粤B1234D"), at: exit)
        park.run(seconds: 1)
        #expect(!park.isOpen(exit))
        park.read(SiteFixtures.plate("粤B12340"), at: exit)
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
    }
}

extension SiteDriver {
    init(_ change: (inout ParkingScenario) -> Void) {
        var scenario = SiteFixtures.scenario
        change(&scenario)
        self.init(scenario)
    }
}
