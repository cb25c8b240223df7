internal import JSONText
public import Vocabulary

/// A place that people enter with tickets of the platform: its gates share what is used.
public struct TicketSiteSettings: Equatable, Sendable {
    /// Stands in every ticket; at most 24 characters.
    public var id: Slug
    /// What people call it.
    public var chinese: String, english: String
    /// Each box belongs to one such site at most; it may belong to a canteen as well.
    public var devices: [DeviceID]
    /// By whose clock a ticket's days and times are.
    public var zone: TimeZoneRule

    public static let most = 1_000

    public init(id: Slug, chinese: String, english: String, devices: [DeviceID], zone: TimeZoneRule = .china) {
        self.id = id
        self.chinese = chinese
        self.english = english
        self.devices = devices
        self.zone = zone
    }
}

extension TicketSiteSettings {
    /// Reads `ticketSites`.
    static func list(_ root: ObjectReader, devices: [PlatformConfiguration.Device]) -> [TicketSiteSettings] {
        guard root.has("ticketSites") else { return [] }
        let known = Set(devices.map(\.id))
        var names: Set<Slug> = []
        var taken: [DeviceID: Slug] = [:]
        return root.objects("ticketSites", count: 0...most) { reader in
            let id = reader.parsed("id", expected: "a name of at most 24 characters", Slug.init)
            let (chinese, english) = (reader.string("chinese", longest: 40), reader.string("english", longest: 60))
            let devices = reader.parsedList(
                "devices", count: 1...PlatformConfiguration.mostDevicesOfSite, expected: "a device's name", Slug.init)
            let zone = reader.optionalParsed("timeZone", expected: "a time zone", TimeZoneRule.init(_:)) ?? .china
            guard let id else { return nil }
            if id.text.utf8.count > 24 {
                reader.refuse("id", found: "\(id)", expected: "at most 24 characters: it stands in a QR")
            }
            if !names.insert(id).inserted {
                reader.refuse("id", found: "\(id) a second time", expected: "each site once")
            }
            for device in devices {
                if !known.contains(device) {
                    reader.refuse("devices", found: "\(device)", expected: "a device that stands in `devices`")
                } else if let other = taken.updateValue(id, forKey: device) {
                    reader.refuse("devices", found: "\(device), also of \(other)", expected: "each device at one site")
                }
            }
            return TicketSiteSettings(id: id, chinese: chinese, english: english, devices: devices, zone: zone)
        }
    }
}
