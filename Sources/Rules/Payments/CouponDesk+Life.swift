public import Vocabulary

/// A charge that counts on a coupon: what its quote's coupon line says.
public struct CouponClaim: Hashable, Sendable {
    public var payment: PaymentID
    /// The box that charges.
    public var device: DeviceID
    /// The charge without its coupon line, as the platform compares charges.
    public var contents: [UInt8]
    public var campaign: Slug
    /// What the line takes off, more than zero.
    public var amount: Fen

    public init(payment: PaymentID, device: DeviceID, contents: [UInt8], campaign: Slug, amount: Fen) {
        self.payment = payment
        self.device = device
        self.contents = contents
        self.campaign = campaign
        self.amount = amount
    }
}

extension CouponDesk {
    /// What stands behind a claim.
    public enum Standing: Equatable, Sendable {
        /// The coupon is kept for it.
        case good(Coupon)
        /// The campaign has paid it before.
        case before(Coupon)
        /// No such coupon is kept for this payment.
        case gone
    }

    /// Whether a claim could be redeemed now; changes nothing.
    /// - Parameter isLate: a box has promised it already, and the car has left: a lapsed lock is honoured as well, as
    ///   long as the budget is not spent otherwise.
    public mutating func check(
        _ claim: CouponClaim, at now: WallTime, isLate: Bool
    ) throws(Storage.Failure) -> Standing {
        guard let coupon = try storage.coupon(of: claim.payment), isOf(claim, coupon) else { return .gone }
        switch coupon.state {
        case .redeemed: return rules.contains(.redeemsOnce) ? .before(coupon) : .good(coupon)
        case .locked:
            return isLate || now < coupon.until || !rules.contains(.locksLapse) ? .good(coupon) : .gone
        case .released where isLate:
            guard let tally = try storage.tally(of: coupon.campaign) else { return .gone }
            let isCovered = tally.left >= coupon.amount && tally.couponsLeft >= 1
            return isCovered || !rules.contains(.lateWithinBudget) ? .good(coupon) : .gone
        case .undone where !rules.contains(.staysUndone): return .good(coupon)
        case .released, .undone, .refunded: return .gone
        }
    }

    /// Uses up the coupon that is locked for a payment: where it was good, the campaign is to pay its amount now, in
    /// the same transaction. Else nothing changes but that a lapsed lock is set free.
    /// - Returns: how the claim stood before.
    public mutating func redeem(
        _ claim: CouponClaim, at now: WallTime, isLate: Bool
    ) throws(Storage.Failure) -> Standing {
        let standing = try check(claim, at: now, isLate: isLate)
        switch standing {
        case .good(let coupon): try move(coupon, to: .redeemed)
        case .before: break
        case .gone:
            guard let coupon = try storage.coupon(of: claim.payment), isOf(claim, coupon) else { break }
            try release(claim.payment)
        }
        return standing
    }

    /// Gives up the lock of a payment that is not made, or is made without its coupon.
    public mutating func release(_ payment: PaymentID) throws(Storage.Failure) {
        guard let coupon = try storage.coupon(of: payment), coupon.state == .locked else { return }
        try move(coupon, to: .released)
    }

    /// Undoes the coupon of a payment that is undone, whatever the refund rule: nothing was sold.
    /// - Returns: the coupon as it was, if its campaign has paid; its money less what was given back is to go back.
    public mutating func undo(_ payment: PaymentID) throws(Storage.Failure) -> Coupon? {
        guard let coupon = try storage.coupon(of: payment) else { return nil }
        switch coupon.state {
        case .locked:
            try move(coupon, to: .released)
            return nil
        case .redeemed:
            try move(coupon, to: .undone)
            return coupon
        case .released, .undone, .refunded: return nil
        }
    }

    /// Gives back the campaign's part of what is refunded.
    ///
    /// - Parameters:
    ///   - refunded: what the payer has got back in all, this refund included; at most `captured`.
    ///   - captured: what the payer has paid, more than zero.
    /// - Returns: the campaign, and what is to go back to its account now; nil if nothing is.
    public mutating func refund(
        _ payment: PaymentID, refunded: Fen, of captured: Fen
    ) throws(Storage.Failure) -> (campaign: Slug, amount: Fen)? {
        precondition(captured > .zero && refunded >= .zero && refunded <= captured, "a refund is of what was captured")
        guard var coupon = try storage.coupon(of: payment), coupon.state == .redeemed else { return nil }
        let before = coupon
        let isFull = refunded == captured
        // Rounded down until the last part, which gives back all the rest.
        let product = coupon.amount.count.multipliedFullWidth(by: refunded.count)
        var due = isFull ? coupon.amount.count : captured.count.dividingFullWidth(product).quotient
        if !rules.contains(.refundsInProportion), !isFull { due = coupon.amount.count }
        guard due > coupon.givenBack.count || isFull else { return nil }
        coupon.givenBack = Fen(max(due, coupon.givenBack.count))
        if isFull { coupon.state = .refunded }
        if !rules.contains(.keepsRefundRule) { coupon.refundRule = .restore }
        try store(coupon, before: before.share)
        let amount = Fen(coupon.givenBack.count - before.givenBack.count)
        return amount > .zero ? (coupon.campaign, amount) : nil
    }

    private func isOf(_ claim: CouponClaim, _ coupon: Coupon) -> Bool {
        guard rules.contains(.comparesLine) else { return true }
        return coupon.campaign == claim.campaign && coupon.amount == claim.amount && coupon.device == claim.device
            && coupon.contents == claim.contents
    }
}
