internal import JSONText
internal import Ledger
internal import SQLite
internal import Vocabulary
internal import Wire

/// Decides what becomes of a payment id, and moves the money. Every call stands inside one transaction of the caller's.
final class Payments {
    /// A decision about money; each leaves the row and the ledger agreeing with each other.
    private enum Taking {
        case taken
        case not(DeclineReason)
        /// Leases on the payer's purses are on their way back.
        case waits
    }

    let table: PaymentTable
    let refunds: RefundTable
    let ledger: Ledger
    let contracts: ContractRegister
    let debts: DebtBook
    let quotes: QuoteCheck
    let coupons: CouponRegister
    let incidents: IncidentBook
    let merchant: AccountID
    let leases: Leases
    let purses: PursePayments
    /// What was paid for on the phone.
    weak var phone: PhoneSettlement?

    init(
        in database: borrowing Database, ledger: Ledger, contracts: ContractRegister, debts: DebtBook,
        quotes: QuoteCheck, coupons: CouponRegister, incidents: IncidentBook, merchant: AccountID, leases: Leases,
        purses: PursePayments
    ) throws(SQLiteError) {
        table = try PaymentTable(in: database)
        refunds = try RefundTable(in: database)
        self.ledger = ledger
        self.contracts = contracts
        self.debts = debts
        self.quotes = quotes
        self.coupons = coupons
        self.incidents = incidents
        self.merchant = merchant
        self.leases = leases
        self.purses = purses
    }

    // MARK: - Requests

    /// Charges the contract now; the same charge again gets the same answer and moves nothing.
    func charge(_ charge: Charge, from device: DeviceID, at now: WallTime) throws(PlatformError) -> PaymentOutcome {
        if let row = try table.find(charge.payment) {
            return try isSame(row, charge, device, at: now) ? row.outcome : .conflict
        }
        if let wait = try purses.parts.payments.wait(charge.payment) {
            return try isSame(wait, charge, device, at: now) ? .pending : .conflict
        }
        return try decide(charge, device, mayWait: true, at: now)
    }

    /// Decides on a charge of which no row stands.
    func decide(
        _ charge: Charge, _ device: DeviceID, mayWait: Bool, at now: WallTime
    ) throws(PlatformError) -> PaymentOutcome {
        switch try takeOnline(charge, device, mayWait: mayWait, at: now) {
        case .taken:
            try table.insert(row(.approved, nil, charge, device), charge.payment, at: now)
            return .approved
        case .not(let reason):
            try coupons.release(charge.payment)
            try table.insert(row(.declined, .declined(reason), charge, device), charge.payment, at: now)
            return .declined(reason)
        case .waits: return .pending
        }
    }

    /// What became of a payment; changes nothing.
    func query(_ id: PaymentID, from device: DeviceID) throws(PlatformError) -> PaymentOutcome {
        guard let row = try table.find(id) else {
            guard let wait = try purses.parts.payments.wait(id) else { return .neverSeen }
            return wait.device == device ? .pending : .conflict
        }
        return row.device == device ? row.outcome : .conflict
    }

    /// Undoes a payment; one that never came is refused should it still come. A debt that was recorded stands, and what
    /// was collected for it.
    func reverse(_ id: PaymentID, from device: DeviceID, at now: WallTime) throws(PlatformError) -> PaymentOutcome {
        guard var row = try table.find(id) else {
            if let wait = try purses.parts.payments.wait(id) {
                guard wait.device == device else {
                    try foreign(id, device, at: now)
                    return .conflict
                }
                try purses.parts.payments.removeWait(id)
            }
            let tombstone = PaymentRow(
                state: .reversed, reason: nil, isClaimed: false, charge: nil, amount: .zero, device: device)
            try table.insert(tombstone, id, at: now)
            try coupons.release(id)
            return .reversed
        }
        guard row.device == device else {
            try foreign(id, device, at: now)
            return .conflict
        }
        switch row.state {
        case .reversed: return .reversed
        // Its order at the network is undone first, see CodePayments.
        case .asking: return .unknown
        case .declined:
            row.state = .reversed
            if !row.isClaimed { try debts.cancel(id, at: now) }
        case .approved, .debt, .collected:
            if row.state != .approved, row.isClaimed {
                row.reason = .undone
                break
            }
            guard try takeBack(id, row, at: now) else { return .unknown }
            row.state = .reversed
            try debts.cancel(id, at: now)
            if row.isClaimed, let charge = Payments.read(row.charge),
                try bookDebt(TransferID(debtOf: id), charge, device, at: now)
            {
                (row.state, row.reason) = (.debt, .undone)
            }
            // A campaign pays its part of what is paid or owed, and of nothing else.
            if row.state == .reversed { try coupons.undo(id, at: now) }
        }
        try table.update(row, id, at: now)
        return .reversed
    }

