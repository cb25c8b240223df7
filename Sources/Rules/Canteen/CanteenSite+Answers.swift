internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// What the platform and the disk say: answers, announcements, lists, leases.
extension CanteenSite {
    /// Marks the tokens of questions that the lists and leases number themselves.
    private static let askMark: UInt64 = 1 << 63
    /// How long a question about a lease stays worth answering.
    private static let askExpiry = Uptime.Span.seconds(10)

    mutating func answer(_ token: RequestToken, _ response: Response, at now: ClockReading) {
        lists.heard(at: now)
        let ask = token.number & ~CanteenSite.askMark
        switch response {
        case .payment(let id, let outcome, let told):
            receipt = told.map { (id, $0) }
            let isMoved = outcome == .approved || outcome == .reversed
            let holder = isMoved ? payments[id]?.charge.instrument.holder : nil
            // Before a lease is asked for on it: that answer knows of it.
            let changes = movedElsewhere(holder, at: now)
            payment(id, .answer(outcome), at: now)
            persistFirst(changes)
            receipt = nil
        case .refund(let id, let outcome): refundAnswered(id, outcome, at: now)
        case .lease(let id, let outcome):
            if case .refused(.rulesDiffer) = outcome { rulesDiffer(true) }
            perform(leases?.answer(id, outcome, ask: ask, at: now) ?? [])
        case .contracts(let page): perform(lists.take(page, ask: ask, at: now), at: now)
        case .denials(let page): perform(lists.take(page, ask: ask, at: now), at: now)
        case .people(let page): perform(lists.take(page, ask: ask, at: now), at: now)
        case .ticket(let use, let reply): ticketAnswered(use, reply, at: now)
        case .ticketFacts(let page): take(page, at: now)
        case .mealFacts(let page): take(page, at: now)
        case .coupon, .offlinePolicy, .permits, .stay, .stays: break
        case .refused(let why): effects.append(.log(.error, "the platform could not read a request of ours: \(why)"))
        }
    }

    mutating func announced(_ announcement: Announcement, at now: ClockReading) {
        switch announcement {
        case .listChanged(let kind): perform(lists.changed(kind, at: now), at: now)
        case .paymentChanged(let id): payment(id, .changedElsewhere, at: now)
        case .purseRules(let digest):
            rulesDiffer(digest != purseRulesDigest)
            persist([], state: [.put(kind: CanteenRecovery.rulesKind, key: "platform", value: Array(digest.utf8))])
        case .leaseRecalled(let lease): recalled(lease, at: now)
        case .ticket(let fact): ticketTold(fact, at: now)
        case .meal(let fact): mealTold(fact)
        // The box keeps its scenario's policy; the platform's limits on leases and promises hold all the same.
        case .policyChanged: break
        // A canteen has no cars.
        case .stayOpened, .stayClosed, .stayPrepaid: break
        case .journalContested:
            // Whoever has a copy of this disk may spend the same leases: nothing more is spent from them.
            perform(leases?.giveAllBack(at: now) ?? [])
        }
    }

    mutating func rulesDiffer(_ differ: Bool) {
        doRulesDiffer = differ
        guard differ != isDifferenceTold else { return }
        isDifferenceTold = differ
        let why = "the platform splits payments over purses by other rules: bring it the same file as this box has"
        effects.append(.fault("purseRules", differ ? why : nil))
        if differ { effects.append(.log(.error, why)) }
    }

    /// Somebody stands elsewhere who needs what is lent to this box for them.
    private mutating func recalled(_ lease: LeaseID, at now: ClockReading) {
        let purpose = leases?.purpose(of: lease)
        let isBusy = lanes.contains { lane in
            guard let sale = lane.sale, sale.stage == .writing, let holder = sale.guest?.holder else { return false }
            return purpose == .purse(holder)
        }
        perform(leases?.recalled(lease, isBusy: isBusy, at: now) ?? [])
    }

    /// The record of a sale is on disk, or will never be: what was lent for its person may go back.
    private mutating func idle(_ holder: Holder?, at now: ClockReading) {
        if let holder { perform(leases?.idle(.purse(holder), at: now) ?? []) }
    }

    mutating func durable(_ token: WriteToken, at now: ClockReading) {
        switch continuations.removeValue(forKey: token) {
        case .startPayment(let id): payment(id, .durable, at: now)
        case .serve(let lane, let id, let word, _, _, _):
            guard let sale = lanes[lane].sale, sale.id == id else { return }
            written(lane, sale, word, at: now)
            idle(sale.guest?.holder, at: now)
        case .askRefund(let id):
            refunds[id]?.due = now.uptime
            askRefunds(at: now)
        case .giveLeaseBack(let id): perform(leases?.returnIsDurable(id, at: now) ?? [])
        case .ticket(let lane, let use): ticketDurable(lane, use, at: now)
        case nil: break
        }
    }

