internal import FaceTerminal
public import JSONText
public import MQTTLink
public import Vocabulary

/// The face terminals of a box and the broker where it meets them: part of its hardware file.
public struct FaceTerminals: Equatable, Sendable {
    public struct Terminal: Hashable, Sendable {
        /// Its id in topics: as its own settings have it; one that ``FaceTerminals/name(ofID:)`` takes.
        public var id: String
        public var lane: LaneID
        /// How long it may say nothing.
        public var silentAfter: Uptime.Span

        public init(id: String, lane: LaneID, silentAfter: Uptime.Span = .seconds(60)) {
            precondition(FaceTerminals.name(ofID: id) != nil, "an id that can stand in a topic and in records")
            self.id = id
            self.lane = lane
            self.silentAfter = silentAfter
        }
    }

    /// The most terminals of a box.
    public static let most = 8

    /// What a terminal is called in the box's records: its id in small letters.
    /// - Returns: nil for an id that cannot stand in both topics and records: nobody whom it sees could be charged.
    public static func name(ofID id: String) -> Slug? {
        FaceTerminal.isID(id) ? try? Slug(id.lowercased()) : nil
    }

    /// Where and as whom to connect; ``FaceLink`` sets its subscriptions and sizes.
    public var broker: MQTTLinkConfiguration
    /// 1 to ``most``, each id once.
    public var terminals: [Terminal]

    public init(broker: MQTTLinkConfiguration, terminals: [Terminal]) {
        precondition((1...FaceTerminals.most).contains(terminals.count), "1 to \(FaceTerminals.most) face terminals")
        precondition(FaceTerminals.areDistinct(terminals), "a terminal is named once")
        self.broker = broker
        self.terminals = terminals
    }

    /// Reads the `faceTerminals` of a hardware file; nil where there are none, or a fault was noted.
    ///
    /// - Parameter client: what the broker knows this link by; an older one of the same name is ended by it.
    public init?(_ root: ObjectReader, client: String) {
        let read = root.optionalObject("faceTerminals") { reader -> FaceTerminals? in
            let broker = reader.object("broker") { FaceTerminals.broker($0, client) }
            let terminals = reader.objects("terminals", count: 1...FaceTerminals.most, FaceTerminals.terminal)
            guard FaceTerminals.areDistinct(terminals) else {
                reader.refuse(
                    "terminals", found: "an id twice, great and small letters aside", expected: "each terminal once")
                return nil
            }
            guard let broker, !terminals.isEmpty else { return nil }
            return FaceTerminals(broker: broker, terminals: terminals)
        }
        guard let read else { return nil }
        self = read
    }

    private struct BadID: Error, CustomStringConvertible {
        let description =
            "1 to 64 letters, digits and hyphens, no hyphen first, not \"basic\" or \"heartbeat\"; set another in the "
            + "terminal"
    }

    /// Two ids that differ in great and small letters only would be one in records.
    private static func areDistinct(_ terminals: [Terminal]) -> Bool {
        Set(terminals.map { FaceTerminals.name(ofID: $0.id) }).count == terminals.count
    }

    private static func terminal(_ reader: ObjectReader) -> Terminal? {
        let id = reader.parsed("id", expected: "a terminal's id") { (text: String) throws(BadID) -> String in
            guard FaceTerminals.name(ofID: text) != nil else { throw BadID() }
            return text
        }
        let lane = reader.parsed("lane", expected: "a lane's name", Slug.init)
        let silence = reader.integer("silentAfterSeconds", in: 10...3_600, unit: "seconds", default: 60)
        guard let id, let lane else { return nil }
        return Terminal(id: id, lane: lane, silentAfter: .seconds(silence))
    }

    private static func broker(_ reader: ObjectReader, _ client: String) -> MQTTLinkConfiguration? {
        var broker = MQTTLinkConfiguration(
            host: reader.string("host", longest: 255, default: "127.0.0.1"),
            port: Int(reader.integer("port", in: 1...65_535, default: 1_883)), clientID: client)
        broker.keepAliveSeconds = 10
        broker.username = reader.optionalString("username")
        broker.password = reader.optionalString("password")
        let ca = reader.optionalString("caFile")
        let certificate = reader.optionalString("certificateFile"), key = reader.optionalString("keyFile")
        if let ca { broker.tls = .init(caFile: ca, certificateFile: certificate, keyFile: key) }
        if ca == nil, certificate != nil || key != nil {
            reader.refuse("caFile", found: "nothing", expected: "the authorities' file, where a certificate is named")
        }
        do throws(MQTTLinkError) { try broker.validate() } catch {
            reader.refuse("host", found: error.description, expected: "a broker that can be connected to")
            return nil
        }
        return broker
    }
}
