public import Vocabulary

/// One version of what parking costs, as data: read from a file, computed alike by box and platform.
public struct Tariff: Hashable, Sendable {
    /// To what whole amounts the end of a price is brought.
    public struct Rounding: Hashable, Sendable {
        public enum Mode: String, CaseIterable, Sendable { case down, up, nearest }

        /// 1 fen or more.
        public var unit: Fen
        public var mode: Mode

        public init(unit: Fen, mode: Mode) {
            precondition(unit > .zero, "the reader checks the range")
            self.unit = unit
            self.mode = mode
        }

        public static let none = Rounding(unit: Fen(1), mode: .down)
    }

    /// What a class of vehicles, or the holder of a pass, pays in place of what everybody pays.
    public enum Terms: Hashable, Sendable {
        case free
        /// Less by so many percent, 1 to 99, of what a class pays (a pass: the vehicle's own class).
        case discount(percent: Int64, of: VehicleClass?)
        case own(PriceScheme)
    }

    /// The name and version that stands in every quote.
    public var id: Slug
    /// From when on it holds; nil: since ever.
    public var validFrom: WallTime?
    public var zone: TimeZoneRule
    public var calendar: DayCalendar
    /// For every class that has no terms of its own.
    public var prices: PriceScheme
    public var vehicles: [VehicleClass: Terms]
    /// By the zone of the pass.
    public var passes: [Slug: Terms]
    public var rounding: Rounding
    /// How long a car that has paid may take to leave.
    public var graceAfterPayment: Uptime.Span

    public static let usualGrace = Uptime.Span.seconds(15 * 60)

    public init(
        id: Slug, validFrom: WallTime? = nil, zone: TimeZoneRule = .china, calendar: DayCalendar = DayCalendar(),
        prices: PriceScheme, vehicles: [VehicleClass: Terms] = [:], passes: [Slug: Terms] = [:],
        rounding: Rounding = .none, graceAfterPayment: Uptime.Span = Tariff.usualGrace
    ) {
        self.id = id
        self.validFrom = validFrom
        self.zone = zone
        self.calendar = calendar
        self.prices = prices
        self.vehicles = vehicles
        self.passes = passes
        self.rounding = rounding
        self.graceAfterPayment = graceAfterPayment
    }

    /// The simple form: free minutes, a first period, unit periods, and a cap for every 24 hours from entry.
    ///
    /// Each 24 hours are priced anew. The free minutes apply once, to a stay that is not longer.
    public init(
        id: Slug, freeMinutes: Int64, firstPeriodMinutes: Int64, firstPeriodPrice: Fen, unitMinutes: Int64,
        unitPrice: Fen, capPer24Hours: Fen, graceAfterPayment: Uptime.Span = Tariff.usualGrace
    ) {
        precondition(capPer24Hours >= .zero, "no negative price")
        self.init(
            id: id,
            prices: PriceScheme(
                free: FreeTime(minutes: freeMinutes),
                windows: [
                    PriceWindow(
                        name: nil,
                        periods: [
                            PricePeriod(minutes: firstPeriodMinutes, price: firstPeriodPrice, times: 1),
                            PricePeriod(minutes: unitMinutes, price: unitPrice),
                        ])
                ], capPerDay: capPer24Hours), graceAfterPayment: graceAfterPayment)
    }
}
