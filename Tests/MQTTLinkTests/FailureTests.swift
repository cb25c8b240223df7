import Glibc
import Host
import StandIns
import Testing
import Vocabulary

@testable import MQTTLink

@Suite("a link and what can go wrong", .timeLimit(.minutes(2)))
struct FailureTests {
    @Test("after the broker was stopped and started, the link is up again and its subscriptions work")
    func brokerRestarts() throws {
        let broker = try Broker()
        let (link, recorder) = try MQTTLink.started(port: broker.port, "one", ["a", "b/#"])
        defer { link.stop() }
        try recorder.nextUp()
        for round in 0..<3 as Range<UInt8> {
            if round == 1 { broker.kill() } else { broker.stop() }
            let down = try recorder.nextDown()
            #expect(down.wasUp && down.broker == "127.0.0.1:\(broker.port)")
            #expect(throws: MQTTLinkError.notConnected(broker: down.broker)) {
                try link.publish(MQTTMessage(topic: "a", payload: [0]))
            }
            // Attempts fail while it is away.
            #expect(try recorder.nextDown().cause == .unreachable(code: ECONNREFUSED))
            try broker.start()
            try recorder.nextUp()
            try link.publish(MQTTMessage(topic: "b/c", payload: [round]))
            #expect(try recorder.nextMessage().payload == [round])
        }
    }

    @Test("a peer that is silent without closing is noticed within 1.5 times the keepalive")
    func halfOpen() throws {
        let broker = try Broker()
        let proxy = try FaultProxy(to: broker.port)
        let (link, recorder) = try MQTTLink.started(port: proxy.port, "one", ["a"]) { $0.keepAliveSeconds = 8 }
        defer { link.stop() }
        try recorder.nextUp()
        let answered = try link.publish(MQTTMessage(topic: "a", payload: [1]))
        try recorder.next { if case .published(answered, _, _) = $0 { () } else { nil } }
        let last = BootClock.now()
        proxy.set(.silent)
        let unanswered = try link.publish(MQTTMessage(topic: "a", payload: [2]))
        let events = try eventsThroughDown(recorder)
        let silence = BootClock.now() - last
        let isAnswered = events.contains { if case .published(unanswered, _, _) = $0 { true } else { false } }
        guard case .down(let down) = events.last else { return }
        #expect(down.cause == .silent && down.unanswered == 1 && !isAnswered)
        // A second more: the library's own clock counts whole seconds.
        #expect(silence > .seconds(4) && silence < .seconds(13))
        proxy.set(.none)
        try recorder.nextUp()
    }

    private func eventsThroughDown(_ recorder: Recorder) throws -> [LinkEvent] {
        var events: [LinkEvent] = []
        while true {
            events.append(try recorder.next())
            if case .down = events.last { return events }
        }
    }

    @Test("a reset connection is reported and made again")
    func reset() throws {
        let broker = try Broker()
        let proxy = try FaultProxy(to: broker.port)
        let (link, recorder) = try MQTTLink.started(port: proxy.port, "one", ["a"])
        defer { link.stop() }
        for _ in 0..<20 {
            try recorder.nextUp()
            proxy.dropConnections()
            let down = try recorder.nextDown()
            guard case .lost = down.cause else {
                Issue.record("\(down)")
                return
            }
        }
        try recorder.nextUp()
        try link.publish(MQTTMessage(topic: "a", payload: [9]))
        #expect(try recorder.nextMessage().payload == [9])
    }

    @Test("nothing of an old connection is sent on the next by the library itself")
    func freshSession() throws {
        let broker = try Broker()
        let proxy = try FaultProxy(to: broker.port)
        let (watcher, watched) = try MQTTLink.started(port: broker.port, "watcher", ["a"])
        defer { watcher.stop() }
        try watched.nextUp()
        let (link, recorder) = try MQTTLink.started(port: proxy.port, "one")
        defer { link.stop() }
        try recorder.nextUp()
        proxy.set(.silent)
        for number in 0..<10 as Range<UInt8> { try link.publish(MQTTMessage(topic: "a", payload: [number])) }
        proxy.dropConnections()
        #expect(try recorder.nextDown().unanswered == 10)
        #expect(link.held == (0, 0))
        proxy.set(.none)
        try recorder.nextUp()
        try link.publish(MQTTMessage(topic: "a", payload: [99]))
        #expect(try watched.nextMessage().payload == [99])
    }

    @Test(
        "the broker publishes the will when the connection breaks, and not after a goodbye", arguments: [true, false])
    func will(isBroken: Bool) throws {
        let broker = try Broker()
        let proxy = try FaultProxy(to: broker.port)
        let (watcher, watched) = try MQTTLink.started(port: broker.port, "watcher", ["will", "end"])
        defer { watcher.stop() }
        try watched.nextUp()
        let will = MQTTMessage(topic: "will", payload: [1], expirySeconds: 60, contentType: "text/plain")
        let (link, recorder) = try MQTTLink.started(port: proxy.port, "one") { $0.will = will }
        try recorder.nextUp()
        if isBroken {
            proxy.set(.refuse)
            proxy.dropConnections()
            #expect(try watched.nextMessage().contentType == "text/plain")
            link.stop()
        } else {
            link.stop()
            // The broker has dealt with the goodbye when it says so; the next message comes after any will.
            let deadline = BootClock.now() + .seconds(10)
            while !broker.log.contains("Client one disconnected"), BootClock.now() < deadline { usleep(1000) }
            try watcher.publish(MQTTMessage(topic: "end", payload: [2]))
            #expect(try watched.nextMessage().topic == "end")
        }
    }

    @Test("a port where nobody listens gives reasons and growing counts of failures, and a prompt stop")
    func nobodyListens() throws {
        let port = try Loopback.freePort()
        let recorder = Recorder()
        let counts = BoundedQueue<Int>(capacity: 100)
        let configuration = MQTTLinkConfiguration(port: port, clientID: "one")
        let link = try MQTTLink(configuration: configuration, handler: recorder) { failures in
            counts.offer(failures)
            return failures < 5 ? .milliseconds(1) : .seconds(1000)
        }
        try link.start()
        for _ in 0..<5 {
            let down = try recorder.nextDown()
            #expect(down.cause == .unreachable(code: ECONNREFUSED) && !down.wasUp)
            #expect(down.description.contains("127.0.0.1:\(port)"))
        }
        var seen: [Int] = []
        while seen.count < 5 { seen += counts.take(until: BootClock.now() + .seconds(10)) }
        #expect(seen == [1, 2, 3, 4, 5])
        let start = BootClock.now()
        link.stop()
        #expect(BootClock.now() - start < .seconds(1))
        #expect(recorder.rest().isEmpty, "a link that was not up has nothing to say at its end")
    }

    @Test("a name without an address is a reason of its own")
    func unknownName() throws {
        let (link, recorder) = try MQTTLink.started(port: 1883) { $0.host = "no-such-host.invalid" }
        defer { link.stop() }
        guard case .unresolved = try recorder.nextDown().cause else {
            Issue.record("not reported as unresolved")
            return
        }
    }

    @Test("a peer that accepts and says nothing ends the attempt in the time allowed")
    func mutePeer() throws {
        let broker = try Broker()
        let proxy = try FaultProxy(to: broker.port)
        proxy.set(.silent)
        let (link, recorder) = try MQTTLink.started(port: proxy.port) { $0.connectTimeoutMilliseconds = 200 }
        defer { link.stop() }
        #expect(try recorder.nextDown().cause == .connectTimeout(milliseconds: 200))
        #expect(try recorder.nextDown().cause == .connectTimeout(milliseconds: 200))
        proxy.set(.none)
        try recorder.nextUp()
    }

    @Test("stop is prompt whatever the broker does, and the last call is the report of it", arguments: [true, false])
    func stop(isBrokerDead: Bool) throws {
        let broker = try Broker()
        let proxy = try FaultProxy(to: broker.port)
        let (link, recorder) = try MQTTLink.started(port: proxy.port, "one")
        try recorder.nextUp()
        if isBrokerDead { proxy.set(.silent) }
        let start = BootClock.now()
        link.stop()
        #expect(BootClock.now() - start < MQTTLink.stopLimit)
        #expect(try recorder.nextDown().cause == .stopped)
        link.stop()
        #expect(recorder.rest().isEmpty)
        #expect(throws: MQTTLinkError.self) { try link.publish(MQTTMessage(topic: "a", payload: [])) }
    }

    @Test("a subscription granted with a lower QoS than asked for keeps the link down and names itself")
    func lowerSubscription() throws {
        let broker = try Broker(settings: ["max_qos 0"])
        let (link, recorder) = try MQTTLink.started(port: broker.port, "two", ["a", "b"])
        defer { link.stop() }
        #expect(try recorder.nextDown().cause == .subscriptionRefused(filter: "a", reasonCode: 0))
        #expect(!link.isUp)
    }

    /// A CONNACK that accepts, without properties.
    private static let accepts: [UInt8] = [0x20, 3, 0, 0, 0]

    @Test("a subscription refused keeps the link down and names itself")
    func refusedSubscription() throws {
        // The library counts packets from 1: this answers the first, whose second filter is not authorised.
        let peer = try ScriptedPeer(replies: [Self.accepts, [0x90, 5, 0, 1, 0, 1, 135]])
        let (link, recorder) = try MQTTLink.started(port: peer.port, "two", ["a", "b"])
        defer { link.stop() }
        let down = try recorder.nextDown()
        #expect(down.cause == .subscriptionRefused(filter: "b", reasonCode: 135))
        #expect(down.description.contains("\"b\""))
    }

    @Test("the link is up, once, when the last subscription is granted and not before")
    func severalSubscriptions() throws {
        let subscriptions: [MQTTLinkConfiguration.Subscription] = [.init("a", .atLeastOnce), .init("b", .atMostOnce)]
        // It answers the first of two requests and then closes.
        let peer = try ScriptedPeer(replies: [Self.accepts, [0x90, 4, 0, 1, 0, 1]])
        let (link, recorder) = try MQTTLink.started(port: peer.port, "two") { $0.subscriptions = subscriptions }
        defer { link.stop() }
        guard case .down(let down) = try recorder.next() else {
            Issue.record("up before the last subscription was granted")
            return
        }
        #expect(!down.wasUp)

        let broker = try Broker()
        let (other, otherRecorder) = try MQTTLink.started(port: broker.port, "two") { $0.subscriptions = subscriptions }
        defer { other.stop() }
        #expect(try otherRecorder.next() == .up)
        for topic in ["a", "b"] {
            try other.publish(MQTTMessage(topic: topic, payload: []))
            #expect(try otherRecorder.nextMessage().topic == topic)
        }
    }

    @Test(
        "a peer that answers nonsense is a failed attempt, whatever it says",
        arguments: [
            [[0x00]], [[0xFF, 0xFF, 0xFF, 0xFF, 0xFF]], [[0x20, 0]], [[0x20, 2, 0, 5]], [[0x48, 0x54, 0x54, 0x50]],
            [[0x90, 4, 0, 1, 0, 1]], [accepts, [0x90, 4, 0, 9, 0, 1]], [accepts, [0x90, 3, 0, 1, 0]],
            [accepts, [0x20, 3, 0, 0, 0]], [accepts, [0x40, 2, 0, 1]], [accepts, [0x30, 0]], [],
        ] as [[[UInt8]]])
    func nonsense(replies: [[UInt8]]) throws {
        let peer = try ScriptedPeer(replies: replies)
        let (link, recorder) = try MQTTLink.started(port: peer.port, "two", ["a"]) {
            $0.connectTimeoutMilliseconds = 500
        }
        defer { link.stop() }
        for _ in 0..<2 { #expect(try !recorder.nextDown().wasUp) }
    }

    @Test("a broker that wants a password refuses with its reason")
    func refusedConnection() throws {
        let broker = try Broker(settings: ["allow_anonymous false"])
        let (link, recorder) = try MQTTLink.started(port: broker.port, "one")
        defer { link.stop() }
        guard case .refused(let code, _) = try recorder.nextDown().cause else {
            Issue.record("not reported as refused")
            return
        }
        #expect(code == 135)
    }

    @Test("a second client with the same identifier ends the first, which hears of it")
    func takenOver() throws {
        let broker = try Broker()
        let recorder = Recorder()
        let link = try MQTTLink(configuration: .init(port: broker.port, clientID: "twin"), handler: recorder) { _ in
            .seconds(1000)
        }
        try link.start()
        defer { link.stop() }
        try recorder.nextUp()
        let (other, otherRecorder) = try MQTTLink.started(port: broker.port, "twin")
        defer { other.stop() }
        try otherRecorder.nextUp()
        // Newer brokers send the reason, Debian 12's just closes.
        let down = try recorder.nextDown()
        switch down.cause {
        case .disconnected(reasonCode: 142, _), .lost(code: nil): #expect(down.wasUp)
        default: Issue.record("\(down)")
        }
    }
}
