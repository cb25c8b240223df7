import Vocabulary

@testable import Tariffs

/// A price worked out one minute at a time, as a person with a watch, a calendar and a lot of patience would: nothing
/// of the tariff's own walk, cutting or multiplying is in it.
struct NaivePrice {
    let scheme: PriceScheme
    let zone: TimeZoneRule
    let calendar: DayCalendar

    func price(_ entry: WallTime, minutes: Int64) -> Int64 {
        guard minutes > scheme.free.minutes else { return 0 }
        let stamps = stamps(entry, minutes)
        var inWindow: [Coming: Int64] = [:], sinceWindow: [Coming: Int64] = [:]
        for stamp in stamps { inWindow[stamp.coming, default: 0] += 1 }
        var covered: Int64 = 0
        var (daySum, dayTotal, windowSum) = (Int64(0), Int64(0), Int64(0))
        var position: [Int: (period: Int, used: Int64)] = [:]
        var last: Stamp?
        for (index, stamp) in stamps.enumerated() {
            let now = Int64(index)
            let since = sinceWindow[stamp.coming, default: 0]
            sinceWindow[stamp.coming] = since + 1
            if last?.day != stamp.day {
                dayTotal += min(daySum, scheme.capPerDay?.count ?? .max)
                daySum = 0
                if scheme.periodsAnew == .day { position = [:] }
                if scheme.periodsRunOn != .overDays { covered = min(covered, now) }
            }
            if last?.coming != stamp.coming {
                windowSum = 0
                if scheme.periodsAnew == .window { position = [:] }
                if scheme.periodsRunOn == .never { covered = min(covered, now) }
            }
            last = stamp
            let window = scheme.windows[stamp.window]
            if now < covered || window.periods.isEmpty { continue }
            if scheme.free.staysFree, now < scheme.free.minutes { continue }
            if inWindow[stamp.coming, default: 0] <= window.free.minutes { continue }
            if window.free.staysFree, since < window.free.minutes { continue }
            var at = position[stamp.window] ?? (0, 0)
            let period = window.periods[at.period]
            let allowed = min(windowSum + period.price.count, window.cap?.count ?? .max) - windowSum
            windowSum += allowed
            daySum += allowed
            covered = now + period.minutes
            at.used += 1
            if at.used == period.times { at = (at.period + 1, 0) }
            position[stamp.window] = at
        }
        dayTotal += min(daySum, scheme.capPerDay?.count ?? .max)
        let total = min(dayTotal, scheme.capPerStay?.count ?? .max)
        return total > 0 ? max(total, scheme.minimum.count) : 0
    }

    private struct Coming: Hashable {
        var window: Int
        var began: Int64
    }

    private struct Stamp {
        var day: Int64
        var coming: Coming
        var window: Int
    }

    /// Where each minute of the stay belongs, by the local time at which it begins.
    ///
    /// A clock that is set back shows an hour twice. Prices know it once: what counts is the latest that the clock has
    /// shown so far.
    private func stamps(_ entry: WallTime, _ minutes: Int64) -> [Stamp] {
        var shown = Int64.min
        var stamps: [Stamp] = []
        // No change of the clocks that still matters is further back than three hours.
        for minute in -180..<minutes {
            let seconds = floorDivide(entry.milliseconds + minute * 60_000, 1_000)
            shown = max(shown, seconds + zone.offset(at: seconds))
            if minute >= 0 { stamps.append(stamp(minute, shown)) }
        }
        return stamps
    }

    private func stamp(_ minute: Int64, _ local: Int64) -> Stamp {
        let (date, second) = (CivilDate(dayNumber: floorDivide(local, 86_400)), floorRemainder(local, 86_400))
        let day = !scheme.hasDays ? 0 : scheme.day == .fromEntry ? minute / 1_440 : date.dayNumber
        if scheme.isWhole { return Stamp(day: day, coming: Coming(window: 0, began: 0), window: 0) }
        for back in [Int64(0), 1] {
            let began = CivilDate(dayNumber: date.dayNumber - back)
            for (index, window) in scheme.windows.enumerated() where window.days.contains(calendar.kind(of: began)) {
                let now = second + back * 86_400
                if window.from * 60 <= now, now < window.to * 60 {
                    return Stamp(day: day, coming: Coming(window: index, began: began.dayNumber), window: index)
                }
            }
        }
        preconditionFailure("no window holds on \(date) at \(second)")
    }
}
