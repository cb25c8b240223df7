public import JSONText
public import Vocabulary

/// Something that happened to a ticket. Facts are only ever added, so gates may tell them in any order, and more than
/// once.
public enum TicketFact: SharedFact {
    case used(TicketUse)
    case returned(TicketReturn)
    /// The platform alone says this.
    case voided(TicketVoid)
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

    init(use: UUIDv7, ticket: UUIDv7, people: Int64, lastDay: CivilDate) {
        self.use = use
        self.ticket = ticket
        self.people = people
        self.lastDay = lastDay
    }
}

/// A ticket is good for nobody any more.
public struct TicketVoid: Hashable, Sendable {
    public var ticket: UUIDv7
    public var lastDay: CivilDate

    public init(ticket: UUIDv7, lastDay: CivilDate) {
        self.ticket = ticket
        self.lastDay = lastDay
    }
}

extension TicketFact {
    public var ticket: UUIDv7 {
        switch self {
        case .used(let use): use.ticket
        case .returned(let back): back.ticket
        case .voided(let void): void.ticket
        }
    }

    public var lastDay: CivilDate {
        switch self {
        case .used(let use): use.lastDay
        case .returned(let back): back.lastDay
        case .voided(let void): void.lastDay
        }
    }

    /// What names it among all facts.
    public var key: String {
        switch self {
        case .used(let use): "used/\(use.id)"
        case .returned(let back): "returned/\(back.use)"
        case .voided(let void): "voided/\(void.ticket)"
        }
    }

    /// Its one form as JSON.
    public var canonical: [UInt8] { JSONWriter.object { write(to: &$0) } }

    /// - Returns: nil for anything that ``canonical`` does not write.
    public init?(canonical bytes: [UInt8]) {
        guard let node = try? JSONNode.parse(bytes, dialect: .json), let fact = try? TicketFact(node),
            fact.canonical == bytes
        else { return nil }
        self = fact
    }

    public func write(to writer: inout JSONWriter) {
        switch self {
        case .used(let use):
            writer.field("use", use.id.description)
            writer.field("ticket", use.ticket.description)
            writer.field("people", use.people)
            writer.field("lastDay", use.lastDay.description)
            writer.field("gate", use.gate.text)
            // Not `at` and `synchronised`: those of a record stand beside it, and may differ by a moment.
            writer.field("presented", use.at.milliseconds)
            writer.field("clockRight", use.isSynchronised)
            writer.field("alone", use.isAlone)
            writer.field("allowed", use.allowed)
        case .returned(let back):
            writer.field("returned", back.use.description)
            writer.field("ticket", back.ticket.description)
            writer.field("people", back.people)
            writer.field("lastDay", back.lastDay.description)
        case .voided(let void):
            writer.field("voided", void.ticket.description)
            writer.field("lastDay", void.lastDay.description)
        }
    }

    public init(_ node: JSONNode) throws(WireError) {
        let lastDay = try node.parse("lastDay", CivilDate.init)
        if node["voided"] != nil {
            self = .voided(TicketVoid(ticket: try node.parse("voided", UUIDv7.init), lastDay: lastDay))
            return
        }
        let (ticket, people) = (try node.parse("ticket", UUIDv7.init), try node.number("people"))
        guard people >= 1 else { throw .wrong("people") }
        guard node["use"] != nil else {
            self = .returned(
                TicketReturn(
                    use: try node.parse("returned", UUIDv7.init), ticket: ticket, people: people, lastDay: lastDay))
            return
        }
        let allowed = try node.number("allowed")
        guard allowed >= 1 else { throw .wrong("allowed") }
        self = .used(
            TicketUse(
                id: try node.parse("use", UUIDv7.init), ticket: ticket, gate: try node.parse("gate", DeviceID.init),
                people: people, at: WallTime(milliseconds: try node.number("presented")),
                isSynchronised: try node.flag("clockRight"), isAlone: try node.flag("alone"), allowed: allowed,
                lastDay: lastDay))
    }
}
