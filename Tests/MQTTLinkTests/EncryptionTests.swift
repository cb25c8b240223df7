import StandIns
import Testing

@testable import MQTTLink

@Suite("encrypted links", .timeLimit(.minutes(2)))
struct EncryptionTests {
    private func encryptedBroker() throws -> Broker {
        try Broker(
            settings: ["certfile @DIR@/server.pem", "keyfile @DIR@/server.key"],
            files: [
                "server.pem": TestCertificates.server, "server.key": TestCertificates.serverKey,
                "ca.pem": TestCertificates.authority, "other.pem": TestCertificates.otherAuthority,
            ])
    }

    @Test("messages of every size pass through an encrypted link", arguments: [0, 1, 16_384, 700_000])
    func roundTrip(count: Int) throws {
        let broker = try encryptedBroker()
        let (link, recorder) = try MQTTLink.started(port: broker.port, "one", ["a"]) {
            $0.tls = .init(caFile: broker.folder.path + "/ca.pem")
        }
        defer { link.stop() }
        try recorder.nextUp()
        for round in 0..<5 {
            let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ round) }
            try link.publish(MQTTMessage(topic: "a", payload: payload))
            #expect(try recorder.nextMessage().payload == payload)
        }
    }

    @Test("a broker whose certificate another authority signed is not talked to, and the reason says so")
    func wrongAuthority() throws {
        let broker = try encryptedBroker()
        let (link, recorder) = try MQTTLink.started(port: broker.port) {
            $0.tls = .init(caFile: broker.folder.path + "/other.pem")
        }
        defer { link.stop() }
        let down = try recorder.nextDown()
        guard case .tls(let why) = down.cause else {
            Issue.record("\(down)")
            return
        }
        #expect(why.contains("certificate verify failed"))
    }

    @Test("a certificate for another host is refused")
    func wrongHost() throws {
        let broker = try encryptedBroker()
        let (link, recorder) = try MQTTLink.started(port: broker.port) {
            $0.host = "localhost"
            $0.tls = .init(caFile: broker.folder.path + "/ca.pem")
        }
        defer { link.stop() }
        // The name may stand for an IPv6 address too, where nobody listens; it is tried in turn.
        let down = try recorder.next { event -> MQTTLinkDown? in
            if case .down(let reason) = event, case .tls = reason.cause { reason } else { nil }
        }
        #expect(!down.wasUp)
    }

    @Test("a certificate file that is missing is the reason, not a broker that is down")
    func missingFile() throws {
        let broker = try encryptedBroker()
        let (link, recorder) = try MQTTLink.started(port: broker.port) {
            $0.tls = .init(caFile: broker.folder.path + "/none.pem")
        }
        defer { link.stop() }
        #expect(try recorder.nextDown().cause == .tls(why: "a certificate or key file cannot be read"))
    }

    @Test("an encrypted link to a peer that is silent gives up in the time allowed, without spinning")
    func mutePeer() throws {
        let broker = try encryptedBroker()
        let proxy = try FaultProxy(to: broker.port)
        proxy.set(.silent)
        let (link, recorder) = try MQTTLink.started(port: proxy.port) {
            $0.tls = .init(caFile: broker.folder.path + "/ca.pem")
            $0.connectTimeoutMilliseconds = 300
        }
        defer { link.stop() }
        #expect(try recorder.nextDown().cause == .connectTimeout(milliseconds: 300))
        proxy.set(.none)
        try recorder.nextUp()
    }

    @Test("a peer that does not speak TLS is a reason of its own, and a reset ends the attempt")
    func notTLS() throws {
        let plain = try Broker(files: ["ca.pem": TestCertificates.authority])
        let (link, recorder) = try MQTTLink.started(port: plain.port) {
            $0.tls = .init(caFile: plain.folder.path + "/ca.pem")
        }
        defer { link.stop() }
        switch try recorder.nextDown().cause {
        case .tls, .lost: break
        case let cause: Issue.record("\(cause)")
        }
    }
}
