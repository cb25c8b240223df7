public import Vocabulary
public import Wire

/// The waiting times of a payment at a box.
public struct PaymentTimings: Hashable, Sendable {
    /// How long the lane waits for an answer before it calls the payment timed out.
    public var answerWithin: Uptime.Span
    /// How long after a question without an answer it is asked again, with the same id.
    public var askAgainAfter: Uptime.Span
    /// How often the platform is asked while the payer types a password or has not paid the code that is shown.
    public var askPendingAfter: Uptime.Span
    /// How long the payer may take to confirm; then the payment is undone.
    public var pendingFor: Uptime.Span
    /// How long a code is shown; then the payment is undone.
    public var shownFor: Uptime.Span

    /// The defaults are those of the payment networks: a payer who types a password is asked for every 10 s, and given
    /// up after 45 s.
    public init(
        answerWithin: Uptime.Span, askAgainAfter: Uptime.Span, askPendingAfter: Uptime.Span = .seconds(10),
        pendingFor: Uptime.Span = .seconds(45), shownFor: Uptime.Span = .seconds(120)
    ) {
        self.answerWithin = answerWithin
        self.askAgainAfter = askAgainAfter
        self.askPendingAfter = askPendingAfter
        self.pendingFor = pendingFor
        self.shownFor = shownFor
    }
}

/// The life of one payment at the box, from before the first request until its outcome is certain. Pure.
///
/// The id is durable before the first request leaves (the caller persists the charge, then says ``Event/durable``), so
/// that a box that loses power never forgets a charge the platform may have made. No answer is not "declined": the
/// platform is asked what became of the id until it says. A payment that the lane gave up is reversed, again and again
/// until the platform confirms; one whose effect took place stands.
public struct PaymentMachine: Hashable, Sendable {
    public enum Event: Hashable, Sendable {
        /// The charge is on disk: it may be sent.
        case durable
        case answer(PaymentOutcome)
        /// The platform says that something changed: ask now.
        case changedElsewhere
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
        /// The state to write to the journal, and why, if it was declined.
        case record(Record.PaymentState, DeclineReason?)
        /// Nothing more will happen; the machine may be forgotten.
        case finished
    }

    /// What the lane hears of it.
    public enum Report: Hashable, Sendable {
        case approved
        case declined(DeclineReason)
        /// The payer has to confirm, or to pay the code that is shown.
        case pending
        /// The payer did not confirm in time; the payment is being undone.
        case notConfirmed
        /// The platform answered, but does not know yet.
        case unknown
        /// Nobody answered in time.
        case timedOut
        case conflict
    }

    enum State: Hashable, Sendable {
        case created
        /// Sent; the lane waits until `deadline`.
        case requested(deadline: Uptime, askAgain: Uptime)
        /// The platform has it, the payer has not confirmed; given up at `deadline`.
        case pending(deadline: Uptime, askAgain: Uptime)
        /// The lane has heard "unknown" or "timed out" and has not given up.
        case asking(askAgain: Uptime)
        case reversing(askAgain: Uptime)
        case finished
    }

    public let charge: Charge
    let timings: PaymentTimings
    /// The code that a phone showed; gone after a restart, since it is kept nowhere.
    let code: PayerCode?
    var state = State.created
    var isLinkUp: Bool
    var reportedUnknown = false
    private var recordedQuery = false
    /// Whether the platform may have heard of this id.
    var wasAsked: Bool
    /// An earlier run began it: the same charge is not sent again of itself, since its car may have gone.
    private var isLeftOver = false

    /// - Parameters:
    ///   - code: the code, if a phone showed one.
    ///   - wasAsked: the same charge may have been sent before: giving it up then takes a reversal, even before this
    ///     machine has sent anything.
    public init(
        charge: Charge, code: PayerCode? = nil, timings: PaymentTimings, isLinkUp: Bool, wasAsked: Bool = false
    ) {
        self.charge = charge
        self.code = code
        self.timings = timings
        self.isLinkUp = isLinkUp
        self.wasAsked = wasAsked
    }

