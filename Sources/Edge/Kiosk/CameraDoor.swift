public import PlateCamera
public import Vocabulary

/// A camera that may push its reads to this box.
public struct CameraDoor: Sendable {
    /// Whose pushes it speaks.
    public enum Kind: Sendable { case vzenith, hikvision }

    public var id: Slug
    public var kind: Kind
    /// Takes a read that was understood.
    /// - Returns: false when the box is too far behind: the camera is answered 503 and pushes again.
    public var take: @Sendable (PlateRead) -> Bool
    /// Is told of every push that was understood, a heartbeat too; never of one that was refused.
    public var heard: @Sendable () -> Void

    public init(
        id: Slug, kind: Kind, heard: @escaping @Sendable () -> Void = {},
        take: @escaping @Sendable (PlateRead) -> Bool
    ) {
        self.id = id
        self.kind = kind
        self.heard = heard
        self.take = take
    }

    /// What the camera is answered: a status and a body.
    struct Answer {
        var status: Int
        var contentType = "application/json"
        var body: [UInt8] = []
        /// Why the push was not taken, for the log; never holds a plate.
        var fault: String?
    }

    /// Understands one push and hands it on. A push that is not understood changes nothing.
    func answer(_ body: [UInt8], contentType: String) -> Answer {
        do throws(PlateCameraError) {
            switch kind {
            case .vzenith:
                let read = try Vzenith.decode(body)
                heard()
                // Never "ok" in the reply: that would make the camera open its own barrier output.
                return take(read) ? Answer(status: 200, body: Vzenith.reply(to: read)) : CameraDoor.busy
            case .hikvision:
                let read = try Hikvision.decode(body, contentType: contentType)
                heard()
                return take(read)
                    ? Answer(status: 200, contentType: "text/plain", body: Hikvision.reply()) : CameraDoor.busy
            }
        } catch {
            let isHeartbeat = error.httpStatus == 200
            if isHeartbeat { heard() }
            let reply = isHeartbeat && kind == .vzenith ? Vzenith.reply() : []
            return Answer(status: error.httpStatus, body: reply, fault: isHeartbeat ? nil : error.description)
        }
    }

    private static let busy = Answer(status: 503, fault: "the box is too far behind to take the read")
}
