/// How surely a message is delivered.
public enum QoS: Int32, Sendable, Hashable {
    /// Sent once, never acknowledged: it may be lost.
    case atMostOnce = 0
    /// Acknowledged by the receiver: it may come more than once.
    case atLeastOnce = 1
}

/// One MQTT 5 message, as it is sent or received.
public struct MQTTMessage: Sendable, Equatable {
    /// 1 to 65,535 bytes of UTF-8, no wildcards.
    public var topic: String
    /// May be empty.
    public var payload: [UInt8]
    public var qos: QoS
    /// Sent: the broker keeps it for later subscribers. Received: it was kept, it is not fresh.
    public var retain: Bool
    /// Where the receiver is to answer.
    public var responseTopic: String?
    /// Comes back with the answer; at most 65,535 bytes.
    public var correlation: [UInt8]?
    /// The broker drops the message when it has waited this long. Received: what was left.
    public var expirySeconds: UInt32?
    /// Such as `application/json`; at most 65,535 bytes of UTF-8.
    public var contentType: String?

    public init(
        topic: String, payload: [UInt8], qos: QoS = .atLeastOnce, retain: Bool = false, responseTopic: String? = nil,
        correlation: [UInt8]? = nil, expirySeconds: UInt32? = nil, contentType: String? = nil
    ) {
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.retain = retain
        self.responseTopic = responseTopic
        self.correlation = correlation
        self.expirySeconds = expirySeconds
        self.contentType = contentType
    }

    /// An upper bound of the packet's bytes on the wire.
    var packetBytes: Int {
        // Fixed header 5, topic length 2, packet id 2, properties length 4; each property 1 and its length 2.
        13 + topic.utf8.count + payload.count
            + (responseTopic.map { 3 + $0.utf8.count } ?? 0) + (correlation.map { 3 + $0.count } ?? 0)
            + (contentType.map { 3 + $0.utf8.count } ?? 0) + (expirySeconds == nil ? 0 : 5)
    }
}
