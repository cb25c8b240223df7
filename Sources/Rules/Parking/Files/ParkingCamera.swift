internal import JSONText
public import Vocabulary

/// A plate camera, as a hardware file describes it.
public struct ParkingCamera: Hashable, Sendable {
    /// Whose messages it sends, and how.
    public enum Kind: String, CaseIterable, Sendable {
        /// It pushes to the box over HTTP.
        case vzenith, hikvision
        /// The box connects to it over HTTP, and it streams.
        case dahua, hikvisionStream
        /// Both meet at an MQTT broker.
        case vzenithMQTT
    }

    /// Where a camera's own HTTP server is.
    public struct Address: Hashable, Sendable {
        public var host: String
        public var port: Int
        public var username: String
        /// Secret: never in a log.
        public var password: String
    }

    /// The broker that a camera is connected to: the box's own, the platform's, or another.
    public struct Broker: Hashable, Sendable {
        public var host: String
        public var port: Int
        public var username: String?
        /// Secret: never in a log.
        public var password: String?
        public var caFile: String?
        public var certificateFile: String?
        public var keyFile: String?
    }

    /// How a camera over MQTT is found and wired.
    public struct Messages: Hashable, Sendable {
        /// Letters, digits, hyphens and underscores.
        public var serial: String
        public var broker: Broker
        /// The output that raises the boom, 0 to 3.
        public var output: Int
    }

    /// The last part of the address it pushes to: `/cameras/<id>`.
    public var id: Slug
    public var lane: LaneID
    public var kind: Kind
    /// When it counts as silent; nil: it sends no heartbeats and is not watched.
    public var silentAfter: Uptime.Span?
    public var address: Address?
    public var messages: Messages?
    /// How often a camera that streams is asked for a heartbeat, 1 to 20 s.
    public var heartbeatSeconds: Int
    /// What a read counts for of a camera that gives no percentage, and the scale of one that does: 100, 255 or nil.
    public var assumedConfidence: Int
    public var confidenceScale: Int?

    /// Whether it can be told to open a barrier on its own output.
    public var canOpen: Bool { address != nil || messages != nil }

    init?(_ reader: ObjectReader) {
        let id = reader.parsed("id", expected: "a name", Slug.init)
        let lane = reader.parsed("lane", expected: "a lane's name", Slug.init)
        kind = reader.choice("kind")
        let silence = reader.integer("silentAfterSeconds", in: 0...3_600, unit: "seconds, 0: never", default: 50)
        heartbeatSeconds = 5
        assumedConfidence = 80
        var isWhole = true
        switch kind {
        case .vzenith: break
        case .hikvision: address = reader.optionalObject("address", ParkingCamera.address)
        case .dahua:
            address = reader.object("address", ParkingCamera.address)
            isWhole = address != nil
            heartbeatSeconds = Int(reader.integer("heartbeatSeconds", in: 1...20, unit: "seconds", default: 5))
            assumedConfidence = Int(reader.integer("assumedConfidence", in: 0...100, unit: "percent", default: 80))
            if let scale = reader.optionalInteger("confidenceScale", in: 100...255) {
                confidenceScale = Int(scale)
                if scale != 100, scale != 255 {
                    reader.refuse("confidenceScale", found: "\(scale)", expected: "100 or 255")
                }
            }
        case .hikvisionStream:
            address = reader.object("address", ParkingCamera.address)
            isWhole = address != nil
        case .vzenithMQTT:
            let serial = reader.parsed("serial", expected: "a serial number", ParkingCamera.serial)
            let broker = reader.object("broker", ParkingCamera.broker)
            let output = Int(reader.integer("output", in: 0...3, default: 0))
            if let serial, let broker { messages = Messages(serial: serial, broker: broker, output: output) }
            isWhole = messages != nil
        }
        if kind == .dahua, silence != 0, silence < Int64(3 * heartbeatSeconds) {
            reader.refuse(
                "silentAfterSeconds", found: "\(silence)",
                expected: "0, or three times heartbeatSeconds (\(3 * heartbeatSeconds)) or more")
        }
        silentAfter = silence == 0 ? nil : .seconds(silence)
        guard isWhole, let id, let lane else { return nil }
        self.id = id
        self.lane = lane
    }

    private static func address(_ reader: ObjectReader) -> Address? {
        Address(
            host: reader.string("host", longest: 255), port: Int(reader.integer("port", in: 1...65_535, default: 80)),
            username: reader.string("username", longest: 64, default: "admin"),
            password: reader.string("password", longest: 128))
    }

    private static func broker(_ reader: ObjectReader) -> Broker? {
        Broker(
            host: reader.string("host", longest: 255, default: "127.0.0.1"),
            port: Int(reader.integer("port", in: 1...65_535, default: 1_883)),
            username: reader.optionalString("username"), password: reader.optionalString("password"),
            caFile: reader.optionalString("caFile"), certificateFile: reader.optionalString("certificateFile"),
            keyFile: reader.optionalString("keyFile"))
    }

    /// It stands in topics, where `/`, `+` and `#` mean something else.
    private struct BadSerial: Error, CustomStringConvertible {
        let description = "1 to 64 letters, digits, hyphens and underscores"
    }

    private static func serial(_ text: String) throws(BadSerial) -> String {
        let isSerial =
            (1...64).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
                default: false
                }
            }
        guard isSerial else { throw BadSerial() }
        return text
    }
}
