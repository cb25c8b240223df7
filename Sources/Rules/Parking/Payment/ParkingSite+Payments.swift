internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// Payments under way, and the list of contracts.
extension ParkingSite {
    /// Begins to charge, or takes up again what was begun for the same stay.
    ///
    /// - Parameter wasAsked: the platform may have heard of this charge before.
    mutating func begin(
        _ charge: Charge, wasAsked: Bool, _ index: Int, _ transit: UUIDv7, at now: ClockReading
    ) {
        lanes[index].transaction?.payment = charge.payment
        lanes[index].transaction?.quote = charge.quote
        guard isLinkUp else { return chargeOffline(charge, index, transit, at: now) }
        guard isJournalHealthy else { return hold(index, transit, .diskFull, because: "journalFailing", at: now) }
        let code = lanes[index].transaction?.code
        lanes[index].transaction?.code = nil
        // What a coupon takes off has been shown, and stays on the sign.
        if !charge.quote.lines.contains(where: { $0.kind == .coupon }) { show(index, .wait(charge.plate)) }
        let undo = undo(charge.stay, payment: charge.payment)
        payments[charge.payment] = ActivePayment(
            machine: PaymentMachine(
                charge: charge, code: code, timings: scenario.timings, isLinkUp: isLinkUp, wasAsked: wasAsked),
            lane: index, transit: transit)
        if var stay = stay(of: charge) {
            stay.payment = Stay.Payment(
                charge: charge, progress: .underWay, at: now.wall, atUptime: now.uptime, boot: boot)
            stays.put(stay)
        }
        persist(
            [.payment(.requested, charge, nil)], state: keepStay(of: charge), then: .startPayment(charge.payment),
            undo: undo)
    }

    /// Hands an event to a payment's machine and carries out what it says.
    mutating func payment(_ id: PaymentID, _ event: PaymentMachine.Event, at now: ClockReading) {
        guard var active = payments[id] else { return }
        let actions = active.machine.handle(event, at: now.uptime)
        payments[id] = active
        let charge = active.machine.charge
        for action in actions {
            switch action {
            case .send(.reverse) where payments[id]?.reversal != ActivePayment.ReversalRecord.none:
                // It is asked for when the record is on disk.
                continue
            case .send(let request):
                // A record may have settled the payment since the machine spoke: then there is nothing to ask.
                guard payments[id] != nil else { continue }
                effects.append(.send(request, RequestToken(nextToken()), expires: scenario.timings.askAgainAfter))
            case .report(let report):
                self.report(report, charge, active, at: now)
            case .record(.reversing, let reason):
                payments[id]?.reversal = .underWay
                persist(
                    [.payment(.reversing, charge, reason)], state: stateAfter(.reversing, charge),
                    then: .reversalWritten(id))
            case .record(let state, let reason):
                persist([.payment(state, charge, reason)], state: stateAfter(state, charge))
            case .finished:
                payments[id] = nil
                startNext(after: id, at: now)
            }
        }
        if active.isAwaitedAgain, actions.contains(.record(.reversing, nil)) { carryOn(active, at: now) }
    }

    /// That a payment is to be undone is on disk: now the platform may hear it.
    mutating func reversalWritten(_ id: PaymentID) {
        guard payments[id]?.reversal == .underWay else { return }
        payments[id]?.reversal = .none
        guard isLinkUp else { return }
        effects.append(.send(.reverse(id), RequestToken(nextToken()), expires: scenario.timings.askAgainAfter))
    }

    /// The journal takes writes again: what it had no room for is written now, and only then asked for.
    mutating func writeRefusedReversals() {
        for (id, active) in payments.sorted(by: { $0.key < $1.key }) where active.reversal == .refused {
            let charge = active.machine.charge
            payments[id]?.reversal = .underWay
            persist(
                [.payment(.reversing, charge, nil)], state: stateAfter(.reversing, charge), then: .reversalWritten(id))
        }
    }

    /// The payment that the car waited for is being undone: it is decided anew.
    private mutating func carryOn(_ active: ActivePayment, at now: ClockReading) {
        payments[active.machine.charge.payment]?.isAwaitedAgain = false
        guard let index = active.lane, let transaction = lanes[index].transaction,
            transaction.transit == active.transit, lanes[index].machine.transit == transaction.transit
        else { return }
        consider(index, transaction.transit, at: now)
    }

    /// A payment that came to nothing leaves the stay unpaid, so that the next attempt gets an id of its own.
    private mutating func stateAfter(_ state: Record.PaymentState, _ charge: Charge) -> [StateChange] {
        var changes: [StateChange] = []
        if state == .reversing {
            changes.append(
                .put(kind: ParkingSite.reversalKind, key: charge.payment.description, value: charge.canonical))
        } else if state == .reversed {
            changes.append(.remove(kind: ParkingSite.reversalKind, key: charge.payment.description))
        }
        guard var stay = stay(of: charge), stay.payment?.charge.payment == charge.payment else { return changes }
        switch state {
        case .declined, .reversing, .reversed, .conflict:
            stay.payment = nil
            stays.put(stay)
        case .approved:
            break
        case .requested, .pending, .unknown, .queried, .timedOut, .acceptedOffline, .cashTaken:
            return changes
        }
        return changes + [keep(stay)]
    }

