import CameraLink
import Host
import MQTTLink
import PlateCamera
import StandIns
import Testing
import Vocabulary

@Suite("Cameras over MQTT", .serialized)
struct MQTTCameraTests {
    private static let serial = "917e2298-8ddf3e46"
    private let broker: Broker
    private let link: VzenithLink
    private let listening = Listening()

    init() throws {
        broker = try Broker()
        link = try VzenithLink(
            camera: VzenithMQTT(serial: Self.serial), output: 0,
            broker: MQTTLinkConfiguration(port: broker.port, clientID: "box-exit-camera")
        ) { _ in .milliseconds(50) }
        try listening.start(link)
        _ = listening.wait { $0 == .up }
    }

    private func plates() -> [String] {
        listening.all.compactMap { if case .signal(.read(let read)) = $0 { read.plate?.text } else { nil } }
    }

    @Test("reads come in the camera's order, heartbeats with them, and garbage is refused")
    func reads() throws {
        defer { link.stop() }
        let camera = try MQTTCamera(serial: Self.serial, brokerPort: broker.port)
        camera.see(license: "5LqsQTEyMzQ1")
        camera.send(Array("{\"not\": \"a read\"".utf8))
        camera.see(license: "粤B12345")
        #expect(listening.waitForPlate("粤B12345"))
        #expect(plates() == ["京A12345", "粤B12345"])
        #expect(listening.wait { if case .signal(.refused(.malformedJSON)) = $0 { true } else { false } } != nil)
        #expect(listening.wait { $0 == .signal(.alive) } != nil)
    }

    @Test("what another camera says is not heard")
    func others() throws {
        defer { link.stop() }
        let other = try MQTTCamera(serial: "other", brokerPort: broker.port)
        other.see(license: "粤B99999")
        let camera = try MQTTCamera(serial: Self.serial, brokerPort: broker.port)
        camera.see(license: "粤B12345")
        #expect(listening.waitForPlate("粤B12345"))
        #expect(plates() == ["粤B12345"])
    }

    @Test("an order to open pulses the camera's output and is confirmed")
    func opens() throws {
        defer { link.stop() }
        let camera = try MQTTCamera(serial: Self.serial, brokerPort: broker.port)
        link.open(pulseMilliseconds: 800)
        #expect(listening.wait { $0 == .opened } != nil)
        #expect(camera.orders == ["io 0 value 2 delay 800"])
    }

    @Test("an order to a camera that is not there is told as not opened, and does not reach it when it comes back")
    func notThere() throws {
        defer { link.stop() }
        link.open(pulseMilliseconds: 500)
        #expect(
            listening.wait { if case .notOpened(let why) = $0 { why.contains("not answered") } else { false } } != nil)
        let camera = try MQTTCamera(serial: Self.serial, brokerPort: broker.port)
        camera.see(license: "粤B12345")
        #expect(listening.waitForPlate("粤B12345"))
        #expect(camera.orders.isEmpty)
    }

    @Test("a broker that goes and comes back is connected to again; without it an order fails at once")
    func brokerGone() throws {
        defer { link.stop() }
        broker.stop()
        #expect(listening.wait { if case .down = $0 { true } else { false } } != nil)
        link.open(pulseMilliseconds: 500)
        #expect(listening.wait(seconds: 2) { if case .notOpened = $0 { true } else { false } } != nil)
        let before = listening.all.count
        try broker.start()
        #expect(listening.wait(skipping: before) { $0 == .up } != nil)
    }
}