    // MARK: - Records

    /// A box has let a car out and promised that its contract pays.
    func acceptedOffline(_ charge: Charge, from device: DeviceID, at now: WallTime) throws(PlatformError) {
        let id = charge.payment
        // It has been served while it waited.
        try purses.parts.payments.removeWait(id)
        guard var row = try table.find(id) else {
            guard try quotes.agrees(charge, device, at: now) else {
                try hold(charge, device, at: now)
                return try table.insert(self.row(.declined, .declined(.quoteRejected), charge, device), id, at: now)
            }
            switch try take(charge, device, isLate: true, at: now) {
            case .taken:
                return try table.insert(self.row(.approved, nil, charge, device), id, at: now)
            case .waits: preconditionFailure("what has been promised does not wait")
            case .not(let reason):
                var row = row(.declined, .declined(reason), charge, device)
                if try bookDebt(TransferID(payment: id), charge, device, at: now) { row.state = .debt }
                return try table.insert(row, id, at: now)
            }
        }
        guard try isSame(row, charge, device, at: now) else { return }
        switch row.state {
        case .approved, .debt, .collected: return
        case .asking:
            try unpayable(id, device, "a payment by code is its network's to decide, no box can promise it", at: now)
        case .reversed:
            try incidents.note(
                .acceptedAfterReversal, device, subject: id.description,
                "a car was let out on a payment that had been undone; nothing was charged", at: now)
        case .declined where row.reason == .declined(.quoteRejected): try hold(charge, device, at: now)
        case .declined:
            guard try bookDebt(TransferID(payment: id), charge, device, at: now) else { return }
            row.state = .debt
            try table.update(row, id, at: now)
        }
    }

    /// A box has let a car out whose owner owes the amount; a payment that stands under this id settles it.
    func debt(_ charge: Charge, from device: DeviceID, at now: WallTime) throws(PlatformError) {
        let id = charge.payment
        // It has been served while it waited.
        try purses.parts.payments.removeWait(id)
        guard var row = try table.find(id) else {
            let isRight = try quotes.agrees(charge, device, at: now)
            let reason = isRight ? try reasonForDebt(of: charge) : .quoteRejected
            var row = row(.declined, .declined(reason), charge, device)
            row.isClaimed = true
            if !isRight {
                try hold(charge, device, at: now)
            } else if try bookDebt(TransferID(debtOf: id), charge, device, at: now) {
                row.state = .debt
            }
            return try table.insert(row, id, at: now)
        }
        guard try isSame(row, charge, device, at: now), !row.isClaimed else { return }
        row.isClaimed = true
        if row.charge == nil {
            (row.charge, row.amount) = (charge.canonical, Payments.bookable(charge))
            if try !quotes.agrees(charge, device, at: now) { row.reason = .declined(.quoteRejected) }
        }
        if row.state == .declined || row.state == .reversed, row.reason == .declined(.quoteRejected) {
            try hold(charge, device, at: now)
        } else if row.state == .declined || row.state == .reversed {
            let reason = row.state == .reversed ? .undone : row.reason
            if try bookDebt(TransferID(debtOf: id), charge, device, at: now) {
                (row.state, row.reason) = (.debt, reason)
            }
        }
        try table.update(row, id, at: now)
    }

    // MARK: - Money