    private mutating func report(
        _ report: PaymentMachine.Report, _ charge: Charge, _ active: ActivePayment, at now: ClockReading
    ) {
        // Whether or not its car is still there: what is paid for is paid for.
        if report == .approved { settle(charge, at: now) }
        guard let index = active.lane, let transit = active.transit, lanes[index].machine.transit == transit else {
            return
        }
        switch report {
        case .approved:
            // Confirmed by the platform: the boom moves first, the records follow.
            lane(index, .letThrough(transit: transit), at: now)
            show(index, .goPaid(charge.plate, charge.quote.total))
            persist([
                .decision(
                    transit: transit, lane: charge.lane, plate: charge.plate, stay: charge.stay, verdict: .letOut,
                    reason: "paid")
            ])
        case .declined(let reason):
            let shown: Notice.HoldReason =
                switch reason {
                case .noContract: .noContract
                case .insufficientFunds: .insufficientFunds
                case .denied: .owes
                case .suspended, .overLimit, .badRequest, .quoteRejected, .couponGone, .codeRefused, .payerCancelled,
                    .prepaid, .notSupported, .guardianBars, .nothingMayPay, .limitReached:
                    .declined
                }
            if reason == .prepaid, asksWhatIsPrepaid(charge, index, at: now) { return }
            if reason == .couponGone { return withoutCoupon(charge, index, transit, at: now) }
            // Whose code or shown code was declined may show another: nothing is owed yet.
            guard charge.instrument.holder != nil else {
                return hold(index, transit, shown, because: "declined-\(reason.rawValue)", at: now)
            }
            // A declined id stays declined: a debt needs an id of its own.
            var debt = charge
            debt.payment = ids.next(at: now.wall)
            fall(
                back: scenario.onDeclined, debt, index, transit, shown, because: "declined-\(reason.rawValue)", at: now)
        case .pending:
            show(index, confirmation(charge, index))
        case .notConfirmed:
            hold(index, transit, .notConfirmed, because: "notConfirmed", at: now)
        case .unknown:
            fall(back: scenario.onUnknown, charge, index, transit, .platformUnsure, because: "unknown", at: now)
        case .timedOut where !isLinkUp:
            // The link fell meanwhile: as for any car that comes while it is down. The id stays the same.
            chargeOffline(charge, index, transit, at: now)
        case .timedOut:
            fall(back: scenario.onTimedOut, charge, index, transit, .noAnswer, because: "timedOut", at: now)
        case .conflict:
            hold(index, transit, .conflict, because: "conflict", at: now)
        }
    }

    /// The car is being dealt with otherwise: a payment under way for it must not stand.
    mutating func abandonPayment(lane index: Int, at now: ClockReading) {
        lanes[index].transaction?.offer.next = nil
        // An answer that comes later begins nothing.
        lanes[index].transaction?.coupon = nil
        lanes[index].transaction?.search?.end()
        // Another lane may have taken the payment up for the same car since.
        guard let transaction = lanes[index].transaction, let id = transaction.payment,
            payments[id]?.transit == transaction.transit
        else { return }
        // What is done instead has been decided: to decide anew would charge the car a second time.
        payments[id]?.isAwaitedAgain = false
        payment(id, .abandoned, at: now)
    }

    mutating func answer(_ token: RequestToken, _ response: Response, at now: ClockReading) {
        lists.heard(at: now)
        switch response {
        case .payment(let id, let outcome, _): payment(id, .answer(outcome), at: now)
        case .contracts(let page): perform(lists.take(page, ask: ParkingSite.ask(token), at: now), at: now)
        case .denials(let page): perform(lists.take(page, ask: ParkingSite.ask(token), at: now), at: now)
        case .permits(let page): perform(lists.take(page, ask: ParkingSite.ask(token), at: now), at: now)
        case .offlinePolicy(let version, let text): policyAnswered(version, text, at: now)
        case .refund(let id, let outcome): refund(id, .answer(outcome), at: now)
        case .coupon(let id, let offer): couponAnswered(id, offer, at: now)
        case .stay(let note): found(note, token, at: now)
        case .stays(let page):
            guard shared.isAwaited(token) else { return }
            took(page, at: now)
        case .lease, .people, .ticket, .ticketFacts, .mealFacts: break
        case .refused(let why):
            // A platform that keeps no car parks is no fault.
            if shared.isAwaited(token) { return shared.refused(at: now.uptime) }
            found(nil, token, at: now)
            effects.append(.log(.error, "the platform could not read a request of ours: \(why)"))
        }
    }
}
