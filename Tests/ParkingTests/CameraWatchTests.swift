import Effects
import Testing
import Vocabulary
import Wire

@testable import Parking

@Suite("Cameras that stop sending")
struct CameraWatchTests {
    private static let exit = SiteFixtures.lane("exit-camera")
    private static let entry = SiteFixtures.lane("entry-camera")
    private static func at(_ seconds: Int64) -> Uptime { Uptime(nanoseconds: 0) + .seconds(seconds) }

    private var watch = CameraWatch(
        [
            .init(id: exit, lane: SiteFixtures.lane("exit-1"), silentAfter: .seconds(50)),
            .init(id: entry, lane: SiteFixtures.lane("entry-1"), silentAfter: nil),
        ], at: at(0))

    @Test("a camera is missed after its time and not before, and only once", arguments: [(49, 0), (50, 1)])
    mutating func missed(seconds: Int64, expected: Int) {
        #expect(watch.nextDeadline == Self.at(50))
        #expect(watch.tick(at: Self.at(seconds)).count == expected)
        #expect(watch.tick(at: Self.at(seconds)).isEmpty)
        #expect(watch.silent == (expected == 1 ? [Self.exit] : []))
    }

    @Test("every sign of life gives it its whole time again, and ends a silence once")
    mutating func heard() {
        #expect(watch.heard(Self.exit, at: Self.at(30)) == nil)
        #expect(watch.tick(at: Self.at(79)).isEmpty)
        #expect(watch.tick(at: Self.at(80)).map(\.id) == [Self.exit])
        #expect(watch.nextDeadline == nil)
        #expect(watch.heard(Self.exit, at: Self.at(90))?.id == Self.exit)
        #expect(watch.heard(Self.exit, at: Self.at(91)) == nil)
        #expect(watch.nextDeadline == Self.at(141))
    }

    @Test("a camera without heartbeats is never missed, and one that nobody named is no fault")
    mutating func unwatched() {
        #expect(watch.heard(Self.entry, at: Self.at(1)) == nil)
        #expect(watch.heard(SiteFixtures.lane("stranger"), at: Self.at(1)) == nil)
        #expect(watch.tick(at: Self.at(1_000_000)).map(\.id) == [Self.exit])
    }

    // MARK: - At the site

    private func site() -> ParkingSite {
        ParkingSite(
            scenario: SiteFixtures.scenario, barriers: SiteFixtures.barriers(),
            cameras: [.init(id: Self.exit, lane: SiteFixtures.lane("exit-1"), silentAfter: .seconds(50))],
            boot: "b", ids: IDMaker(seed: (1, 2, 3, 4)), now: Self.reading(0))
    }

    private static func reading(_ seconds: Int64) -> ClockReading {
        ClockReading(
            uptime: at(seconds), wall: WallTime(milliseconds: 1_700_000_000_000 + seconds * 1_000), isSynchronised: true
        )
    }

    private func alarms(_ effects: [EdgeEffect]) -> [String] {
        effects.flatMap { effect -> [Record.Event] in
            if case .persist(let records, _, _) = effect { records } else { [] }
        }.compactMap {
            if case .alarm(let lane, let code, let isActive) = $0 { "\(lane) \(code) \(isActive)" } else { nil }
        }
    }

    private func faults(_ effects: [EdgeEffect]) -> [String: Bool] {
        var faults: [String: Bool] = [:]
        for case .fault(let name, let why) in effects { faults[name] = why != nil }
        for case .alarm(let condition, let isActive) in effects where condition.code.hasPrefix("camera") {
            let words = condition.code.split(separator: "-", maxSplits: 1)
            #expect(faults["\(words[1]).\(words[0])"] == isActive)
        }
        return faults
    }

    @Test("a silent camera is an alarm of its lane within a minute, and one that sends again ends it")
    func alarm() throws {
        var site = site()
        let deadline = try #require(site.nextDeadline)
        #expect(deadline <= Self.at(60))
        let missed = site.handle(.tick, at: Self.reading(50))
        // The sensors, which nobody has connected here, have alarms of their own.
        #expect(alarms(missed).filter { $0.contains("camera") } == ["exit-1 cameraSilent-exit-camera true"])
        #expect(faults(missed) == ["exit-camera.cameraSilent": true])
        #expect(alarms(site.handle(.tick, at: Self.reading(55))).isEmpty)
        let back = site.handle(.own(.camera(Self.exit, .heard)), at: Self.reading(70))
        #expect(alarms(back) == ["exit-1 cameraSilent-exit-camera false"])
        #expect(faults(back) == ["exit-camera.cameraSilent": false])
    }

    @Test("a camera that does not open is an alarm once, until it opens again")
    func notOpened() {
        var site = site()
        let why = CameraEvent.notOpened(why: "no answer")
        let first = site.handle(.own(.camera(Self.exit, why)), at: Self.reading(1))
        #expect(alarms(first) == ["exit-1 cameraDidNotOpen-exit-camera true"])
        #expect(alarms(site.handle(.own(.camera(Self.exit, why)), at: Self.reading(2))).isEmpty)
        let again = site.handle(.own(.camera(Self.exit, .opened)), at: Self.reading(3))
        #expect(alarms(again) == ["exit-1 cameraDidNotOpen-exit-camera false"])
        #expect(site.handle(.own(.camera(Self.exit, .opened)), at: Self.reading(4)).isEmpty)
    }
}
