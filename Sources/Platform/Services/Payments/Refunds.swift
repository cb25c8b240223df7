internal import Acquiring
internal import Ledger
internal import SQLite
internal import Vocabulary
internal import Wire

/// Gives captured money back: to an account of the ledger at once, to a payer's code through its network.
///
/// Only a request does that: a box's records of refunds are evidence. All refunds of a payment together, those that a
/// network has not confirmed included, are never more than it captured.
final class Refunds {
    private let payments: Payments
    private let codes: CodePayments
    private var table: RefundTable { payments.refunds }
    /// Refunds whose network is being asked.
    private(set) var underWay: Set<PaymentID> = []
    private var drafts: [AcquirerTask] = []

    init(payments: Payments, codes: CodePayments) {
        self.payments = payments
        self.codes = codes
    }

    /// Gives back; the same refund again gets the same answer and moves nothing.
    func refund(_ refund: Refund, from device: DeviceID, at now: WallTime) throws(PlatformError) -> RefundOutcome {
        if var row = try table.find(refund.id) {
            guard row.device == device, row.contents == refund.canonical else {
                try payments.incidents.note(
                    .paymentConflict, device, subject: refund.id.description,
                    "the refund's id was used before with other contents; what was done stands", at: now)
                return .conflict
            }
            if row.state == .asking { try ask(refund.id, &row, at: now, isWanted: true) }
            return row.outcome
        }
        var row = RefundRow(
            state: .refused, payment: refund.payment, amount: refund.amount, contents: refund.canonical, device: device)
        row.reason = try obstacle(to: refund, device, at: now)
        guard row.reason == nil else {
            try table.insert(row, refund.id)
            return row.outcome
        }
        if try isDebt(refund.payment) {
            guard try payments.reverse(refund.payment, from: device, at: now) == .reversed else { return .unknown }
            row.state = .refunded
            try table.insert(row, refund.id)
        } else if try codes.route(of: refund.payment) != nil {
            row.state = .asking
            try table.insert(row, refund.id)
            try ask(refund.id, &row, at: now, isWanted: true)
        } else {
            row.state = .refunded
            try table.insert(row, refund.id)
            try book(refund.id, row, at: now)
        }
        return row.outcome
    }

    /// Undoes a payment of which a part was given back: the rest goes the same way.
    /// - Returns: nil if nothing was refunded of it, or if a network has it.
    func reverse(_ id: PaymentID, from device: DeviceID, at now: WallTime) throws(PlatformError) -> PaymentOutcome? {
        let refunded = try table.sums(of: id).refunded
        guard refunded > .zero, var row = try payments.table.find(id), row.device == device, row.state == .approved
        else { return nil }
        try payments.takeBackRest(id, row, refunded, at: now)
        // Whoever refunded has dealt with it: the car that left on it owes nothing more.
        row.state = .reversed
        try payments.table.update(row, id, at: now)
        try payments.coupons.undo(id, at: now)
        return .reversed
    }

    // MARK: - The network's side

    /// Books what a network said.
    func take(_ result: AcquirerResult, at now: WallTime) throws(PlatformError) -> (DeviceID, RefundOutcome)? {
        guard case .refund(_, let id, _) = result.task.call else { return nil }
        underWay.remove(id)
        guard var row = try table.find(id) else { return nil }
        guard row.state == .asking else { return (row.device, row.outcome) }
        switch result.answer {
        case .refunded:
            (row.state, row.next) = (.refunded, nil)
            try table.update(row, id)
            try book(id, row, at: now)
            try codes.refunded(row.payment, row.amount)
        case .refundRefused:
            (row.state, row.reason, row.next) = (.refused, .refusedByNetwork, nil)
            try table.update(row, id)
            if row.device == PlatformConfiguration.phone {
                // Nobody stands at a desk to hear of it.
                try payments.incidents.note(
                    .notReversible, row.device, subject: row.payment.description,
                    "the payment network does not give back what was paid twice: settle it with the payer", at: now)
            }
        case .approved, .declined, .pending, .neverSeen, .reversed, .reversalRefused, .unknown:
            break
        }
        return (row.device, row.outcome)
    }

