public import JSONText
internal import Services
public import Vocabulary

/// A scripted week at a school's canteen: who comes to which meals, what people do there, and what happens when.
public struct WeekFile: Sendable {
    /// When and how fast people come to a meal.
    struct Rush: Sendable {
        var period: Slug
        /// Minutes of the day.
        var from: Int64, until: Int64
        /// How many of a thousand come on a day.
        var pupils: Int64, staff: Int64
        /// At each gate so many come one behind another, this far apart; then there is a pause.
        var wave: Int64
        var everyMilliseconds: Int64
    }

    /// How many of a thousand visits are of each kind.
    struct Habits: Sendable {
        var otherGate: Int64, byCard: Int64, forgottenCard: Int64, stranger: Int64
        var duplicate: Int64, secondHelping: Int64, staysOut: Int64, twoOnOne: Int64

        init(_ reader: ObjectReader) {
            func share(_ key: String) -> Int64 { reader.integer(key, in: 0...1_000, unit: "of a thousand visits") }
            (otherGate, byCard, forgottenCard) = (share("otherGate"), share("byCard"), share("forgottenCard"))
            (stranger, duplicate, secondHelping) = (share("stranger"), share("duplicate"), share("secondHelping"))
            (staysOut, twoOnOne) = (share("staysOut"), share("twoOnOne"))
        }
    }

    /// Things that happen one after another and belong together.
    struct Scene: Sendable {
        var name: String
        var acts: [WeekAct]
    }

    public static let kind = "canteen-week"
    public static let mostPupils: Int64 = 5_000
    static let days: Int64 = 5

    /// The files beside this one.
    public let scenario: String, purseRules: String
    public let monday: CivilDate
    /// 1...``mostPupils``; fewer make a shorter run.
    public var pupils: Int64
    public let gates: [DeviceID]
    let staff: Int64
    let merchantClass: Slug
    let leases: LeaseLimits
    let rushes: [Rush]
    let habits: Habits
    let scenes: [Scene]

    /// Reads a week (JSON5).
    /// - Throws: every fault in it, with its place.
    public init(_ text: [UInt8], file: String) throws(Findings) {
        self = try DocumentReader.read(text, dialect: .json5, file: file) { WeekFile($0) }
    }

    private init?(_ root: ObjectReader) {
        root.expectKind(WeekFile.kind)
        scenario = root.string("scenario", longest: 255)
        purseRules = root.string("purseRules", longest: 255)
        let monday = root.parsed("monday", expected: "a date", CivilDate.init(_:))
        if let monday, monday.weekday != 0 {
            root.refuse("monday", found: "\(monday)", expected: "the date of a Monday")
        }
        pupils = root.integer("pupils", in: 1...WeekFile.mostPupils)
        staff = root.integer("staff", in: 0...500)
        let gates = root.parsedList("gates", count: 1...8, expected: "a box's name", DeviceID.init)
        let merchant = root.parsed("merchantClass", expected: "a class of merchants", Slug.init)
        let leases = root.object("leases") { reader in
            LeaseLimits(
                mostPerPurse: Fen(reader.integer("mostPerPurse", in: 0...100_000, unit: "fen")),
                pursePercent: reader.integer("pursePercent", in: 1...100, unit: "percent"), mostPerPayout: .zero,
                mostPerBox: Fen(reader.integer("mostPerBox", in: 0...100_000_000, unit: "fen")),
                mostSeconds: 3_600 * reader.integer("mostHours", in: 1...48, unit: "hours"),
                graceSeconds: 3_600 * reader.integer("graceHours", in: 0...48, unit: "hours"), payouts: [:])
        }
        rushes = root.objects("meals", count: 1...8) { Rush($0) }
        let habits = root.object("habits") { Habits($0) }
        let names = Set(gates)
        func act(_ text: String) throws(WeekFault) -> WeekAct { try WeekAct(text, gates: names) }
        scenes = root.objects("scenes", count: 0...200) { reader in
            Scene(
                name: reader.string("name", longest: 120),
                acts: reader.parsedList("acts", count: 1...40, expected: "a day, a time and an act", act))
        }
        guard let monday, let merchant, let leases, let habits else { return nil }
        (self.monday, merchantClass, self.leases, self.habits, self.gates) = (monday, merchant, leases, habits, gates)
    }
}

extension WeekFile.Rush {
    fileprivate init?(_ reader: ObjectReader) {
        let period = reader.parsed("period", expected: "a meal of the scenario", Slug.init)
        let from = reader.parsed("from", expected: "a time of day", TimeOfDay.read)
        let until = reader.parsed("until", expected: "a time of day", TimeOfDay.read)
        pupils = reader.integer("pupils", in: 0...1_000, unit: "of a thousand pupils")
        staff = reader.integer("staff", in: 0...1_000, unit: "of a thousand of the staff")
        wave = reader.integer("wave", in: 1...1_000, unit: "people")
        everyMilliseconds = reader.integer("everyMilliseconds", in: 100...600_000)
        guard let period, let from, let until else { return nil }
        if until <= from { reader.refuse("until", found: "no later than it begins", expected: "a later time") }
        (self.period, self.from, self.until) = (period, from, until)
    }
}
