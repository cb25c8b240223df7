/// One lease's id, for life: made by the box before it asks, the idempotency key of whatever is said of it.
public typealias LeaseID = UUIDv7

/// Whose money a lease sets aside for one box.
public enum LeasePurpose: Hashable, Sendable {
    /// The purse of this holder: what the box takes from it is a payment.
    case purse(Holder)
    /// The account of a buyer: what the box takes from it is paid out to whoever sold.
    case payout(buyer: Slug)

    /// As it is kept and sent: `purse:card:0012345678`, `payout:market-buyer-7`.
    public var text: String {
        switch self {
        case .purse(let holder): "purse:\(holder.text)"
        case .payout(let buyer): "payout:\(buyer)"
        }
    }

    /// Reads the form in which it is kept and sent.
    /// - Throws: ``LeasePurposeError``.
    public init(_ text: String) throws(LeasePurposeError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let rest = parts.count == 2 ? String(parts[1]) : ""
        if parts.first == "purse", let holder = try? Holder(rest) {
            self = .purse(holder)
        } else if parts.first == "payout", let buyer = try? Slug(rest) {
            self = .payout(buyer: buyer)
        } else {
            throw LeasePurposeError(text: text)
        }
    }
}

/// A text that says no purpose of a lease.
public struct LeasePurposeError: Error, Equatable, CustomStringConvertible {
    let text: String

    public var description: String {
        "\"\(text.prefix(80))\" is no purpose of a lease: write purse: and a holder, or payout: and a buyer's account"
    }
}

/// What the platform has set aside for a box.
public struct LeaseTerms: Hashable, Sendable {
    /// All that was ever set aside under this id, spent or not.
    public var amount: Fen
    /// When it ends, on the platform's clock.
    public var expires: WallTime
    /// How long that is from the answer; the box counts them from when it asked, which is the safe side.
    public var seconds: Int64
    /// How long after its end the platform still holds the money for records that come late.
    public var graceSeconds: Int64
    /// Of a person with purses: which money it is, together ``amount``; empty for a holder of one account.
    public var lots: [LeaseLot]
    /// The most payments that may ever be made from it; nil: any number.
    public var payments: Int64?
    /// What the person has paid already, or may pay from other leases, elsewhere than from this one, in the windows
    /// that limits ask for; below zero where a refund has given back what was paid from this one.
    public var usage: [LeaseUsage]
    /// What the person has in each purse outside this lease, what is lent to other boxes included; of a purse that is
    /// debited later, nothing. For a screen, never to spend by. nil: the platform does not say.
    public var elsewhere: [DatedBalance]?

    /// Lots, counters, or balances outside it that one lease names at most; the platform lends no more, and says
    /// nothing of more balances.
    public static let mostLots = 512, mostUsage = 512, mostElsewhere = 512

    public init(
        amount: Fen, expires: WallTime, seconds: Int64, graceSeconds: Int64, lots: [LeaseLot] = [],
        payments: Int64? = nil, usage: [LeaseUsage] = [], elsewhere: [DatedBalance]? = nil
    ) {
        self.amount = amount
        self.expires = expires
        self.seconds = seconds
        self.graceSeconds = graceSeconds
        self.lots = lots
        self.payments = payments
        self.usage = usage
        self.elsewhere = elsewhere
    }

    /// When the platform said so, on its clock, to the second.
    public var told: WallTime { WallTime(milliseconds: expires.milliseconds &- 1_000 &* seconds) }
}

/// Money of one lot of a purse that is lent to a box.
public struct LeaseLot: Hashable, Sendable {
    public var purse: Slug
    /// nil: money that is not told apart; of a purse that is debited later, always.
    public var lot: Slug?
    /// The last day on which it may be spent; nil: there is none.
    public var expires: CivilDate?
    /// All that was ever set aside of it under this lease, spent or not; more than zero.
    public var amount: Fen

    public init(purse: Slug, lot: Slug? = nil, expires: CivilDate? = nil, amount: Fen) {
        self.purse = purse
        self.lot = lot
        self.expires = expires
        self.amount = amount
    }
}

/// What a person has paid within a window.
public struct LeaseUsage: Hashable, Sendable {
    /// nil: from all purses together, for a guardian's limits.
    public var purse: Slug?
    /// nil: whichever window it will be: what other boxes have been lent and may still spend.
    public var window: UsageWindow?
    public var amount: Fen
    /// Payments.
    public var count: Int64

    public init(purse: Slug?, window: UsageWindow?, amount: Fen, count: Int64) {
        self.purse = purse
        self.window = window
        self.amount = amount
        self.count = count
    }
}

/// What became of what a box asked about a lease.
public enum LeaseOutcome: Hashable, Sendable {
    case granted(LeaseTerms)
    /// Nothing more is set aside than before.
    case refused(LeaseRefusal)
    /// The lease is over, and what was left of it is back in its account; nothing will be set aside under this id.
    case returned
    /// The platform does not know yet; ask again.
    case unknown
    /// The id belongs to another lease, which stands as it was.
    case conflict
}

/// Why a lease is not granted, not renewed, or not taken back.
public enum LeaseRefusal: String, Error, CaseIterable, Sendable {
    /// The platform grants this box no leases of this kind.
    case notAllowed
    case noContract, suspended, insufficientFunds
    /// The box holds as much, or as many leases on this account, as it may.
    case overLimit
    case badRequest
    /// The lease is over.
    case ended
    /// It cannot be taken back yet: records of what was spent from it have not come.
    case notDrained
    /// The box splits payments by other rules than the platform's.
    case rulesDiffer
}

/// What is paid to somebody who sold. Two payouts with the same id and unequal contents are an error.
public struct Payout: Hashable, Sendable {
    public var payment: PaymentID
    /// Who gets the money.
    public var payee: Holder
    /// The desk or scale where it was agreed.
    public var lane: LaneID
    /// What was bought, line by line.
    public var quote: Quote

    public init(payment: PaymentID, payee: Holder, lane: LaneID, quote: Quote) {
        self.payment = payment
        self.payee = payee
        self.lane = lane
        self.quote = quote
    }
}
