internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// What goes to the platform and what comes back: payments, refunds, lists, leases.
extension TillSite {
    /// Hands an event to a payment's machine and carries out what it says.
    mutating func payment(_ id: PaymentID, _ event: PaymentMachine.Event, at now: ClockReading) {
        guard var machine = payments[id] else { return }
        let actions = machine.handle(event, at: now.uptime)
        payments[id] = machine
        for action in actions {
            switch action {
            case .send(let request):
                // A record may have settled the payment since the machine spoke: then there is nothing to ask.
                guard payments[id] != nil else { continue }
                effects.append(.send(request, RequestToken(nextToken()), expires: scenario.timings.askAgainAfter))
            case .report(let report): self.report(report, machine.charge, at: now)
            case .record(let state, let reason):
                persist([.payment(state, machine.charge, reason)], state: stateAfter(state, machine.charge))
            case .finished: payments[id] = nil
            }
        }
    }

    private func stateAfter(_ state: Record.PaymentState, _ charge: Charge) -> [StateChange] {
        let key = charge.payment.description
        return switch state {
        case .approved, .declined, .conflict: [.remove(kind: TillRecovery.paymentKind, key: key)]
        case .reversing:
            [
                .remove(kind: TillRecovery.paymentKind, key: key),
                .put(kind: TillRecovery.reversalKind, key: key, value: charge.canonical),
            ]
        case .reversed:
            [
                .remove(kind: TillRecovery.paymentKind, key: key),
                .remove(kind: TillRecovery.reversalKind, key: key),
            ]
        case .requested, .pending, .unknown, .queried, .timedOut, .acceptedOffline, .cashTaken: []
        }
    }

    private mutating func report(_ report: PaymentMachine.Report, _ charge: Charge, at now: ClockReading) {
        guard let sale, sale.stage == .paying(charge.payment) else {
            if report == .approved {
                effects.append(
                    .log(
                        .warning,
                        "\(scenario.till): \(charge.quote.total) yuan of an earlier sale is paid; refund it if the "
                            + "customer got nothing for it"))
            }
            return
        }
        switch report {
        case .approved:
            if let holder = charge.instrument.holder { wantLease(holder, at: now) }
            serve(sale, .thanks(charge.quote.total), [decision(sale, .letOut, "paid")])
        case .declined(let reason): declined(reason, charge, at: now)
        case .pending: show(pendingNotice(charge))
        case .notConfirmed: decline(.notConfirmed, "notConfirmed")
        case .unknown: show(.oneMoment)
        case .timedOut: chargeOffline(charge, isLinkUp ? .noAnswer : .offlineNotAllowed, at: now)
        case .conflict: decline(.conflict, "conflict")
        }
    }

    /// What the customer is to do: scan the code that is shown, or confirm on the phone.
    private func pendingNotice(_ charge: Charge) -> Notice {
        guard charge.instrument == .shownCode, let code = payload(charge) else {
            return .confirm(nil, charge.quote.total)
        }
        return .scanToPay(nil, charge.quote.total, code: code)
    }

    /// The text of the code for a charge; nil if the till shows none.
    private func payload(_ charge: Charge) -> String? {
        scenario.merchantQR.flatMap { merchant in
            try? MerchantQR(
                merchant: merchant, amount: charge.quote.total, payment: charge.payment,
                terminal: String(scenario.till.text.prefix(25))
            ).payload
        }
    }

    private mutating func declined(_ reason: DeclineReason, _ charge: Charge, at now: ClockReading) {
        if reason == .insufficientFunds {
            // What is missing in the purse may be what was set aside for this till. The declined id stays declined.
            var again = charge
            again.payment = ids.next(at: now.wall)
            if spendLease(again, at: now) { return }
        }
        let shown: Notice.HoldReason =
            switch reason {
            case .noContract: .noContract
            case .insufficientFunds: .insufficientFunds
            case .denied: .denied
            case .payerCancelled: .notConfirmed
            case .suspended, .overLimit, .badRequest, .quoteRejected, .couponGone, .codeRefused, .prepaid,
                .notSupported, .guardianBars, .nothingMayPay, .limitReached:
                .declined
            }
        decline(shown, "declined-\(reason.rawValue)")
    }

