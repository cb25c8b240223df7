internal import JSONText

/// A person as a terminal is told of them.
public struct FacePerson: Hashable, Sendable {
    /// The longest id that the family takes, in bytes.
    public static let longestID = 48
    static let longestPicture = 512

    /// Not empty, at most ``longestID`` bytes. Comes back in records. Personal data.
    public let id: String
    /// What the terminal shows: the masked name.
    public let name: String
    /// Where the terminal fetches the picture: not empty, at most 512 bytes.
    public let pictureURI: String
    /// Above 0; another one for each change of the person.
    public let version: Int64

    /// - Throws: ``FaceTerminalError/badPerson``.
    public init(id: String, name: String, pictureURI: String, version: Int64) throws(FaceTerminalError) {
        guard (1...FacePerson.longestID).contains(id.utf8.count), version > 0,
            (1...FacePerson.longestPicture).contains(pictureURI.utf8.count)
        else { throw .badPerson }
        self.id = id
        self.name = String(name.prefix(32))
        self.pictureURI = pictureURI
        self.version = version
    }
}

/// A code on a terminal's screen.
public struct FaceCode: Hashable, Sendable {
    /// What the code says, 1 to 512 bytes; nil takes away what is shown.
    public let text: String?
    /// The left upper corner and the side of its square, in pixels of the terminal's screen: 0 to 4,096.
    public let left: Int64, top: Int64, side: Int64

    /// - Throws: ``FaceTerminalError/badValue(_:)``.
    public init(text: String?, left: Int64 = 0, top: Int64 = 0, side: Int64 = 240) throws(FaceTerminalError) {
        guard text.map({ (1...512).contains($0.utf8.count) }) ?? true else { throw .badValue("QRCodeData") }
        for (name, value) in [("AbsX", left), ("AbsY", top), ("ImageW", side)] where !(0...4_096).contains(value) {
            throw .badValue(name)
        }
        self.text = text
        self.left = left
        self.top = top
        self.side = side
    }

    func write(_ info: inout JSONWriter) {
        info.field("ShowStatus", text == nil ? 0 : 1)
        guard let text else { return }
        info.field("AbsX", left)
        info.field("AbsY", top)
        info.field("ImageW", side)
        info.field("ImageH", side)
        info.field("QRCodeData", text)
    }
}

/// What goes down to a terminal, on ``FaceTerminal/commandTopic(_:)``.
public enum FaceCommand: Hashable, Sendable {
    /// Answers a record (``FaceMessage/record(_:)``), so that it is not sent again.
    case answerRecord(id: Int64)
    /// Answers a face that the terminal does not know.
    case answerStranger(id: Int64)
    /// Answers ``FaceMessage/online``.
    case answerOnline(terminal: String)
    case edit([FacePerson])
    case delete(person: String)
    /// Opens the terminal's own relay once, and shows a text. Its fields are not confirmed.
    case openDoor(person: String, text: String)
    /// Shows a code on the terminal's screen, or takes it away. Its fields are not confirmed.
    case code(FaceCode)

    /// The name in `operator`; an answer has it with `-Ack`.
    public var name: String {
        switch self {
        case .answerRecord, .answerStranger: "PushAck"
        case .answerOnline: "Online-Ack"
        case .edit: "EditPersonsNew"
        case .delete: "DelPerson"
        case .openDoor: "OpenDoor"
        case .code: "ShowQRCode"
        }
    }

    /// - Parameter messageID: 1 to 64 characters; most firmwares send it back.
    /// - Returns: the message, the same bytes for the same command.
    public func bytes(messageID: String) -> [UInt8] {
        JSONWriter.object { root in
            root.field("messageId", messageID)
            if case .edit = self { root.field("DataBegin", "BeginFlag") }
            root.field("operator", name)
            switch self {
            case .answerRecord(let id): FaceCommand.answer(&root, type: 2, id)
            case .answerStranger(let id): FaceCommand.answer(&root, type: 1, id)
            case .answerOnline(let terminal):
                root.field("info") { info in
                    info.field("facesluiceId", terminal)
                    info.field("result", "ok")
                }
            case .edit(let people):
                root.field("PersonNum", Int64(people.count))
                root.field("info", array: people) { list, person in
                    list.object { entry in
                        entry.field("customId", person.id)
                        entry.field("name", person.name)
                        // 0 is the list of those who may pass.
                        entry.field("personType", 0)
                        entry.field("tempValid", 0)
                        entry.field("picURI", person.pictureURI)
                    }
                }
                root.field("DataEnd", "EndFlag")
            case .delete(let person): root.field("info") { $0.field("customId", person) }
            case .openDoor(let person, let text):
                root.field("info") { info in
                    info.field("uid", person)
                    info.field("openDoor", "1")
                    info.field("Showinfo", text)
                }
            case .code(let code): root.field("info") { code.write(&$0) }
            }
        }
    }

    private static func answer(_ root: inout JSONWriter, type: Int64, _ id: Int64) {
        root.field("info") { info in
            info.field("PushAckType", type)
            info.field("SnapOrRecordID", id)
        }
    }
}
