import JSONText
import Parking
import Services
import Tariffs
import Testing
import Vocabulary
import Wire

/// What is asked on the phone is what the exit would ask.
@Suite("Prices on the phone")
struct PhonePriceTests {
    private let plate = Site.rich

    /// A car that has been inside for 65 minutes: 7.00 yuan by the tariff of its entry.
    private func parked(vehicle: VehicleClass = .small) throws -> CarPark {
        let park = try CarPark()
        var entry = park.entry(plate)
        entry.vehicle = vehicle
        try park.record(.stayOpened(entry))
        park.wait(minutes: 65)
        return park
    }

    private func permit(_ kind: Permit.Grant.Kind, zone: String? = nil) throws -> PermitSetting {
        PermitSetting(holder: Holder(plate: plate), grant: .init(kind: kind, zone: try zone.map(Slug.init)))
    }

    @Test(
        "a tariff that comes into force while the car is inside binds it if the car park's book says so",
        arguments: [(TariffBook.Binding.entry, Int64(700)), (.exit, 1_400)])
    func bound(boundAt: TariffBook.Binding, fen: Int64) throws {
        let park = try parked()
        var next = Tariff(
            id: try Slug("city-2027"), freeMinutes: 15, firstPeriodMinutes: 60, firstPeriodPrice: Fen(1_000),
            unitMinutes: 30, unitPrice: Fen(400), capPer24Hours: Fen(8_000))
        next.validFrom = WallTime(milliseconds: Site.time.milliseconds + 30 * CarPark.minute)
        let book = TariffBook([CarPark.prices, next], boundAt: boundAt)
        try park.restart {
            $0.tariffs.append(.parking(next))
            $0.sites[0].tariffs = book
        }
        let due = try #require(try park.due(.plate(plate)))
        #expect(due.quote.total == Fen(fen))
        let tariff = book.version(began: CarPark.tariff, entered: due.entered, at: park.time)
        #expect(due.quote.tariff == tariff.id)
        // It can be paid, and the books take it.
        try park.prepay(.plate(plate))
        #expect(try park.balance("merchant:city") == fen)
        #expect(try park.incidents() == [])
    }

    @Test(
        "a driver who pays on the phone has the tariff's minutes to leave, unless the car park gives others",
        arguments: [(Int64?.none, Int64(20)), (30, 30)])
    func grace(ofSite: Int64?, minutes: Int64) throws {
        let park = try parked()
        try park.restart {
            var tariff = CarPark.prices
            tariff.graceAfterPayment = .seconds(20 * 60)
            $0.tariffs = [.parking(tariff)]
            $0.sites[0].graceMinutes = ofSite
        }
        #expect(try park.due(.plate(plate))?.graceMinutes == minutes)
        let payment = try park.prepay(.plate(plate))
        let prepaid = try #require(try park.find(.plate(plate))?.prepaid)
        #expect(prepaid.leaveBy.milliseconds - prepaid.at.milliseconds == minutes * CarPark.minute)
        guard case .order(let order) = park.phone(.order(payment)) else { throw Unexpected(response: nil) }
        #expect(order.graceMinutes == minutes)
        // To the millisecond: until then nothing more is due.
        park.time = WallTime(milliseconds: prepaid.leaveBy.milliseconds - 2)
        #expect(try park.due(.plate(plate)) == nil)
        park.wait(minutes: 30)
        #expect(try park.due(.plate(plate)) != nil)
    }

    @Test(
        "a pass of a zone that the tariff does not know changes no price, as at the exit; one that it knows does",
        arguments: [("a", Int64?.none), ("b", 350), ("elsewhere", 700)])
    func zones(zone: String, fen: Int64?) throws {
        let park = try parked()
        try park.restart(permits: [permit(.member, zone: zone)]) {
            var tariff = CarPark.prices
            tariff.passes = [try Slug("a"): .free, try Slug("b"): .discount(percent: 50, of: nil)]
            $0.tariffs = [.parking(tariff)]
        }
        #expect(try park.due(.plate(plate))?.quote.total.count == fen)
    }

