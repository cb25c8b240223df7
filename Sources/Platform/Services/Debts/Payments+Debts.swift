internal import Ledger
internal import Vocabulary
internal import Wire

/// What is owed, and how it is taken.
extension Payments {
    /// Tries to take what is owed under a payment's id from its holder's contract; it is taken once, whoever asks.
    ///
    /// Any enrolled box may ask, about any debt: the boxes know them all from the list of denials, and nothing but what
    /// is owed is taken, from whoever owes it. Of payments that are no debt a box hears only of its own.
    /// - Returns: approved when it is paid, now or before; declined, with the reason, and still owed; reversed when it
    ///   is not owed any more.
    func collect(_ id: PaymentID, from device: DeviceID, at now: WallTime) throws(PlatformError) -> PaymentOutcome {
        guard let row = try table.find(id) else { return .neverSeen }
        guard let debt = try debts.find(id) else { return row.device == device ? row.outcome : .conflict }
        switch debt.state {
        case .paid: return .approved
        case .cancelled: return .reversed
        case .held: return .declined(.quoteRejected)
        case .open: return try take(debt, row, at: now)
        }
    }

    /// Tries, as the schedule wants it, what is due.
    /// - Returns: how many were tried, and how many of them were paid.
    func retry(at now: WallTime, most: Int64) throws(PlatformError) -> (tried: Int, paid: Int) {
        let due = try debts.due(at: now, most: most)
        var paid = 0
        for debt in due {
            if let row = try table.find(debt.payment), try take(debt, row, at: now) == .approved {
                paid += 1
            } else {
                try debts.notTaken(debt, at: now)
            }
        }
        return (due.count, paid)
    }

    /// A person has decided whether what a box recorded is owed although its quote cannot be reproduced.
    /// - Returns: false if nothing is held under this id, or it cannot be booked; nothing has changed then.
    func decide(_ id: PaymentID, isOwed: Bool, by who: String, at now: WallTime) throws(PlatformError) -> Bool {
        guard let debt = try debts.find(id), debt.state == .held, let row = try table.find(id) else { return false }
        if isOwed { guard try bookHeld(id, row, at: now) else { return false } } else { try debts.cancel(id, at: now) }
        try incidents.note(
            .quoteNotReproduced, row.device, subject: id.description,
            "\(debt.amount) was \(isOwed ? "booked as a debt" : "dismissed") by \(who.prefix(64))", at: now)
        return true
    }

    private func bookHeld(_ id: PaymentID, _ known: PaymentRow, at now: WallTime) throws(PlatformError) -> Bool {
        var row = known
        guard let charge = Payments.read(row.charge) else { return false }
        let transfer = row.isClaimed ? TransferID(debtOf: id) : TransferID(payment: id)
        guard try bookDebt(transfer, charge, row.device, at: now) else { return false }
        if row.state == .reversed { row.reason = .undone }
        row.state = .debt
        try table.update(row, id, at: now)
        return true
    }

    /// Keeps for a person to decide what a box has recorded with a quote that cannot be reproduced.
    func hold(_ charge: Charge, _ device: DeviceID, at now: WallTime) throws(PlatformError) {
        guard charge.quote.total > .zero else { return }
        guard let debtor = charge.debtor else {
            return try unpayable(charge.payment, device, "nobody is known who owes it", at: now)
        }
        try debts.hold(charge.payment, debtor, charge.quote.total, at: now)
    }

    /// What a holder owes stands there as a negative balance.
    func account(of debtor: Holder) throws(PlatformError) -> AccountID {
        try booked(ledger.openAccount("debt:\(debtor.text)", mayNotGoNegative: false))
    }

    /// Takes an open debt from the contract's account, all of it or nothing.
    private func take(_ debt: Debt, _ row: PaymentRow, at now: WallTime) throws(PlatformError) -> PaymentOutcome {
        if let charge = Payments.read(row.charge), let canteen = try purses.canteen(of: charge, from: row.device) {
            return try takeFromPurses(debt, row, charge, canteen, at: now)
        }
        guard let contract = try contracts.contract(of: debt.holder) else { return .declined(.noContract) }
        guard contract.status == .active else { return .declined(.suspended) }
        // The debt that a box has recorded stands for good, so where there is one it is the one that stands.
        let claimed = TransferID(debtOf: debt.payment)
        let standing = try booked(ledger.transfer(claimed)) == nil ? TransferID(payment: debt.payment) : claimed
        let order = TransferOrder(
            id: standing.collection, debit: contract.account, credit: try account(of: debt.holder), amount: debt.amount,
            code: .collection, at: now)
        do throws(LedgerError) { try ledger.post(order) } catch {
            guard case .insufficientFunds = error else { throw .ledger(error) }
            return .declined(.insufficientFunds)
        }
        var row = row
        row.state = .collected
        try table.update(row, debt.payment, at: now)
        try debts.paid(debt.payment, at: now)
        return .approved
    }

    /// Takes an open debt from the payer's purses, as the meal would have been paid; all of it or nothing.
    private func takeFromPurses(
        _ debt: Debt, _ row: PaymentRow, _ charge: Charge, _ canteen: CanteenSettings, at now: WallTime
    ) throws(PlatformError) -> PaymentOutcome {
        guard try purses.payLate(charge, at: canteen, to: try account(of: debt.holder), at: now) else {
            return .declined(.insufficientFunds)
        }
        var row = row
        row.state = .collected
        try table.update(row, debt.payment, at: now)
        try debts.paid(debt.payment, at: now)
        return .approved
    }
}
