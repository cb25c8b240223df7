import Effects
import Payments
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12346")
private let exit = SiteFixtures.exit, entry = SiteFixtures.entry

/// A car that has been inside for an hour and is held at the exit: 5.00 yuan.
private func held() -> SiteDriver {
    var park = SiteDriver()
    park.enter(car)
    park.run(seconds: 3_500)
    park.platform.mood = .declines(.noContract)
    park.read(car, at: exit)
    park.run(seconds: 2)
    park.forgetMarks()
    return park
}

extension SiteDriver {
    fileprivate func lane(_ id: LaneID) -> BoardLane { site.board.lanes.first { $0.id == id }! }

    fileprivate mutating func ordered(_ lane: LaneID, _ order: AttendantOrder, why: String = "asked for") {
        tell(.own(.ordered(lane: lane, order, who: "Zhao", why: why)))
        run(seconds: 1)
    }

    fileprivate mutating func cash() {
        tell(.own(.cashTaken(lane: exit, who: "Zhao")))
        run(seconds: 1)
    }
}

@Suite("What came of what was asked for at a lane")
struct SiteAnswerTests {
    @Test("an order that does not apply is answered, each in turn: one answer hides no other")
    func refused() {
        var park = held()
        var given = park.lane(exit).answered
        func expect(_ answer: DeskAnswer, line: Int) {
            let lane = park.lane(exit)
            #expect(park.site.view(of: exit)?.answer == answer, "line \(line)")
            #expect(lane.answer?.isDone == false && lane.answer?.words.english == answer.english, "line \(line)")
            #expect(lane.answered == given + 1, "line \(line)")
            given = lane.answered
        }
        park.ordered(exit, .admit)
        expect(.notHeld, line: #line)
        park.ordered(exit, .passDebtor)
        expect(.notHeld, line: #line)
        park.ordered(exit, .waive, why: " ")
        expect(.noReason, line: #line)
        park.tell(.own(.openedByHand(lane: exit, who: "", reason: "x")))
        expect(.noReason, line: #line)
        park.link(isUp: false)
        park.tell(.own(.codeRequested(lane: exit)))
        expect(.noNetwork, line: #line)
        #expect(!park.isOpen(exit))
    }

    @Test("a refused cash does not hide what comes of the next order")
    func cashThenWaived() {
        var park = held()
        park.tell(.own(.cashTaken(lane: entry, who: "Zhao")))
        #expect(park.site.view(of: entry)?.answer == .notPayable)
        park.ordered(entry, .admit)
        #expect(park.site.view(of: entry)?.answer == .notHeld)
        park.cash()
        #expect(park.lane(exit).answer?.isDone == true && park.isOpen(exit))
    }

    @Test("what is done is answered when it is on disk, and not before")
    func durable() {
        var park = held()
        park.isDiskStuck = true
        park.tell(.own(.ordered(lane: exit, .waive, who: "Zhao", why: "our mistake")))
        park.run(seconds: 1)
        #expect(park.lane(exit).answer == nil && park.lane(exit).answered == 0)
        park.isDiskStuck = false
        park.run(seconds: 1)
        #expect(park.lane(exit).answer?.isDone == true && park.lane(exit).answered == 1 && park.isOpen(exit))
    }

    @Test("an order for which the disk has no room is answered with that", arguments: [AttendantOrder.waive, nil])
    func noRoom(order: AttendantOrder?) {
        var park = held()
        park.isJournalFull = true
        if let order { park.ordered(exit, order) } else { park.cash() }
        #expect(park.site.view(of: exit)?.answer == .diskFull && park.lane(exit).answer?.isDone == false)
        #expect(!park.isOpen(exit) && park.site.answersDue.isEmpty)
    }

    @Test("an answer goes with the car it was about: the next car's attendant does not read it")
    func gone() {
        var park = held()
        park.cash()
        #expect(park.lane(exit).answer?.isDone == true)
        park.pass(exit)
        park.run(seconds: 2)
        #expect(park.lane(exit).answer == nil && park.lane(exit).answered == 1)
        // Said of an empty lane, it goes when a car comes.
        park.ordered(exit, .waive)
        #expect(park.site.view(of: exit)?.answer == .notHeld)
        park.read(SiteFixtures.plate("粤B55555"), at: exit)
        park.run(seconds: 2)
        #expect(park.lane(exit).answer == nil)
    }

    @Test("the page knows the stay of the car at the exit, whose time of entry can then be set right")
    func stay() throws {
        let park = held()
        #expect(park.lane(exit).car?.stay == park.site.stays[car]?.id && park.lane(exit).car?.stay != nil)
    }
}

@Suite("Alarms about the car at a lane")
struct SiteCarAlarmTests {
    @Test("a plate that is inside already is an alarm of the lane until its car has gone")
    func inside() {
        var scenario = SiteFixtures.scenario
        scenario.alreadyInside = .hold
        var park = SiteDriver(scenario)
        park.enter(car)
        park.run(seconds: 3_600)
        park.read(car, at: SiteFixtures.otherEntry)
        park.run(seconds: 1)
        #expect(park.lane(SiteFixtures.otherEntry).alarms.map(\.code) == ["plateAlreadyInside"])
        #expect(park.conditions.map(\.code) == ["plateAlreadyInside"])
        park.ordered(SiteFixtures.otherEntry, .admit)
        #expect(park.isOpen(SiteFixtures.otherEntry) && park.lane(SiteFixtures.otherEntry).alarms.count == 1)
        park.pass(SiteFixtures.otherEntry)
        park.run(seconds: 2)
        #expect(park.lane(SiteFixtures.otherEntry).alarms.isEmpty && park.conditions.isEmpty && park.faults.isEmpty)
    }

    @Test("a plate taken for a copy is an alarm of the lane until its car turns back")
    func fake() {
        var park = SiteDriver()
        park.tell(.own(.plateRead(lane: entry, PlateSighting(car, confidence: 99, isFake: true))))
        park.run(seconds: 2)
        #expect(park.lane(entry).alarms.map(\.code) == ["fakePlate"] && park.conditions.count == 1)
        park.tell(.turnedBack(lane: entry, car))
        park.run(seconds: 2)
        #expect(park.lane(entry).alarms.isEmpty && park.conditions.isEmpty && park.faults.isEmpty)
    }

    @Test("of what is over at once the page keeps the last ten, in both languages, and the status is told of each")
    func moments() {
        var park = SiteDriver()
        for count in 1...12 {
            park.openByHand(exit)
            park.run(seconds: 10)
            for _ in 0..<2 {
                park.tell(.sensor("\(exit).safetyLoop", .active))
                park.run(seconds: 1)
                park.tell(.sensor("\(exit).safetyLoop", .clear))
            }
            park.run(seconds: 60)
            #expect(park.site.board.moments.count == min(count, 10) && park.happened.count == count)
        }
        let last = park.site.board.moments.last
        #expect(last?.condition.code == "tailgate" && last?.condition.lane == exit && last!.at <= park.now.wall)
        #expect(last?.condition.chinese == "车辆未放行跟车通过" && park.lane(exit).alarms.isEmpty)
    }
}
