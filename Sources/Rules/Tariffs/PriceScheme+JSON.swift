internal import JSONText
internal import Vocabulary

/// What all prices and lengths of a tariff file must lie within.
enum TariffLimits {
    /// Fen: a hundred thousand yuan is a slip of the finger.
    static let price: ClosedRange<Int64> = 0...10_000_000
    static let periodMinutes: ClosedRange<Int64> = 1...1_440
    /// A week.
    static let freeMinutes: ClosedRange<Int64> = 0...10_080
    static let windows = 1...32
}

extension PriceScheme {
    /// Reads the members that say what a stay costs, of a tariff or of a class of vehicles.
    init?(_ reader: ObjectReader, calendar: DayCalendar) {
        let free = FreeTime(reader)
        var windows: [PriceWindow]
        if reader.has("windows") {
            windows = PriceScheme.windows(reader, calendar)
        } else {
            windows = PriceWindow.periods(reader).map { [PriceWindow(name: nil, periods: $0)] } ?? []
        }
        let day24 = reader.optionalInteger("capPer24Hours", in: TariffLimits.price, unit: "fen")
        let calendarDay = reader.optionalInteger("capPerCalendarDay", in: TariffLimits.price, unit: "fen")
        if day24 != nil, calendarDay != nil {
            reader.refuse(
                "capPerCalendarDay", found: "capPer24Hours as well",
                expected: "one of the two: a day is 24 hours from the entry, or a day of the calendar")
        }
        let stay = reader.optionalInteger("capPerStay", in: TariffLimits.price, unit: "fen")
        let minimum = reader.integer("minimum", in: TariffLimits.price, unit: "fen", default: 0)
        let anew: Anew = reader.choice(
            "periodsAnew", among: reader.has("windows") ? Anew.allCases : [.day, .stay],
            default: day24 ?? calendarDay == nil ? .stay : .day)
        let runOn: RunOn = reader.choice(
            "periodsRunOn", among: reader.has("windows") ? RunOn.allCases : [.never, .overDays], default: .never)
        guard !windows.isEmpty else { return nil }
        self.init(
            free: free, windows: windows, day: calendarDay == nil ? .fromEntry : .calendar,
            capPerDay: (day24 ?? calendarDay).map { Fen($0) }, capPerStay: stay.map { Fen($0) }, minimum: Fen(minimum),
            periodsAnew: anew, periodsRunOn: runOn)
        checkCaps(reader)
    }

    private static func windows(_ reader: ObjectReader, _ calendar: DayCalendar) -> [PriceWindow] {
        for key in ["firstPeriod", "nextPeriods", "unitPeriod"] where reader.has(key) {
            reader.refuse(key, found: "it beside windows", expected: "the periods within each window")
            _ = PriceWindow.periods(reader)
        }
        var names: Set<Slug> = []
        let windows = reader.objects("windows", count: TariffLimits.windows) { window -> PriceWindow? in
            let read = PriceWindow(window)
            if let name = read?.name, !names.insert(name).inserted {
                window.refuse("name", found: "\(name) a second time", expected: "each window's name once")
            }
            return read
        }
        // With a window that could not be read, holes are no news.
        guard windows.count == reader.count("windows") else { return [] }
        for fault in WindowCover.faults(windows, kinds: calendar.kinds) {
            let names = fault.windows.compactMap { windows[$0].name?.text }.joined(separator: " and ")
            reader.refuse(
                "windows", found: fault.windows.isEmpty ? "a hole: \(fault)" : "an overlap of \(names): \(fault)",
                expected: "windows that cover each minute of each day once")
        }
        return windows
    }

    /// Caps and prices that contradict each other.
    private func checkCaps(_ reader: ObjectReader) {
        let first = windows.compactMap(\.periods.first?.price).max() ?? .zero
        let dayKey = day == .calendar ? "capPerCalendarDay" : "capPer24Hours"
        guard !reader.isFaulty(dayKey), !reader.isFaulty("capPerStay"), !reader.isFaulty("minimum") else { return }
        if let cap = capPerDay, cap < first {
            reader.refuse(dayKey, found: "\(cap.count)", expected: "at least the first period's \(first.count) fen")
        }
        if let cap = capPerStay, cap < capPerDay ?? first {
            reader.refuse(
                "capPerStay", found: "\(cap.count)",
                expected: "at least the \((capPerDay ?? first).count) fen that a day or a first period may cost")
        }
        if let cap = capPerStay ?? capPerDay, minimum > cap {
            reader.refuse("minimum", found: "\(minimum.count)", expected: "at most the cap of \(cap.count) fen")
        }
    }
}

