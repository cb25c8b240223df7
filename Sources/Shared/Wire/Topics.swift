public import Vocabulary

/// The topics of one box: `turnpike/1/<device>/…`. A box writes only its own `up/#` and reads only its own `down/#`.
public struct Topics: Sendable {
    public let records: String, request: String, presence: String, health: String
    public let acknowledgement: String, response: String, event: String

    public init(_ device: DeviceID) {
        let root = "\(Topics.root)/\(device)"
        records = "\(root)/up/records"
        request = "\(root)/up/request"
        presence = "\(root)/up/presence"
        health = "\(root)/up/health"
        acknowledgement = "\(root)/down/ack"
        response = "\(root)/down/response"
        event = "\(root)/down/event"
    }

    /// The first two levels of every topic; the digit is the version of the wire.
    public static let root = "turnpike/1"

    /// What the platform's workers subscribe to together: they share the load.
    public static let sharedSubscriptions = ["records", "request", "health"].map {
        "$share/platform/\(root)/+/up/\($0)"
    }

    /// What each of the platform's workers subscribes to for itself: a shared subscription brings no retained message,
    /// and a worker that was away must hear which boxes are there.
    public static let presenceSubscription = "\(root)/+/up/presence"

    /// What a box sends the platform, and which box: taken from a topic.
    public enum Upward: String, Sendable {
        case records, request, presence, health
    }

    /// Where a payment network, or what speaks for it here, says that something became of an order.
    public static func notice(_ acquirer: Slug) -> String { "\(root)/\(acquirer)/acquirer/notice" }

    /// What the platform's workers subscribe to for that: they share the load.
    public static let noticeSubscription = "$share/platform/\(root)/+/acquirer/notice"

    /// The payment network whose topic this is; nil for any other topic.
    public static func acquirer(of topic: String) -> Slug? {
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard levels.count == 5, levels[0] == "turnpike", levels[1] == "1", levels[3] == "acquirer",
            levels[4] == "notice"
        else { return nil }
        return try? Slug(String(levels[2]))
    }

    /// - Returns: nil for a topic that is none of ours.
    public static func parse(_ topic: String) -> (device: DeviceID, kind: Upward)? {
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard levels.count == 5, levels[0] == "turnpike", levels[1] == "1", levels[3] == "up",
            let device = try? DeviceID(String(levels[2])), let kind = Upward(rawValue: String(levels[4]))
        else { return nil }
        return (device, kind)
    }
}
