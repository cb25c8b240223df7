internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// Who pays, and what the platform says of it.
extension CanteenSite {
    /// The guest pays what is on the till.
    mutating func pay(_ lane: Int, _ guest: Guest, at now: ClockReading) {
        guard var sale = lanes[lane].sale, sale.stage == .keyed else { return say(lane, .oneMoment, at: now) }
        // Whoever wants to leave is let go, and nobody stands there to be served: the sale waits until it is over.
        guard lanes[lane].turnstile?.isEmergency != true else { return say(lane, .emergency, at: now) }
        guard isJournalHealthy else { return decline(lane, .notPaid(.diskFull, nil), "journalFailing", at: now) }
        if !sale.mode.isByPresentation, let mode = scenarioMode(lane, sale), guest.holder != nil {
            if let refusal = refusal(lane, guest, mode, at: now) { return say(lane, refusal, at: now) }
            if let holder = guest.holder {
                switch notes.verdict(holder, sale.meal, mode.helpings, till: till(lane, mode.kind), at: now) {
                case .helping(let number): sale.helping = number
                case .notTaken(let note) where isPaid(sale, note): return takePaid(lane, guest, note, at: now)
                case .first, .same, .notTaken, .refused: break
                }
            }
        }
        if guest.instrument == .shownCode, scenario.merchantQR == nil {
            return decline(lane, .notPaid(.declined, nil), "noCodeToShow", at: now)
        }
        lanes[lane].guest = nil
        sale.guest = guest
        if let charge = unfinished(sale, guest) { return resume(lane, sale, charge, at: now) }
        let charge = Charge(
            payment: (sale.isTried ? nil : sale.register) ?? ids.next(at: now.wall), instrument: guest.instrument,
            lane: lanes[lane].settings.id, quote: sale.quote, meal: sale.meal)
        registerPays(sale, charge)
        sale.stage = .paying(charge.payment)
        lanes[lane].sale = sale
        if case .cash = guest.instrument {
            return write(
                lane, charge, [.payment(.cashTaken, charge, nil)], [], "cash", .paid(charge.quote.total),
                .cash(charge), at: now)
        }
        // What was lent to this box for the person counts as spent at the platform: it pays first,
        // unless a purse that is elsewhere would.
        if rules != nil, diskLevel < .critical, let holder = guest.holder, lists.denials[holder] == nil,
            spendLease(lane, charge, asFirstChoice: isLinkUp, at: now)
        {
            return
        }
        guard isLinkUp else { return chargeOffline(lane, charge, .offlineNotAllowed, at: now) }
        say(lane, .oneMoment, at: now)
        payments[charge.payment] = PaymentMachine(
            charge: charge, code: guest.code, timings: scenario.timings, isLinkUp: isLinkUp)
        persist(
            [.payment(.requested, charge, nil)],
            state: [
                .put(kind: CanteenRecovery.paymentKind, key: charge.payment.description, value: charge.canonical)
            ], then: .startPayment(charge.payment))
    }

    private func scenarioMode(_ lane: Int, _ sale: Sale) -> CanteenMode? {
        lanes[lane].settings.mode(sale.meal.period).flatMap { $0.kind == sale.mode ? $0 : nil }
    }

    /// What an earlier run began for the same person and meal, and of which nobody knows yet what became.
    private func unfinished(_ sale: Sale, _ guest: Guest) -> Charge? {
        guard let holder = guest.holder else { return nil }
        return leftOver.sorted().compactMap { payments[$0] }.first { machine in
            let order = registers.order(paidBy: machine.charge.payment)
            // What another order of a cash register asked for is that order's.
            return (order == nil || order == sale.register) && !machine.isReversing
                && machine.charge.instrument.holder == holder && machine.charge.meal == sale.meal
                && machine.charge.quote.total == sale.quote.total
        }?.charge
    }

    /// Goes on with a charge that an earlier run began: under its own id, so that it is never made twice.
    private mutating func resume(_ lane: Int, _ sale: Sale, _ charge: Charge, at now: ClockReading) {
        var sale = sale
        sale.quote = charge.quote
        sale.stage = .paying(charge.payment)
        lanes[lane].sale = sale
        leftOver.remove(charge.payment)
        payments[charge.payment] = PaymentMachine(
            charge: charge, timings: scenario.timings, isLinkUp: isLinkUp, wasAsked: true)
        guard isLinkUp else { return chargeOffline(lane, charge, .offlineNotAllowed, at: now) }
        say(lane, .oneMoment, at: now)
        payment(charge.payment, .durable, at: now)
    }

