public import Vocabulary
public import Wire

/// Which tickets were used, as far as is known here: at a gate, or at the platform, which knows of all.
///
/// The same facts make the same book, in whatever order and however often they come in.
public struct TicketBook: Hashable, Sendable {
    public enum Merge: Hashable, Sendable {
        case new
        /// Nothing changed.
        case known
        /// Another fact with the same id says something else: a fault of the gate that told it. The one that counts
        /// more people is kept, and of equals the greater text.
        case conflict
        /// There was no room, and nothing was kept.
        case full
    }

    /// Facts that a book holds; at the bound a new one is refused, until ``forget(before:)`` makes room.
    public static let most = 100_000

    private var uses: [UUIDv7: TicketUse] = [:]
    private var returns: [UUIDv7: TicketReturn] = [:]
    private var voids: [UUIDv7: TicketVoid] = [:]
    private var usesOfTicket: [UUIDv7: Set<UUIDv7>] = [:]
    private let most: Int

    /// - Parameter most: facts at most.
    public init(most: Int = TicketBook.most) { self.most = most }

    /// How many facts there are.
    public var count: Int { uses.count + returns.count + voids.count }

    public mutating func apply(_ fact: TicketFact) -> Merge {
        switch fact {
        case .used(let use):
            guard let old = uses[use.id] else {
                guard count < most else { return .full }
                put(use)
                return .new
            }
            var winner = old
            // Decided alone and granted later is one use that was granted.
            winner.isAlone = old.isAlone && use.isAlone
            var other = use
            other.isAlone = winner.isAlone
            if winner == other {
                put(winner)
                return winner == old ? .known : .new
            }
            put(TicketBook.counts(other, before: winner) ? other : winner)
            return .conflict
        case .returned(let back):
            guard let old = returns[back.use] else {
                guard count < most else { return .full }
                returns[back.use] = back
                return .new
            }
            if old == back { return .known }
            if (old.people, old.ticket, old.lastDay) < (back.people, back.ticket, back.lastDay) {
                returns[back.use] = back
            }
            return .conflict
        case .voided(let void):
            guard voids[void.ticket] == nil else { return .known }
            guard count < most else { return .full }
            voids[void.ticket] = void
            return .new
        }
    }

    /// Whether the office has stopped a ticket.
    public func isVoided(_ ticket: UUIDv7) -> Bool { voids[ticket] != nil }

    private static func counts(_ left: TicketUse, before right: TicketUse) -> Bool {
        if left.people != right.people { return left.people > right.people }
        return right.canonicalText.lexicographicallyPrecedes(left.canonicalText)
    }

    private mutating func put(_ use: TicketUse) {
        if let old = uses[use.id] { removeFromTicket(old) }
        uses[use.id] = use
        usesOfTicket[use.ticket, default: []].insert(use.id)
    }

    private mutating func removeFromTicket(_ use: TicketUse) {
        usesOfTicket[use.ticket]?.remove(use.id)
        if usesOfTicket[use.ticket]?.isEmpty == true { usesOfTicket[use.ticket] = nil }
    }

    /// One use, if it is known.
    public subscript(use: UUIDv7) -> TicketUse? { uses[use] }

    /// Whether people of a use were given back.
    public func isReturned(_ use: UUIDv7) -> Bool { returns[use] != nil }

    /// What is held under a fact's id: of two that disagree, the one that won.
    public func kept(_ fact: TicketFact) -> TicketFact {
        switch fact {
        case .used(let use): .used(uses[use.id] ?? use)
        case .returned(let back): .returned(returns[back.use] ?? back)
        case .voided: fact
        }
    }

    /// The people of a use who are not given back.
    public func passed(on use: TicketUse) -> Int64 { max(0, use.people - (returns[use.id]?.people ?? 0)) }

    /// The uses of a ticket of which somebody passed, as they were presented.
    public func uses(of ticket: UUIDv7) -> [TicketUse] {
        (usesOfTicket[ticket] ?? []).compactMap { uses[$0] }.filter { passed(on: $0) > 0 }.sorted {
            ($0.at, $0.id) < ($1.at, $1.id)
        }
    }

