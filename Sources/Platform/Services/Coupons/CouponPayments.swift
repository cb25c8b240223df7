internal import Payments
internal import Vocabulary
internal import Wire

/// What payments have to do with coupons.
extension Payments {
    /// The best coupon for a charge that has not been made yet; it is kept for that charge. Nil if none fits.
    func coupon(_ charge: Charge, from device: DeviceID, at now: WallTime) throws(PlatformError) -> CouponOffer? {
        guard Payments.fault(in: charge) == nil, CouponRegister.claim(in: charge, from: device) == nil else {
            return nil
        }
        // A lock for an id that is decided would hold the budget for nobody.
        guard try table.find(charge.payment) == nil else { return nil }
        return try coupons.offer(charge, from: device, at: now)
    }

    /// Whether the coupon that a charge counts on is kept for it; a charge that counts on none gives up its lock.
    func hasItsCoupon(_ charge: Charge, _ device: DeviceID, at now: WallTime) throws(PlatformError) -> Bool {
        guard let claim = CouponRegister.claim(in: charge, from: device) else {
            try coupons.release(charge.payment)
            return true
        }
        return try coupons.isGood(claim, at: now, isLate: false)
    }

    /// Lets the campaign pay its part, if the charge counts on a coupon; once for each payment.
    func useCoupon(of charge: Charge, _ device: DeviceID, isLate: Bool, at now: WallTime) throws(PlatformError) {
        guard let claim = CouponRegister.claim(in: charge, from: device) else {
            // A charge that has been looked at has given it up already.
            if isLate { try coupons.release(charge.payment) }
            return
        }
        try coupons.redeem(claim, at: now, isLate: isLate)
    }
}