    mutating func answer(_ token: RequestToken, _ response: Response, at now: ClockReading) {
        lists.heard(at: now)
        switch response {
        case .payment(let id, let outcome, _): payment(id, .answer(outcome), at: now)
        case .refund(let id, let outcome): refundAnswered(id, outcome, at: now)
        case .lease(let id, let outcome):
            perform(leases?.answer(id, outcome, ask: token.number & ~TillSite.askMark, at: now) ?? [])
        case .contracts(let page): perform(lists.take(page, ask: token.number & ~TillSite.askMark, at: now))
        case .denials(let page): perform(lists.take(page, ask: token.number & ~TillSite.askMark, at: now))
        case .coupon, .offlinePolicy, .permits, .people, .stay, .stays, .ticket, .ticketFacts: break
        case .refused(let why): effects.append(.log(.error, "the platform could not read a request of ours: \(why)"))
        }
    }

    // MARK: - Refunds

    mutating func refund(_ refund: Refund) {
        guard isLinkUp else {
            effects.append(.refund(refund.id, .refusedHere("offline")))
            return show(.notPaid(.refundNeedsNetwork, nil))
        }
        guard isJournalHealthy, refund.amount > .zero, refunds.count < TillSite.mostRefunds else {
            effects.append(.refund(refund.id, .refusedHere(isJournalHealthy ? "tooMany" : "diskFull")))
            return show(.notPaid(.refundRefused, nil))
        }
        effects.append(.refund(refund.id, .underWay))
        refunds[refund.id] = OpenRefund(refund: refund)
        persist(
            [.refund(.requested, refund, nil)],
            state: [.put(kind: TillRecovery.refundKind, key: refund.id.description, value: refund.canonical)],
            then: .askRefund(refund.id))
        show(.oneMoment)
    }

    mutating func askRefunds(at now: ClockReading) {
        guard isLinkUp else { return }
        for (id, open) in refunds.sorted(by: { $0.key < $1.key }) {
            guard let due = open.due, now.uptime >= due else { continue }
            refunds[id]?.due = now.uptime + scenario.timings.askAgainAfter
            effects.append(
                .send(.refund(open.refund), RequestToken(nextToken()), expires: scenario.timings.askAgainAfter))
        }
    }

    private mutating func refundAnswered(_ id: PaymentID, _ outcome: RefundOutcome, at now: ClockReading) {
        guard let refund = refunds[id]?.refund else { return }
        let end: (Record.RefundState, RefundRefusal?, Notice)
        switch outcome {
        case .refunded: end = (.refunded, nil, .refunded(refund.amount))
        case .refused(let reason): end = (.refused, reason, .notPaid(.refundRefused, nil))
        case .conflict: end = (.conflict, nil, .notPaid(.refundRefused, nil))
        // It is asked again, with the same id, when it is due.
        case .unknown: return
        }
        refunds[id] = nil
        effects.append(.refund(id, .ended(end.0, end.1)))
        persist(
            [.refund(end.0, refund, end.1)], state: [.remove(kind: TillRecovery.refundKind, key: id.description)])
        // A sale on the display is not talked over.
        if sale == nil { show(end.2) }
    }

    // MARK: - Lists and leases

    /// Marks the tokens of questions that the lists and leases number themselves.
    static let askMark: UInt64 = 1 << 63
    /// How long a question about a lease or a list stays worth answering.
    private static let askExpiry = Uptime.Span.seconds(10)

    mutating func wantLease(_ holder: Holder, at now: ClockReading) {
        guard isJournalHealthy, lists.denials[holder] == nil, leases != nil else { return }
        perform(leases?.want(.purse(holder), id: ids.next(at: now.wall), at: now) ?? [])
    }

    mutating func perform(_ actions: [LeaseKeeper.Action]) {
        for action in actions {
            switch action {
            case .send(let order, let ask):
                effects.append(
                    .send(.lease(order), RequestToken(ask | TillSite.askMark), expires: TillSite.askExpiry))
            case .keep(let change): persist([], state: [change])
            case .keepReturn(let change, let id):
                // With a record: a write without one has no number, and nothing tells when it is on disk.
                persist([.leaseGivenBack(id)], state: [change], then: .giveLeaseBack(id))
            case .refused(let id, let reason): effects.append(.log(.info, "lease \(id): \(reason.rawValue)"))
            }
        }
    }

    mutating func perform(_ actions: [ListCopies.Action]) {
        for action in actions {
            switch action {
            case .fetch(let kind, let version, let offset, let ask):
                effects.append(
                    .send(
                        .list(kind, version: version, offset: offset), RequestToken(ask | TillSite.askMark),
                        expires: ListCopies.askAgainAfter))
            case .keep(let changes): persist([], state: changes)
            case .inUse(let kind, let version, let count):
                effects.append(.log(.info, "list of \(kind.rawValue), version \(version), in use: \(count) entries"))
            case .refused(let why): effects.append(.log(.error, why))
            }
        }
    }
}
