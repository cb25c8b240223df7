internal import JSONText
public import Vocabulary
internal import Wire

/// The last meal that one person had here, or what they last bought at a till.
public struct MealNote: Hashable, Sendable {
    /// How far it is.
    public enum Standing: String, CaseIterable, Sendable {
        /// Paid or counted, and opened; nobody has seen the person pass.
        case open
        /// Paid or counted, and for certain not passed: may still be taken.
        case notPassed
        /// Over.
        case done
    }

    public var meal: Meal
    /// Helpings of this meal at this box, 1 or more.
    public var helpings: Int64
    public var transit: UUIDv7
    public var payment: PaymentID?
    /// The till at which it was keyed; nil: presenting oneself was all that it took.
    public var till: LaneID?
    /// When the person was last served.
    public var at: WallTime
    public var standing: Standing
    /// The same moment on this run's boot clock; nil: an earlier run wrote it.
    var uptime: Uptime?

    public init(
        meal: Meal, helpings: Int64, transit: UUIDv7, payment: PaymentID?, till: LaneID? = nil, at: ClockReading,
        standing: Standing
    ) {
        self.meal = meal
        self.helpings = helpings
        self.transit = transit
        self.payment = payment
        self.till = till
        self.at = at.wall
        uptime = at.uptime
        self.standing = standing
    }
}

/// How often a person may eat at one meal.
public struct HelpingRule: Hashable, Sendable {
    /// How many more than the first; nil: any number.
    public var more: Int64?
    /// What one of these costs; nil: what the first did.
    public var price: Fen?

    public static let once = HelpingRule(more: 0)
    public static let anyNumber = HelpingRule(more: nil)

    public init(more: Int64?, price: Fen? = nil) {
        self.more = more
        self.price = price
    }
}

/// Who has had which meal: so that one presentation seen twice is one meal, and a second helping is a rule. Pure.
public struct MealNotes: Hashable, Sendable {
    /// What a presentation is.
    public enum Verdict: Hashable, Sendable {
        case first
        /// The one that was served a moment ago, seen again.
        case same
        /// That meal is paid and not taken: the way opens again, and nothing is charged.
        case notTaken(MealNote)
        /// Another helping, 2 or more.
        case helping(Int64)
        /// As many helpings as the rule allows were had.
        case refused(Int64)
    }

    /// What is bought at a till is no helping of the meal at the turnstile: whoever has had a milk may eat.
    private struct Key: Hashable {
        var holder: Holder
        var isTill: Bool

        init(_ holder: Holder, isTill: Bool) { (self.holder, self.isTill) = (holder, isTill) }

        /// Under which it stands in the journal's state.
        init?(text: String) {
            isTill = text.hasPrefix(Key.till)
            guard let holder = try? Holder(isTill ? String(text.dropFirst(Key.till.count)) : text) else { return nil }
            self.holder = holder
        }

        var text: String { isTill ? Key.till + holder.text : holder.text }

        private static let till = "till/"
    }

    /// Of so many people the last meal is kept; the ones who ate longest ago are forgotten first.
    public static let most = 20_000

    /// Presentations of one person within so long after being served are one.
    public let duplicateWithin: Uptime.Span
    private var notes: [Key: MealNote] = [:]
    private var elsewhere = MealsElsewhere()

    /// The kind under which they stand in the journal's state.
    static let stateKind = "canteen-meal"

    public init(duplicateWithin: Uptime.Span) { self.duplicateWithin = duplicateWithin }

    public subscript(holder: Holder, till: LaneID? = nil) -> MealNote? { notes[Key(holder, isTill: till != nil)] }
    public var count: Int { notes.count }

