internal import CMosquitto
internal import Glibc

/// One `struct mosquitto`, owned: destroyed with its socket when this ends.
struct MosquittoHandle: ~Copyable {
    let pointer: OpaquePointer

    /// Nil when there is no memory.
    init?(clientID: String) {
        // The library counts its initialisations without a lock: once for the process, before any handle.
        guard Self.isLibraryReady, let pointer = mosquitto_new(clientID, true, nil) else { return nil }
        self.pointer = pointer
    }

    deinit { mosquitto_destroy(pointer) }

    private static let isLibraryReady = mosquitto_lib_init() == MosquittoCode.success
}

/// Error numbers of the library.
enum MosquittoCode {
    static let success = Int32(MOSQ_ERR_SUCCESS.rawValue)
    static let connectionPending = Int32(MOSQ_ERR_CONN_PENDING.rawValue)
    static let connectionLost = Int32(MOSQ_ERR_CONN_LOST.rawValue)
    static let systemError = Int32(MOSQ_ERR_ERRNO.rawValue)
    static let keepAlive = Int32(MOSQ_ERR_KEEPALIVE.rawValue)
    static let oversizePacket = Int32(MOSQ_ERR_OVERSIZE_PACKET.rawValue)
    static let qosNotSupported = Int32(MOSQ_ERR_QOS_NOT_SUPPORTED.rawValue)
    static let tls = Int32(MOSQ_ERR_TLS.rawValue)
    static let noMemory = Int32(MOSQ_ERR_NOMEM.rawValue)

    static func text(_ code: Int32) -> String { String(cString: mosquitto_strerror(code)) }

    /// - Parameter code: an MQTT 5 reason code.
    static func reason(_ code: Int32) -> String { String(cString: mosquitto_reason_string(code)) }
}

extension MQTTLinkDown.Cause {
    /// What the library's error means.
    ///
    /// - Parameters:
    ///   - result: of a library call or handed to `on_disconnect`; from 128 on it is the broker's own reason code.
    ///   - code: `errno` straight after it.
    ///   - log: the library's last error line, which says more of TLS than its error number.
    init(result: Int32, errno code: Int32, log: String) {
        switch result {
        case MosquittoCode.success, 128...255:
            self = .disconnected(reasonCode: UInt8(result), why: MosquittoCode.reason(result))
        case MosquittoCode.connectionLost: self = .lost(code: nil)
        case MosquittoCode.tls: self = .tls(why: log.isEmpty ? MosquittoCode.text(result) : log)
        // The library's way to say that the failure is OpenSSL's.
        case MosquittoCode.systemError where code == EPROTO: self = .tls(why: log.isEmpty ? "protocol error" : log)
        case MosquittoCode.systemError: self = .lost(code: code)
        case MosquittoCode.keepAlive: self = .silent
        default: self = .library(code: result, why: MosquittoCode.text(result))
        }
    }
}
