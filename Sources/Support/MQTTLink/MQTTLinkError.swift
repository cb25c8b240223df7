/// A message was not accepted, or a link could not be made.
public enum MQTTLinkError: Error, Equatable, CustomStringConvertible {
    /// The link is down; nothing was kept.
    case notConnected(broker: String)
    /// The bound on messages or bytes is reached; nothing was kept. Wait for `published`.
    case queueFull(messages: Int, bytes: Int)
    /// The packet would be larger than the configuration allows.
    case tooLarge(topic: String, bytes: Int, limit: Int)
    /// The topic or response topic cannot be published to.
    case badTopic(String)
    /// A property of the message does not fit into a packet.
    case badProperty(name: String, topic: String)
    /// A field of the configuration is out of its range.
    case badConfiguration(field: String, found: String, expected: String)
    /// The link's thread could not be started.
    case threadNotStarted(why: String)

    public var description: String {
        switch self {
        case .notConnected(let broker):
            "publishing to \(broker) failed: the link is down; publish again when it is up"
        case .queueFull(let messages, let bytes):
            "publishing failed: \(messages) messages of \(bytes) bytes already wait for the broker; publish again later"
        case .tooLarge(let topic, let bytes, let limit):
            "publishing to the topic \"\(topic)\" failed: \(bytes) bytes are more than the \(limit) allowed"
        case .badTopic(let topic):
            "publishing to the topic \"\(topic)\" failed: a topic is 1 to 65,535 bytes of text without + and #"
        case .badProperty(let name, let topic):
            "publishing to the topic \"\(topic)\" failed: its \(name) is longer than 65,535 bytes or no valid text"
        case .badConfiguration(let field, let found, let expected):
            "the link's configuration is wrong: \(field) is \(found), expected \(expected)"
        case .threadNotStarted(let why): why
        }
    }
}
