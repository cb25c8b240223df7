internal import Vocabulary
internal import Wire

/// Which of the records are acts of a person, and what a report says of them.
extension ShiftDesk {
    /// - Returns: nil for what nobody did by hand, and for what the totals alone say.
    func item(_ record: Record.Event, at now: WallTime) -> ShiftItem? {
        switch record {
        case .payment(.cashTaken, let charge, _):
            guard case .cash(let who) = charge.instrument else { return nil }
            return ShiftItem(
                at: now, kind: .cash, lane: charge.lane, who: who, amount: charge.quote.total, plate: charge.plate,
                payment: charge.payment, isCash: true)
        case .manualOpening(let opening):
            return ShiftItem(
                at: now, kind: .opening, lane: opening.lane, who: opening.who, why: opening.reason,
                amount: opening.unpaid.flatMap { $0 > .zero ? $0 : nil }, plate: opening.plate)
        case .plateCorrected(let correction):
            let before = correction.before.map { "\($0.text) → " } ?? ""
            return ShiftItem(
                at: now, kind: .correction, lane: correction.lane, who: correction.who,
                why: "\(before)\(correction.why)", plate: correction.plate)
        case .refund(_, let refund, _):
            return ShiftItem(
                at: now, kind: .refund, who: refund.who, why: refund.why, amount: refund.amount,
                payment: refund.payment, isCash: wasCash(refund.payment))
        case .deskAct(let act):
            return ShiftItem(
                at: now, kind: ShiftItem.Kind(act.kind), lane: act.lane, who: act.who, why: act.why,
                amount: act.amount, plate: act.car.plate)
        default: return nil
        }
    }
}

extension ShiftItem.Kind {
    fileprivate init(_ kind: DeskAct.Kind) {
        self =
            switch kind {
            case .admitted: .admission
            case .debtorPassed: .debtorPassed
            case .waived: .waiver
            case .ticketIssued: .ticketIssued
            case .lostTicket: .lostTicket
            case .entryWritten: .entryWritten
            case .entryTimeSet: .entryTimeSet
            case .stayChosen: .stayChosen
            case .stayEnded: .stayEnded
            case .serviceReset: .serviceReset
            }
    }
}
