public import Vocabulary

/// How a driver whose contract does not pay may pay at the exit, and what coupons do there.
public struct ParkingDesk: Hashable, Sendable {
    /// What is taken, beside contracts: a code on the driver's phone, a code on the lane's sign, cash.
    public var accepts: Set<Instrument.Kind>
    /// How long the platform is waited for to say which coupon fits; nil: it is not asked. It delays every car that
    /// has to pay.
    public var couponWithin: Uptime.Span?

    /// What this module can take at an exit.
    public static let offers: [Instrument.Kind] = [.payerCode, .shownCode, .cash]

    public init(accepts: Set<Instrument.Kind> = Set(offers), couponWithin: Uptime.Span? = nil) {
        self.accepts = accepts
        self.couponWithin = couponWithin
    }
}

/// What happens to a car whose owner owes for an earlier visit. The debt is tried again at both gates in any case.
public struct ParkingDebtors: Hashable, Sendable {
    public enum Treatment: String, CaseIterable, Sendable {
        /// The sign says what is owed, and the car goes on.
        case show
        /// The car is held until the debt is paid, or an attendant lets it pass.
        case hold
    }

    public var atEntry: Treatment
    public var atExit: Treatment

    public init(atEntry: Treatment = .show, atExit: Treatment = .show) {
        self.atEntry = atEntry
        self.atExit = atExit
    }
}
