internal import JSONText
public import Vocabulary

/// Whether a box is there (`up/presence`, retained): its birth, or its will.
public enum Presence: Equatable, Sendable {
    /// - Parameters:
    ///   - birth: new for every connection: a birth that comes twice, or late, is known by it.
    ///   - head: the last record of the journal that is on disk; within one epoch it never falls.
    ///   - purseRules: of a box that splits payments over purses: by which rules (``ContentDigest``).
    case online(birth: UUIDv7, version: String, epoch: String, head: Int64, purseRules: String? = nil)
    case offline

    public var payload: [UInt8] {
        JSONWriter.object { writer in
            switch self {
            case .online(let birth, let version, let epoch, let head, let purseRules):
                writer.field("online", true)
                writer.field("birth", birth.description)
                writer.field("version", version)
                writer.field("epoch", epoch)
                writer.field("head", head)
                writer.field("purseRules", ifPresent: purseRules)
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
            birth: try node.parse("birth", UUIDv7.init), version: try node.text("version"), epoch: try node.epoch(),
            head: try node.head(),
            purseRules: node["purseRules"] == nil ? nil : try node.parse("purseRules", ContentDigest.checked))
    }
}

/// How a box is (`up/health`), every half minute.
public struct Health: Equatable, Sendable {
    /// The journal's.
    public var epoch: String
    /// The last record of the journal that is on disk.
    public var head: Int64
    /// How many records the platform has not confirmed.
    public var queued: Int64
    public var isJournalHealthy: Bool
    public var isClockSynchronised: Bool
    /// The room for the box's journal.
    public var disk: DiskLevel
    /// The names of the lines that are faulty.
    public var faults: [String]

    public init(
        epoch: String, head: Int64, queued: Int64, isJournalHealthy: Bool, isClockSynchronised: Bool, disk: DiskLevel,
        faults: [String]
    ) {
        self.epoch = epoch
        self.head = head
        self.queued = queued
        self.isJournalHealthy = isJournalHealthy
        self.isClockSynchronised = isClockSynchronised
        self.disk = disk
        self.faults = faults
    }

    public var payload: [UInt8] {
        JSONWriter.object { writer in
            writer.field("epoch", epoch)
            writer.field("head", head)
            writer.field("queued", queued)
            writer.field("journalHealthy", isJournalHealthy)
            writer.field("clockSynchronised", isClockSynchronised)
            writer.field("disk", disk.rawValue)
            writer.field("faults", array: faults) { $0.string($1) }
        }
    }

    public init(payload: [UInt8]) throws(WireError) {
        let node = try JSONNode.message(payload)
        let faults = try node.list("faults", most: 256)
        let names = faults.compactMap(\.string)
        guard names.count == faults.count else { throw .wrong("faults") }
        self.init(
            epoch: try node.epoch(), head: try node.head(), queued: try node.number("queued"),
            isJournalHealthy: try node.flag("journalHealthy"),
            isClockSynchronised: try node.flag("clockSynchronised"), disk: try node.choice("disk"), faults: names)
    }
}

extension JSONNode {
    fileprivate func epoch() throws(WireError) -> String {
        let epoch = try text("epoch")
        guard JournalEpoch.isValid(epoch) else { throw .wrong("epoch") }
        return epoch
    }

    fileprivate func head() throws(WireError) -> Int64 {
        let head = try number("head")
        guard head >= 0 else { throw .wrong("head") }
        return head
    }
}

/// What a journal's epoch may be called.
enum JournalEpoch {
    /// 1 to 64 printable ASCII characters: it stands in signed texts and in log lines.
    static func isValid(_ epoch: String) -> Bool {
        (1...64).contains(epoch.utf8.count) && epoch.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}

/// What happened elsewhere (`down/event`).
public enum Announcement: Equatable, Sendable {
    /// A list has a new version.
    case listChanged(ListKind)
    /// Another offline policy is to be in force.
    case policyChanged
    /// A code that the box shows was paid, or a payer confirmed: ask for this payment now.
    case paymentChanged(PaymentID)
    /// Another journal speaks under this box's name: a copied disk, or an old one that is in use again.
    case journalContested
    /// A car has come in at another box of the car park, or what is known of it has changed: its plate, say.
    case stayOpened(StayNote)
    /// A car has left at another box of the car park.
    case stayClosed(StayID)
    /// A car's driver has paid on the phone. It is said again until the box's record of it has come.
    case stayPrepaid(Prepayment)
    /// The platform wants this lease back now: somebody stands elsewhere who needs the money.
    case leaseRecalled(LeaseID)
    /// By which rules the platform splits payments over purses (``ContentDigest``); said after each birth.
    case purseRules(digest: String)
    /// What became of a ticket at another gate of the site.
    case ticket(TicketFact)
    /// Who had a meal at another box of the canteen.
    case meal(MealFact)

    public var payload: [UInt8] {
        JSONWriter.object { writer in
            switch self {
            case .listChanged(let kind):
                writer.field("event", "listChanged")
                writer.field("list", kind.rawValue)
            case .policyChanged: writer.field("event", "policyChanged")
            case .paymentChanged(let payment):
                writer.field("event", "paymentChanged")
                writer.field("payment", payment.description)
            case .journalContested:
                writer.field("event", "journalContested")
            case .stayOpened(let note):
                writer.field("event", "stayOpened")
                note.write(to: &writer)
            case .stayClosed(let stay):
                writer.field("event", "stayClosed")
                writer.field("stay", stay.description)
            case .stayPrepaid(let prepayment):
                writer.field("event", "stayPrepaid")
                prepayment.write(to: &writer)
            case .leaseRecalled(let lease):
                writer.field("event", "leaseRecalled")
                writer.field("lease", lease.description)
            case .purseRules(let digest):
                writer.field("event", "purseRules")
                writer.field("digest", digest)
            case .ticket(let fact):
                writer.field("event", "ticket")
                fact.write(to: &writer)
            case .meal(let fact):
                writer.field("event", "meal")
                fact.write(to: &writer)
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
        case "policyChanged": self = .policyChanged
        case "paymentChanged":
            guard let payment = node["payment"]?.string.flatMap({ try? PaymentID($0) }) else { return nil }
            self = .paymentChanged(payment)
        case "journalContested": self = .journalContested
        case "stayOpened":
            guard let note = try? StayNote(node) else { return nil }
            self = .stayOpened(note)
        case "stayClosed":
            guard let stay = node["stay"]?.string.flatMap({ try? StayID($0) }) else { return nil }
            self = .stayClosed(stay)
        case "stayPrepaid":
            guard let prepayment = try? Prepayment(node) else { return nil }
            self = .stayPrepaid(prepayment)
        case "leaseRecalled":
            guard let lease = node["lease"]?.string.flatMap({ try? LeaseID($0) }) else { return nil }
            self = .leaseRecalled(lease)
        case "purseRules":
            guard let digest = node["digest"]?.string.flatMap({ try? ContentDigest.checked($0) }) else { return nil }
            self = .purseRules(digest: digest)
        case "ticket":
            guard let fact = try? TicketFact(node) else { return nil }
            self = .ticket(fact)
        case "meal":
            guard let fact = try? MealFact(node) else { return nil }
            self = .meal(fact)
        default: return nil
        }
    }
}
