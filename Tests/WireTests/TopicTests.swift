import Testing
import Vocabulary
import Wire

@Suite("Topics")
struct TopicTests {
    @Test("a box's topics are the published ones")
    func published() {
        let topics = Topics(Samples.device)
        #expect(
            [
                topics.records, topics.request, topics.presence, topics.health, topics.acknowledgement, topics.response,
                topics.event,
            ] == [
                "turnpike/1/north-gate/up/records", "turnpike/1/north-gate/up/request",
                "turnpike/1/north-gate/up/presence",
                "turnpike/1/north-gate/up/health", "turnpike/1/north-gate/down/ack",
                "turnpike/1/north-gate/down/response",
                "turnpike/1/north-gate/down/event",
            ])
        #expect(
            Topics.sharedSubscriptions == [
                "$share/platform/turnpike/1/+/up/records", "$share/platform/turnpike/1/+/up/request",
                "$share/platform/turnpike/1/+/up/health",
            ])
        #expect(Topics.presenceSubscription == "turnpike/1/+/up/presence")
    }

    @Test("what a box sends is recognised, with the box it came from")
    func parsed() throws {
        let topics = Topics(Samples.device)
        let expected: [(String, Topics.Upward)] = [
            (topics.records, .records), (topics.request, .request), (topics.presence, .presence),
            (topics.health, .health),
        ]
        for (topic, kind) in expected {
            let read = try #require(Topics.parse(topic))
            #expect(read.device == Samples.device)
            #expect(read.kind == kind)
        }
    }

    @Test(
        "any other topic is none of ours",
        arguments: [
            "", "/", "turnpike", "turnpike/1/north-gate/up", "turnpike/1/north-gate/up/",
            "turnpike/1/north-gate/up/records/",
            "/turnpike/1/north-gate/up/records", "turnpike/1/north-gate/up/records/x",
            "turnpike/2/north-gate/up/records",
            "turnpike/01/north-gate/up/records", "Turnpike/1/north-gate/up/records", "turnpike/1//up/records",
            "turnpike/1/+/up/records", "turnpike/1/#/up/records", "turnpike/1/North/up/records",
            "turnpike/1/a b/up/records",
            "turnpike/1/north-gate/down/ack", "turnpike/1/north-gate/down/records", "turnpike/1/north-gate/up/ack",
            "turnpike/1/north-gate/up/Records", "turnpike/1/north-gate/up/#", "turnpike/1/north/gate/up/records",
            "$share/platform/turnpike/1/north-gate/up/records", "$SYS/broker/uptime",
        ])
    func refused(topic: String) {
        #expect(Topics.parse(topic) == nil)
    }
}
