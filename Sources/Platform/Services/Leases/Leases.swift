internal import Ledger
internal import SQLite
internal import Vocabulary
internal import Wire

/// Sets money aside for one box, and takes back what the box has not spent when its time and a grace are over.
///
/// The money moves by a posted transfer into an account of that box for that source, not by a pending one: a pending
/// transfer settles as a whole, and a lease is spent in many small payments, each a transfer of its own from this
/// account. So from the grant on the purse has that much less, for whoever asks, and neither the account nor the row of
/// a lease can go negative: two boxes never spend the same fen. Every call stands inside one transaction of the
/// caller's.
final class Leases {
    let table: LeaseTable
    let ledger: Ledger
    private let contracts: ContractRegister
    let incidents: IncidentBook
    let limits: LeaseLimits
    let parts: PurseParts

    init(
        in database: borrowing Database, ledger: Ledger, contracts: ContractRegister, incidents: IncidentBook,
        limits: LeaseLimits, parts: PurseParts
    ) throws(SQLiteError) {
        table = try LeaseTable(in: database)
        self.ledger = ledger
        self.contracts = contracts
        self.incidents = incidents
        self.limits = limits
        self.parts = parts
    }

    // MARK: - Orders

    /// Carries out what a box asks; the same order again gets the same answer and moves nothing.
    func carryOut(_ order: LeaseOrder, from device: DeviceID, at now: WallTime) throws(PlatformError) -> LeaseOutcome {
        let row = try table.find(order.lease)
        if let row, row.device != device {
            try incidents.note(
                .foreignLease, device, subject: order.lease.description,
                "the id belongs to a lease of another box; it stands as it was", at: now)
            return .conflict
        }
        switch (order, row) {
        case (.open(_, let purpose, let amount, let seconds), let row?):
            return try again(row, order.lease, purpose, amount, seconds, at: now)
        case (.open(let id, let purpose, let amount, let seconds), nil):
            return try open(id, purpose, amount, seconds, device, at: now)
        case (.renew(let id, let amount, let seconds), let row?): return try renew(id, row, amount, seconds, at: now)
        case (.renew, nil): return .refused(.ended)
        case (.giveBack(_, let spends), let row?): return try giveBack(row, spends, at: now)
        case (.giveBack(let id, _), nil):
            // It may still be on its way: then it is refused when it comes.
            _ = try table.insert(id, device, nil)
            return .returned
        }
    }

    /// Takes back the rest of the leases whose end and grace are over.
    /// - Parameter most: how many at once; the rest waits for the next call.
    /// - Returns: how many leases were closed.
    func returnDue(at now: WallTime, most: Int64) throws(PlatformError) -> Int {
        let rows = try table.due(at: now, most: most)
        for row in rows { try close(row, at: now) }
        return rows.count
    }

    private func again(
        _ row: LeaseRow, _ id: LeaseID, _ purpose: LeasePurpose, _ amount: Fen, _ seconds: Int64, at now: WallTime
    ) throws(PlatformError) -> LeaseOutcome {
        guard let terms = row.terms else { return .refused(.ended) }
        guard terms.purpose == purpose.text, terms.asked == amount, terms.askedSeconds == seconds else {
            try incidents.note(
                .leaseConflict, row.device, subject: id.description,
                "the id was used before with another order; the earlier lease stands as it was", at: now)
            return .conflict
        }
        guard row.returned == nil else { return .refused(.ended) }
        guard case .purse(let holder) = purpose, try parts.lots.payments(of: row.number) != nil else {
            return granted(terms, at: now)
        }
        let rules = try parts.rules(for: row.device, holder, of: [])
        return try grantedToPerson(row, holder, id, by: rules, at: now)
    }

    func granted(_ terms: LeaseRow.Terms, at now: WallTime) -> LeaseOutcome {
        .granted(
            LeaseTerms(
                amount: terms.granted, expires: terms.expires,
                seconds: max(0, (terms.expires.milliseconds - now.milliseconds) / 1_000),
                graceSeconds: (terms.ends.milliseconds - terms.expires.milliseconds) / 1_000))
    }

    private func open(
        _ id: LeaseID, _ purpose: LeasePurpose, _ amount: Fen, _ seconds: Int64, _ device: DeviceID, at now: WallTime
    ) throws(PlatformError) -> LeaseOutcome {
        let text = purpose.text
        if let holder = try isPerson(purpose, at: device) {
            return try openOfPerson(id, purpose, holder, amount, seconds, device, at: now)
        }
        let source: Account
        switch try account(of: purpose, device) {
        case .failure(let refusal): return .refused(refusal)
        case .success(let found): source = found
        }
        guard try table.openCount(device, text) < LeaseLimits.mostOpen else { return .refused(.overLimit) }
        let room = try self.room(amount, rest: .zero, purpose, source, device)
        guard room > .zero else { return .refused(source.available > .zero ? .overLimit : .insufficientFunds) }
        let account = try booked(ledger.openAccount("lease:\(device):\(source.name)", mayNotGoNegative: true))
        let terms = LeaseRow.Terms(
            purpose: text, asked: amount, askedSeconds: seconds, source: source.id, account: account, granted: .zero,
            spent: .zero, moves: 0, expires: now, ends: now)
        var row = try table.insert(id, device, terms)
        return try grant(&row, terms, room, seconds, at: now)
    }

