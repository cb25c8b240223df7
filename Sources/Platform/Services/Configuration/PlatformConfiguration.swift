public import Host
public import JSONText
public import Payments
public import Vocabulary
public import Wire

/// Whether a contract pays.
public enum ContractStatus: String, CaseIterable, Sendable {
    case active, suspended
}

/// What the platform is told by its configuration file.
public struct PlatformConfiguration: Equatable, Sendable {
    /// Where the broker is.
    public struct Broker: Equatable, Sendable {
        public var host: String
        /// 1...65535.
        public var port: Int

        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// A box that may speak to the platform.
    public struct Device: Equatable, Sendable {
        public var id: DeviceID
        /// What its batches must be signed with.
        public var publicKey: BoxPublicKey

        public init(id: DeviceID, publicKey: BoxPublicKey) {
            self.id = id
            self.publicKey = publicKey
        }
    }

    /// A holder (a plate's owner, a member, a face, a card) who has signed to be charged.
    public struct SignedContract: Equatable, Sendable {
        public var holder: Holder
        /// The account that pays; several holders may share one.
        public var account: Slug
        /// Booked once, when the account is first seen; 0: nothing.
        public var openingBalance: Fen
        /// The most a box may promise while it cannot ask; 0: nothing.
        public var offlineLimit: Fen
        public var status: ContractStatus

        public init(
            holder: Holder, account: Slug, openingBalance: Fen, offlineLimit: Fen, status: ContractStatus = .active
        ) {
            self.holder = holder
            self.account = account
            self.openingBalance = openingBalance
            self.offlineLimit = offlineLimit
            self.status = status
        }
    }

    /// The SQLite file.
    public var database: String
    public var mqtt: Broker
    /// Whose account the charges are credited to.
    public var merchant: Slug
    public var devices: [Device]
    public var contracts: [SignedContract]
    /// The payment networks for payments by code.
    public var acquirers: [AcquirerSettings] = []
    /// The coupons that are granted, each campaign's name once.
    public var campaigns: [CouponCampaign]
    public var policies: [BoxPolicy]
    /// The tariffs of every box, each name once; a quote by another one is refused.
    public var tariffs: [PriceRule]
    /// When the platform tries by itself to take what is owed.
    public var debts: DebtSchedule
    /// Holders to whom no box promises anything, whatever their contracts say; each once.
    public var denied: [Holder]
    /// What is set aside for boxes.
    public var leases: LeaseLimits
    /// The car parks, each device at one of them at most.
    public var sites: [SiteSettings] = []
    /// The canteens, each device at one of them at most, and at no car park beside it.
    public var canteens: [CanteenSettings] = []
    /// The places that people enter with tickets, each device at one of them at most.
    public var ticketSites: [TicketSiteSettings] = []
    /// The folder of the keys that sign tickets; only `turnpike tickets` opens it.
    public var ticketKeys = "ticket-keys"
    /// Passes that can be renewed on the phone, each name once and none a tariff's.
    public var passes: [PassPlan] = []
    public var permits: [PermitSetting] = []
    /// The pages for phones; nil: none are served.
    public var http: PhoneSettings?
    /// The file of a rehearsal's wall clock; nil for the machine's own.
    public var rehearsalClock: String?

    public init(
        database: String, mqtt: Broker, merchant: Slug, devices: [Device], contracts: [SignedContract],
        campaigns: [CouponCampaign] = [], policies: [BoxPolicy] = [], tariffs: [PriceRule] = [],
        debts: DebtSchedule = .usual, denied: [Holder] = [], leases: LeaseLimits = .none
    ) {
        self.database = database
        self.mqtt = mqtt
        self.merchant = merchant
        self.devices = devices
        self.contracts = contracts
        self.leases = leases
        self.campaigns = campaigns
        self.policies = policies
        self.tariffs = tariffs
        self.debts = debts
        self.denied = denied
    }
}

extension PlatformConfiguration {
    /// The largest opening balance and offline limit accepted: ten million yuan is a slip of the finger.
    public static let mostMoney: Int64 = 1_000_000_000

    /// The `kind` member of such a file.
    public static let kind = "platform"

