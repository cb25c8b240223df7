internal import Vocabulary

extension Notice {
    /// The step of a visit that a notice tells of, by the name it has in a file of sign texts.
    public enum Step: String, CaseIterable, Sendable {
        case welcome, wait, goFree, goPaid, goOffline, goOnDebt, confirm, scanToPay, coupon, owes, noNetwork
        case passInGrace, passExpired, visitOutside, showYourCode, scanOrShow, scanOrCall
        case callAttendant, takeTicket, takePrintedTicket, goManual
        case laneFire, laneMoveOn, laneOneCarAtATime, laneOutOfService, laneReady
        case due, oneMoment, thanks, thanksLater, notPaid, notPaidTryAnother, cancelled, refunded
    }

    /// What a text may leave open, to be filled in when it is shown.
    public enum Placeholder: String, CaseIterable, Sendable {
        case plate
        /// Yuan with two decimals.
        case amount
        /// Why a car is held: a text of its own.
        case reason
        /// What the platform says of a coupon, in the text's language.
        case coupon
        /// How many days of grace a pass has left.
        case days
    }

    /// What a notice has to fill into a text; nil where it has no such value.
    struct Values {
        var plate: Plate?
        var amount: Fen?
        var reason: HoldReason?
        var coupon: (chinese: String, english: String)?
        var days: Int64?
    }

    public var step: Step { told.step }

    var values: Values { told.values }

    private var told: (step: Step, values: Values) {
        switch self {
        case .welcome(let plate): return (.welcome, Values(plate: plate))
        case .wait(let plate): return (.wait, Values(plate: plate))
        case .goFree(let plate): return (.goFree, Values(plate: plate))
        case .goPaid(let plate, let amount): return (.goPaid, Values(plate: plate, amount: amount))
        case .goOffline(let plate, let amount): return (.goOffline, Values(plate: plate, amount: amount))
        case .goOnDebt(let plate, let amount): return (.goOnDebt, Values(plate: plate, amount: amount))
        case .confirm(let plate, let amount): return (.confirm, Values(plate: plate, amount: amount))
        case .scanToPay(let plate, let amount, _): return (.scanToPay, Values(plate: plate, amount: amount))
        case .coupon(let plate, let amount, let chinese, let english):
            return (.coupon, Values(plate: plate, amount: amount, coupon: (chinese, english)))
        case .owes(let plate, let amount): return (.owes, Values(plate: plate, amount: amount))
        case .noNetwork(let plate): return (.noNetwork, Values(plate: plate))
        case .passInGrace(let plate, let days): return (.passInGrace, Values(plate: plate, days: days))
        case .passExpired(let plate): return (.passExpired, Values(plate: plate))
        case .visitOutside(let plate): return (.visitOutside, Values(plate: plate))
        case .showYourCode(let plate, let amount): return (.showYourCode, Values(plate: plate, amount: amount))
        case .scanOrShow(let plate, let amount, _): return (.scanOrShow, Values(plate: plate, amount: amount))
        case .scanOrCall(let plate, let amount, _): return (.scanOrCall, Values(plate: plate, amount: amount))
        case .callAttendant(let plate, let reason, let amount):
            return (.callAttendant, Values(plate: plate, amount: amount, reason: reason))
        case .takeTicket: return (.takeTicket, Values())
        case .takePrintedTicket: return (.takePrintedTicket, Values())
        case .goManual: return (.goManual, Values())
        case .lane(let warning): return (warning.step, Values())
        case .due(let amount): return (.due, Values(amount: amount))
        case .oneMoment: return (.oneMoment, Values())
        case .thanks(let amount): return (.thanks, Values(amount: amount))
        case .thanksLater(let amount): return (.thanksLater, Values(amount: amount))
        case .notPaid(let reason, let amount):
            return (reason.isOfPayment ? .notPaidTryAnother : .notPaid, Values(amount: amount, reason: reason))
        case .cancelled: return (.cancelled, Values())
        case .refunded(let amount): return (.refunded, Values(amount: amount))
        }
    }
}

extension Notice.Step {
    /// What a text of this step may leave open. A line whose value the notice lacks (a car without a plate) is left
    /// out.
    public var placeholders: Set<Notice.Placeholder> {
        switch self {
        case .welcome, .wait, .goFree, .noNetwork, .passExpired, .visitOutside: [.plate]
        case .passInGrace: [.plate, .days]
        case .goPaid, .goOffline, .goOnDebt, .confirm, .scanToPay, .owes, .showYourCode, .scanOrShow, .scanOrCall:
            [.plate, .amount]
        case .coupon: [.plate, .amount, .coupon]
        case .callAttendant: [.plate, .amount, .reason]
        case .notPaid, .notPaidTryAnother: [.amount, .reason]
        case .due, .thanks, .thanksLater, .refunded: [.amount]
        case .takeTicket, .takePrintedTicket, .goManual, .oneMoment, .cancelled: []
        case .laneFire, .laneMoveOn, .laneOneCarAtATime, .laneOutOfService, .laneReady: []
        }
    }
}
