public import Vocabulary

extension WallTime {
    /// The same day and time so many calendar months later, in local time; the last of the month where that month has
    /// no such day: one month after 31 January is 28 or 29 February.
    /// - Parameter utcOffsetMinutes: the local time, east of UTC.
    func adding(months: Int64, utcOffsetMinutes: Int64) -> WallTime {
        let shift = utcOffsetMinutes * 60_000
        let local = milliseconds + shift
        let days = local.floorDivided(by: 86_400_000)
        let rest = local - days * 86_400_000
        var (year, month, day) = CivilDay.date(days)
        let count = (year * 12 + month - 1) + months
        (year, month) = (count.floorDivided(by: 12), count - count.floorDivided(by: 12) * 12 + 1)
        let next = month == 12 ? CivilDay.number(year + 1, 1, 1) : CivilDay.number(year, month + 1, 1)
        let first = CivilDay.number(year, month, 1)
        day = min(day, next - first)
        return WallTime(milliseconds: (first + day - 1) * 86_400_000 + rest - shift)
    }

    /// The local time as `2026-11-21 14:05`.
    /// - Parameter utcOffsetMinutes: the local time, east of UTC.
    public func localText(utcOffsetMinutes: Int64) -> String {
        let local = WallTime(milliseconds: milliseconds + utcOffsetMinutes * 60_000)
        return String(local.utcText.prefix(16))
    }
}

/// Days by the proleptic Gregorian calendar, counted from 1970.
enum CivilDay {
    static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // Years begin in March here, so that the leap day is a year's last.
        let shifted = days + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }

    static func number(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return shifted * 365 + shifted.floorDivided(by: 4) - shifted.floorDivided(by: 100)
            + shifted.floorDivided(by: 400) + dayOfYear - 719_468
    }
}