    /// People that may still pass; below zero after an overuse.
    public func left(on ticket: GateTicket) -> Int64 {
        left(ticket.id, of: ticket.people)
    }

    /// - Parameter people: whom the ticket was sold for in all.
    public func left(_ ticket: UUIDv7, of people: Int64) -> Int64 {
        uses(of: ticket).reduce(people) { $0.subtractingReportingOverflow(passed(on: $1)).partialValue }
    }

    /// People that passed on a ticket at one gate.
    func passed(at gate: DeviceID, on ticket: UUIDv7) -> Int64 {
        uses(of: ticket).reduce(0) { $0 + ($1.gate == gate ? passed(on: $1) : 0) }
    }

    /// A ticket on which more people passed than it was sold for: gates decided alone.
    public func overuse(of ticket: UUIDv7) -> TicketOveruse? {
        let uses = uses(of: ticket)
        guard let allowed = uses.map(\.allowed).min() else { return nil }
        var sum: Int64 = 0
        let beyond = uses.filter { use in
            sum = sum.addingReportingOverflow(passed(on: use)).partialValue
            return sum > allowed
        }
        return beyond.isEmpty ? nil : TicketOveruse(ticket: ticket, allowed: allowed, used: sum, beyond: beyond)
    }

    /// The platform's decision about a claim: it alone grants while the gates are online, one claim after the other.
    ///
    /// The same claim again gets the same answer; one that was taken back before it came in is refused.
    /// - Parameters:
    ///   - ticket: as the platform sold it.
    ///   - wall: the platform's own clock.
    public mutating func claim(
        _ use: TicketUse, of ticket: GateTicket, at wall: WallTime, in zone: TimeZoneRule
    ) -> TicketAnswer {
        if isReturned(use.id) { return .refused(.takenBack) }
        if uses[use.id] == use { return .granted }
        if let refusal = TicketRefusal(ticket.window.verdict(at: wall, in: zone)) { return .refused(refusal) }
        if isVoided(ticket.id) { return .refused(.voided) }
        guard use.ticket == ticket.id, uses[use.id] == nil else { return .refused(.takenBack) }
        guard use.people >= 1, use.people <= ticket.group else { return .refused(.groupTooLarge(ticket.group)) }
        let left = left(on: ticket)
        guard left > 0 else { return .refused(.used) }
        guard use.people <= left else { return .refused(.tooFewLeft(left)) }
        return apply(.used(use)) == .new ? .granted : .refused(.memoryFull)
    }

    /// Forgets the facts of tickets that were over before a day.
    /// - Returns: what is to go from the journal's state.
    public mutating func forget(before day: CivilDate) -> [StateChange] {
        let oldUses = uses.values.filter { $0.lastDay < day }
        let oldReturns = returns.values.filter { $0.lastDay < day }
        for use in oldUses {
            uses[use.id] = nil
            removeFromTicket(use)
        }
        for back in oldReturns { returns[back.use] = nil }
        let oldVoids = voids.values.filter { $0.lastDay < day }
        for void in oldVoids { voids[void.ticket] = nil }
        let facts =
            oldUses.map { TicketFact.used($0) } + oldReturns.map { .returned($0) } + oldVoids.map { .voided($0) }
        return facts.map(\.key).sorted().map { .remove(kind: TicketFact.stateKind, key: $0) }
    }
}

extension TicketUse {
    fileprivate var canonicalText: [UInt8] { TicketFact.used(self).canonical }
}

/// More people passed on a ticket than it was sold for.
public struct TicketOveruse: Hashable, Sendable, CustomStringConvertible {
    public var ticket: UUIDv7
    public var allowed: Int64
    public var used: Int64
    /// The uses that went beyond, as they were presented.
    public var beyond: [TicketUse]

    public var description: String {
        let places = beyond.map { "\($0.gate)\($0.isAlone ? " (while the platform was away)" : "")" }
        return """
            ticket \(ticket) was sold for \(allowed) and used by \(used): too many at \(places.joined(separator: ", ")); \
            ask at the gate, and stop the ticket
            """
    }
}

/// What the platform says to a claim.
public enum TicketAnswer: Hashable, Sendable {
    case granted
    case refused(TicketRefusal)
}
