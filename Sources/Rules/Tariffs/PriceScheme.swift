public import Vocabulary

/// Minutes that cost nothing.
public struct FreeTime: Hashable, Sendable {
    /// 0 or more; a time of exactly so many minutes is still free.
    public var minutes: Int64
    /// Whether they cost nothing in a longer stay either; if not, that is charged from its first minute.
    public var staysFree: Bool

    public init(minutes: Int64, staysFree: Bool = false) {
        precondition(minutes >= 0, "the reader checks the range")
        self.minutes = minutes
        self.staysFree = staysFree
    }

    public static let none = FreeTime(minutes: 0)
}

/// A length of time and the price of having begun it.
public struct PricePeriod: Hashable, Sendable {
    /// 1 or more.
    public var minutes: Int64
    public var price: Fen
    /// How often it is charged before the next kind of period begins; nil: from then on for good.
    public var times: Int64?

    public init(minutes: Int64, price: Fen, times: Int64? = nil) {
        precondition(minutes > 0 && price >= .zero && times ?? 1 > 0, "the reader checks the ranges")
        self.minutes = minutes
        self.price = price
        self.times = times
    }
}

/// A part of certain days, and what parking costs in it.
public struct PriceWindow: Hashable, Sendable {
    /// Named in each line of a quote; nil where there is but one window, all of every day.
    public var name: Slug?
    /// The days on which it begins.
    public var days: Set<DayKind>
    /// Minutes after the local midnight of the day on which it begins; the end may lie in the next day.
    public var from: Int64, to: Int64
    /// Within one coming of the window.
    public var free: FreeTime
    /// In the order in which they are charged, only the last for good; none: the window is free.
    public var periods: [PricePeriod]
    /// The most that one coming of the window may cost.
    public var cap: Fen?

    public init(
        name: Slug?, days: Set<DayKind> = DayKind.everyDay, from: Int64 = 0, to: Int64 = 1_440,
        free: FreeTime = .none, periods: [PricePeriod], cap: Fen? = nil
    ) {
        precondition((0..<1_440).contains(from) && from < to && to <= from + 1_440, "the reader checks the times")
        precondition(periods.last?.times == nil, "the last period is for good")
        precondition(periods.dropLast().allSatisfy { $0.times != nil }, "only the last period is for good")
        self.name = name
        self.days = days
        self.from = from
        self.to = to
        self.free = free
        self.periods = periods
        self.cap = cap
    }
}

/// How the price of a stay follows from its time.
///
/// Whatever a scheme says, a longer stay never costs less: each minute adds to sums, and caps only stop them.
public struct PriceScheme: Hashable, Sendable {
    /// What the daily cap and periods that begin anew count as a day.
    public enum Day: String, CaseIterable, Sendable {
        /// 24 hours from the entry, and again.
        case fromEntry
        /// From local midnight to local midnight, 23 or 25 hours where clocks are changed.
        case calendar
    }

    /// When the first period comes again.
    public enum Anew: String, CaseIterable, Sendable {
        case window, day, stay
    }

    /// Whether a period that has begun lasts on when its window or day ends; if not, the next one begins there.
    public enum RunOn: String, CaseIterable, Sendable {
        case never, overWindows, overDays
    }

    /// Once in a stay, from its beginning.
    public var free: FreeTime
    /// Each minute of each day belongs to exactly one.
    public var windows: [PriceWindow]
    public var day: Day
    public var capPerDay: Fen?
    public var capPerStay: Fen?
    /// The least that a stay costs which is not free.
    public var minimum: Fen
    public var periodsAnew: Anew
    public var periodsRunOn: RunOn

    /// - Parameter windows: they must cover each day exactly once (``WindowCover``).
    public init(
        free: FreeTime = .none, windows: [PriceWindow], day: Day = .fromEntry, capPerDay: Fen? = nil,
        capPerStay: Fen? = nil, minimum: Fen = .zero, periodsAnew: Anew = .day, periodsRunOn: RunOn = .never
    ) {
        precondition(!windows.isEmpty, "a scheme has a window")
        self.free = free
        self.windows = windows
        self.day = day
        self.capPerDay = capPerDay
        self.capPerStay = capPerStay
        self.minimum = minimum
        self.periodsAnew = periodsAnew
        self.periodsRunOn = periodsRunOn
    }

    /// One price at any time: the calendar does not cut the day into windows.
    var isWhole: Bool { windows.count == 1 && windows[0].name == nil }

    /// Days matter to the price; where they do not, their ends cut nothing.
    var hasDays: Bool { capPerDay != nil || periodsAnew == .day }

    /// Every full day after the first costs the same, and no calendar is needed to say what it costs.
    var isUniform: Bool {
        isWhole && day == .fromEntry && periodsAnew == .day && periodsRunOn != .overDays
    }
}
