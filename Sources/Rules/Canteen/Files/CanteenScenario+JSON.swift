public import JSONText
public import Payments
internal import Tickets
internal import Vocabulary

extension CanteenScenario {
    /// The `kind` member of such a file.
    public static let kind = "canteen-scenario"

    /// Reads a scenario file (JSON5).
    /// - Throws: every fault in it, with line, column, path, what was found and what was expected.
    public init(_ text: [UInt8], file: String) throws(Findings) {
        self = try DocumentReader.read(text, dialect: .json5, file: file) { CanteenScenario($0) }
    }

    private init?(_ root: ObjectReader) {
        root.expectKind(CanteenScenario.kind)
        let id = root.parsed("id", expected: "a name", Slug.init)
        let merchant = root.parsed("merchantClass", expected: "a name", Slug.init)
        let prices = root.parsed("prices", expected: "a name", Slug.init)
        let zone = root.optionalParsed("timeZone", expected: "a time zone", TimeZoneRule.init(_:)) ?? .china
        let between: Between = root.choice("betweenMeals", default: .closed)
        let periods = CanteenScenario.periods(root, between)
        // Of meals that could not be read nobody can say which are missing.
        let isWhole = periods.count == root.count("periods")
        let lanes = CanteenScenario.lanes(root, isWhole ? Set(periods.map(\.id)) : nil)
        let members: Members = root.choice("members", default: .listed)
        let waits = root.optionalObject("waits") { Waits($0) }
        let timings = root.object("payment") { reader in
            PaymentTimings(
                answerWithin: .milliseconds(
                    reader.integer("answerWithinMilliseconds", in: 200...60_000, default: 2_000)),
                askAgainAfter: .milliseconds(
                    reader.integer("askAgainAfterMilliseconds", in: 500...60_000, default: 5_000)))
        }
        let offline = root.optionalObject("offline") { OfflinePolicy($0) }
        let leases = root.optionalObject("leases") { LeasePolicy($0) }
        let ahead = root.optionalInteger("leasesAheadMinutes", in: 1...1_440, unit: "minutes")
        if ahead != nil, !root.has("leases") {
            root.refuse("leasesAheadMinutes", found: "it without leases", expected: "\"leases\", or no such key")
        }
        let merchantQR = root.optionalObject("merchantQR") { QRMerchant($0) }
        let corrections = root.optionalObject("corrections") { Corrections($0) }
        let rules = root.optionalString("purseRules", longest: 200)
        let tickets = root.optionalObject("tickets") { TicketSettings($0) }
        let isTaken = lanes.contains { $0.modes.contains { $0.kind == .tickets } }
        if isTaken != root.has("tickets") {
            root.refuse(
                "tickets", found: isTaken ? "nothing" : "it without a lane of mode tickets",
                expected: isTaken ? "site and keys, since a lane takes tickets" : "such a lane, or no such key")
        }
        var playlist: [String] = []
        if root.has("playlist") {
            playlist = root.parsedList(
                "playlist", count: 0...50, expected: "the name of a file in the folder of the page",
                CanteenScenario.fileName)
        } else {
            _ = root.optionalString("playlist")
        }
        guard let id, let merchant, let prices, let timings, !lanes.isEmpty,
            MealCalendar.overlaps(periods).isEmpty
        else { return nil }
        self.init(
            id: id, merchantClass: merchant, prices: prices, calendar: MealCalendar(zone: zone, periods: periods),
            between: between, members: members, lanes: lanes, waits: waits ?? Waits(), timings: timings,
            offline: offline ?? .nothing, leases: leases, leasesAhead: ahead.map { .seconds(60 * $0) },
            merchantQR: merchantQR, corrections: corrections ?? Corrections(), purseRules: rules, tickets: tickets,
            playlist: playlist)
    }

    private struct FileNameError: Error, CustomStringConvertible {
        var description: String { "letters, digits, '.', '-' and '_', and no folder" }
    }

    private static func fileName(_ text: String) throws(FileNameError) -> String {
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isName, !text.isEmpty, text.utf8.first != UInt8(ascii: ".") else { throw FileNameError() }
        return text
    }

    // MARK: - Meals

