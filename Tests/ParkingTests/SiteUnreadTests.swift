import Effects
import Testing
import Vocabulary
import Wire

@testable import Parking

private let entry = SiteFixtures.entry, exit = SiteFixtures.exit
private let car = SiteFixtures.plate("粤B12345")

@Suite("A car that the camera sees and cannot read")
struct SiteUnreadTests {
    private func see(_ park: inout SiteDriver, _ id: String? = nil, at lane: LaneID = entry) {
        park.tell(.seenWithoutPlate(lane: lane, camera: nil, readID: id))
    }

    @Test(
        "is held after two seconds at a lane without an approach loop, and comes in with a ticket",
        arguments: [true, false])
    func held(isDue: Bool) throws {
        var park = SiteDriver { _ in }
        see(&park)
        park.run(milliseconds: isDue ? 2_000 : 1_900)
        #expect((park.sign(entry) == .callAttendant(nil, .plateNotRead, nil)) == isDue && !park.isOpen(entry))
        guard isDue else { return }
        #expect(park.conditions.map(\.code) == ["plateNotRead"])
        park.tell(.ticketRequested(lane: entry, nil))
        park.run(seconds: 1)
        #expect(park.isOpen(entry) && park.site.carsInside == 1 && park.faults.isEmpty)
    }

    @Test(
        "and that another read of it brings a plate for, before or after, is that plate's car and nothing else",
        arguments: [0, 1_000, 3_000] as [Int64])
    func readAsWell(milliseconds: Int64) {
        var park = SiteDriver { _ in }
        see(&park, "1")
        park.run(milliseconds: milliseconds)
        park.read(car, at: entry)
        see(&park, "2")
        park.run(seconds: 1)
        #expect(park.isOpen(entry) && park.site.stays[car] != nil)
        park.pass(entry)
        // The same car from behind.
        see(&park, "3")
        park.run(seconds: 10)
        #expect(park.site.carsInside == 1 && park.site.view(of: entry)?.transit == nil && park.faults.isEmpty)
    }

    @Test("counts once however often the camera sends the same read")
    func sentAgain() {
        var park = SiteDriver { _ in }
        see(&park, "7")
        park.run(seconds: 3)
        park.tell(.ticketRequested(lane: entry, nil))
        park.run(seconds: 1)
        park.pass(entry)
        park.run(seconds: 60)
        see(&park, "7")
        park.run(seconds: 10)
        #expect(park.site.view(of: entry)?.transit == nil && park.site.carsInside == 1)
        see(&park, "8")
        park.run(seconds: 3)
        #expect(park.site.view(of: entry)?.transit != nil)
    }

    @Test("says nothing of a car that is held already")
    func beside() {
        var park = SiteDriver { _ in }
        park.read(car, at: exit)
        park.run(seconds: 1)
        let before = park.site.view(of: exit)?.transit
        see(&park, at: exit)
        park.run(seconds: 10)
        #expect(before != nil && park.site.view(of: exit)?.transit == before)
    }

    @Test(
        "is believed by the approach loop: at once where it is occupied, and not where nobody stands",
        arguments: [SensorState.active, .clear])
    func loops(reading: SensorState) {
        var park = SiteDriver(SiteFixtures.scenario, hasApproachLoops: true)
        park.tell(.sensor("\(entry).approachLoop", .clear))
        park.tell(.sensor("\(entry).approachLoop", reading))
        see(&park)
        park.run(seconds: 3)
        #expect((park.site.view(of: entry)?.transit != nil) == (reading == .active))
    }
}
