import Services
import Testing
import Vocabulary
import Wire

@Suite struct ArrivalTests {
    private let device = try! DeviceID("gate-1")

    private func arrival(_ topic: String, answer: String? = nil) -> Arrival {
        Arrival(topic: topic, payload: [1], responseTopic: answer, correlation: [2])
    }

    @Test("a request that wants its answer on its own box's topic is work, with its correlation")
    func request() {
        #expect(
            arrival("turnpike/1/gate-1/up/request", answer: "turnpike/1/gate-1/down/response")
                == .work(Incoming(kind: .request, device: device, payload: [1], correlation: [2])))
    }

    @Test(
        "a request that wants its answer elsewhere is not carried out",
        arguments: [
            nil, "", "turnpike/1/gate-2/down/response", "turnpike/1/gate-1/down/ack", "turnpike/1/gate-1/up/request",
            "turnpike/1/gate-1/down/response/more", "turnpike/1/+/down/response",
        ])
    func elsewhere(answer: String?) {
        guard case .ignored(let why) = arrival("turnpike/1/gate-1/up/request", answer: answer) else {
            Issue.record("it was taken")
            return
        }
        #expect(why.contains("gate-1"))
    }

    @Test("records, presence and health are for the store; anything else is ignored")
    func kinds() {
        #expect(
            arrival("turnpike/1/gate-1/up/records")
                == .work(Incoming(kind: .records, device: device, payload: [1])))
        for kind: Incoming.Kind in [.presence, .health] {
            #expect(
                arrival("turnpike/1/gate-1/up/\(kind.rawValue)")
                    == .work(Incoming(kind: kind, device: device, payload: [1])))
        }
        for topic in ["turnpike/1/gate-1/down/ack", "turnpike/2/gate-1/up/records", "turnpike/1/Gate/up/records", ""] {
            guard case .ignored = arrival(topic) else {
                Issue.record("\(topic) was taken")
                continue
            }
        }
    }

    @Test("of what the broker had kept only presence is taken, and marked")
    func kept() {
        let topics = Topics(device)
        let presence = Arrival(
            topic: topics.presence, payload: [1], responseTopic: nil, correlation: nil, isRetained: true)
        #expect(presence == .work(Incoming(kind: .presence, device: device, payload: [1], isRetained: true)))
        for topic in [topics.records, topics.health, topics.request] {
            let arrival = Arrival(
                topic: topic, payload: [1], responseTopic: topics.response, correlation: nil, isRetained: true)
            guard case .ignored(let why) = arrival else {
                Issue.record("\(topic) was taken")
                continue
            }
            #expect(why.contains("had kept"))
        }
    }

    @Test("what a stranger writes into a topic cannot break a log line")
    func harmless() {
        guard case .ignored(let why) = arrival("evil\n\u{1B}[2J" + String(repeating: "x", count: 500)) else { return }
        #expect(!why.contains("\n") && !why.contains("\u{1B}") && why.count < 200)
    }
}
