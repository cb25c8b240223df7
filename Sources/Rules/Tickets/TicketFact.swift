public import Vocabulary
public import Wire

extension TicketUse {
    public init(
        id: UUIDv7, of ticket: GateTicket, gate: DeviceID, people: Int64, at: WallTime, isSynchronised: Bool,
        isAlone: Bool = false
    ) {
        self.init(
            id: id, ticket: ticket.id, gate: gate, people: people, at: at, isSynchronised: isSynchronised,
            isAlone: isAlone, allowed: ticket.people, lastDay: ticket.window.lastDay)
    }
}

extension TicketFact {
    /// The kind of state under which a box keeps facts.
    public static let stateKind = "ticket-fact"

    /// To be kept in the journal's state.
    public var change: StateChange { .put(kind: TicketFact.stateKind, key: key, value: canonical) }
}
