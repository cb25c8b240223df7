import Glibc
import Host
import StandIns
import Testing
import Vocabulary

@testable import MQTTLink

@Suite("bounds of a link", .timeLimit(.minutes(2)))
struct BoundTests {
    @Test("at the bound of messages further ones are refused, and those accepted all get their answer")
    func messages() throws {
        let broker = try Broker()
        let proxy = try FaultProxy(to: broker.port)
        let (link, recorder) = try MQTTLink.started(port: proxy.port, "one") { $0.maximumQueuedMessages = 100 }
        defer { link.stop() }
        try recorder.nextUp()
        // Answers come so late that the queue is full before the first.
        proxy.set(.delay(milliseconds: 1000))
        let message = MQTTMessage(topic: "a", payload: [1])
        var ids: [Int32] = []
        for _ in 0..<100 { ids.append(try link.publish(message)) }
        #expect(throws: MQTTLinkError.queueFull(messages: 100, bytes: 100 * message.packetBytes)) {
            try link.publish(message)
        }
        proxy.set(.none)
        var answered: [Int32] = []
        while answered.count < 100 {
            if case .published(let id, true, _) = try recorder.next() { answered.append(id) }
        }
        #expect(answered == ids)
        #expect(throws: Never.self) { try link.publish(message) }
    }

    @Test("at the bound of bytes further ones are refused; one larger than the bound is accepted alone")
    func bytes() throws {
        let broker = try Broker()
        let proxy = try FaultProxy(to: broker.port)
        let (link, recorder) = try MQTTLink.started(port: proxy.port, "one") { $0.maximumQueuedBytes = 2000 }
        defer { link.stop() }
        try recorder.nextUp()
        proxy.set(.delay(milliseconds: 1000))
        let large = MQTTMessage(topic: "a", payload: [UInt8](repeating: 1, count: 5000))
        let small = MQTTMessage(topic: "a", payload: [UInt8](repeating: 1, count: 500))
        try link.publish(large)
        #expect(throws: MQTTLinkError.queueFull(messages: 1, bytes: large.packetBytes)) { try link.publish(small) }
        try recorder.next { if case .published = $0 { () } else { nil } }
        for _ in 0..<3 { try link.publish(small) }
        #expect(throws: MQTTLinkError.queueFull(messages: 3, bytes: 3 * small.packetBytes)) { try link.publish(small) }
    }

    @Test(
        "no more messages are in flight than the broker and the configuration allow",
        arguments: [(3, 64, 3), (20, 5, 5), (nil, 7, 7), (nil, 64, 64)] as [(UInt8?, Int, Int)])
    func window(allowed: UInt8?, configured: Int, expected: Int) throws {
        // It accepts the connection, with the MQTT 5 property "receive maximum" if any, and acknowledges nothing.
        let accepts: [UInt8] = allowed.map { [0x20, 6, 0, 0, 3, 0x21, 0, $0] } ?? [0x20, 3, 0, 0, 0]
        let peer = try ScriptedPeer(replies: [accepts], closes: false)
        let (link, recorder) = try MQTTLink.started(port: peer.port) { $0.maximumInFlight = configured }
        try recorder.nextUp()
        for _ in 0..<100 { try link.publish(MQTTMessage(topic: "a", payload: [1])) }
        // What was accepted before is handed over, as far as it may be, before the goodbye.
        link.stop()
        #expect(try recorder.nextDown().unanswered == 100)
        let sent = try #require(peer.endedConnections().first)
        #expect(packetTypes(sent) == [1] + Array(repeating: 3, count: expected) + [14])
    }

    /// The types of MQTT packets in a stream; all shorter than 128 bytes.
    private func packetTypes(_ bytes: [UInt8]) -> [UInt8] {
        var types: [UInt8] = []
        var index = 0
        while index + 1 < bytes.count {
            types.append(bytes[index] >> 4)
            index += 2 + Int(bytes[index + 1])
        }
        return types
    }

    @Test("a broker that allows few messages in flight gets all of them in the end", arguments: [1, 3])
    func smallWindow(allowed: Int) throws {
        let broker = try Broker(settings: ["max_inflight_messages \(allowed)"])
        let (link, recorder) = try MQTTLink.started(port: broker.port, "one", ["a"])
        defer { link.stop() }
        try recorder.nextUp()
        for _ in 0..<500 { try link.publish(MQTTMessage(topic: "a", payload: [1])) }
        var received = 0
        var answered = 0
        while answered < 500 || received < 500 {
            switch try recorder.next() {
            case .published(_, true, _): answered += 1
            case .received: received += 1
            case let event:
                Issue.record("\(event)")
                return
            }
        }
    }

    @Test(
        "a name with addresses of both families is tried by each in turn",
        arguments: [
            ([AF_INET6, AF_INET], false, "::"), ([AF_INET6, AF_INET], true, "0.0.0.0"),
            ([AF_INET, AF_INET6], false, "0.0.0.0"), ([AF_INET, AF_INET6], true, "::"),
            ([AF_INET], true, nil), ([AF_INET6], false, nil),
        ] as [([Int32], Bool, String?)])
    func families(families: [Int32], takesOther: Bool, bindAddress: String?) {
        #expect(AddressFamily.choose(among: families, takesOther: takesOther).bindAddress == bindAddress)
    }

    @Test(
        "a topic that is none is refused at once",
        arguments: ["", "a/+", "#", "a\0b", String(repeating: "x", count: 65536)])
    func badTopics(topic: String) throws {
        let link = try MQTTLink(configuration: .init(port: 1, clientID: "x"), handler: Recorder()) { _ in .zero }
        #expect(throws: MQTTLinkError.badTopic(topic)) { try link.publish(MQTTMessage(topic: topic, payload: [])) }
        #expect(throws: MQTTLinkError.badTopic(topic)) {
            try link.publish(MQTTMessage(topic: "a", payload: [], responseTopic: topic))
        }
    }

    @Test("a packet is accepted up to the bound on its size", arguments: [(0, false), (1, true)])
    func size(excess: Int, isTooLarge: Bool) throws {
        var configuration = MQTTLinkConfiguration(port: 1, clientID: "x")
        configuration.maximumPacketBytes = 1024
        let link = try MQTTLink(configuration: configuration, handler: Recorder()) { _ in .zero }
        let overhead = MQTTMessage(topic: "a", payload: []).packetBytes
        let message = MQTTMessage(topic: "a", payload: [UInt8](repeating: 0, count: 1024 - overhead + excess))
        let expected: MQTTLinkError =
            isTooLarge
            ? .tooLarge(topic: "a", bytes: 1025, limit: 1024) : .notConnected(broker: "127.0.0.1:1")
        #expect(throws: expected) { try link.publish(message) }
    }

    @Test("properties that fit into no packet are refused", arguments: [(65535, false), (65536, true)])
    func properties(count: Int, isRefused: Bool) {
        var message = MQTTMessage(topic: "a", payload: [], correlation: [UInt8](repeating: 0, count: count))
        #expect(refuses(message) == isRefused)
        message.correlation = nil
        message.contentType = String(repeating: "x", count: count)
        #expect(refuses(message) == isRefused)
    }

    private func refuses(_ message: MQTTMessage) -> Bool {
        do throws(MQTTLinkError) {
            try message.validate(limit: 1 << 20)
            return false
        } catch {
            return true
        }
    }

    @Test(
        "a configuration out of range is refused with the name of its field",
        arguments: [
            ("port", { @Sendable in $0.port = 0 }), ("port", { @Sendable in $0.port = 65536 }),
            ("clientID", { @Sendable in $0.clientID = "" }),
            ("keepAliveSeconds", { @Sendable in $0.keepAliveSeconds = 7 }),
            ("maximumInFlight", { @Sendable in $0.maximumInFlight = 0 }),
            ("maximumInFlight", { @Sendable in $0.maximumInFlight = 1025 }),
            ("maximumQueuedMessages", { @Sendable in $0.maximumQueuedMessages = 65536 }),
            ("subscriptions", { @Sendable in $0.subscriptions = [.init("a/#/b", .atMostOnce)] }),
            ("password", { @Sendable in $0.password = "x" }),
            ("tls", { @Sendable in $0.tls = .init(caFile: "ca", certificateFile: "cert") }),
        ] as [(String, @Sendable (inout MQTTLinkConfiguration) -> Void)])
    func configuration(field: String, change: @Sendable (inout MQTTLinkConfiguration) -> Void) throws {
        var configuration = MQTTLinkConfiguration(port: 1883, clientID: "x")
        #expect(throws: Never.self) { try configuration.validate() }
        change(&configuration)
        let error = #expect(throws: MQTTLinkError.self) { try configuration.validate() }
        guard case .badConfiguration(field, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("the library's keepalive is short enough to notice silence within 1.5 times ours")
    func keepAlive() {
        var configuration = MQTTLinkConfiguration(port: 1, clientID: "x")
        for seconds in 8...3600 {
            configuration.keepAliveSeconds = seconds
            // It pings after one interval, gives up after two, and its timers are looked at once a second.
            #expect(2 * (2 * configuration.libraryKeepAliveSeconds + 1) <= 3 * seconds)
            #expect(configuration.libraryKeepAliveSeconds >= 5, "the library refuses less")
        }
    }
}
