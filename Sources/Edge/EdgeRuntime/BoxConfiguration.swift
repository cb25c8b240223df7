public import JSONText
public import Vocabulary

/// What one box is and where it finds its parts: the file that a daemon is started with.
public struct BoxConfiguration: Equatable, Sendable {
    public var device: DeviceID
    /// The folder of the journal and the key; made if it is missing, readable by the daemon only.
    public var stateFolder: String
    /// The scenario and hardware files.
    public var scenario: String
    public var hardware: String
    /// A file with the site's own words for its signs; nil for the built-in ones.
    public var signs: String?
    /// How long the journal keeps what the platform has confirmed, in days; what it has not is kept for ever.
    public var keepRecordsDays: Int
    public var disk: Disk
    /// The file of a rehearsal's wall clock, which runs as whoever plays the rehearsal moves it; nil for the machine's
    /// own. Only a board in memory may be rehearsed on.
    public var rehearsalClock: String?
    public var mqtt: Broker
    public var http: Endpoint

    /// When the room on the state folder's file system counts as low, and as critical: then nothing is promised
    /// offline. The defaults suit a card of 4 GB.
    public struct Disk: Equatable, Sendable {
        public var warnBelowMegabytes: Int64 = 256
        public var refuseBelowMegabytes: Int64 = 64
    }

    /// Where the local page and the cameras' pushes arrive.
    public struct Endpoint: Equatable, Sendable {
        public var host: String
        /// 0: any free port, which the log names.
        public var port: Int
    }

    /// The MQTT broker.
    public struct Broker: Equatable, Sendable {
        public var host: String
        public var port: Int
        public var keepAliveSeconds: Int
        /// The longest pause between two attempts to connect; each comes with jitter.
        public var longestReconnectSeconds: Int
        public var username: String?
        public var password: String?
        public var caFile: String?
        public var certificateFile: String?
        public var keyFile: String?
    }

    /// The `kind` member of such a file.
    public static let kind = "box"

    /// Reads a box file (JSON5). Relative paths in it count from `folder`, the file's own.
    /// - Throws: every fault in it.
    public init(_ text: [UInt8], file: String, folder: String) throws(Findings) {
        self = try DocumentReader.read(text, dialect: .json5, file: file) { BoxConfiguration($0, folder: folder) }
    }

    private init?(_ root: ObjectReader, folder: String) {
        root.expectKind(BoxConfiguration.kind)
        func path(_ key: String) -> String {
            let path = root.string(key)
            return path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
        }
        let device = root.parsed("device", expected: "a name", Slug.init)
        stateFolder = path("stateFolder")
        scenario = path("scenario")
        hardware = path("hardware")
        signs = root.has("signs") ? path("signs") : root.optionalString("signs")
        rehearsalClock = root.has("rehearsalClock") ? path("rehearsalClock") : nil
        keepRecordsDays = Int(root.integer("keepRecordsDays", in: 1...3_650, unit: "days", default: 90))
        disk =
            root.optionalObject("disk") { reader in
                let megabytes: ClosedRange<Int64> = 1...1_000_000
                let disk = Disk(
                    warnBelowMegabytes: reader.integer(
                        "warnBelowMegabytes", in: megabytes, unit: "megabytes", default: 256),
                    refuseBelowMegabytes: reader.integer(
                        "refuseBelowMegabytes", in: megabytes, unit: "megabytes", default: 64))
                if disk.warnBelowMegabytes < disk.refuseBelowMegabytes {
                    reader.refuse(
                        "warnBelowMegabytes", found: "\(disk.warnBelowMegabytes)",
                        expected: "no less than refuseBelowMegabytes, \(disk.refuseBelowMegabytes)")
                    return nil
                }
                return disk
            } ?? Disk()
        let mqtt = root.object("mqtt") { reader in
            Broker(
                host: reader.string("host", longest: 255, default: "127.0.0.1"),
                port: Int(reader.integer("port", in: 1...65_535)),
                keepAliveSeconds: Int(reader.integer("keepAliveSeconds", in: 8...3_600, unit: "seconds", default: 10)),
                longestReconnectSeconds: Int(
                    reader.integer("longestReconnectSeconds", in: 1...600, unit: "seconds", default: 60)),
                username: reader.optionalString("username"), password: reader.optionalString("password"),
                caFile: reader.optionalString("caFile"), certificateFile: reader.optionalString("certificateFile"),
                keyFile: reader.optionalString("keyFile"))
        }
        let http = root.object("http") { reader in
            Endpoint(
                host: reader.string("host", longest: 255, default: "127.0.0.1"),
                port: Int(reader.integer("port", in: 0...65_535)))
        }
        guard let device, let mqtt, let http else { return nil }
        self.device = device
        self.mqtt = mqtt
        self.http = http
    }
}