    // MARK: - The payment's machine

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
                registerEnded(id, state)
                persist([.payment(state, machine.charge, reason)], state: stateAfter(state, machine.charge))
            case .finished:
                payments[id] = nil
                leftOver.remove(id)
            }
        }
    }

    private func stateAfter(_ state: Record.PaymentState, _ charge: Charge) -> [StateChange] {
        let key = charge.payment.description
        return switch state {
        case .approved, .declined, .conflict: [.remove(kind: CanteenRecovery.paymentKind, key: key)]
        case .reversing:
            [
                .remove(kind: CanteenRecovery.paymentKind, key: key),
                .put(kind: CanteenRecovery.reversalKind, key: key, value: charge.canonical),
            ]
        case .reversed:
            [
                .remove(kind: CanteenRecovery.paymentKind, key: key),
                .remove(kind: CanteenRecovery.reversalKind, key: key),
            ]
        case .requested, .pending, .unknown, .queried, .timedOut, .acceptedOffline, .cashTaken: []
        }
    }

    /// The lane whose sale a payment pays.
    func lane(paying id: PaymentID) -> Int? { lanes.firstIndex { $0.sale?.stage == .paying(id) } }

    private mutating func report(_ report: PaymentMachine.Report, _ charge: Charge, at now: ClockReading) {
        guard let lane = lane(paying: charge.payment), let sale = lanes[lane].sale else {
            if report == .approved { paidMeanwhile(charge, at: now) }
            return
        }
        switch report {
        case .approved: approved(lane, sale, charge, at: now)
        case .declined(let reason): declined(lane, reason, charge, at: now)
        case .pending: say(lane, pendingWord(lane, charge), at: now)
        case .notConfirmed: decline(lane, .notPaid(.notConfirmed, nil), "notConfirmed", at: now)
        case .unknown: say(lane, .oneMoment, at: now)
        case .timedOut: chargeOffline(lane, charge, isLinkUp ? .noAnswer : .offlineNotAllowed, at: now)
        case .conflict: decline(lane, .notPaid(.conflict, nil), "conflict", at: now)
        }
    }

    /// The relay first, and then the disk.
    private mutating func approved(_ lane: Int, _ sale: Sale, _ charge: Charge, at now: ClockReading) {
        if let holder = charge.instrument.holder { wantLease(holder, at: now) }
        let told = receipt?.id == charge.payment ? receipt?.receipt : nil
        let state = settle(
            lane, charge, .online(charge), isOffline: false, told?.spends ?? [],
            told.map { PursesLeft(balances: $0.balances) }, at: now)
        let records = identified(lane, sale) + [decision(lane, sale, .letOut, "paid")]
        serve(lane, .paid(charge.quote.total), records, state, at: now)
    }

    /// What an earlier run had asked is paid, and nobody stands there for it: it is in the book, where it can be given
    /// back; and what a person paid for may be taken yet, as long as the meal lasts. Whether they had it before the
    /// power went, nobody knows: better a meal too many than one paid twice.
    private mutating func paidMeanwhile(_ charge: Charge, at now: ClockReading) {
        guard leftOver.contains(charge.payment), let paid = charge.meal, book.sale(payment: charge.payment) == nil
        else {
            effects.append(
                .log(
                    .warning,
                    "\(charge.lane): \(charge.quote.total) yuan of an earlier sale is paid; refund it if the customer "
                        + "got nothing for it"))
            return
        }
        let lane = lanes.firstIndex { $0.settings.id == charge.lane }
        let mode = lane.flatMap { lanes[$0].settings.mode(paid.period)?.kind } ?? .keyed
        let transit = ids.next(at: now.wall)
        var records: [Record.Event] = [], state: [StateChange] = []
        if let holder = charge.instrument.holder {
            let till = mode.isByPresentation ? nil : charge.lane
            // A cash register hears of it, and hands over what it sold.
            let isRegisters = registers.order(paidBy: charge.payment) != nil
            let note = MealNote(
                meal: paid, helpings: notes.helpingsHere(holder, paid, till: till) + 1, transit: transit,
                payment: charge.payment, till: till, at: now,
                standing: isRegisters ? .done : .notPassed)
            state = notes.put(holder, note)
            records = [
                .identified(
                    Identification(
                        transit: transit, lane: charge.lane, holder: holder, by: nil, meal: paid, isKeyed: till != nil))
            ]
        }
        book.add(entry(charge, transit, mode, at: now), isLate: true)
        persist(records, state: state + [book.kept, book.keptReports])
        effects.append(
            .happened(
                LaneCondition(
                    lane: charge.lane, code: "paidBeforeRestart", chinese: "断电前的一笔收款已到账，如未取餐请退款",
                    english: "a sale before the restart is paid: refund it if the customer got nothing for it")))
    }

    /// Whether a sale is the one that an earlier run was paid for.
    private func isPaid(_ sale: Sale, _ note: MealNote) -> Bool {
        guard sale.register == nil, let payment = note.payment, let paid = book.sale(payment: payment) else {
            return false
        }
        return paid.standing == .paid && paid.total == sale.quote.total
    }

    /// What the customer is to do: scan the code that is shown, or confirm on the phone.
    private func pendingWord(_ lane: Int, _ charge: Charge) -> CanteenWord {
        guard charge.instrument == .shownCode, let code = payload(charge) else { return .confirm(charge.quote.total) }
        return .scanToPay(charge.quote.total, code: code)
    }

    /// The text of the code for a charge; nil if none is shown.
    private func payload(_ charge: Charge) -> String? {
        scenario.merchantQR.flatMap { merchant in
            try? MerchantQR(
                merchant: merchant, amount: charge.quote.total, payment: charge.payment,
                terminal: String(charge.lane.text.prefix(25))
            ).payload
        }
    }

    private mutating func declined(_ lane: Int, _ reason: DeclineReason, _ charge: Charge, at now: ClockReading) {
        if reason == .insufficientFunds || reason == .limitReached {
            // What is missing in the purse may be what was set aside for this box. The declined id stays declined.
            var again = charge
            again.payment = ids.next(at: now.wall)
            if let sale = lanes[lane].sale { registerPays(sale, again) }
            if spendLease(lane, again, at: now) { return }
        }
        if let shortage = receipt.flatMap({ $0.id == charge.payment ? $0.receipt.shortage : nil }) {
            return decline(
                lane, .shortage(chinese: shortage.chinese, english: shortage.english), "declined-\(reason.rawValue)",
                at: now)
        }
        decline(lane, reason.word, "declined-\(reason.rawValue)", at: now)
    }

    /// Politely: at a till the sale stays, and another instrument may be shown.
    mutating func decline(_ lane: Int, _ word: CanteenWord, _ reason: String, at now: ClockReading) {
        guard var sale = lanes[lane].sale else { return }
        persist([decision(lane, sale, .hold, reason)])
        if !registerDeclined(lane, word, reason) {
            sale.stage = .keyed
            lanes[lane].sale = sale
        }
        say(lane, word.owing(sale.quote.total), at: now)
    }
}

extension DeclineReason {
    fileprivate var word: CanteenWord {
        switch self {
        case .noContract: .notPaid(.noContract, nil)
        case .insufficientFunds: .notPaid(.insufficientFunds, nil)
        case .denied: .notPaid(.denied, nil)
        case .payerCancelled: .notPaid(.notConfirmed, nil)
        case .guardianBars: .shortage(chinese: "家长已限制", english: "Your guardian does not allow this")
        case .nothingMayPay: .shortage(chinese: "此处没有可用的钱包", english: "No purse can pay for this here")
        case .limitReached: .shortage(chinese: "已达限额", english: "A limit is reached")
        case .suspended, .overLimit, .badRequest, .quoteRejected, .couponGone, .codeRefused, .prepaid, .notSupported:
            .notPaid(.declined, nil)
        }
    }
}

extension CanteenWord {
    /// The same, with what is due.
    fileprivate func owing(_ amount: Fen) -> CanteenWord {
        if case .notPaid(let reason, nil) = self { .notPaid(reason, amount) } else { self }
    }
}
