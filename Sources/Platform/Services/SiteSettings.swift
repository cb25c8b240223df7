internal import JSONText
public import Parking
public import Payments
public import Tariffs
public import Vocabulary
public import Wire

/// A car park: the boxes that share its stays, and what is told to those who pay on the phone.
public struct SiteSettings: Equatable, Sendable {
    /// In the addresses of its pages.
    public var id: Slug
    /// What people call it.
    public var chinese: String, english: String
    /// Each box belongs to one site at most; one that is named nowhere shares its stays with none.
    public var devices: [DeviceID]
    /// How many cars it holds; nil: nobody counts.
    public var capacity: Int64?
    /// How long a car may take to the exit after it was paid for on the phone; nil: as long as its tariff says.
    public var graceMinutes: Int64?
    /// The local time of the texts and of calendar months, in minutes east of UTC.
    public var utcOffsetMinutes: Int64
    /// The versions of its tariff, and which of them binds a stay; nil: that under which the stay began.
    public var tariffs: TariffBook?
    /// Who pays what, as in the scenario of its boxes.
    public var access = GateRules(admits: .everybody)

    public init(
        id: Slug, chinese: String, english: String, devices: [DeviceID], capacity: Int64? = nil,
        graceMinutes: Int64? = nil, utcOffsetMinutes: Int64 = 480
    ) {
        self.id = id
        self.chinese = chinese
        self.english = english
        self.devices = devices
        self.capacity = capacity
        self.graceMinutes = graceMinutes
        self.utcOffsetMinutes = utcOffsetMinutes
    }
}

/// A pass that its holder may renew on the phone.
public struct PassPlan: Equatable, Sendable {
    /// Also the tariff of the payments for it.
    public var id: Slug
    /// The car park whose passes it renews; nil: those that hold at every one.
    public var site: Slug?
    /// The zone whose passes it renews; nil: those without one.
    public var zone: Slug?
    public var chinese: String, english: String
    /// For one month; 1 fen or more.
    public var price: Fen
    /// How many months can be bought at once.
    public var months: [Int64]

    public init(
        id: Slug, site: Slug? = nil, zone: Slug? = nil, chinese: String, english: String, price: Fen, months: [Int64]
    ) {
        self.id = id
        self.site = site
        self.zone = zone
        self.chinese = chinese
        self.english = english
        self.price = price
        self.months = months
    }
}

/// A permit as the configuration grants it.
public struct PermitSetting: Hashable, Sendable {
    public var holder: Holder
    /// Where it holds; nil: at every site.
    public var site: Slug?
    public var grant: Permit.Grant

    public init(holder: Holder, site: Slug? = nil, grant: Permit.Grant) {
        self.holder = holder
        self.site = site
        self.grant = grant
    }
}

/// Where the pages for phones are served.
public struct PhoneSettings: Equatable, Sendable {
    public var host: String
    /// 0...65535; 0: any that is free, the log says which.
    public var port: Int
    /// The address that a request counts for is the one that the proxy before this daemon has added.
    public var isBehindProxy: Bool
    /// What the shown codes say; nil: nothing can be paid.
    public var merchant: QRMerchant?

    public init(host: String = "127.0.0.1", port: Int, isBehindProxy: Bool = false, merchant: QRMerchant? = nil) {
        self.host = host
        self.port = port
        self.isBehindProxy = isBehindProxy
        self.merchant = merchant
    }
}

extension PlatformConfiguration {
    /// The most boxes that share one car park's stays: what one of them records is told to each other one.
    public static let mostDevicesOfSite = 64

    /// The name under which payments on the phone stand: no box may have it.
    public static let phone = try! DeviceID("phone")

    static func readSites(_ root: ObjectReader, devices: [Device], tariffs rules: [PriceRule]) -> [SiteSettings] {
        let known = Set(devices.map(\.id))
        var taken: [DeviceID: Slug] = [:]
        var names: Set<Slug> = []
        return root.objects("sites", count: 0...10_000) { reader in
            let id = reader.parsed("id", expected: "a name", Slug.init)
            let (chinese, english) = (reader.string("chinese", longest: 40), reader.string("english", longest: 60))
            let devices = reader.parsedList(
                "devices", count: 1...mostDevicesOfSite, expected: "a device's name", Slug.init)
            let capacity = reader.optionalInteger("capacity", in: 1...1_000_000, unit: "cars")
            let grace = reader.optionalInteger("graceMinutes", in: 1...1_440, unit: "minutes")
            let offset = reader.integer("utcOffsetMinutes", in: -1_080...1_080, unit: "minutes", default: 480)
            let book = readBook(reader, of: rules)
            let access = reader.optionalObject("access") { GateRules($0) }
            guard let id else { return nil }
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
            var site = SiteSettings(
                id: id, chinese: chinese, english: english, devices: devices, capacity: capacity, graceMinutes: grace,
                utcOffsetMinutes: offset)
            site.tariffs = book
            if let access { site.access = access }
            return site
        }
    }

