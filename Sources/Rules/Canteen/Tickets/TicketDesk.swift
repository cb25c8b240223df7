internal import JSONText
internal import Tickets
internal import Vocabulary
internal import Wire

/// What a box knows of tickets.
struct TicketDesk {
    /// Under which it is kept how far this box knows what happened elsewhere.
    static let throughKind = "ticket-through"

    let settings: TicketSettings
    var gate: TicketGate
    /// Groups of which an earlier run had not let in everybody.
    var leftOver: [TicketParty.Kept]
    /// What could not be read of what was kept, to be told once.
    var lost: [String] = []
    /// How far it is known what happened at other gates.
    var cursor: FactCursor

    init(_ settings: TicketSettings, _ device: DeviceID, _ zone: TimeZoneRule, _ recovered: CanteenRecovery?) {
        self.settings = settings
        gate = TicketGate(
            settings.rules, site: settings.site, gate: device, zone: zone, keys: settings.keys,
            kept: recovered?.ticketFacts ?? [], lost: &lost)
        leftOver = recovered?.ticketParties ?? []
        cursor = FactCursor(kind: TicketDesk.throughKind, through: recovered?.ticketsThrough ?? 0)
    }

    var nextDeadline: Uptime? { [gate.nextDeadline, cursor.due].compactMap { $0 }.min() }
}

/// The ticket that a lane is deciding about.
struct TicketClaim {
    /// The presentation's.
    let id: UUIDv7
    /// nil: what was shown is no good ticket.
    let ticket: GateTicket?
    /// As the platform was asked for it.
    var use: TicketUse?
    var reply: TicketReply?
}

/// People who are let in on a ticket, one after the other.
struct TicketParty {
    enum Stage: Equatable {
        /// That the next may pass is being written.
        case writing
        /// The next may pass as soon as the turnstile is free.
        case waiting
        case awaited
    }

    /// What is kept of a group until the last of it may pass.
    struct Kept: Hashable {
        var use: UUIDv7
        /// For so many the way was opened, or may have been.
        var opened: Int64
    }

    static let stateKind = "ticket-party"

    let use: TicketUse
    let kind: Slug?
    /// People that may still pass on the ticket after these.
    let left: Int64
    var opened: Int64
    var stage: Stage
    /// Names the passage of whoever is let in now.
    var transit: UUIDv7

    /// While more of the group are to follow; nothing is kept any more with the last.
    var kept: StateChange {
        guard opened < use.people else { return gone }
        let value = JSONWriter.object { writer in
            writer.field("use", use.id.description)
            writer.field("opened", opened)
        }
        return .put(kind: TicketParty.stateKind, key: use.id.description, value: value)
    }

    var gone: StateChange { .remove(kind: TicketParty.stateKind, key: use.id.description) }
}

extension TicketParty.Kept {
    init?(stateValue bytes: [UInt8]) {
        guard let node = try? JSONNode.parse(bytes, dialect: .json),
            let use = node["use"]?.string.flatMap({ try? UUIDv7($0) }), let opened = node["opened"]?.integer,
            opened >= 1
        else { return nil }
        self.init(use: use, opened: opened)
    }
}