    private static func periods(_ root: ObjectReader, _ between: Between) -> [MealPeriod] {
        var readers: [ObjectReader] = []
        var names: Set<Slug> = []
        let periods = root.objects("periods", count: 0...MealCalendar.mostPeriods) { reader -> MealPeriod? in
            guard let period = MealPeriod(reader) else { return nil }
            guard names.insert(period.id).inserted else {
                reader.refuse("id", found: "\(period.id) a second time", expected: "each meal once")
                return nil
            }
            readers.append(reader)
            return period
        }
        for (first, second) in MealCalendar.overlaps(periods) {
            readers[second].refuse(
                "from", found: "it at a time at which \(periods[first].id) is served",
                expected: "meals of which no two are served at once")
        }
        if between == .none, let gap = MealCalendar.firstGap(periods), periods.count == root.count("periods") {
            let day = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][
                Int(gap.lowerBound / 1_440)]
            root.refuse(
                "periods", found: "no meal on \(day) from \(TimeOfDay.text(gap.lowerBound % 1_440))",
                expected: "meals without a gap, or betweenMeals: \"closed\" or \"sell\"")
        }
        return periods
    }

    // MARK: - Lanes

    private static func lanes(_ root: ObjectReader, _ periods: Set<Slug>?) -> [CanteenLane] {
        var names: Set<Slug> = []
        var items: [Slug: CanteenMode.Item] = [:]
        var wires: Set<String> = []
        return root.objects("lanes", count: 1...mostLanes) { reader -> CanteenLane? in
            guard let lane = CanteenLane(reader, periods: periods, items: &items) else { return nil }
            guard names.insert(lane.id).inserted else {
                reader.refuse("id", found: "\(lane.id) a second time", expected: "each lane once")
                return nil
            }
            for wire in [lane.turnstile?.relay, lane.turnstile?.sensor].compactMap({ $0 })
            where !wires.insert(wire).inserted {
                reader.refuse(
                    "turnstile", found: "\(wire) a second time", expected: "a relay and a sensor of its own")
            }
            return lane
        }
    }
}

extension CanteenScenario.Waits {
    fileprivate init(_ reader: ObjectReader) {
        let usual = CanteenScenario.Waits()
        self.init(
            duplicate: .seconds(
                reader.integer("duplicateSeconds", in: 0...3_600, default: usual.duplicate.milliseconds / 1_000)),
            presentedFirst: .seconds(
                reader.integer(
                    "presentedFirstSeconds", in: 2...300, default: usual.presentedFirst.milliseconds / 1_000)),
            result: .seconds(reader.integer("resultSeconds", in: 1...60, default: usual.result.milliseconds / 1_000)),
            recordFresh: .seconds(
                reader.integer("recordFreshSeconds", in: 2...600, default: usual.recordFresh.milliseconds / 1_000)))
    }
}

extension CanteenScenario.Corrections {
    private struct RoleError: Error, CustomStringConvertible { let description: String }

    fileprivate init(_ reader: ObjectReader) {
        let roles = reader.parsedList("roles", count: 1...3, expected: "a role") { text throws(RoleError) -> DeskRole in
            guard let role = DeskRole(rawValue: text) else {
                throw RoleError(description: "attendant, supervisor or engineer")
            }
            return role
        }
        self.init(
            roles: Set(roles),
            within: .seconds(60 * reader.integer("withinMinutes", in: 1...10_080, unit: "minutes", default: 60)))
    }
}

extension OfflinePolicy {
    /// Nothing is promised while the platform cannot be asked: only leases pay.
    public static let nothing = OfflinePolicy(
        limits: [:], perBox: .zero, perBoxCount: 0, longestWithoutContact: .seconds(0))
}

extension MealPeriod {
    private enum Weekday: String, CaseIterable, Sendable {
        case monday, tuesday, wednesday, thursday, friday, saturday, sunday
    }

    private struct WeekdayError: Error, CustomStringConvertible { var description: String { "monday to sunday" } }

    fileprivate init?(_ reader: ObjectReader) {
        let id = reader.parsed("id", expected: "a name", Slug.init)
        let name = reader.object("name") { ($0.string("zh", longest: 16), $0.string("en", longest: 32)) }
        let from = reader.parsed("from", expected: "a time of day", TimeOfDay.read)
        let until = reader.parsed("until", expected: "a time of day", TimeOfDay.read)
        var days = MealPeriod.everyDay
        if reader.has("days") {
            let list = reader.parsedList("days", count: 1...7, expected: "a weekday") {
                text throws(WeekdayError) -> Int64 in
                guard let day = Weekday(rawValue: text), let place = Weekday.allCases.firstIndex(of: day) else {
                    throw WeekdayError()
                }
                return Int64(place)
            }
            days = Set(list)
            if days.count != list.count, !list.isEmpty {
                reader.refuse("days", found: "a day a second time", expected: "each weekday once")
            }
        } else {
            _ = reader.optionalString("days")
        }
        if from == 1_440 { reader.refuse("from", found: "24:00", expected: "00:00 of the day after") }
        guard let id, let name, let from, let until, from < 1_440 else { return nil }
        // Until 00:00 is until the end of the day.
        self.init(
            id: id, chinese: name.0, english: name.1, from: from, until: until == 0 ? 1_440 : until, days: days)
    }
}
