internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// A sale from the keys to the goods.
extension TillSite {
    mutating func key(_ lines: [TillLine], at now: ClockReading) {
        if let sale, sale.stage != .keyed {
            effects.append(.log(.warning, "\(scenario.till): a sale is being paid; the new one is not taken"))
            return show(.oneMoment)
        }
        var total = Fen.zero
        for line in lines {
            guard line.amount > .zero, let sum = try? total.adding(line.amount) else {
                return show(.notPaid(.badAmount, nil))
            }
            total = sum
        }
        guard (1...TillSite.mostLines).contains(lines.count), total <= scenario.mostAmount else {
            return show(.notPaid(.badAmount, nil))
        }
        let quote = Quote(
            tariff: scenario.prices, from: now.wall, until: now.wall,
            lines: lines.map { Quote.Line(kind: .item, amount: $0.amount, reference: $0.item) }, total: total)
        sale = Sale(id: ids.next(at: now.wall), quote: quote)
        show(.due(total))
    }

    mutating func present(_ instrument: Instrument, _ code: PayerCode?, at now: ClockReading) {
        guard var sale else { return show(.notPaid(.nothingToPay, nil)) }
        switch sale.stage {
        case .keyed: break
        case .writing: return show(.oneMoment)
        case .paying(let id):
            // While the first answer is awaited a second presentation is the same customer, impatient. Later it is
            // another way to pay: what was begun must not stand beside it.
            guard payments[id]?.isLive == false else { return show(.oneMoment) }
            payment(id, .abandoned, at: now)
        }
        if instrument == .shownCode, scenario.merchantQR == nil { return decline(.declined, "noCodeToShow") }
        guard isJournalHealthy else { return decline(.diskFull, "journalFailing") }
        let charge = Charge(
            payment: ids.next(at: now.wall), instrument: instrument, lane: scenario.till, quote: sale.quote)
        sale.stage = .paying(charge.payment)
        self.sale = sale
        if case .cash = instrument {
            return write(
                charge, [.payment(.cashTaken, charge, nil)], [], "cash", .thanks(charge.quote.total), at: now)
        }
        guard isLinkUp else { return chargeOffline(charge, .offlineNotAllowed, at: now) }
        show(.oneMoment)
        payments[charge.payment] = PaymentMachine(
            charge: charge, code: code, timings: scenario.timings, isLinkUp: isLinkUp)
        persist(
            [.payment(.requested, charge, nil)],
            state: [.put(kind: TillRecovery.paymentKind, key: charge.payment.description, value: charge.canonical)],
            then: .startPayment(charge.payment))
    }

    mutating func cancel(at now: ClockReading) {
        guard let sale else { return }
        switch sale.stage {
        // It is paid already, and the disk has only to say so: now it takes a refund.
        case .writing: return show(.oneMoment)
        case .paying(let id): payment(id, .abandoned, at: now)
        case .keyed: break
        }
        persist([decision(sale, .refuse, "cancelled")])
        self.sale = nil
        show(.cancelled)
    }

    /// Politely: the sale stays, and another instrument may be shown.
    mutating func decline(_ reason: Notice.HoldReason, _ word: String) {
        guard var sale else { return }
        persist([decision(sale, .hold, word)])
        sale.stage = .keyed
        self.sale = sale
        show(.notPaid(reason, sale.quote.total))
    }

    // MARK: - While the platform cannot be asked

    /// Takes a purse's payment from its lease, or promises it; else it is declined.
    /// - Parameter reason: what the customer is told then.
    mutating func chargeOffline(_ charge: Charge, _ reason: Notice.HoldReason, at now: ClockReading) {
        guard isJournalHealthy else { return decline(.diskFull, "journalFailing") }
        // What is left of the disk is for what is under way; online sales go on.
        guard diskLevel < .critical else { return giveUp(charge, .diskFull, "diskNearlyFull", at: now) }
        let known = lists.circumstances(of: charge.instrument.holder, at: now)
        if charge.instrument.holder != nil, known.isDenied { return giveUp(charge, .denied, "denied", at: now) }
        if spendLease(charge, at: now) { return }
        do throws(OfflineRefusal) {
            try offline.promise(charge.quote.total, to: charge.instrument, known, at: now.uptime)
        } catch {
            return giveUp(charge, reason, error.rawValue, at: now)
        }
        let promise = StateChange.put(
            kind: TillRecovery.promiseKind, key: charge.payment.description, value: charge.canonical)
        write(
            charge, [.payment(.acceptedOffline, charge, nil)], [promise], "chargedOffline",
            .thanksLater(charge.quote.total), at: now)
    }

    /// - Returns: whether the lease on the holder's purse covers the charge; it is spent then.
    mutating func spendLease(_ charge: Charge, at now: ClockReading) -> Bool {
        guard let holder = charge.instrument.holder, charge.quote.total > .zero,
            let spend = try? leases?.spend(charge.quote.total, on: .purse(holder), at: now)
        else { return false }
        write(
            charge, [.leaseSpent(spend.lease, charge)], [spend.state], "leaseSpent", .thanks(charge.quote.total),
            lease: spend.lease, at: now)
        return true
    }

    /// Writes the record that pays the sale; what opens waits until it is on disk.
    private mutating func write(
        _ charge: Charge, _ records: [Record.Event], _ state: [StateChange], _ word: String, _ notice: Notice,
        lease: LeaseID? = nil, at now: ClockReading
    ) {
        guard var sale else { return }
        sale.stage = .writing
        self.sale = sale
        // The payment is settled by this record: nothing is asked of it any more, even after a restart.
        let isUnderWay = payments[charge.payment] != nil
        let done = StateChange.remove(kind: TillRecovery.paymentKind, key: charge.payment.description)
        persist(
            records + [decision(sale, .letOut, word)], state: state + (isUnderWay ? [done] : []),
            then: .serve(sale: sale.id, notice, charge, wasAsked: isUnderWay, lease: lease))
        payment(charge.payment, .settledByRecord, at: now)
    }

    /// What was asked may still come to be approved; until then the sale waits, and another instrument may be shown.
    private mutating func giveUp(
        _ charge: Charge, _ reason: Notice.HoldReason, _ word: String, at now: ClockReading
    ) {
        guard payments[charge.payment] != nil, let sale else { return decline(reason, word) }
        persist([decision(sale, .hold, word)])
        show(.notPaid(reason, charge.quote.total))
    }
}
