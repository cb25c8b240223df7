internal import Parking
internal import Payments
internal import SQLite
public import Vocabulary
public import Wire

/// What phones ask of the platform.
extension PlatformStore {
    /// How long an order is offered to a second person who wants to pay for the same stay, in milliseconds. After that
    /// it is closed and a new one is made.
    static let orderOffered: Int64 = 60_000

    /// Answers one phone; durable when it returns. It never throws: if the store fails, the phone is to come again.
    public func answer(_ question: PhoneQuestion, at now: WallTime) -> PhoneAnswer {
        do throws(PlatformError) {
            return try settling(at: now) { () throws(PlatformError) in try decide(question, at: now) }
        } catch { return .refused(.busy) }
    }

    /// What has happened at sites since the last call, in committed transactions.
    func takeSiteNews() -> [SiteNews] { cars.phone.takeNews() }

    /// What boxes are to be told once, since the last call; for whoever runs a store without phones.
    public func takeAnnouncements() -> [(DeviceID, Announcement)] {
        takeSiteNews().compactMap { if case .tell(let device, let word) = $0 { (device, word) } else { nil } }
    }

    /// What boxes have not recorded yet, after a start.
    func openSiteNews() throws(PlatformError) -> [SiteNews] { try cars.phone.openNotices() }

    /// The versions of the sites' lists of permits, which also other processes change.
    func permitVersions() throws(PlatformError) -> [Slug: Int64] { try cars.phone.permits.versions() }

    private func decide(_ question: PhoneQuestion, at now: WallTime) throws(PlatformError) -> PhoneAnswer {
        if case .order(let payment) = question {
            guard let order = try cars.phone.orders.find(payment) else { return .refused(.noSuchOrder) }
            // Whoever looks at the page wants to know: the network is asked, at most once a second.
            _ = try codes.query(payment, from: PlatformConfiguration.phone, at: now)
            try cars.phone.settle(at: now)
            return try view(try cars.phone.orders.find(payment) ?? order)
        }
        guard let id = question.site, let site = cars.sites[id] else { return .refused(.noSuchSite) }
        switch question {
        case .site, .order: return .site(PhoneSite(site, passes))
        case .stay(_, let key):
            switch try due(key, site, at: now) {
            case .nothing: return .nothingDue(PhoneSite(site, passes))
            case .atExit: return .refused(.payAtExit)
            case .stay(_, _, let stay): return .due(stay)
            }
        case .payStay(_, let key, let amount, let once):
            if let order = try cars.phone.orders.find(key: once) { return try again(order, of: .stay, site) }
            return try payStay(key, site, amount, once, at: now)
        case .passes(_, let plate):
            return .passes(PhoneSite(site, passes), try renewable(plate, site, at: now).map(\.pass))
        case .payPass(_, let plate, let plan, let months, let amount, let once):
            if let order = try cars.phone.orders.find(key: once) { return try again(order, of: .pass, site) }
            return try payPass(plate, plan, months, site, amount, once, at: now)
        }
    }

    // MARK: - Stays

    /// What a car inside would pay now.
    private enum Due {
        /// None is inside, or it has a permit for which it pays nothing here, or has paid.
        case nothing
        /// Nobody is charged by a clock that was wrong at the entry: at the exit a person says when the car came in.
        case atExit
        case stay(StayTable.Row, Quote, PhoneStay)
    }

    private func due(_ key: StayKey, _ site: SiteSettings, at now: WallTime) throws(PlatformError) -> Due {
        guard let row = try cars.inside(key, site: site.id.text) else { return .nothing }
        let stay = row.entry.stay
        // Within the grace of what was paid nothing more is due.
        if try cars.phone.isInGrace(stay, at: now) { return .nothing }
        let permit = try row.entry.plate.flatMap { (plate) throws(PlatformError) in
            try cars.phone.permits.permit(of: Holder(plate: plate), at: site.id)
        }
        // By the boxes' own rules: the exit will ask the same.
        var zone: Slug?
        switch site.access.terms(of: site.access.standing(row.entry.vehicle, permit, at: now)) {
        case .free: return .nothing
        case .pass(let pass, _): zone = pass
        case .tariff: break
        }
        if isUncertain(row.entry, at: now) { return .atExit }
        let paidThrough = try payments.table.stays.paidThrough(stay)
        let prices = payments.quotes.prices
        guard
            let quote = prices.quote(
                for: row.entry, by: site.tariffs, paidThrough: paidThrough, pass: zone, at: now)
        else { return .nothing }
        guard quote.total > .zero else { return .nothing }
        return .stay(
            row, quote,
            PhoneStay(
                site: PhoneSite(site, passes), maskedPlate: row.entry.plate?.masked, entered: row.entry.entered,
                quote: quote, graceMinutes: cars.phone.graceMinutes(site, quote)))
    }

    /// Whether the moment of an entry is one that the exit would not price from once its box has been restarted; while
    /// the box runs on, its boot clock knows more than the platform.
    private func isUncertain(_ entry: StayEntry, at now: WallTime) -> Bool {
        let now = ClockReading(uptime: Uptime(nanoseconds: 0), wall: now, isSynchronised: true)
        let days = IdentificationSettings().longestStayDays
        return !entry.isSynchronised || EntryClock.fault(in: entry.entered, at: now, longestDays: days) != nil
    }

