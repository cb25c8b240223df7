import Host
import JSONText
import MQTTLink
import ParkingDemo
import Services
import StandIns
import Testing
import Vocabulary
import Wire

/// The platform against batches that no honest box would send, through a real broker.
@Suite("Batches at the platform", .serialized)
struct BatchTests {
    @Test("the same batch delivered twice is confirmed twice and applied once")
    func twice() throws {
        let (rig, box) = try HandmadeBox.beside()
        let payload = box.batch(first: 1, count: 3).payload(signedBy: box.key)
        #expect(try box.deliver(payload) == .through(epoch: box.epoch, sequence: 3))
        #expect(try box.deliver(payload) == .through(epoch: box.epoch, sequence: 3))
        rig.platform?.terminate()
        let report = try rig.report()
        #expect(report.streams.map(\.rows) == [3])
        #expect(report.payments("approved").count == 1)
        #expect(report.incidents.isEmpty)
    }

    @Test("a batch with one byte changed is refused and reported, and nothing of it is applied")
    func oneByteChanged() throws {
        let (rig, box) = try HandmadeBox.beside()
        var payload = box.batch(first: 1, count: 3).payload(signedBy: box.key)
        let place = try #require(payload.indices.last { payload[$0] == UInt8(ascii: "1") })
        payload[place] = UInt8(ascii: "2")
        #expect(try box.deliver(payload) == .expected(epoch: box.epoch, sequence: 1, because: "brokenChain"))
        let untouched = try rig.report()
        #expect(untouched.streams.allSatisfy { $0.rows == 0 })
        #expect(untouched.payments.isEmpty)
        #expect(untouched.incidents.map(\.code.rawValue) == ["brokenChain"])
        #expect(
            try box.deliver(box.batch(first: 1, count: 3).payload(signedBy: box.key))
                == .through(epoch: box.epoch, sequence: 3))
        rig.platform?.terminate()
        #expect(try rig.report().payments("approved").count == 1)
    }

    @Test("a batch after a gap is answered with what is missing, and not applied")
    func gap() throws {
        let (rig, box) = try HandmadeBox.beside()
        let answer = try box.deliver(box.batch(first: 2, count: 2).payload(signedBy: box.key))
        guard case .expected(_, 1, _) = answer else { throw RigTestError("expected a gap, got \(answer)") }
        rig.platform?.terminate()
        #expect(try rig.report().payments.isEmpty)
    }

    @Test("a batch signed with another key is refused and reported")
    func otherKey() throws {
        let (rig, box) = try HandmadeBox.beside()
        let other = try #require(BoxKey(seed: [UInt8](repeating: 9, count: 32)))
        let answer = try box.deliver(box.batch(first: 1, count: 3).payload(signedBy: other))
        guard case .expected(_, 1, "badSignature") = answer else {
            throw RigTestError("expected badSignature, got \(answer)")
        }
        rig.platform?.terminate()
        #expect(try rig.report().payments.isEmpty)
        #expect(try rig.report().incidents.map(\.code.rawValue) == ["badSignature"])
    }
}

struct RigTestError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A box made of nothing but a key and a connection: it sends what a test tells it to.
final class HandmadeBox: MQTTLinkHandler {
    let key: BoxKey
    let epoch = "handmade"
    private let device: DeviceID
    private let lines: [[UInt8]]
    private let news = Monitor((isUp: false, answers: [Acknowledgement]()))
    private let link = Monitor<MQTTLink?>(nil)

    /// A running platform, and a handmade box that takes the place of the enrolled one.
    static func beside() throws -> (Rig, HandmadeBox) {
        let rig = try Rig.stopped(contracts: ["粤B10001"])
        try rig.startPlatform()
        guard rig.platform?.waitForLine("link up") != nil else { throw RigTestError("the platform did not connect") }
        let box = try HandmadeBox(rig)
        return (rig, box)
    }

    private init(_ rig: Rig) throws {
        device = rig.files.device
        key = try rig.files.key()
        let at = WallTime(milliseconds: 1_760_000_000_000)
        let quote = Quote(
            tariff: try Slug("city-centre-2026-1"), from: at,
            until: WallTime(milliseconds: at.milliseconds + 3_600_000),
            lines: [.init(kind: .firstPeriod, minutes: 60, amount: Fen(500))], total: Fen(500))
        let charge = Charge(
            payment: PaymentID(at: at, random: (1, 2)), plate: try Plate("粤B10001"),
            stay: StayID(at: at, random: (3, 4)),
            lane: try LaneID("exit-1"), quote: quote)
        let events: [Record.Event] = [
            .started(version: "handmade"), .payment(.acceptedOffline, charge, nil),
            .alarm(lane: try LaneID("exit-1"), code: "tailgate", isActive: true),
        ]
        lines = events.enumerated().map { index, event in
            let body = Record(at: at, isSynchronised: true, event: event).body
            return Array("{\"seq\":\(index + 1),".utf8) + body.dropFirst()
        }
        var configuration = MQTTLinkConfiguration(port: rig.broker.port, clientID: "handmade")
        configuration.subscriptions = [.init(Topics(device).acknowledgement, .atLeastOnce)]
        let made = try MQTTLink(configuration: configuration, handler: self) { _ in .milliseconds(50) }
        try made.start()
        link.withLock { $0 = made }
        guard news.wait(until: BootClock.now() + .seconds(10), { $0.isUp ? true : nil }) != nil else {
            throw RigTestError("the handmade box did not reach the broker")
        }
    }

    /// - Parameter first: sequence number of the first of three prepared records.
    func batch(first: Int64, count: Int) -> Batch {
        let chosen = Array(lines[Int(first - 1)..<Int(first - 1) + count])
        var hash = RecordChain.genesis(device: device, epoch: epoch)
        for line in lines[..<(Int(first - 1) + count)] { hash = RecordChain.next(after: hash, line: line) }
        return Batch(device: device, epoch: epoch, first: first, head: hash, lines: chosen)
    }

    /// Sends a payload and waits for the platform's word on it.
    func deliver(_ payload: [UInt8]) throws -> Acknowledgement {
        let before = news.withLock { $0.answers.count }
        try link.withLock { $0 }?.publish(MQTTMessage(topic: Topics(device).records, payload: payload))
        let answer = news.wait(until: BootClock.now() + .seconds(10)) { news in
            news.answers.count > before ? news.answers[before] : nil
        }
        guard let answer else { throw RigTestError("the platform did not answer a batch within 10 s") }
        return answer
    }

    func linkUp() {
        news.withLock { $0.isUp = true }
        news.wakeAll()
    }

    func linkDown(_ reason: MQTTLinkDown) {}

    func received(_ message: MQTTMessage) {
        guard let answer = Acknowledgement(payload: message.payload) else { return }
        news.withLock { $0.answers.append(answer) }
        news.wakeAll()
    }

    func published(id: Int32, isAccepted: Bool, reasonCode: UInt8) {}
}
