public import Vocabulary
public import Wire

/// Decides who passes one gate on a ticket. Pure: no clock, I/O or dice.
///
/// While the platform answers, it alone grants, so gates together never let in more than a ticket was sold for. While
/// it does not, ``TicketRules/WhileAway`` decides, and an overuse is found when the gates' facts come together.
public struct TicketGate: Sendable {
    public enum Event: Hashable, Sendable {
        /// A code was scanned. `use` is a new id for this presentation; `people` is what was keyed, nil if nothing.
        case presented(code: String, use: UUIDv7, people: Int64?)
        /// The platform's answer to ``Action/ask(_:ticket:)``.
        case answered(TicketUse, TicketAnswer)
        /// So many of a use did not pass in time.
        case notPassed(use: UUIDv7, people: Int64)
        /// What happened at another gate.
        case told(TicketFact)
        case platform(isReachable: Bool)
        case tick
    }

    public enum Action: Equatable, Sendable {
        /// Ask the platform for its grant, by request.
        case ask(TicketUse, ticket: GateTicket)
        /// Open for ``TicketUse/people``.
        case admit(TicketUse)
        case refuse(use: UUIDv7, TicketRefusal)
        /// The ticket is still held there: what was said to `use` stands.
        case same(as: UUIDv7)
        /// Keep this in the journal's state, synced, before any action after it.
        case keep([StateChange])
        /// Tell the platform, and through it the other gates, by a record.
        case record(TicketFact)
        /// More people passed than the ticket was sold for.
        case overused(TicketOveruse)
        /// Two facts with one id disagree: a fault of the gate that told them.
        case conflict(TicketFact)
        /// A fact of another gate found no room here.
        case forgotten(TicketFact)
    }

    struct Pending: Sendable {
        var use: TicketUse
        var ticket: GateTicket
        var due: Uptime
    }

    struct Seen: Sendable {
        var ticket: UUIDv7
        var use: UUIDv7
        var at: Uptime
    }

    /// Claims that wait for an answer at one time; one more is refused as busy.
    public static let mostPending = 8
    /// Tickets that are remembered as held to the scanner; the one seen longest ago goes first.
    static let mostSeen = 64

    public let rules: TicketRules
    public let site: Slug
    public let gate: DeviceID
    public let zone: TimeZoneRule
    let keys: [UInt8: BoxPublicKey]
    /// What is known here of used tickets.
    public internal(set) var book: TicketBook
    var pending: [Pending] = []
    var seen: [Seen] = []
    var isReachable = false

    /// - Parameters:
    ///   - keys: the platform's public keys for tickets, by number.
    ///   - kept: the values of kind ``TicketFact/stateKind`` in the journal's state.
    ///   - lost: gets a sentence for each value that cannot be read or finds no room.
    public init(
        _ rules: TicketRules, site: Slug, gate: DeviceID, zone: TimeZoneRule, keys: [UInt8: BoxPublicKey],
        kept: [[UInt8]], lost: inout [String], most: Int = TicketBook.most
    ) {
        self.rules = rules
        self.site = site
        self.gate = gate
        self.zone = zone
        self.keys = keys
        book = TicketBook(most: most)
        for value in kept {
            guard let fact = TicketFact(canonical: value) else {
                lost.append("the journal keeps a used ticket that cannot be read (\(value.count) bytes); it is ignored")
                continue
            }
            if book.apply(fact) == .full { lost.append("there is no room for the used ticket \(fact.key)") }
        }
    }

    /// When it next wants a tick.
    public var nextDeadline: Uptime? { pending.map(\.due).min() }

    /// - Returns: effects in the order to carry them out.
    public mutating func handle(_ event: Event, at now: ClockReading) -> [Action] {
        switch event {
        case .presented(let code, let use, let people): return present(code, use, people, at: now)
        case .answered(let use, let answer): return answered(use, answer)
        case .notPassed(let use, let people): return notPassed(use, people)
        case .told(let fact): return learn(fact)
        case .platform(let isReachable):
            self.isReachable = isReachable
            return isReachable ? [] : giveUp { _ in true }
        case .tick: return giveUp { $0.due <= now.uptime }
        }
    }

    /// Forgets the tickets that were over before a day; to be called once a day, while the clock is synchronised only.
    public mutating func forget(before day: CivilDate) -> [Action] {
        let changes = book.forget(before: day)
        return changes.isEmpty ? [] : [.keep(changes)]
    }
}
