public import Vocabulary
public import Wire

/// The waiting times of a payment at a box.
public struct PaymentTimings: Hashable, Sendable {
    /// How long the lane waits for an answer before it calls the payment timed out.
    public var answerWithin: Uptime.Span
    /// How long after a question without an answer it is asked again, with the same id.
    public var askAgainAfter: Uptime.Span

    public init(answerWithin: Uptime.Span, askAgainAfter: Uptime.Span) {
        self.answerWithin = answerWithin
        self.askAgainAfter = askAgainAfter
    }
}

/// The life of one payment at the box, from before the first request until its outcome is certain. Pure.
///
/// The id is durable before the first request leaves (the caller persists the charge, then says ``Event/durable``), so
/// that a box that loses power never forgets a charge the platform may have made. No answer is not "declined": the
/// same id is asked for again until the platform says what became of it. A payment that the lane gave up is reversed,
/// again and again until the platform confirms; one whose effect took place stands.
public struct PaymentMachine: Hashable, Sendable {
    public enum Event: Hashable, Sendable {
        /// The charge is on disk: it may be sent.
        case durable
        case answer(PaymentOutcome)
        case linkUp, linkDown
        case tick
        /// The car turned back or was dealt with otherwise: no money may stay under this id.
        case abandoned
        /// The car was let out on a record that carries this id; the platform settles by that record.
        case settledByRecord
    }

    public enum Action: Equatable, Sendable {
        /// Ask the platform; it may be asked more than once.
        case send(Request)
        /// Tell the lane, at most once each.
        case report(Report)
        /// The state to write to the journal.
        case record(Record.PaymentState)
        /// Nothing more will happen; the machine may be forgotten.
        case finished
    }

    /// What the lane hears of it.
    public enum Report: Hashable, Sendable {
        case approved
        case declined(DeclineReason)
        /// The platform answered, but does not know yet.
        case unknown
        /// Nobody answered in time.
        case timedOut
        case conflict
    }

    private enum State: Hashable, Sendable {
        case created
        /// Sent; the lane waits until `deadline`.
        case requested(deadline: Uptime, askAgain: Uptime)
        /// The lane has heard "unknown" or "timed out" and has not given up.
        case asking(askAgain: Uptime)
        case reversing(askAgain: Uptime)
        case finished
    }

    public let charge: Charge
    private let timings: PaymentTimings
    private var state = State.created
    private var isLinkUp: Bool
    private var reportedUnknown = false
    /// Whether the platform may have heard of this id.
    private var wasAsked: Bool

    /// - Parameter wasAsked: the same charge may have been sent before: giving it up then takes a reversal, even before
    ///   this machine has sent anything.
    public init(charge: Charge, timings: PaymentTimings, isLinkUp: Bool, wasAsked: Bool = false) {
        self.charge = charge
        self.timings = timings
        self.isLinkUp = isLinkUp
        self.wasAsked = wasAsked
    }

    /// A payment that an earlier run of the daemon left without an outcome.
    ///
    /// - Parameter isReversing: the earlier run had begun to undo it; otherwise it asks nothing until it is abandoned
    ///   or settled by a record (do not tell it of the link before).
    public static func leftOver(charge: Charge, timings: PaymentTimings, isReversing: Bool) -> PaymentMachine {
        var machine = PaymentMachine(charge: charge, timings: timings, isLinkUp: false, wasAsked: true)
        let due = Uptime(nanoseconds: 0)
        machine.state = isReversing ? .reversing(askAgain: due) : .asking(askAgain: due)
        return machine
    }

    /// When the machine next wants a tick; nil when it waits only for an answer or is finished.
    public var nextDeadline: Uptime? {
        switch state {
        case .created, .finished: nil
        case .requested(let deadline, let askAgain): isLinkUp ? min(deadline, askAgain) : deadline
        case .asking(let askAgain), .reversing(let askAgain): isLinkUp ? askAgain : nil
        }
    }

    /// Whether the lane is still waiting for the first word: a drain holds back meanwhile.
    public var isLive: Bool { if case .requested = state { true } else { false } }

