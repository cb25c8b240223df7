internal import Host
internal import JSONText
internal import MQTTLink
internal import Vocabulary

/// A Vzenith camera on an MQTT broker: it tells what it sees, sends heartbeats, and carries out `gpio_out`.
public final class MQTTCamera: Sendable {
    private let serial: String
    private let link: MQTTLink
    private let listener: Listener
    private let beating: HostThread
    private let isStopped = Monitor(false)

    /// Connects, and waits until that is done.
    /// - Parameter heartbeatMilliseconds: how often it says that it is alive.
    public init(serial: String, brokerPort: Int, heartbeatMilliseconds: Int64 = 200) throws(StandInError) {
        self.serial = serial
        var configuration = MQTTLinkConfiguration(port: brokerPort, clientID: "camera-\(serial)")
        configuration.subscriptions = [.init("device/\(serial)/message/down/gpio_out", .atLeastOnce)]
        listener = Listener(serial: serial)
        do throws(MQTTLinkError) {
            link = try MQTTLink(configuration: configuration, handler: listener) { _ in .milliseconds(100) }
        } catch { throw .file(error.description) }
        let (link, isStopped) = (link, isStopped)
        do throws(HostThread.StartError) {
            beating = try HostThread(name: "camera heartbeat") {
                while isStopped.wait(until: BootClock.now() + .milliseconds(heartbeatMilliseconds), { $0 ? true : nil })
                    == nil
                {
                    _ = try? link.publish(
                        MQTTMessage(
                            topic: "device/\(serial)/message/up/keep_alive",
                            payload: Self.envelope(serial, "keep_alive", "{}"), qos: .atMostOnce))
                }
            }
        } catch { throw .thread(error) }
        listener.link.withLock { $0 = link }
        do throws(MQTTLinkError) { try link.start() } catch { throw .file(error.description) }
        guard listener.waitUntilUp() else { throw .file("a camera stand-in did not reach its broker") }
    }

    deinit { stop() }

    /// Goes silent for good.
    public func stop() {
        isStopped.withLock { $0 = true }
        isStopped.wakeAll()
        beating.join()
        link.stop()
        listener.link.withLock { $0 = nil }
    }

    /// A car comes.
    /// - Parameter license: as the camera writes it: plain, or in base64.
    public func see(license: String, isRetained: Bool = false) {
        let payload = """
            {"AlarmInfoPlate":{"channel":0,"serialno":"\(serial)","result":{"PlateResult":{"license":"\(license)",\
            "confidence":96,"colorType":1,"type":1,"triggerType":1,"isoffline":0,"is_fake_plate":0}}}}
            """
        send(Self.envelope(serial, "ivs_result", payload), isRetained: isRetained)
    }

    /// Sends any bytes where reads go.
    public func send(_ bytes: [UInt8], isRetained: Bool = false) {
        _ = try? link.publish(
            MQTTMessage(topic: "device/\(serial)/message/up/ivs_result", payload: bytes, retain: isRetained))
    }

    /// What it was told to do, each as `io 0 value 2 delay 500`.
    public var orders: [String] { listener.orders.withLock { $0 } }

    /// Waits until it was told to do something so many times.
    public func waitForOrders(_ count: Int, seconds: Int64 = 10) -> Bool {
        listener.orders.wait(until: BootClock.now() + .seconds(seconds)) { $0.count >= count ? true : nil } ?? false
    }

    private static func envelope(_ serial: String, _ name: String, _ payload: String) -> [UInt8] {
        Array(
            """
            {"id":"1","sn":"\(serial)","name":"\(name)","version":"1.0","timestamp":1784098020,"payload":\(payload)}
            """.utf8)
    }

    private final class Listener: MQTTLinkHandler {
        let orders = Monitor<[String]>([])
        let link = Monitor<MQTTLink?>(nil)
        private let isUp = Monitor(false)
        private let serial: String

        init(serial: String) { self.serial = serial }

        func waitUntilUp() -> Bool { isUp.wait(until: BootClock.now() + .seconds(10)) { $0 ? true : nil } ?? false }

        func linkUp() {
            isUp.withLock { $0 = true }
            isUp.wakeAll()
        }

        func linkDown(_ reason: MQTTLinkDown) {}
        func published(id: Int32, isAccepted: Bool, reasonCode: UInt8) {}

        func received(_ message: MQTTMessage) {
            guard let node = try? JSONNode.parse(message.payload, dialect: .json), let id = node["id"]?.string,
                let body = node["payload"]?["body"], let io = body["io"]?.integer, let value = body["value"]?.integer,
                let delay = body["delay"]?.integer
            else { return }
            let answer = JSONWriter.object { writer in
                writer.field("code", 200)
                writer.field("id", id)
                writer.field("name", "gpio_out")
                writer.field("sn", serial)
            }
            _ = try? link.withLock { $0 }?.publish(
                MQTTMessage(topic: "\(message.topic)/reply", payload: answer))
            orders.withLock { $0.append("io \(io) value \(value) delay \(delay)") }
            orders.wakeAll()
        }
    }
}
