import Effects
import Testing
import Vocabulary
import Wire

@testable import Parking

private let exit = SiteFixtures.exit
private func plate(_ text: String) -> Plate { SiteFixtures.plate(text) }

private func park(_ change: (inout ParkingScenario) -> Void = { _ in }, contracts: [Plate: Fen] = [:]) -> SiteDriver {
    var scenario = SiteFixtures.scenario
    change(&scenario)
    return SiteDriver(scenario, contracts: contracts)
}

extension SiteDriver {
    fileprivate var corrections: [PlateCorrection] {
        journal.compactMap { if case .plateCorrected(let correction) = $0 { correction } else { nil } }
    }
}

@Suite("How alike two plates are")
struct PlateLikenessTests {
    @Test(
        "only characters that cameras confuse are alike",
        arguments: [
            ("粤B12340", "粤B1234D", 1), ("粤B12340", "粤B1234O", 1), ("粤B80001", "粤BB0007", 2), ("粤B12345", "粤B12345", 0),
            ("粤B52Z41", "粤BSZ247", 4), ("粤B12345", "粤B12346", nil), ("粤B12345", "粤B1234", nil),
            ("粤B12345", "京B12345", nil), ("粤B12385", "粤B12335", nil), ("粤B1234A", "粤B12344", nil),
        ] as [(String, String, Int?)])
    func differences(left: String, right: String, count: Int?) {
        #expect(PlateLikeness.differences(plate(left), plate(right)) == count)
        #expect(PlateLikeness.differences(plate(right), plate(left)) == count)
        let isOne = PlateLikeness.skeleton(plate(left)) == PlateLikeness.skeleton(plate(right))
        #expect(isOne == (count != nil))
    }
}

@Suite("An exit whose plate nobody came in with")
struct PlateMatchTests {
    @Test("the only car inside that a camera may have misread it for pays, and both plates are recorded")
    func oneCandidate() {
        var park = park(contracts: [plate("粤B12340"): Fen(5_000)])
        park.enter(plate("粤B12340"))
        park.run(seconds: 3_600)
        park.read(plate("粤B1234D"), at: exit)
        park.run(seconds: 2)
        #expect(park.isOpen(exit) && park.platform.captured == 700)
        #expect(park.sign(exit) == .goPaid(plate("粤B12340"), Fen(700)))
        #expect(park.charges.allSatisfy { $0.plate == plate("粤B12340") })
        #expect(park.corrections.map(\.before) == [plate("粤B1234D")])
        #expect(park.corrections.map(\.plate) == [plate("粤B12340")] && park.corrections.map(\.why) == ["matched"])
        park.pass(exit)
        park.run(seconds: 30)
        #expect(park.site.carsInside == 0 && park.faults.isEmpty)
    }

    @Test("of two that it may be, none is taken: the attendant is shown both, and says which it is")
    func twoCandidates() throws {
        var park = park()
        park.enter(plate("粤B12340"))
        park.enter(plate("粤B1234Q"))
        park.run(seconds: 3_600)
        park.read(plate("粤B1234D"), at: exit)
        park.run(seconds: 2)
        #expect(park.sign(exit) == .callAttendant(plate("粤B1234D"), .severalCandidates, nil))
        #expect(park.charges.isEmpty && !park.isOpen(exit))
        let shown = try #require(park.site.view(of: exit)).candidates
        #expect(shown.map(\.maskedPlate) == ["粤B***40", "粤B***4Q"])
        #expect(shown.map(\.entered) == shown.map(\.entered).sorted())
        let words = try #require(DeskWords(who: "li", why: "seen"))
        park.tell(.stayChosen(lane: exit, shown[1].stay, words))
        park.run(seconds: 2)
        #expect(park.charges.map(\.plate) == [plate("粤B1234Q")])
        #expect(park.journal.contains { if case .deskAct(let act) = $0 { act.kind == .stayChosen } else { false } })
        park.pass(exit)
        park.run(seconds: 30)
        #expect(park.site.stays[plate("粤B1234Q")] == nil && park.site.stays[plate("粤B12340")] != nil)
        #expect(park.faults.isEmpty)
    }

    @Test("two plates that both have contracts are two cars: nobody is charged by a guess")
    func bothAreKnown() {
        var park = park(contracts: [plate("粤B12340"): Fen(5_000), plate("粤B1234D"): Fen(5_000)])
        park.enter(plate("粤B12340"))
        park.run(seconds: 3_600)
        park.read(plate("粤B1234D"), at: exit)
        park.run(seconds: 2)
        #expect(park.charges.isEmpty && !park.isOpen(exit))
    }

