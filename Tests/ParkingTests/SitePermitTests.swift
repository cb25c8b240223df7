import Effects
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12346"), other = SiteFixtures.plate("粤B20001")
private let entry = SiteFixtures.entry, otherEntry = SiteFixtures.otherEntry
private let exit = SiteFixtures.exit

private func carPark(_ change: (inout ParkingScenario) -> Void = { _ in }) -> SiteDriver {
    var scenario = SiteFixtures.scenario
    change(&scenario)
    return SiteDriver(scenario)
}

@Suite("Members, visitors and barred plates at the gates")
struct SitePermitTests {
    @Test(
        "a member whose pass is over is told how many days of grace are left",
        arguments: [(-60, 1), (-60 + 1_440 * 2, 1), (-60 - 1_440, 2)] as [(Int64, Int64)])
    func daysLeft(until: Int64, fewer: Int64) {
        var park = carPark()
        park.permit([car: [PermitFixtures.grant(.member, until: min(until, -60), graceDays: 3)]])
        park.read(car, at: entry)
        park.run(seconds: 1)
        #expect(park.sign(entry) == .passInGrace(car, days: fewer == 2 ? 2 : 3))
        #expect(park.isOpen(entry))
    }

    @Test("a pass that is over is told at the entry, and the car comes in as anybody")
    func expired() {
        var park = carPark()
        park.permit([car: [PermitFixtures.grant(.member, until: -60)]])
        park.read(car, at: entry)
        park.run(seconds: 1)
        #expect(park.sign(entry) == .passExpired(car) && park.isOpen(entry))
    }

    @Test("a visitor outside the announced time is told so, and the host pays for one within it")
    func visitors() {
        var park = carPark { $0.access.prices.visitor = .free }
        park.permit([
            car: [PermitFixtures.grant(.visitor, from: 120, until: 300)],
            other: [PermitFixtures.grant(.visitor, from: -10, until: 300)],
        ])
        park.read(car, at: entry)
        park.run(seconds: 1)
        #expect(park.sign(entry) == .visitOutside(car))
        park.pass(entry)
        park.run(seconds: 30)
        park.enter(other)
        park.run(seconds: 3_600)
        park.read(other, at: exit)
        park.run(seconds: 1)
        #expect(park.isOpen(exit) && park.reason(exit) == "visitorPaid" && park.platform.captured == 0)
        // What the host is to pay is on record, with the price line by line.
        let paid = park.journal.compactMap {
            if case .hostPays(_, exit, other, _, let quote) = $0 { quote } else { nil }
        }
        #expect(paid.map(\.total) == [Fen(700)] && paid.first?.lines.map(\.amount) == [Fen(500), Fen(200)])
    }

    @Test(
        "a visitor within the free minutes costs the host nothing, and staff have no host",
        arguments: [(Permit.Grant.Kind.visitor, Int64(600)), (.staff, 3_600)])
    func nobodyPays(kind: Permit.Grant.Kind, seconds: Int64) {
        var park = carPark { $0.access.prices.visitor = .free }
        park.permit([car: [PermitFixtures.grant(kind, from: -10, until: 300)]])
        park.enter(car)
        park.run(seconds: seconds)
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(park.isOpen(exit) && park.count { if case .hostPays = $0 { true } else { false } } == 0)
    }

    @Test("the list holds without network and after a power cut")
    func offline() {
        var park = carPark { $0.access.admits = .permittedOnly }
        park.permit([car: [PermitFixtures.grant(.staff)]])
        park.run(seconds: 1)
        park.link(isUp: false)
        park.restart(reboot: true)
        park.read(other, at: entry)
        park.run(seconds: 1)
        #expect(!park.isOpen(entry) && park.reason(entry) == "notPermitted")
        park.read(car, at: otherEntry)
        park.run(seconds: 1)
        #expect(park.isOpen(otherEntry))
        #expect(park.faults.isEmpty)
    }

    @Test("who renews the pass while the car is held at the entry, or waits to pay at the exit, goes on by himself")
    func renewed() {
        var park = carPark { $0.access.admits = .permittedOnly }
        park.permit([car, other].reduce(into: [:]) { $0[$1] = [PermitFixtures.grant(.member, until: 10)] })
        park.enter(car)
        park.run(seconds: 3_600)
        park.platform.mood = .declines(.noContract)
        park.read(car, at: exit)
        park.run(seconds: 2)
        #expect(!park.isOpen(exit))
        park.read(other, at: entry)
        park.run(seconds: 1)
        #expect(park.reason(entry) == "passExpired")
        park.permit([car, other].reduce(into: [:]) { $0[$1] = [PermitFixtures.grant(.member, until: 100_000)] })
        #expect(park.isOpen(exit) && park.reason(exit) == "member")
        #expect(park.isOpen(entry))
        #expect(park.platform.captured == 0 && park.faults.isEmpty)
    }

