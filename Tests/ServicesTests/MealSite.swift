import Purses
import Vocabulary
import Wire

@testable import Services

/// A platform with a canteen of two tills, and pupils with purses.
final class MealSite {
    static let rules = PurseRules(
        id: slug("meals-1"),
        purses: [
            Purse(
                id: slug("meal"), chinese: "餐补", english: "Meal subsidy", kind: .subsidy,
                spendsOn: SpendingRule(merchants: [slug("canteen")], items: [slug("meal")]),
                limits: PurseLimits(period: .init(amount: Fen(600), count: 1), day: .init(amount: Fen(900)))),
            Purse(
                id: slug("cash"), chinese: "充值", english: "Prepaid", kind: .cash,
                limits: PurseLimits(month: .init(amount: Fen(5_000))), minimumBalance: Fen(100)),
            Purse(
                id: slug("account"), chinese: "银行卡", english: "Account", kind: .debit,
                limits: PurseLimits(day: .init(amount: Fen(700))), minimumBalance: Fen(-1_000),
                refundsTo: slug("cash")),
        ])

    let rules: PurseRules
    private(set) var store: PlatformStore
    private var configuration: PlatformConfiguration
    var boxes: [Box]
    /// 20 November 2026, 12:00 in China.
    var time = WallTime(milliseconds: (20_777 * 86_400 + 4 * 3_600) * 1_000)
    private(set) var news: [(DeviceID, Announcement)] = []

    init(
        database: String = ":memory:", rules: PurseRules = MealSite.rules, percent: Int64 = 50,
        mostPerPurse: Int64 = 2_000, mostPerBox: Int64 = 100_000, areRulesKnown: Bool = true
    ) throws {
        self.rules = rules
        boxes = [try Box("till-1"), try Box("till-2", seed: 9)]
        var configuration = PlatformConfiguration(
            database: database, mqtt: .init(host: "127.0.0.1", port: 1883), merchant: slug("school"),
            devices: boxes.map(\.enrolment), contracts: [], tariffs: [.items(slug("menu"))])
        configuration.leases = LeaseLimits(
            mostPerPurse: Fen(mostPerPurse), pursePercent: percent, mostPerPayout: .zero, mostPerBox: Fen(mostPerBox),
            mostSeconds: 3_600, graceSeconds: 600, payouts: [:])
        configuration.canteens = [
            CanteenSettings(
                id: slug("school"), chinese: "食堂", english: "Canteen", devices: boxes.map(\.device),
                merchantClass: slug("canteen"), groups: [slug("pupil")], rules: rules)
        ]
        self.configuration = configuration
        store = try PlatformStore(configuration, at: time, report: { _ in })
        if areRulesKnown { for box in 0...1 { try birth(box, digest: ContentDigest.of(rules.canonical)) } }
        _ = store.takePurseNews()
    }

    func restart() throws { store = try PlatformStore(configuration, at: time, report: { _ in }) }

    /// The platform begins again with other rules; the boxes have them too.
    func restart(rules: PurseRules) throws {
        configuration.canteens = [
            CanteenSettings(
                id: slug("school"), chinese: "食堂", english: "Canteen", devices: boxes.map(\.device),
                merchantClass: slug("canteen"), groups: [slug("pupil")], rules: rules)
        ]
        try restart()
        for box in 0...1 { try birth(box, digest: ContentDigest.of(rules.canonical)) }
        _ = store.takePurseNews()
    }

    var today: CivilDate { rules.day(at: time) }

    func pass(milliseconds: Int64) { time.milliseconds += milliseconds }

    // MARK: - Persons

    static func member(_ name: String = "p1") -> Holder { Holder(.member, slug(name)) }

    func enrol(_ name: String = "p1", guardian: Guardian? = nil, until: WallTime? = nil) throws {
        var row = PersonRow(holder: MealSite.member(name), list: slug("school"), name: "张三", group: slug("pupil"))
        (row.guardian, row.until) = (guardian, until)
        try store.settling(at: time) { () throws(PlatformError) in
            try store.people.put(row, "taken in", by: "Zhao", why: "term", at: time)
        }
    }

    func bring(
        _ amount: Int64, _ purse: String, _ lot: String? = nil, until day: Int64? = nil, to name: String = "p1"
    ) throws {
        numbers += 1
        let reference = lot ?? "top-up-\(numbers)"
        _ = try store.settling(at: time) { () throws(PlatformError) in
            try store.purses.bring(
                Fen(amount), to: MealSite.member(name), slug(purse), lot: lot.map(slug),
                expires: day.map { CivilDate(dayNumber: today.dayNumber + $0) }, reference: slug(reference),
                lot == nil ? .topUp : .issue, on: today, by: "Zhao", at: time)
        }
    }

    func openAccount(_ name: String = "p1") throws {
        try store.settling(at: time) { () throws(PlatformError) in
            try store.purses.openDebit(slug("account"), of: MealSite.member(name))
        }
    }

    private var numbers: UInt64 = 0

    // MARK: - Asking

    static func id(_ number: UInt64) -> LeaseID {
        LeaseID(at: WallTime(milliseconds: 1_795_000_000_000), random: (5, number))
    }

