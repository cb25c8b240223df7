internal import Vocabulary
internal import Wire

extension TicketGate {
    mutating func present(_ code: String, _ id: UUIDv7, _ people: Int64?, at now: ClockReading) -> [Action] {
        let ticket: GateTicket
        do throws(GateTicketCodeError) { ticket = try GateTicketCode.read(code, site: site, keys: keys) } catch {
            return [.refuse(use: id, .code(error))]
        }
        if let first = held(ticket.id, by: id, at: now.uptime) { return [.same(as: first)] }
        // While the platform is asked it judges the time as well; a clock that is not synchronised judges nothing.
        if now.isSynchronised, let refusal = TicketRefusal(ticket.window.verdict(at: now.wall, in: zone)) {
            return [.refuse(use: id, refusal)]
        }
        let asked: Int64
        switch rules.groups {
        case .oneByOne: asked = 1
        case .together:
            let left = book.left(on: ticket)
            asked = people ?? (left > 0 ? min(ticket.group, left) : ticket.group)
        }
        guard asked >= 1, asked <= ticket.group else { return [.refuse(use: id, .groupTooLarge(ticket.group))] }
        let use = TicketUse(
            id: id, of: ticket, gate: gate, people: asked, at: now.wall, isSynchronised: now.isSynchronised)
        guard isReachable else { return decideAlone(use, ticket, wasAsked: false) }
        // Whom this gate let in while it was alone the platform may not know of yet.
        let left = ticket.people - book.passed(at: gate, on: ticket.id)
        guard asked <= left else { return [.refuse(use: id, left <= 0 ? .used : .tooFewLeft(left))] }
        guard pending.count < TicketGate.mostPending else { return [.refuse(use: id, .busy)] }
        pending.append(Pending(use: use, ticket: ticket, due: now.uptime + rules.answerWithin))
        return [.ask(use, ticket: ticket)]
    }

    /// The presentation that this one belongs to, if the ticket was seen just now or is being asked about.
    private mutating func held(_ ticket: UUIDv7, by use: UUIDv7, at now: Uptime) -> UUIDv7? {
        let first: UUIDv7?
        if let asked = pending.first(where: { $0.ticket.id == ticket }) {
            first = asked.use.id
        } else {
            first = seen.first { $0.ticket == ticket && now - $0.at < rules.repeatWithin }?.use
        }
        seen.removeAll { $0.ticket == ticket }
        seen.append(Seen(ticket: ticket, use: first ?? use, at: now))
        if seen.count > TicketGate.mostSeen { seen.removeFirst() }
        return first
    }

    /// - Parameter wasAsked: the platform may have granted this use, or may yet: what is not admitted is taken back.
    private mutating func decideAlone(_ use: TicketUse, _ ticket: GateTicket, wasAsked: Bool) -> [Action] {
        var use = use
        use.isAlone = true
        if let refusal = refusalAlone(use, ticket) {
            return (wasAsked ? record(.returned(TicketReturn(of: use))) : []) + [.refuse(use: use.id, refusal)]
        }
        guard book.apply(.used(use)) != .full else {
            return (wasAsked ? record(.returned(TicketReturn(of: use))) : []) + [.refuse(use: use.id, .memoryFull)]
        }
        // Nobody else knows of it: on disk before the gate opens.
        return [.keep([TicketFact.used(use).change]), .record(.used(use)), .admit(use)]
    }

    private func refusalAlone(_ use: TicketUse, _ ticket: GateTicket) -> TicketRefusal? {
        if rules.whileAway == .refuse { return .platformAway }
        if !use.isSynchronised, rules.clockUnsure == .refuse { return .clockUnsure }
        if book.isVoided(ticket.id) { return .voided }
        let uses = book.uses(of: ticket.id)
        if rules.whileAway == .admitOncePerGate, uses.contains(where: { $0.gate == gate && $0.isAlone }) {
            return .onceHere
        }
        let left = book.left(on: ticket)
        if left <= 0 { return .used }
        return use.people > left ? .tooFewLeft(left) : nil
    }

    /// Decides alone about claims that were not answered.
    mutating func giveUp(where isOver: (Pending) -> Bool) -> [Action] {
        let over = pending.filter(isOver)
        pending.removeAll(where: isOver)
        return over.flatMap { decideAlone($0.use, $0.ticket, wasAsked: true) }
    }

    mutating func answered(_ use: TicketUse, _ answer: TicketAnswer) -> [Action] {
        let wasPending = pending.contains { $0.use.id == use.id }
        pending.removeAll { $0.use.id == use.id }
        switch (answer, wasPending) {
        case (.granted, true):
            guard book.apply(.used(use)) != .full else {
                return record(.returned(TicketReturn(of: use))) + [.refuse(use: use.id, .memoryFull)]
            }
            // The platform has it already: the gate opens first.
            return [.admit(use), .keep([TicketFact.used(use).change]), .record(.used(use))]
        case (.granted, false):
            // Nobody was let in on it, unless it is in the book: by an earlier run of this gate, say.
            guard book[use.id] == nil, !book.isReturned(use.id) else { return [] }
            return record(.returned(TicketReturn(of: use)))
        case (.refused(let refusal), true): return [.refuse(use: use.id, refusal)]
        case (.refused, false): return []
        }
    }

    mutating func notPassed(_ id: UUIDv7, _ people: Int64) -> [Action] {
        guard let use = book[id], use.gate == gate, people >= 1, !book.isReturned(id) else { return [] }
        // Whoever did not pass may show the ticket again at once.
        seen.removeAll { $0.ticket == use.ticket }
        return record(.returned(TicketReturn(of: use, people: min(people, use.people))))
    }

    /// Keeps and tells a fact of this gate; where there is no room here, the platform still learns of it.
    private mutating func record(_ fact: TicketFact) -> [Action] {
        book.apply(fact) == .full ? [.record(fact)] : [.keep([fact.change]), .record(fact)]
    }

    mutating func learn(_ fact: TicketFact) -> [Action] {
        let ticket = fact.ticket
        let before = book.overuse(of: ticket)
        let merge = book.apply(fact)
        switch merge {
        case .known: return []
        case .full: return [.forgotten(fact)]
        case .new, .conflict:
            let after = book.overuse(of: ticket)
            return (merge == .conflict ? [.conflict(fact)] : []) + [.keep([book.kept(fact).change])]
                + (after == before ? [] : after.map { [.overused($0)] } ?? [])
        }
    }
}