    @Test("a fire engine is not held for a debt")
    func fireEngine() {
        var park = carPark { $0.debtors.atEntry = .hold }
        park.platform.denials = [Denial(holder: Holder(plate: car), owed: Fen(900), debts: [])]
        park.platform.denialVersion += 1
        park.tell(.announced(.listChanged(.denials)))
        park.run(seconds: 1)
        park.read(car, at: entry, vehicle: .special)
        park.run(seconds: 1)
        #expect(park.isOpen(entry))
    }

    @Test("places for members are kept until members have taken them")
    func reserved() {
        let member = SiteFixtures.plate("粤B30001")
        var park = carPark {
            $0.access.capacity = 3
            $0.access.reservedForMembers = 1
        }
        park.permit([member: [PermitFixtures.grant(.member)]])
        park.enter(SiteFixtures.plate("粤B20002"))
        park.enter(SiteFixtures.plate("粤B20003"))
        park.read(other, at: entry)
        park.run(seconds: 1)
        #expect(!park.isOpen(entry) && park.reason(entry) == "full")
        park.read(member, at: otherEntry)
        park.run(seconds: 3)
        #expect(park.isOpen(otherEntry))
        park.pass(otherEntry)
        // The member stands on the place that was kept: the one that is held waits for another.
        park.run(seconds: 1)
        #expect(!park.isOpen(entry))
        park.read(SiteFixtures.plate("粤B20002"), at: exit)
        park.run(seconds: 2)
        park.pass(exit)
        park.run(seconds: 1)
        #expect(park.isOpen(entry))
    }
}

@Suite("A plate that is inside already comes in again")
struct SiteClonedPlateTests {
    private func twice(_ rule: ParkingScenario.AlreadyInside) -> SiteDriver {
        var park = carPark { $0.alreadyInside = rule }
        park.enter(car)
        park.run(seconds: 3_600)
        park.read(car, at: otherEntry)
        park.run(seconds: 1)
        return park
    }

    @Test("it raises an alarm, whatever the scenario says", arguments: ParkingScenario.AlreadyInside.allCases)
    func alarm(rule: ParkingScenario.AlreadyInside) {
        let park = twice(rule)
        #expect(park.alarms("plateAlreadyInside") == 1)
        #expect(park.isOpen(otherEntry) == (rule != .hold))
        #expect(park.site.stays.all(of: car).count == (rule == .admitBoth ? 2 : 1))
    }

    @Test("with both inside, the attendant says at the exit which stay is the car's: nothing is guessed")
    func chosen() throws {
        var park = twice(.admitBoth)
        park.pass(otherEntry)
        park.run(seconds: 1_800)
        park.read(car, at: exit)
        park.run(seconds: 5)
        #expect(!park.isOpen(exit) && park.sign(exit) == .callAttendant(car, .severalStays, nil))
        #expect(park.charges.isEmpty)
        let later = try #require(park.site.stays.all(of: car).last)
        park.tell(
            .own(.ordered(lane: exit, .chooseStay(UUIDv7(at: later.entered, random: (1, 1))), who: "li", why: "x")))
        park.run(seconds: 1)
        #expect(!park.isOpen(exit) && park.acts(.stayChosen).isEmpty)
        park.tell(.own(.ordered(lane: exit, .chooseStay(later.id), who: "li", why: "the driver's ticket")))
        park.run(seconds: 1)
        #expect(park.isOpen(exit))
        #expect(park.charges.map(\.stay) == [later.id] && park.platform.captured == 500)
        #expect(park.acts(.stayChosen).map(\.car.stay) == [later.id])
        park.pass(exit)
        park.run(seconds: 60)
        // One is left, and no question any more.
        park.read(car, at: SiteFixtures.otherExit)
        park.run(seconds: 1)
        #expect(park.isOpen(SiteFixtures.otherExit) && park.site.stays.all(of: car).count == 1)
    }
}

