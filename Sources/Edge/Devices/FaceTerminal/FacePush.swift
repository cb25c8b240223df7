public import Vocabulary

/// Brings one terminal to the list of people that it should know: removals first, then changes in batches, one message
/// in flight. Pure: time is an argument.
///
/// What the terminal has is kept by the caller, a version a person, so that a restart goes on where it was. Before a
/// batch goes out, ``Action/note(person:version:)`` with version 0 says that the terminal may now know a person: if the
/// box stops before the answer, that person is pushed again, or deleted if no longer wanted. Nobody stays behind. For a
/// terminal that was replaced or reset under the same id, forget what was noted and begin anew.
public struct FacePush: Sendable {
    /// The most people of a terminal.
    public static let most = 100_000

    public enum Action: Equatable, Sendable {
        /// Keep durably before the next action: the terminal has this version; 0 when it may have any; nil when none.
        case note(person: String, version: Int64?)
        case send(FaceCommand, messageID: String)
        /// The terminal does not take this person, or does not let go of them; not tried again until the person's
        /// version changes, or the terminal connects anew.
        case refused(person: String, code: String)
        /// No answer to so many sendings; tried again after ``FacePush/Settings/rest`` or when the terminal connects.
        case silent(attempts: Int)
    }

    public struct Settings: Hashable, Sendable {
        /// 1 to 1,000.
        public var batch: Int
        /// How long to wait for an answer: the terminal fetches every picture before it answers.
        public var patience: Uptime.Span
        /// 1 to 10.
        public var attempts: Int
        public var rest: Uptime.Span

        public init(
            batch: Int = 50, patience: Uptime.Span = .seconds(120), attempts: Int = 3, rest: Uptime.Span = .seconds(300)
        ) {
            precondition((1...1_000).contains(batch) && (1...10).contains(attempts), "settings within their bounds")
            self.batch = batch
            self.patience = patience
            self.attempts = attempts
            self.rest = rest
        }
    }

    private struct Flight {
        let command: FaceCommand
        let messageID: String
        /// The versions that it brings; nil is a removal.
        let versions: [String: Int64?]
        var attempts = 1
        /// While resting, when to send again.
        var deadline: Uptime
        var isResting = false
    }

    private let settings: Settings
    private let prefix: String
    private var wanted: [String: FacePerson] = [:]
    private var has: [String: Int64]
    private var refused: [String: Int64?] = [:]
    private var flight: Flight?
    private var sent = 0
    /// Nothing is known to be wanted until the first list: an empty one would delete everybody.
    private var hasList = false

    /// - Parameters:
    ///   - has: what was noted for this terminal. - prefix: begins the ids of messages, at most 40 characters, another
    ///     one at each start of the box: an old answer is not for a new message.
    public init(has: [String: Int64], prefix: String, settings: Settings = Settings()) {
        self.has = has
        self.prefix = String(prefix.prefix(40))
        self.settings = settings
    }

    /// When ``tick(at:)`` has something to do; nil while nothing is in flight.
    public var deadline: Uptime? { flight?.deadline }

    /// The list as it was last wanted; nil before the first.
    public var people: [FacePerson]? { hasList ? Array(wanted.values) : nil }

    /// How many people still have to be brought or removed, without the refused ones.
    public var remaining: Int { hasList ? removals().count + changes().count : 0 }

    /// The list as it should be, whole. Of two entries for a person the one with the higher version counts.
    /// - Throws: ``FaceTerminalError/tooManyPeople(_:)``; the list before it stays.
    public mutating func want(_ people: [FacePerson], at now: Uptime) throws(FaceTerminalError) -> [Action] {
        guard people.count <= FacePush.most else { throw .tooManyPeople(people.count) }
        wanted = Dictionary(people.map { ($0.id, $0) }) { $0.version >= $1.version ? $0 : $1 }
        hasList = true
        return next(at: now)
    }

    /// The terminal connected: what it refused is tried again, and what is in flight was perhaps lost.
    public mutating func connected(at now: Uptime) -> [Action] {
        refused = [:]
        guard var lost = flight else { return next(at: now) }
        lost.attempts = 1
        lost.isResting = false
        lost.deadline = now + settings.patience
        flight = lost
        return [.send(lost.command, messageID: lost.messageID)]
    }

    /// Sends again what was not answered.
    public mutating func tick(at now: Uptime) -> [Action] {
        guard var late = flight, now >= late.deadline else { return [] }
        if !late.isResting, late.attempts == settings.attempts {
            late.isResting = true
            late.deadline = now + settings.rest
            flight = late
            return [.silent(attempts: late.attempts)]
        }
        late.attempts = late.isResting ? 1 : late.attempts + 1
        late.isResting = false
        late.deadline = now + settings.patience
        flight = late
        return [.send(late.command, messageID: late.messageID)]
    }

    /// An answer. One that is not for the message in flight changes nothing.
    public mutating func take(_ ack: FaceAck, at now: Uptime) -> [Action] {
        guard let flight, ack.command == flight.command.name, ack.messageID ?? flight.messageID == flight.messageID
        else { return [] }
        let names = Set(ack.added).union(ack.failed.keys)
        // Without an id only the names tell whose answer it is.
        if ack.messageID == nil, !names.isSubset(of: flight.versions.keys) { return [] }
        self.flight = nil
        let isAll = ack.isOK && names.isEmpty && (ack.addedCount.map { $0 == Int64(flight.versions.count) } ?? true)
        var actions: [Action] = []
        for (person, version) in flight.versions.sorted(by: { $0.key < $1.key }) {
            let isDone = version == nil ? ack.isOK : isAll || ack.added.contains(person) && ack.failed[person] == nil
            if isDone {
                has[person] = version
                refused.removeValue(forKey: person)
                actions.append(.note(person: person, version: version))
            } else {
                refused.updateValue(version, forKey: person)
                actions.append(.refused(person: person, code: ack.failed[person] ?? ack.code ?? "?"))
            }
        }
        return actions + next(at: now)
    }

    private func removals() -> [String] {
        has.keys.filter { wanted[$0] == nil && refused[$0] != .some(nil) }.sorted()
    }

    private func changes() -> [FacePerson] {
        wanted.values.filter { has[$0.id] != $0.version && refused[$0.id] != .some($0.version) }
            .sorted { $0.id < $1.id }
    }

    private mutating func next(at now: Uptime) -> [Action] {
        guard flight == nil, hasList else { return [] }
        if let person = removals().first { return send(.delete(person: person), [person: nil], at: now) }
        let batch = Array(changes().prefix(settings.batch))
        guard !batch.isEmpty else { return [] }
        for person in batch { has[person.id] = 0 }
        let notes = batch.map { Action.note(person: $0.id, version: 0) }
        return notes
            + send(.edit(batch), Dictionary(uniqueKeysWithValues: batch.map { ($0.id, $0.version) }), at: now)
    }

    private mutating func send(_ command: FaceCommand, _ versions: [String: Int64?], at now: Uptime) -> [Action] {
        sent += 1
        let messageID = "\(prefix)-\(sent)"
        flight = Flight(
            command: command, messageID: messageID, versions: versions, deadline: now + settings.patience)
        return [.send(command, messageID: messageID)]
    }
}
