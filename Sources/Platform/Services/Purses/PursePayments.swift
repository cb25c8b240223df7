internal import Ledger
internal import Purses
internal import Vocabulary
internal import Wire

/// Pays from persons' purses, and gives back: by the same split as the boxes, over all that a person has.
///
/// Two tills cannot pass one limit: what open leases of the person may still be used for counts as used. If that alone
/// stands in the way, or would have another purse pay, the leases are called back, and the charge waits for them a
/// moment. Every call stands inside one
/// transaction of the caller's.
final class PursePayments {
    /// What becomes of a charge.
    enum Decision: Equatable {
        case paid
        case refused(DeclineReason, Receipt.Shortage?)
        /// Leases are on their way back.
        case waits
    }

    /// How long a charge waits for leases that were called back.
    static let waitMilliseconds: Int64 = 1_000
    /// A meal's day and the platform's own may differ by so many days: supper after midnight is one.
    static let mostDaysApart: Int64 = 1

    let parts: PurseParts
    private let ledger: Ledger
    private let incidents: IncidentBook
    private let merchant: AccountID
    /// What boxes are to be told when the transaction is committed.
    private var drafts: [(DeviceID, Announcement)] = []

    init(_ parts: PurseParts, ledger: Ledger, incidents: IncidentBook, merchant: AccountID) {
        self.parts = parts
        self.ledger = ledger
        self.incidents = incidents
        self.merchant = merchant
    }

    /// The canteen whose rules split a charge; nil: it is not to be paid by purses.
    func canteen(of charge: Charge, from device: DeviceID) throws(PlatformError) -> CanteenSettings? {
        guard charge.meal != nil, let canteen = parts.canteens[device], let holder = charge.instrument.holder,
            holder.kind == .member, try parts.people.person(holder) != nil
        else { return nil }
        return canteen
    }

    // MARK: - Paying

    /// Pays, refuses, or calls leases back.
    /// - Parameter mayWait: the payer still has a moment.
    func pay(
        _ charge: Charge, at canteen: CanteenSettings, from device: DeviceID, mayWait: Bool, at now: WallTime
    ) throws(PlatformError) -> Decision {
        guard let holder = charge.instrument.holder, let meal = charge.meal, let basket = try? Basket(charge.quote),
            abs(meal.day.dayNumber - canteen.rules.day(at: now).dayNumber) <= PursePayments.mostDaysApart
        else { return .refused(.badRequest, nil) }
        guard let person = try parts.people.current(holder, at: device, now) else {
            let isElsewhere = try parts.people.person(holder)?.list != canteen.people
            return .refused(isElsewhere ? .noContract : .suspended, nil)
        }
        let occasion = Occasion(merchant: canteen.merchantClass, meal: meal)
        let states = try parts.states(of: holder, on: occasion, by: canteen.rules)
        let leases = try parts.lots.open(of: holder)
        let reserved = Reserved(leases)
        let used = try parts.book.usage(of: holder, on: occasion).used(nil, on: occasion)
        func split(_ states: [PurseState], _ used: Used) -> Result<[PurseSpend], SplitRefusal> {
            canteen.rules.split(
                basket, of: states, guardian: person.guardian.map { GuardianState($0, used: used) }, on: occasion)
        }
        let strict = split(reserved.added(to: states), reserved.added(to: used, nil))
        if !leases.isEmpty {
            // What would be so if nothing were lent: the same meal is paid the same way, wherever money has been lent.
            let whole = split(PurseParts.states(states, with: leases, by: canteen.rules), used)
            if mayWait, PursePayments.isBetter(whole, than: strict), try recall(leases) { return .waits }
            // Who would be refused in any case hears why, as if nothing were lent.
            if case .failure(let refusal) = whole { return .refused(refusal, by: canteen.rules) }
        }
        switch strict {
        case .failure(let refusal): return .refused(refusal, by: canteen.rules)
        case .success(let spends):
            let isTaken = try take(spends, charge.payment, holder, occasion, to: merchant, .charge, at: now)
            return isTaken ? .paid : .refused(.insufficientFunds, nil)
        }
    }

    /// Whether a basket would be paid, or by other purses, if nothing were lent.
    private static func isBetter(
        _ whole: Result<[PurseSpend], SplitRefusal>, than strict: Result<[PurseSpend], SplitRefusal>
    ) -> Bool {
        guard case .success(let best) = whole else { return false }
        guard case .success(let spends) = strict else { return true }
        func sums(_ spends: [PurseSpend]) -> [Slug: Int64] {
            spends.reduce(into: [:]) { $0[$1.purse, default: 0] += $1.amount.count }
        }
        return sums(best) != sums(spends)
    }

