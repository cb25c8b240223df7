public import Vocabulary

/// A ticket for a gate: how many people may pass, where and when. The platform signs it, a gate checks it offline.
public struct GateTicket: Hashable, Sendable {
    /// For life; the time in it is when the ticket was issued.
    public let id: UUIDv7
    /// The site it is for; at most ``longestSite`` characters.
    public let site: Slug
    /// What was sold (`adult`, `evening`); at most ``longestKind`` characters.
    public let kind: Slug
    public let window: TicketWindow
    /// How often the group may come in: 1 to 65,535.
    public let entries: Int64
    /// People of one entry: 1 to 255.
    public let group: Int64

    public static let longestSite = 24
    public static let longestKind = 16
    public static let mostEntries: Int64 = 65_535
    public static let mostGroup: Int64 = 255

    /// - Throws: ``GateTicketError`` for the first thing that no ticket may be.
    public init(
        id: UUIDv7, site: Slug, kind: Slug, window: TicketWindow, entries: Int64 = 1, group: Int64 = 1
    ) throws(GateTicketError) {
        guard site.text.utf8.count <= GateTicket.longestSite else { throw .longSite(site) }
        guard kind.text.utf8.count <= GateTicket.longestKind else { throw .longKind(kind) }
        guard (1...GateTicket.mostEntries).contains(entries) else { throw .entries(entries) }
        guard (1...GateTicket.mostGroup).contains(group) else { throw .group(group) }
        self.id = id
        self.site = site
        self.kind = kind
        self.window = window
        self.entries = entries
        self.group = group
    }

    /// When it was issued: the time in its id.
    public var issuedAt: WallTime { WallTime(milliseconds: Int64(id.high >> 16)) }

    /// People that may pass on it in all.
    public var people: Int64 { entries * group }
}

/// On which days and at what time of them a ticket is good, by the calendar and clock of the gate's place.
public struct TicketWindow: Hashable, Sendable {
    /// Both included; 1970 to 2149.
    public let firstDay: CivilDate, lastDay: CivilDate
    /// From this minute of each day, 0 to 1,439, to before that one; beyond 1,440 it is of the next day.
    public let opens: Int64, closes: Int64

    /// - Throws: ``GateTicketError`` unless the days follow each other and the time is of one minute to 24 hours.
    public init(
        firstDay: CivilDate, lastDay: CivilDate, opens: Int64 = 0, closes: Int64 = 1_440
    ) throws(GateTicketError) {
        guard firstDay.dayNumber >= 0, lastDay >= firstDay, lastDay.dayNumber <= Int64(UInt16.max) else {
            throw .days(firstDay, lastDay)
        }
        guard (0..<1_440).contains(opens), closes > opens, closes <= opens + 1_440 else { throw .times(opens, closes) }
        self.firstDay = firstDay
        self.lastDay = lastDay
        self.opens = opens
        self.closes = closes
    }

    public enum Verdict: Hashable, Sendable {
        case open
        /// The first day has not begun.
        case notYet
        /// One of its days, or a day between them, but not the time.
        case closedNow
        case over
    }

    /// Whether one may enter at a moment. Days that a change of the clocks makes longer or shorter are of the calendar.
    public func verdict(at wall: WallTime, in zone: TimeZoneRule) -> Verdict {
        let second = floorDivide(wall.milliseconds, 1_000)
        let today = zone.date(at: wall)
        // What opened yesterday may be open still.
        for day in [today, CivilDate(dayNumber: today.dayNumber - 1)] where firstDay <= day && day <= lastDay {
            let begin = zone.instant(day, second: opens * 60)
            if begin <= second, second < zone.instant(day, second: closes * 60) { return .open }
        }
        if second < zone.instant(firstDay, second: opens * 60) { return .notYet }
        return second >= zone.instant(lastDay, second: closes * 60) ? .over : .closedNow
    }
}

/// What no ticket may be.
public enum GateTicketError: Error, Hashable, Sendable, CustomStringConvertible {
    case longSite(Slug)
    case longKind(Slug)
    case entries(Int64)
    case group(Int64)
    case days(CivilDate, CivilDate)
    case times(Int64, Int64)

    public var description: String {
        switch self {
        case .longSite(let site):
            "a ticket's site \"\(site)\" has more than \(GateTicket.longestSite) characters: give the site a shorter name"
        case .longKind(let kind):
            "a ticket's kind \"\(kind)\" has more than \(GateTicket.longestKind) characters: give it a shorter name"
        case .entries(let count): "a ticket for \(count) entries: there must be 1 to \(GateTicket.mostEntries)"
        case .group(let count): "a ticket for a group of \(count): there must be 1 to \(GateTicket.mostGroup) people"
        case .days(let first, let last):
            "a ticket from \(first) to \(last): the last day must not be before the first, both from 1970 to 2149"
        case .times(let opens, let closes):
            """
            a ticket from minute \(opens) to minute \(closes) of a day: it must begin within the day (0 to 1439) and be \
            good for 1 to 1440 minutes
            """
        }
    }
}
