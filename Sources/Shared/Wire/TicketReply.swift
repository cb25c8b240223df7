internal import JSONText
public import Vocabulary

/// What the platform answers to a gate that asks whether people may be let in on a ticket.
public struct TicketReply: Hashable, Sendable {
    public enum Outcome: Hashable, Sendable {
        case granted
        case refused(Refusal)
        /// The platform could not decide, and nothing was changed.
        case unknown
    }

    /// Why not.
    public enum Refusal: Hashable, Sendable {
        case notYet, closedNow, over
        /// Everybody it was sold for has passed.
        case used
        /// Fewer may still pass than were asked for.
        case tooFewLeft(Int64)
        case groupTooLarge(Int64)
        /// The gate had given this presentation up before.
        case takenBack
        case memoryFull
        /// The office has stopped it.
        case voided
        /// The platform did not sell it, or not for the site of this gate.
        case notSold
    }

    /// Where and when somebody was last let in.
    public struct Sight: Hashable, Sendable {
        public var gate: DeviceID
        public var at: WallTime

        public init(gate: DeviceID, at: WallTime) {
            self.gate = gate
            self.at = at
        }
    }

    public var outcome: Outcome
    /// People that may still pass on the ticket, after this; nil: not known.
    public var left: Int64?
    /// Of a ticket that is used up.
    public var last: Sight?

    public init(_ outcome: Outcome, left: Int64? = nil, last: Sight? = nil) {
        self.outcome = outcome
        self.left = left
        self.last = last
    }
}

extension TicketReply {
    func write(to writer: inout JSONWriter) {
        switch outcome {
        case .granted: writer.field("outcome", "granted")
        case .unknown: writer.field("outcome", "unknown")
        case .refused(let why):
            writer.field("outcome", "refused")
            writer.field("reason", why.word)
            if case .groupTooLarge(let most) = why { writer.field("most", most) }
            if case .tooFewLeft(let few) = why { writer.field("few", few) }
        }
        writer.field("left", ifPresent: left)
        if let last {
            writer.field("last") {
                $0.field("gate", last.gate.text)
                $0.field("at", last.at.milliseconds)
            }
        }
    }

    init(_ node: JSONNode) throws(WireError) {
        switch try node.text("outcome") {
        case "granted": outcome = .granted
        case "unknown": outcome = .unknown
        case "refused": outcome = .refused(try Refusal(node))
        default: throw .wrong("outcome")
        }
        left = node["left"] == nil ? nil : try node.number("left")
        guard node["last"] != nil else { return }
        let sight = try node.object("last")
        last = Sight(
            gate: try sight.parse("gate", DeviceID.init), at: WallTime(milliseconds: try sight.number("at")))
    }
}

extension TicketReply.Refusal {
    fileprivate var word: String {
        switch self {
        case .notYet: "notYet"
        case .closedNow: "closedNow"
        case .over: "over"
        case .used: "used"
        case .tooFewLeft: "tooFewLeft"
        case .groupTooLarge: "groupTooLarge"
        case .takenBack: "takenBack"
        case .memoryFull: "memoryFull"
        case .voided: "voided"
        case .notSold: "notSold"
        }
    }

    fileprivate init(_ node: JSONNode) throws(WireError) {
        switch try node.text("reason") {
        case "notYet": self = .notYet
        case "closedNow": self = .closedNow
        case "over": self = .over
        case "used": self = .used
        case "tooFewLeft": self = .tooFewLeft(try node.number("few"))
        case "groupTooLarge": self = .groupTooLarge(try node.number("most"))
        case "takenBack": self = .takenBack
        case "memoryFull": self = .memoryFull
        case "voided": self = .voided
        case "notSold": self = .notSold
        default: throw .wrong("reason")
        }
    }
}