    /// As ``take(_:_:isLate:at:)``, for a payer who is still there: what is not right is refused.
    private func takeOnline(
        _ charge: Charge, _ device: DeviceID, mayWait: Bool, at now: WallTime
    ) throws(PlatformError) -> Taking {
        guard try quotes.agrees(charge, device, at: now) else { return .not(.quoteRejected) }
        if try phone?.isPrepaid(charge, device) == true { return .not(.prepaid) }
        if let holder = charge.instrument.holder, try debts.denials.isBlocked(holder) { return .not(.denied) }
        if let canteen = try purses.canteen(of: charge, from: device) {
            return try takeFromPurses(charge, canteen, device, mayWait: mayWait, at: now)
        }
        return try take(charge, device, isLate: false, at: now)
    }

    /// Takes the amount from the contract, and the coupon's from its campaign, or says why not.
    /// - Parameter isLate: the car has left on it.
    private func take(
        _ charge: Charge, _ device: DeviceID, isLate: Bool, at now: WallTime
    ) throws(PlatformError) -> Taking {
        if let fault = Payments.fault(in: charge) { return .not(fault) }
        if !isLate, try !hasItsCoupon(charge, device, at: now) { return .not(.couponGone) }
        guard let holder = charge.instrument.holder else { return .not(.notSupported) }
        if isLate, let canteen = try purses.canteen(of: charge, from: device) {
            return try purses.payLate(charge, at: canteen, at: now) ? .taken : .not(.insufficientFunds)
        }
        guard let contract = try contracts.contract(of: holder) else { return .not(.noContract) }
        guard contract.status == .active else { return .not(.suspended) }
        if charge.quote.total > .zero {
            do throws(LedgerError) {
                try ledger.post(
                    TransferOrder(
                        id: TransferID(payment: charge.payment), debit: contract.account, credit: merchant,
                        amount: charge.quote.total, code: .charge, at: now))
            } catch {
                switch error {
                case .insufficientFunds: return .not(.insufficientFunds)
                case .overflow: return .not(.badRequest)
                default: throw .ledger(error)
                }
            }
        }
        try useCoupon(of: charge, device, isLate: isLate, at: now)
        return .taken
    }

    /// Takes the amount from the payer's purses, or says why not; and keeps what the payer is told.
    private func takeFromPurses(
        _ charge: Charge, _ canteen: CanteenSettings, _ device: DeviceID, mayWait: Bool, at now: WallTime
    ) throws(PlatformError) -> Taking {
        if let fault = Payments.fault(in: charge) { return .not(fault) }
        switch try purses.pay(charge, at: canteen, from: device, mayWait: mayWait, at: now) {
        case .paid:
            try purses.keepReceipt(of: charge, at: canteen, nil)
            return .taken
        case .refused(let reason, let shortage):
            try purses.keepReceipt(of: charge, at: canteen, shortage)
            return .not(reason)
        case .waits:
            guard let holder = charge.instrument.holder else { return .not(.notSupported) }
            let until = WallTime(milliseconds: now.milliseconds + PursePayments.waitMilliseconds)
            try purses.parts.payments.insert(
                PurseWait(holder: holder, device: device, charge: charge.canonical, until: until), charge.payment)
            return .waits
        }
    }

    /// Books what an owner owes.
    /// - Returns: false, with an incident, if it cannot be booked; nothing has moved then.
    func bookDebt(
        _ transfer: TransferID, _ charge: Charge, _ device: DeviceID, at now: WallTime
    ) throws(PlatformError) -> Bool {
        if let fault = Payments.fault(in: charge) {
            let why = fault == .overLimit ? "the amount is over the limit" : "its quote does not add up"
            try unpayable(charge.payment, device, why, at: now)
            return false
        }
        guard charge.quote.total > .zero else {
            try useCoupon(of: charge, device, isLate: true, at: now)
            return true
        }
        guard let debtor = charge.debtor else {
            try unpayable(charge.payment, device, "nobody is known who owes it", at: now)
            return false
        }
        let owner = try account(of: debtor)
        do throws(LedgerError) {
            try ledger.post(
                TransferOrder(
                    id: transfer, debit: owner, credit: merchant, amount: charge.quote.total, code: .debt, at: now))
        } catch {
            guard case .overflow = error else { throw .ledger(error) }
            try unpayable(charge.payment, device, "\(error)", at: now)
            return false
        }
        try debts.open(charge.payment, debtor, charge.quote.total, at: now)
        try useCoupon(of: charge, device, isLate: true, at: now)
        return true
    }

