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
    /// Opens the terminal's own relay once, and shows a text.
    case openDoor(person: String, text: String)

    /// The name in `operator`; an answer has it with `-Ack`.
    public var name: String {
        switch self {
        case .answerRecord, .answerStranger: "PushAck"
        case .answerOnline: "Online-Ack"
        case .edit: "EditPersonsNew"
        case .delete: "DelPerson"
        case .openDoor: "OpenDoor"
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
