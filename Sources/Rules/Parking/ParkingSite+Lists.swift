internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// The long lists a box keeps a copy of: who has a contract, and who is denied.
extension ParkingSite {
    /// The lists that this box keeps a copy of.
    static let lists: [ListKind] = [.contracts, .denials]
    /// How long after a question for a list, or a part of it, that led to nothing it is asked for again.
    static let askListAgainAfter = Uptime.Span.seconds(30)
    /// How often a list that is up to date is confirmed, so that its age is known and a lost announcement heals.
    static let confirmListAfter = Uptime.Span.seconds(600)

    /// How long the platform has not been heard: the age of the lists, and of the last contact.
    func withoutContact(at now: ClockReading) -> Uptime.Span {
        let span = now.uptime - lastContact
        let (sum, overflow) = span.nanoseconds.addingReportingOverflow(contactBefore.nanoseconds)
        return Uptime.Span(nanoseconds: overflow ? .max : sum)
    }

    mutating func fetch(_ kind: ListKind, version: Int64, offset: Int64, at now: ClockReading) {
        guard isLinkUp else { return }
        let token = RequestToken(nextToken())
        fetches[kind] = ListFetch(request: token, askAgain: now.uptime + ParkingSite.askListAgainAfter)
        effects.append(
            .send(.list(kind, version: version, offset: offset), token, expires: ParkingSite.askListAgainAfter))
    }

    /// Whether a page answers the last question for its list; an older one is no news.
    mutating func isAwaited(_ token: RequestToken, _ kind: ListKind) -> Bool {
        guard fetches[kind]?.request == token else { return false }
        fetches[kind]?.request = nil
        return true
    }

    /// Carries out what a page led to.
    mutating func took<Entry>(_ outcome: ListBook<Entry>.Outcome, _ book: ListBook<Entry>, at now: ClockReading) {
        let name = Entry.kind.rawValue
        let contact = StateChange.put(
            kind: ParkingSite.contactKind, key: "last", value: Array("\(now.wall.milliseconds)".utf8))
        switch outcome {
        case .current:
            fetches[Entry.kind]?.askAgain = now.uptime + ParkingSite.confirmListAfter
            persist([], state: [contact])
        case .more(let version, let offset):
            fetch(Entry.kind, version: version, offset: offset, at: now)
        case .replaced(let list):
            fetches[Entry.kind]?.askAgain = now.uptime + ParkingSite.confirmListAfter
            persist([], state: book.stateChanges(list) + [contact])
            if Entry.kind == .denials { considerAgain(heldFor: .owes, at: now) }
            effects.append(.log(.info, "list of \(name), version \(book.version), in use: \(list.count) entries"))
        case .refused(let why):
            effects.append(.log(.error, "\(why); version \(book.version) stays in use"))
        }
    }
}
