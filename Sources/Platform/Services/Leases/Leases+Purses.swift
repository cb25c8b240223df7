internal import Ledger
internal import Purses
internal import Vocabulary
internal import Wire

/// Leases on persons' purses: lot by lot, and with what limits have to know.
extension Leases {
    /// A lease may be spent in so many payments before it is renewed, where payments are counted at all: the meals of a
    /// day. Elsewhere they count as made, so more would only keep others waiting.
    static let mostPayments: Int64 = 4
    /// Counters of days that ended so many days before today or earlier are not told: no record of such a day is made
    /// from a lease any more.
    static let daysTold: Int64 = 1

    /// Somebody whose purses may be lent.
    struct Payer {
        var holder: Holder
        var canteen: CanteenSettings
        var guardian: Guardian?
    }

    /// Whose purses a lease of this box would be; nil: an account, as of a contract.
    func isPerson(_ purpose: LeasePurpose, at device: DeviceID) throws(PlatformError) -> Holder? {
        guard case .purse(let holder) = purpose, holder.kind == .member, parts.canteens[device] != nil,
            try parts.people.person(holder) != nil
        else { return nil }
        return holder
    }

    /// Who may be lent to a box now, or why nobody.
    private func payer(
        _ holder: Holder, at device: DeviceID, _ now: WallTime
    ) throws(PlatformError) -> Result<Payer, LeaseRefusal> {
        guard limits.mostPerPurse > .zero, let canteen = parts.canteens[device] else { return .failure(.notAllowed) }
        guard try parts.payments.rules(of: device) == canteen.purseRulesDigest else { return .failure(.rulesDiffer) }
        guard let person = try parts.people.current(holder, at: device, now) else {
            let isElsewhere = try parts.people.person(holder)?.list != canteen.people
            return .failure(isElsewhere ? .noContract : .suspended)
        }
        // Somebody waits at another till for this money to come back.
        guard try !parts.payments.isWaiting(holder) else { return .failure(.overLimit) }
        return .success(Payer(holder: holder, canteen: canteen, guardian: person.guardian))
    }

    func openOfPerson(
        _ id: LeaseID, _ purpose: LeasePurpose, _ holder: Holder, _ amount: Fen, _ seconds: Int64, _ device: DeviceID,
        at now: WallTime
    ) throws(PlatformError) -> LeaseOutcome {
        let payer: Payer
        switch try self.payer(holder, at: device, now) {
        case .failure(let refusal): return .refused(refusal)
        case .success(let found): payer = found
        }
        guard try table.openCount(device, purpose.text) < LeaseLimits.mostOpen else { return .refused(.overLimit) }
        let (lots, hasMoney) = try lendable(amount, [], rest: .zero, payer, device, at: now)
        guard !lots.isEmpty else { return .refused(hasMoney ? .overLimit : .insufficientFunds) }
        let account = try booked(ledger.openAccount("lease:\(device):purses:\(holder.text)", mayNotGoNegative: true))
        let terms = LeaseRow.Terms(
            purpose: purpose.text, asked: amount, askedSeconds: seconds, source: account, account: account,
            granted: .zero, spent: .zero, moves: 0, expires: now, ends: now)
        var row = try table.insert(id, device, terms)
        guard try lend(lots, &row, payer, at: now) else { return .refused(.insufficientFunds) }
        return try extend(&row, seconds, payer, id, at: now)
    }

    func renewOfPerson(
        _ id: LeaseID, _ row: LeaseRow, _ holder: Holder, _ amount: Fen, _ seconds: Int64, at now: WallTime
    ) throws(PlatformError) -> LeaseOutcome {
        let payer: Payer
        switch try self.payer(holder, at: row.device, now) {
        case .failure(let refusal): return .refused(refusal)
        case .success(let found): payer = found
        }
        guard let terms = row.terms else { return .refused(.ended) }
        var row = row
        if amount > terms.granted {
            let more = Fen(amount.count - terms.granted.count)
            let held = try parts.lots.lots(of: row.number)
            let (lots, _) = try lendable(more, held, rest: terms.rest, payer, row.device, at: now)
            guard try lend(lots, &row, payer, at: now) else { return .refused(.insufficientFunds) }
        }
        return try extend(&row, seconds, payer, id, at: now)
    }

