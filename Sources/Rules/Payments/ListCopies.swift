public import Vocabulary
public import Wire

/// A box's copies of the long lists, when they are asked for, and how old they are. Pure.
public struct ListCopies: Sendable {
    public enum Action: Equatable, Sendable {
        /// Ask the platform for this page; the answer is to come back with this number.
        case fetch(ListKind, version: Int64, offset: Int64, ask: UInt64)
        /// Keep this in the journal's state.
        case keep([StateChange])
        /// A new list is in use.
        case inUse(ListKind, version: Int64, count: Int)
        /// A page did not fit; the list in use stays.
        case refused(why: String)
    }

    private struct Fetch {
        var ask: UInt64?
        var due: Uptime?
    }

    /// How long after a question that led to nothing it is asked again.
    public static let askAgainAfter = Uptime.Span.seconds(30)
    /// How often a list that is up to date is confirmed, so that its age is known and a lost announcement heals.
    public static let confirmAfter = Uptime.Span.seconds(600)
    /// What every box that takes payments needs: who has a contract, and who is denied.
    public static let accounts: [ListKind] = [.contracts, .denials]
    /// What a car park's box needs: also who may pass.
    public static let carPark: [ListKind] = accounts + [.permits]
    /// What a canteen's box needs: also who eats there.
    public static let canteen: [ListKind] = accounts + [.people]
    /// The kind of state under which the moment of the last contact stands.
    public static let contactKind = "contact"
    /// The kinds of state to read at a start.
    public static func stateKinds(_ kinds: [ListKind]) -> [String] {
        kinds.flatMap { ["list-\($0.rawValue)", "list-\($0.rawValue)-version"] } + [contactKind]
    }

    /// The lists that this box keeps a copy of.
    public let kinds: [ListKind]
    public private(set) var contracts: ListBook<Contract>
    public private(set) var denials: ListBook<Denial>
    public private(set) var permits: ListBook<Permit>
    public private(set) var people: ListBook<Person>
    private var fetches: [ListKind: Fetch] = [:]
    private var asks: UInt64 = 0
    private var isLinkUp = false
    private var lastContact: Uptime
    /// How long before this run began the platform last said anything.
    private var contactBefore: Uptime.Span

    /// - Parameter lastContact: of an earlier run, on the wall clock. Without one, or on a clock that stands before it,
    ///   the platform counts as never heard: nothing is promised before it has been.
    public init(
        _ kinds: [ListKind], contracts: ListBook<Contract> = ListBook(), denials: ListBook<Denial> = ListBook(),
        permits: ListBook<Permit> = ListBook(), people: ListBook<Person> = ListBook(), lastContact: WallTime? = nil,
        at now: ClockReading
    ) {
        self.kinds = kinds
        self.contracts = contracts
        self.denials = denials
        self.permits = permits
        self.people = people
        self.lastContact = now.uptime
        if let lastContact, lastContact <= now.wall {
            contactBefore = .milliseconds(now.wall.milliseconds &- lastContact.milliseconds)
        } else {
            contactBefore = Uptime.Span(nanoseconds: .max / 2)
        }
    }

    /// Out of what the journal kept.
    /// - Parameters:
    ///   - kept: by kind, the values by key.
    ///   - lost: gets a sentence for each value that cannot be read; a list of which an entry is missing is used, and
    ///     fetched again.
    public init(
        _ kinds: [ListKind], kept: [String: [(key: String, value: [UInt8])]], lost: inout [String],
        at now: ClockReading
    ) {
        func values<Value>(_ kind: String, _ read: ([UInt8]) -> Value?) -> [Value] {
            (kept[kind] ?? []).compactMap { _, value in
                if let read = read(value) { return read }
                lost.append("the journal keeps a \(kind) that cannot be read (\(value.count) bytes); it is ignored")
                return nil
            }
        }
        func number(_ kind: String) -> Int64? {
            values(kind) { Int64(String(decoding: $0, as: UTF8.self)) }.first
        }
        func book<Entry: ListEntry>(_: Entry.Type) -> ListBook<Entry> {
            let kind = ListBook<Entry>.stateKind
            let entries = values(kind) { Entry(canonical: $0) }
            let version = number(ListBook<Entry>.versionKind) ?? 0
            // A list of which an entry cannot be read is in use, but must not pass for the whole one.
            return ListBook(version: entries.count == (kept[kind] ?? []).count ? version : 0, entries: entries)
        }
        self.init(
            kinds, contracts: book(Contract.self), denials: book(Denial.self), permits: book(Permit.self),
            people: book(Person.self), lastContact: number(ListCopies.contactKind).map { WallTime(milliseconds: $0) },
            at: now)
    }