    /// What waited for a write that was refused is not done.
    mutating func lost(_ token: WriteToken, at now: ClockReading) {
        switch continuations.removeValue(forKey: token) {
        case .startPayment(let id):
            let lane = lane(paying: id)
            payment(id, .abandoned, at: now)
            if let lane { decline(lane, .notPaid(.diskFull, nil), "writeRefused", at: now) }
        case .serve(let lane, let id, _, let charge, let wasAsked, let lease):
            if let lease { leases?.spendLost(lease) }
            if wasAsked, let charge {
                // The platform may have approved it meanwhile, and the record that would have used that is gone.
                payments[charge.payment] = .leftOver(charge: charge, timings: scenario.timings, isReversing: true)
                if isLinkUp { payment(charge.payment, .linkUp, at: now) }
            }
            guard let sale = lanes[lane].sale, sale.id == id else { return }
            if let served = sale.served { unsettle(served) }
            lanes[lane].sale?.served = nil
            hold(lane)
            decline(lane, .notPaid(.diskFull, nil), "writeRefused", at: now)
            idle(sale.guest?.holder, at: now)
        case .askRefund(let id):
            if let refund = refunds.removeValue(forKey: id)?.refund { registerRefunded(refund, .refused) }
            say(0, .notPaid(.refundRefused, nil), at: now)
        case .giveLeaseBack(let id): leases?.returnLost(id, at: now)
        case .ticket(let lane, let use): ticketLost(lane, use, at: now)
        case nil: break
        }
    }

    /// A sale that was not paid after all holds its items again.
    private mutating func hold(_ lane: Int) {
        guard let sale = lanes[lane].sale, sale.mode == .menu else { return }
        var items: [Slug: Int64] = [:]
        for line in sale.lines { if let item = line.item { items[item, default: 0] += line.count } }
        if stock.hold(items) == nil { lanes[lane].sale?.held = items }
    }

    // MARK: - Lists and leases

    mutating func wantLease(_ holder: Holder, at now: ClockReading) {
        guard isJournalHealthy, lists.denials[holder] == nil, leases != nil, !doRulesDiffer else { return }
        perform(leases?.want(.purse(holder), id: ids.next(at: now.wall), at: now) ?? [])
    }

    /// Leases for the people who are listed, some at a time: before the meal begins they may eat offline.
    mutating func askForPeople(at now: ClockReading) {
        let holders = people.holders
        guard isLinkUp, askedAhead < holders.count else {
            askAhead = isLinkUp ? nil : now.uptime + .seconds(10)
            return
        }
        for holder in holders.dropFirst(askedAhead).prefix(CanteenSite.mostAsks) { wantLease(holder, at: now) }
        askedAhead += CanteenSite.mostAsks
        askAhead = now.uptime + .seconds(1)
    }

    mutating func perform(_ actions: [LeaseKeeper.Action]) {
        for action in actions {
            switch action {
            case .send(let order, let ask):
                effects.append(
                    .send(.lease(order), RequestToken(ask | CanteenSite.askMark), expires: CanteenSite.askExpiry))
            case .keep(let change): persist([], state: [change])
            case .keepReturn(let change, let id):
                // With a record: a write without one has no number, and nothing tells when it is on disk.
                persist([.leaseGivenBack(id)], state: [change], then: .giveLeaseBack(id))
            case .refused(let id, let reason): effects.append(.log(.info, "lease \(id): \(reason.rawValue)"))
            }
        }
    }

    mutating func perform(_ actions: [ListCopies.Action], at now: ClockReading) {
        for action in actions {
            switch action {
            case .fetch(let kind, let version, let offset, let ask):
                effects.append(
                    .send(
                        .list(kind, version: version, offset: offset), RequestToken(ask | CanteenSite.askMark),
                        expires: ListCopies.askAgainAfter))
            case .keep(let changes): persist([], state: changes)
            case .inUse(let kind, let version, let count):
                if kind == .people {
                    people = PeopleIndex(lists.people.all)
                    // Whoever is new may be lent to ahead of the meal too; the first list may have come late for it.
                    planMeal(at: now)
                }
                effects.append(.log(.info, "list of \(kind.rawValue), version \(version), in use: \(count) entries"))
            case .refused(let why): effects.append(.log(.error, why))
            }
        }
    }
}
