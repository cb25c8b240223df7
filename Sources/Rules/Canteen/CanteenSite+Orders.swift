internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// What a person at a till asks for.
extension CanteenSite {
    mutating func ordered(_ lane: Int, _ order: TillOrder, _ clerk: Clerk, at now: ClockReading) {
        switch order {
        case .keyed(let lines): keyed(lane, lines, at: now)
        case .items(let choices): chosen(lane, choices, isMore: false, at: now)
        case .item(let choice): chosen(lane, [choice], isMore: true, at: now)
        case .weigh(let food): chooseFood(lane, food, at: now)
        case .charge: chargeWhoWaits(lane, at: now)
        case .present(let presentation): presented(lane, presentation, at: now)
        case .showCode: present(lane, Guest(instrument: .shownCode), at: now)
        case .enterCode(let code): scanned(lane, code, at: now)
        case .cash: present(lane, Guest(instrument: .cash(takenBy: clerk.name)), at: now)
        case .cancel: cancel(lane, at: now)
        case .ticket(let code, let people): ticketShown(lane, code, people: people, at: now)
        case .people(let count): expectPeople(lane, count, at: now)
        case .refund(let payment, let amount, let why):
            guard mayCorrect(lane, clerk, payment, at: now) else { return }
            if let sale = book.sale(payment: payment), isAwaited(sale.id) { return say(lane, .oneMoment, at: now) }
            refund(
                lane,
                Refund(
                    id: ids.next(at: now.wall), payment: payment, amount: amount, who: clerk.name, why: why), at: now)
        case .correct(let sale, let why): correct(lane, sale, clerk, why, at: now)
        case .closePeriod:
            guard clerk.role != .engineer else { return say(lane, .notYourRole, at: now) }
            guard book.begin(meal, closedBy: clerk.name, at: now.wall) else { return say(lane, .closed, at: now) }
            persist([], state: [book.keptReports, book.kept])
            say(lane, .closed, at: now)
        case .closeDay:
            guard clerk.role != .engineer else { return say(lane, .notYourRole, at: now) }
            perform(leases?.giveAllBack(at: now) ?? [])
        case .emergency(let hold, let why):
            guard hold != isHeldOpen else { return }
            isHeldOpen = hold
            let what = hold ? "emergency" : "emergency over"
            effects.append(.log(.warning, "\(clerk.name) \(hold ? "holds the turnstiles open" : "releases them")"))
            persist(
                [
                    .manualOpening(
                        HandOpening(
                            lane: lanes[lane].settings.id, transit: nil, who: clerk.name,
                            reason: why.map { "\(what): \($0)" } ?? what))
                ], state: [CanteenRecovery.held(hold)])
            emergency(at: now)
        }
    }

    /// Whether what the person saw stands there still: between the page and here another sale may have come.
    mutating func isStill(_ seen: SaleSeen, _ lane: Int, at now: ClockReading) -> Bool {
        let sale = lanes[lane].sale
        // With no sale, whoever is nobody's in particular begins one at the price for others.
        let due = sale?.quote.total ?? mode(lane)?.priceForOthers
        if seen.sale == nil || seen.sale == sale?.id, seen.amount == nil || due == nil || seen.amount == due {
            return true
        }
        switch sale?.stage {
        case .keyed: say(lane, .saleStands(sale?.quote.total ?? .zero), at: now)
        case .paying, .writing, .waitingForGate: say(lane, .oneMoment, at: now)
        case nil: say(lane, .noSuchSale, at: now)
        }
        return false
    }

    // MARK: - What was wrong

    private mutating func mayCorrect(
        _ lane: Int, _ clerk: Clerk, _ payment: PaymentID, at now: ClockReading
    ) -> Bool {
        guard scenario.corrections.roles.contains(clerk.role) else {
            say(lane, .notYourRole, at: now)
            return false
        }
        // A payment's id says when it was made.
        let made = Int64(payment.high >> 16)
        let (age, overflow) = now.wall.milliseconds.subtractingReportingOverflow(made)
        guard !overflow, age <= scenario.corrections.within.milliseconds else {
            say(lane, .tooLate, at: now)
            return false
        }
        return true
    }

    private mutating func correct(_ lane: Int, _ id: UUIDv7, _ clerk: Clerk, _ why: String, at now: ClockReading) {
        guard scenario.corrections.roles.contains(clerk.role) else { return say(lane, .notYourRole, at: now) }
        guard let sale = book.sale(id), sale.standing != .undone else { return say(lane, .noSuchSale, at: now) }
        guard !isAwaited(id) else { return say(lane, .oneMoment, at: now) }
        guard let payment = sale.payment else {
            // Nothing was paid: the count is taken back.
            guard now.wall.milliseconds &- sale.at.milliseconds <= scenario.corrections.within.milliseconds else {
                return say(lane, .tooLate, at: now)
            }
            if sale.mode == .tickets { return giveTicketBack(lane, sale, clerk, why, at: now) }
            book.undo(sale)
            let undone = takeBack(transit: id)
            let decision = Record.Event.decision(
                transit: id, lane: sale.lane, plate: nil, stay: nil, verdict: .refuse,
                reason: "corrected by \(clerk.name): \(why)")
            persist([decision] + undone.records, state: [book.kept] + undone.state)
            return say(lane, .refunded(.zero), at: now)
        }
        guard mayCorrect(lane, clerk, payment, at: now) else { return }
        let rest = Fen(sale.total.count - sale.returned.count)
        guard rest > .zero else { return say(lane, .noSuchSale, at: now) }
        refund(
            lane,
            Refund(id: ids.next(at: now.wall), payment: payment, amount: rest, who: clerk.name, why: why), at: now)
    }