@Suite("An attendant decides about a held car")
struct SiteOrderTests {
    private func owing() -> SiteDriver {
        var park = carPark {
            $0.debtors = ParkingDebtors(atEntry: .hold, atExit: .hold)
        }
        park.platform.denials = [Denial(holder: Holder(plate: car), owed: Fen(900), debts: [])]
        park.platform.denialVersion += 1
        park.tell(.announced(.listChanged(.denials)))
        park.run(seconds: 1)
        return park
    }

    private func order(_ park: inout SiteDriver, _ lane: LaneID, _ order: AttendantOrder, why: String = "knows him") {
        park.tell(.own(.ordered(lane: lane, order, who: "li", why: why)))
        park.run(seconds: 1)
    }

    @Test(
        "a debtor passes at the entry and at the exit: who, why and how much was owed are on disk before the boom moves"
    )
    func debtor() {
        var park = owing()
        park.read(car, at: entry)
        park.run(seconds: 1)
        #expect(!park.isOpen(entry))
        order(&park, entry, .passDebtor)
        #expect(park.isOpen(entry))
        park.pass(entry)
        park.run(seconds: 3_600)
        park.read(car, at: exit)
        park.run(seconds: 1)
        #expect(!park.isOpen(exit))
        order(&park, exit, .passDebtor)
        #expect(park.isOpen(exit) && park.platform.captured == 700)
        #expect(park.acts(.debtorPassed).map(\.amount) == [Fen(900), Fen(900)])
        #expect(park.acts(.debtorPassed).allSatisfy { $0.who == "li" && $0.why == "knows him" })
        let isAct = { (record: Record.Event) in if case .deskAct = record { true } else { false } }
        #expect(park.raisedBefore(entry, isAct) == false && park.faults.isEmpty)
    }

    @Test("a car for which there is no place is admitted, and has a stay like any other")
    func admitted() {
        var park = carPark { $0.access.capacity = 1 }
        park.enter(other)
        park.read(car, at: entry)
        park.run(seconds: 1)
        #expect(park.reason(entry) == "full")
        order(&park, entry, .admit)
        #expect(park.isOpen(entry) && park.site.stays[car] != nil && park.acts(.admitted).count == 1)
    }

    @Test("a car leaves free of charge: how much that was is recorded, and no payment of it is left")
    func waived() {
        var park = carPark()
        park.enter(car)
        park.run(seconds: 3_500)
        park.platform.mood = .declines(.noContract)
        park.platform.codeMood = .waitsForPayer
        park.read(car, at: exit)
        park.run(seconds: 2)
        park.tell(.own(.codeRequested(lane: exit)))
        park.run(seconds: 2)
        order(&park, exit, .waive, why: "the machine ate the coin")
        #expect(park.isOpen(exit) && park.reason(exit) == "waived")
        #expect(park.acts(.waived).map(\.amount) == [Fen(500)])
        park.platform.payersConfirm()
        park.run(seconds: 30)
        #expect(park.platform.captured == 0 && park.site.payments.isEmpty)
    }

    @Test(
        "nothing follows an order without who or why, at a lane where nobody is held, or that does not fit",
        arguments: [
            (AttendantOrder.waive, "li", ""), (.waive, " ", "why"), (.admit, "li", "why"), (.passDebtor, "li", "why"),
        ])
    func notCarriedOut(order: AttendantOrder, who: String, why: String) {
        var park = carPark()
        park.enter(car)
        park.run(seconds: 3_500)
        park.platform.mood = .declines(.noContract)
        park.read(car, at: exit)
        park.run(seconds: 2)
        for lane in [exit, SiteFixtures.otherExit, entry] {
            park.tell(.own(.ordered(lane: lane, order, who: who, why: why)))
        }
        park.run(seconds: 2)
        #expect(!park.isOpen(exit) && !park.isOpen(entry))
        #expect(park.count { if case .deskAct = $0 { true } else { false } } == 0)
    }

    @Test("an order for which the disk has no room opens nothing", arguments: [AttendantOrder.waive, .admit])
    func noRoom(order: AttendantOrder) {
        var park = carPark { $0.access.admits = order == .admit ? .permittedOnly : .everybody }
        let lane = order == .admit ? entry : exit
        if order == .waive {
            park.enter(car)
            park.run(seconds: 3_500)
            park.platform.mood = .declines(.noContract)
        }
        park.read(car, at: lane)
        park.run(seconds: 2)
        park.isJournalFull = true
        self.order(&park, lane, order)
        #expect(!park.isOpen(lane))
        #expect(park.faults.isEmpty)
    }
}