    /// Calls leases back from the boxes that can be reached.
    /// - Returns: false if none can: nobody waits for those.
    private func recall(_ leases: [PersonLease]) throws(PlatformError) -> Bool {
        var isAnyReached = false
        for lease in leases where try parts.payments.isReachable(lease.device) {
            drafts.append((lease.device, .leaseRecalled(lease.id)))
            isAnyReached = true
        }
        return isAnyReached
    }

    /// Pays what has been eaten already: purposes are kept, and of subsidies all limits; of a person's own money, and
    /// of the guardian's word, none stands against a debt.
    /// - Parameter account: who gets it: the merchant, or the account of what is owed.
    /// - Returns: false if the purses have not that much; nothing has moved then.
    func payLate(
        _ charge: Charge, at canteen: CanteenSettings, to account: AccountID? = nil, at now: WallTime
    ) throws(PlatformError) -> Bool {
        guard let holder = charge.instrument.holder, let meal = charge.meal, let basket = try? Basket(charge.quote)
        else { return false }
        let occasion = Occasion(merchant: canteen.merchantClass, meal: meal)
        // What a till may yet spend of a lease, also after this, is within the limits too.
        let states = Reserved(try parts.lots.open(of: holder)).added(
            to: try parts.states(of: holder, on: occasion, by: canteen.rules))
        let lifted = PurseRules(
            id: canteen.rules.id, zone: canteen.rules.zone,
            purses: canteen.rules.purses.map { purse in
                var purse = purse
                if purse.kind == .cash { purse.limits = PurseLimits() }
                return purse
            })
        for rules in [canteen.rules, lifted] {
            guard case .success(let spends) = rules.split(basket, of: states, on: occasion) else { continue }
            return try take(
                spends, charge.payment, holder, occasion, to: account ?? merchant,
                account == nil ? .charge : .collection, at: now)
        }
        return false
    }

    private func take(
        _ spends: [PurseSpend], _ id: PaymentID, _ holder: Holder, _ occasion: Occasion, to account: AccountID,
        _ code: TransferCode, at now: WallTime
    ) throws(PlatformError) -> Bool {
        var row = try newRow(id, holder, occasion)
        let number = row.number
        guard
            try parts.book.take(
                spends, of: holder, to: account, code, at: now,
                id: { TransferID(pursePayment: number, move: Int64($0) + 1) })
        else { return false }
        try parts.book.count(UsageMove.all(of: spends, on: occasion), of: holder)
        (row.spends, row.returned, row.moves) = (spends, spends.map { _ in .zero }, Int64(spends.count))
        row.receipt = nil
        try parts.payments.update(row)
        return true
    }

    /// The row of a payment, which may have been refused before.
    private func newRow(_ id: PaymentID, _ holder: Holder, _ occasion: Occasion) throws(PlatformError)
        -> PursePaymentRow
    {
        if let row = try parts.payments.find(id) { return row }
        return try parts.payments.insert(
            PursePaymentRow(number: 0, holder: holder, occasion: occasion, spends: [], returned: []), id)
    }

    /// Keeps what was paid from a lease; the lease has moved the money.
    /// - Parameter pay: moves it, by transfers with these ids; false: nothing has moved.
    func leased(
        _ lease: LeaseID, _ spends: [PurseSpend], _ charge: Charge, at canteen: CanteenSettings, from device: DeviceID,
        at now: WallTime, pay: ((Int) -> TransferID) throws(PlatformError) -> Bool
    ) throws(PlatformError) -> Bool {
        guard let holder = charge.instrument.holder, let meal = charge.meal, let basket = try? Basket(charge.quote),
            PursePayments.isCovered(basket, by: spends)
        else { return false }
        let occasion = Occasion(merchant: canteen.merchantClass, meal: meal)
        var row = try newRow(charge.payment, holder, occasion)
        let number = row.number
        guard try pay({ TransferID(pursePayment: number, move: Int64($0) + 1) }) else { return false }
        try parts.book.count(UsageMove.all(of: spends, on: occasion), of: holder)
        (row.lease, row.spends, row.returned) = (lease, spends, spends.map { _ in .zero })
        (row.moves, row.receipt) = (Int64(spends.count), nil)
        try parts.payments.update(row)
        if let fault = try fault(in: spends, of: holder, basket, on: occasion, by: canteen.rules) {
            try incidents.note(
                .purseRulesBroken, device, subject: charge.payment.description,
                "\(fault); the money has left, so it is booked", at: now)
        }
        return true
    }

