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
        show(index, .wait(charge.plate))
        let undo = undo(charge.plate, payment: charge.payment)
        payments[charge.payment] = ActivePayment(
            machine: PaymentMachine(charge: charge, timings: scenario.timings, isLinkUp: isLinkUp, wasAsked: wasAsked),
            lane: index, transit: transit)
        var state: [StateChange] = []
        if stays[charge.plate]?.id == charge.stay {
            stays[charge.plate]?.payment = Stay.Payment(
                charge: charge, progress: .underWay, at: now.wall, atUptime: now.uptime, boot: boot)
            state = stays[charge.plate].map { [keep($0)] } ?? []
        }
        persist([.payment(.requested, charge)], state: state, then: .startPayment(charge.payment), undo: undo)
    }

    /// Hands an event to a payment's machine and carries out what it says.
    mutating func payment(_ id: PaymentID, _ event: PaymentMachine.Event, at now: ClockReading) {
        guard var active = payments[id] else { return }
        let actions = active.machine.handle(event, at: now.uptime)
        payments[id] = active
        let charge = active.machine.charge
        for action in actions {
            switch action {
            case .send(let request):
                // A record may have settled the payment since the machine spoke: then there is nothing to ask.
                guard payments[id] != nil else { continue }
                effects.append(.send(request, RequestToken(nextToken()), expires: scenario.timings.askAgainAfter))
            case .report(let report):
                self.report(report, charge, active, at: now)
            case .record(let state):
                persist([.payment(state, charge)], state: stateAfter(state, charge))
            case .finished:
                payments[id] = nil
            }
        }
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
        guard let stay = stays[charge.plate], stay.payment?.charge.payment == charge.payment else { return changes }
        switch state {
        case .declined, .reversing, .reversed, .conflict:
            stays[charge.plate]?.payment = nil
        case .approved:
            break
        case .requested, .unknown, .timedOut, .acceptedOffline:
            return changes
        }
        return changes + (stays[charge.plate].map { [keep($0)] } ?? [])
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
                case .suspended, .overLimit, .badRequest: .declined
                }
            // A declined id stays declined: a debt needs an id of its own.
            var debt = charge
            debt.payment = ids.next(at: now.wall)
            fall(
                back: scenario.onDeclined, debt, index, transit, shown, because: "declined-\(reason.rawValue)", at: now)
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
        // Another lane may have taken the payment up for the same car since.
        guard let transaction = lanes[index].transaction, let id = transaction.payment,
            payments[id]?.transit == transaction.transit
        else { return }
        payment(id, .abandoned, at: now)
    }

    mutating func answer(_ token: RequestToken, _ response: Response, at now: ClockReading) {
        lastContact = now.uptime
        if token == contractRequest {
            contractRequest = nil
            if case .contracts(let page) = response { return take(page, at: now) }
        }
        switch response {
        case .payment(let id, let outcome): payment(id, .answer(outcome), at: now)
        case .contracts: break
        case .refused(let why): effects.append(.log(.error, "the platform could not read a request of ours: \(why)"))
        }
    }

    // MARK: - Contracts

    /// How long after a question for the list, or a part of it, that led to nothing it is asked for again.
    static let contractsAskAgainAfter = Uptime.Span.seconds(30)

    mutating func fetchContracts(version: Int64, offset: Int64, at now: ClockReading) {
        guard isLinkUp else { return }
        let token = RequestToken(nextToken())
        contractRequest = token
        contractsAskAgain = now.uptime + ParkingSite.contractsAskAgainAfter
        effects.append(
            .send(.contracts(version: version, offset: offset), token, expires: ParkingSite.contractsAskAgainAfter))
    }

    private mutating func take(_ page: ContractPage, at now: ClockReading) {
        switch contracts.take(page) {
        case .current:
            contractsAskAgain = nil
        case .more(let version, let offset):
            fetchContracts(version: version, offset: offset, at: now)
        case .replaced(let list):
            contractsAskAgain = nil
            let entries = list.map { contract in
                StateChange.put(
                    kind: ContractBook.stateKind, key: contract.plate.text,
                    value: Array("\(contract.offlineLimit.count)".utf8))
            }
            let version = StateChange.put(
                kind: ContractBook.versionKind, key: "current", value: Array("\(contracts.version)".utf8))
            persist([], state: [.removeAll(kind: ContractBook.stateKind)] + entries + [version])
            effects.append(.log(.info, "contract list of version \(contracts.version) in use: \(list.count) plates"))
        case .refused(let why):
            effects.append(.log(.error, "\(why); the list of version \(contracts.version) stays in use"))
        }
    }
}