    /// What the lists say of a holder, and how old that is; nobody: on no list, and denied.
    public func circumstances(of holder: Holder?, at now: ClockReading) -> OfflineCircumstances {
        OfflineCircumstances(
            contractLimit: holder.flatMap { contracts[$0]?.offlineLimit },
            isDenied: holder.map { denials[$0] != nil } ?? true, listAge: withoutContact(at: now),
            withoutContact: withoutContact(at: now))
    }

    /// How long the platform has not been heard.
    public func withoutContact(at now: ClockReading) -> Uptime.Span {
        let (sum, overflow) = (now.uptime - lastContact).nanoseconds.addingReportingOverflow(contactBefore.nanoseconds)
        return Uptime.Span(nanoseconds: overflow ? .max : sum)
    }

    /// The platform has answered something.
    public mutating func heard(at now: ClockReading) {
        lastContact = now.uptime
        contactBefore = .seconds(0)
    }

    /// When it next wants a tick.
    public var nextDeadline: Uptime? { fetches.values.compactMap(\.due).min() }

    public mutating func linkUp(at now: ClockReading) -> [Action] {
        isLinkUp = true
        return kinds.flatMap { changed($0, at: now) }
    }

    public mutating func linkDown() {
        isLinkUp = false
        fetches = [:]
    }

    public mutating func tick(at now: ClockReading) -> [Action] {
        kinds.flatMap { kind -> [Action] in
            guard let due = fetches[kind]?.due, now.uptime >= due else { return [] }
            return changed(kind, at: now)
        }
    }

    /// The platform says that a list is another now, or it is time to ask.
    public mutating func changed(_ kind: ListKind, at now: ClockReading) -> [Action] {
        fetch(kind, version: 0, offset: 0, at: now)
    }

    /// - Parameter ask: the number of the question it answers; any but the last is no news.
    public mutating func take(_ page: ListPage<Contract>, ask: UInt64, at now: ClockReading) -> [Action] {
        guard isAwaited(ask, .contracts) else { return [] }
        let outcome = contracts.take(page)
        return took(outcome, contracts, at: now)
    }

    public mutating func take(_ page: ListPage<Denial>, ask: UInt64, at now: ClockReading) -> [Action] {
        guard isAwaited(ask, .denials) else { return [] }
        let outcome = denials.take(page)
        return took(outcome, denials, at: now)
    }

    public mutating func take(_ page: ListPage<Permit>, ask: UInt64, at now: ClockReading) -> [Action] {
        guard isAwaited(ask, .permits) else { return [] }
        let outcome = permits.take(page)
        return took(outcome, permits, at: now)
    }

    public mutating func take(_ page: ListPage<Person>, ask: UInt64, at now: ClockReading) -> [Action] {
        guard isAwaited(ask, .people) else { return [] }
        let outcome = people.take(page)
        return took(outcome, people, at: now)
    }

    private mutating func isAwaited(_ ask: UInt64, _ kind: ListKind) -> Bool {
        guard fetches[kind]?.ask == ask else { return false }
        fetches[kind]?.ask = nil
        return true
    }

    private mutating func fetch(_ kind: ListKind, version: Int64, offset: Int64, at now: ClockReading) -> [Action] {
        guard isLinkUp, kinds.contains(kind) else { return [] }
        asks += 1
        fetches[kind] = Fetch(ask: asks, due: now.uptime + ListCopies.askAgainAfter)
        return [.fetch(kind, version: version, offset: offset, ask: asks)]
    }

    private mutating func took<Entry>(
        _ outcome: ListBook<Entry>.Outcome, _ book: ListBook<Entry>, at now: ClockReading
    ) -> [Action] {
        let contact = StateChange.put(
            kind: ListCopies.contactKind, key: "last", value: Array("\(now.wall.milliseconds)".utf8))
        switch outcome {
        case .current:
            fetches[Entry.kind]?.due = now.uptime + ListCopies.confirmAfter
            return [.keep([contact])]
        case .more(let version, let offset): return fetch(Entry.kind, version: version, offset: offset, at: now)
        case .replaced(let list):
            fetches[Entry.kind]?.due = now.uptime + ListCopies.confirmAfter
            return [
                .keep(book.stateChanges(list) + [contact]),
                .inUse(Entry.kind, version: book.version, count: list.count),
            ]
        case .refused(let why): return [.refused(why: "\(why); version \(book.version) stays in use")]
        }
    }
}
