/// What the platform said of a payment.
public enum PaymentOutcome: Hashable, Sendable {
    /// The money has moved.
    case approved
    /// No money has moved, and none will under this id.
    case declined(DeclineReason)
    /// The payer has not confirmed yet: a password is being typed, a shown code is not paid. Ask again.
    case pending
    /// The platform itself does not know yet; ask again.
    case unknown
    /// The payment was undone, or refused before it came: no money is held under this id, and none ever will be.
    case reversed
    /// The platform has never heard of this id.
    case neverSeen
    /// The id was used before with other contents; the earlier payment stands as it was.
    case conflict
}

/// Why a charge was declined.
public enum DeclineReason: String, CaseIterable, Sendable {
    case noContract, suspended, insufficientFunds, overLimit, badRequest
    /// The holder owes money, or may not pay here.
    case denied
    /// The platform's own price rules give another quote.
    case quoteRejected
    /// The quote counts on a coupon that is not kept for this payment any more.
    case couponGone
    /// The payment network does not take the code: expired, used, or not one of its own.
    case codeRefused
    /// The payer cancelled, or did not confirm in time.
    case payerCancelled
    /// A part of these minutes was paid for on the phone: quote the stay anew from where that ends.
    case prepaid
    /// The platform has no acquirer for this instrument.
    case notSupported
    /// The holder's guardian does not allow this item or this meal.
    case guardianBars
    /// None of the holder's purses may pay for a line here and now, whatever is in it.
    case nothingMayPay
    /// There is money enough, but a limit of a purse or of the guardian would be passed.
    case limitReached
}

/// Money that goes back to a payer: a part of a captured payment, or all of it.
public struct Refund: Hashable, Sendable {
    /// The refund's own id, for life: the idempotency key of the refund.
    public var id: PaymentID
    /// The payment that was captured.
    public var payment: PaymentID
    /// 1 fen or more; all refunds of a payment together are never more than it captured.
    public var amount: Fen
    /// The line of the quote that it gives back, from 0; nil: the last lines first.
    public var line: Int?
    /// Who gave it, and why.
    public var who: String, why: String

    public init(
        id: PaymentID, payment: PaymentID, amount: Fen, line: Int? = nil, who: String, why: String
    ) {
        self.id = id
        self.payment = payment
        self.amount = amount
        self.line = line
        self.who = who
        self.why = why
    }
}

/// What the platform said of a refund.
public enum RefundOutcome: Hashable, Sendable {
    /// The money is on its way back to the payer.
    case refunded
    /// Nothing has moved, and nothing will under this id.
    case refused(RefundRefusal)
    /// The platform does not know yet; ask again with the same id.
    case unknown
    /// The id was used before with other contents; what was done stands.
    case conflict
}

/// Why a refund was refused.
public enum RefundRefusal: String, CaseIterable, Sendable {
    /// No payment of this id holds money.
    case notCaptured
    /// With what was refunded before, it is more than was captured.
    case moreThanCaptured
    /// The amount is not positive.
    case badRequest
    /// The account that would give the money back does not hold it.
    case insufficientFunds
    /// The payment network does not give it back: too late, or not that way.
    case refusedByNetwork
}
