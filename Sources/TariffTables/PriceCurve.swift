public import Tariffs
public import Vocabulary

/// What stays of growing length cost that begin at one moment.
public struct PriceCurve: Sendable {
    public let vehicles: [VehicleClass]
    /// From which length on, in minutes, which price; the lengths grow, the first is 0.
    public let steps: [(minutes: Int64, price: Fen)]
    public let minutes: Int64

    /// The longest that is drawn: a month.
    public static let mostHours: Int64 = 31 * 24

    /// One curve for each different price that the classes pay.
    ///
    /// - Parameters:
    ///   - entry: when all these stays begin.
    ///   - hours: the length of the longest, 1 to ``mostHours``.
    ///   - vehicles: nil for every class that has terms of its own, and small ones.
    /// - Throws: `PriceError`.
    public static func curves(
        _ tariff: Tariff, entry: WallTime, hours: Int64, vehicles: [VehicleClass]? = nil, pass: Slug? = nil
    ) throws(PriceError) -> [PriceCurve] {
        precondition((1...mostHours).contains(hours), "the command checks the range")
        var curves: [PriceCurve] = []
        let wanted = vehicles ?? VehicleClass.allCases.filter { $0 == .small || tariff.vehicles[$0] != nil }
        for vehicle in wanted {
            var steps: [(minutes: Int64, price: Fen)] = []
            for minutes in 0...hours * 60 {
                let price = try tariff.quote(
                    from: entry, duration: .milliseconds(minutes * 60_000), vehicle: vehicle, pass: pass
                ).total
                // A length of n minutes is the last that its price holds for; the next one begins right behind it.
                if steps.last?.price != price { steps.append((max(0, minutes - 1), price)) }
            }
            if let same = curves.firstIndex(where: { curve in curve.steps.elementsEqual(steps) { $0 == $1 } }) {
                curves[same] = PriceCurve(
                    vehicles: curves[same].vehicles + [vehicle], steps: steps, minutes: hours * 60)
            } else {
                curves.append(PriceCurve(vehicles: [vehicle], steps: steps, minutes: hours * 60))
            }
        }
        return curves
    }

    /// What a stay of so many minutes costs.
    public func price(at minutes: Int64) -> Fen {
        steps.last { $0.minutes < minutes }?.price ?? steps.first?.price ?? .zero
    }

    var label: String { vehicles.map { "\($0.words.chinese) \($0.words.english)" }.joined(separator: ", ") }

    private static let rows: [Int64] =
        [10, 15, 20, 30, 45, 60, 75, 90, 120, 150, 180, 240, 300, 360, 480, 600, 720, 960, 1_200, 1_440]
        + [1_800, 2_160, 2_520, 2_880] + (3...31).map { $0 * 1_440 }

    /// The prices of some lengths as a table, one column a curve.
    public static func table(_ curves: [PriceCurve]) -> String {
        guard let longest = curves.first?.minutes else { return "" }
        var rows = [["停车时长 stay"] + curves.map(\.label)]
        for minutes in PriceCurve.rows where minutes <= longest {
            rows.append([QuoteTable.length(minutes)] + curves.map { $0.price(at: minutes).description })
        }
        return Columns.table(rows, right: Set(0...curves.count))
    }
}
