public import Vocabulary

/// What a payment network looks like to the platform.
///
/// The platform's payment id is the network's order number for life, so every call may be made again: the same
/// authorisation, reversal or refund has its effect once.
public protocol Acquirer: Sendable {
    /// Makes one call and waits for its answer. It blocks its thread for ``AcquirerTimings/answerWithin`` at most, and
    /// never throws: what is not known by then is ``AcquirerAnswer/unknown``.
    func answer(_ call: AcquirerCall) -> AcquirerAnswer
}

/// What the platform asks a payment network.
public enum AcquirerCall: Hashable, Sendable {
    /// Take the money now, by the code the payer's phone showed. Made once; afterwards the order is asked for.
    case authorise(PaymentID, code: PayerCode, amount: Fen)
    /// Keep an order open for a code that the box shows; whoever scans it pays it.
    case open(PaymentID, amount: Fen)
    /// What became of the order?
    case query(PaymentID)
    /// Undo the order whole, or refuse it should it still come.
    case reverse(PaymentID)
    /// Give a part of the captured money back, or all of it, under the refund's own number.
    case refund(PaymentID, refund: PaymentID, amount: Fen)

    /// The order it is about.
    public var order: PaymentID {
        switch self {
        case .authorise(let order, _, _), .open(let order, _), .query(let order), .reverse(let order),
            .refund(let order, _, _):
            order
        }
    }
}

/// What a payment network says.
public enum AcquirerAnswer: Hashable, Sendable {
    /// The payer has paid this amount.
    case approved(Fen)
    /// Nothing was paid, and nothing will be under this order.
    case declined(DeclineReason)
    /// The payer is typing a password, or has not scanned the shown code yet.
    case pending
    /// The network has no such order.
    case neverSeen
    /// The order is undone, or closed before it was paid; nothing will be paid under it.
    case reversed
    /// It can never be reversed: too late, or not this way. What was paid can only be refunded.
    case reversalRefused
    case refunded
    /// It is not given back, now or later.
    case refundRefused
    /// No answer, or the network does not know. Ask again.
    case unknown
}

/// The waiting times towards a payment network, in milliseconds.
public struct AcquirerTimings: Hashable, Sendable {
    /// How long one call may take; only then is an order asked for whose authorisation is still under way.
    public var answerWithin: Int64 = 12_000
    /// After an answer "unknown" the order is asked for.
    public var askUnknownAfter: Int64 = 5_000
    /// While the payer types a password.
    public var askPendingAfter: Int64 = 10_000
    /// While a shown code is not paid, besides the network's own notice.
    public var askShownAfter: Int64 = 5_000
    /// The shortest time between two questions about one order, however often its box asks.
    public var shortestPause: Int64 = 1_000
    /// The longest pause between two tries.
    public var longestPause: Int64 = 600_000
    /// A payer who has not confirmed by then is given up. A little more than a box allows: the box says it first.
    public var confirmWithin: Int64 = 60_000
    /// A shown code that is not paid by then is closed.
    public var shownFor: Int64 = 180_000
    /// A reversal is not sent sooner after the payment was asked for.
    public var reverseNotBefore: Int64 = 0
    /// Later only a refund gives the money back.
    public var reverseWithin: Int64 = 7 * 86_400_000

    public init() {}

    /// - Parameter scheme: nil for a code that the box shows.
    public init(_ scheme: PayerCode.Scheme?) {
        // WeChat refuses a reversal within 15 s of the payment.
        if scheme == .weChat { reverseNotBefore = 15_000 }
    }
}
