internal import Effects
internal import Tickets
internal import Vocabulary
internal import Wire

/// Tickets: who is asked whether somebody may pass, and what is kept of it.
extension CanteenSite {
    /// A ticket was shown at a lane; while people are let in on another, or one is decided about, it is not taken.
    mutating func ticketShown(_ lane: Int, _ code: String, people: Int64?, at now: ClockReading) {
        guard lanes[lane].turnstile?.isEmergency != true else { return say(lane, .emergency, at: now) }
        guard let mode = mode(lane) else { return say(lane, .closedNow, at: now) }
        guard mode.kind == .tickets, let desk = tickets else { return say(lane, .meansNotUsed, at: now) }
        guard !isTicketAwaited(lane) else { return }
        guard isJournalHealthy, diskLevel < .critical else { return say(lane, .notPaid(.diskFull, nil), at: now) }
        let id = ids.next(at: now.wall)
        lanes[lane].claim = TicketClaim(
            id: id, ticket: try? GateTicketCode.read(code, site: desk.settings.site, keys: desk.settings.keys))
        var people = people
        if let said = lanes[lane].ticketPeople, now.uptime < said.until { people = people ?? said.count }
        let actions = tickets?.gate.handle(.presented(code: code, use: id, people: people), at: now) ?? []
        if case .same = actions.first {
            lanes[lane].claim = nil
            // What was said to it before stands.
            if lanes[lane].screen.word == .idle { say(lane, .ticket(.seen), at: now) }
            return
        }
        perform(actions, at: now)
    }

    /// Whether a lane is deciding about a ticket, or letting people in on one.
    func isTicketAwaited(_ lane: Int) -> Bool { lanes[lane].claim != nil || lanes[lane].party != nil }

    /// How many are to be let in on the next ticket of a lane.
    mutating func expectPeople(_ lane: Int, _ count: Int64, at now: ClockReading) {
        guard mode(lane)?.kind == .tickets, tickets?.settings.rules.groups == .together else {
            return say(lane, .meansNotUsed, at: now)
        }
        lanes[lane].ticketPeople = (count, now.uptime + scenario.waits.presentedFirst)
        if !isTicketAwaited(lane) { say(lane, .ticket(.people(count)), at: now) }
    }

    mutating func perform(_ actions: [TicketGate.Action], at now: ClockReading) {
        var records: [Record.Event] = []
        var state: [StateChange] = []
        for action in actions {
            switch action {
            case .ask(let use, _):
                guard let lane = lane(claiming: use.id), let rules = tickets?.settings.rules else { continue }
                lanes[lane].claim?.use = use
                effects.append(.send(.ticket(use), RequestToken(nextToken()), expires: rules.answerWithin))
                say(lane, .ticket(.checking), at: now)
            case .admit(let use):
                guard let lane = lane(claiming: use.id) else { continue }
                // What nobody else knows of is on disk first; what the platform has granted opens first.
                let isFirstWritten = !records.isEmpty
                let (more, changes) = beginParty(lane, use, at: now)
                records += more
                state += changes
                guard isFirstWritten else {
                    lanes[lane].party?.stage = .waiting
                    openParty(lane, at: now)
                    continue
                }
                persist(records, state: state, then: .ticket(lane: lane, use: use.id))
                (records, state) = ([], [])
            case .refuse(let id, let why): records += refused(id, why, at: now)
            case .same: break
            case .keep(let changes): state += changes
            case .record(let fact): records.append(.ticket(fact))
            case .overused(let overuse): effects.append(.log(.warning, "\(overuse)"))
            case .conflict(let fact):
                effects.append(.log(.error, "two gates, or one twice, tell \(fact.key) differently: see them"))
            case .forgotten(let fact):
                effects.append(.log(.error, "there is no room for \(fact.key) of another gate: it is not known here"))
            }
        }
        if !records.isEmpty || !state.isEmpty { persist(records, state: state) }
    }

    private func lane(claiming use: UUIDv7) -> Int? { lanes.firstIndex { $0.claim?.id == use } }

