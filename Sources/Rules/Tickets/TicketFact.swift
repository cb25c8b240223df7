internal import JSONText
public import Vocabulary

/// Something that happened to a ticket at a gate. Facts are only ever added, so gates may tell them in any order, and
/// more than once.
public enum TicketFact: Hashable, Sendable {
    case used(TicketUse)
    case returned(TicketReturn)
}

/// People were let in on a ticket.
public struct TicketUse: Hashable, Sendable {
    /// This presentation's own id: the same on every path.
    public var id: UUIDv7
    public var ticket: UUIDv7
    public var gate: DeviceID
    /// 1 or more.
    public var people: Int64
    /// When the ticket was presented, and whether that clock was known to be right.
    public var at: WallTime
    public var isSynchronised: Bool
    /// The gate decided without the platform.
    public var isAlone: Bool
    /// People that may pass on the ticket in all, and its last day: as signed.
    public var allowed: Int64
    public var lastDay: CivilDate

    public init(
        id: UUIDv7, of ticket: GateTicket, gate: DeviceID, people: Int64, at: WallTime, isSynchronised: Bool,
        isAlone: Bool = false
    ) {
        self.id = id
        self.ticket = ticket.id
        self.gate = gate
        self.people = people
        self.at = at
        self.isSynchronised = isSynchronised
        self.isAlone = isAlone
        allowed = ticket.people
        lastDay = ticket.window.lastDay
    }
}

/// People of a use did not pass, or were never let in: the ticket has them again. It also refuses a claim of that use
/// that comes in later.
public struct TicketReturn: Hashable, Sendable {
    /// The ``TicketUse/id``.
    public var use: UUIDv7
    public var ticket: UUIDv7
    public var people: Int64
    public var lastDay: CivilDate

    /// - Parameter people: nil for all of the use.
    public init(of use: TicketUse, people: Int64? = nil) {
        self.use = use.id
        ticket = use.ticket
        self.people = people ?? use.people
        lastDay = use.lastDay
    }
}

extension TicketFact {
    /// The kind of state under which a box keeps facts.
    public static let stateKind = "ticket-fact"

    /// The key under which it is kept.
    public var key: String {
        switch self {
        case .used(let use): "used/\(use.id)"
        case .returned(let back): "returned/\(back.use)"
        }
    }

    /// To be kept in the journal's state.
    public var change: StateChange { .put(kind: TicketFact.stateKind, key: key, value: canonical) }

    /// Its one form as JSON.
    public var canonical: [UInt8] {
        JSONWriter.object { writer in
            switch self {
            case .used(let use):
                writer.field("use", use.id.description)
                writer.field("ticket", use.ticket.description)
                writer.field("people", use.people)
                writer.field("lastDay", use.lastDay.description)
                writer.field("gate", use.gate.text)
                writer.field("at", use.at.milliseconds)
                writer.field("synchronised", use.isSynchronised)
                writer.field("alone", use.isAlone)
                writer.field("allowed", use.allowed)
            case .returned(let back):
                writer.field("returned", back.use.description)
                writer.field("ticket", back.ticket.description)
                writer.field("people", back.people)
                writer.field("lastDay", back.lastDay.description)
            }
        }
    }

    /// - Returns: nil for anything that ``canonical`` does not write.
    public init?(canonical bytes: [UInt8]) {
        guard let node = try? JSONNode.parse(bytes, dialect: .json) else { return nil }
        func id(_ key: String) -> UUIDv7? { node[key]?.string.flatMap { try? UUIDv7($0) } }
        guard let ticket = id("ticket"), let people = node["people"]?.integer, people >= 1,
            let lastDay = node["lastDay"]?.string.flatMap({ try? CivilDate($0) })
        else { return nil }
        if let use = id("use") {
            guard let gate = node["gate"]?.string.flatMap({ try? Slug($0) }), let at = node["at"]?.integer,
                let isSynchronised = node["synchronised"]?.bool, let isAlone = node["alone"]?.bool,
                let allowed = node["allowed"]?.integer, allowed >= 1
            else { return nil }
            self = .used(
                TicketUse(
                    id: use, ticket: ticket, gate: gate, people: people, at: WallTime(milliseconds: at),
                    isSynchronised: isSynchronised, isAlone: isAlone, allowed: allowed, lastDay: lastDay))
        } else {
            guard let use = id("returned") else { return nil }
            self = .returned(TicketReturn(use: use, ticket: ticket, people: people, lastDay: lastDay))
        }
        guard canonical == bytes else { return nil }
    }
}

extension TicketUse {
    fileprivate init(
        id: UUIDv7, ticket: UUIDv7, gate: DeviceID, people: Int64, at: WallTime, isSynchronised: Bool, isAlone: Bool,
        allowed: Int64, lastDay: CivilDate
    ) {
        self.id = id
        self.ticket = ticket
        self.gate = gate
        self.people = people
        self.at = at
        self.isSynchronised = isSynchronised
        self.isAlone = isAlone
        self.allowed = allowed
        self.lastDay = lastDay
    }
}

extension TicketReturn {
    fileprivate init(use: UUIDv7, ticket: UUIDv7, people: Int64, lastDay: CivilDate) {
        self.use = use
        self.ticket = ticket
        self.people = people
        self.lastDay = lastDay
    }
}