    /// - Parameter till: where something was keyed for the person: only who was served at the same till a moment ago is
    ///   the same presentation. Without one it is, wherever that was: two terminals may see one face.
    public func verdict(
        _ holder: Holder, _ meal: Meal, _ rule: HelpingRule, till: LaneID? = nil, at now: ClockReading
    ) -> Verdict {
        let note = self[holder, till]
        let isRecent = note.map { $0.till == till && self.isRecent($0, at: now) } ?? false
        if let note, note.meal == meal || isRecent {
            switch note.standing {
            case .notPassed where note.meal == meal: return .notTaken(note)
            // Whether an earlier run saw the person pass, nobody knows: within the time of one presentation it did not.
            case .open where isRecent && note.uptime == nil: return .notTaken(note)
            case .open, .done, .notPassed: break
            }
        }
        if isRecent || till == nil && elsewhere.isRecent(holder, within: duplicateWithin, at: now) { return .same }
        let had = helpingsHere(holder, meal, till: till) + (till == nil ? elsewhere.helpings(holder, meal) : 0)
        guard had > 0 else { return .first }
        guard let more = rule.more, had > more else { return .helping(had + 1) }
        return .refused(had)
    }

    /// How many helpings of a meal a person had at this box.
    func helpingsHere(_ holder: Holder, _ meal: Meal, till: LaneID?) -> Int64 {
        self[holder, till].map { $0.meal == meal ? $0.helpings : 0 } ?? 0
    }

    /// Somebody had a meal at another box of the canteen, or it was undone there.
    /// - Returns: what keeps it.
    mutating func told(_ fact: MealFact) -> [StateChange] { elsewhere.learn(fact) }

    /// Whose last helping a transit was.
    func last(transit: UUIDv7) -> (holder: Holder, note: MealNote)? {
        notes.first { $0.value.transit == transit }.map { ($0.key.holder, $0.value) }
    }

    private func key(_ holder: Holder, _ transit: UUIDv7) -> Key? {
        [false, true].map { Key(holder, isTill: $0) }.first { notes[$0]?.transit == transit }
    }

    /// Within one run the boot clock says how long ago it was. After a restart only the wall clock can, which may have
    /// jumped either way.
    private func isRecent(_ note: MealNote, at now: ClockReading) -> Bool {
        if let uptime = note.uptime { return now.uptime - uptime < duplicateWithin }
        let (span, overflow) = now.wall.milliseconds.subtractingReportingOverflow(note.at.milliseconds)
        return !overflow && abs(span) < duplicateWithin.milliseconds
    }

    /// - Returns: what keeps it.
    mutating func put(_ holder: Holder, _ note: MealNote) -> [StateChange] {
        let key = Key(holder, isTill: note.till != nil)
        notes[key] = note
        guard notes.count > MealNotes.most else { return [MealNotes.kept(key, note)] }
        return [MealNotes.kept(key, note)] + forgetOldest()
    }

    mutating func stand(_ holder: Holder, _ transit: UUIDv7, _ standing: MealNote.Standing) -> [StateChange] {
        guard let key = key(holder, transit), var note = notes[key] else { return [] }
        note.standing = standing
        notes[key] = note
        return [MealNotes.kept(key, note)]
    }

    /// As if the helping had never been: it was undone, or its record is not on disk.
    mutating func undo(_ holder: Holder, _ transit: UUIDv7, before: MealNote?) -> [StateChange] {
        guard let key = key(holder, transit) else { return [] }
        notes[key] = before
        return before.map { [MealNotes.kept(key, $0)] } ?? [.remove(kind: MealNotes.stateKind, key: key.text)]
    }

    /// The helping was undone: one less, and it may be had again at once.
    mutating func takeBack(_ holder: Holder, _ transit: UUIDv7) -> [StateChange] {
        guard let key = key(holder, transit), var note = notes[key] else { return [] }
        note.helpings -= 1
        guard note.helpings > 0 else { return undo(holder, transit, before: nil) }
        // Long enough ago that it is no duplicate.
        note.uptime = nil
        note.at = WallTime(milliseconds: 0)
        note.standing = .done
        notes[key] = note
        return [MealNotes.kept(key, note)]
    }

    /// Whose last meal, or last sale at a till, a payment paid; nil: nobody's that is noted.
    func holder(of payment: PaymentID) -> Holder? { notes.first { $0.value.payment == payment }?.key.holder }

