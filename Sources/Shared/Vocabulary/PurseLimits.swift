/// How much, and how often, within a span of time.
public struct PurseLimits: Hashable, Sendable {
    public enum Span: String, CaseIterable, Sendable { case payment, period, day, month }

    /// At least one of the two.
    public struct Limit: Hashable, Sendable {
        public var amount: Fen?
        /// Payments.
        public var count: Int64?

        public init(amount: Fen? = nil, count: Int64? = nil) {
            self.amount = amount
            self.count = count
        }
    }

    /// The most in one payment.
    public var payment: Fen?
    /// In one meal period of one day; nothing outside meal periods.
    public var period: Limit?
    /// In one local day.
    public var day: Limit?
    /// In one local month.
    public var month: Limit?

    public init(payment: Fen? = nil, period: Limit? = nil, day: Limit? = nil, month: Limit? = nil) {
        self.payment = payment
        self.period = period
        self.day = day
        self.month = month
    }
}

/// What a guardian has laid down for one person, on top of the rules of every purse and over all purses together.
public struct Guardian: Hashable, Sendable {
    public var limits: PurseLimits
    public var barredItems: Set<Slug>
    public var barredPeriods: Set<Slug>

    public init(limits: PurseLimits = PurseLimits(), barredItems: Set<Slug> = [], barredPeriods: Set<Slug> = []) {
        self.limits = limits
        self.barredItems = barredItems
        self.barredPeriods = barredPeriods
    }
}
