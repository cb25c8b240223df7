internal import Vocabulary

/// A stretch of a stay within one window and one day; all times in minutes since the entry.
struct StayPiece: Equatable {
    var from: Int64, to: Int64
    /// The window's place in the scheme.
    var window: Int
    /// Tells one coming of a window from the next.
    var coming: Int64
    /// What the stay has of this coming of the window; it may reach over a day's end.
    var comingFrom: Int64, comingTo: Int64
    /// The day it belongs to; it may begin before the stay and end behind it.
    var dayFrom: Int64, dayTo: Int64
}

/// Cuts a stay at the ends of windows and days.
///
/// The stay is counted in whole minutes from the entry. A minute belongs to the window and the day in which it begins,
/// so that no minute is charged twice and none is lost.
struct StayPieces {
    let scheme: PriceScheme
    let zone: TimeZoneRule
    let calendar: DayCalendar
    let entry: WallTime
    /// The length of the stay, 1 or more.
    let minutes: Int64

    static let minutesPerDay: Int64 = 1_440

    /// Hands out the pieces in the order of time.
    func forEach(_ body: (StayPiece) throws(PriceError) -> Void) throws(PriceError) {
        let days = ceilDivide(minutes, StayPieces.minutesPerDay)
        guard days <= PriceError.mostDays else { throw .tooLong(days: days) }
        if scheme.isWhole, !scheme.hasDays { return try body(whole(0, minutes)) }
        if scheme.isWhole, scheme.day == .fromEntry {
            for day in 0..<days {
                try body(whole(day * StayPieces.minutesPerDay, (day + 1) * StayPieces.minutesPerDay))
            }
            return
        }
        guard PriceError.calendarRange.contains(entry.milliseconds) else { throw .outsideCalendar(entry) }
        var date = CivilDate(dayNumber: zone.date(at: entry).dayNumber - 1)
        var midnights = (minute(date, 0), minute(date, 1_440), minute(date, 2_880))
        while midnights.0 < minutes {
            if scheme.isWhole {
                if midnights.1 > 0 { try body(whole(midnights.0, midnights.1)) }
            } else {
                try comings(of: date, midnights, body)
            }
            date = CivilDate(dayNumber: date.dayNumber + 1)
            midnights = (midnights.1, midnights.2, minute(date, 2_880))
        }
    }

    private func whole(_ dayFrom: Int64, _ dayTo: Int64) -> StayPiece {
        StayPiece(
            from: max(0, dayFrom), to: min(minutes, dayTo), window: 0, coming: 0, comingFrom: 0, comingTo: minutes,
            dayFrom: dayFrom, dayTo: dayTo)
    }

    /// The first minute of the stay that begins at or after a time of the local clock.
    private func minute(_ date: CivilDate, _ minuteOfDay: Int64) -> Int64 {
        let seconds = zone.instant(date, second: minuteOfDay * 60)
        return ceilDivide(seconds * 1_000 - entry.milliseconds, 60_000)
    }

    /// The windows that begin on one day, in order, each cut at the ends of days.
    private func comings(
        of date: CivilDate, _ midnights: (Int64, Int64, Int64), _ body: (StayPiece) throws(PriceError) -> Void
    ) throws(PriceError) {
        let kind = calendar.kind(of: date)
        let today = scheme.windows.indices.filter { scheme.windows[$0].days.contains(kind) }
        for index in today.sorted(by: { scheme.windows[$0].from < scheme.windows[$1].from }) {
            let window = scheme.windows[index]
            let from = max(0, minute(date, window.from)), to = min(minutes, minute(date, window.to))
            var at = from
            while at < to {
                let day =
                    switch scheme.day {
                    case _ where !scheme.hasDays: (Int64(0), minutes)
                    case .fromEntry:
                        (
                            at / StayPieces.minutesPerDay * StayPieces.minutesPerDay,
                            (at / StayPieces.minutesPerDay + 1) * StayPieces.minutesPerDay
                        )
                    case .calendar:
                        at < midnights.1 ? (midnights.0, midnights.1) : (midnights.1, midnights.2)
                    }
                try body(
                    StayPiece(
                        from: at, to: min(to, day.1), window: index, coming: date.dayNumber * 64 + Int64(index),
                        comingFrom: from, comingTo: to, dayFrom: day.0, dayTo: day.1))
                at = min(to, day.1)
            }
        }
    }
}
