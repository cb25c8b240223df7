internal import Effects
internal import Payments
internal import Purses
internal import Vocabulary
internal import Wire

/// While the platform cannot be asked.
extension CanteenSite {
    /// Takes a person's payment from what was lent for them, or promises it; else it is declined.
    /// - Parameter reason: what the customer is told then.
    mutating func chargeOffline(
        _ lane: Int, _ charge: Charge, _ reason: Notice.HoldReason, at now: ClockReading
    ) {
        guard isJournalHealthy else { return decline(lane, .notPaid(.diskFull, nil), "journalFailing", at: now) }
        // What is left of the disk is for what is under way; online sales go on.
        guard diskLevel < .critical else {
            return giveUp(lane, charge, .notPaid(.diskFull, charge.quote.total), "diskNearlyFull", at: now)
        }
        let known = lists.circumstances(of: charge.instrument.holder, at: now)
        if charge.instrument.holder != nil, known.isDenied {
            return giveUp(lane, charge, .notPaid(.denied, charge.quote.total), "denied", at: now)
        }
        if spendLease(lane, charge, at: now) { return }
        do throws(OfflineRefusal) {
            try offline.promise(charge.quote.total, to: charge.instrument, known, at: now.uptime)
        } catch {
            let word: CanteenWord =
                doRulesDiffer && charge.instrument.holder != nil
                ? .rulesDiffer : shortage(charge, at: now) ?? .notPaid(reason, charge.quote.total)
            return giveUp(lane, charge, word, error.rawValue, at: now)
        }
        let promise = StateChange.put(
            kind: CanteenRecovery.promiseKind, key: charge.payment.description, value: charge.canonical)
        write(
            lane, charge, [.payment(.acceptedOffline, charge, nil)], [promise], "chargedOffline",
            .paidLater(charge.quote.total), .record(charge), at: now)
    }

    /// - Parameter asFirstChoice: only where the platform would take it from the same purses.
    /// - Returns: whether what was lent for the holder covers the charge; it is spent then.
    mutating func spendLease(
        _ lane: Int, _ charge: Charge, asFirstChoice: Bool = false, at now: ClockReading
    ) -> Bool {
        guard let holder = charge.instrument.holder, charge.quote.total > .zero, !doRulesDiffer,
            !asFirstChoice || isFirstChoice(holder, charge, at: now),
            let taken = takeFromLease(holder, charge, at: now)
        else { return false }
        // What was asked may have been paid from other money; the platform books it once.
        let isInDoubt = payments[charge.payment] != nil
        let changes = isInDoubt ? leases?.doubt(.purse(holder)) ?? [] : []
        write(
            lane, charge, [.leaseSpent(taken.lease, charge, spends: taken.spends)], [taken.state] + changes,
            "leaseSpent",
            .paid(charge.quote.total), .record(charge), lease: taken.lease, taken.spends, left(holder, charge), at: now)
        return true
    }

    private mutating func takeFromLease(
        _ holder: Holder, _ charge: Charge, at now: ClockReading
    ) -> (lease: LeaseID, state: StateChange, spends: [PurseSpend])? {
        if let rules, case .success(let spends)? = split(holder, charge, rules, at: now), !spends.isEmpty,
            let occasion = occasion(charge),
            let spend = try? leases?.spend(spends, of: .purse(holder), on: occasion, at: now)
        {
            return (spend.lease, spend.state, spends)
        }
        guard let spend = try? leases?.spend(charge.quote.total, on: .purse(holder), at: now) else { return nil }
        return (spend.lease, spend.state, [])
    }

    /// What the purses hold after a payment from the lease; nil: nobody has told, or what is promised comes off too.
    private func left(_ holder: Holder, _ charge: Charge) -> PursesLeft? {
        guard let meal = charge.meal, !offline.isOwing(holder) else { return nil }
        return leases?.left(of: .purse(holder), on: meal.day)
    }

    /// The platform has booked money of a person that is not in the lease: what was told before is shown no more.
    /// - Returns: what is to be written.
    mutating func movedElsewhere(_ holder: Holder?, at now: ClockReading) -> [StateChange] {
        holder.flatMap { leases?.changedElsewhere(.purse($0), at: now) } ?? []
    }

    private func occasion(_ charge: Charge) -> Occasion? {
        charge.meal.map { Occasion(merchant: scenario.merchantClass, meal: $0) }
    }

    /// What the purses, as far as they are lent, pay of it; nil: it is nothing that purses pay.
    private func split(
        _ holder: Holder, _ charge: Charge, _ rules: PurseRules, at now: ClockReading
    ) -> Result<[PurseSpend], LeaseSplitRefusal>? {
        guard let leases, let occasion = occasion(charge), let basket = try? Basket(charge.quote) else { return nil }
        return leases.split(
            basket, of: .purse(holder), guardian: people[holder]?.guardian, on: occasion, by: rules, at: now)
    }