    // MARK: - Giving back

    /// Whether purses have paid anything under this id that has not gone back.
    func holds(_ id: PaymentID) throws(PlatformError) -> Bool {
        try parts.payments.find(id).map { $0.net > .zero } ?? false
    }

    /// Whether a payment is one by purses.
    func isOurs(_ id: PaymentID) throws(PlatformError) -> Bool {
        try parts.payments.find(id).map { !$0.spends.isEmpty } ?? false
    }

    /// Gives back all that has not gone back, each fen into its own lot.
    /// - Parameter account: who had got it; nil: the merchant.
    func reverse(_ id: PaymentID, _ row: PaymentRow, from account: AccountID? = nil, at now: WallTime)
        throws(PlatformError)
    {
        guard var kept = try parts.payments.find(id), var payment = PursePayments.payment(id, kept, row) else { return }
        let undoing = payment.reverse()
        try apply(undoing, payment, &kept, row.device, from: account ?? merchant, .refund, at: now)
    }

    /// Why a refund is not given; nil if it can be.
    func obstacle(to refund: Refund, _ row: PaymentRow) throws(PlatformError) -> RefundRefusal? {
        guard let kept = try parts.payments.find(refund.payment), !kept.spends.isEmpty else { return nil }
        guard let payment = PursePayments.payment(refund.payment, kept, row) else { return .notCaptured }
        if let line = refund.line {
            guard payment.basket.lines.indices.contains(line) else { return .badRequest }
            return refund.amount > PursePayments.left(of: line, in: payment) ? .moreThanCaptured : nil
        }
        return refund.amount > payment.net ? .moreThanCaptured : nil
    }

    /// Gives back a part: of the line that the refund names, or of the last lines first.
    func refund(
        _ amount: Fen, line: Int?, of id: PaymentID, _ row: PaymentRow, at now: WallTime
    ) throws(PlatformError) {
        guard var kept = try parts.payments.find(id), var payment = PursePayments.payment(id, kept, row) else { return }
        let rules = try parts.rules(for: row.device, kept.holder, of: kept.spends.map(\.purse))
        var undoing = Undoing(credits: [], moves: [])
        var due = amount.count
        for line in line.map({ [$0] }) ?? Array(payment.basket.lines.indices.reversed()) where due > 0 {
            let part = min(due, PursePayments.left(of: line, in: payment).count)
            guard part > 0, case .success(let more) = payment.refund(Fen(part), ofLine: line, by: rules) else {
                continue
            }
            undoing.credits += more.credits
            undoing.moves += more.moves
            due -= part
        }
        try apply(undoing, payment, &kept, row.device, from: merchant, .refund, at: now)
    }

    private func apply(
        _ undoing: Undoing, _ payment: PursePayment, _ row: inout PursePaymentRow, _ device: DeviceID,
        from account: AccountID, _ code: TransferCode, at now: WallTime
    ) throws(PlatformError) {
        guard !undoing.credits.isEmpty else { return }
        let (number, before) = (row.number, row.moves)
        let rules = try parts.rules(for: device, row.holder, of: row.spends.map(\.purse))
        try parts.book.put(
            undoing.credits, of: row.holder, by: rules, from: account, code, at: now,
            id: { TransferID(pursePayment: number, move: before + Int64($0) + 1) })
        try parts.book.count(undoing.moves, of: row.holder)
        row.moves += Int64(undoing.credits.count)
        row.returned = payment.returned
        try parts.payments.update(row)
    }

    // MARK: - What boxes are told

    /// What is to be said now that the transaction is committed; each once.
    func takeDrafts() -> [(DeviceID, Announcement)] {
        defer { drafts = [] }
        return drafts
    }

    var draftCount: Int { drafts.count }

    func dropDrafts(after count: Int = 0) { drafts.removeLast(drafts.count - count) }

    func tell(_ device: DeviceID, _ announcement: Announcement) { drafts.append((device, announcement)) }

    /// What the payer is told of a payment, now and whenever it is asked again.
    func receipt(of id: PaymentID) throws(PlatformError) -> Receipt? { try parts.payments.find(id)?.receipt }

