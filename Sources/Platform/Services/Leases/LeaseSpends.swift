internal import Ledger
internal import Vocabulary
internal import Wire

/// What records do to a lease.
extension Leases {
    /// Counts a record of something spent, wherever its money comes from in the end: the box gives a lease back only
    /// when all of them have come.
    /// - Returns: whether the lease is this box's; if not, an incident is noted.
    func arrived(_ id: LeaseID, from device: DeviceID, at now: WallTime) throws(PlatformError) -> Bool {
        guard var row = try table.find(id) else {
            try incidents.note(
                .unknownLease, device, subject: id.description,
                "money was spent from a lease that was never granted; it is taken from the payer, or owed", at: now)
            return false
        }
        guard row.device == device else {
            try incidents.note(
                .foreignLease, device, subject: id.description,
                "money was spent from another box's lease; it is taken from the payer, or owed", at: now)
            return false
        }
        row.records += 1
        try table.update(row)
        return true
    }

    /// Moves money out of a lease that holds no lots.
    /// - Returns: false, with an incident, if the lease does not cover it; nothing has moved then.
    func pay(
        _ id: LeaseID, _ purpose: LeasePurpose, _ payment: PaymentID, _ amount: Fen, to credit: AccountID,
        code: TransferCode, at now: WallTime
    ) throws(PlatformError) -> Bool {
        guard var row = try covering(id, purpose, amount, at: now), var terms = row.terms else { return false }
        // Of a box that stands in no canteen any more: its lots would come back larger than what the lease holds.
        guard try parts.lots.lots(of: row.number).isEmpty else {
            try incidents.note(
                .leaseConflict, row.device, subject: id.description,
                "money was spent of no lot of a lease on purses; it is taken from the payer, or owed", at: now)
            return false
        }
        try booked(
            ledger.post(
                TransferOrder(
                    id: TransferID(payment: payment), debit: terms.account, credit: credit, amount: amount, code: code,
                    at: now)))
        terms.spent = Fen(terms.spent.count + amount.count)
        row.terms = terms
        try table.update(row)
        return true
    }

    /// A lease that holds an amount for a purpose; nil, with an incident, if it does not.
    func covering(
        _ id: LeaseID, _ purpose: LeasePurpose, _ amount: Fen, at now: WallTime
    ) throws(PlatformError) -> LeaseRow? {
        guard let row = try table.find(id), let terms = row.terms, amount > .zero else { return nil }
        let device = row.device
        guard terms.purpose == purpose.text else {
            try incidents.note(
                .leaseConflict, device, subject: id.description, "money was spent for what this lease is not for",
                at: now)
            return nil
        }
        guard row.returned == nil else {
            try incidents.note(
                .leaseOver, device, subject: id.description,
                "what was spent came after the lease's rest had gone back; it is taken from the payer, or owed",
                at: now)
            return nil
        }
        guard amount <= terms.rest else {
            try incidents.note(
                .leaseOverspent, device, subject: id.description,
                "\(amount) was spent where \(terms.rest) was left; it is taken from the payer, or owed", at: now)
            return nil
        }
        return row
    }

    /// The buyer whose money a lease is; nil if it is none for payouts.
    func buyer(of id: LeaseID) throws(PlatformError) -> Slug? {
        guard let terms = try table.find(id)?.terms, case .payout(let buyer) = try? LeasePurpose(terms.purpose) else {
            return nil
        }
        return buyer
    }

    /// Where the money of a lease account comes from; nil if the account is none.
    func source(of account: AccountID) throws(LedgerError) -> AccountID? {
        do { return try table.source(of: account) } catch {
            switch error {
            case .ledger(let error): throw error
            case .store(let error): throw .store(error)
            default: preconditionFailure("reading a row fails in the store")
            }
        }
    }
}