    func giveUp(_ task: AcquirerTask) {
        if case .refund(_, let id, _) = task.call { underWay.remove(id) }
    }

    /// Asks again where a network has not said.
    func turn(at now: WallTime, most: Int64 = 64) throws(PlatformError) {
        for id in try table.due(at: now, horizon: AcquirerTimings().longestPause, most: most) {
            guard var row = try table.find(id), row.state == .asking else { continue }
            try ask(id, &row, at: now, isWanted: false)
        }
    }

    func takeDrafts() -> [AcquirerTask] {
        defer { drafts = [] }
        return drafts
    }

    func dropDrafts() {
        for task in drafts { giveUp(task) }
        drafts = []
    }

    // MARK: -

    private func obstacle(
        to refund: Refund, _ device: DeviceID, at now: WallTime
    ) throws(PlatformError) -> RefundRefusal? {
        guard refund.amount > .zero else { return .badRequest }
        guard let row = try payments.table.find(refund.payment) else { return .notCaptured }
        guard row.device == device else {
            try payments.foreign(refund.payment, device, at: now)
            return .notCaptured
        }
        if try isDebt(refund.payment) {
            // Of a debt no part is given back.
            guard refund.amount >= row.amount else { return .notCaptured }
        } else {
            guard row.state == .approved, try codes.route(of: refund.payment)?.isCaptured ?? true else {
                return .notCaptured
            }
        }
        let (refunded, asking) = try table.sums(of: refund.payment)
        guard let given = try? refunded.adding(asking), let sum = try? given.adding(refund.amount), sum <= row.amount
        else { return .moreThanCaptured }
        return try payments.purses.obstacle(to: refund, row)
    }

    /// Whether a box's promise became a debt, collected or not: that is given back as a whole, as a reversal does it. A
    /// debt that a box has recorded as one stands.
    private func isDebt(_ id: PaymentID) throws(PlatformError) -> Bool {
        guard let row = try payments.table.find(id), row.state == .debt || row.state == .collected, !row.isClaimed
        else { return false }
        return try codes.route(of: id) == nil
    }

    private func ask(_ id: PaymentID, _ row: inout RefundRow, at now: WallTime, isWanted: Bool) throws(PlatformError) {
        guard !underWay.contains(id), let route = try codes.route(of: row.payment)?.route else { return }
        let timings = AcquirerTimings(route.scheme)
        // A box that asks often does not make the network be asked more often.
        if isWanted, let next = row.next, next > now, next.milliseconds - now.milliseconds <= timings.longestPause {
            return
        }
        let pause = min(timings.askUnknownAfter << min(row.tries, 20), timings.longestPause)
        row.next = WallTime(milliseconds: now.milliseconds + pause)
        row.tries += 1
        try table.update(row, id)
        underWay.insert(id)
        drafts.append(AcquirerTask(route: route, call: .refund(row.payment, refund: id, amount: row.amount)))
    }

    /// Moves the money back to the account it came from: a contract's, a drawer's, a network's.
    private func book(_ id: PaymentID, _ row: RefundRow, at now: WallTime) throws(PlatformError) {
        if try payments.purses.isOurs(row.payment), let paid = try payments.table.find(row.payment) {
            return try payments.purses.refund(row.amount, line: row.line, of: row.payment, paid, at: now)
        }
        guard let charged = try booked(payments.ledger.transfer(TransferID(payment: row.payment))) else { return }
        // A payment from a lease goes back to the purse itself: the lease may be over.
        let payer = try booked(payments.leases.source(of: charged.order.debit)) ?? charged.order.debit
        try booked(
            payments.ledger.post(
                TransferOrder(
                    id: TransferID(refund: id), debit: charged.order.credit, credit: payer,
                    amount: row.amount, code: .refund, at: now)))
        guard let captured = try payments.table.find(row.payment)?.amount else { return }
        try payments.coupons.refund(
            id, of: row.payment, refunded: table.sums(of: row.payment).refunded, captured: captured, at: now)
    }
}