    /// Reads the configuration file, JSON5.
    /// - Parameters:
    ///   - file: its name, for the findings.
    ///   - folder: the file's own; a relative path of the database, or of rules of purses, counts from it.
    ///   - load: reads the files of rules that it names.
    /// - Throws: `Findings`: every fault, with line and column; also those of the rules.
    public static func read(
        _ bytes: [UInt8], file: String, folder: String = "",
        load: (String) throws(TextFileError) -> [UInt8] = TextFile.read
    ) throws(Findings) -> PlatformConfiguration {
        try DocumentReader.read(bytes, dialect: .json5, file: file) { root in
            root.expectKind(kind)
            let path = root.string("database")
            let database = path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
            let mqtt = root.object("mqtt") { broker in
                Broker(
                    host: broker.string("host", longest: 255, default: "127.0.0.1"),
                    port: Int(broker.integer("port", in: 1...65535)))
            }
            let merchant = root.parsed("merchant", expected: "a name", Slug.init)
            let devices = readDevices(root)
            let contracts = readContracts(root)
            let campaigns = CouponCampaign.list(root)
            let policies = BoxPolicy.list(root, devices: devices)
            let tariffs = readTariffs(root)
            let debts = root.has("debts") ? root.object("debts") { DebtSchedule($0) } : .usual
            let denied = readDenied(root)
            let acquirers = AcquirerSettings.list(root, folder: folder)
            let leases = root.optionalObject("leases") { LeaseLimits($0) }
            let sites = readSites(root, devices: devices, tariffs: tariffs)
            let passes = readPlans(root, sites: sites)
            let permits = readPermits(root, sites: sites)
            let canteens = CanteenSettings.list(root, devices: devices, sites: sites, folder: folder, load)
            let ticketSites = TicketSiteSettings.list(root, devices: devices)
            let keys = root.string("ticketKeys", default: "ticket-keys")
            let http = readPhone(root)
            let clock = root.optionalString("rehearsalClock")
            if let pass = passes.first(where: { pass in tariffs.contains { $0.id == pass.id } }) {
                root.refuse("passes", found: "\(pass.id), which is a tariff", expected: "a name of its own")
            }
            guard let mqtt, let merchant, let debts else { return nil }
            var configuration = PlatformConfiguration(
                database: database, mqtt: mqtt, merchant: merchant, devices: devices, contracts: contracts,
                campaigns: campaigns, policies: policies, tariffs: tariffs, debts: debts, denied: denied,
                leases: leases ?? .none)
            (configuration.acquirers, configuration.canteens) = (acquirers, canteens)
            configuration.ticketSites = ticketSites
            configuration.ticketKeys = keys.hasPrefix("/") || folder.isEmpty ? keys : "\(folder)/\(keys)"
            (configuration.sites, configuration.passes) = (sites, passes)
            (configuration.permits, configuration.http) = (permits, http)
            configuration.rehearsalClock = clock.map { $0.hasPrefix("/") || folder.isEmpty ? $0 : "\(folder)/\($0)" }
            return configuration
        }
    }

    private static func readDevices(_ root: ObjectReader) -> [Device] {
        var seen: Set<DeviceID> = []
        return root.objects("devices", count: 0...10_000) { reader in
            let id = reader.parsed("id", expected: "a device's name", Slug.init)
            let key = reader.parsed("publicKey", expected: "a public key", BoxPublicKey.init(hexadecimal:))
            guard let id, let key else { return nil }
            if id == phone { reader.refuse("id", found: "\(id)", expected: "a name that phones do not have") }
            guard seen.insert(id).inserted else {
                reader.refuse("id", found: "\(id) a second time", expected: "each device once")
                return nil
            }
            return Device(id: id, publicKey: key)
        }
    }

    private static func readContracts(_ root: ObjectReader) -> [SignedContract] {
        var holders: Set<Holder> = []
        var openings: [Slug: Fen] = [:]
        return root.objects("contracts", count: 0...Int(ListLimits.longestList)) { reader in
            let holder = PlatformConfiguration.holder(reader)
            let account = reader.parsed("account", expected: "an account's name", Slug.init)
            let opening = Fen(reader.integer("openingBalance", in: 0...mostMoney, unit: "fen", default: 0))
            let limit = Fen(reader.integer("offlineLimit", in: 0...mostMoney, unit: "fen"))
            let status: ContractStatus = reader.choice("status", default: .active)
            guard let holder, let account else { return nil }
            if !holders.insert(holder).inserted {
                let key = holder.kind == .plate ? "plate" : "holder"
                reader.refuse(
                    key, found: "this \(holder.kind.rawValue) a second time",
                    expected: "each \(holder.kind.rawValue) once")
            }
            if let other = openings.updateValue(opening, forKey: account), other != opening {
                reader.refuse(
                    "openingBalance", found: "\(opening.count), and \(other.count) for another holder of \(account)",
                    expected: "the same for all holders of one account")
            }
            return SignedContract(
                holder: holder, account: account, openingBalance: opening, offlineLimit: limit, status: status)
        }
    }

    /// `plate: "粤B12345"`, or `holder: "member:…"` for what is not a plate.
    private static func holder(_ reader: ObjectReader) -> Holder? {
        if let holder = reader.optionalParsed("holder", expected: "a holder", Holder.init) { return holder }
        return reader.parsed("plate", expected: "a number plate", Plate.init).map(Holder.init(plate:))
    }
}
