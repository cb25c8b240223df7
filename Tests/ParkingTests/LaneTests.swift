import Testing
import Vocabulary

@testable import Parking

private let settings = SiteFixtures.scenario.laneSettings
private func transit(_ number: UInt64) -> UUIDv7 { BarrierFixtures.transit(number) }
private func at(_ seconds: Int64) -> Uptime { Uptime(milliseconds: seconds * 1_000) }
private let ours = SiteFixtures.plate("粤B12340"), other = SiteFixtures.plate("粤B99999")

/// A lane with a car about which nothing has been decided.
private func deciding() -> LaneMachine {
    var lane = LaneMachine(settings: settings)
    #expect(
        lane.handle(.read(ours, newTransit: transit(1)), at: at(0)) == [.consider(transit: transit(1), plate: ours)])
    return lane
}

/// A lane whose car may go.
private func goingThrough() -> LaneMachine {
    var lane = deciding()
    #expect(lane.handle(.letThrough(transit: transit(1)), at: at(1)) == [.open(transit: transit(1))])
    return lane
}

@Suite("Cars in a lane")
struct LaneTests {
    @Test("one car read ten times is considered once and opened for once")
    func repeatedReads() {
        var lane = deciding()
        for read in 1...10 {
            #expect(lane.handle(.read(ours, newTransit: transit(UInt64(read) + 1)), at: at(1)) == [])
        }
        #expect(lane.handle(.letThrough(transit: transit(1)), at: at(2)) == [.open(transit: transit(1))])
        #expect(lane.handle(.letThrough(transit: transit(1)), at: at(2)) == [])
        #expect(lane.handle(.read(ours, newTransit: transit(20)), at: at(3)) == [])
        #expect(
            lane.handle(.passed(transit: transit(1)), at: at(4)) == [
                .through(transit: transit(1), plate: ours, isCertain: true)
            ])
    }

    @Test("a car still in the picture after it has passed is not another one", arguments: [20, 21])
    func sameCarAfterPassing(seconds: Int64) {
        var lane = goingThrough()
        _ = lane.handle(.passed(transit: transit(1)), at: at(10))
        let actions = lane.handle(.read(ours, newTransit: transit(2)), at: at(10 + seconds))
        #expect(actions.isEmpty == (seconds <= 20))
    }

    @Test(
        "a plate misread in one character that looks alike is the same car",
        arguments: ["粤B1234D", "粤B1234Q", "粤8I2340", "粤BI2340", "粤B72340", "粤BZ2340"])
    func misread(text: String) {
        var lane = deciding()
        let isOne = ["粤B1234D", "粤B1234Q", "粤BI2340", "粤B72340"].contains(text)
        _ = lane.handle(.read(SiteFixtures.plate(text), newTransit: transit(2)), at: at(1))
        #expect((lane.behind == nil) == isOne)
    }

    @Test(
        "two cars of one fleet are two cars",
        arguments: [("粤B10001", "粤B10002"), ("粤B10008", "粤B10009"), ("粤B1000A", "粤B1000C"), ("粤B1000", "粤B10000")])
    func fleet(first: String, second: String) {
        #expect(!LaneMachine.isSameCar(SiteFixtures.plate(first), SiteFixtures.plate(second)))
        #expect(!LaneMachine.isSameCar(SiteFixtures.plate(second), SiteFixtures.plate(first)))
    }

    @Test("two misread characters are another car")
    func twoMisread() {
        #expect(!LaneMachine.isSameCar(SiteFixtures.plate("粤B80001"), SiteFixtures.plate("粤BB0007")))
    }

    @Test("the car behind is taken up when the first is through, if it was read lately", arguments: [15, 16])
    func carBehind(seconds: Int64) {
        var lane = goingThrough()
        #expect(lane.handle(.read(other, newTransit: transit(2)), at: at(5)) == [])
        #expect(lane.takeUpCarBehind(newTransit: transit(3), at: at(6)) == [])
        _ = lane.handle(.passed(transit: transit(1)), at: at(5 + seconds))
        let actions = lane.takeUpCarBehind(newTransit: transit(3), at: at(5 + seconds))
        #expect(actions == (seconds <= 15 ? [.consider(transit: transit(3), plate: other)] : []))
        #expect(lane.takeUpCarBehind(newTransit: transit(4), at: at(5 + seconds)) == [])
    }

    @Test("a held car in whose place another is read has gone")
    func heldCarReplaced() {
        var lane = deciding()
        _ = lane.handle(.hold(transit: transit(1)), at: at(1))
        #expect(
            lane.handle(.read(other, newTransit: transit(2)), at: at(9)) == [
                .abandoned(transit: transit(1), plate: ours, .wentAway), .consider(transit: transit(2), plate: other),
            ])
    }

    @Test("a car that is held, or waits for a decision, is forgotten after three minutes", arguments: [179, 180])
    func forgotten(seconds: Int64) {
        for isHeld in [true, false] {
            var lane = deciding()
            if isHeld { _ = lane.handle(.hold(transit: transit(1)), at: at(1)) }
            #expect(lane.nextDeadline == at(180))
            let actions = lane.handle(.tick(newTransit: transit(2)), at: at(seconds))
            #expect(actions == (seconds < 180 ? [] : [.abandoned(transit: transit(1), plate: ours, .wentAway)]))
        }
    }

    @Test("a car on its way through is not forgotten: the barrier says what became of it")
    func neverForgottenOnItsWay() {
        var lane = goingThrough()
        #expect(lane.nextDeadline == nil)
        #expect(lane.handle(.tick(newTransit: transit(2)), at: at(10_000)) == [])
        #expect(
            lane.handle(.notPassed(transit: transit(1)), at: at(10_001)) == [.stayed(transit: transit(1), plate: ours)])
    }

    @Test("a car that did not pass is considered again at once when it comes back")
    func comesBack() {
        var lane = goingThrough()
        _ = lane.handle(.notPassed(transit: transit(1)), at: at(30))
        #expect(
            lane.handle(.read(ours, newTransit: transit(2)), at: at(31))
                == [.consider(transit: transit(2), plate: ours)])
    }

    @Test("a verdict about a car that has gone does nothing")
    func lateVerdict() {
        var lane = deciding()
        _ = lane.handle(.tick(newTransit: transit(2)), at: at(180))
        _ = lane.handle(.read(other, newTransit: transit(3)), at: at(181))
        let before = lane
        for event in [
            LaneMachine.Event.letThrough(transit: transit(1)), .hold(transit: transit(1)),
            .passed(transit: transit(1)), .notPassed(transit: transit(1)),
        ] {
            #expect(lane.handle(event, at: at(182)) == [])
        }
        #expect(lane == before)
    }

    @Test("a lane opened by hand waits for the car nobody has read, and forgets it in silence")
    func byHand() {
        var lane = LaneMachine(settings: settings)
        lane.expectByHand(transit(1), at: at(0))
        lane.expectByHand(transit(2), at: at(0))
        #expect(lane.transit == transit(1) && lane.plate == nil)
        #expect(lane.handle(.tick(newTransit: transit(3)), at: at(180)) == [])
        #expect(lane.transit == nil)
    }
}