    /// Moves lots from the purses into the lease.
    /// - Returns: false if a lot has not that much; nothing has moved then.
    private func lend(
        _ lots: [LeaseLot], _ row: inout LeaseRow, _ payer: Payer, at now: WallTime
    ) throws(PlatformError) -> Bool {
        guard var terms = row.terms, !lots.isEmpty else { return true }
        let (number, moves) = (row.number, terms.moves)
        let spends = lots.map {
            PurseSpend(line: 0, purse: $0.purse, lot: $0.lot, expires: $0.expires, amount: $0.amount)
        }
        guard
            try parts.book.take(
                spends, of: payer.holder, to: terms.account, .lease, at: now,
                id: { TransferID(lease: number, move: moves + Int64($0) + 1) })
        else { return false }
        var held = try parts.lots.lots(of: number)
        for lot in lots {
            if let index = held.firstIndex(where: { $0.lent.isMoney(of: lot) }) {
                held[index].lent.amount = Fen(held[index].lent.amount.count + lot.amount.count)
            } else {
                held.append(LeaseLotRow(lent: lot, spent: .zero))
            }
        }
        try parts.lots.put(held, of: number)
        terms.moves += Int64(lots.count)
        terms.granted = Fen(terms.granted.count + lots.reduce(0) { $0 + $1.amount.count })
        row.terms = terms
        return true
    }

    /// Lets the lease last so long from now, if that is longer, and be spent in more payments.
    private func extend(
        _ row: inout LeaseRow, _ seconds: Int64, _ payer: Payer, _ id: LeaseID, at now: WallTime
    ) throws(PlatformError) -> LeaseOutcome {
        guard var terms = row.terms else { return .refused(.ended) }
        terms.extend(seconds, limits, at: now)
        row.terms = terms
        try table.update(row)
        var most: Int64?
        if let allowed = Leases.payments(by: payer) {
            most = max((try parts.lots.payments(of: row.number) ?? nil) ?? 0, row.records + allowed)
        }
        try parts.lots.setPayments(most, of: row.number)
        return try grantedToPerson(row, payer.holder, id, by: payer.canteen.rules, at: now)
    }

    /// How many payments a lease may be spent in; nil: no limit counts payments.
    private static func payments(by payer: Payer) -> Int64? {
        func counts(_ limits: PurseLimits) -> [Int64] {
            [limits.period?.count, limits.day?.count, limits.month?.count].compactMap { $0 }
        }
        let ofGuardian = payer.guardian.map { counts($0.limits) } ?? []
        let ofPurses = payer.canteen.rules.purses.flatMap { counts($0.limits) }
        guard !ofGuardian.isEmpty || !ofPurses.isEmpty else { return nil }
        let days = [payer.guardian?.limits.day?.count, payer.guardian?.limits.month?.count].compactMap { $0 }
        return max(1, min(mostPayments, days.min() ?? mostPayments))
    }

    // MARK: - How much

