/// One recognition that a terminal reports.
public struct FaceRecord: Hashable, Sendable {
    /// What the terminal itself decided.
    public enum Verdict: Int64, Sendable {
        case none = 0, allowed, refused, notRegistered
    }

    /// The terminal's own number of the record; the answer has it.
    public var id: Int64
    /// Who, by the id under which the person was pushed. Personal data.
    public var person: String?
    public var verdict: Verdict
    /// 0 to 1,000 thousandths; terminals write per cent. It is shown and kept, and decides nothing: the terminal has
    /// compared by its own threshold, and ``verdict`` says what came of it.
    public var similarityThousandths: Int64?
    /// The terminal's own clock and zone: seconds since 1970 in local time; nil if it wrote none or no date.
    public var localSeconds: Int64?
    /// Kept while there was no connection, or by the broker: history, nobody stands there.
    public var isStored: Bool

    public init(
        id: Int64, person: String?, verdict: Verdict, similarityThousandths: Int64?, localSeconds: Int64?,
        isStored: Bool
    ) {
        self.id = id
        self.person = person
        self.verdict = verdict
        self.similarityThousandths = similarityThousandths
        self.localSeconds = localSeconds
        self.isStored = isStored
    }
}

/// A terminal's answer to a command.
public struct FaceAck: Hashable, Sendable {
    /// The command's id; nil from firmwares that do not send it back.
    public var messageID: String?
    /// The command's name, without `-Ack`.
    public var command: String
    public var isOK: Bool
    /// The terminal's code, shortened to 64 characters; nil if it gave none.
    public var code: String?
    /// Of a batch: who was taken on.
    public var added: [String]
    /// Of a batch: who was not, and the terminal's code for it.
    public var failed: [String: String]
    /// Of a batch: how many were taken on, from firmwares that give no names.
    public var addedCount: Int64?

    public init(
        messageID: String?, command: String, isOK: Bool, code: String? = nil, added: [String] = [],
        failed: [String: String] = [:], addedCount: Int64? = nil
    ) {
        self.addedCount = addedCount
        self.messageID = messageID
        self.command = command
        self.isOK = isOK
        self.code = code
        self.added = added
        self.failed = failed
    }
}

/// What a terminal said.
public enum FaceMessage: Hashable, Sendable {
    /// It connected; it repeats this until it is answered.
    case online
    /// Its last will.
    case offline
    /// Local seconds since 1970 by its clock.
    case heartbeat(localSeconds: Int64?)
    case record(FaceRecord)
    /// A face that it does not know, by the number of the picture.
    case stranger(id: Int64, isStored: Bool)
    case ack(FaceAck)
    /// A message of the family that says nothing here.
    case other
}

/// Why a terminal's message, or a list for it, cannot be used. It never has a name or a person's id in it.
public enum FaceTerminalError: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLarge(bytes: Int)
    case unknownTopic
    case notJSON(String)
    case missing(String)
    case badValue(String)
    /// The message names another terminal than its topic.
    case otherTerminal
    case tooManyPeople(Int)
    case badPerson

    public var description: String {
        let what =
            switch self {
            case .tooLarge(let bytes):
                "a message of \(bytes) bytes, more than \(FaceTerminal.largest); turn off its scene pictures"
            case .unknownTopic: "a topic that no terminal has; compare its settings with the site's"
            case .notJSON(let fault): "no JSON (\(fault)); update its software"
            case .missing(let field): "the field \(field) is missing; update its software"
            case .badValue(let field): "the field \(field) has a value that it cannot have; update its software"
            case .otherTerminal: "its topic and its message name two terminals; give each its own id"
            case .tooManyPeople(let count):
                "\(count) people, more than \(FacePush.most); divide them among several terminals"
            case .badPerson: "a person's id or picture address is empty or too long, or the version is not above 0"
            }
        return "talking to a face terminal: \(what)"
    }
}
