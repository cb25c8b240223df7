internal import Effects
internal import Payments
internal import Vocabulary
internal import Wire

/// Money that an attendant gives back.
extension ParkingSite {
    /// The kind under which refunds under way stand in the journal's state.
    public static let refundKind = "refund"
    /// At most this many refunds under way; more are refused at once.
    static let mostRefunds = 50

    mutating func beginRefund(_ refund: Refund, at now: ClockReading) {
        guard refunds[refund.id] == nil else { return }
        guard isLinkUp, isJournalHealthy, refunds.count < ParkingSite.mostRefunds else {
            let why = !isLinkUp ? "offline" : !isJournalHealthy ? "diskFull" : "tooMany"
            return effects.append(.refund(refund.id, .refusedHere(why)))
        }
        refunds[refund.id] = RefundMachine(
            refund: refund, askAgainAfter: scenario.timings.askAgainAfter, isLinkUp: isLinkUp)
        effects.append(.refund(refund.id, .underWay))
        persist(
            [.refund(.requested, refund, nil)],
            state: [.put(kind: ParkingSite.refundKind, key: refund.id.description, value: refund.canonical)],
            then: .startRefund(refund.id))
    }

    mutating func refund(_ id: PaymentID, _ event: RefundMachine.Event, at now: ClockReading) {
        guard var machine = refunds[id] else { return }
        let actions = machine.handle(event, at: now.uptime)
        refunds[id] = machine
        for action in actions {
            switch action {
            case .send(let request):
                effects.append(.send(request, RequestToken(nextToken()), expires: scenario.timings.askAgainAfter))
            case .record(let state, let reason):
                persist(
                    [.refund(state, machine.refund, reason)],
                    state: [.remove(kind: ParkingSite.refundKind, key: id.description)])
                effects.append(.refund(id, .ended(state, reason)))
            case .finished:
                refunds[id] = nil
            }
        }
    }
}
