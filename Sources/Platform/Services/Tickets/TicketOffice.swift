internal import Host
public import Tickets
public import Vocabulary
public import Wire

/// Tickets of one sort that are to be sold.
public struct TicketOrder: Equatable, Sendable {
    public var site: Slug
    public var kind: Slug
    public var window: TicketWindow
    public var entries: Int64
    public var group: Int64
    /// How many such tickets, 1 to ``most``.
    public var count: Int

    public static let most = 10_000

    public init(site: Slug, kind: Slug, window: TicketWindow, entries: Int64 = 1, group: Int64 = 1, count: Int = 1) {
        self.site = site
        self.kind = kind
        self.window = window
        self.entries = entries
        self.group = group
        self.count = count
    }
}

/// A ticket, what became of it, and the text of its QR where it has just been made.
public struct TicketState: Equatable, Sendable {
    public var row: TicketRow
    /// People that may still pass; below zero after an overuse.
    public var left: Int64
    /// As they were presented.
    public var uses: [TicketUse]
}

/// What the office does with tickets: durable when a call returns. Gates hear of a ticket that was stopped within five
/// minutes; while they ask the platform it counts at once.
extension PlatformStore {
    public func hasTicketSite(_ site: Slug) -> Bool { tickets[site] != nil }

    /// Signs tickets and keeps them; all or none.
    /// - Returns: each with the text of its QR.
    /// - Throws: ``GateTicketError`` for what no ticket may be, or ``PlatformError``.
    public func issueTickets(
        _ order: TicketOrder, key: (number: UInt8, key: BoxKey), by who: String, why: String, at now: WallTime
    ) throws -> [(ticket: GateTicket, code: String)] {
        precondition((1...TicketOrder.most).contains(order.count), "1 to \(TicketOrder.most) tickets at once")
        var made: [(ticket: GateTicket, code: String)] = []
        for _ in 0..<order.count {
            let ticket = try GateTicket(
                id: UUIDv7(at: now, random: (SecureRandom.bits64(), SecureRandom.bits64())), site: order.site,
                kind: order.kind, window: order.window, entries: order.entries, group: order.group)
            made.append((ticket, GateTicketCode.write(ticket, key: key.key, number: key.number)))
        }
        try settling(at: now) { () throws(PlatformError) in
            for (ticket, _) in made {
                try tickets.table.insert(TicketRow(ticket: ticket, key: key.number, who: who, why: why, at: now))
            }
        }
        return made
    }

    /// - Returns: false if there is no such ticket, or it was stopped before.
    public func voidTicket(
        _ id: UUIDv7, by who: String, why: String, at now: WallTime
    ) throws(PlatformError) -> Bool {
        try settling(at: now) { () throws(PlatformError) in
            try tickets.void(id, by: who, why: why, at: now)
        }
    }

    /// The tickets of a site that are not over before a day, the oldest first.
    public func ticketStates(
        of site: Slug, from day: CivilDate, most: Int64 = 1_000
    ) throws(PlatformError) -> [TicketState] {
        var states: [TicketState] = []
        for row in try tickets.table.rows(of: site, from: day, most: most) { states.append(try state(row)) }
        return states
    }

    /// - Returns: nil if the platform has not sold it.
    public func ticketState(_ id: UUIDv7) throws(PlatformError) -> TicketState? {
        guard let row = try tickets.table.find(id) else { return nil }
        return try state(row)
    }

    private func state(_ row: TicketRow) throws(PlatformError) -> TicketState {
        let book = try tickets.table.book(of: row.ticket.id)
        return TicketState(row: row, left: book.left(on: row.ticket), uses: book.uses(of: row.ticket.id))
    }
}
