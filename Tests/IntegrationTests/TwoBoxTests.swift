import Host
import JSONText
import Parking
import ParkingDay
import Services
import StandIns
import Testing
import Vocabulary
import Wire

@testable import ParkingDemo

/// One car park of two boxes on real processes: what one of them sees the other acts on, through the platform, and
/// through what each knows when that is away.
@Suite("Two boxes, a platform and phones on real processes", .serialized)
struct TwoBoxTests {
    private static let plate = "苏B20001"

    // MARK: - Paid on the phone

    @Test("a car that came in at one box and was paid for on the phone leaves at the other, and pays no more")
    func prepaid() throws {
        let park = try TwoBoxRig()
        try park.enter(Self.plate)
        park.setClock(10, 28)
        let paid = try park.stage.payOrder(Self.plate)
        #expect(paid.amount == Fen(1_100))
        for box in park.rig.day.boxes {
            try park.rig.wait("\(box) knows that the stay is prepaid") {
                try park.stage.records(box).contains {
                    if case .stayPrepaid(_, paid.order) = $0 { true } else { false }
                }
            }
        }
        // The 162nd minute costs 2.00 yuan more, and is within the grace of 15 minutes.
        park.setClock(10, 42)
        try park.leave(Self.plate)
        let report = try park.finish()
        #expect(try park.reasonsToLetOut(TwoBoxRig.exitBox) == ["prepaid"])
        let (here, there) = (
            try park.stage.records(TwoBoxRig.entryBox), try park.stage.records(TwoBoxRig.exitBox)
        )
        #expect(here.map(\.kind).filter { $0.hasPrefix("stay") } == ["stayOpened", "stayPrepaid"])
        #expect(there.map(\.kind).filter { $0.hasPrefix("stay") } == ["stayPrepaid", "stayClosed"])
        #expect((here + there).allSatisfy { if case .payment = $0 { false } else { true } })
        #expect(report.payments.map(\.count) == [1] && report.payments("approved").sum == Fen(1_100))
        #expect(report.balance(of: "merchant:parking") == Fen(1_100))
        #expect(try park.networkOwes() == Fen(1_100))
        #expect(report.incidents.isEmpty, "\(report.incidents)")
    }

    @Test("who takes longer than the grace pays for the time since the phone, by the contract, at the other box")
    func prepaidTooLong() throws {
        let park = try TwoBoxRig(contracts: [Self.plate])
        try park.enter(Self.plate)
        park.setClock(10, 28)
        let paid = try park.stage.payOrder(Self.plate)
        park.setClock(10, 44)
        try park.leave(Self.plate)
        let report = try park.finish()
        let charge = try #require(try park.charges(TwoBoxRig.exitBox, .approved).first)
        #expect(charge.quote.total == Fen(200) && charge.quote.from > charge.quote.began)
        #expect(try park.stage.state(of: paid.order) == "paid")
        #expect(report.payments("approved").count == 2 && report.payments("approved").sum == Fen(1_300))
        #expect(try park.networkOwes() == Fen(1_100))
        #expect(report.incidents.isEmpty, "\(report.incidents)")
    }

    @Test("a box that is cut off charges a car that was paid for on the phone; then the phone's payment is given back")
    func paidTwice() throws {
        let park = try TwoBoxRig(contracts: [Self.plate])
        try park.enter(Self.plate)
        try park.wait(until: TwoBoxRig.exitBox, knowsOf: Self.plate)
        try park.stage.setNetwork(TwoBoxRig.exitBox, isCut: true)
        park.setClock(10, 10)
        let paid = try park.stage.payOrder(Self.plate)
        #expect(paid.amount == Fen(1_100))
        #expect(try park.networkOwes() == Fen(1_100))
        park.setClock(10, 20)
        try park.leave(Self.plate)
        let promised = try park.charges(TwoBoxRig.exitBox, .acceptedOffline)
        #expect(promised.map(\.quote.total) == [Fen(1_100)])
        try park.stage.setNetwork(TwoBoxRig.exitBox, isCut: false)
        try park.rig.wait("the phone's payment is given back") { try park.stage.state(of: paid.order) == "givenBack" }
        try park.rig.wait("the network has given it back") { try park.networkOwes() == .zero }
        let report = try park.finish()
        #expect(report.incidents.map(\.code) == [.stayPaidTwice], "\(report.incidents)")
        #expect(report.balance(of: "merchant:parking") == Fen(1_100))
        #expect(report.balance(of: "acquirer:shownCode") == .zero)
        #expect(report.balance(of: "contract:scene-0") == Fen(100_000 - 1_100))
    }

    // MARK: - The platform is away