    /// Forgets the meals of days before one.
    mutating func forget(before day: CivilDate) -> [StateChange] {
        let old = notes.filter { $0.value.meal.day < day }.keys.sorted { $0.text < $1.text }
        for key in old { notes[key] = nil }
        return old.map { .remove(kind: MealNotes.stateKind, key: $0.text) } + elsewhere.forget(before: day)
    }

    private mutating func forgetOldest() -> [StateChange] {
        let old = notes.sorted { $0.value.at < $1.value.at }.prefix(MealNotes.most / 10).map(\.key)
        for key in old { notes[key] = nil }
        return old.map { .remove(kind: MealNotes.stateKind, key: $0.text) }
    }

    // MARK: - In the journal's state

    private static func kept(_ key: Key, _ note: MealNote) -> StateChange {
        .put(
            kind: stateKind, key: key.text,
            value: JSONWriter.object { writer in
                writer.field("period", ifPresent: note.meal.period?.text)
                writer.field("day", note.meal.day.description)
                writer.field("helpings", note.helpings)
                writer.field("transit", note.transit.description)
                writer.field("payment", ifPresent: note.payment?.description)
                writer.field("till", ifPresent: note.till?.text)
                writer.field("at", note.at.milliseconds)
                writer.field("standing", note.standing.rawValue)
            })
    }

    /// Takes in what an earlier run wrote.
    /// - Returns: false for bytes that are no such note of this version.
    mutating func recall(key: String, stateValue: [UInt8]) -> Bool {
        guard let key = Key(text: key), let node = try? JSONNode.parse(stateValue, dialect: .json),
            let day = (node["day"]?.string).flatMap({ try? CivilDate($0) }),
            let helpings = node["helpings"]?.integer, helpings > 0,
            let transit = (node["transit"]?.string).flatMap({ try? UUIDv7($0) }),
            let at = node["at"]?.integer, let standing = (node["standing"]?.string).flatMap(MealNote.Standing.init)
        else { return false }
        var note = MealNote(
            meal: Meal(period: (node["period"]?.string).flatMap { try? Slug($0) }, day: day), helpings: helpings,
            transit: transit, payment: (node["payment"]?.string).flatMap { try? PaymentID($0) },
            till: (node["till"]?.string).flatMap { try? LaneID($0) },
            at: ClockReading(
                uptime: Uptime(nanoseconds: 0), wall: WallTime(milliseconds: at), isSynchronised: false),
            standing: standing)
        note.uptime = nil
        notes[key] = note
        return true
    }
}

/// Which records of terminals were taken, so that one that is sent again charges nobody. Pure.
public struct TerminalRecords: Hashable, Sendable {
    public enum Finding: Hashable, Sendable { case fresh, repeated, stale, ahead }

    private struct Key: Hashable { var terminal: Slug, number: Int64, at: WallTime? }

    /// So many are remembered; one that is forgotten is too old besides.
    static let most = 4_096
    let freshFor: Uptime.Span
    private var seen: Set<Key> = []
    private var order: [Key] = []
    private var oldest = 0

    public init(freshFor: Uptime.Span) { self.freshFor = freshFor }

    /// - Parameter at: when the terminal says that it was; nil: it does not say, and the link vouches for it.
    public mutating func take(_ terminal: Slug, _ number: Int64, at: WallTime?, now: WallTime) -> Finding {
        let key = Key(terminal: terminal, number: number, at: at)
        guard seen.insert(key).inserted else { return .repeated }
        if order.count < TerminalRecords.most {
            order.append(key)
        } else {
            seen.remove(order[oldest])
            order[oldest] = key
            oldest = (oldest + 1) % TerminalRecords.most
        }
        guard let at else { return .fresh }
        let (age, overflow) = now.milliseconds.subtractingReportingOverflow(at.milliseconds)
        guard !overflow, age <= freshFor.milliseconds else { return .stale }
        return age < -freshFor.milliseconds ? .ahead : .fresh
    }
}