    /// Takes back what the charge has moved.
    /// - Returns: false, with an incident, if it cannot be taken back; nothing has moved then.
    private func takeBack(_ id: PaymentID, _ row: PaymentRow, at now: WallTime) throws(PlatformError) -> Bool {
        guard row.amount > .zero else { return true }
        if try purses.isOurs(id) {
            let isDebt = row.state == .collected
            let payer = isDebt ? try Payments.read(row.charge)?.debtor.map(account) : nil
            // The debt is taken back first, so that its account has what goes back.
            if isDebt { _ = try booked(ledger.reverse(TransferID(payment: id), at: now)) }
            try purses.reverse(id, row, from: payer ?? nil, at: now)
            return true
        }
        do throws(LedgerError) { try ledger.reverse(TransferID(payment: id), at: now) } catch {
            guard case .overflow = error else { throw .ledger(error) }
            try incidents.note(.notReversible, row.device, subject: id.description, "\(error)", at: now)
            return false
        }
        try booked(passOn(id, row.amount, at: now))
        if row.state == .collected { _ = try booked(ledger.reverse(TransferID(payment: id).collection, at: now)) }
        return true
    }

    // MARK: - Checks

    /// Whether a message speaks of the payment that stands under its id; if not, an incident is noted.
    func isSame(
        _ row: PaymentRow, _ charge: Charge, _ device: DeviceID, at now: WallTime
    ) throws(PlatformError) -> Bool {
        guard row.device == device else {
            try foreign(charge.payment, device, at: now)
            return false
        }
        // Nothing is known of the contents of an id that was reversed before it came.
        guard let known = row.charge, known != charge.canonical else { return true }
        try incidents.note(
            .paymentConflict, device, subject: charge.payment.description,
            "the id was used before with other contents; the earlier payment stands as it was", at: now)
        return false
    }

    /// Whether a charge is the one that waits under its id.
    private func isSame(
        _ wait: PurseWait, _ charge: Charge, _ device: DeviceID, at now: WallTime
    ) throws(PlatformError) -> Bool {
        guard wait.device == device else {
            try foreign(charge.payment, device, at: now)
            return false
        }
        return wait.charge == charge.canonical
    }

    func foreign(_ id: PaymentID, _ device: DeviceID, at now: WallTime) throws(PlatformError) {
        try incidents.note(
            .foreignPayment, device, subject: id.description,
            "the id belongs to a payment of another box; it stands as it was", at: now)
    }

    func unpayable(
        _ id: PaymentID, _ device: DeviceID, _ why: String, at now: WallTime
    ) throws(PlatformError) {
        try incidents.note(
            .unpayable, device, subject: id.description, "a car has left and nothing could be booked: \(why)", at: now)
    }

    private func reasonForDebt(of charge: Charge) throws(PlatformError) -> DeclineReason {
        if let fault = Payments.fault(in: charge) { return fault }
        guard let holder = charge.debtor, let contract = try contracts.contract(of: holder) else { return .noContract }
        // With a contract in force the box would have promised the payment, had its limits allowed it.
        return contract.status == .active ? .overLimit : .suspended
    }

    static func read(_ canonical: [UInt8]?) -> Charge? {
        guard let canonical, let node = try? JSONNode.parse(canonical, dialect: .json) else { return nil }
        return try? Charge(node)
    }

    func row(
        _ state: PaymentRow.State, _ reason: PaymentRow.Reason?, _ charge: Charge, _ device: DeviceID
    ) -> PaymentRow {
        PaymentRow(
            state: state, reason: reason, isClaimed: false, charge: charge.canonical,
            amount: Payments.bookable(charge), device: device)
    }

    /// The most one charge may be; more is a fault of a tariff or a box. It also keeps every sum within 64 bits.
    static let mostAmount = Fen(PlatformConfiguration.mostMoney)

    /// Why nothing is ever moved on this charge; nil if it can be. A quote that contradicts itself moves no money.
    static func fault(in charge: Charge) -> DeclineReason? {
        guard charge.quote.addsUp, CouponRegister.isWellFormed(charge.quote) else { return .badRequest }
        return charge.quote.total > mostAmount ? .overLimit : nil
    }

    private static func bookable(_ charge: Charge) -> Fen { fault(in: charge) == nil ? charge.quote.total : .zero }
}
