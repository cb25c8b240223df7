public import Vocabulary

/// A meal that is served at certain times of certain days.
public struct MealPeriod: Hashable, Sendable {
    public var id: Slug
    public var chinese: String, english: String
    /// Minutes after local midnight, 0 to 1,439.
    public var from: Int64
    /// 1 to 1,440; not above ``from``: on the day after.
    public var until: Int64
    /// The weekdays on which it begins, 0 Monday to 6 Sunday.
    public var days: Set<Int64>

    public static let everyDay = Set<Int64>(0...6)

    public init(
        id: Slug, chinese: String, english: String, from: Int64, until: Int64, days: Set<Int64> = MealPeriod.everyDay
    ) {
        self.id = id
        self.chinese = chinese
        self.english = english
        self.from = from
        self.until = until
        self.days = days
    }

    /// 1 to 1,440 minutes; from a time to the same time is a whole day.
    public var minutes: Int64 { until > from ? until - from : until - from + 1_440 }
}

/// Which meal is served when. Pure.
///
/// Times are those of the local clock: where the clocks change, a meal lasts as long as the clock says. A meal that
/// spans midnight belongs to the day on which it began.
public struct MealCalendar: Hashable, Sendable {
    public var zone: TimeZoneRule
    /// Of which no two are ever served at once.
    public let periods: [MealPeriod]

    /// More than this are not meals.
    public static let mostPeriods = 12

    public init(zone: TimeZoneRule, periods: [MealPeriod]) {
        precondition(MealCalendar.overlaps(periods).isEmpty, "two meals are served at once")
        self.zone = zone
        self.periods = periods
    }

    public func period(_ id: Slug) -> MealPeriod? { periods.first { $0.id == id } }

    /// The meal at a moment; between meals its period is nil, and the day is the local day.
    public func meal(at wall: WallTime) -> Meal {
        let local = zone.local(floorDivide(wall.milliseconds, 1_000))
        let minute = local.second / 60
        for period in periods {
            if minute >= period.from, minute < period.from + period.minutes, period.days.contains(local.date.weekday) {
                return Meal(period: period.id, day: local.date)
            }
            let before = CivilDate(dayNumber: local.date.dayNumber - 1)
            if minute + 1_440 < period.from + period.minutes, period.days.contains(before.weekday) {
                return Meal(period: period.id, day: before)
            }
        }
        return Meal(period: nil, day: local.date)
    }

    /// The next moment after one at which a meal begins or ends; nil without meals.
    public func change(after wall: WallTime) -> WallTime? {
        let today = zone.local(floorDivide(wall.milliseconds, 1_000)).date.dayNumber
        var next: WallTime?
        for day in (today - 1)...(today + 8) {
            let date = CivilDate(dayNumber: day)
            for period in periods where period.days.contains(date.weekday) {
                for minute in [period.from, period.from + period.minutes] {
                    let at = WallTime(milliseconds: zone.instant(date, second: minute * 60) &* 1_000)
                    if at > wall, next.map({ at < $0 }) ?? true { next = at }
                }
            }
        }
        return next
    }

    // MARK: - What a file may not say

    private static let week: Int64 = 7 * 1_440

    /// Pairs of places in the list of meals that are served at once at some time of the week.
    static func overlaps(_ periods: [MealPeriod]) -> [(Int, Int)] {
        var pairs: [(Int, Int)] = []
        for (first, left) in periods.enumerated() {
            for (second, right) in periods.enumerated().dropFirst(first + 1)
            where left.days.contains(where: { day in right.days.contains { meets(left, day, right, $0) } }) {
                pairs.append((first, second))
            }
        }
        return pairs
    }

    private static func meets(_ left: MealPeriod, _ day: Int64, _ right: MealPeriod, _ other: Int64) -> Bool {
        let (a, b) = (day * 1_440 + left.from, other * 1_440 + right.from)
        return floorRemainder(b - a, week) < left.minutes || floorRemainder(a - b, week) < right.minutes
    }

    /// Minutes of the week, from Monday's midnight, from and until which nothing is served; nil: something always is.
    static func firstGap(_ periods: [MealPeriod]) -> Range<Int64>? {
        var isServed = [Bool](repeating: false, count: Int(week))
        for period in periods {
            for day in period.days {
                for minute in 0..<period.minutes {
                    isServed[Int(floorRemainder(day * 1_440 + period.from + minute, week))] = true
                }
            }
        }
        guard let first = isServed.firstIndex(of: false) else { return nil }
        let end = isServed[first...].firstIndex(of: true) ?? isServed.count
        return Int64(first)..<Int64(end)
    }
}
