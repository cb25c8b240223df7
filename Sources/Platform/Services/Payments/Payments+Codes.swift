internal import Ledger
internal import Vocabulary
internal import Wire

/// What becomes of a payment's row when its network has decided.
extension Payments {
    /// Why a charge is refused before any network is asked; nil if it is not.
    func obstacle(to charge: Charge, _ device: DeviceID, at now: WallTime) throws(PlatformError) -> DeclineReason? {
        guard try quotes.agrees(charge, device, at: now) else { return .quoteRejected }
        if let fault = Payments.fault(in: charge) { return fault }
        if try phone?.isPrepaid(charge, device) == true { return .prepaid }
        return try hasItsCoupon(charge, device, at: now) ? nil : .couponGone
    }

    /// The payer has paid: so does the campaign. A lock that has lapsed while the payer typed is honoured if it can be.
    func captured(_ row: PaymentRow, at now: WallTime) throws(PlatformError) {
        guard let charge = Payments.read(row.charge) else { return }
        try useCoupon(of: charge, row.device, isLate: true, at: now)
    }

    /// Nothing was paid; a car that has left meanwhile owes the amount.
    func declined(_ id: PaymentID, _ reason: DeclineReason, at now: WallTime) throws(PlatformError) {
        guard var row = try table.find(id), row.state == .asking else { return }
        (row.state, row.reason) = (.declined, .declined(reason))
        if row.isClaimed, let charge = Payments.read(row.charge),
            try bookDebt(TransferID(debtOf: id), charge, row.device, at: now)
        {
            row.state = .debt
        }
        if row.state == .declined { try coupons.release(id) }
        try table.update(row, id, at: now)
    }

    /// Nothing is held any more; a car that has left without another payment owes the amount.
    func undone(_ id: PaymentID, at now: WallTime) throws(PlatformError) {
        guard var row = try table.find(id), row.state == .asking || row.state == .approved
        else { return }
        let refunded = try refunds.sums(of: id).refunded
        if row.state == .approved { try takeBackRest(id, row, refunded, at: now) }
        row.state = .reversed
        if row.isClaimed, refunded == .zero, let charge = Payments.read(row.charge),
            try bookDebt(TransferID(debtOf: id), charge, row.device, at: now)
        {
            (row.state, row.reason) = (.debt, .undone)
        }
        if row.state == .reversed { try coupons.undo(id, at: now) }
        try table.update(row, id, at: now)
    }

    /// Takes back what a payment still holds: all of it by a reversal, or what refunds have left of it.
    func takeBackRest(
        _ id: PaymentID, _ row: PaymentRow, _ refunded: Fen, at now: WallTime
    ) throws(PlatformError) {
        // Of purses each part goes back into its own lot, and only what has not gone back.
        if try purses.isOurs(id) { return try purses.reverse(id, row, at: now) }
        let transfer = TransferID(payment: id)
        guard row.amount > .zero, let charged = try booked(ledger.transfer(transfer)) else { return }
        guard refunded > .zero else {
            _ = try booked(ledger.reverse(transfer, at: now))
            return
        }
        guard let rest = try? row.amount.subtracting(refunded), rest > .zero else { return }
        try booked(
            ledger.post(
                TransferOrder(
                    id: transfer.reversal, debit: charged.order.credit, credit: charged.order.debit, amount: rest,
                    code: .refund, at: now)))
    }
}
