internal import Effects
internal import Tickets
internal import Vocabulary
internal import Wire

/// People pass on a ticket, one after the other.
extension CanteenSite {
    /// - Returns: what is to be written with the use.
    mutating func beginParty(
        _ lane: Int, _ use: TicketUse, at now: ClockReading
    ) -> ([Record.Event], [StateChange]) {
        let claim = lanes[lane].claim
        lanes[lane].claim = nil
        lanes[lane].ticketPeople = nil
        let left = claim?.reply?.left ?? tickets?.gate.book.left(use.ticket, of: use.allowed) ?? 0
        let party = TicketParty(
            use: use, kind: claim?.ticket?.kind, left: max(0, left),
            // Where nothing turns, all are let in at once.
            opened: lanes[lane].turnstile == nil ? use.people : 1, stage: .writing, transit: use.id)
        lanes[lane].party = party
        book.add(ticketEntry(use, lane, party.kind), keeping: openUses)
        // Of one person, or where nothing turns, there is nothing to go on with.
        let kept = party.opened < use.people ? [party.kept] : []
        return ([opening(lane, party)], [book.kept] + kept)
    }

    /// Uses on which people are still let in: what the book says of them may yet change.
    var openUses: Set<UUIDv7> { Set(lanes.compactMap { $0.party?.use.id }) }

    /// How a use stands in the report and among the last.
    func ticketEntry(_ use: TicketUse, _ lane: Int, _ kind: Slug?) -> SaleEntry {
        SaleEntry(
            id: use.id, at: use.at, lane: lanes[lane].settings.id, meal: meal, mode: .tickets, isOffline: use.isAlone,
            lines: [SaleEntry.Line(item: kind ?? (try? Slug("ticket")), count: use.people, amount: .zero)], total: .zero
        )
    }

    private func opening(_ lane: Int, _ party: TicketParty) -> Record.Event {
        .decision(
            transit: party.transit, lane: lanes[lane].settings.id, plate: nil, stay: nil, verdict: .admit,
            reason: "ticket \(party.use.ticket), use \(party.use.id), \(party.opened) of \(party.use.people)")
    }

    /// Opens for the next of a group, as soon as that is written and the turnstile has done with whoever was before.
    mutating func openParty(_ lane: Int, at now: ClockReading) {
        guard let party = lanes[lane].party, party.stage == .waiting else { return }
        if let turnstile = lanes[lane].turnstile {
            // Everything stands open, to leave: nobody is let in.
            guard !turnstile.isEmergency else { return endParty(lane, notPassed: party.rest + 1, at: now) }
            guard turnstile.isReady else { return }
        }
        lanes[lane].party?.stage = .awaited
        let id = lanes[lane].settings.id
        var pulses: [Record.Event] = []
        if let settings = lanes[lane].settings.turnstile {
            gate(lane, .admit(party.transit), at: now)
            pulses.append(
                .pulse(
                    transit: party.transit, lane: id, relay: settings.relay,
                    milliseconds: settings.pulse.milliseconds))
        } else {
            lanes[lane].party = nil
        }
        for output in lanes[lane].settings.outputs {
            effects.append(.pulse(output: output.name, output.span))
            pulses.append(
                .pulse(transit: party.transit, lane: id, relay: output.name, milliseconds: output.span.milliseconds))
        }
        say(lane, .ticket(.pass(party.opened, of: party.use.people, left: party.left)), at: now)
        if !pulses.isEmpty { persist(pulses) }
    }

    /// Somebody of a group has passed, or nobody can tell.
    mutating func ticketPassed(_ lane: Int, _ seen: Record.Passage, at now: ClockReading) {
        guard var party = lanes[lane].party else { return }
        let passage = Record.Event.passage(transit: party.transit, lane: lanes[lane].settings.id, seen)
        guard party.rest > 0 else {
            lanes[lane].party = nil
            return persist([passage])
        }
        guard lanes[lane].turnstile?.isEmergency != true else {
            persist([passage])
            return endParty(lane, notPassed: party.rest, at: now)
        }
        // On disk before the way opens: after a power cut nobody is let in twice on one place of the group.
        party.opened += 1
        party.stage = .writing
        party.transit = ids.next(at: now.wall)
        lanes[lane].party = party
        persist(
            [passage, opening(lane, party)], state: [party.kept], then: .ticket(lane: lane, use: party.use.id))
    }

