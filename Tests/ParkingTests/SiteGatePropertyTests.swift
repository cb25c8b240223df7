import Effects
import Testing
import Vocabulary
import Wire

@testable import Parking

@Suite("At the gates, whatever happens in whatever order")
struct SiteGatePropertyTests {
    private static let exit = SiteFixtures.exit, otherExit = SiteFixtures.otherExit
    private static let cars = (0..<3).map { SiteFixtures.plate("粤B1000\($0)") }

    private static func codes() throws -> [PayerCode] {
        try ["130000000000001234", "280000000000005678"].map { try PayerCode($0) }
    }

    /// The codes that are captured, and not given back, for one stay at one time.
    private func mostAtOnce(_ park: SiteDriver) -> Int {
        let standing = park.platform.standing.filter { $0.instrument.holder == nil }
        return Dictionary(grouping: standing, by: \.stay).values.map { charges in
            charges.count { one in
                charges.contains {
                    $0 != one && $0.quote.from < one.quote.until && one.quote.from < $0.quote.until
                }
            }
        }.max() ?? 0
    }

    private func payStep(_ park: inout SiteDriver, _ dice: inout SeededGenerator, _ codes: [PayerCode]) {
        let lane = Bool.random(using: &dice) ? Self.exit : Self.otherExit
        switch Int.random(in: 0..<100, using: &dice) {
        case 0..<15: park.read(Self.cars[Int.random(in: 0..<3, using: &dice)], at: lane)
        case 15..<40: park.tell(.own(.codePresented(lane: lane, codes[Int.random(in: 0..<2, using: &dice)])))
        case 40..<55: park.tell(.own(.codeRequested(lane: lane)))
        case 55..<60: park.tell(.own(.cashTaken(lane: lane, who: "li")))
        case 60..<63: park.tell(.own(.ordered(lane: lane, .waive, who: "li", why: "known")))
        case 63..<80: park.platform.payersConfirm()
        case 80..<84:
            let moods: [ModelPlatform.Mood] = [.approves, .waitsForPayer, .doesNotKnow, .declines(.payerCancelled)]
            park.platform.codeMood = moods[Int.random(in: 0..<4, using: &dice)]
        case 84..<87: park.link(isUp: false)
        case 87..<94: park.link(isUp: true)
        case 94..<97: park.networkDelay = .milliseconds(.random(in: 1...2_000, using: &dice))
        default: park.enter(Self.cars[Int.random(in: 0..<3, using: &dice)])
        }
    }

    /// - Returns: the park in the end, and the most charges that stood at one time.
    private func tried(_ seed: UInt64) throws -> (park: SiteDriver, captures: Int) {
        var dice = SeededGenerator(seed: seed)
        let codes = try Self.codes()
        var park = SiteDriver(
            LanePaymentFixtures.scenario { $0.payment.callAttendantAfter = .seconds(10) }, seed: seed)
        park.platform.mood = .declines(.noContract)
        park.platform.codeMood = .waitsForPayer
        let lost = (0..<97).map { _ in [0, 1, 1, 1, 2][Int.random(in: 0..<5, using: &dice)] }
        park.answersArrive = { lost[$0.marks.count % lost.count] }
        park.requestsArrive = { ($0.marks.count * 7) % 5 != 0 }
        for car in Self.cars { park.enter(car) }
        park.run(seconds: 3_600)
        var captures = 0
        for _ in 0..<80 {
            payStep(&park, &dice, codes)
            for _ in 0..<[1, 4, 30][Int.random(in: 0..<3, using: &dice)] {
                park.run(milliseconds: .random(in: 1...200, using: &dice))
                captures = max(captures, park.platform.standing.count)
                #expect(mostAtOnce(park) == 0)
            }
        }
        #expect(park.faults.isEmpty && park.platform.faults.isEmpty)
        return (park, captures)
    }

    @Test("a driver who tries several ways is never charged by two of them, not even for a moment", arguments: 1...25)
    func neverTwice(seed: UInt64) throws { _ = try tried(seed) }