    /// Writes down what the payer is told.
    func keepReceipt(
        of charge: Charge, at canteen: CanteenSettings, _ shortage: Receipt.Shortage?
    ) throws(PlatformError) {
        guard let holder = charge.instrument.holder, let meal = charge.meal else { return }
        let occasion = Occasion(merchant: canteen.merchantClass, meal: meal)
        var row = try newRow(charge.payment, holder, occasion)
        let money = try parts.money(
            of: holder, lent: try parts.lots.open(of: holder), on: occasion, by: canteen.rules)
        let balances = money.balances(on: meal.day) ?? []
        row.receipt = Receipt(spends: row.spends, balances: balances, shortage: shortage)
        try parts.payments.update(row)
    }

    // MARK: -

    private static func payment(_ id: PaymentID, _ kept: PursePaymentRow, _ row: PaymentRow) -> PursePayment? {
        guard let charge = Payments.read(row.charge), let basket = try? Basket(charge.quote),
            zip(kept.returned, kept.spends).allSatisfy({ $0 >= .zero && $0 <= $1.amount })
        else { return nil }
        return PursePayment(
            id: id, holder: kept.holder, occasion: kept.occasion, basket: basket, spends: kept.spends,
            returned: kept.returned)
    }

    private static func left(of line: Int, in payment: PursePayment) -> Fen {
        Fen(
            zip(payment.spends, payment.returned).reduce(0) { sum, part in
                part.0.line == line ? sum + part.0.amount.count - part.1.count : sum
            })
    }

    /// Whether spends pay each line of a basket, no more and no less.
    private static func isCovered(_ basket: Basket, by spends: [PurseSpend]) -> Bool {
        var due = basket.lines.map(\.amount.count)
        for spend in spends {
            guard due.indices.contains(spend.line), spend.amount > .zero, spend.amount.count <= due[spend.line] else {
                return false
            }
            due[spend.line] -= spend.amount.count
        }
        return due.allSatisfy { $0 == 0 }
    }

    /// What the rules in force do not allow of what a box has paid; nil: nothing. No personal data.
    private func fault(
        in spends: [PurseSpend], of holder: Holder, _ basket: Basket, on occasion: Occasion, by rules: PurseRules
    ) throws(PlatformError) -> String? {
        for spend in spends {
            guard let purse = rules.purse(spend.purse) else { return "the rules name no purse \(spend.purse)" }
            let item = basket.lines[spend.line].item
            guard purse.spendsOn.allows(item, on: occasion) else {
                return "\(purse.id) does not pay for \(item) there and then"
            }
            if let last = spend.expires, last < occasion.day {
                return "a lot of \(purse.id) was spent after its last day"
            }
        }
        let usage = try parts.book.usage(of: holder, on: occasion)
        for purse in rules.purses {
            let amount = Fen(spends.reduce(0) { $0 + ($1.purse == purse.id ? $1.amount.count : 0) })
            let spans = purse.limits.passed(by: usage.used(purse.id, on: occasion), payment: amount, on: occasion)
            if amount > .zero, let span = spans.first { return "the \(span) limit of \(purse.id) is passed" }
        }
        guard let guardian = try parts.people.person(holder)?.guardian else { return nil }
        let spans = guardian.limits.passed(by: usage.used(nil, on: occasion), payment: basket.total, on: occasion)
        if let span = spans.first { return "the guardian's \(span) limit is passed" }
        let isBarred =
            basket.lines.contains { guardian.barredItems.contains($0.item) }
            || occasion.period.map { guardian.barredPeriods.contains($0) } ?? false
        return isBarred ? "the guardian does not allow it" : nil
    }
}

extension PursePayments.Decision {
    fileprivate static func refused(_ refusal: SplitRefusal, by rules: PurseRules) -> Self {
        .refused(refusal.reason, refusal.shortage(by: rules))
    }
}

extension SplitRefusal {
    /// What a box is told.
    fileprivate var reason: DeclineReason {
        switch self {
        case .barredByGuardian: .guardianBars
        case .nothingPayableHere: .nothingMayPay
        case .overLimit: .limitReached
        case .notEnough: .insufficientFunds
        }
    }

    fileprivate func shortage(by rules: PurseRules) -> Receipt.Shortage {
        let words = words(by: rules)
        var left: Fen?
        if case .overLimit(let limit) = self { left = limit.left }
        return Receipt.Shortage(chinese: words.chinese, english: words.english, left: left)
    }
}