    @Test(
        "who pays nothing at the exit is asked for nothing on the phone, by the scenario's own rules",
        arguments: [
            (Permit.Grant.Kind.member, GateRules.Prices(), true), (.member, GateRules.Prices(member: .tariff), false),
            (.staff, GateRules.Prices(staff: .tariff), false), (.visitor, GateRules.Prices(), false),
            (.visitor, GateRules.Prices(visitor: .free), true),
        ])
    func prices(kind: Permit.Grant.Kind, prices: GateRules.Prices, isFree: Bool) throws {
        let park = try parked()
        try park.restart(permits: [permit(kind)]) { $0.sites[0].access.prices = prices }
        #expect((try park.due(.plate(plate)) == nil) == isFree)
    }

    @Test(
        "a car that came in while the clock was wrong pays at the exit, and on the phone once a person has said when",
        arguments: [
            (0, true, false), (0, false, true), (-100 * 86_400_000, true, true), (3_600_000, true, true),
            (-1_750_000_000_000, true, true),
        ] as [(Int64, Bool, Bool)])
    func wrongClock(milliseconds: Int64, isSynchronised: Bool, isRefused: Bool) throws {
        let park = try CarPark()
        var entry = park.entry(plate)
        let came = entry.entered
        entry.entered = WallTime(milliseconds: came.milliseconds + milliseconds)
        entry.isSynchronised = isSynchronised
        try park.record(.stayOpened(entry))
        park.wait(minutes: milliseconds > 0 ? 1 : 65)
        func asked() -> [PhoneAnswer] {
            [
                park.phone(.stay(site: CarPark.site, .plate(plate))),
                park.phone(.payStay(site: CarPark.site, .plate(plate), amount: Fen(700), key: "k1")),
            ]
        }
        if isRefused { #expect(asked() == [.refused(.payAtExit), .refused(.payAtExit)]) }
        try park.record(
            .deskAct(
                DeskAct(
                    .entryTimeSet, lane: entry.lane, DeskAct.Car(stay: entry.stay), entered: came, who: "Zhao",
                    why: "clock")))
        if milliseconds > 0 { park.wait(minutes: 64) }
        #expect(try park.due(.plate(plate))?.quote.total == Fen(700))
    }

    @Test("an ambulance is asked for nothing", arguments: [(VehicleClass.special, true), (.large, false)])
    func special(vehicle: VehicleClass, isFree: Bool) throws {
        #expect((try parked(vehicle: vehicle).due(.plate(plate)) == nil) == isFree)
    }

    @Test(
        "a car park's tariffs are those of the file, one since ever and each from another time",
        arguments: [
            ("tariffBoundAt: \"exit\", tariffs: [\"one\", \"two\"]", 0), ("tariffs: [\"one\"]", 0),
            ("tariffBoundAt: \"exit\"", 1), ("tariffs: [\"three\"]", 1), ("tariffs: [\"desk\"]", 1),
            ("tariffs: [\"two\"]", 1), ("tariffs: [\"one\", \"one\"]", 1),
            ("access: { prices: { member: \"half\" } }", 1),
            ("access: { prices: { member: \"tariff\" } }", 0),
        ])
    func file(members: String, faults: Int) {
        let prices =
            "freeMinutes: 15, firstPeriod: { minutes: 60, price: 500 }, unitPeriod: { minutes: 30, price: 200 }"
        let text = """
            {
              kind: "platform", database: "p.db", mqtt: { port: 1883 }, merchant: "city", contracts: [], devices: [
                { id: "gate-1", publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a" },
              ],
              sites: [{ id: "city", chinese: "市", english: "City", devices: ["gate-1"], \(members) }],
              tariffs: [
                { id: "one", \(prices), capPer24Hours: 4000 },
                { id: "two", validFrom: "2026-07-01", \(prices), capPer24Hours: 4000 },
                { id: "desk", kind: "items" },
              ],
            }
            """
        do throws(Findings) {
            let configuration = try PlatformConfiguration.read(Array(text.utf8), file: "platform.json5")
            #expect(faults == 0)
            #expect(
                (configuration.sites[0].tariffs?.versions.count ?? 0) == (members.contains("two") ? 2 : 1)
                    || members.hasPrefix("access"))
        } catch {
            #expect(error.list.count == faults, "\(error)")
        }
    }
}
