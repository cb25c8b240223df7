internal import Host
internal import JSONText
public import Purses
public import Vocabulary
internal import Wire

/// A canteen, or a shop beside it: its boxes, who eats there, and which purse pays what.
public struct CanteenSettings: Equatable, Sendable {
    public var id: Slug
    /// What people call it.
    public var chinese: String, english: String
    /// Each box belongs to one canteen at most.
    public var devices: [DeviceID]
    /// What the rules of purses call it, such as `canteen` or `shop`.
    public var merchantClass: Slug
    /// The list of persons who eat here; a school's canteen and its shop name the same.
    public var people: Slug
    /// The groups that persons belong to, such as `pupil` and `staff`; the same for all that share a list.
    public var groups: [Slug]
    /// The same for all that share a list: a purse pays by one set of rules, wherever.
    public let rules: PurseRules
    /// The file that says them, kept so that what was paid is judged by the rules of its day; empty: by these.
    let rulesFile: [UInt8]
    /// What a box says of its own copy of the rules if it is the same (``Wire/ContentDigest``).
    public let purseRulesDigest: String

    public static let most = 1_000, mostGroups = 16

    public init(
        id: Slug, chinese: String, english: String, devices: [DeviceID], merchantClass: Slug, people: Slug? = nil,
        groups: [Slug], rules: PurseRules, rulesFile: [UInt8] = []
    ) {
        self.id = id
        self.chinese = chinese
        self.english = english
        self.devices = devices
        self.merchantClass = merchantClass
        self.people = people ?? id
        self.groups = groups
        self.rules = rules
        self.rulesFile = rulesFile
        purseRulesDigest = ContentDigest.of(rules.canonical)
    }
}

extension CanteenSettings {
    /// Reads `canteens`.
    static func list(
        _ root: ObjectReader, devices: [PlatformConfiguration.Device], sites: [SiteSettings], folder: String,
        _ load: (String) throws(TextFileError) -> [UInt8]
    ) -> [CanteenSettings] {
        guard root.has("canteens") else { return [] }
        let known = Set(devices.map(\.id))
        var taken = Dictionary(
            sites.flatMap { site in site.devices.map { ($0, site.id) } }, uniquingKeysWith: { first, _ in first })
        var names: Set<Slug> = []
        var lists: [Slug: CanteenSettings] = [:]
        var files = RuleFiles(folder: folder)
        return root.objects("canteens", count: 0...most) { reader in
            let id = reader.parsed("id", expected: "a name", Slug.init)
            let (chinese, english) = (reader.string("chinese", longest: 40), reader.string("english", longest: 60))
            let devices = reader.parsedList(
                "devices", count: 1...PlatformConfiguration.mostDevicesOfSite, expected: "a device's name", Slug.init)
            let merchant = reader.parsed("merchantClass", expected: "a class of merchants", Slug.init)
            let people = reader.optionalParsed("people", expected: "the name of a list of persons", Slug.init)
            let groups = reader.parsedList("groups", count: 1...mostGroups, expected: "a group's name", Slug.init)
            let rules = files.rules(reader, "purseRules", load)
            guard let id else { return nil }
            if !names.insert(id).inserted {
                reader.refuse("id", found: "\(id) a second time", expected: "each canteen once")
            }
            if Set(groups).count < groups.count {
                reader.refuse("groups", found: "a group a second time", expected: "each group once")
            }
            for device in devices {
                if !known.contains(device) {
                    reader.refuse("devices", found: "\(device)", expected: "a device that stands in `devices`")
                } else if let other = taken.updateValue(id, forKey: device) {
                    reader.refuse("devices", found: "\(device), also of \(other)", expected: "each device at one place")
                }
            }
            guard let merchant, let rules else { return nil }
            let canteen = CanteenSettings(
                id: id, chinese: chinese, english: english, devices: devices, merchantClass: merchant, people: people,
                groups: groups, rules: rules.rules, rulesFile: rules.file)
            checkList(canteen, lists.updateValue(canteen, forKey: canteen.people), reader)
            return canteen
        }
    }

    /// Those who share a list of persons share what is laid down for them.
    private static func checkList(_ canteen: CanteenSettings, _ other: CanteenSettings?, _ reader: ObjectReader) {
        guard let other else { return }
        if other.rules.canonical != canteen.rules.canonical {
            reader.refuse(
                "purseRules", found: "other rules than those of \(other.id)",
                expected: "the same for all canteens with the persons of \(canteen.people)")
        }
        if Set(other.groups) != Set(canteen.groups) {
            reader.refuse(
                "groups", found: "other groups than those of \(other.id)",
                expected: "the same for all canteens with the persons of \(canteen.people)")
        }
    }
}

/// Files of rules, each read once.
private struct RuleFiles {
    let folder: String
    private var read: [String: (rules: PurseRules, file: [UInt8])?] = [:]

    init(folder: String) { self.folder = folder }

    mutating func rules(
        _ reader: ObjectReader, _ key: String, _ load: (String) throws(TextFileError) -> [UInt8]
    ) -> (rules: PurseRules, file: [UInt8])? {
        let path = reader.string(key)
        guard !path.isEmpty else { return nil }
        let place = path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
        if let known = read[place] { return known }
        let bytes: [UInt8]
        do throws(TextFileError) { bytes = try load(place) } catch {
            reader.refuse(key, found: "a file that cannot be read: \(error.why)", expected: "a file of rules of purses")
            read[place] = .some(nil)
            return nil
        }
        do throws(Findings) {
            let rules = (try PurseRules(bytes, file: place), bytes)
            read[place] = rules
            return rules
        } catch {
            reader.include(error)
            read[place] = .some(nil)
            return nil
        }
    }
}

/// Which box stands in which canteen. Pure.
struct CanteenMap: Sendable {
    let all: [CanteenSettings]
    private let byDevice: [DeviceID: CanteenSettings]
    private let byList: [Slug: [CanteenSettings]]

    init(_ canteens: [CanteenSettings]) {
        all = canteens
        byDevice = Dictionary(
            canteens.flatMap { canteen in canteen.devices.map { ($0, canteen) } },
            uniquingKeysWith: { first, _ in first })
        byList = Dictionary(grouping: canteens, by: \.people)
    }

    /// The canteen in which a box stands; nil for one that is in none.
    subscript(device: DeviceID) -> CanteenSettings? { byDevice[device] }

    /// The lists of persons, by name.
    var lists: [Slug] { byList.keys.sorted() }

    /// Where the persons of a list eat; none: there is no such list.
    func canteens(of people: Slug) -> [CanteenSettings] { byList[people] ?? [] }
}