    /// - Returns: what is recorded of it.
    private mutating func refused(_ id: UUIDv7, _ why: TicketRefusal, at now: ClockReading) -> [Record.Event] {
        guard let lane = lane(claiming: id), let claim = lanes[lane].claim else { return [] }
        lanes[lane].claim = nil
        var last: TicketReply.Sight?
        switch why {
        case .used, .onceHere, .tooFewLeft:
            let known = claim.ticket.flatMap { tickets?.gate.book.uses(of: $0.id).last }
            last = claim.reply?.last ?? known.map { TicketReply.Sight(gate: $0.gate, at: $0.at) }
        default: break
        }
        say(lane, .ticket(.refused(why, last: last?.text(in: scenario.calendar.zone))), at: now)
        // A bad scan is no decision.
        guard let ticket = claim.ticket else { return [] }
        return [
            .decision(
                transit: id, lane: lanes[lane].settings.id, plate: nil, stay: nil, verdict: .refuse,
                reason: "ticket \(ticket.id): \(why.words.english)")
        ]
    }

    // MARK: - The platform

    mutating func ticketAnswered(_ id: UUIDv7, _ reply: TicketReply, at now: ClockReading) {
        // Whoever is not asked about any more has been decided about; an earlier run's question stands as it was
        // answered, since somebody may have passed on it.
        guard let lane = lane(claiming: id), let use = lanes[lane].claim?.use, let answer = reply.answer else { return }
        lanes[lane].claim?.reply = reply
        perform(tickets?.gate.handle(.answered(use, answer), at: now) ?? [], at: now)
    }

    /// What became of a ticket at another gate.
    mutating func ticketTold(_ fact: TicketFact, at now: ClockReading) {
        perform(tickets?.gate.handle(.told(fact), at: now) ?? [], at: now)
    }

    /// A part of what the platform knows.
    mutating func take(_ page: FactPage<TicketFact>, at now: ClockReading) {
        guard let desk = tickets else { return }
        var actions: [TicketGate.Action] = []
        for fact in page.facts {
            // What is being asked about here is decided here.
            if case .used(let use) = fact, lane(claiming: use.id) != nil { continue }
            if case .used(let use) = fact, use.gate == desk.gate.gate, tickets?.gate.book[use.id] == nil,
                tickets?.gate.book.isReturned(use.id) == false
            {
                notKnownWhether(use, at: now)
            }
            actions += tickets?.gate.handle(.told(fact), at: now) ?? []
        }
        perform(actions, at: now)
        let kept = tickets?.cursor.took(through: page.through, isMoreLeft: page.isMoreLeft, at: now) ?? []
        if !kept.isEmpty { persist([], state: kept) }
        askForTickets(at: now)
    }

    /// An earlier run had asked, the platform had granted, and nothing tells whether anybody was let in: it stays used,
    /// until a person at the desk gives it back.
    private mutating func notKnownWhether(_ use: TicketUse, at now: ClockReading) {
        let lane = lanes.indices.first { index in lanes[index].settings.modes.contains { $0.kind == .tickets } } ?? 0
        let id = lanes[lane].settings.id
        book.add(ticketEntry(use, lane, nil), keeping: openUses)
        persist([], state: [book.kept])
        effects.append(
            .happened(
                LaneCondition(
                    lane: id, code: "ticketUnknown", chinese: "断电前已准许的门票，不知是否入场",
                    english: "a ticket was granted before the restart: whether anybody passed is not known")))
        effects.append(
            .log(
                .warning,
                "ticket \(use.ticket) was granted before the restart; it stays used: give it back if nobody passed"))
    }

    private mutating func askForTickets(at now: ClockReading) {
        guard isLinkUp, tickets?.cursor.tick(at: now) == true, let through = tickets?.cursor.through else { return }
        effects.append(
            .send(.ticketFacts(after: through), RequestToken(nextToken()), expires: FactCursor.askAgainAfter))
    }

    mutating func ticketsLink(isUp: Bool, at now: ClockReading) {
        guard tickets != nil else { return }
        tickets?.cursor.link(isUp: isUp, at: now)
        perform(tickets?.gate.handle(.platform(isReachable: isUp), at: now) ?? [], at: now)
        askForTickets(at: now)
    }

    mutating func tickTickets(at now: ClockReading) {
        guard let desk = tickets else { return }
        if let due = desk.gate.nextDeadline, now.uptime >= due {
            perform(tickets?.gate.handle(.tick, at: now) ?? [], at: now)
        }
        askForTickets(at: now)
        for lane in lanes.indices {
            if let said = lanes[lane].ticketPeople, now.uptime >= said.until { lanes[lane].ticketPeople = nil }
        }
    }

    /// Once a day what is over is forgotten; by a clock that may be wrong nothing is.
    mutating func forgetTickets(at now: ClockReading) {
        guard now.isSynchronised else { return }
        let yesterday = CivilDate(dayNumber: meal.day.dayNumber - 1)
        perform(tickets?.gate.forget(before: yesterday) ?? [], at: now)
    }
}
