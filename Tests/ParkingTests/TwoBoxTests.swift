import Effects
import Testing
import Vocabulary
import Wire

@testable import Parking

private let car = SiteFixtures.plate("粤B12345")
private let other = SiteFixtures.plate("京A88888")
private let (entry, exit) = (SiteFixtures.entry, SiteFixtures.exit)

@Suite("Two boxes of one car park")
struct TwoBoxTests {
    private func park(_ plates: [Plate] = [car]) -> TwoBoxes {
        TwoBoxes(contracts: Dictionary(uniqueKeysWithValues: plates.map { ($0, Fen(10_000)) }))
    }

    /// The car comes in at box A, and box B hears of it.
    private func entered(hears: Bool = true) -> TwoBoxes {
        var park = park()
        if !hears { park.arrivals = { _ in 0 } }
        park.with(.a) { $0.enter(car) }
        park.run(seconds: 1_800)
        return park
    }

    @Test("a car that came in at one box leaves at the other without stopping, and is charged from its entry")
    func leavesElsewhere() throws {
        var park = entered()
        park.with(.b) { $0.read(car, at: exit) }
        park.run(seconds: 2)
        #expect(park.b.isOpen(exit))
        park.with(.b) { $0.pass(exit) }
        park.run(seconds: 5)
        let charge = try #require(park.b.charges.first)
        #expect(park.b.charges.count == 1 && charge.quote.total == Fen(500))
        #expect(park.a.site.carsInside == 0 && park.b.site.carsInside == 0)
        #expect(park.platform.carPark?.inside.isEmpty == true)
    }

    @Test("a box that never heard of the car asks the platform while the car stands at its exit")
    func asks() {
        var park = entered(hears: false)
        #expect(park.b.site.carsInside == 0)
        park.with(.b) { $0.read(car, at: exit) }
        #expect(park.b.sign(exit) == .wait(car))
        park.run(seconds: 2)
        #expect(park.b.isOpen(exit) && park.b.charges.count == 1)
    }

    @Test("a car that no box has seen come in is held once the platform has said so")
    func unknown() {
        var park = park()
        park.with(.b) { $0.read(car, at: exit) }
        park.run(seconds: 2)
        #expect(park.b.sign(exit) == .callAttendant(car, .noEntryRecord, nil) && !park.b.isOpen(exit))
    }

    @Test("a platform that does not answer is waited for no longer than the scenario says")
    func noAnswer() {
        var park = park()
        park.with(.b) {
            $0.answersArrive = { _ in 0 }
            $0.read(car, at: exit)
            $0.run(milliseconds: 799)
        }
        #expect(park.b.sign(exit) == .wait(car))
        park.with(.b) { $0.run(milliseconds: 2) }
        #expect(park.b.sign(exit) == .callAttendant(car, .noEntryRecord, nil))
    }

    @Test("without the network a box charges what it heard of before, and goes by the rule for what it did not")
    func withoutNetwork() {
        var park = entered()
        park.with(.b) {
            $0.link(isUp: false)
            $0.read(car, at: exit)
            $0.run(seconds: 2)
        }
        #expect(park.b.isOpen(exit))
        #expect(park.b.count { if case .payment(.acceptedOffline, _, _) = $0 { true } else { false } } == 1)
        var strange = entered(hears: false)
        strange.with(.b) {
            $0.link(isUp: false)
            $0.read(car, at: exit)
            $0.run(seconds: 2)
        }
        #expect(strange.b.sign(exit) == .callAttendant(car, .noEntryRecord, nil))
    }

    @Test("what was missed while the link was down is read when it comes up: who came and who went")
    func heals() {
        var park = park([car, other])
        park.with(.b) { $0.enter(other) }
        park.run(seconds: 1_200)
        #expect(park.a.site.carsInside == 1)
        park.with(.a) { $0.link(isUp: false) }
        park.with(.b) {
            $0.enter(car)
            $0.read(other, at: exit)
            $0.run(seconds: 2)
            $0.pass(exit)
        }
        park.run(seconds: 5)
        #expect(park.a.site.stays[other] != nil && park.a.site.stays[car] == nil)
        park.with(.a) { $0.link(isUp: true) }
        park.run(seconds: 5)
        #expect(park.a.site.stays[other] == nil && park.a.site.stays[car] != nil)
    }