    private func renew(
        _ id: LeaseID, _ row: LeaseRow, _ amount: Fen, _ seconds: Int64, at now: WallTime
    ) throws(PlatformError) -> LeaseOutcome {
        guard let terms = row.terms, row.returned == nil, let purpose = try? LeasePurpose(terms.purpose) else {
            return .refused(.ended)
        }
        if case .purse(let holder) = purpose, try parts.lots.payments(of: row.number) != nil {
            return try renewOfPerson(id, row, holder, amount, seconds, at: now)
        }
        let source: Account
        switch try account(of: purpose, row.device) {
        case .failure(let refusal): return .refused(refusal)
        case .success(let found): source = found
        }
        // The holder's contract may name another account by now: then this lease is not made larger.
        var room = Fen.zero
        if source.id == terms.source, amount > terms.granted {
            let more = Fen(amount.count - terms.granted.count)
            room = try self.room(more, rest: terms.rest, purpose, source, row.device)
        }
        var row = row
        return try grant(&row, terms, room, seconds, at: now)
    }

    /// Sets so much more aside, and lets the lease last so long from now, if that is longer.
    private func grant(
        _ row: inout LeaseRow, _ terms: LeaseRow.Terms, _ amount: Fen, _ seconds: Int64, at now: WallTime
    ) throws(PlatformError) -> LeaseOutcome {
        var terms = terms
        if amount > .zero {
            terms.moves += 1
            try booked(
                ledger.post(
                    TransferOrder(
                        id: TransferID(lease: row.number, move: terms.moves), debit: terms.source,
                        credit: terms.account, amount: amount, code: .lease, at: now)))
            terms.granted = Fen(terms.granted.count + amount.count)
        }
        terms.extend(seconds, limits, at: now)
        row.terms = terms
        try table.update(row)
        return granted(terms, at: now)
    }

    private func giveBack(_ row: LeaseRow, _ spends: Int64, at now: WallTime) throws(PlatformError) -> LeaseOutcome {
        guard row.returned == nil else { return .returned }
        // What was spent and has not come yet would find the money gone.
        guard row.records >= spends else { return .refused(.notDrained) }
        try close(row, at: now)
        return .returned
    }

    private func close(_ row: LeaseRow, at now: WallTime) throws(PlatformError) {
        guard var terms = row.terms else { return }
        var row = row
        let rest = terms.rest
        if try !closePurses(row, &terms, at: now), rest > .zero {
            terms.moves += 1
            try booked(
                ledger.post(
                    TransferOrder(
                        id: TransferID(lease: row.number, move: terms.moves), debit: terms.account,
                        credit: terms.source, amount: rest, code: .lease, at: now)))
        }
        row.terms = terms
        row.returned = rest
        try table.update(row)
    }

    // MARK: - Who may have how much

    /// The account the money comes from, or why this box gets none of it.
    private func account(
        of purpose: LeasePurpose, _ device: DeviceID
    ) throws(PlatformError) -> Result<Account, LeaseRefusal> {
        switch purpose {
        case .purse(let holder):
            guard limits.mostPerPurse > .zero else { return .failure(.notAllowed) }
            guard let contract = try contracts.contract(of: holder) else { return .failure(.noContract) }
            guard contract.status == .active else { return .failure(.suspended) }
            return .success(try booked(ledger.account(contract.account)))
        case .payout(let buyer):
            guard limits.payouts[buyer]?.contains(device) == true else { return .failure(.notAllowed) }
            guard let account = try booked(ledger.account(named: ContractRegister.accountName(buyer))) else {
                return .failure(.noContract)
            }
            return .success(account)
        }
    }

    /// How much of what is wanted may be set aside now.
    private func room(
        _ wanted: Fen, rest: Fen, _ purpose: LeasePurpose, _ source: Account, _ device: DeviceID
    ) throws(PlatformError) -> Fen {
        let held = try table.held(by: device)
        let (most, available) =
            switch purpose {
            case .purse: (limits.mostPerPurse, Leases.share(limits.pursePercent, of: source.available))
            case .payout: (limits.mostPerPayout, source.available)
            }
        let ofLease = most.count - rest.count
        let ofBox = limits.mostPerBox.count - held.count
        return Fen(max(0, min(wanted.count, ofLease, ofBox, available.count)))
    }

    /// A part in percent, rounded down, without leaving the range of 64 bits; nothing of a negative amount.
    static func share(_ percent: Int64, of amount: Fen) -> Fen {
        guard amount > .zero else { return .zero }
        return Fen(amount.count / 100 * percent + amount.count % 100 * percent / 100)
    }
}