    /// What may be lent of which lots: in spending order, a part of each purse, and no more than limits leave.
    ///
    /// Of a purse that pays a part of a meal no more is lent than it can pay of the payments of one lease: else nothing
    /// would be left of the lease for the purse that pays the rest.
    /// - Parameter held: what the lease has already.
    /// - Returns: the lots; and whether the person has anything that might be lent.
    private func lendable(
        _ wanted: Fen, _ held: [LeaseLotRow], rest: Fen, _ payer: Payer, _ device: DeviceID, at now: WallTime
    ) throws(PlatformError) -> (lots: [LeaseLot], hasMoney: Bool) {
        let rules = payer.canteen.rules
        let occasion = Occasion(merchant: payer.canteen.merchantClass, period: nil, day: rules.day(at: now))
        let states = try parts.states(of: payer.holder, on: occasion, by: rules)
        // Only amounts: a payment that may be made elsewhere does not keep the next one from being made here.
        let reserved = Reserved(try parts.lots.open(of: payer.holder), countsPayments: false)
        var left = min(
            wanted.count, limits.mostPerPurse.count - rest.count,
            limits.mostPerBox.count - (try table.held(by: device)).count)
        if let guardian = payer.guardian {
            let used = try parts.book.usage(of: payer.holder, on: occasion).used(nil, on: occasion)
            var lasting = guardian.limits
            // The most of one payment says nothing of many.
            lasting.payment = nil
            left = min(left, lasting.room(after: reserved.added(to: used, nil), on: occasion).count)
        }
        var lots: [LeaseLot] = []
        var hasMoney = false
        for purse in rules.purses where purse.spendsOn.merchants?.contains(occasion.merchant) ?? true {
            guard let state = states.first(where: { $0.purse == purse.id }) else { continue }
            var lasting = purse
            lasting.limits.payment = nil
            var unlimited = purse
            unlimited.limits = PurseLimits()
            let money = unlimited.room(in: state, on: occasion)
            if money > .zero { hasMoney = true }
            var room = min(
                left, Leases.share(limits.pursePercent, of: money).count,
                lasting.room(in: reserved.added(to: [state])[0], on: occasion).count)
            if let most = Leases.mostOfPayments(purse) {
                let rest = held.reduce(0) { $0 + ($1.lent.purse == purse.id ? $1.rest.count : 0) }
                room = min(room, most - rest)
            }
            guard room > 0 else { continue }
            left -= room
            if purse.kind == .debit {
                lots.append(LeaseLot(purse: purse.id, amount: Fen(room)))
                continue
            }
            for lot in state.lots.live(on: occasion.day) where room > 0 {
                let part = min(room, lot.left.count)
                lots.append(LeaseLot(purse: purse.id, lot: lot.id, expires: lot.expires, amount: Fen(part)))
                room -= part
            }
            left += room
        }
        return (lots, hasMoney)
    }

    /// What a purse can pay at most in the payments of one lease; nil: its limits do not say.
    private static func mostOfPayments(_ purse: Purse) -> Int64? {
        let payment = purse.limits.payment.map { ($0, mostPayments) }
        let meals = Int64(purse.spendsOn.periods?.count ?? Int(mostPayments))
        let period = purse.limits.period?.amount.map { ($0, min(meals, mostPayments)) }
        return [payment, period].compactMap { $0 }.map { amount, times in
            let (most, overflow) = amount.count.multipliedReportingOverflow(by: times)
            return overflow ? .max : most
        }.min()
    }

    // MARK: - What the box is told

    func grantedToPerson(
        _ row: LeaseRow, _ holder: Holder, _ id: LeaseID, by rules: PurseRules, at now: WallTime
    ) throws(PlatformError) -> LeaseOutcome {
        guard let terms = row.terms, case .granted(var word) = granted(terms, at: now) else { return .refused(.ended) }
        word.lots = try parts.lots.lots(of: row.number).map(\.lent)
        word.payments = try parts.lots.payments(of: row.number) ?? nil
        let since = CivilDate(dayNumber: rules.day(at: now).dayNumber - Leases.daysTold)
        var tallies = try parts.book.table.usage(of: holder, since: since)
        // What was paid from this lease the box counts itself, as it was paid: only what a refund changed is told.
        for payment in try parts.payments.payments(from: id) {
            for move in UsageMove.all(of: payment.spends, on: payment.occasion) where move.window.lastDay >= since {
                let key = UsageBook.Key(purse: move.purse, window: move.window)
                let old = tallies[key] ?? Tally()
                tallies[key] = Tally(amount: Fen(old.amount.count - move.amount.count), count: old.count - move.count)
            }
        }
        let open = try parts.lots.open(of: holder).filter { $0.id != id }
        let others = Reserved(open)
        word.usage =
            tallies.filter { $0.value != Tally() }
            .map { LeaseUsage(purse: $0.purse, window: $0.window, amount: $1.amount, count: $1.count) }
            .sorted {
                ($0.window?.description ?? "", $0.purse?.text ?? "")
                    < ($1.window?.description ?? "", $1.purse?.text ?? "")
            }
            + others.tallies.map { LeaseUsage(purse: $0, window: nil, amount: $1.amount, count: $1.count) }
            .sorted { ($0.purse?.text ?? "") < ($1.purse?.text ?? "") }
        word.elsewhere = try elsewhere(row.device, holder, open, at: now)
        // A box that would not know all of it must not spend by it.
        guard word.usage.count <= LeaseTerms.mostUsage, word.lots.count <= LeaseTerms.mostLots else {
            return .refused(.overLimit)
        }
        return .granted(word)
    }

