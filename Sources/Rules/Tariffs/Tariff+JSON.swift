public import JSONText
internal import Vocabulary

extension Tariff {
    /// Reads a tariff, of a scenario, a book or the platform.
    /// - Returns: nil, with findings, if something is missing or out of its range.
    public init?(_ reader: ObjectReader) {
        let id = reader.parsed("id", expected: "a name", Slug.init)
        let zone = reader.optionalParsed("timeZone", expected: "a time zone", TimeZoneRule.init(_:)) ?? .china
        let date = reader.optionalParsed("validFrom", expected: "a date", CivilDate.init(_:))
        let calendar = DayCalendar(reader)
        let prices = PriceScheme(reader, calendar: calendar)
        let rounding = reader.optionalObject("rounding") { Rounding($0) } ?? .none
        let grace = reader.integer("graceAfterPaymentMinutes", in: 0...1_440, unit: "minutes", default: 15)
        let vehicles = reader.optionalObject("vehicles") { Tariff.vehicles($0, calendar) } ?? [:]
        let passes = Tariff.passes(reader, calendar)
        guard let id, let prices else { return nil }
        self.init(
            id: id, validFrom: date.map { WallTime(milliseconds: zone.instant($0, second: 0) * 1_000) }, zone: zone,
            calendar: calendar, prices: prices, vehicles: vehicles, passes: passes, rounding: rounding,
            graceAfterPayment: .seconds(60 * grace))
        checkRounding(reader)
    }

    private static func vehicles(_ reader: ObjectReader, _ calendar: DayCalendar) -> [VehicleClass: Terms] {
        var terms: [VehicleClass: Terms] = [:]
        for vehicle in VehicleClass.allCases {
            terms[vehicle] = reader.optionalObject(vehicle.rawValue) { Terms($0, calendar, isPass: false) }
        }
        for (vehicle, term) in terms {
            guard case .discount(_, let other?) = term else { continue }
            if case .discount = terms[other] {
                reader.refuse(
                    vehicle.rawValue, found: "a discount of \(other.rawValue), which is a discount itself",
                    expected: "a class with prices of its own")
            }
        }
        return terms
    }

    private static func passes(_ reader: ObjectReader, _ calendar: DayCalendar) -> [Slug: Terms] {
        var passes: [Slug: Terms] = [:]
        _ = reader.objects("passes", count: 0...100) { pass -> Bool? in
            let zone = pass.parsed("zone", expected: "the name of a pass's zone", Slug.init)
            guard let terms = Terms(pass, calendar, isPass: true), let zone else { return nil }
            if passes.updateValue(terms, forKey: zone) != nil {
                pass.refuse("zone", found: "\(zone) a second time", expected: "each zone once")
            }
            return true
        }
        return passes
    }

    /// An amount that rounding would bring above its cap.
    private func checkRounding(_ reader: ObjectReader) {
        guard rounding.mode != .down, rounding.unit.count > 1 else { return }
        let own = (Array(vehicles.values) + Array(passes.values)).compactMap { terms -> PriceScheme? in
            if case .own(let scheme) = terms { scheme } else { nil }
        }
        for scheme in [prices] + own {
            for amount in [scheme.capPerDay, scheme.capPerStay, scheme.minimum].compactMap({ $0 })
            where amount.count % rounding.unit.count != 0 {
                reader.refuse(
                    "rounding", found: "units of \(rounding.unit.count) and an amount of \(amount.count)",
                    expected: "daily caps, stay caps and minimum in whole units")
            }
        }
    }
}

extension Tariff.Rounding {
    init?(_ reader: ObjectReader) {
        self.init(unit: Fen(reader.integer("unit", in: 1...100_000, unit: "fen")), mode: reader.choice("mode"))
    }
}

extension Tariff.Terms {
    /// `{ free: true }`, `{ discountPercent: 50, of: "large" }`, or prices.
    init?(_ reader: ObjectReader, _ calendar: DayCalendar, isPass: Bool) {
        let isFree = reader.bool("free", default: false)
        let percent = reader.optionalInteger("discountPercent", in: 1...99, unit: "percent")
        let other: VehicleClass? = isPass ? nil : reader.optionalChoice("of")
        let hasPrices = reader.has("unitPeriod") || reader.has("windows")
        let scheme = hasPrices || (!isFree && percent == nil) ? PriceScheme(reader, calendar: calendar) : nil
        if (isFree ? 1 : 0) + (percent == nil ? 0 : 1) + (hasPrices ? 1 : 0) > 1 {
            reader.refuse(
                isFree ? "free" : "discountPercent", found: "it beside other terms",
                expected: "one of: free, discountPercent, or prices of its own")
        }
        if other != nil, percent == nil {
            reader.refuse("of", found: "it without discountPercent", expected: "whose price the discount is of")
        }
        if isFree {
            self = .free
        } else if let percent {
            self = .discount(percent: percent, of: other)
        } else if let scheme {
            self = .own(scheme)
        } else {
            return nil
        }
    }
}

extension DayCalendar {
    /// The most days one date or range of the list may stand for, and the most entries of the list.
    static let longestRange: Int64 = 62, mostEntries = 1_000

    init(_ reader: ObjectReader) {
        self.init(
            holidays: DayCalendar.dates(reader, "holidays"), workedDays: DayCalendar.dates(reader, "workedDays"))
        for date in holidays.intersection(workedDays).sorted() {
            reader.refuse("workedDays", found: "\(date), which is a holiday", expected: "days that are worked")
        }
        for date in workedDays.subtracting(holidays).sorted() where date.weekday < 5 {
            reader.refuse(
                "workedDays", found: "\(date), a \(DayKind.allCases[Int(date.weekday)].rawValue)",
                expected: "Saturdays and Sundays: other days are worked anyway")
        }
    }

    private static func dates(_ reader: ObjectReader, _ key: String) -> Set<CivilDate> {
        var dates: Set<CivilDate> = []
        for range in reader.parsedList(
            key, count: 0...mostEntries, expected: "a date, or two with / between them", range)
        {
            for number in range.lowerBound.dayNumber...range.upperBound.dayNumber {
                let date = CivilDate(dayNumber: number)
                if !dates.insert(date).inserted {
                    reader.refuse(key, found: "\(date) a second time", expected: "each date once")
                }
            }
        }
        return dates
    }

    /// `2026-10-01` or `2026-10-01/2026-10-07`.
    private static func range(_ text: String) throws(CalendarTextError) -> ClosedRange<CivilDate> {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let first = try CivilDate(String(parts[0]))
        guard parts.count == 2 else {
            guard parts.count == 1 else { throw .notADate(text) }
            return first...first
        }
        let last = try CivilDate(String(parts[1]))
        guard first <= last, last.dayNumber - first.dayNumber < longestRange else { throw .endsBeforeItBegins(text) }
        return first...last
    }
}
