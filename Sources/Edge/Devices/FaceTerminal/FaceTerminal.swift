internal import JSONText
internal import Vocabulary

/// Face terminals of the family that speaks `mqtt/face/…`: topics, and what comes up. Pure.
public enum FaceTerminal {
    /// The largest message, in bytes: two pictures in base64 go with a record.
    public static let largest = 6_000_000
    /// The most ids in one answer to a batch.
    static let mostAnswers = 1_000

    /// What to subscribe to for all terminals of a broker.
    public static let subscriptions = [
        "mqtt/face/basic", "mqtt/face/heartbeat", "mqtt/face/+/Rec", "mqtt/face/+/Snap", "mqtt/face/+/Ack",
    ]

    /// Where commands go. - Parameter id: one that ``isID(_:)`` accepts.
    public static func commandTopic(_ id: String) -> String {
        precondition(isID(id), "an id that can stand in a topic")
        return "mqtt/face/\(id)"
    }

    /// 1 to 64 letters, digits, hyphens or underscores, and neither of the two words that are topics themselves.
    public static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text != "basic" && text != "heartbeat"
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// Reads one message.
    ///
    /// - Parameter isRetained: the broker had kept it: a record is history then.
    /// - Returns: which terminal, and what it said.
    /// - Throws: ``FaceTerminalError``.
    public static func read(
        topic: String, payload: [UInt8], isRetained: Bool
    ) throws(FaceTerminalError) -> (terminal: String, message: FaceMessage) {
        guard payload.count <= largest else { throw .tooLarge(bytes: payload.count) }
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard levels.count >= 3, levels[0] == "mqtt", levels[1] == "face" else { throw .unknownTopic }
        let root: JSONNode
        do { root = try JSONNode.parse(payload, dialect: .json) } catch { throw .notJSON(error.found) }
        let body = FaceFields(root["info"] ?? root)
        let said = body.text("facesluiceId")
        if levels.count == 3 {
            guard levels[2] == "basic" || levels[2] == "heartbeat" else { throw .unknownTopic }
            guard let said, isID(said) else { throw .missing("facesluiceId") }
            return (said, shared(root["operator"]?.string, body, isRetained))
        }
        guard levels.count == 4, isID(levels[2]) else { throw .unknownTopic }
        if let said, said != levels[2] { throw .otherTerminal }
        switch levels[3] {
        case "Rec": return (levels[2], .record(try record(body, isRetained)))
        case "Snap":
            guard let id = try body.integer("SnapID") else { return (levels[2], .other) }
            return (levels[2], .stranger(id: id, isStored: isRetained || isStored(body)))
        case "Ack": return (levels[2], .ack(try ack(root, body)))
        default: throw .unknownTopic
        }
    }

    /// The answer to a record or picture that ``read(topic:payload:isRetained:)`` refuses: unanswered it would come
    /// again for ever, and hold up the ones behind it.
    ///
    /// - Returns: nil if it is none, or not even its number can be read.
    public static func answer(refused payload: [UInt8], topic: String) -> FaceCommand? {
        guard payload.count <= largest, let root = try? JSONNode.parse(payload, dialect: .json) else { return nil }
        let body = FaceFields(root["info"] ?? root)
        switch topic.split(separator: "/").last {
        case "Rec"?: return (try? body.integer("RecordID")).flatMap { $0 }.map { .answerRecord(id: $0) }
        case "Snap"?: return (try? body.integer("SnapID")).flatMap { $0 }.map { .answerStranger(id: $0) }
        default: return nil
        }
    }

    private static func shared(_ name: String?, _ body: FaceFields, _ isRetained: Bool) -> FaceMessage {
        switch name {
        case "Online": isRetained ? .other : .online
        case "Offline": .offline
        case "HeartBeat": isRetained ? .other : .heartbeat(localSeconds: FaceTime.localSeconds(body.text("time")))
        default: .other
        }
    }

    private static func record(_ body: FaceFields, _ isRetained: Bool) throws(FaceTerminalError) -> FaceRecord {
        guard let id = try body.integer("RecordID") else { throw .missing("RecordID") }
        // A verdict that is not known opens nothing.
        let verdict = try body.integer("VerifyStatus").flatMap(FaceRecord.Verdict.init) ?? .none
        return FaceRecord(
            id: id, person: try body.id("customId"), verdict: verdict,
            similarityThousandths: body.thousandths("similarity1"),
            localSeconds: FaceTime.localSeconds(body.text("time")), isStored: isRetained || isStored(body))
    }

    /// `Sendintime` is 1 for what is sent as it happens; where it is missing, the record's age must tell.
    private static func isStored(_ body: FaceFields) -> Bool { (try? body.integer("Sendintime")) == .some(.some(0)) }

    private static func ack(_ root: JSONNode, _ body: FaceFields) throws(FaceTerminalError) -> FaceAck {
        guard let name = root["operator"]?.string, name.utf8.count <= 64, name.hasSuffix("-Ack") else {
            throw .missing("operator")
        }
        let outer = FaceFields(root)
        // Firmwares differ: the lists stand in `info` or beside it.
        let addedHolder = body.node["AddSucInfo"] == nil ? outer : body
        let failedHolder = body.node["AddErrInfo"] == nil ? outer : body
        let added = try addedHolder.list("AddSucInfo", most: mostAnswers)
        let failed = try failedHolder.list("AddErrInfo", most: mostAnswers)
        var codes: [String: String] = [:]
        for entry in failed ?? [] {
            if let id = try entry.id("customId") { codes[id] = entry.text("errcode") ?? "?" }
        }
        var ids: [String] = []
        for entry in added ?? [] { if let id = try entry.id("customId") { ids.append(id) } }
        let code = outer.text("code") ?? body.text("code")
        let result = body.text("result") ?? outer.text("result")
        return FaceAck(
            messageID: outer.text("messageId"), command: String(name.dropLast(4)),
            isOK: result.map { $0.lowercased() == "ok" } ?? (code == nil || code == "200"), code: code, added: ids,
            failed: codes, addedCount: try body.integer("AddSucNum"))
    }
}