    mutating func ticketNotPassed(_ lane: Int, at now: ClockReading) {
        guard let party = lanes[lane].party else { return }
        persist([.passage(transit: party.transit, lane: lanes[lane].settings.id, .notPassed)])
        endParty(lane, notPassed: party.rest + 1, at: now)
    }

    mutating func ticketDurable(_ lane: Int, _ use: UUIDv7, at now: ClockReading) {
        guard lanes[lane].party?.use.id == use, lanes[lane].party?.stage == .writing else { return }
        lanes[lane].party?.stage = .waiting
        openParty(lane, at: now)
    }

    mutating func ticketLost(_ lane: Int, _ use: UUIDv7, at now: ClockReading) {
        guard let party = lanes[lane].party, party.use.id == use, party.stage == .writing else { return }
        endParty(lane, notPassed: party.rest + 1, isRule: false, at: now)
        say(lane, .notPaid(.diskFull, nil), at: now)
    }

    /// The rest of a group is not let in.
    /// - Parameter isRule: whether the rule for who did not pass decides; they were let in by nobody otherwise.
    private mutating func endParty(_ lane: Int, notPassed rest: Int64, isRule: Bool = true, at now: ClockReading) {
        guard let party = lanes[lane].party else { return }
        lanes[lane].party = nil
        let isGivenBack = giveBack(party.use.id, rest, isRule: isRule, at: now)
        var state: [StateChange] = party.use.people > 1 ? [party.gone] : []
        if isGivenBack { state += reduce(party.use.id, by: rest) }
        if !state.isEmpty { persist([], state: state) }
        guard lanes[lane].turnstile?.isEmergency != true else { return }
        say(lane, .ticket(.notPassed(rest, isGivenBack: isGivenBack)), at: now)
    }

    private mutating func giveBack(_ use: UUIDv7, _ rest: Int64, isRule: Bool, at now: ClockReading) -> Bool {
        guard !isRule || tickets?.settings.rules.notPassed == .giveBack else { return false }
        let actions = tickets?.gate.handle(.notPassed(use: use, people: rest), at: now) ?? []
        perform(actions, at: now)
        return !actions.isEmpty
    }

    /// Who did not pass is in no report.
    private mutating func reduce(_ use: UUIDv7, by rest: Int64) -> [StateChange] {
        guard var entry = book.sale(use), entry.standing == .paid, let line = entry.lines.first else { return [] }
        guard line.count > rest else {
            book.undo(entry)
            return [book.kept]
        }
        book.remove(entry)
        entry.lines[0].count = line.count - rest
        book.add(entry, keeping: openUses)
        return [book.kept]
    }

    /// A person at the desk gives a use back: whoever had the ticket was not let in after all.
    mutating func giveTicketBack(
        _ lane: Int, _ sale: SaleEntry, _ clerk: Clerk, _ why: String, at now: ClockReading
    ) {
        guard !lanes.contains(where: { $0.party?.use.id == sale.id }) else { return say(lane, .oneMoment, at: now) }
        let people = sale.lines.reduce(0) { $0 + $1.count }
        let actions = tickets?.gate.handle(.notPassed(use: sale.id, people: people), at: now) ?? []
        // A use of which some went back before, or that is over and forgotten.
        guard !actions.isEmpty else { return say(lane, .noSuchSale, at: now) }
        perform(actions, at: now)
        book.undo(sale)
        persist(
            [
                .decision(
                    transit: sale.id, lane: sale.lane, plate: nil, stay: nil, verdict: .refuse,
                    reason: "corrected by \(clerk.name): \(why)")
            ], state: [book.kept])
        say(lane, .ticket(.givenBack(people)), at: now)
    }

    /// What an earlier run had begun: of a group those go back for whom the way was never opened.
    mutating func recoverTickets(at now: ClockReading) {
        guard let desk = tickets, !desk.leftOver.isEmpty || !desk.lost.isEmpty else { return }
        tickets?.leftOver = []
        tickets?.lost = []
        for what in desk.lost { effects.append(.log(.error, what)) }
        for party in desk.leftOver {
            let rest = (desk.gate.book[party.use]?.people ?? 0) - party.opened
            var state = [StateChange.remove(kind: TicketParty.stateKind, key: party.use.description)]
            if rest > 0, giveBack(party.use, rest, isRule: true, at: now) { state += reduce(party.use, by: rest) }
            persist([], state: state)
            effects.append(
                .log(.warning, "\(rest) of a group were not let in before the restart (use \(party.use))"))
        }
    }
}

extension TicketParty {
    /// Who of the group was not called yet.
    var rest: Int64 { use.people - opened }
}