    /// A payment that an earlier run of the daemon left without an outcome.
    ///
    /// It asks what became of it. An approval stands: the boom may have opened on it in the moment before the power
    /// went, and if not, the stay is paid through that time. A charge that the platform has never seen is refused
    /// should it still come, and so is one that its payer has not confirmed by now.
    /// - Parameter isReversing: the earlier run had begun to undo it.
    public static func leftOver(charge: Charge, timings: PaymentTimings, isReversing: Bool) -> PaymentMachine {
        var machine = PaymentMachine(charge: charge, timings: timings, isLinkUp: false, wasAsked: true)
        let due = Uptime(nanoseconds: 0)
        machine.state = isReversing ? .reversing(askAgain: due) : .asking(askAgain: due)
        machine.isLeftOver = true
        // Its car, if it is there, is no longer told anything of it by this machine.
        machine.reportedUnknown = true
        return machine
    }

    /// When the machine next wants a tick; nil when it waits only for an answer or is finished.
    public var nextDeadline: Uptime? {
        switch state {
        case .created, .finished: nil
        case .requested(let deadline, let askAgain), .pending(let deadline, let askAgain):
            isLinkUp ? min(deadline, askAgain) : deadline
        case .asking(let askAgain), .reversing(let askAgain): isLinkUp ? askAgain : nil
        }
    }

    /// Whether the lane is still waiting for the first word: a drain holds back meanwhile.
    public var isLive: Bool { if case .requested = state { true } else { false } }

    /// Whether it is being undone.
    public var isReversing: Bool { if case .reversing = state { true } else { false } }

    /// Whether it waits for its payer, who may still choose another way: a code stands on the sign, or the payer of a
    /// code has not confirmed.
    public var isPayerAwaited: Bool {
        switch state {
        case .pending: charge.instrument.holder == nil
        case .created, .requested, .asking: charge.instrument == .shownCode
        case .reversing, .finished: false
        }
    }

