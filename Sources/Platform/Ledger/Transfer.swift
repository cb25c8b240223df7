public import Vocabulary

/// The 16 bytes that name a transfer for life: a second transfer under the same id is refused.
///
/// Ids are derived, never drawn, so that doing a thing again gives the same id. The two bits of a UUID's variant tell
/// the kinds apart: a payment id has 10 there, and no other kind can have it.
public struct TransferID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first and last eight bytes, most significant first.
    let high: UInt64, low: UInt64

    /// The transfer that a payment makes: the payment's own id.
    public init(payment: PaymentID) { (high, low) = (payment.high, payment.low) }

    /// The transfer that books what is owed for a payment after the car has left: variant 01.
    public init(debtOf payment: PaymentID) { (high, low) = (payment.high, payment.low ^ 0b11 << 62) }

    /// The transfer that gives captured money back, from the refund's own id: version 15.
    public init(refund: PaymentID) { (high, low) = (refund.high ^ 0x8000, refund.low) }

    /// The transfer with which a campaign pays its part of a payment, or, for a refund's id, gets its part of that
    /// back: version 9.
    public init(couponOf payment: PaymentID) { (high, low) = (payment.high ^ 0xE000, payment.low) }

    /// The transfer that gives an account its first balance: version 8, which no payment id has.
    public init(openingOf account: AccountID) {
        high = 0x6f70_656e_696e_8000
        low = 0b10 << 62 | UInt64(bitPattern: account.row)
    }

    /// The transfer that pays this one off, which has booked a debt: version 12.
    public var collection: TransferID { TransferID(high: high ^ 0xB000, low: low) }

    /// A transfer that sets money aside for a box or gives it back: version 8 as well, told from an opening by its
    /// first two bytes.
    /// - Parameters:
    ///   - lease: the number of the lease, 1 or more, below 2^62.
    ///   - move: counted from 1 for each lease, below 2^44.
    public init(lease: Int64, move: Int64) {
        let move = UInt64(bitPattern: move)
        high = 0x6c73 << 48 | (move >> 12 & 0xFFFF_FFFF) << 16 | 0x8000 | move & 0xFFF
        low = 0b10 << 62 | UInt64(bitPattern: lease)
    }

    /// A transfer that brings money into a person's purse from outside, or takes out what has expired: version 8, told
    /// from the others by its first two bytes.
    /// - Parameter purseMove: the number of the move, 1 or more, below 2^62.
    public init(purseMove: Int64) {
        high = 0x7075_7273_6500_8000
        low = 0b10 << 62 | UInt64(bitPattern: purseMove)
    }

    /// A transfer that pays out what is left in a person's purse: version 8, told from the others by its first two bytes.
    /// - Parameters:
    ///   - pursePayout: the number of the payout, 1 or more, below 2^62.
    ///   - part: counted from 1 for each lot of the purse, below 2^44.
    public init(pursePayout: Int64, part: Int64) {
        let part = UInt64(bitPattern: part)
        high = 0x706f << 48 | (part >> 12 & 0xFFFF_FFFF) << 16 | 0x8000 | part & 0xFFF
        low = 0b10 << 62 | UInt64(bitPattern: pursePayout)
    }

    /// A transfer that moves money of a payment by purses, or of a refund or reversal of it: version 8, told from the
    /// others by its first two bytes.
    /// - Parameters:
    ///   - pursePayment: the number of the payment, 1 or more, below 2^62.
    ///   - move: counted from 1 for each payment, below 2^44.
    public init(pursePayment: Int64, move: Int64) {
        let move = UInt64(bitPattern: move)
        high = 0x7070 << 48 | (move >> 12 & 0xFFFF_FFFF) << 16 | 0x8000 | move & 0xFFF
        low = 0b10 << 62 | UInt64(bitPattern: pursePayment)
    }

    /// The transfer that passes on to the purse what came back of a payment made from a lease: version 10.
    public init(passedOnOf payment: PaymentID) { (high, low) = (payment.high ^ 0xD000, payment.low) }

    /// The transfer that takes another one back: variants 11 (of a payment, coupon or opening) and 00 (of a debt).
    public var reversal: TransferID { TransferID(high: high, low: low ^ 1 << 62) }

    init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The 16 bytes, most significant first.
    public var bytes: [UInt8] {
        (0..<16).map { index in
            UInt8(truncatingIfNeeded: (index < 8 ? high : low) >> UInt64(56 - index % 8 * 8))
        }
    }

    public static func < (left: TransferID, right: TransferID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    public var description: String { "transfer \(Hexadecimal.text(bytes))" }
}

/// What a transfer is for.
public enum TransferCode: String, CaseIterable, Sendable {
    /// A first balance.
    case opening
    /// A payment.
    case charge
    /// What an owner owes because the car left without a payment.
    case debt
    /// Captured money that goes back: a part of a payment, or the rest of one that was refunded in part.
    case refund
    /// Pays a debt off.
    case collection
    /// Money set aside for one box, or given back by it.
    case lease
    /// What is owed to somebody who sold, or was left in a person's own purse and is paid out.
    case payout
    /// A campaign's part of a payment.
    case coupon
    /// A campaign's part of a refund.
    case couponReturn
    /// A subsidy that comes into a purse.
    case issue
    /// Money that is paid into a purse.
    case topUp
    /// What was left in a purse after its last day.
    case expiry
    /// Takes another transfer back.
    case reversal
}

/// Where a transfer stands. Only posted ones have moved money; only pending ones can still change.
public enum TransferState: String, CaseIterable, Sendable {
    case pending, posted, voided, expired
}

/// Money to be moved from one account to another.
public struct TransferOrder: Equatable, Sendable {
    public var id: TransferID
    /// The account that gives, and the account that takes.
    public var debit: AccountID, credit: AccountID
    /// More than zero.
    public var amount: Fen
    public var code: TransferCode
    /// When it is booked.
    public var at: WallTime

    public init(
        id: TransferID, debit: AccountID, credit: AccountID, amount: Fen, code: TransferCode, at: WallTime
    ) {
        self.id = id
        self.debit = debit
        self.credit = credit
        self.amount = amount
        self.code = code
        self.at = at
    }
}

/// A transfer as it stands in the ledger.
public struct Transfer: Equatable, Sendable {
    public var order: TransferOrder
    public var state: TransferState
    /// The transfer that this one takes back.
    public var reverses: TransferID?
    /// When a pending transfer lapses; nil: it waits until somebody posts or voids it.
    public var expires: WallTime?
}
