public import Vocabulary

/// Something about subsidy money that the rules in force did not allow, or that the books cannot explain.
public struct SubsidyViolation: Hashable, Sendable, CustomStringConvertible {
    public enum What: String, CaseIterable, Sendable {
        /// Of this merchant, in this meal period or for this item the purse pays nothing.
        case notAllowed
        /// Spent before its issue or after its last day.
        case notItsTime
        case overPayment, overPeriod, overDay, overMonth
        case unknownPurse, unknownLot, noRules
        /// What the purses paid for a line is not its price.
        case lineNotPaid
        case paidTwice, issuedTwice
        case expiredEarly
        /// More was spent of a lot than was in it.
        case overdrawn
        /// The books say another balance than issued less spent less expired.
        case balanceDiffers
    }

    public var what: What
    public var holder: Holder
    public var purse: Slug?
    public var lot: Slug?
    public var day: CivilDate?
    public var payment: PaymentID?
    /// The line's place in the basket, from 0.
    public var line: Int?
    /// What was paid, or should be left.
    public var amount: Fen?

    init(
        what: What = .notAllowed, holder: Holder, purse: Slug? = nil, lot: Slug? = nil, day: CivilDate? = nil,
        payment: PaymentID? = nil, line: Int? = nil, amount: Fen? = nil
    ) {
        self.what = what
        self.holder = holder
        self.purse = purse
        self.lot = lot
        self.day = day
        self.payment = payment
        self.line = line
        self.amount = amount
    }

    func at(purse: Slug? = nil, lot: Slug? = nil, line: Int? = nil, amount: Fen? = nil) -> SubsidyViolation {
        var place = self
        place.purse = purse ?? place.purse
        place.lot = lot ?? place.lot
        place.line = line ?? place.line
        place.amount = amount ?? place.amount
        return place
    }

    /// For a supervisor; the holder is masked, the payment's id leads to the rest.
    public var description: String {
        let place = [
            purse.map { "purse \($0)" }, lot.map { "lot \($0)" }, day?.description, payment.map { "payment \($0)" },
            line.map { "line \($0 + 1)" }, amount.map { "\($0) yuan" },
        ]
        return "\(words): \(([holder.description] + place.compactMap { $0 }).joined(separator: ", "))"
    }

    private var words: String {
        switch what {
        case .notAllowed: "spent where or on what the rules do not allow"
        case .notItsTime: "spent before its issue or after its last day"
        case .overPayment: "more in one payment than the rules allow"
        case .overPeriod: "more in one meal period than the rules allow"
        case .overDay: "more in one day than the rules allow"
        case .overMonth: "more in one month than the rules allow"
        case .unknownPurse: "paid from a purse that the rules do not name"
        case .unknownLot: "of money that was never issued"
        case .noRules: "paid on a day without rules"
        case .lineNotPaid: "what the purses paid for a line is not its price"
        case .paidTwice: "a payment is in the books twice"
        case .issuedTwice: "issued a second time under one reference"
        case .expiredEarly: "taken out before its last day was over"
        case .overdrawn: "more was spent than was in it; left is"
        case .balanceDiffers: "the books do not say that what is left is"
        }
    }
}