    /// Reads a site's `tariffBoundAt`, and the names of its tariff's versions in `tariffs`.
    private static func readBook(_ reader: ObjectReader, of rules: [PriceRule]) -> TariffBook? {
        let boundAt: TariffBook.Binding = reader.choice("tariffBoundAt", default: .entry)
        guard reader.has("tariffs") else {
            if boundAt == .exit {
                reader.refuse(
                    "tariffBoundAt", found: "exit, and no `tariffs`",
                    expected: "the names of this site's tariffs beside it")
            }
            return nil
        }
        let names = reader.parsedList("tariffs", count: 1...1_000, expected: "a tariff's name", Slug.init)
        let versions = names.compactMap { name -> Tariff? in
            guard case .parking(let tariff) = rules.first(where: { $0.id == name }) else {
                reader.refuse("tariffs", found: "\(name)", expected: "a parking tariff that stands in `tariffs`")
                return nil
            }
            return tariff
        }
        guard versions.count == names.count, !versions.isEmpty else { return nil }
        if Set(versions.map(\.validFrom)).count < versions.count || !versions.contains(where: { $0.validFrom == nil }) {
            reader.refuse(
                "tariffs", found: "versions that begin together, or none since ever",
                expected: "another validFrom for each, and none for the first")
        }
        return TariffBook(versions, boundAt: boundAt)
    }

    static func readPlans(_ root: ObjectReader, sites: [SiteSettings]) -> [PassPlan] {
        var names: Set<Slug> = []
        return root.objects("passes", count: 0...100) { reader in
            let id = reader.parsed("id", expected: "a name", Slug.init)
            let site = reader.site(sites)
            let zone = reader.optionalParsed("zone", expected: "a zone's name", Slug.init)
            let (chinese, english) = (reader.string("chinese", longest: 40), reader.string("english", longest: 60))
            let price = Fen(reader.integer("price", in: 1...mostMoney / 100, unit: "fen for a month"))
            let months = reader.optionalIntegers("months", count: 1...12, in: 1...36, unit: "months") ?? [1]
            guard let id else { return nil }
            if !names.insert(id).inserted {
                reader.refuse("id", found: "\(id) a second time", expected: "each pass once")
            }
            return PassPlan(
                id: id, site: site, zone: zone, chinese: chinese, english: english, price: price, months: months)
        }
    }

    static func readPermits(_ root: ObjectReader, sites: [SiteSettings]) -> [PermitSetting] {
        var counts: [Holder: Int] = [:]
        var seen: Set<PermitSetting> = []
        return root.objects("permits", count: 0...Int(ListLimits.longestList)) { reader in
            let plate = reader.parsed("plate", expected: "a number plate", Plate.init)
            let site = reader.site(sites)
            let kind: Permit.Grant.Kind = reader.choice("kind")
            let from = reader.optionalParsed("from", expected: "a time", CouponTime.read)
            let until = reader.optionalParsed("until", expected: "a time", CouponTime.read)
            let grace = reader.integer("graceMinutes", in: 0...Permit.longestGrace, unit: "minutes", default: 0)
            let zone = reader.optionalParsed("zone", expected: "a zone's name", Slug.init)
            if let from, let until, until <= from {
                reader.refuse("until", found: "a time not after `from`", expected: "the end after the beginning")
            }
            guard let plate else { return nil }
            let setting = PermitSetting(
                holder: Holder(plate: plate), site: site,
                grant: .init(kind: kind, validFrom: from, validUntil: until, graceMinutes: grace, zone: zone))
            counts[setting.holder, default: 0] += 1
            if counts[setting.holder] == Permit.mostGrants + 1 {
                reader.refuse("plate", found: "too many permits", expected: "at most \(Permit.mostGrants) for a plate")
            }
            var identity = setting
            (identity.grant.validFrom, identity.grant.validUntil, identity.grant.graceMinutes) = (nil, nil, 0)
            if !seen.insert(identity).inserted {
                reader.refuse(
                    "kind", found: "the same again", expected: "one permit of a kind, site and zone for a plate")
            }
            return setting
        }
    }

    static func readPhone(_ root: ObjectReader) -> PhoneSettings? {
        root.optionalObject("http") { reader in
            PhoneSettings(
                host: reader.string("host", longest: 255, default: "127.0.0.1"),
                port: Int(reader.integer("port", in: 0...65535)),
                isBehindProxy: reader.bool("behindProxy", default: false),
                merchant: reader.optionalObject("merchantQR") { QRMerchant($0) })
        }
    }
}

extension ObjectReader {
    fileprivate func site(_ sites: [SiteSettings]) -> Slug? {
        let site = optionalParsed("site", expected: "a site's name", Slug.init)
        if let site, !sites.contains(where: { $0.id == site }) {
            refuse("site", found: "\(site)", expected: "a site that stands in `sites`")
        }
        return site
    }
}
