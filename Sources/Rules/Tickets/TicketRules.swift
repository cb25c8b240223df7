public import JSONText
public import Vocabulary

/// How a gate deals with tickets, as data.
public struct TicketRules: Hashable, Sendable {
    /// What a gate does while the platform does not answer.
    public enum WhileAway: String, CaseIterable, Sendable {
        /// Let in as long as this gate knows of people left: what it saw itself and what it was told before.
        case admitByOwnMemory
        /// As ``admitByOwnMemory``, but each ticket only once at this gate.
        case admitOncePerGate
        case refuse
    }

    /// What a gate does with its own clock not synchronised, while the platform, which would judge the time, is away.
    public enum ClockUnsure: String, CaseIterable, Sendable {
        /// Let in whatever the ticket's days and times.
        case ignoreTime
        case refuse
    }

    public enum Groups: String, CaseIterable, Sendable {
        /// Each presentation lets in one.
        case oneByOne
        /// Each presentation lets in as many as are asked for, or all who are left of one entry.
        case together
    }

    /// What becomes of people of a use who did not pass in time.
    public enum NotPassed: String, CaseIterable, Sendable {
        /// The ticket has them again.
        case giveBack
        /// They count as let in; the desk may give them back.
        case keep
    }

    public var whileAway: WhileAway
    public var clockUnsure: ClockUnsure
    public var groups: Groups
    public var notPassed: NotPassed
    /// A ticket seen again within this time of when it was last seen here is one presentation; 0 to 60 s.
    public var repeatWithin: Uptime.Span
    /// How long the platform's answer is waited for; 100 ms to 10 s.
    public var answerWithin: Uptime.Span

    public init(
        whileAway: WhileAway = .admitByOwnMemory, clockUnsure: ClockUnsure = .refuse, groups: Groups = .together,
        notPassed: NotPassed = .giveBack, repeatWithin: Uptime.Span = .seconds(3),
        answerWithin: Uptime.Span = .milliseconds(1_500)
    ) {
        self.whileAway = whileAway
        self.clockUnsure = clockUnsure
        self.groups = groups
        self.notPassed = notPassed
        self.repeatWithin = repeatWithin
        self.answerWithin = answerWithin
    }

    /// Reads the object `tickets` of a scenario; what is absent is as in `TicketRules()`.
    public init(_ reader: ObjectReader) {
        let usual = TicketRules()
        self.init(
            whileAway: reader.choice("whileAway", default: usual.whileAway),
            clockUnsure: reader.choice("clockUnsure", default: usual.clockUnsure),
            groups: reader.choice("groups", default: usual.groups),
            notPassed: reader.choice("notPassed", default: usual.notPassed),
            repeatWithin: .milliseconds(
                reader.integer("repeatWithinMilliseconds", in: 0...60_000, default: usual.repeatWithin.milliseconds)),
            answerWithin: .milliseconds(
                reader.integer("answerWithinMilliseconds", in: 100...10_000, default: usual.answerWithin.milliseconds)))
    }
}
