/// A price and how it came about, line by line, so that a person and another machine can check it.
public struct Quote: Hashable, Sendable {
    /// One line of a quote.
    public struct Line: Hashable, Sendable {
        /// What the line charges or takes off.
        public enum Kind: String, CaseIterable, Sendable {
            case freePeriod, firstPeriod, nextPeriods, unitPeriods
            /// What a cap takes off: of one coming of a window, of a day, of the whole stay.
            case windowCap, dailyCap, stayCap
            /// What the vehicle's class or a pass takes off; a pass is named by the reference.
            case discount
            /// What is missing to the least that a stay costs.
            case minimum
            /// What brings the price to whole units; negative or not.
            case rounding
            /// Something sold at a keyed or listed price.
            case item
            /// What a coupon of the platform takes off; the reference names the campaign.
            case coupon
        }

        public var kind: Kind
        /// The time the line covers, in whole minutes.
        public var minutes: Int64
        /// What it adds to the total; negative for a discount or a cap.
        public var amount: Fen
        /// What the line is about: the name of a window, a pass's zone, an item or a campaign; nil where the kind says
        /// it all.
        public var reference: Slug?
        /// Of an item: its class, by which rules say what may pay for it.
        public var itemClass: Slug?

        public init(
            kind: Kind, minutes: Int64 = 0, amount: Fen, reference: Slug? = nil, itemClass: Slug? = nil
        ) {
            self.kind = kind
            self.minutes = minutes
            self.amount = amount
            self.reference = reference
            self.itemClass = itemClass
        }
    }

    /// The money a quote is in, by ISO 4217.
    public enum Currency: String, CaseIterable, Sendable {
        case yuan = "CNY"
    }

    /// The tariff and its version: `city-centre-2026-1`.
    public var tariff: Slug
    public var currency: Currency
    /// When what is priced began on the wall clock: a car's entry.
    public var began: WallTime
    /// What is charged for: later than ``began`` where a part was paid for before.
    public var from: WallTime, until: WallTime
    public var lines: [Line]
    /// The sum of the lines; never negative.
    public var total: Fen
    /// By whose prices it was computed.
    public var vehicle: VehicleClass
    /// The zone of the pass that was counted in, if there was one.
    public var pass: Slug?

    /// - Parameter began: nil where nothing was paid for before.
    public init(
        tariff: Slug, currency: Currency = .yuan, began: WallTime? = nil, from: WallTime, until: WallTime,
        lines: [Line], total: Fen, vehicle: VehicleClass = .small, pass: Slug? = nil
    ) {
        self.tariff = tariff
        self.currency = currency
        self.began = began ?? from
        self.from = from
        self.until = until
        self.lines = lines
        self.total = total
        self.vehicle = vehicle
        self.pass = pass
    }

    /// Whether the lines come to the total, which is not negative.
    public var addsUp: Bool {
        var sum = Fen.zero
        for line in lines {
            guard let next = try? sum.adding(line.amount) else { return false }
            sum = next
        }
        return sum == total && total >= .zero
    }

    /// The quote without what coupons take off: what the price rules alone say.
    /// - Throws: ``AmountOverflow``.
    public func withoutCoupons() throws(AmountOverflow) -> Quote {
        var plain = self
        plain.lines.removeAll { $0.kind == .coupon }
        for line in lines where line.kind == .coupon { plain.total = try plain.total.subtracting(line.amount) }
        return plain
    }
}