    func charge(
        _ number: UInt64, _ lines: [(item: String, amount: Int64)], _ name: String = "p1", period: String? = "lunch",
        day: CivilDate? = nil
    ) -> Charge {
        let at = WallTime(milliseconds: 1_795_000_000_000)
        return Charge(
            payment: PaymentID(at: at, random: (6, number)), instrument: .contract(MealSite.member(name)),
            lane: slug("till"),
            quote: Quote(
                tariff: slug("menu"), from: at, until: at,
                lines: lines.map { .init(kind: .item, amount: Fen($0.amount), itemClass: slug($0.item)) },
                total: Fen(lines.reduce(0) { $0 + $1.amount })),
            meal: Meal(period: period.map(slug), day: day ?? today))
    }

    func ask(_ request: Request, box: Int = 0) throws -> Response {
        let answer = store.answer([boxes[box].request(request)], at: time)[0]
        news += store.takePurseNews()
        return answer
    }

    func pay(_ charge: Charge, box: Int = 0) throws -> (outcome: PaymentOutcome, receipt: Receipt?) {
        try payment(ask(.charge(charge, code: nil), box: box))
    }

    func query(_ charge: Charge, box: Int = 0) throws -> (outcome: PaymentOutcome, receipt: Receipt?) {
        try payment(ask(.query(charge.payment), box: box))
    }

    func reverse(_ charge: Charge, box: Int = 0) throws -> PaymentOutcome {
        try payment(ask(.reverse(charge.payment), box: box)).outcome
    }

    func refund(_ number: UInt64, of charge: Charge, _ amount: Int64, line: Int? = nil) throws -> RefundOutcome {
        let id = PaymentID(at: WallTime(milliseconds: 1_795_000_000_001), random: (8, number))
        let refund = Refund(
            id: id, payment: charge.payment, amount: Fen(amount), line: line, who: "Li", why: "cold")
        let answer = try ask(.refund(refund))
        guard case .refund(id, let outcome) = answer else { throw Unexpected(response: answer) }
        return outcome
    }

    func lease(_ order: LeaseOrder, box: Int = 0) throws -> LeaseOutcome {
        let answer = try ask(.lease(order), box: box)
        guard case .lease(order.lease, let outcome) = answer else { throw Unexpected(response: answer) }
        return outcome
    }

    /// - Returns: what was lent, or nil.
    func open(_ number: UInt64, _ amount: Int64, _ name: String = "p1", box: Int = 0) throws -> LeaseTerms? {
        let order = LeaseOrder.open(
            MealSite.id(number), .purse(MealSite.member(name)), amount: Fen(amount), seconds: 3_600)
        guard case .granted(let terms) = try lease(order, box: box) else { return nil }
        return terms
    }

    func record(_ events: Record.Event..., box: Int = 0) throws { try ingest(boxes[box].batch(events), box: box) }

    func ingest(_ payload: [UInt8], box: Int) throws {
        _ = try store.ingest(payload, from: boxes[box].device, at: time)
        news += store.takePurseNews()
    }

    func birth(_ box: Int, digest: String?) throws {
        numbers += 1
        let id = UUIDv7(at: time, random: (3, numbers))
        let presence = Presence.online(birth: id, version: "1", epoch: "e1", head: 0, purseRules: digest)
        _ = try store.hear(
            [Incoming(kind: .presence, device: boxes[box].device, payload: presence.payload)], at: time)
    }

    func takeNews() -> [(DeviceID, Announcement)] {
        news += store.takePurseNews()
        defer { news = [] }
        return news
    }

    // MARK: - Looking

    func balance(_ name: String) throws -> Int64 { try store.ledgerReport().balance(of: name)?.count ?? 0 }

    func purse(_ purse: String, _ name: String = "p1") throws -> Int64 {
        try balance("purse:\(MealSite.member(name).text):\(purse)")
    }

    /// What is left in each lot: `meal/nov`, `cash/`.
    func lots(_ name: String = "p1") throws -> [String: Int64] {
        var lots: [String: Int64] = [:]
        for row in try store.purses.table.lotsWithMoney(of: MealSite.member(name)) where row.rest != .zero {
            lots["\(row.purse)/\(row.lot?.text ?? "")", default: 0] += row.rest.count
        }
        return lots
    }

    func used(_ purse: String?, _ name: String = "p1", on occasion: Occasion? = nil) throws -> Used {
        let occasion = occasion ?? Occasion(merchant: slug("canteen"), period: slug("lunch"), day: today)
        return try store.purses.usage(of: MealSite.member(name), on: occasion).used(purse.map(slug), on: occasion)
    }

    func incidents() throws -> [Incident.Code] { try store.ledgerReport().incidents.map(\.code) }

    func isSound() throws -> Bool {
        let report = try store.ledgerReport()
        return report.faults.isEmpty && report.sumOfBooks == .zero && report.purseFaults.isEmpty
    }

    private func payment(_ response: Response) throws -> (outcome: PaymentOutcome, receipt: Receipt?) {
        guard case .payment(_, let outcome, let receipt) = response else { throw Unexpected(response: response) }
        return (outcome, receipt)
    }
}