    /// Whether the turnstile may yet undo a sale by itself: what both took back would go back twice.
    private func isAwaited(_ sale: UUIDv7) -> Bool {
        lanes.contains { $0.served[sale] != nil || $0.sale?.id == sale }
    }

    private mutating func refund(_ lane: Int, _ refund: Refund, at now: ClockReading) {
        if beginRefund(refund) { return say(lane, .oneMoment, at: now) }
        say(lane, .notPaid(isLinkUp ? .refundRefused : .refundNeedsNetwork, nil), at: now)
    }

    /// Writes down that money is to go back, and asks the platform for it.
    /// - Returns: false if that cannot be begun now; nothing has changed then.
    mutating func beginRefund(_ refund: Refund) -> Bool {
        guard isLinkUp else {
            effects.append(.refund(refund.id, .refusedHere("offline")))
            return false
        }
        guard isJournalHealthy, refund.amount > .zero, refunds.count < CanteenSite.mostRefunds,
            !refunds.values.contains(where: {
                $0.refund.payment == refund.payment && $0.refund.amount == refund.amount
            })
        else {
            effects.append(.refund(refund.id, .refusedHere(isJournalHealthy ? "tooMany" : "diskFull")))
            return false
        }
        effects.append(.refund(refund.id, .underWay))
        open(refund)
        return true
    }

    /// - Parameter records: what is written with it.
    mutating func open(_ refund: Refund, _ records: [Record.Event] = []) {
        let isByRecord = book.sale(payment: refund.payment)?.isOffline ?? false
        refunds[refund.id] = OpenRefund(
            refund: refund, waitsForRecords: isByRecord && isRecordOpen, holder: notes.holder(of: refund.payment))
        persist(
            records + [.refund(.requested, refund, nil)],
            state: [.put(kind: CanteenRecovery.refundKind, key: refund.id.description, value: refund.canonical)],
            then: .askRefund(refund.id))
    }

    mutating func askRefunds(at now: ClockReading) {
        guard isLinkUp else { return }
        for (id, open) in refunds.sorted(by: { $0.key < $1.key }) where !open.waitsForRecords {
            guard let due = open.due, now.uptime >= due else { continue }
            refunds[id]?.due = now.uptime + scenario.timings.askAgainAfter
            effects.append(
                .send(.refund(open.refund), RequestToken(nextToken()), expires: scenario.timings.askAgainAfter))
        }
    }

    mutating func refundAnswered(_ id: PaymentID, _ outcome: RefundOutcome, at now: ClockReading) {
        guard let refund = refunds[id]?.refund else { return }
        let end: (Record.RefundState, RefundRefusal?, CanteenWord)
        var records: [Record.Event] = []
        var state = [StateChange.remove(kind: CanteenRecovery.refundKind, key: id.description)]
        switch outcome {
        case .refunded:
            end = (.refunded, nil, .refunded(refund.amount))
            state += movedElsewhere(refunds[id]?.holder, at: now)
            if refund.who != CanteenSite.turnstile {
                let undone = corrected(refund)
                records += undone.records
                state += undone.state
            }
        case .refused(let reason):
            end = (.refused, reason, .notPaid(.refundRefused, nil))
            if refund.who == CanteenSite.turnstile {
                effects.append(
                    .log(
                        .error,
                        "\(refund.amount) yuan of payment \(refund.payment), whose person did not pass, are not given "
                            + "back (\(reason.rawValue)): see to it by hand"))
            }
        case .conflict: end = (.conflict, nil, .notPaid(.refundRefused, nil))
        // It is asked again, with the same id, when it is due.
        case .unknown: return
        }
        let sale = book.sale(payment: refund.payment)
        refunds[id] = nil
        registerRefunded(refund, end.0)
        effects.append(.refund(id, .ended(end.0, end.1)))
        persist([.refund(end.0, refund, end.1)] + records, state: state)
        let lane = lanes.firstIndex { $0.settings.id == sale?.lane } ?? 0
        // A sale on the display is not talked over.
        if refund.who != CanteenSite.turnstile, lanes[lane].sale == nil { say(lane, end.2, at: now) }
    }

    /// What a refund that was given changes in the book, and, of a whole sale, in the stock and in who has eaten.
    private mutating func corrected(_ refund: Refund) -> (records: [Record.Event], state: [StateChange]) {
        book.correct(refund.payment, refund.amount, now: meal)
        var state = [book.kept]
        guard let sale = book.sale(payment: refund.payment), sale.returned == sale.total else {
            return ([], state + (book.reports.isEmpty ? [] : [book.keptReports]))
        }
        if sale.mode == .menu {
            var items: [Slug: Int64] = [:]
            for line in sale.lines { if let item = line.item { items[item, default: 0] += line.count } }
            stock.putBack(items, of: sale.meal)
            state.append(stock.kept)
        }
        let undone = takeBack(transit: sale.id)
        state += undone.state
        return (undone.records, state + (book.reports.isEmpty ? [] : [book.keptReports]))
    }
}
