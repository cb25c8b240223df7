import Acquiring
import Payments
import Services
import Tariffs
import TestParts
import Vocabulary
import Wire

/// A platform with one car park of two boxes (gate-1, gate-2), another of one (gate-3), and a sandbox network: what
/// runs between them can be lost.
final class CarPark: NetworkedSite {
    static let tariff = try! Slug("city-2026"), site = try! Slug("city"), pass = try! Slug("city-monthly")
    static let minute: Int64 = 60_000
    static let prices = Tariff(
        id: tariff, freeMinutes: 15, firstPeriodMinutes: 60, firstPeriodPrice: Fen(500), unitMinutes: 30,
        unitPrice: Fen(200), capPer24Hours: Fen(4_000))
    let folder = TestFolder(inMemory: true)
    let book: SandboxBook
    private(set) var store: PlatformStore
    var gate1: Box, gate2: Box, gate3: Box
    var box: Box { gate1 }
    var time = Site.time
    var tasks: [AcquirerTask] = []
    var permits: [PermitSetting] = []

    init() throws {
        (gate1, gate2, gate3) = (try Box(), try Box("gate-2", seed: 9), try Box("gate-3", seed: 11))
        book = try SandboxBook(path: ":memory:")
        store = try PlatformStore(
            CarPark.configuration(folder.file("p.db"), [gate1, gate2, gate3], []), at: time
        ) { _ in }
    }

    /// The platform's process ends and begins again; what is on its way is lost.
    /// - Parameter change: what its file says otherwise from then on.
    func restart(permits: [PermitSetting]? = nil, _ change: (inout PlatformConfiguration) throws -> Void = { _ in })
        throws
    {
        if let permits { self.permits = permits }
        tasks = []
        var configuration = try CarPark.configuration(folder.file("p.db"), [gate1, gate2, gate3], self.permits)
        try change(&configuration)
        store = try PlatformStore(configuration, at: time) { _ in }
    }

    static func configuration(
        _ path: String, _ boxes: [Box], _ permits: [PermitSetting]
    ) throws -> PlatformConfiguration {
        var configuration = try Site.configuration(path, boxes)
        configuration.tariffs = [
            .parking(prices)
        ]
        configuration.sites = [
            SiteSettings(
                id: site, chinese: "市中心停车场", english: "City car park",
                devices: [try DeviceID("gate-1"), try DeviceID("gate-2")]),
            SiteSettings(id: try Slug("hill"), chinese: "山", english: "Hill", devices: [try DeviceID("gate-3")]),
        ]
        configuration.passes = [
            PassPlan(
                id: pass, site: site, zone: try Slug("a"), chinese: "月卡", english: "Monthly pass", price: Fen(30_000),
                months: [1, 3, 12])
        ]
        configuration.permits = permits
        configuration.acquirers = [
            AcquirerSettings(
                name: try Slug("sandbox"), schemes: [.weChat, .alipay], takesShownCodes: true, book: "unused")
        ]
        return configuration
    }

    // MARK: - Boxes

    func find(_ key: StayKey, from box: Box? = nil) throws -> StayNote? {
        let response = try ask(.findStay(key), from: box)
        guard case .stay(let note) = response else { throw Unexpected(response: response) }
        return note
    }

    func charge(_ charge: Charge, from box: Box? = nil) throws -> PaymentOutcome {
        let response = try ask(.charge(charge, code: nil), from: box)
        guard case .payment(_, let outcome, _) = response else { throw Unexpected(response: response) }
        return outcome
    }

    func record(_ events: Record.Event..., by box: WritableKeyPath<CarPark, Box> = \.gate1) throws {
        time.milliseconds += 1
        var park = self
        let payload = park[keyPath: box].batch(events)
        _ = try store.ingest(payload, from: self[keyPath: box].device, at: time)
        tasks += store.takeTasks()
    }

    /// A car comes in now.
    @discardableResult
    func enter(_ plate: Plate?, _ number: UInt64 = 1, by box: WritableKeyPath<CarPark, Box> = \.gate1) throws -> StayID
    {
        let entry = entry(plate, number)
        try record(.stayOpened(entry), by: box)
        return entry.stay
    }

    func entry(_ plate: Plate?, _ number: UInt64 = 1) -> StayEntry {
        StayEntry(
            stay: StayID(at: time, random: (5, number)), plate: plate, tariff: CarPark.tariff,
            lane: try! LaneID("entry-1"), entered: time)
    }

    func leave(_ stay: StayID, by box: WritableKeyPath<CarPark, Box> = \.gate1) throws {
        try record(.stayClosed(stay: stay, lane: try LaneID("exit-1"), transit: stay), by: box)
    }

    /// What a box would charge at the exit now.
    func exitCharge(
        _ stay: StayID, _ plate: Plate, entered: WallTime, from paid: WallTime? = nil, number: UInt64 = 1
    ) throws -> Charge {
        let tariff = CarPark.prices
        let whole = Uptime.Span.milliseconds(time.milliseconds - entered.milliseconds)
        let quote =
            if let paid {
                try tariff.quote(
                    from: entered, duration: whole,
                    paidFor: .milliseconds(paid.milliseconds - entered.milliseconds))
            } else { try tariff.quote(from: entered, duration: whole) }
        return Charge(
            payment: PaymentID(at: time, random: (6, number)), plate: plate, stay: stay, lane: try LaneID("exit-1"),
            quote: quote)
    }

    // MARK: - Phones

    func phone(_ question: PhoneQuestion) -> PhoneAnswer {
        time.milliseconds += 1
        let answer = store.answer(question, at: time)
        tasks += store.takeTasks()
        return answer
    }

    func due(_ key: StayKey) throws -> PhoneStay? {
        switch phone(.stay(site: CarPark.site, key)) {
        case .due(let stay): stay
        case .nothingDue: nil
        case let other: throw UnexpectedAnswer(answer: other)
        }
    }

    /// Somebody orders what is due.
    func order(_ key: StayKey, once: String = "k1") throws -> PhoneOrderView {
        let amount = try due(key)?.quote.total ?? .zero
        return try view(phone(.payStay(site: CarPark.site, key, amount: amount, key: once)))
    }

    func view(_ answer: PhoneAnswer) throws -> PhoneOrderView {
        guard case .order(let view) = answer else { throw UnexpectedAnswer(answer: answer) }
        return view
    }

    func look(_ payment: PaymentID) throws -> PhoneOrderView.State { try view(phone(.order(payment))).state }

    /// Somebody orders what is due and pays it.
    @discardableResult
    func prepay(_ key: StayKey, once: String = "k1") throws -> PaymentID {
        let order = try order(key, once: once)
        try run()
        _ = try book.pay(order.payment)
        try pass(6_000)
        return order.payment
    }

    /// Lets time pass in which nothing is open.
    func wait(minutes: Int64) { time.milliseconds += minutes * CarPark.minute }
}

struct UnexpectedAnswer: Error { let answer: PhoneAnswer }