    /// - Parameter now: time since boot; never decreases.
    public mutating func handle(_ event: Event, at now: Uptime) -> [Action] {
        switch event {
        case .linkUp:
            isLinkUp = true
            return sendDue(at: now)
        case .linkDown:
            isLinkUp = false
            return requestTimedOut(at: now)
        case .durable: return durable(at: now)
        case .answer(let outcome): return answer(outcome, at: now)
        case .tick: return tick(at: now)
        case .abandoned: return abandoned(at: now)
        case .settledByRecord: return settledByRecord()
        }
    }

    private mutating func durable(at now: Uptime) -> [Action] {
        guard state == .created else { return [] }
        state = .requested(deadline: now + timings.answerWithin, askAgain: now + timings.askAgainAfter)
        // The link may have fallen while the disk was busy: then no answer can come, and the car need not wait for it.
        guard isLinkUp else { return requestTimedOut(at: now) }
        wasAsked = true
        return [.send(.charge(charge))]
    }

    private mutating func tick(at now: Uptime) -> [Action] {
        if case .requested(let deadline, _) = state, now >= deadline { return requestTimedOut(at: now) }
        return sendDue(at: now)
    }

    /// The answer is overdue, or cannot come any more because the link fell: the car need not wait for the deadline.
    private mutating func requestTimedOut(at now: Uptime) -> [Action] {
        guard case .requested = state else { return [] }
        state = .asking(askAgain: now)
        return [.record(.timedOut), .report(.timedOut)] + sendDue(at: now)
    }

    /// Asks again what is due. A charge may be sent again as it is: the same id can move money only once.
    private mutating func sendDue(at now: Uptime) -> [Action] {
        guard isLinkUp else { return [] }
        let next = now + timings.askAgainAfter
        switch state {
        case .requested(let deadline, let askAgain) where now >= askAgain:
            state = .requested(deadline: deadline, askAgain: next)
            return [.send(.charge(charge))]
        case .asking(let askAgain) where now >= askAgain:
            state = .asking(askAgain: next)
            return [.send(.charge(charge))]
        case .reversing(let askAgain) where now >= askAgain:
            state = .reversing(askAgain: next)
            return [.send(.reverse(charge.payment))]
        case .created, .requested, .asking, .reversing, .finished:
            return []
        }
    }

    private mutating func answer(_ outcome: PaymentOutcome, at now: Uptime) -> [Action] {
        switch (state, outcome) {
        case (.requested, .approved), (.asking, .approved):
            return finish(.approved, .approved)
        case (.requested, .declined(let reason)), (.asking, .declined(let reason)):
            return finish(.declined, .declined(reason))
        case (.requested, .conflict), (.asking, .conflict):
            return finish(.conflict, .conflict)
        case (.requested, .reversed), (.asking, .reversed):
            // Somebody undid it at the platform: no money is held, as if it had been declined.
            return finish(.reversed, .declined(.badRequest))
        case (.requested, .unknown), (.asking, .unknown), (.requested, .neverSeen), (.asking, .neverSeen):
            state = .asking(askAgain: now + timings.askAgainAfter)
            guard !reportedUnknown else { return [] }
            reportedUnknown = true
            return [.record(.unknown), .report(.unknown)]
        case (.reversing, .reversed), (.reversing, .declined), (.reversing, .conflict):
            // A conflict means that the platform holds another payment under this id; ours never was.
            state = .finished
            return [.record(.reversed), .finished]
        case (.reversing, .approved):
            // The late answer to the charge, overtaken by our reversal: undo it now, whatever else is under way.
            return isLinkUp ? [.send(.reverse(charge.payment))] : []
        case (.reversing, .unknown), (.reversing, .neverSeen), (.created, _), (.finished, _):
            return []
        }
    }

    private mutating func finish(_ recorded: Record.PaymentState, _ report: Report) -> [Action] {
        state = .finished
        return [.report(report), .record(recorded), .finished]
    }

    private mutating func abandoned(at now: Uptime) -> [Action] {
        switch state {
        case .created where !wasAsked:
            // Nobody has heard of the id: there is nothing to undo.
            state = .finished
            return [.record(.reversed), .finished]
        case .created, .requested, .asking:
            state = .reversing(askAgain: now)
            return [.record(.reversing)] + sendDue(at: now)
        case .reversing, .finished:
            return []
        }
    }

    private mutating func settledByRecord() -> [Action] {
        switch state {
        case .created, .requested, .asking:
            state = .finished
            return [.finished]
        case .reversing, .finished:
            return []
        }
    }
}
