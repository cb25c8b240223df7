/// The request that makes a camera open the barrier on its own output.
///
/// There is none to close it: what has been sent over a network cannot be taken back when a car comes.
public struct GateCommand: Hashable, Sendable {
    public enum Make: Hashable, Sendable { case dahua, hikvision }

    public var make: Make
    public var method: String
    public var path: String
    public var contentType: String?
    public var body: [UInt8]

    /// - Parameter channel: the camera's channel, 1 for all with one lens.
    public init(_ make: Make, channel: Int = 1) {
        self.make = make
        switch make {
        case .dahua:
            method = "GET"
            path =
                "/cgi-bin/trafficSnap.cgi?action=openStrobe&channel=\(channel)&info.openType=Normal&info.plateNumber="
            body = []
        case .hikvision:
            method = "PUT"
            path = "/ISAPI/Parking/channels/\(channel)/barrierGate"
            contentType = "application/xml"
            body = Array(
                """
                <?xml version="1.0" encoding="UTF-8"?>\n<BarrierGate><ctrlMode>open</ctrlMode></BarrierGate>
                """.utf8)
        }
    }

    /// Whether an answer with status 200 says that it was done.
    public func isDone(_ answer: [UInt8]) -> Bool {
        switch make {
        case .dahua: return String(decoding: answer.prefix(64), as: UTF8.self).trimmed == "OK"
        case .hikvision:
            guard let fields = try? XMLFields.parse(answer[...], paths: ["statusCode"]) else { return false }
            return fields["statusCode"] == "1"
        }
    }

    /// Where a make's camera streams what it sees.
    /// - Parameter heartbeatSeconds: 1 to 60; Dahua's camera is asked for a heartbeat so often.
    public static func streamPath(_ make: Make, heartbeatSeconds: Int) -> String {
        switch make {
        case .dahua:
            "/cgi-bin/snapManager.cgi?action=attachFileProc&Flags[0]=Event&Events=[TrafficJunction]"
                + "&heartbeat=\(heartbeatSeconds)"
        case .hikvision: "/ISAPI/Event/notification/alertStream"
        }
    }
}