    @Test("an exit that is cut off charges a contract from the entry at the other box, of which it had heard")
    func knownAndCutOff() throws {
        let park = try TwoBoxRig(contracts: [Self.plate])
        try park.enter(Self.plate)
        try park.wait(until: TwoBoxRig.exitBox, knowsOf: Self.plate)
        try park.stage.setNetwork(TwoBoxRig.exitBox, isCut: true)
        park.setClock(10, 10)
        try park.leave(Self.plate)
        let promised = try #require(try park.charges(TwoBoxRig.exitBox, .acceptedOffline).first)
        let entered = try #require(try park.stay(Self.plate, at: TwoBoxRig.entryBox)?.entered)
        #expect(promised.quote.total == Fen(1_100) && promised.quote.began == entered)
        // The other box and the platform do not know yet.
        #expect(try park.stage.due(Self.plate) == Fen(1_100))
        try park.stage.setNetwork(TwoBoxRig.exitBox, isCut: false)
        let report = try park.finish()
        #expect(report.payments.map(\.count) == [1] && report.payments("approved").sum == Fen(1_100))
        #expect(try park.stage.due(Self.plate) == nil)
        #expect(report.incidents.isEmpty, "\(report.incidents)")
    }

    @Test("an exit that is cut off holds a car of which it never heard, and lets it go when it hears of it")
    func unknownAndCutOff() throws {
        let park = try TwoBoxRig(contracts: [Self.plate])
        try park.stage.setNetwork(TwoBoxRig.exitBox, isCut: true)
        try park.enter(Self.plate)
        park.setClock(10, 10)
        try park.stage.read(Self.plate, at: TwoBoxRig.exit)
        try waitUntilHeld(park)
        try park.stage.setNetwork(TwoBoxRig.exitBox, isCut: false)
        try park.goThrough(TwoBoxRig.exit)
        try checkChargedOnce(park)
    }

    @Test("while the platform is away an exit holds a car of which it never heard; it goes when the platform is back")
    func platformAway() throws {
        let park = try TwoBoxRig(contracts: [Self.plate])
        park.rig.killPlatform()
        try park.enter(Self.plate)
        park.setClock(10, 10)
        try park.stage.read(Self.plate, at: TwoBoxRig.exit)
        try waitUntilHeld(park)
        try park.rig.startPlatform()
        try park.goThrough(TwoBoxRig.exit)
        try checkChargedOnce(park)
    }

    @Test("a car that an attendant waved through at an exit that was cut off is inside no more once its entry is known")
    func wavedThrough() throws {
        let park = try TwoBoxRig()
        try park.stage.setNetwork(TwoBoxRig.exitBox, isCut: true)
        try park.enter(Self.plate)
        park.setClock(10, 10)
        try park.stage.read(Self.plate, at: TwoBoxRig.exit)
        try waitUntilHeld(park)
        try park.stage.waive(TwoBoxRig.exit)
        try park.goThrough(TwoBoxRig.exit)
        #expect(try park.stage.due(Self.plate) == Fen(1_100))
        // That it left is not forgotten.
        try park.rig.cutPower(TwoBoxRig.exitBox)
        try park.stage.setNetwork(TwoBoxRig.exitBox, isCut: false)
        let report = try park.finish()
        #expect(try park.reasonsToLetOut(TwoBoxRig.exitBox) == ["waived"])
        #expect(try park.stage.due(Self.plate) == nil)
        #expect(report.payments.isEmpty && report.incidents.isEmpty, "\(report)")
    }

    private func waitUntilHeld(_ park: TwoBoxRig) throws {
        try park.rig.wait("the sign says why") { try park.stage.sign(TwoBoxRig.exit).contains("No entry record") }
        #expect(try park.rig.member(TwoBoxRig.exitBox).world?.raises(of: "exit-1") == 0)
        try park.rig.wait("it is on record") {
            try park.stage.records(TwoBoxRig.exitBox).contains {
                if case .decision(_, _, _, nil, .hold, "noEntryRecord") = $0 { true } else { false }
            }
        }
    }

    private func checkChargedOnce(_ park: TwoBoxRig, location: SourceLocation = #_sourceLocation) throws {
        let report = try park.finish()
        let charges = try park.charges(TwoBoxRig.exitBox, .approved)
        #expect(charges.map(\.quote.total) == [Fen(1_100)], sourceLocation: location)
        #expect(report.payments.map(\.count) == [1], "\(report.payments)", sourceLocation: location)
        #expect(report.payments("approved").sum == Fen(1_100), sourceLocation: location)
        #expect(report.incidents.isEmpty, "\(report.incidents)", sourceLocation: location)
    }
}
