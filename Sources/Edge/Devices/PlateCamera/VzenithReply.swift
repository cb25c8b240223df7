internal import JSONText

extension Vzenith {
    /// The content type of ``reply(to:open:continueOffline:sign:)``.
    public static let replyContentType = "application/json; charset=utf-8"

    /// Bytes for a sign on one of the camera's serial ports.
    public struct SignMessage: Equatable, Sendable {
        /// The camera's serial port, 0 or 1.
        public var channel: Int
        /// What goes to the sign as it is, at most 4096 bytes.
        public var bytes: [UInt8]

        public init(channel: Int, bytes: [UInt8]) {
            precondition((0...1).contains(channel) && bytes.count <= 4096, "a sign message within its bounds")
            self.channel = channel
            self.bytes = bytes
        }
    }

    /// Builds the answer to a push, with status 200.
    ///
    /// `info` "ok" makes the camera open the barrier on its own output. So it says "no" unless `open` is true, and for
    /// a read that was kept offline even then. `retransfer_stop` and the read's id keep the camera from sending the
    /// same read again.
    ///
    /// - Parameters:
    ///   - read: what was pushed; nil when the push was no plate event.
    ///   - open: let the camera open the barrier on its own output. False where our relay drives the barrier.
    ///   - continueOffline: whether the camera may send the next read that it kept offline.
    ///   - sign: what to show, at most one message a channel.
    public static func reply(
        to read: PlateRead? = nil, open: Bool = false, continueOffline: Bool = true, sign: [SignMessage] = []
    ) -> [UInt8] {
        let opens = open && read?.isOffline == false
        return JSONWriter.object { root in
            root.field("Response_AlarmInfoPlate") { answer in
                answer.field("info", opens ? "ok" : "no")
                answer.field("content", "retransfer_stop")
                if let id = read?.cameraReadID.flatMap({ Int64($0) }) {
                    answer.field("ContinuePushOffline") { next in
                        next.field("plateid", id)
                        next.field("continue", continueOffline ? 1 : 0)
                    }
                }
                guard !sign.isEmpty else { return }
                answer.field("serialData", array: sign) { list, message in
                    list.object { entry in
                        entry.field("serialChannel", Int64(message.channel))
                        entry.field("data", base64(message.bytes))
                        entry.field("dataLen", Int64(message.bytes.count))
                    }
                }
            }
        }
    }

    /// RFC 4648, with padding.
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                let isPadding = place > group.count
                text.append(isPadding ? UInt8(ascii: "=") : alphabet[bits >> (18 - 6 * place) & 63])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
