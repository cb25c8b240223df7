/// How local time follows from universal time: a fixed offset, or one with daylight saving by rule.
///
/// Written as a POSIX `TZ` text (IEEE Std 1003.1, 8.3): `CST-8`, `CET-1CEST,M3.5.0,M10.5.0/3`.
public struct TimeZoneRule: Hashable, Sendable {
    /// As it was written.
    public let text: String
    /// Seconds to add to universal time.
    let standardOffset: Int64
    let daylight: Daylight?

    struct Daylight: Hashable, Sendable {
        var offset: Int64
        var begins: Change
        var ends: Change
    }

    /// One moment of each year at which the clocks are changed.
    struct Change: Hashable, Sendable {
        enum Day: Hashable, Sendable {
            /// The n-th (5: the last) weekday (0 Sunday) of a month.
            case weekday(month: Int64, week: Int64, day: Int64)
            /// 1 to 365; 29 February is never counted.
            case withoutLeapDay(Int64)
            /// 0 to 365; 29 February is counted.
            case withLeapDay(Int64)
        }

        var day: Day
        /// Seconds after local midnight, by the clock before the change; −167 to 167 hours.
        var seconds: Int64

        /// Seconds since 1970 as the local clock shows them.
        func local(in year: Int64) -> Int64 {
            guard let first = CivilDate(year: year, month: 1, day: 1) else { return 0 }
            let number: Int64
            switch day {
            case .withLeapDay(let index): number = first.dayNumber + index
            case .withoutLeapDay(let index):
                let isLeap = CivilDate(year: year, month: 2, day: 29) != nil
                number = first.dayNumber + index - 1 + (isLeap && index >= 60 ? 1 : 0)
            case .weekday(let month, let week, let day):
                guard let begin = CivilDate(year: year, month: month, day: 1) else { return 0 }
                // Weekdays count from Monday here and from Sunday in the rule.
                let ahead = floorRemainder(day + 6 - begin.weekday, 7)
                var candidate = begin.dayNumber + ahead + (week - 1) * 7
                if CivilDate(dayNumber: candidate).parts.month != month { candidate -= 7 }
                number = candidate
            }
            return number * 86_400 + seconds
        }
    }

    /// China: eight hours ahead, all the year round.
    public static let china = TimeZoneRule(text: "CST-8", standardOffset: 8 * 3_600, daylight: nil)

    /// Every change of the clocks in the year before, the year of and the year after a moment, in order.
    private func changes(around seconds: Int64) -> [(at: Int64, offset: Int64)] {
        guard let daylight else { return [] }
        let year = CivilDate(dayNumber: floorDivide(seconds + standardOffset, 86_400)).parts.year
        var changes: [(at: Int64, offset: Int64)] = []
        for year in max(1, year - 1)...max(1, min(9_999, year + 1)) {
            changes.append((daylight.begins.local(in: year) - standardOffset, daylight.offset))
            changes.append((daylight.ends.local(in: year) - daylight.offset, standardOffset))
        }
        // Where one ends as the next begins, daylight saving goes on.
        return changes.sorted {
            $0.at != $1.at ? $0.at < $1.at : $0.offset == standardOffset && $1.offset != standardOffset
        }
    }

    /// Seconds to add to universal time.
    /// - Parameter seconds: since 1970, universal time.
    public func offset(at seconds: Int64) -> Int64 {
        changes(around: seconds).last { $0.at <= seconds }?.offset ?? standardOffset
    }

    /// What calendar and clock show.
    /// - Parameter seconds: since 1970, universal time.
    public func local(_ seconds: Int64) -> (date: CivilDate, second: Int64) {
        let local = seconds + offset(at: seconds)
        return (CivilDate(dayNumber: floorDivide(local, 86_400)), floorRemainder(local, 86_400))
    }

    /// What clock and calendar show, as seconds since 1970: how devices that know no zone write their time.
    public func localSeconds(at wall: WallTime) -> Int64 {
        let seconds = floorDivide(wall.milliseconds, 1_000)
        return seconds + offset(at: seconds)
    }

    /// The moment that a device without a zone means.
    public func wall(localSeconds: Int64) -> WallTime {
        let date = CivilDate(dayNumber: floorDivide(localSeconds, 86_400))
        return WallTime(milliseconds: 1_000 &* instant(date, second: floorRemainder(localSeconds, 86_400)))
    }

    /// The local date of a moment.
    public func date(at wall: WallTime) -> CivilDate { local(floorDivide(wall.milliseconds, 1_000)).date }

    /// When the local clock shows a time; the first time where it shows it twice, and where it is never shown because
    /// the clocks go forward over it, the moment they do.
    ///
    /// - Parameter second: since midnight; beyond a day's end it counts on in the days after.
    /// - Returns: seconds since 1970, universal time.
    public func instant(_ date: CivilDate, second: Int64) -> Int64 {
        let local = date.dayNumber * 86_400 + second
        guard let daylight else { return local - standardOffset }
        let early = local - max(standardOffset, daylight.offset)
        let late = local - min(standardOffset, daylight.offset)
        if early + offset(at: early) == local { return early }
        if late + offset(at: late) == local { return late }
        return changes(around: early).first { $0.at > early && $0.at <= late }?.at ?? late
    }
}