    @Test("the drivers do try everything: codes are paid, changed, given up, waived and paid in cash")
    func triesEverything() throws {
        var states: Set<Record.PaymentState> = []
        var reasons: Set<String> = []
        var captures = 0
        for seed in UInt64(1)...15 {
            let (park, captured) = try tried(seed)
            captures += captured
            for record in park.journal {
                switch record {
                case .payment(let state, _, _): states.insert(state)
                case .decision(_, _, _, _, _, let reason): reasons.insert(reason)
                default: continue
                }
            }
        }
        #expect(captures > 5)
        #expect(states.isSuperset(of: [.approved, .declined, .pending, .reversing, .reversed, .cashTaken, .unknown]))
        #expect(reasons.isSuperset(of: ["paid", "cash", "waived", "attendantCalled", "noContract", "notConfirmed"]))
    }

    private static func rights(_ dice: inout SeededGenerator) -> [Plate: [Permit.Grant]] {
        var permits: [Plate: [Permit.Grant]] = [:]
        for number in 0..<12 {
            let kinds: [Permit.Grant.Kind] = [.member, .visitor, .staff, .permitted, .special, .barred]
            let until: Int64? = Bool.random(using: &dice) ? nil : .random(in: -200...2_000, using: &dice)
            permits[SiteFixtures.plate("粤B300\(10 + number)")] = [
                PermitFixtures.grant(kinds[Int.random(in: 0..<6, using: &dice)], until: until)
            ]
        }
        return permits
    }

    @Test(
        "nobody without a right comes in where only permits count, and nobody stands where there is no place",
        arguments: 1...40)
    func rightAndPlace(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        var scenario = SiteFixtures.scenario
        scenario.access.admits = Bool.random(using: &dice) ? .permittedOnly : .everybody
        scenario.access.capacity = .random(in: 1...6, using: &dice)
        scenario.access.reservedForMembers = .random(in: 0...(scenario.access.capacity ?? 0), using: &dice)
        scenario.alreadyInside = ParkingScenario.AlreadyInside.allCases[Int.random(in: 0..<3, using: &dice)]
        var park = SiteDriver(scenario, seed: seed)
        let permits = Self.rights(&dice)
        park.permit(permits)
        for _ in 0..<150 {
            let plate = SiteFixtures.plate("粤B300\(10 + Int.random(in: 0..<16, using: &dice))")
            let lane = scenario.lanes[Int.random(in: 0..<4, using: &dice)].id
            switch Int.random(in: 0..<20, using: &dice) {
            case 0..<12: park.read(plate, at: lane)
            case 12..<17: park.pass(lane)
            case 17: park.restart(reboot: Bool.random(using: &dice))
            case 18: park.link(isUp: Bool.random(using: &dice))
            default: park.run(seconds: 200)
            }
            park.run(seconds: [0, 1, 4, 30][Int.random(in: 0..<4, using: &dice)])
        }
        replay(park, scenario.access, permits)
    }

    /// Goes through the journal as an auditor would, with the permits in hand.
    private func replay(_ park: SiteDriver, _ rules: GateRules, _ permits: [Plate: [Permit.Grant]]) {
        var inside: [StayID: StayEntry] = [:]
        func grant(_ entry: StayEntry) -> Permit.Grant? { entry.plate.flatMap { permits[$0]?.first } }
        func isMember(_ entry: StayEntry) -> Bool {
            guard let grant = grant(entry), grant.standing(at: entry.entered) == .valid else { return false }
            return grant.kind == .member || grant.kind == .staff
        }
        for record in park.journal {
            switch record {
            case .stayClosed(let stay, _, _): inside[stay] = nil
            case .stayOpened(let entry):
                inside[entry.stay] = entry
                let grant = grant(entry)
                // Of a visit, the hour before and after counts too.
                let holds = grant.map { $0.standing(at: entry.entered) == .valid || $0.kind == .visitor } ?? false
                #expect(grant?.kind != .barred || !holds, "a barred plate came in")
                if rules.admits == .permittedOnly { #expect(holds, "nobody granted it anything") }
                if grant?.kind == .special || isMember(entry) { continue }
                #expect(inside.count <= rules.capacity ?? 0, "there was no place left")
            default: continue
            }
        }
        #expect(!inside.isEmpty || park.count { if case .stayOpened = $0 { true } else { false } } > 0)
    }
}