    @Test(
        "where the plate that the exit reads is somebody's contract and the one inside has none, no contract pays by itself",
        arguments: [true, false])
    func entryWasMisread(isCorrected: Bool) throws {
        var park = park(contracts: [plate("粤B1234D"): Fen(5_000)])
        park.enter(plate("粤B12340"))
        park.run(seconds: 3_500)
        park.read(plate("粤B1234D"), at: exit)
        park.run(seconds: 2)
        #expect(!park.isOpen(exit) && park.charges.isEmpty && park.platform.captured == 0)
        #expect(park.sign(exit) == .callAttendant(plate("粤B12340"), .payHere, Fen(500)))
        let stay = try #require(park.site.stays[plate("粤B12340")])
        if isCorrected {
            // A person has looked: the entry's camera was wrong, and the contract is this car's.
            let words = try #require(DeskWords(who: "li", why: "seen"))
            park.tell(.plateCorrected(lane: exit, plate("粤B1234D"), stay: stay.id, words))
        } else {
            park.tell(.own(.codePresented(lane: exit, try PayerCode("130000000000001234"))))
        }
        park.run(seconds: 2)
        #expect(park.isOpen(exit) && park.platform.captured == 500)
        #expect(park.charges.allSatisfy { ($0.instrument.holder != nil) == isCorrected })
        park.pass(exit)
        park.run(seconds: 30)
        #expect(park.site.carsInside == 0 && park.faults.isEmpty)
    }

    @Test("a lorry is not taken for a car with a plate like it", arguments: [VehicleClass.small, .large, nil])
    func vehicle(seen: VehicleClass?) {
        var park = park()
        park.enter(plate("粤B12340"))
        park.run(seconds: 600)
        park.tell(
            .own(.plateRead(lane: exit, PlateSighting(plate("粤B1234D"), confidence: 99, vehicle: seen))))
        park.run(seconds: 2)
        #expect(park.isOpen(exit) == (seen != .large))
    }

    @Test("as many characters may differ as the scenario says", arguments: [0, 1, 2])
    func differences(most: Int) {
        for (text, count) in [("粤B1234D", 1), ("粤8I234D", 3), ("粤B7234D", 2)] {
            var park = park { $0.identification.fuzzyDifferences = most }
            park.enter(plate("粤B12340"))
            park.run(seconds: 60)
            park.read(plate(text), at: exit)
            park.run(seconds: 2)
            #expect(park.isOpen(exit) == (count <= most), "\(text)")
        }
    }

    @Test(
        "never is one taken where there are two, whatever stands inside", arguments: 1...60 as ClosedRange<UInt64>)
    func neverWithTwo(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let letters: [[Character]] = [["0", "D", "Q"], ["8", "B"], ["1", "7"], ["5", "S"]]
        func any() -> Plate {
            plate("粤A\(String(letters.map { $0.randomElement(using: &dice) ?? "0" }))")
        }
        var park = park { $0.identification.fuzzyDifferences = 2 }
        var inside: Set<Plate> = []
        for _ in 0..<Int.random(in: 1...5, using: &dice) {
            let plate = any()
            guard inside.insert(plate).inserted else { continue }
            park.enter(plate)
        }
        let read = any()
        park.read(read, at: exit)
        park.run(seconds: 2)
        let near = inside.filter { (1...2).contains(PlateLikeness.differences($0, read) ?? 9) }
        #expect(park.isOpen(exit) == (inside.contains(read) || near.count == 1))
        #expect(park.corrections.isEmpty == (inside.contains(read) || near.count != 1))
    }

    @Test("among two thousand cars inside the one that is meant is found")
    func quick() {
        var book = StayBook()
        for number in 0..<2_000 {
            book.put(
                Stay(
                    id: BarrierFixtures.transit(UInt64(number)), plate: plate("粤B\(10_000 + number)"),
                    entered: WallTime(milliseconds: 0), tariff: SiteFixtures.lane("city-1"),
                    enteredUptime: Uptime(nanoseconds: 0), boot: "b"))
        }
        for number in stride(from: 0, to: 2_000, by: 97) {
            let read = plate("粤B\(10_000 + number)")
            let expected = (0..<2_000).filter { PlateLikeness.differences(plate("粤B\(10_000 + $0)"), read) == 1 }
            #expect(book.alike(read, differences: 1).filter { $0.plate != read }.count == expected.count)
        }
    }
}
