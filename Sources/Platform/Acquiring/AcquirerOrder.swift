public import Vocabulary

/// The life of one order at a payment network, from before the first call until no call is left to make. Pure.
///
/// The network is asked to take money once, by whoever makes the order; from then on this machine only asks what became
/// of it, and undoes it: by a reversal, not too soon and not too late, repeated while unanswered; else by a refund. No
/// answer is never taken for "declined".
public struct AcquirerOrder: Hashable, Sendable {
    public enum Phase: String, CaseIterable, Sendable {
        /// The network was asked to take the money, or to open the order; nothing is certain.
        case asking
        /// The network has it, the payer has not confirmed.
        case pending
        /// The network holds the money for us.
        case captured
        case declined
        /// To be undone by a reversal.
        case reversing
        /// To be undone, by a refund if anything was paid: a reversal is not possible any more.
        case refunding
        /// Nothing is held under this order, and nothing will be.
        case reversed
        /// It was to be undone and the network keeps the money: a person has to see to it.
        case held
    }

    public enum Event: Hashable, Sendable {
        case answered(AcquirerAnswer)
        /// Time has passed.
        case due
        /// The box, or the network itself, wants the order looked at now.
        case wanted
        /// No money may stay under this order.
        case undo
    }

    public enum Action: Hashable, Sendable {
        /// Ask the network what became of the order.
        case query
        /// Ask the network to undo it.
        case reverse
        /// Ask the network to give this back, under the order's own number.
        case refund(Fen)
        /// The payer has paid the amount: book it.
        case capture
        /// Nothing was paid, and nothing will be.
        case decline(DeclineReason)
        /// Nothing is held any more: take back what was booked, if anything was.
        case undone
        /// The network keeps this amount, which was to be undone: book it, and tell a person.
        case hold(Fen)
        /// Tell a person.
        case trouble(Trouble)
    }

    /// What a person should know; the order itself goes on.
    public enum Trouble: Hashable, Sendable {
        /// The payer paid another amount than was asked for; it is undone.
        case wrongAmount(Fen)
        /// The network took money for an order that was over; it is undone.
        case lateApproval
    }

    public let amount: Fen
    /// A code that the box shows: the payer may take longer.
    public let isShown: Bool
    public var phase = Phase.asking
    /// What the network says was paid; nil while it has not said so.
    public var paid: Fen?
    /// What refunds have given back of it.
    public var refunded = Fen.zero
    /// When the network was first asked.
    public var asked: WallTime
    /// When the last call was made.
    public var called: WallTime
    /// When something is to be done; nil: nothing will be done of itself.
    public var next: WallTime?
    /// Calls made since the phase began.
    public var tries: Int64 = 0

    /// An order whose first call goes out now.
    public init(amount: Fen, isShown: Bool, at now: WallTime, _ timings: AcquirerTimings) {
        self.amount = amount
        self.isShown = isShown
        asked = now
        called = now
        next = now.later(timings.answerWithin)
    }

    /// Takes one event.
    /// - Returns: what to do, in order; at most one call among it. While a call is under way, no event but its answer
    ///   and ``Event/undo`` may come.
    public mutating func handle(_ event: Event, at now: WallTime, _ timings: AcquirerTimings) -> [Action] {
        // A wall clock that was set back must not hold anything up: the spans begin anew.
        if now < asked { asked = now }
        if now < called { called = now }
        switch event {
        case .answered(let answer): return answered(answer, at: now, timings)
        case .due: return isDue(at: now, timings) ? proceed(at: now, timings) : []
        case .wanted: return wanted(at: now, timings)
        case .undo: return undo(at: now, timings)
        }
    }

    /// Whether ``Event/due`` would do something.
    public func isDue(at now: WallTime, _ timings: AcquirerTimings) -> Bool {
        guard let next else { return false }
        return next <= now || next.milliseconds - now.milliseconds > max(timings.longestPause, timings.reverseNotBefore)
    }

    /// What would still be given back.
    public var rest: Fen { (try? (paid ?? amount).subtracting(refunded)) ?? .zero }

    // MARK: - Calls

    private mutating func proceed(at now: WallTime, _ timings: AcquirerTimings) -> [Action] {
        switch phase {
        case .asking, .pending:
            guard now.since(asked) < (isShown ? timings.shownFor : timings.confirmWithin) else {
                begin(.reversing, at: now, timings)
                return isDue(at: now, timings) ? proceed(at: now, timings) : []
            }
            called(at: now, pause: timings.answerWithin)
            return [.query]
        case .reversing:
            let earliest = asked.later(timings.reverseNotBefore)
            guard now >= earliest else {
                next = earliest
                return []
            }
            guard now.since(asked) < timings.reverseWithin else {
                // A reversal whose answer was lost may have been carried out: a refund would be refused for that.
                if tries > 0 { paid = nil }
                begin(.refunding, at: now, timings)
                return proceed(at: now, timings)
            }
            called(at: now, pause: backoff(timings))
            return [.reverse]
        case .refunding:
            called(at: now, pause: backoff(timings))
            return paid == nil ? [.query] : [.refund(rest)]
        case .captured, .declined, .reversed, .held:
            next = nil
            return []
        }
    }

