import Payments
import Tariffs
import Testing
import Vocabulary
import Wire

@testable import Parking

private func id(_ number: UInt64) -> UUIDv7 { BarrierFixtures.transit(number) }
private let car = SiteFixtures.plate("粤B12346")

private func charge() throws -> Charge {
    Charge(
        payment: id(7), plate: car, stay: id(1), lane: SiteFixtures.exit,
        quote: try SiteFixtures.tariff.quote(from: WallTime(milliseconds: 1_000), duration: .seconds(30 * 3_600)))
}

private func stay(_ progress: Stay.Payment.Progress?, paidThrough: Int64? = nil) throws -> Stay {
    var stay = Stay(
        id: id(1), plate: car, entered: WallTime(milliseconds: 1_000), tariff: SiteFixtures.tariff.id,
        enteredUptime: Uptime(milliseconds: 2_000),
        boot: "boot \"1\"\n", paidThrough: paidThrough.map { WallTime(milliseconds: $0) })
    if let progress {
        stay.payment = Stay.Payment(
            charge: try charge(), progress: progress, at: WallTime(milliseconds: 5_000),
            atUptime: Uptime(milliseconds: 6_000), boot: "boot-2")
    }
    return stay
}

@Suite("What a box keeps of a stay")
struct StayStateTests {
    @Test("is read back as it was", arguments: [nil, .underWay, .settled] as [Stay.Payment.Progress?])
    func roundTrip(progress: Stay.Payment.Progress?) throws {
        for through in [nil, 108_001_000] as [Int64?] {
            let kept = try stay(progress, paidThrough: through)
            #expect(Stay(stateValue: kept.stateValue) == kept)
        }
    }

    @Test("cut off anywhere, or with a byte changed, it is refused or still a stay, and never a crash")
    func mutations() throws {
        let bytes = try stay(.settled, paidThrough: 5).stateValue
        for end in 0..<bytes.count { #expect(Stay(stateValue: Array(bytes[..<end])) == nil) }
        var dice = SeededGenerator(seed: 5)
        let now = ClockReading(
            uptime: Uptime(milliseconds: 9_000), wall: WallTime(milliseconds: 9_000), isSynchronised: true)
        for _ in 0..<3_000 {
            var changed = bytes
            changed[Int.random(in: 0..<bytes.count, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
            guard let read = Stay(stateValue: changed) else { continue }
            #expect(read.duration(at: now, boot: "boot-2").nanoseconds <= 9_000_000_000)
        }
    }

    @Test("times that no clock shows are refused, or count as none", arguments: [Int64.min, -1, .max])
    func absurdTimes(value: Int64) throws {
        var absurd = try stay(.settled, paidThrough: value)
        absurd.entered = WallTime(milliseconds: value)
        absurd.payment?.at = WallTime(milliseconds: value)
        let read = try #require(Stay(stateValue: absurd.stateValue))
        let now = ClockReading(
            uptime: Uptime(milliseconds: 1), wall: WallTime(milliseconds: 1_750_000_000_000), isSynchronised: true)
        #expect(read.duration(at: now, boot: "other") >= .seconds(0))
        #expect(try #require(read.payment).age(at: now, boot: "other") >= .seconds(0))
        #expect(read.paidFor >= .seconds(0))
        absurd.enteredUptime = Uptime(nanoseconds: value)
        #expect((Stay(stateValue: absurd.stateValue) == nil) == (value < 0))
    }
}

@Suite("What a box finds when it starts")
struct RecoveryTests {
    private let contract = Contract(holder: Holder(plate: car), offlineLimit: Fen(5_000))
    private let denial = Denial(holder: Holder(plate: car), owed: Fen(700), debts: [])

    private let now = ClockReading(
        uptime: Uptime(milliseconds: 1), wall: WallTime(milliseconds: 1_750_000_000_000), isSynchronised: true)

    private func lists(_ recovered: ParkingSite.Recovered) throws -> ListCopies { try #require(recovered.lists) }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("stays, contracts, reversals and promises come back")
    func everything() throws {
        let (recovered, lost) = ParkingRecovery.recover(
            [
                Stay.stateKind: [(car.text, try stay(.underWay).stateValue)],
                ListBook<Contract>.stateKind: [(contract.holder.text, contract.canonical)],
                ListBook<Contract>.versionKind: [("current", bytes("12"))],
                ListBook<Denial>.stateKind: [(denial.holder.text, denial.canonical)],
                ListBook<Denial>.versionKind: [("current", bytes("13"))],
                ListCopies.contactKind: [("last", bytes("1700000000000"))],
                ParkingSite.reversalKind: [(id(7).description, try charge().canonical)],
                ParkingSite.promiseKind: [(id(7).description, try charge().canonical)],
            ], at: now)
        #expect(lost.isEmpty)
        #expect(recovered.stays == [try stay(.underWay)])
        #expect(try lists(recovered).contracts.version == 12 && lists(recovered).contracts[contract.holder] == contract)
        #expect(try lists(recovered).denials.version == 13 && lists(recovered).denials[denial.holder] == denial)
        #expect(try lists(recovered).withoutContact(at: now) == .seconds(50_000_000))
        let charge = try charge()
        #expect(recovered.reversals == [charge] && recovered.promises == [charge])
    }

    @Test("garbage is reported, with no plate in the report, and ignored", arguments: ParkingRecovery.kinds)
    func garbage(kind: String) throws {
        for value in ["", "{}", "null", "粤B12346", "[1,2", "-1e9"] {
            let (recovered, lost) = ParkingRecovery.recover([kind: [("not a key", bytes(value))]], at: now)
            #expect(lost.count == 1)
            #expect(lost.allSatisfy { $0.contains(kind) && !$0.contains("粤") })
            #expect(recovered.stays.isEmpty && recovered.reversals.isEmpty && recovered.promises.isEmpty)
            #expect(try lists(recovered).contracts.count == 0 && lists(recovered).contracts.version == 0)
        }
    }

    @Test("a list of contracts with an unreadable entry is in use, but is fetched again")
    func listWithHole() throws {
        let (recovered, lost) = ParkingRecovery.recover(
            [
                ListBook<Contract>.stateKind: [
                    (contract.holder.text, contract.canonical), ("plate:粤B99999", bytes("five")),
                ],
                ListBook<Contract>.versionKind: [("current", bytes("12"))],
            ], at: now)
        #expect(lost.count == 1)
        #expect(try lists(recovered).contracts.count == 1)
        #expect(try lists(recovered).contracts.version == 0)
    }

    @Test("a journal that keeps nothing is an empty car park")
    func nothing() throws {
        let (recovered, lost) = ParkingRecovery.recover([:], at: now)
        #expect(lost.isEmpty && recovered.stays.isEmpty)
        #expect(try lists(recovered).contracts.version == 0)
    }
}
