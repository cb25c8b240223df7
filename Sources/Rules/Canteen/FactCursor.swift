internal import Vocabulary

/// How far a box knows what happened at others, and when the platform is asked for what it has missed.
struct FactCursor {
    /// How often it is asked, beside what the platform tells by itself; and how soon again where it did not answer.
    static let askEvery = Uptime.Span.seconds(300), askAgainAfter = Uptime.Span.seconds(10)

    /// The kind under which the number stands in the journal's state.
    let kind: String
    /// The number after which the platform has something new.
    private(set) var through: Int64
    /// nil: the platform cannot be asked.
    private(set) var due: Uptime?

    init(kind: String, through: Int64) { (self.kind, self.through) = (kind, through) }

    mutating func link(isUp: Bool, at now: ClockReading) { due = isUp ? now.uptime : nil }

    /// - Returns: whether to ask now, for what comes after ``through``.
    mutating func tick(at now: ClockReading) -> Bool {
        guard let due, now.uptime >= due else { return false }
        self.due = now.uptime + FactCursor.askAgainAfter
        return true
    }

    /// A part has come.
    /// - Returns: what keeps how far it goes.
    mutating func took(through number: Int64, isMoreLeft: Bool, at now: ClockReading) -> [StateChange] {
        due = isMoreLeft ? now.uptime : now.uptime + FactCursor.askEvery
        guard number > through else { return [] }
        through = number
        return [.put(kind: kind, key: "site", value: Array("\(number)".utf8))]
    }

    /// - Returns: nil for bytes that are no such number.
    static func number(_ value: [UInt8]) -> Int64? {
        Int64(String(decoding: value, as: UTF8.self)).flatMap { $0 >= 0 ? $0 : nil }
    }
}
