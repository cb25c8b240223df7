internal import SQLite
internal import Tickets
internal import Vocabulary
internal import Wire

/// Grants what gates claim, learns what they did alone, and tells each what happened at the others.
final class TicketRegister {
    let table: TicketTable
    private let sites: [Slug: TicketSiteSettings]
    private let byDevice: [DeviceID: TicketSiteSettings]
    private let incidents: IncidentBook
    private let say: (SiteNews) -> Void

    init(
        in database: borrowing Database, sites: [TicketSiteSettings], incidents: IncidentBook,
        say: @escaping (SiteNews) -> Void
    ) throws(SQLiteError) {
        table = try TicketTable(in: database)
        self.sites = Dictionary(sites.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        byDevice = Dictionary(
            sites.flatMap { site in site.devices.map { ($0, site) } }, uniquingKeysWith: { first, _ in first })
        self.incidents = incidents
        self.say = say
    }

    subscript(site: Slug) -> TicketSiteSettings? { sites[site] }

    // MARK: - Gates that ask

    func claim(_ use: TicketUse, from device: DeviceID, at now: WallTime) throws(PlatformError) -> TicketReply {
        guard let site = byDevice[device], let row = try table.find(use.ticket), row.ticket.site == site.id else {
            return TicketReply(.refused(.notSold))
        }
        guard use.gate == device, try isOfItsTicket(.used(use), from: device, at: now) else {
            return TicketReply(.refused(.takenBack))
        }
        var book = try table.book(of: use.ticket)
        let isKnown = book[use.id] != nil
        let answer = book.claim(use, of: row.ticket, at: now, in: site.zone)
        let left = max(0, book.left(on: row.ticket))
        switch answer {
        case .granted:
            if !isKnown { try keep(.used(use), of: site, from: device, at: now) }
            return TicketReply(.granted, left: left)
        case .refused(let why):
            let last = why == .used ? book.uses(of: use.ticket).last : nil
            return TicketReply(
                why.reply.map { .refused($0) } ?? .unknown, left: left,
                last: last.map { TicketReply.Sight(gate: $0.gate, at: $0.at) })
        }
    }

    /// What a gate of a site does not know yet; of tickets that are over it needs nothing.
    func page(
        after number: Int64, for device: DeviceID, at now: WallTime
    ) throws(PlatformError) -> FactPage<TicketFact> {
        guard let site = byDevice[device] else { return FactPage(facts: [], through: number, isMoreLeft: false) }
        let yesterday = CivilDate(dayNumber: site.zone.date(at: now).dayNumber - 1)
        return try table.page(of: site.id, after: number, from: yesterday)
    }

    // MARK: - What gates record

    /// Takes in what a gate did, whoever decided it, in any order and however often it is told.
    func learn(_ fact: TicketFact, from device: DeviceID, at now: WallTime) throws(PlatformError) {
        guard let site = byDevice[device] else {
            return try incidents.note(
                .unknownTicket, device, subject: fact.ticket.description,
                "a box that stands at no site for tickets tells of one: add it to `ticketSites`", at: now)
        }
        guard try isItsOwn(fact, device), try isOfItsTicket(fact, from: device, at: now) else {
            return try incidents.note(
                .ticketConflict, device, subject: fact.key, "a box tells of a ticket's use that is not its own", at: now
            )
        }
        let row = try table.find(fact.ticket)
        if row == nil {
            try incidents.note(
                .unknownTicket, device, subject: fact.ticket.description,
                "a ticket was used that this platform has not sold, though it has signed it: was its file restored?",
                at: now)
        }
        var book = try table.book(of: fact.ticket)
        switch book.apply(fact) {
        case .known, .full: return
        case .conflict:
            try incidents.note(
                .ticketConflict, device, subject: fact.key,
                "two records of one use of a ticket differ: the one that counts more people stands", at: now)
        case .new: break
        }
        try keep(book.kept(fact), of: site, from: device, at: now)
        try reportOveruse(of: fact.ticket, book, at: now)
        guard case .used(let use) = fact, use.isAlone, let voided = row?.voided, use.at > voided.at else { return }
        try incidents.note(
            .voidedTicketUsed, device, subject: fact.ticket.description,
            "a ticket that \(voided.who) had stopped was used at a gate that had not heard of it: \(use.people) people",
            at: now)
    }

    /// Nobody stops a ticket but the platform, and each gate tells of its own uses.
    private func isItsOwn(_ fact: TicketFact, _ device: DeviceID) throws(PlatformError) -> Bool {
        switch fact {
        case .used(let use): return use.gate == device
        case .returned(let back):
            guard case .used(let use) = try table.fact("used/\(back.use)") else { return true }
            return use.gate == device
        case .voided: return false
        }
    }

    /// Whether this id was not told of another ticket before.
    private func isOfItsTicket(
        _ fact: TicketFact, from device: DeviceID, at now: WallTime
    ) throws(PlatformError) -> Bool {
        guard let old = try table.fact(fact.key) else { return true }
        return old.ticket == fact.ticket
    }

    private func keep(
        _ fact: TicketFact, of site: TicketSiteSettings, from device: DeviceID?, at now: WallTime
    ) throws(PlatformError) {
        try table.keep(fact, of: site.id, at: now)
        for other in site.devices where other != device { say(.tell(other, .ticket(fact))) }
    }

    /// One incident a ticket: it is brought up to date as gates tell more, and closed when what was too many went back.
    private func reportOveruse(of id: UUIDv7, _ book: TicketBook, at now: WallTime) throws(PlatformError) {
        let reported = try table.overuseReported(id)
        guard let overuse = book.overuse(of: id), let gate = overuse.beyond.first?.gate else {
            guard let reported else { return }
            return try incidents.amend(
                .ticketOverused, reported, subject: id.description, "what was too many was given back", isClosed: true,
                at: now)
        }
        let detail = TicketRegister.words(overuse)
        if let reported {
            return try incidents.amend(
                .ticketOverused, reported, subject: id.description, detail, isClosed: false, at: now)
        }
        try incidents.note(.ticketOverused, gate, subject: id.description, detail, at: now)
        try table.overuseIsReported(id, at: gate)
    }

    private static func words(_ overuse: TicketOveruse) -> String {
        let places = overuse.beyond.map { "\($0.gate) at \($0.at.utcText)\($0.isAlone ? " (alone)" : "")" }
        return "sold for \(overuse.allowed), used by \(overuse.used): too many at \(places.joined(separator: ", "))"
    }

    // MARK: - The office

    /// - Returns: false if there is no such ticket, or it is stopped already.
    func void(_ id: UUIDv7, by who: String, why: String, at now: WallTime) throws(PlatformError) -> Bool {
        guard let row = try table.find(id), row.voided == nil else { return false }
        try table.void(id, TicketRow.Voided(at: now, who: who, why: why))
        let fact = TicketFact.voided(TicketVoid(ticket: id, lastDay: row.ticket.window.lastDay))
        guard let site = sites[row.ticket.site] else {
            try table.keep(fact, of: row.ticket.site, at: now)
            return true
        }
        try keep(fact, of: site, from: nil, at: now)
        return true
    }
}
