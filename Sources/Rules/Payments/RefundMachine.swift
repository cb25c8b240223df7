public import Vocabulary
public import Wire

/// The life of one refund at the box: on disk before it is asked for, asked for until the platform says. Pure.
///
/// A refund is never promised: without the platform nothing is given back.
public struct RefundMachine: Hashable, Sendable {
    public enum Event: Hashable, Sendable {
        /// The order is on disk: it may be sent.
        case durable
        case answer(RefundOutcome)
        case linkUp, linkDown, tick
    }

    public enum Action: Equatable, Sendable {
        case send(Request)
        case record(Record.RefundState, RefundRefusal?)
        /// Nothing more will happen.
        case finished
    }

    private enum State: Hashable, Sendable {
        case created
        case asking(askAgain: Uptime)
        case finished
    }

    public let refund: Refund
    private let askAgainAfter: Uptime.Span
    private var isLinkUp: Bool
    private var state = State.created

    /// - Parameter isDurable: an earlier run has written it: it may have been sent.
    public init(refund: Refund, askAgainAfter: Uptime.Span, isLinkUp: Bool, isDurable: Bool = false) {
        self.refund = refund
        self.askAgainAfter = askAgainAfter
        self.isLinkUp = isLinkUp
        if isDurable { state = .asking(askAgain: Uptime(nanoseconds: 0)) }
    }

    public var nextDeadline: Uptime? {
        if case .asking(let askAgain) = state, isLinkUp { askAgain } else { nil }
    }

    public mutating func handle(_ event: Event, at now: Uptime) -> [Action] {
        switch event {
        case .linkUp:
            isLinkUp = true
            return askIfDue(at: now)
        case .linkDown:
            isLinkUp = false
            return []
        case .durable:
            guard state == .created else { return [] }
            state = .asking(askAgain: now)
            return askIfDue(at: now)
        case .tick: return askIfDue(at: now)
        case .answer(let outcome): return answer(outcome)
        }
    }

    private mutating func askIfDue(at now: Uptime) -> [Action] {
        guard isLinkUp, case .asking(let askAgain) = state, now >= askAgain else { return [] }
        state = .asking(askAgain: now + askAgainAfter)
        return [.send(.refund(refund))]
    }

    private mutating func answer(_ outcome: RefundOutcome) -> [Action] {
        guard case .asking = state else { return [] }
        switch outcome {
        case .unknown: return []
        case .refunded:
            state = .finished
            return [.record(.refunded, nil), .finished]
        case .refused(let reason):
            state = .finished
            return [.record(.refused, reason), .finished]
        case .conflict:
            state = .finished
            return [.record(.conflict, nil), .finished]
        }
    }
}
