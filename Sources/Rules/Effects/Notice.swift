public import Vocabulary

/// What a lane's sign tells: a step of a visit, and its values. The words are data: ``SignTexts``.
public enum Notice: Hashable, Sendable {
    case welcome(Plate?)
    case wait(Plate?)
    case goFree(Plate?)
    case goPaid(Plate?, Fen)
    case goOffline(Plate?, Fen)
    case goOnDebt(Plate?, Fen)
    /// The payer has to confirm on the phone.
    case confirm(Plate?, Fen)
    /// The payer scans the code that the sign shows.
    case scanToPay(Plate?, Fen, code: String)
    /// What a coupon leaves to pay, and what the platform says of it.
    case coupon(Plate?, Fen, chinese: String, english: String)
    /// Welcome, and what the owner owes for earlier visits.
    case owes(Plate?, Fen)
    /// Welcome; the pass is over and counts for so many days more, 1 or more.
    case passInGrace(Plate?, days: Int64)
    /// Welcome; the pass is over, or has not begun, and the tariff holds.
    case passExpired(Plate?)
    /// Welcome; the visit is outside its time, and the tariff holds.
    case visitOutside(Plate?)
    /// The driver is asked for the code on the phone.
    case showYourCode(Plate?, Fen)
    /// The payer scans the code that the sign shows, or shows one.
    case scanOrShow(Plate?, Fen, code: String)
    /// The payer has had time enough: the code still holds, and the attendant comes.
    case scanOrCall(Plate?, Fen, code: String)
    /// A code cannot be taken now.
    case noNetwork(Plate?)
    case callAttendant(Plate?, HoldReason, Fen?)
    /// A car without a readable plate comes in: its driver keeps what the code says.
    case takeTicket(code: String)
    /// The same where the lane has a ticket printer: the code is on the paper.
    case takePrintedTicket(code: String)
    case goManual
    /// About the lane and not about a payment.
    case lane(LaneWarning)
    /// At a till: what is to be paid, and what came of it.
    case due(Fen)
    case oneMoment
    case thanks(Fen)
    case thanksLater(Fen)
    case notPaid(HoldReason, Fen?)
    case cancelled
    case refunded(Fen)

    /// Why a car is held.
    public enum HoldReason: String, Hashable, Sendable, CaseIterable {
        case noEntryRecord, declined, noContract, insufficientFunds, noAnswer, platformUnsure, offlineNotAllowed
        case fakePlate, severalCandidates, entryTimeUnknown, payHere
        case ticketUnreadable, ticketOfOtherCarPark, ticketNotValid, ticketOfOtherCar
        case diskFull, alreadyInside, conflict, owes, notConfirmed
        /// At an entry: who may not come in, or not now.
        case full, notPermitted, barred, passExpired, passNotYet, visitorEarly, visitorLate
        /// At an exit: two cars of one plate are inside.
        case severalStays
        /// The stay of this plate is being dealt with at another lane.
        case atOtherLane
        case plateNotRead
        case denied, nothingToPay, badAmount, refundNeedsNetwork, refundRefused
    }

    /// What a phone is to scan from the sign, if anything.
    public var code: String? {
        switch self {
        case .scanToPay(_, _, let code), .scanOrShow(_, _, let code), .scanOrCall(_, _, let code),
            .takeTicket(let code):
            code
        default: nil
        }
    }

    /// What a code is for: a page titles it by that.
    public enum CodeKind: String, Hashable, Sendable, CaseIterable { case payment, ticket }

    /// What the code is for; nil while there is none.
    public var codeKind: CodeKind? {
        guard code != nil else { return nil }
        if case .takeTicket = self { return .ticket }
        return .payment
    }

    /// What is, or was, to be paid; nil where the notice tells of no amount.
    public var amount: Fen? { values.amount }
}

extension Notice.CodeKind {
    /// In both languages, for a page and a screen reader.
    public var title: String { "\(chinese) \(self == .payment ? "Scan to pay" : "Parking ticket")" }

    /// In Chinese alone, for a small sign.
    public var chinese: String { self == .payment ? "扫码支付" : "停车票" }
}

extension Notice.HoldReason {
    /// Whether another instrument may do better.
    var isOfPayment: Bool {
        switch self {
        case .full, .notPermitted, .barred, .passExpired, .passNotYet, .visitorEarly, .visitorLate, .severalStays,
            .atOtherLane:
            false
        case .fakePlate, .severalCandidates, .entryTimeUnknown, .ticketUnreadable, .ticketOfOtherCarPark,
            .ticketNotValid, .ticketOfOtherCar, .noEntryRecord, .plateNotRead, .alreadyInside, .diskFull, .nothingToPay,
            .badAmount, .refundNeedsNetwork, .refundRefused:
            false
        case .declined, .noContract, .insufficientFunds, .noAnswer, .platformUnsure, .offlineNotAllowed, .conflict,
            .owes, .notConfirmed, .denied, .payHere:
            true
        }
    }
}
