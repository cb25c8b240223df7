import Vocabulary

@testable import Tariffs

/// Tariffs of every shape there is, by dice.
enum RandomTariffs {
    static let zones = [
        "CST-8", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "AEST-10AEDT,M10.1.0,M4.1.0/3",
        "IST-5:30", "<+0330>-3:30", "IST-1GMT0,M10.5.0,M3.5.0/1",
    ]

    static func scheme(_ dice: inout SeededGenerator) -> PriceScheme {
        let isWhole = Int.random(in: 0...3, using: &dice) == 0
        return PriceScheme(
            free: free(&dice), windows: isWhole ? [PriceWindow(name: nil, periods: periods(&dice))] : windows(&dice),
            day: .random(&dice), capPerDay: cap(500...6_000, &dice), capPerStay: cap(4_000...20_000, &dice),
            minimum: Fen(.random(in: 0...300, using: &dice)), periodsAnew: .random(&dice), periodsRunOn: .random(&dice))
    }

    static func calendar(_ dice: inout SeededGenerator, near date: CivilDate) -> DayCalendar {
        let holidays = (0..<3).map { _ in CivilDate(dayNumber: date.dayNumber + .random(in: -1...6, using: &dice)) }
        let worked = (-1...6).map { CivilDate(dayNumber: date.dayNumber + $0) }.filter { $0.weekday == 5 }
        return DayCalendar(holidays: Set(holidays), workedDays: Bool.random(using: &dice) ? Set(worked) : [])
    }

    static func free(_ dice: inout SeededGenerator) -> FreeTime {
        guard Bool.random(using: &dice) else { return .none }
        return FreeTime(minutes: .random(in: 0...90, using: &dice), staysFree: .random(using: &dice))
    }

    private static func cap(_ range: ClosedRange<Int64>, _ dice: inout SeededGenerator) -> Fen? {
        Bool.random(using: &dice) ? Fen(.random(in: range, using: &dice)) : nil
    }

    private static func periods(_ dice: inout SeededGenerator) -> [PricePeriod] {
        var periods = (0..<Int.random(in: 0...2, using: &dice)).map { _ in
            PricePeriod(
                minutes: .random(in: 1...120, using: &dice), price: Fen(.random(in: 0...800, using: &dice)),
                times: .random(in: 1...4, using: &dice))
        }
        periods.append(
            PricePeriod(minutes: .random(in: 1...180, using: &dice), price: Fen(.random(in: 0...500, using: &dice))))
        return periods
    }

    /// The day cut at random times, and each part for all days, or for workdays and the rest apart.
    private static func windows(_ dice: inout SeededGenerator) -> [PriceWindow] {
        let cuts = Set((0...Int.random(in: 0...3, using: &dice)).map { _ in Int64.random(in: 0..<1_440, using: &dice) })
            .sorted()
        var windows: [PriceWindow] = []
        for (index, from) in cuts.enumerated() {
            let to = index + 1 < cuts.count ? cuts[index + 1] : cuts[0] + 1_440
            let isSplit = Bool.random(using: &dice)
            for days in isSplit
                ? [DayKind.workdays, DayKind.everyDay.subtracting(DayKind.workdays)] : [DayKind.everyDay]
            {
                let isFree = Int.random(in: 0...4, using: &dice) == 0
                windows.append(
                    PriceWindow(
                        name: slug("w\(windows.count)"), days: days, from: from, to: to,
                        free: isFree ? .none : free(&dice), periods: isFree ? [] : periods(&dice),
                        cap: isFree ? nil : cap(200...3_000, &dice)))
            }
        }
        return windows
    }
}

extension CaseIterable {
    static func random(_ dice: inout SeededGenerator) -> Self {
        guard let one = allCases.randomElement(using: &dice) else { preconditionFailure("there is a case") }
        return one
    }
}