    private mutating func called(at now: WallTime, pause: Int64) {
        tries += 1
        called = now
        next = now.later(pause)
    }

    /// 5 s, 10 s, 20 s … up to the longest pause: a reversal is repeated for days.
    private func backoff(_ timings: AcquirerTimings) -> Int64 {
        min(timings.askUnknownAfter << min(tries, 20), timings.longestPause)
    }

    private mutating func wanted(at now: WallTime, _ timings: AcquirerTimings) -> [Action] {
        switch phase {
        case .asking, .pending:
            // Asking before the authorisation had its time would overtake it and find nothing.
            if phase == .asking, tries == 0 { return [] }
            let earliest = called.later(timings.shortestPause)
            next = min(next ?? earliest, max(earliest, now))
            return isDue(at: now, timings) ? proceed(at: now, timings) : []
        case .captured, .declined, .reversing, .refunding, .reversed, .held:
            return []
        }
    }

    private mutating func begin(_ phase: Phase, at now: WallTime, _ timings: AcquirerTimings) {
        self.phase = phase
        tries = 0
        next = phase == .reversing ? max(now, asked.later(timings.reverseNotBefore)) : now
    }

    private mutating func end(_ phase: Phase) {
        self.phase = phase
        next = nil
    }

    // MARK: - Answers

    private mutating func answered(
        _ answer: AcquirerAnswer, at now: WallTime, _ timings: AcquirerTimings
    ) -> [Action] {
        switch phase {
        case .asking, .pending: return awaited(answer, at: now, timings)
        case .reversing, .refunding: return whileUndoing(answer, at: now, timings)
        case .captured, .held: return []
        case .declined, .reversed:
            guard case .approved(let amount) = answer else { return [] }
            paid = amount
            begin(.reversing, at: now, timings)
            return [.trouble(.lateApproval)]
        }
    }

    private mutating func awaited(
        _ answer: AcquirerAnswer, at now: WallTime, _ timings: AcquirerTimings
    ) -> [Action] {
        tries = max(tries, 1)
        switch answer {
        case .approved(let amount):
            paid = amount
            guard amount == self.amount else {
                begin(.reversing, at: now, timings)
                return [.trouble(.wrongAmount(amount))]
            }
            end(.captured)
            return [.capture]
        case .declined(let reason):
            end(.declined)
            return [.decline(reason)]
        case .pending:
            phase = .pending
            next = now.later(isShown ? timings.askShownAfter : timings.askPendingAfter)
            return []
        case .neverSeen:
            // The call never went out, or is lost on its way: the network is told to refuse it should it still come.
            begin(.reversing, at: now, timings)
            return []
        case .reversed:
            end(.reversed)
            return [.undone]
        case .unknown, .reversalRefused, .refunded, .refundRefused:
            next = now.later(timings.askUnknownAfter)
            return []
        }
    }

    private mutating func whileUndoing(
        _ answer: AcquirerAnswer, at now: WallTime, _ timings: AcquirerTimings
    ) -> [Action] {
        switch (phase, answer) {
        case (_, .approved(let amount)):
            paid = amount
            if phase == .refunding { next = now }
            return []
        case (_, .declined), (_, .reversed), (.refunding, .refunded):
            end(.reversed)
            return [.undone]
        case (_, .neverSeen):
            // Only when nothing can be on its way any more.
            guard paid == nil, now.since(asked) >= timings.confirmWithin else { return [] }
            end(.reversed)
            return [.undone]
        case (.reversing, .reversalRefused):
            begin(.refunding, at: now, timings)
            return []
        case (.refunding, .refundRefused):
            end(.held)
            return [.hold(paid ?? amount)]
        case (_, .pending), (_, .unknown), (_, .reversalRefused), (_, .refunded), (_, .refundRefused):
            return []
        }
    }

    private mutating func undo(at now: WallTime, _ timings: AcquirerTimings) -> [Action] {
        switch phase {
        case .asking, .pending: begin(.reversing, at: now, timings)
        // A network reverses an order whole or not at all.
        case .captured: begin(refunded > .zero ? .refunding : .reversing, at: now, timings)
        case .declined:
            end(.reversed)
            return [.undone]
        case .reversing, .refunding, .reversed, .held: break
        }
        return []
    }
}

extension WallTime {
    /// Stops at the end of the range.
    func later(_ span: Int64) -> WallTime {
        let (sum, overflow) = milliseconds.addingReportingOverflow(span)
        return WallTime(milliseconds: overflow ? .max : sum)
    }

    /// Milliseconds since an earlier time.
    func since(_ earlier: WallTime) -> Int64 {
        let (span, overflow) = milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return overflow ? .max : span
    }
}
