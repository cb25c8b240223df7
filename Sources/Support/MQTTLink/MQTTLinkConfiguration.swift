/// Where and how a link connects, and its bounds.
public struct MQTTLinkConfiguration: Sendable, Equatable {
    /// Certificates for an encrypted connection; the broker's certificate must match the host name.
    public struct TLS: Sendable, Equatable {
        /// PEM file of the authorities trusted to sign the broker's certificate.
        public var caFile: String
        /// PEM files of our own certificate and key: both or neither.
        public var certificateFile: String?
        public var keyFile: String?

        public init(caFile: String, certificateFile: String? = nil, keyFile: String? = nil) {
            self.caFile = caFile
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// What to receive.
    public struct Subscription: Sendable, Equatable {
        /// A topic filter; wildcards and `$share/…` are allowed.
        public var filter: String
        /// The broker must grant it in full, or the link does not come up.
        public var qos: QoS

        public init(_ filter: String, _ qos: QoS) {
            self.filter = filter
            self.qos = qos
        }
    }

    /// Name or address of the broker.
    public var host = "127.0.0.1"
    /// 1...65535.
    public var port: Int
    /// 1 to 65,535 bytes. The broker ends an older connection with the same one.
    public var clientID: String
    /// A peer that is silent without closing is noticed within 1.5 times this; 8...3600 s.
    ///
    /// The library notices only after twice its own interval, so it is given a shorter one (14 s for 20). A broker that
    /// sets another interval at connect (MQTT 5 "server keep alive") is obeyed, and noticed within twice that.
    public var keepAliveSeconds = 20
    public var username: String?
    public var password: String?
    public var tls: TLS?
    /// Published by the broker when this link ends in any way but `stop()`.
    public var will: MQTTMessage?
    /// Asked for at every connect; at most 64.
    public var subscriptions: [Subscription] = []
    /// QoS 1 messages sent and not yet acknowledged, in each direction; 1...1024. The broker may allow fewer.
    public var maximumInFlight = 64
    /// Messages accepted and neither acknowledged nor refused; further ones are refused with `queueFull`. 1...65,535.
    public var maximumQueuedMessages = 4096
    /// The same bound in bytes, a little overestimated for each message's headers. 1024 or more.
    public var maximumQueuedBytes = 16 << 20
    /// A larger packet is refused with `tooLarge`; 1024...268,435,455.
    public var maximumPacketBytes = 1 << 20
    /// The longest a connection may take until all subscriptions are granted; 100...600,000.
    public var connectTimeoutMilliseconds = 10_000

    public init(host: String = "127.0.0.1", port: Int, clientID: String) {
        self.host = host
        self.port = port
        self.clientID = clientID
    }

    /// What the library is given: pinged after one interval of silence, given up after the second, checked each second.
    var libraryKeepAliveSeconds: Int { (3 * keepAliveSeconds - 2) / 4 }

    var broker: String { "\(host):\(port)" }
}

extension MQTTLinkConfiguration {
    /// Checks every bound, connecting to nothing.
    ///
    /// - Throws: `MQTTLinkError.badConfiguration` for the first field that is wrong.
    public func validate() throws(MQTTLinkError) {
        try require(!host.isEmpty && !host.utf8.contains(0), "host", "\"\(host)\"", "a name or an address")
        try require((1...65535).contains(port), "port", "\(port)", "1...65535")
        try require(Self.isText(clientID), "clientID", "\"\(clientID)\"", "1 to 65,535 bytes of text")
        try require((8...3600).contains(keepAliveSeconds), "keepAliveSeconds", "\(keepAliveSeconds)", "8...3600")
        try require((1...1024).contains(maximumInFlight), "maximumInFlight", "\(maximumInFlight)", "1...1024")
        try require(
            (1...65535).contains(maximumQueuedMessages), "maximumQueuedMessages", "\(maximumQueuedMessages)",
            "1...65535")
        try require(maximumQueuedBytes >= 1024, "maximumQueuedBytes", "\(maximumQueuedBytes)", "1024 or more")
        try require(
            (1024...268_435_455).contains(maximumPacketBytes), "maximumPacketBytes", "\(maximumPacketBytes)",
            "1024...268435455")
        try require(
            (100...600_000).contains(connectTimeoutMilliseconds), "connectTimeoutMilliseconds",
            "\(connectTimeoutMilliseconds)", "100...600000")
        try require(username.map(Self.isText) ?? true, "username", "text that cannot be sent", "1 to 65,535 bytes")
        try require(password.map(Self.isText) ?? true, "password", "text that cannot be sent", "1 to 65,535 bytes")
        try require(
            password == nil || username != nil, "password", "a password without a username", "both or neither")
        try require(
            (tls?.certificateFile == nil) == (tls?.keyFile == nil), "tls", "only one of certificateFile and keyFile",
            "both or neither")
        try require(subscriptions.count <= 64, "subscriptions", "\(subscriptions.count)", "at most 64")
        for subscription in subscriptions {
            try require(
                Topic.isFilter(subscription.filter), "subscriptions", "\"\(subscription.filter)\"",
                "a topic filter: # only as the last level, + only as a whole level")
        }
        if let will { try will.validate(limit: maximumPacketBytes) }
    }

    private func require(
        _ isRight: Bool, _ field: String, _ found: String, _ expected: String
    ) throws(MQTTLinkError) {
        guard isRight else { throw .badConfiguration(field: field, found: found, expected: expected) }
    }

    private static func isText(_ text: String) -> Bool {
        (1...65535).contains(text.utf8.count) && !text.utf8.contains(0)
    }
}