extension FreeTime {
    init(_ reader: ObjectReader) {
        self.init(
            minutes: reader.integer("freeMinutes", in: TariffLimits.freeMinutes, unit: "minutes", default: 0),
            staysFree: reader.bool("freeMinutesStayFree", default: false))
        if staysFree, minutes == 0 {
            reader.refuse("freeMinutesStayFree", found: "it without freeMinutes", expected: "minutes that stay free")
        }
    }
}

extension PriceWindow {
    init?(_ reader: ObjectReader) {
        let name = reader.parsed("name", expected: "a name", Slug.init)
        let days = reader.parsedList(
            "days", count: 0...DayKind.allCases.count, expected: DayNames.expected, DayNames.read)
        let from = reader.parsed("from", expected: "a time of day", TimeOfDay.read)
        let to = reader.parsed("to", expected: "a time of day", TimeOfDay.read)
        let free = FreeTime(reader)
        let isFree = reader.bool("free", default: false)
        let cap = reader.optionalInteger("cap", in: TariffLimits.price, unit: "fen")
        let periods: [PricePeriod]?
        if isFree {
            periods = []
            for key in ["firstPeriod", "nextPeriods", "unitPeriod", "cap", "freeMinutes"] where reader.has(key) {
                reader.refuse(key, found: "it in a free window", expected: "no price where free is true")
            }
            if reader.has("unitPeriod") { _ = PriceWindow.periods(reader) }
        } else {
            periods = PriceWindow.periods(reader)
        }
        if from == 1_440 { reader.refuse("from", found: "24:00", expected: "00:00 to 23:59") }
        if reader.has("days"), days.isEmpty {
            reader.refuse("days", found: "no day", expected: "at least one, or no such key for every day")
        }
        guard let name, let from, from < 1_440, let to, let periods else { return nil }
        if let cap, !reader.isFaulty("cap"), let first = periods.first?.price, Fen(cap) < first {
            reader.refuse("cap", found: "\(cap)", expected: "at least the first period's \(first.count) fen")
        }
        self.init(
            name: name, days: days.isEmpty ? DayKind.everyDay : days.reduce(into: []) { $0.formUnion($1) }, from: from,
            to: to > from ? to : to + 1_440, free: free, periods: periods, cap: cap.map { Fen($0) })
    }

    /// Reads firstPeriod, nextPeriods and unitPeriod.
    static func periods(_ reader: ObjectReader) -> [PricePeriod]? {
        let first = reader.optionalObject("firstPeriod") { PricePeriod.read($0, times: 1) }
        let next = reader.objects("nextPeriods", count: 0...16) { PricePeriod.read($0, times: nil) }
        let unit = reader.object("unitPeriod") { reader in
            PricePeriod(
                minutes: reader.integer("minutes", in: TariffLimits.periodMinutes, unit: "minutes"),
                price: Fen(reader.integer("price", in: TariffLimits.price, unit: "fen")))
        }
        if !next.isEmpty, first == nil {
            reader.refuse("nextPeriods", found: "it without firstPeriod", expected: "periods that follow a first one")
        }
        guard let unit else { return nil }
        return [first].compactMap { $0 } + next + [unit]
    }
}

extension PricePeriod {
    /// - Parameter times: how often, where the file does not say; nil: it must.
    fileprivate static func read(_ reader: ObjectReader, times: Int64?) -> PricePeriod {
        PricePeriod(
            minutes: reader.integer("minutes", in: TariffLimits.periodMinutes, unit: "minutes"),
            price: Fen(reader.integer("price", in: TariffLimits.price, unit: "fen")),
            times: reader.integer("times", in: 1...1_000, default: times))
    }
}

/// The names of days in a file.
enum DayNames {
    static let expected = "everyDay, workday, weekend, holiday, or monday to sunday"

    static func read(_ text: String) throws(CalendarTextError) -> Set<DayKind> {
        switch text {
        case "everyDay": return DayKind.everyDay
        case "workday": return DayKind.workdays
        case "weekend": return DayKind.weekend
        default:
            guard let kind = DayKind(rawValue: text) else { throw .notAWeekday(text) }
            return [kind]
        }
    }
}
