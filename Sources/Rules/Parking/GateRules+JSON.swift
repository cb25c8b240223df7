public import JSONText
internal import Vocabulary

extension GateRules {
    /// Reads the `access` of a scenario, or of a site in the platform's file.
    public init?(_ reader: ObjectReader) {
        let capacity = reader.optionalInteger("capacity", in: 1...100_000, unit: "cars")
        let reserved = reader.integer("reservedForMembers", in: 0...100_000, unit: "places", default: 0)
        if reserved > 0, reserved > capacity ?? 0 {
            reader.refuse(
                "reservedForMembers", found: "\(reserved) places of \(capacity.map { "\($0)" } ?? "no capacity")",
                expected: "at most the capacity")
        }
        let full = reader.optionalObject("whenFull") { full in
            WhenFull(
                members: full.choice("members", default: .admit), visitors: full.choice("visitors", default: .hold),
                others: full.choice("others", default: .hold))
        }
        let minutes: ClosedRange<Int64> = 0...10_080
        let visitors = reader.optionalObject("visitors") { visitors in
            (
                visitors.integer("earlyMinutes", in: minutes, unit: "minutes", default: 30),
                visitors.integer("lateMinutes", in: minutes, unit: "minutes", default: 60)
            )
        }
        let prices = reader.optionalObject("prices") { prices in
            Prices(
                special: prices.choice("special", default: .free), staff: prices.choice("staff", default: .free),
                member: prices.choice("member", default: .free), visitor: prices.choice("visitor", default: .tariff))
        }
        self.init(
            admits: reader.choice("admits", default: .everybody), capacity: capacity, reservedForMembers: reserved,
            whenFull: full ?? WhenFull(), barred: reader.choice("barred", default: .hold),
            visitorsEarly: visitors?.0 ?? 30, visitorsLate: visitors?.1 ?? 60, prices: prices ?? Prices())
    }
}
