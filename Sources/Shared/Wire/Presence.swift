internal import JSONText
public import Vocabulary

/// Whether a box is there (`up/presence`, retained): its birth, or its will.
public enum Presence: Equatable, Sendable {
    case online(version: String, epoch: String, head: Int64)
    case offline

    public var payload: [UInt8] {
        JSONWriter.object { writer in
            switch self {
            case .online(let version, let epoch, let head):
                writer.field("online", true)
                writer.field("version", version)
                writer.field("epoch", epoch)
                writer.field("head", head)
            case .offline:
                writer.field("online", false)
            }
        }
    }

    public init(payload: [UInt8]) throws(WireError) {
        let node = try JSONNode.message(payload)
        guard try node.flag("online") else {
            self = .offline
            return
        }
        self = .online(
            version: try node.text("version"), epoch: try node.text("epoch"), head: try node.number("head"))
    }
}

/// How a box is (`up/health`), every half minute.
public struct Health: Equatable, Sendable {
    public var queued: Int64
    public var isJournalHealthy: Bool
    public var isClockSynchronised: Bool
    /// The names of the lines that are faulty.
    public var faults: [String]

    public init(queued: Int64, isJournalHealthy: Bool, isClockSynchronised: Bool, faults: [String]) {
        self.queued = queued
        self.isJournalHealthy = isJournalHealthy
        self.isClockSynchronised = isClockSynchronised
        self.faults = faults
    }

    public var payload: [UInt8] {
        JSONWriter.object { writer in
            writer.field("queued", queued)
            writer.field("journalHealthy", isJournalHealthy)
            writer.field("clockSynchronised", isClockSynchronised)
            writer.field("faults", array: faults) { $0.string($1) }
        }
    }

    public init(payload: [UInt8]) throws(WireError) {
        let node = try JSONNode.message(payload)
        let faults = try node.list("faults", most: 256)
        let names = faults.compactMap(\.string)
        guard names.count == faults.count else { throw .wrong("faults") }
        self.init(
            queued: try node.number("queued"), isJournalHealthy: try node.flag("journalHealthy"),
            isClockSynchronised: try node.flag("clockSynchronised"), faults: names)
    }
}

/// What happened elsewhere (`down/event`).
public enum Announcement: Equatable, Sendable {
    /// A list has a new version.
    case listChanged(ListKind)
    /// A code that the box shows was paid, or a payer confirmed: ask for this payment now.
    case paymentChanged(PaymentID)

    public var payload: [UInt8] {
        JSONWriter.object { writer in
            switch self {
            case .listChanged(let kind):
                writer.field("event", "listChanged")
                writer.field("list", kind.rawValue)
            case .paymentChanged(let payment):
                writer.field("event", "paymentChanged")
                writer.field("payment", payment.description)
            }
        }
    }

    /// - Returns: nil for an event this version does not know.
    public init?(payload: [UInt8]) {
        guard let node = try? JSONNode.parse(payload, dialect: .json) else { return nil }
        switch node["event"]?.string {
        case "listChanged":
            guard let kind = node["list"]?.string.flatMap(ListKind.init(rawValue:)) else { return nil }
            self = .listChanged(kind)
        case "paymentChanged":
            guard let payment = node["payment"]?.string.flatMap({ try? PaymentID($0) }) else { return nil }
            self = .paymentChanged(payment)
        default: return nil
        }
    }
}
