internal import Ledger
internal import SQLite
internal import Vocabulary
internal import Wire

/// What has happened at a site and is to be told to its boxes; kept until the transaction is committed.
enum SiteNews: Equatable {
    case tell(DeviceID, Announcement)
    /// Say this to these boxes until each has recorded it.
    case prepaid(Prepayment, [DeviceID])
    /// A box has recorded it.
    case recorded(PaymentID, DeviceID)
    /// Nobody needs to hear of it any more.
    case over(PaymentID)
}

/// Gives every payment on the phone its effect, once, and gives it back where the same minutes are paid otherwise.
///
/// It runs at the end of each transaction that may have moved money, over what that transaction has changed: so a
/// payment and its effect are committed together.
final class PhoneSettlement {
    let orders: PhoneOrderTable
    let permits: PermitRegister
    let stays: StayTable
    let sites: SiteMap
    private let paid: StayPayments
    private let payments: Payments
    private let codes: CodePayments
    private let refunds: Refunds
    private let plans: [Slug: PassPlan]
    /// All of them, but in a test.
    var rules = PrepaymentRules.all
    /// Of the transaction under way, and of those that are committed.
    private var drafts: [SiteNews] = []
    private var news: [SiteNews] = []

    init(
        orders: PhoneOrderTable, permits: PermitRegister, stays: StayTable, sites: SiteMap, payments: Payments,
        codes: CodePayments, refunds: Refunds, plans: [PassPlan]
    ) {
        self.orders = orders
        self.permits = permits
        self.stays = stays
        self.sites = sites
        self.payments = payments
        self.codes = codes
        self.refunds = refunds
        self.plans = Dictionary(plans.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        paid = payments.table.stays
    }

    /// Takes up what the transaction under way has changed.
    func settle(at now: WallTime) throws(PlatformError) {
        // Giving back and closing orders change payments in turn; each of them is settled then, and no more.
        while true {
            let (stays, payments) = paid.takeChanges()
            if stays.isEmpty, payments.isEmpty { return }
            for id in payments { try settle(pass: id, at: now) }
            for stay in stays {
                try settle(stay: stay.id, at: now)
                try compareGates(stay.id, stay.new, at: now)
            }
        }
    }

    func takeNews() -> [SiteNews] {
        defer { news = [] }
        return news
    }

    /// The transaction was committed.
    func committed() {
        news += drafts
        drafts = []
    }

    /// The transaction was not committed.
    func drop() {
        _ = paid.takeChanges()
        drafts = []
    }

    func say(_ item: SiteNews) { drafts.append(item) }

    // MARK: - Stays

    /// What is told of a stay.
    func note(_ row: StayTable.Row) throws(PlatformError) -> StayNote {
        StayNote(
            box: row.device, entry: row.entry, paidThrough: try paid.paidThrough(row.entry.stay),
            prepaid: try prepayments(of: row.entry.stay).last)
    }

    /// Whether minutes of a charge are paid for already: on the phone, or at another box, which the car drove up to and
    /// left without going through.
    func isPrepaid(_ charge: Charge, _ device: DeviceID) throws(PlatformError) -> Bool {
        guard let stay = charge.stay, device != PlatformConfiguration.phone else { return false }
        let prepaid = try rules.contains(.stopsGates) ? prepayments(of: stay).map { ($0.from, $0.through) } : []
        let elsewhere = try paid.paid(for: stay)
            .filter { $0.device != device && $0.device != PlatformConfiguration.phone }.map { ($0.from, $0.until) }
        return (prepaid + elsewhere).contains { $0 < charge.quote.until && charge.quote.from < $1 }
    }

    /// The payments on the phone that stand, the oldest first.
    func prepayments(of stay: StayID) throws(PlatformError) -> [Prepayment] {
        var all: [Prepayment] = []
        for order in try orders.all(of: stay) where order.applied != nil && !order.isGivenBack {
            if let prepayment = try prepayment(order, stay) { all.append(prepayment) }
        }
        return all
    }

    /// Whether a car may leave on what was paid on the phone.
    func isInGrace(_ stay: StayID, at now: WallTime) throws(PlatformError) -> Bool {
        guard let last = try prepayments(of: stay).last, rules.contains(.keepsGraceOnPhone) else { return false }
        return now <= last.leaveBy
    }

    /// What boxes have not recorded yet, after a start.
    func openNotices() throws(PlatformError) -> [SiteNews] {
        var devices: [PaymentID: [DeviceID]] = [:]
        for (payment, device) in try orders.notices() { devices[payment, default: []].append(device) }
        var news: [SiteNews] = []
        for (payment, devices) in devices.sorted(by: { $0.key < $1.key }) {
            guard let order = try orders.find(payment), case .stay(let stay) = order.kind,
                let prepayment = try prepayment(order, stay)
            else { continue }
            news.append(.prepaid(prepayment, devices))
        }
        return news
    }

    /// A box has recorded that it knows.
    func recorded(_ payment: PaymentID, by device: DeviceID) throws(PlatformError) {
        try orders.told(payment, device)
        say(.recorded(payment, device))
    }

    /// A car has left.
    func closed(_ stay: StayID, by device: DeviceID) throws(PlatformError) {
        for other in sites.others(than: device) { say(.tell(other, .stayClosed(stay))) }
        for order in try orders.all(of: stay) { try tellNobody(of: order.payment) }
    }

    private func tellNobody(of payment: PaymentID) throws(PlatformError) {
        guard rules.contains(.stopsTelling) else { return }
        try orders.tellNobody(of: payment)
        say(.over(payment))
    }

    private func prepayment(_ order: PhoneOrder, _ stay: StayID) throws(PlatformError) -> Prepayment? {
        guard let applied = order.applied, let until = order.until, let row = try payments.table.find(order.payment),
            row.amount > .zero, let quote = Payments.read(row.charge)?.quote
        else { return nil }
        return Prepayment(
            stay: stay, payment: order.payment, amount: row.amount, from: quote.from, through: quote.until,
            at: applied, leaveBy: until)
    }

    // MARK: - Effects

    /// A payment on the phone has changed; one for a stay is settled with its stay.
    private func settle(pass id: PaymentID, at now: WallTime) throws(PlatformError) {
        guard var order = try orders.find(id), order.applied == nil, !order.isGivenBack,
            case .pass(let plan, let plate, let months) = order.kind, try isPaid(order)
        else { return }
        guard let plan = plans[plan], let row = try pass(of: plate, plan), let site = sites[order.site],
            let until = PhoneSettlement.end(of: row.grant, with: months, site, at: now),
            try permits.extend(row.number, until: until, by: "phone", why: "\(months) months, payment \(id)", at: now)
        else { return try giveBack(&order, "the pass that it renews was revoked", at: now) }
        (order.applied, order.until) = (now, until)
        try orders.update(order)
    }

    private func isPaid(_ order: PhoneOrder) throws(PlatformError) -> Bool {
        try payments.table.find(order.payment)?.state == .approved
    }

    /// How long a car may take to leave once a quote is paid on the phone, in minutes: what the site says, or else the
    /// tariff, as at the exit.
    func graceMinutes(_ site: SiteSettings, _ quote: Quote) -> Int64 {
        site.graceMinutes ?? payments.quotes.prices.graceMinutes(of: quote.tariff) ?? 0
    }

    /// The end that a pass has with more months: from its end where it still counts, from now where it does not.
    static func end(of grant: Permit.Grant, with months: Int64, _ site: SiteSettings, at now: WallTime) -> WallTime? {
        guard let until = grant.validUntil else { return nil }
        let begin = grant.standing(at: now) == .over ? now : until
        return begin.adding(months: months, utcOffsetMinutes: site.utcOffsetMinutes)
    }

    /// The pass of a plate that a plan renews.
    func pass(of plate: Plate, _ plan: PassPlan) throws(PlatformError) -> PermitRow? {
        try permits.permits(of: Holder(plate: plate)).first {
            $0.grant.kind == .member && $0.site == plan.site && $0.grant.zone == plan.zone
                && $0.grant.validUntil != nil
        }
    }

    /// What is booked for a stay has changed.
    private func settle(stay: StayID, at now: WallTime) throws(PlatformError) {
        let hasLeft = try stays.row(stay)?.isClosed ?? true
        for var order in try orders.all(of: stay) where !order.isGivenBack || !rules.contains(.refundsOnce) {
            if try isPaid(order) {
                let isNew = order.applied == nil
                if isNew, hasLeft, rules.contains(.refusesClosed) {
                    try giveBack(&order, "the car had left when it was paid", at: now)
                    continue
                }
                if isNew || !rules.contains(.appliesOnce) { try apply(&order, at: now) }
                if let other = try paidOtherwise(order, stay), rules.contains(.yieldsToGates) {
                    try giveBack(&order, "the same minutes were paid by \(other)", at: now)
                } else if isNew {
                    try tellAll(of: order, stay)
                }
            } else if try payments.table.find(order.payment)?.state == .asking, rules.contains(.closesOrders),
                try paidOtherwise(order, stay) != nil
            {
                // Whoever still has the page open must not pay for what was paid at the exit.
                _ = try codes.reverse(order.payment, from: PlatformConfiguration.phone, at: now)
            }
        }
    }

    /// Gates that cannot reach the platform do not know of each other: a car that was charged at one, turned back and
    /// left at another has paid twice. Neither payment was made on the phone, so a person gives one of them back.
    private func compareGates(_ stay: StayID, _ new: Set<PaymentID>, at now: WallTime) throws(PlatformError) {
        guard !new.isEmpty, rules.contains(.comparesGates) else { return }
        let gates = try paid.paid(for: stay).filter { $0.device != PlatformConfiguration.phone }
        for one in gates where new.contains(one.payment) {
            guard let other = gates.first(where: { $0.device != one.device && $0.overlaps(one) }) else { continue }
            try payments.incidents.note(
                .stayPaidTwice, one.device, subject: one.payment.description,
                "the same minutes were paid or owed at \(other.device) by \(other.payment): give one of them back",
                at: now)
        }
    }

    private func apply(_ order: inout PhoneOrder, at now: WallTime) throws(PlatformError) {
        order.applied = now
        let quote = try quote(of: order)
        let begin = rules.contains(.countsGraceFromPayment) ? now : quote?.until ?? now
        let grace = sites[order.site].flatMap { site in quote.map { graceMinutes(site, $0) } } ?? 0
        order.until = WallTime(milliseconds: begin.milliseconds + grace * 60_000)
        try orders.update(order)
    }

    private func tellAll(of order: PhoneOrder, _ stay: StayID) throws(PlatformError) {
        guard let prepayment = try prepayment(order, stay) else { return }
        let devices = sites[order.site]?.devices ?? []
        if rules.contains(.keepsTelling) {
            for device in devices { try orders.tell(order.payment, device) }
        }
        say(.prepaid(prepayment, devices))
    }

    /// Another payment, or a debt, that covers minutes of an order. It stands, and the order does not: only a gate
    /// makes one, for a new order for a stay is made when the one before is closed.
    private func paidOtherwise(_ order: PhoneOrder, _ stay: StayID) throws(PlatformError) -> PaymentID? {
        guard let quote = try quote(of: order) else { return nil }
        let mine = StayPayments.Paid(
            payment: order.payment, device: PlatformConfiguration.phone, from: quote.from, until: quote.until)
        return try paid.paid(for: stay).first { $0.payment != order.payment && $0.overlaps(mine) }?.payment
    }

    private func quote(of order: PhoneOrder) throws(PlatformError) -> Quote? {
        Payments.read(try payments.table.find(order.payment)?.charge)?.quote
    }

    private func giveBack(_ order: inout PhoneOrder, _ why: String, at now: WallTime) throws(PlatformError) {
        order.isGivenBack = true
        try orders.update(order)
        if rules.contains(.freesMinutes) { try paid.givenBack(order.payment) }
        try tellNobody(of: order.payment)
        guard let row = try payments.table.find(order.payment) else { return }
        try payments.incidents.note(
            .stayPaidTwice, row.device, subject: order.payment.description,
            "\(why); \(row.amount) that was paid on the phone is given back", at: now)
        guard rules.contains(.refunds) else { return }
        _ = try refunds.refund(
            Refund(
                id: PhoneSettlement.refund(of: order.payment), payment: order.payment, amount: row.amount,
                who: "platform", why: why),
            from: PlatformConfiguration.phone, at: now)
    }

    /// The one refund that the platform itself may make of a payment on the phone: always the same id, so that it is
    /// made once. Payments on the phone have an even id.
    static func refund(of payment: PaymentID) -> PaymentID {
        var bytes = payment.bytes
        bytes[15] |= 1
        guard let id = PaymentID(bytes: bytes) else { preconditionFailure("the last bit is no part of the version") }
        return id
    }

    /// The id of a new payment on the phone.
    static func newPayment(at now: WallTime, dice: (UInt64, UInt64)) -> PaymentID {
        PaymentID(at: now, random: (dice.0, dice.1 & ~1))
    }
}
