internal import Host

/// Why a link went down or did not come up.
public struct MQTTLinkDown: Error, Equatable, CustomStringConvertible {
    /// What happened.
    public enum Cause: Equatable, Sendable {
        /// The host's name has no address now.
        case unresolved(why: String)
        /// TCP could not connect; an `errno` value.
        case unreachable(code: Int32)
        /// Not up within the time allowed.
        case connectTimeout(milliseconds: Int)
        /// The encrypted connection could not be set up.
        case tls(why: String)
        /// The broker refused the connection; an MQTT 5 reason code.
        case refused(reasonCode: UInt8, why: String)
        /// The broker refused a subscription, or granted a lower QoS (0 or 1) than asked for.
        case subscriptionRefused(filter: String, reasonCode: UInt8)
        /// The connection was closed or broke; an `errno` value if there was one.
        case lost(code: Int32?)
        /// The peer was silent for longer than the keepalive allows.
        case silent
        /// The broker said goodbye; an MQTT 5 reason code.
        case disconnected(reasonCode: UInt8, why: String)
        /// The peer does not speak MQTT 5, or the library failed.
        case library(code: Int32, why: String)
        /// `stop()` was called.
        case stopped
    }

    /// Host and port.
    public let broker: String
    public let cause: Cause
    /// The link had been up: `linkUp` was called for this connection.
    public let wasUp: Bool
    /// Accepted messages whose outcome is unknown: `published` will never be called for them.
    public let unanswered: Int

    public init(broker: String, cause: Cause, wasUp: Bool, unanswered: Int) {
        self.broker = broker
        self.cause = cause
        self.wasUp = wasUp
        self.unanswered = unanswered
    }

    public var description: String {
        let action = wasUp ? "the link to the broker \(broker) went down" : "connecting to the broker \(broker) failed"
        return "\(action): \(cause.text)" + (unanswered > 0 ? "; \(unanswered) messages are unanswered" : "")
    }
}

extension MQTTLinkDown.Cause {
    fileprivate var text: String {
        switch self {
        case .unresolved(let why): "its name has no address (\(why)); check the name and this machine's DNS"
        case .unreachable(let code): "\(SystemError.text(code)); check that the broker runs and the port is right"
        case .connectTimeout(let milliseconds): "no complete answer within \(milliseconds) ms"
        case .tls(let why): "no encrypted connection (\(why)); check the certificate files and this machine's clock"
        case .refused(let code, let why):
            "refused: \(why) (reason code \(code)); check client id, user, password and certificate"
        case .subscriptionRefused(let filter, let code) where code < 128:
            "the subscription to \"\(filter)\" was granted with QoS \(code) only; check the broker's settings"
        case .subscriptionRefused(let filter, let code):
            "the subscription to \"\(filter)\" was refused (reason code \(code)); check the broker's access list"
        case .lost(let code): code.map { SystemError.text($0) } ?? "the broker closed the connection"
        case .silent: "the broker was silent for longer than the keepalive allows"
        case .disconnected(let code, let why): "the broker ended it: \(why) (reason code \(code))"
        case .library(let code, let why): "\(why) (libmosquitto error \(code))"
        case .stopped: "stopped by this program"
        }
    }
}