    private func payStay(
        _ key: StayKey, _ site: SiteSettings, _ amount: Fen, _ once: String, at now: WallTime
    ) throws(PlatformError) -> PhoneAnswer {
        let (row, quote, stay): (StayTable.Row, Quote, PhoneStay)
        switch try due(key, site, at: now) {
        case .nothing: return .nothingDue(PhoneSite(site, passes))
        case .atExit: return .refused(.payAtExit)
        case .stay(let found, let price, let shown): (row, quote, stay) = (found, price, shown)
        }
        guard quote.total == amount else { return .due(stay) }
        for order in try cars.phone.orders.all(of: row.entry.stay) {
            guard let payment = try payments.table.find(order.payment), payment.state == .asking else { continue }
            // One order for a stay at a time: two people who scan the same code pay it once.
            let age = now.milliseconds - order.made.milliseconds
            let isReversing = try codes.isReversing(order.payment)
            if payment.amount == amount, (0..<Self.orderOffered).contains(age), !isReversing { return try view(order) }
            guard try codes.reverse(order.payment, from: PlatformConfiguration.phone, at: now) == .reversed else {
                return .refused(.busy)
            }
        }
        let charge = Charge(
            payment: newPayment(at: now), instrument: .shownCode, plate: row.entry.plate, stay: row.entry.stay,
            lane: PlatformConfiguration.phone, quote: quote)
        return try begin(charge, .stay(row.entry.stay), site, once, at: now)
    }

    // MARK: - Passes

    private func renewable(
        _ plate: Plate, _ site: SiteSettings, at now: WallTime
    ) throws(PlatformError) -> [(plan: PassPlan, pass: PhonePass)] {
        var all: [(PassPlan, PhonePass)] = []
        for plan in passes where plan.site == nil || plan.site == site.id {
            guard let row = try cars.phone.pass(of: plate, plan) else { continue }
            let offers = plan.months.compactMap { months -> PhonePass.Offer? in
                guard let amount = try? plan.price.multiplied(by: months),
                    let until = PhoneSettlement.end(of: row.grant, with: months, site, at: now)
                else { return nil }
                return PhonePass.Offer(months: months, amount: amount, until: until)
            }
            all.append(
                (
                    plan,
                    PhonePass(
                        plan: plan.id, chinese: plan.chinese, english: plan.english, maskedPlate: plate.masked,
                        validUntil: row.grant.validUntil, offers: offers)
                ))
        }
        return all
    }

    private func payPass(
        _ plate: Plate, _ plan: Slug, _ months: Int64, _ site: SiteSettings, _ amount: Fen, _ once: String,
        at now: WallTime
    ) throws(PlatformError) -> PhoneAnswer {
        let all = try renewable(plate, site, at: now)
        guard let pass = all.first(where: { $0.plan.id == plan })?.pass,
            let offer = pass.offers.first(where: { $0.months == months }), offer.amount == amount
        else { return .passes(PhoneSite(site, passes), all.map(\.pass)) }
        let quote = Quote(
            tariff: plan, from: now, until: now,
            lines: [Quote.Line(kind: .item, amount: offer.amount, reference: plan)], total: offer.amount)
        let charge = Charge(
            payment: newPayment(at: now), instrument: .shownCode, plate: plate, lane: PlatformConfiguration.phone,
            quote: quote)
        return try begin(charge, .pass(plan, plate: plate, months: months), site, once, at: now)
    }

    // MARK: - Orders

    private func begin(
        _ charge: Charge, _ kind: PhoneOrder.Kind, _ site: SiteSettings, _ once: String, at now: WallTime
    ) throws(PlatformError) -> PhoneAnswer {
        let order = PhoneOrder(payment: charge.payment, key: once, site: site.id, kind: kind, made: now)
        switch try codes.charge(charge, code: nil, from: PlatformConfiguration.phone, at: now) {
        case .declined: return .refused(.notOffered)
        case .approved, .pending, .unknown, .reversed, .neverSeen, .conflict: break
        }
        try cars.phone.orders.insert(order)
        return try view(order)
    }

    private enum Purpose { case stay, pass }

    /// A form that came twice.
    private func again(
        _ order: PhoneOrder, of purpose: Purpose, _ site: SiteSettings
    ) throws(PlatformError) -> PhoneAnswer {
        switch (order.kind, purpose) {
        case (.stay, .stay) where order.site == site.id, (.pass, .pass) where order.site == site.id:
            return try view(order)
        case (.stay, _), (.pass, _): return .refused(.keyReused)
        }
    }

    private func view(_ order: PhoneOrder) throws(PlatformError) -> PhoneAnswer {
        guard let row = try payments.table.find(order.payment), let site = cars.sites[order.site],
            let charge = Payments.read(row.charge)
        else { return .refused(.noSuchOrder) }
        let state: PhoneOrderView.State
        if order.isGivenBack {
            state = .givenBack
        } else if let until = order.until {
            state = .paid(until: until)
        } else {
            let isReversing = try codes.isReversing(order.payment)
            state = row.state == .asking && !isReversing ? .waiting : .over
        }
        return .order(
            PhoneOrderView(
                payment: order.payment, site: PhoneSite(site, passes), amount: charge.quote.total,
                isPass: charge.stay == nil, maskedPlate: charge.plate?.masked, state: state,
                graceMinutes: cars.phone.graceMinutes(site, charge.quote)))
    }

    private func newPayment(at now: WallTime) -> PaymentID {
        var dice = SystemRandomNumberGenerator()
        return PhoneSettlement.newPayment(at: now, dice: (dice.next(), dice.next()))
    }
}

extension PhoneQuestion {
    fileprivate var site: Slug? {
        switch self {
        case .site(let site), .stay(let site, _), .payStay(let site, _, _, _), .passes(let site, _),
            .payPass(let site, _, _, _, _, _):
            site
        case .order: nil
        }
    }
}

extension PhoneSite {
    init(_ site: SiteSettings, _ passes: [PassPlan]) {
        self.init(
            id: site.id, chinese: site.chinese, english: site.english, utcOffsetMinutes: site.utcOffsetMinutes,
            sellsPasses: passes.contains { $0.site == nil || $0.site == site.id })
    }
}
