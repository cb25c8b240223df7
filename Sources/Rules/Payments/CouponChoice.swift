public import Vocabulary

/// A payment for which a coupon is asked: the charge as it would be without one.
public struct CouponQuestion: Hashable, Sendable {
    public var payment: PaymentID
    /// The box that asks.
    public var device: DeviceID
    /// The charge, before any discount, as the platform compares charges.
    public var contents: [UInt8]
    /// Who would owe the money; nil if nobody is known.
    public var holder: Holder?
    public var instrument: Instrument.Kind
    /// The price before any discount.
    public var total: Fen

    public init(
        payment: PaymentID, device: DeviceID, contents: [UInt8], holder: Holder?, instrument: Instrument.Kind,
        total: Fen
    ) {
        self.payment = payment
        self.device = device
        self.contents = contents
        self.holder = holder
        self.instrument = instrument
        self.total = total
    }
}

extension CouponCampaign {
    /// Whether it is for this payment at all, whatever is left of it.
    func isFor(_ question: CouponQuestion, at now: WallTime, _ rules: CouponRules) -> Bool {
        if rules.contains(.keepsPeriod), now < from || now >= until { return false }
        if rules.contains(.keepsMinimumSpend), question.total < minimumSpend { return false }
        if rules.contains(.keepsInstruments), let instruments, !instruments.contains(question.instrument) {
            return false
        }
        if rules.contains(.keepsHolders), let holders {
            guard let holder = question.holder, holders.contains(holder) else { return false }
        }
        return mostPerHolder == nil || question.holder != nil
    }

    /// What it takes off a price.
    ///
    /// A fixed or proportional discount is granted whole or not at all: nobody is promised five yuan and given three.
    /// - Parameters:
    ///   - left: what remains of the budget.
    ///   - draw: the payment's own word, from which a random amount is made.
    /// - Returns: more than zero, and such that ``leastPayable`` remains; nil if there is no such discount.
    func discount(on total: Fen, left: Fen, draw: UInt64, _ rules: CouponRules) -> Fen? {
        let least = rules.contains(.keepsLeastPayable) ? leastPayable : .zero
        let (room, overflow) = total.count.subtractingReportingOverflow(least.count)
        guard !overflow, room > 0 else { return nil }
        let budget = rules.contains(.keepsBudget) ? left.count : .max
        let amount: Int64
        switch discount {
        case .fixed(let fixed): amount = min(fixed.count, room)
        case .percent(let permille, let most):
            // Whole thousands first, so that no price is too large.
            let part = total.count / 1000 * permille + total.count % 1000 * permille / 1000
            amount = min(part, most.count, room)
        case .drawn(let smallest, let largest):
            let upper = min(largest.count, budget, room)
            guard upper >= smallest.count else { return nil }
            var dice = DrawnDice(draw, for: id)
            amount = smallest.count + Int64(dice.next(upperBound: UInt64(upper - smallest.count) + 1))
        }
        return amount > 0 && amount <= budget ? Fen(amount) : nil
    }
}

/// A campaign and what it would take off a price.
struct CouponCandidate {
    var campaign: CouponCampaign
    var amount: Fen

    /// Whether the payer is better served by this one: by more money; else by what ends first, so that the other is
    /// still there later; else by name, so that there is always one answer.
    func isBetter(than other: CouponCandidate) -> Bool {
        if amount != other.amount { return amount > other.amount }
        if campaign.until != other.campaign.until { return campaign.until < other.campaign.until }
        return campaign.id < other.campaign.id
    }
}

/// Dice (SplitMix64) that fall the same way each time for one payment and one campaign.
private struct DrawnDice: RandomNumberGenerator {
    private var state: UInt64

    init(_ draw: UInt64, for campaign: Slug) {
        // FNV-1a of the name: two campaigns draw independently.
        state = campaign.text.utf8.reduce(0xCBF2_9CE4_8422_2325 ^ draw) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
