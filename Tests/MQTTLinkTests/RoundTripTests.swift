import Glibc
import Host
import StandIns
import Testing
import Vocabulary

@testable import MQTTLink

@Suite("messages through a real broker", .timeLimit(.minutes(2)))
struct RoundTripTests {
    @Test("a message comes back with every property it was sent with", arguments: [QoS.atMostOnce, .atLeastOnce])
    func properties(qos: QoS) throws {
        let broker = try Broker()
        let (link, recorder) = try MQTTLink.started(port: broker.port, "one", ["a/+"])
        defer { link.stop() }
        try recorder.nextUp()
        let message = MQTTMessage(
            topic: "a/停车", payload: [0, 255, 10, 0], qos: qos, responseTopic: "b/é", correlation: [0, 1, 0],
            expirySeconds: 600, contentType: "application/octet-stream")
        let id = try link.publish(message)
        var isPublished = false
        var back: MQTTMessage?
        while !isPublished || back == nil {
            switch try recorder.next() {
            case .received(let message): back = message
            case .published(let answered, let isAccepted, _):
                #expect(answered == id && isAccepted)
                isPublished = true
            case let event: Issue.record("\(event)")
            }
        }
        let left = try #require(back?.expirySeconds)
        #expect((595...600).contains(left))
        back?.expirySeconds = 600
        #expect(back == message)
        #expect(link.held == (0, 0))
    }

    @Test("an empty message without properties stays one, and a retained one is marked for a later subscriber")
    func emptyAndRetained() throws {
        let broker = try Broker()
        let (link, recorder) = try MQTTLink.started(port: broker.port, "one", ["empty"])
        defer { link.stop() }
        try recorder.nextUp()
        try link.publish(MQTTMessage(topic: "empty", payload: [], qos: .atMostOnce))
        #expect(try recorder.nextMessage() == MQTTMessage(topic: "empty", payload: [], qos: .atMostOnce))

        let kept = MQTTMessage(topic: "kept", payload: [1], retain: true)
        let id = try link.publish(kept)
        try recorder.next { $0 == .published(id: id, isAccepted: true, reasonCode: 16) ? () : nil }
        let (later, laterRecorder) = try MQTTLink.started(port: broker.port, "two", ["kept"])
        defer { later.stop() }
        #expect(try laterRecorder.next() == .up, "subscriptions are granted before what they bring")
        #expect(try laterRecorder.nextMessage() == kept)
    }

