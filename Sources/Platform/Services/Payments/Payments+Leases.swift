internal import Ledger
internal import Vocabulary
internal import Wire

/// What boxes have spent of the money that was set aside for them.
extension Payments {
    /// A box has taken a payment from a lease.
    ///
    /// The payment is booked from the lease, and once: if the platform had approved the same id before, the lease keeps
    /// its money. What the lease does not cover (it is over, or spent) is reported, and is a promise like any other:
    /// the holder's own account pays it, or the holder owes it. No other account is touched.
    func leaseSpent(
        _ lease: LeaseID, _ charge: Charge, _ spends: [PurseSpend] = [], from device: DeviceID, at now: WallTime
    ) throws(PlatformError) {
        // It has been served while it waited.
        try purses.parts.payments.removeWait(charge.payment)
        let isKnown = try leases.arrived(lease, from: device, at: now)
        let row = try table.find(charge.payment)
        if let row, try !isSame(row, charge, device, at: now) { return }
        if isKnown, row == nil || row?.state == .declined, Payments.fault(in: charge) == nil,
            let holder = charge.instrument.holder, try quotes.agrees(charge, device, at: now),
            try paid(charge, by: holder, from: lease, spends, device, at: now)
        {
            try useCoupon(of: charge, device, isLate: true, at: now)
            var paid = self.row(.approved, nil, charge, device)
            guard let row else { return try table.insert(paid, charge.payment, at: now) }
            paid.isClaimed = row.isClaimed
            return try table.update(paid, charge.payment, at: now)
        }
        try acceptedOffline(charge, from: device, at: now)
    }

    /// Moves the money of a payment out of a lease: of its lots, or of its one account.
    private func paid(
        _ charge: Charge, by holder: Holder, from lease: LeaseID, _ spends: [PurseSpend], _ device: DeviceID,
        at now: WallTime
    ) throws(PlatformError) -> Bool {
        guard let canteen = try purses.canteen(of: charge, from: device) else {
            return try leases.pay(
                lease, .purse(holder), charge.payment, charge.quote.total, to: merchant, code: .charge, at: now)
        }
        return try purses.leased(lease, spends, charge, at: canteen, from: device, at: now) {
            (id) throws(PlatformError) in
            try leases.pay(lease, holder, spends, to: merchant, at: now, id: id)
        }
    }

    /// A box has paid somebody out of a lease: the money is the payee's from now on.
    ///
    /// What the lease does not cover the buyer owes; the payee, who holds the ticket, has the money all the same.
    func leasePaidOut(
        _ lease: LeaseID, _ payout: Payout, from device: DeviceID, at now: WallTime
    ) throws(PlatformError) {
        let isKnown = try leases.arrived(lease, from: device, at: now)
        let id = payout.payment
        if let known = try leases.table.payout(id) {
            guard known.device != device.text || known.payout != payout.canonical else { return }
            return try incidents.note(
                .paymentConflict, device, subject: id.description,
                "the payout's id was used before; the earlier payout stands as it was", at: now)
        }
        let state = try payOut(isKnown ? lease : nil, payout, device, at: now)
        if state == .refused {
            try incidents.note(
                .unpayable, device, subject: id.description, "a payout was promised and nothing could be booked",
                at: now)
        }
        try leases.table.insert(id, lease, payout.canonical, device, state, at: now)
    }

    private func payOut(
        _ lease: LeaseID?, _ payout: Payout, _ device: DeviceID, at now: WallTime
    ) throws(PlatformError) -> LeaseTable.PayoutState {
        let total = payout.quote.total
        guard payout.quote.addsUp, total > .zero, total <= Payments.mostAmount, let lease,
            let buyer = try leases.buyer(of: lease),
            try booked(ledger.transfer(TransferID(payment: payout.payment))) == nil
        else { return .refused }
        let payee = try booked(ledger.openAccount("payable:\(payout.payee.text)", mayNotGoNegative: true))
        if try leases.pay(lease, .payout(buyer: buyer), payout.payment, total, to: payee, code: .payout, at: now) {
            return .leased
        }
        let owed = try booked(ledger.openAccount("owed:\(buyer)", mayNotGoNegative: false))
        do throws(LedgerError) {
            try ledger.post(
                TransferOrder(
                    id: TransferID(payment: payout.payment), debit: owed, credit: payee, amount: total, code: .payout,
                    at: now))
        } catch {
            guard case .overflow = error else { throw .ledger(error) }
            return .refused
        }
        return .owed
    }

    /// What came back of a payment made from a lease goes on to the purse at once: the box has counted it as spent, and
    /// the lease may be over.
    func passOn(_ id: PaymentID, _ amount: Fen, at now: WallTime) throws(LedgerError) {
        guard let transfer = try ledger.transfer(TransferID(payment: id)) else { return }
        let account = transfer.order.debit
        guard let source = try leases.source(of: account) else { return }
        try ledger.post(
            TransferOrder(
                id: TransferID(passedOnOf: id), debit: account, credit: source, amount: amount, code: .lease, at: now))
    }
}