    @Test("a list of many pages is read whole, and what changes meanwhile is not overwritten by a page")
    func pages() {
        var park = park([])
        for number in 0..<7 { park.with(.a) { $0.enter(SiteFixtures.plate("粤B7770\(number)")) } }
        park.with(.b) { $0.link(isUp: false) }
        park.run(seconds: 2)
        park.with(.b) { $0.link(isUp: true) }
        park.run(seconds: 2)
        #expect(park.b.site.carsInside == 7 && park.a.site.carsInside == 7)
    }

    @Test("stays of other boxes outlive a restart without network")
    func restart() {
        var park = entered()
        park.with(.b) {
            $0.link(isUp: false)
            $0.restart(reboot: true)
            $0.read(car, at: exit)
            $0.run(seconds: 2)
        }
        #expect(park.b.isOpen(exit))
    }

    @Test("a box with a new disk has its own cars back from the platform, and charges them from their entry")
    func newDisk() throws {
        var park = entered()
        var fresh = SiteDriver(
            TwoBoxes.scenario, contracts: [car: Fen(10_000)], seed: 77, device: "box-a", carPark: park.platform.carPark)
        fresh.link(isUp: false)
        fresh.jumpWallClock(hours: 2)
        fresh.link(isUp: true)
        fresh.run(seconds: 5)
        fresh.read(car, at: exit)
        fresh.run(seconds: 2)
        #expect(fresh.isOpen(exit))
        let began = try #require(fresh.charges.first?.quote.began)
        park.run(seconds: 1)
        #expect(park.platform.carPark?.notes.values.first?.entry.entered == began)
    }

    @Test("a car that left while the platform was away does not come back to life when an old page says so")
    func oldPage() {
        var park = entered()
        park.with(.a) {
            $0.link(isUp: false)
            $0.read(car, at: exit)
            $0.run(seconds: 2)
            $0.pass(exit)
            $0.run(seconds: 1)
            $0.restart(reboot: true)
            // The platform has not had the record yet.
            $0.link(isUp: true)
            $0.run(seconds: 5)
        }
        #expect(park.a.site.carsInside == 0)
        park.run(seconds: 2)
        #expect(park.platform.carPark?.inside.isEmpty == true && park.b.site.carsInside == 0)
    }

    // MARK: Paid on the phone

