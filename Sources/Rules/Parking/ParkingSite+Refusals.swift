internal import Effects
internal import Vocabulary
internal import Wire

/// What is taken back when the journal has no room for a write that the boom, or a request, waits for.
extension ParkingSite {
    /// How things stood before a decision whose write is not on disk yet.
    struct Undo {
        /// The stay as it was; nil where there was none.
        var before: Stay?
        /// The stay that the decision began.
        var begun: StayID?
        var payment: PaymentID?
        var active: ActivePayment?
    }

    func undo(_ stay: StayID?, payment: PaymentID?) -> Undo {
        Undo(before: stay.flatMap { stays[$0] }, payment: payment, active: payment.flatMap { payments[$0] })
    }

    /// The write is not on disk and never will be: nothing opens and nothing is asked, and the next attempt finds stay
    /// and payment as the disk has them. A promise that was counted stays counted: too low a limit harms nobody.
    mutating func lost(_ token: WriteToken, at now: ClockReading) {
        if let undo = undos.removeValue(forKey: token) {
            if let begun = undo.begun { stays.remove(begun) }
            if let before = undo.before {
                stays.put(before)
                shared.reopened(before.id)
            }
            if let payment = undo.payment { payments[payment] = undo.active }
        }
        takeBackFromShift(token)
        let asked = answersDue.removeValue(forKey: token)
        let before = asked.map { lanes[$0].answered }
        defer { if let asked, let before { answerOnWrite(asked, .diskFull, before: before) } }
        switch continuations.removeValue(forKey: token) {
        case .letThrough(let lane, let transit, _), .ordered(let lane, let transit, _):
            holdUnwritten(lane, transit, at: now)
        case .identified(let lane, let transit, _):
            answer(lane, .diskFull)
            holdUnwritten(lane, transit, at: now)
        case .stayChanged:
            effects.append(.log(.error, "what an attendant wrote of a stay is not on disk: it does not count"))
        case .startPayment(let id):
            for index in lanes.indices where lanes[index].transaction?.payment == id {
                guard let transit = lanes[index].transaction?.transit else { continue }
                holdUnwritten(index, transit, at: now)
            }
        case .startRefund(let id):
            refunds[id] = nil
            effects.append(.refund(id, .refusedHere("diskFull")))
        case .reversalWritten(let id):
            payments[id]?.reversal = .refused
        case .serviceReset(let lane):
            effects.append(
                .log(.error, "\(lanes[lane].definition.id): no room to record who resets it: it stays as it is"))
        case .shiftWritten, nil:
            break
        }
    }

    private mutating func holdUnwritten(_ index: Int, _ transit: UUIDv7, at now: ClockReading) {
        guard lanes[index].machine.transit == transit else { return }
        lanes[index].transaction?.orders.isOpenedByHand = false
        hold(index, transit, .diskFull, because: "journalFull", at: now)
    }
}