    /// Whether this is what it is already being paid by: a scanner reads a code twice, a person presses twice.
    public func isPaid(by instrument: Instrument, _ code: PayerCode?) -> Bool {
        charge.instrument == instrument && (code == nil || code == self.code)
    }

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
        case .changedElsewhere: return changedElsewhere(at: now)
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
        return [.send(.charge(charge, code: code))]
    }

    private mutating func tick(at now: Uptime) -> [Action] {
        switch state {
        case .requested(let deadline, _) where now >= deadline: return requestTimedOut(at: now)
        case .pending(let deadline, _) where now >= deadline: return notConfirmed(at: now)
        default: return sendDue(at: now)
        }
    }

    /// The answer is overdue, or cannot come any more because the link fell: the car need not wait for the deadline.
    private mutating func requestTimedOut(at now: Uptime) -> [Action] {
        guard case .requested = state else { return [] }
        state = .asking(askAgain: now)
        return [.record(.timedOut, nil), .report(.timedOut)] + sendDue(at: now)
    }

    /// The payer took too long: nobody waits for this payment any more, so it must not come to anything later.
    private mutating func notConfirmed(at now: Uptime) -> [Action] {
        state = .reversing(askAgain: now)
        return [.record(.reversing, nil), .report(.notConfirmed)] + sendDue(at: now)
    }

    private mutating func changedElsewhere(at now: Uptime) -> [Action] {
        switch state {
        case .pending(let deadline, _): state = .pending(deadline: deadline, askAgain: now)
        case .asking: state = .asking(askAgain: now)
        case .created, .requested, .reversing, .finished: return []
        }
        return sendDue(at: now)
    }

    /// Asks again what is due.
    private mutating func sendDue(at now: Uptime) -> [Action] {
        guard isLinkUp else { return [] }
        let next = now + timings.askAgainAfter
        switch state {
        case .requested(let deadline, let askAgain) where now >= askAgain:
            // The request or its answer was lost. The same id can move money only once.
            state = .requested(deadline: deadline, askAgain: next)
            return [.send(.charge(charge, code: code))]
        case .pending(let deadline, let askAgain) where now >= askAgain:
            state = .pending(deadline: deadline, askAgain: now + timings.askPendingAfter)
            return query()
        case .asking(let askAgain) where now >= askAgain:
            state = .asking(askAgain: next)
            return query()
        case .reversing(let askAgain) where now >= askAgain:
            state = .reversing(askAgain: next)
            return [.send(.reverse(charge.payment))]
        case .created, .requested, .pending, .asking, .reversing, .finished:
            return []
        }
    }

    private mutating func query() -> [Action] {
        let first: [Action] = recordedQuery ? [] : [.record(.queried, nil)]
        recordedQuery = true
        return first + [.send(.query(charge.payment))]
    }

    // MARK: - Answers

    private mutating func answer(_ outcome: PaymentOutcome, at now: Uptime) -> [Action] {
        switch state {
        case .requested, .pending, .asking: return awaited(outcome, at: now)
        case .reversing: return whileReversing(outcome)
        case .created, .finished: return []
        }
    }

    private mutating func awaited(_ outcome: PaymentOutcome, at now: Uptime) -> [Action] {
        switch outcome {
        case .approved: return finish(.approved, nil, .approved)
        case .declined(let reason): return finish(.declined, reason, .declined(reason))
        case .conflict: return finish(.conflict, nil, .conflict)
        case .reversed: return finish(.reversed, nil, .declined(.payerCancelled))
        case .pending: return pending(at: now)
        case .unknown: return unknown(at: now)
        case .neverSeen: return neverSeen(at: now)
        }
    }

    private mutating func pending(at now: Uptime) -> [Action] {
        switch state {
        case .pending: return []
        case .asking where isLeftOver: return abandoned(at: now)
        default:
            let limit = charge.instrument == .shownCode ? timings.shownFor : timings.pendingFor
            state = .pending(deadline: now + limit, askAgain: now + timings.askPendingAfter)
            return [.record(.pending, nil), .report(.pending)]
        }
    }

    private mutating func unknown(at now: Uptime) -> [Action] {
        // A payer who is typing is still waited for, until the deadline.
        if case .pending = state { return [] }
        state = .asking(askAgain: now + timings.askAgainAfter)
        guard !reportedUnknown else { return [] }
        reportedUnknown = true
        return [.record(.unknown, nil), .report(.unknown)]
    }

    /// The charge never arrived, or is still on its way.
    private mutating func neverSeen(at now: Uptime) -> [Action] {
        if isLeftOver { return abandoned(at: now) }
        guard isLinkUp else { return [] }
        if case .pending = state { return [] }
        return [.send(.charge(charge, code: code))]
    }

    private mutating func whileReversing(_ outcome: PaymentOutcome) -> [Action] {
        switch outcome {
        case .reversed, .declined, .conflict:
            // A conflict means that the platform holds another payment under this id; ours never was.
            state = .finished
            return [.record(.reversed, nil), .finished]
        case .approved:
            // The late answer to the charge, overtaken by our reversal: undo it now, whatever else is under way.
            return isLinkUp ? [.send(.reverse(charge.payment))] : []
        case .unknown, .pending, .neverSeen:
            return []
        }
    }

    private mutating func finish(
        _ recorded: Record.PaymentState, _ reason: DeclineReason?, _ report: Report
    ) -> [Action] {
        state = .finished
        return [.report(report), .record(recorded, reason), .finished]
    }

    // MARK: - Given up, or settled otherwise

    private mutating func abandoned(at now: Uptime) -> [Action] {
        switch state {
        case .created where !wasAsked:
            // Nobody has heard of the id: there is nothing to undo.
            state = .finished
            return [.record(.reversed, nil), .finished]
        case .created, .requested, .pending, .asking:
            state = .reversing(askAgain: now)
            return [.record(.reversing, nil)] + sendDue(at: now)
        case .reversing, .finished:
            return []
        }
    }

    private mutating func settledByRecord() -> [Action] {
        switch state {
        case .created, .requested, .pending, .asking:
            state = .finished
            return [.finished]
        case .reversing, .finished:
            return []
        }
    }
}