    /// What a person has outside a box's lease; nil: too much to tell, or nobody can know.
    /// - Parameter open: the person's other leases.
    private func elsewhere(
        _ device: DeviceID, _ holder: Holder, _ open: [PersonLease], at now: WallTime
    ) throws(PlatformError) -> [DatedBalance]? {
        // What that box has spent of another lease may not have come, and the box would not take it off.
        guard let canteen = parts.canteens[device], !open.contains(where: { $0.device == device }) else { return nil }
        let occasion = Occasion(merchant: canteen.merchantClass, period: nil, day: canteen.rules.day(at: now))
        let money = try parts.money(of: holder, lent: open, on: occasion, by: canteen.rules)
        return money.count <= LeaseTerms.mostElsewhere ? money : nil
    }

    // MARK: - Spent and given back

    /// Moves money out of a lease's lots.
    /// - Returns: false, with an incident, if the lease does not cover it; nothing has moved then.
    func pay(
        _ id: LeaseID, _ holder: Holder, _ spends: [PurseSpend], to credit: AccountID, at now: WallTime,
        id transfer: (Int) -> TransferID
    ) throws(PlatformError) -> Bool {
        let amount = Fen(spends.reduce(0) { $0 + $1.amount.count })
        guard var row = try covering(id, .purse(holder), amount, at: now), var terms = row.terms else { return false }
        var lots = try parts.lots.lots(of: row.number)
        for spend in spends {
            guard let index = lots.firstIndex(where: { $0.lent.isMoney(of: spend) }),
                spend.amount <= lots[index].rest
            else {
                try incidents.note(
                    .leaseOverspent, row.device, subject: id.description,
                    "more of a lot was spent than was left of it; it is taken from the payer, or owed", at: now)
                return false
            }
            lots[index].spent = Fen(lots[index].spent.count + spend.amount.count)
        }
        for (index, spend) in spends.enumerated() {
            try booked(
                ledger.post(
                    TransferOrder(
                        id: transfer(index), debit: terms.account, credit: credit, amount: spend.amount, code: .charge,
                        at: now)))
        }
        try parts.lots.put(lots, of: row.number)
        terms.spent = Fen(terms.spent.count + amount.count)
        row.terms = terms
        try table.update(row)
        return true
    }

    /// Puts the rest of each lot back into it.
    /// - Returns: false where the lease holds no lots.
    func closePurses(_ row: LeaseRow, _ terms: inout LeaseRow.Terms, at now: WallTime) throws(PlatformError) -> Bool {
        let lots = try parts.lots.lots(of: row.number)
        guard !lots.isEmpty, case .purse(let holder) = try? LeasePurpose(terms.purpose) else { return false }
        let credits = lots.filter { $0.rest > .zero }.map {
            Credit(
                from: $0.lent.purse, purse: $0.lent.purse, lot: $0.lent.lot, expires: $0.lent.expires, amount: $0.rest)
        }
        let (number, moves) = (row.number, terms.moves)
        let rules = try parts.rules(for: row.device, holder, of: credits.map(\.purse))
        try parts.book.put(
            credits, of: holder, by: rules, from: terms.account, .lease, at: now,
            id: { TransferID(lease: number, move: moves + Int64($0) + 1) })
        terms.moves += Int64(credits.count)
        return true
    }
}

extension LeaseLot {
    fileprivate func isMoney(of other: LeaseLot) -> Bool {
        purse == other.purse && lot == other.lot && expires == other.expires
    }

    fileprivate func isMoney(of spend: PurseSpend) -> Bool {
        purse == spend.purse && lot == spend.lot && expires == spend.expires
    }
}

extension [PurseState.Lot] {
    /// Those that may be spent on a day, in the order in which they are spent.
    fileprivate func live(on day: CivilDate) -> [PurseState.Lot] {
        filter { $0.left > .zero && $0.expires.map { $0 >= day } ?? true }
            .sorted { left, right in
                let days = (left.expires?.dayNumber ?? .max, right.expires?.dayNumber ?? .max)
                return days.0 != days.1 ? days.0 < days.1 : (left.id?.text ?? "~") < (right.id?.text ?? "~")
            }
            .prefix(PurseState.mostLots).map { $0 }
    }
}