    /// Whether the same purses pay as if all of a person's money were lent to this box: money that is elsewhere may
    /// have to pay first.
    private func isFirstChoice(_ holder: Holder, _ charge: Charge, at now: ClockReading) -> Bool {
        guard let rules, let leases, let occasion = occasion(charge), let basket = try? Basket(charge.quote),
            case .success(let spends)? = split(holder, charge, rules, at: now)
        else { return true }
        return leases.isFirstChoice(
            spends, for: basket, of: .purse(holder), guardian: people[holder]?.guardian, on: occasion, by: rules)
    }

    /// Why the purses, as far as they are lent, do not pay; nil: nothing is lent, or nothing says why.
    private func shortage(_ charge: Charge, at now: ClockReading) -> CanteenWord? {
        guard let rules, let holder = charge.instrument.holder,
            case .failure(.purses(let refusal))? = split(holder, charge, rules, at: now)
        else { return nil }
        let words = refusal.words(by: rules)
        return .shortage(chinese: words.chinese, english: words.english)
    }

    /// Writes the record that pays the sale; what opens waits until it is on disk.
    mutating func write(
        _ lane: Int, _ charge: Charge, _ records: [Record.Event], _ state: [StateChange], _ reason: String,
        _ word: CanteenWord, _ paid: Served.Paid, lease: LeaseID? = nil, _ spends: [PurseSpend] = [],
        _ left: PursesLeft? = nil, at now: ClockReading
    ) {
        guard let sale = lanes[lane].sale else { return }
        isRecordOpen = true
        let isOffline = if case .record = paid { true } else { false }
        let kept = settle(lane, charge, paid, isOffline: isOffline, spends, left, at: now)
        lanes[lane].sale?.stage = .writing
        lanes[lane].sale?.writtenAt = now.uptime
        // The payment is settled by this record: nothing is asked of it any more, even after a restart.
        let isUnderWay = payments[charge.payment] != nil
        let done = StateChange.remove(kind: CanteenRecovery.paymentKind, key: charge.payment.description)
        persist(
            records + identified(lane, sale) + [decision(lane, sale, .letOut, reason)],
            state: state + kept + registerPaid(sale, charge) + (isUnderWay ? [done] : []),
            then: .serve(lane: lane, sale: sale.id, word, charge, wasAsked: isUnderWay, lease: lease))
        payment(charge.payment, .settledByRecord, at: now)
    }

    /// What was asked may still come to be approved; until then the sale waits, and another instrument may be shown.
    private mutating func giveUp(
        _ lane: Int, _ charge: Charge, _ word: CanteenWord, _ reason: String, at now: ClockReading
    ) {
        guard payments[charge.payment] != nil, let sale = lanes[lane].sale else {
            return decline(lane, word, reason, at: now)
        }
        persist([decision(lane, sale, .hold, reason)])
        say(lane, word, at: now)
    }

    /// Notes that a sale is paid: what was sold, who ate, what the book says.
    /// - Returns: what keeps that, to be written together with the sale's record.
    mutating func settle(
        _ lane: Int, _ charge: Charge?, _ paid: Served.Paid, isOffline: Bool, _ spends: [PurseSpend],
        _ left: PursesLeft?, at now: ClockReading
    ) -> [StateChange] {
        guard let sale = lanes[lane].sale else { return [] }
        let holder = sale.guest?.holder
        let entry = entry(sale, lane, charge, isOffline: isOffline, spends, at: now)
        var changes: [StateChange] = []
        if sale.mode != .passOnly {
            book.add(entry, keeping: openUses)
            changes.append(book.kept)
        }
        if !sale.held.isEmpty {
            stock.sell(sale.held)
            changes.append(stock.kept)
        }
        let till = till(lane, sale.mode)
        let before = holder.flatMap { notes[$0, till] }
        if let holder, sale.mode != .passOnly {
            changes += notes.put(
                holder,
                MealNote(
                    meal: sale.meal, helpings: notes.helpingsHere(holder, sale.meal, till: till) + 1, transit: sale.id,
                    payment: charge?.payment, till: till, at: now, standing: standing(lane)))
        }
        lanes[lane].sale?.served = Served(
            entry: entry, holder: holder, paid: paid, items: sale.held, before: before, left: left)
        lanes[lane].sale?.held = [:]
        return changes
    }

    /// The write of a sale's record was refused: it never was.
    mutating func unsettle(_ served: Served) {
        if served.entry.mode != .passOnly { book.remove(served.entry) }
        stock.putBack(served.items, of: served.entry.meal)
        if let holder = served.holder { _ = notes.undo(holder, served.entry.id, before: served.before) }
    }
}