    @Test("20,000 messages of QoS 1 arrive once each and in order, and are answered in order")
    func order() throws {
        let broker = try Broker()
        let (link, recorder) = try MQTTLink.started(port: broker.port, "one", ["n"])
        defer { link.stop() }
        try recorder.nextUp()
        let count = 20_000
        let sender = try HostThread(name: "sender") {
            for number in 0..<count {
                let payload = (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
                while true {
                    do throws(MQTTLinkError) {
                        try link.publish(MQTTMessage(topic: "n", payload: payload))
                        break
                    } catch {
                        guard case .queueFull = error else { return }
                        usleep(100)
                    }
                }
            }
        }
        var received = 0
        var answered: Int32 = 0
        while received < count || answered < count {
            switch try recorder.next() {
            case .received(let message):
                let number = message.payload.reversed().reduce(0) { $0 << 8 | Int($1) }
                try #require(number == received)
                received += 1
            case .published(let id, let isAccepted, _):
                try #require(isAccepted && id == answered + 1)
                answered += 1
            case let event:
                Issue.record("\(event)")
                return
            }
        }
        sender.join()
        #expect(recorder.rest().isEmpty)
        #expect(link.held == (0, 0))
    }

    @Test("a handler can publish from within its calls, and the answer arrives")
    func answersFromHandler() throws {
        let broker = try Broker()
        let (server, serverRecorder) = try MQTTLink.started(port: broker.port, "server", ["ask/#"])
        defer { server.stop() }
        serverRecorder.whenReceived { [weak server] message in
            guard let server, let topic = message.responseTopic else { return }
            _ = try? server.publish(
                MQTTMessage(topic: topic, payload: message.payload.reversed(), correlation: message.correlation))
        }
        try serverRecorder.nextUp()
        let (client, recorder) = try MQTTLink.started(port: broker.port, "client", ["answer/#"])
        defer { client.stop() }
        try recorder.nextUp()
        for round in 0..<200 as Range<UInt8> {
            try client.publish(
                MQTTMessage(topic: "ask/me", payload: [1, round], responseTopic: "answer/me", correlation: [round]))
            let answer = try recorder.nextMessage()
            #expect(answer.payload == [round, 1] && answer.correlation == [round])
        }
    }

    @Test("the acknowledgement of a message leaves after the handler has returned")
    func acknowledgedAfterHandler() throws {
        // One message in flight: the broker may send the second only after the first is acknowledged.
        let broker = try Broker(settings: ["max_inflight_messages 1"])
        let gate = BoundedQueue<Int>(capacity: 1)
        let (link, recorder) = try MQTTLink.started(port: broker.port, "slow", ["n"])
        defer { link.stop() }
        let seen = Monitor(0)
        recorder.whenReceived { _ in
            let isFirst = seen.withLock { seen in
                seen += 1
                return seen == 1
            }
            if isFirst { _ = gate.take(until: nil) }
        }
        try recorder.nextUp()
        let (sender, senderRecorder) = try MQTTLink.started(port: broker.port, "sender")
        defer { sender.stop() }
        try senderRecorder.nextUp()
        try sender.publish(MQTTMessage(topic: "n", payload: [1]))
        try sender.publish(MQTTMessage(topic: "n", payload: [2]))
        for _ in 0..<2 { try senderRecorder.next { if case .published = $0 { () } else { nil } } }
        // The broker logs each acknowledgement it gets; it has none while the handler is held.
        #expect(!broker.log.contains("Received PUBACK from slow"))
        gate.offer(1)
        #expect(try recorder.nextMessage().payload == [1])
        #expect(try recorder.nextMessage().payload == [2])
    }

    @Test("what the broker refuses is answered with its reason")
    func refusedByBroker() throws {
        let broker = try Broker(
            settings: ["acl_file @DIR@/acl"], files: ["acl": "topic read allowed\ntopic write other\n"])
        let (link, recorder) = try MQTTLink.started(port: broker.port, "one")
        defer { link.stop() }
        try recorder.nextUp()
        let accepted = try link.publish(MQTTMessage(topic: "other", payload: [1]))
        #expect(try recorder.next() == .published(id: accepted, isAccepted: true, reasonCode: 16))
        // Debian 12's broker also ends the connection after a refusal; what follows is not looked at.
        let refused = try link.publish(MQTTMessage(topic: "allowed", payload: [1]))
        #expect(try recorder.next() == .published(id: refused, isAccepted: false, reasonCode: 135))
    }

    @Test("a packet larger than the broker allows is refused for good, and the link stays up")
    func largerThanBroker() throws {
        let broker = try Broker(settings: ["max_packet_size 2000"])
        let (link, recorder) = try MQTTLink.started(port: broker.port, "one")
        defer { link.stop() }
        try recorder.nextUp()
        let id = try link.publish(MQTTMessage(topic: "a", payload: [UInt8](repeating: 1, count: 3000)))
        #expect(try recorder.next() == .published(id: id, isAccepted: false, reasonCode: 149))
        let next = try link.publish(MQTTMessage(topic: "a", payload: [1]))
        #expect(try recorder.next() == .published(id: next, isAccepted: true, reasonCode: 16))
    }

    @Test("the link's socket does not wait to fill packets")
    func noDelay() throws {
        let broker = try Broker()
        let before = openSockets()
        let (link, recorder) = try MQTTLink.started(port: broker.port, "one")
        defer { link.stop() }
        try recorder.nextUp()
        // The link's socket is the one connected to this broker's port.
        let socket = try #require(openSockets().subtracting(before).first { peerPort($0) == broker.port })
        var value: Int32 = 0
        var size = socklen_t(4)
        #expect(getsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &value, &size) == 0)
        #expect(value != 0)
    }
}

private func openSockets() -> Set<Int32> {
    Set((0..<1024).filter { peerPort($0) != nil })
}

private func peerPort(_ socket: Int32) -> Int? {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(socket, $0, &size) }
    }
    return result == 0 ? Int(UInt16(bigEndian: address.sin_port)) : nil
}