    @Test("a car prepaid on the phone leaves without stopping within the time its driver was told")
    func prepaid() throws {
        var park = entered()
        let stay = try #require(park.a.site.stays[car]?.id)
        park.prepay(stay, Fen(500))
        park.run(seconds: 800)
        park.with(.b) {
            $0.read(car, at: exit)
            $0.run(seconds: 1)
        }
        #expect(park.b.isOpen(exit) && park.b.charges.isEmpty)
        #expect(park.b.sign(exit) == .goPaid(car, Fen(500)))
        #expect(
            park.b.count {
                $0 == .stayPrepaid(stay: stay, payment: UUIDv7(at: WallTime(milliseconds: 0), random: (0, 0)))
            } == 0)
        #expect(park.b.count { if case .stayPrepaid(stay, _) = $0 { true } else { false } } == 1)
    }

    @Test("after that time only the time since the payment is charged")
    func tooLate() throws {
        var park = entered()
        let stay = try #require(park.a.site.stays[car]?.id)
        let through = park.a.now.wall
        park.prepay(stay, Fen(500))
        park.run(seconds: 1_900)
        park.with(.b) {
            $0.read(car, at: exit)
            $0.run(seconds: 1)
        }
        let charge = try #require(park.b.charges.first)
        #expect(charge.quote.from == through && charge.quote.total == Fen(200))
    }

    @Test("a car that is held is let go when its driver pays on the phone")
    func whileHeld() throws {
        var park = TwoBoxes()
        park.with(.a) {
            $0.platform.mood = .declines(.noContract)
            $0.enter(car)
        }
        park.run(seconds: 1_800)
        park.with(.a) {
            $0.read(car, at: exit)
            $0.run(seconds: 2)
        }
        #expect(!park.a.isOpen(exit))
        park.prepay(try #require(park.a.site.stays[car]?.id), Fen(500))
        park.run(seconds: 1)
        #expect(park.a.isOpen(exit))
    }

    @Test("a box that did not hear of the prepayment is told when it charges, and charges what is left")
    func declinedAsPrepaid() throws {
        var park = entered()
        let stay = try #require(park.a.site.stays[car]?.id)
        park.prepay(stay, Fen(500), tells: false)
        park.with(.b) {
            $0.read(car, at: exit)
            $0.run(seconds: 2)
        }
        #expect(park.b.isOpen(exit))
        #expect(park.platform.standing.isEmpty, "nothing was captured beside the prepayment")
    }

    @Test("prepayments outlive a restart, and one said again changes nothing")
    func prepaidRestart() throws {
        var park = entered()
        let stay = try #require(park.a.site.stays[car]?.id)
        park.prepay(stay, Fen(500))
        park.run(seconds: 1)
        park.prepay(stay, Fen(500))
        park.with(.b) {
            $0.link(isUp: false)
            $0.restart(reboot: true)
            $0.read(car, at: exit)
            $0.run(seconds: 1)
        }
        #expect(park.b.isOpen(exit))
        #expect(park.b.count { if case .acceptedOffline = ($0.state ?? .requested) { true } else { false } } == 0)
    }

    // MARK: Chaos

    /// Cars come and go at both boxes while words are lost, doubled, and links and boxes fail; then all is mended.
    private func afterChaos(_ seed: UInt64) -> TwoBoxes {
        var dice = SeededGenerator(seed: seed)
        let cars = (0..<4).map { SiteFixtures.plate("粤B5550\($0)") }
        var park = TwoBoxes(
            contracts: Dictionary(uniqueKeysWithValues: cars.map { ($0, Fen(10_000)) }), seed: seed)
        var inside: Set<Plate> = []
        for _ in 0..<60 {
            let box: TwoBoxes.Box = Bool.random(using: &dice) ? .a : .b
            let arrive = [0, 1, 1, 2].randomElement(using: &dice) ?? 1
            park.arrivals = { _ in arrive }
            switch Int.random(in: 0..<12, using: &dice) {
            case 0..<4:
                guard let car = cars.randomElement(using: &dice), inside.insert(car).inserted else { break }
                park.with(box) { $0.enter(car) }
            case 4..<9:
                guard let car = inside.sorted().randomElement(using: &dice) else { break }
                park.with(box) {
                    $0.read(car, at: exit)
                    $0.run(seconds: 4)
                    guard $0.isOpen(exit) else { return }
                    $0.pass(exit)
                    inside.remove(car)
                }
            case 9: park.with(box) { $0.link(isUp: !$0.isConnected) }
            case 10: park.with(box) { $0.restart(reboot: true) }
            default: park.run(seconds: 200, delivers: false)
            }
            park.run(seconds: Int64.random(in: 1...60, using: &dice))
        }
        park.arrivals = { _ in 1 }
        for box in [TwoBoxes.Box.a, .b] {
            park.with(box) { $0.link(isUp: false) }
            park.with(box) { $0.link(isUp: true) }
        }
        park.run(seconds: 240)
        return park
    }

    @Test(
        "whatever is lost or doubled, no minute of a stay is charged twice and both boxes come to agree",
        arguments: 1...40)
    func chaos(seed: UInt64) {
        let park = afterChaos(seed)
        #expect(park.a.faults.isEmpty && park.b.faults.isEmpty && park.platform.faults.isEmpty)
        let inside = Set(park.platform.carPark?.inside ?? [])
        #expect(Set(park.a.site.stays.values.map(\.id)) == inside)
        #expect(Set(park.b.site.stays.values.map(\.id)) == inside)
        for (_, charges) in Dictionary(grouping: park.platform.standing, by: \.stay) {
            let sorted = charges.sorted { $0.quote.from < $1.quote.from }
            for (first, second) in zip(sorted, sorted.dropFirst()) {
                #expect(first.quote.until <= second.quote.from)
            }
        }
    }
}

extension Record.Event {
    fileprivate var state: Record.PaymentState? { if case .payment(let state, _, _) = self { state } else { nil } }
}
